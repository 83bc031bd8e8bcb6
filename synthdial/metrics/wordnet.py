"""Widen a lexicon by the synonyms of a wordnet in WN-LMF, such as Open Dutch WordNet."""

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

from synthdial._core.words import split_words
from synthdial.errors import SynthdialError
from synthdial.metrics.lexicons import Lexicon, bundled_lexicon

_HEAD = 65_536
_OWN_ENTITIES = re.compile(rb"<!ENTITY|<!DOCTYPE[^>]*\[")


def widen_with_wordnet(lexicon: Lexicon, path: Path) -> tuple[Lexicon, int]:
    """The lexicon with the synonyms of its forms as forms of the same terms.

    A synonym is a lemma that shares a synset with a form. Function words are left out, and forms that are there stay.

    Parameters
    ----------
    lexicon : Lexicon
        What is widened.
    path : Path
        A wordnet in WN-LMF, the XML format of the Global WordNet Association.

    Returns
    -------
    lexicon : Lexicon
        The wider one.
    added : int
        Forms that were added.

    Raises
    ------
    SynthdialError
        When the file cannot be read or is no wordnet.
    """
    senses = _lemmas_by_synset(path)
    synsets: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for synset, lemmas in senses.items():
        for lemma in lemmas:
            synsets[lemma].append(synset)
    forms = dict(lexicon.forms)
    small = {words for words, _ in bundled_lexicon("function_words").forms}
    for words, term in lexicon.forms:
        for synset in synsets.get(words, ()):
            for lemma in senses[synset]:
                if lemma not in small:
                    forms.setdefault(lemma, term)
    added = len(forms) - len(lexicon.forms)
    return Lexicon(lexicon.name, tuple(forms.items()), lexicon.terms), added


def _lemmas_by_synset(path: Path) -> dict[str, list[tuple[str, ...]]]:
    import wn.lmf

    try:
        with path.open("rb") as file:
            # the library's parser would expand them, however large they grow
            if _OWN_ENTITIES.search(file.read(_HEAD)):
                raise SynthdialError(f"The wordnet {path} declares XML entities of its own and is not read.")
        resource: Any = wn.lmf.load(path, progress_handler=None)
        lemmas: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        for part in resource["lexicons"]:
            for entry in part.get("entries", []):
                words = tuple(split_words(entry["lemma"]["writtenForm"].replace("_", " ")))
                for sense in entry.get("senses", []):
                    if words:
                        lemmas[sense["synset"]].append(words)
    except OSError as error:
        raise SynthdialError(f"The wordnet {path} cannot be read: {error.strerror}.") from error
    except SynthdialError:
        raise
    # the library raises errors of many kinds on what is no WN-LMF
    except Exception as error:
        raise SynthdialError(
            f"{path} is not a wordnet in WN-LMF.", "Expected is XML such as Open Dutch WordNet is published in."
        ) from error
    return lemmas
