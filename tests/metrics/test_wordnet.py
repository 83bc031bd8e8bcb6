"""Synonyms from a wordnet in WN-LMF make a lexicon wider."""

from pathlib import Path

import pytest

from synthdial.dialogue import Dialogue, Speaker, Turn
from synthdial.errors import SynthdialError
from synthdial.metrics import Measurer, scenario_lexicon
from synthdial.metrics.wordnet import widen_with_wordnet

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<!DOCTYPE LexicalResource SYSTEM "http://globalwordnet.github.io/schemas/WN-LMF-1.0.dtd">\n'
)
ENTRY = (
    '<LexicalEntry id="e{k}"><Lemma writtenForm="{lemma}" partOfSpeech="n"/>'
    '<Sense id="s{k}" synset="{synset}"/></LexicalEntry>'
)


def wordnet(folder: Path, lemmas: list[tuple[str, str]]) -> Path:
    entries = "".join(ENTRY.format(k=k, lemma=lemma, synset=synset) for k, (lemma, synset) in enumerate(lemmas))
    synsets = "".join(f'<Synset id="{name}" ili="" partOfSpeech="n"/>' for name in sorted({s for _, s in lemmas}))
    path = folder / "odwn.xml"
    path.write_text(
        f'{HEAD}<LexicalResource xmlns:dc="http://purl.org/dc/elements/1.1/"><Lexicon id="t" label="T" language="nl" '
        f'email="a@b.nl" license="CC0" version="1.0">{entries}{synsets}</Lexicon></LexicalResource>\n',
        encoding="utf-8",
    )
    return path


LEMMAS = [("nier", "n1"), ("ren", "n1"), ("hoge bloeddruk", "n2"), ("hypertensie", "n2"), ("het", "n1"), ("hart", "n3")]


def test_lemmas_of_the_same_synset_become_forms(tmp_path: Path) -> None:
    lexicon = scenario_lexicon({"nier": ("nieren",), "hypertensie": ()}, "test")
    wider, added = widen_with_wordnet(lexicon, wordnet(tmp_path, LEMMAS))
    assert added == 2 and wider.terms == lexicon.terms
    assert dict(wider.forms) == {
        ("nier",): 0,
        ("nieren",): 0,
        ("ren",): 0,
        ("hypertensie",): 1,
        ("hoge", "bloeddruk"): 1,
    }
    spoken = Dialogue("a", (Turn(Speaker.PATIENT, "Ik heb een hoge bloeddruk."),))
    assert Measurer(terms=wider).dialogue(spoken)["term_coverage"] == 0.5


@pytest.mark.parametrize("content", ["", "geen XML", "<a/>", HEAD + "<LexicalResource><Lexicon>"])
def test_what_is_no_wordnet_is_a_message(tmp_path: Path, content: str) -> None:
    path = tmp_path / "odwn.xml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SynthdialError, match="not a wordnet"):
        widen_with_wordnet(scenario_lexicon({"nier": ()}, "test"), path)
    with pytest.raises(SynthdialError, match="cannot be read"):
        widen_with_wordnet(scenario_lexicon({"nier": ()}, "test"), tmp_path / "nergens.xml")


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    path = wordnet(tmp_path, LEMMAS)
    text = path.read_text(encoding="utf-8").replace('1.0.dtd">', '1.0.dtd" [<!ENTITY a "b"><!ENTITY c "&a;&a;">]>')
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SynthdialError, match="entities"):
        widen_with_wordnet(scenario_lexicon({"nier": ()}, "test"), path)
