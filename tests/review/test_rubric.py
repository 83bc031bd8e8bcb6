"""Rubrics: what is asked, in two languages, and what a message says of a mistake."""

import re
from pathlib import Path

import pytest

from synthdial.errors import SynthdialError
from synthdial.review.rubric import bundled_rubrics, load_rubric, read_rubric

OWN = """
role = "nurse"
asks_origin = false

[name]
nl = "Verpleegkundigen"

[[criteria]]
key = "tone"
name = { nl = "Toon", en = "Tone" }
question = { nl = "Past de toon?" }
anchors = { nl = ["a", "b", "c", "d", "e"], en = ["1", "2", "3", "4", "5"] }

[[criteria]]
key = "care"
name = { en = "Care" }
question = { en = "Is there care?" }
anchors = { en = ["1", "2", "3", "4", "5"] }
"""


class TestBundled:
    def test_one_for_native_speakers_and_one_for_clinicians(self) -> None:
        asked = {rubric.role: [criterion.key for criterion in rubric.criteria] for rubric in bundled_rubrics()}
        assert asked == {
            "native": ["fluency", "turn_taking", "register", "coherence"],
            "clinician": ["accuracy", "specificity", "course", "safety"],
        }

    @pytest.mark.parametrize("rubric", bundled_rubrics(), ids=lambda rubric: rubric.key)
    def test_everything_is_said_in_both_languages(self, rubric) -> None:
        assert rubric.asks_origin
        for criterion in rubric.criteria:
            for said in (criterion.names, criterion.questions, criterion.anchors):
                assert set(said) == {"nl", "en"} and said["nl"] != said["en"]
            for texts in criterion.anchors.values():
                assert len(texts) == len(set(texts)) == 5


class TestReading:
    def test_a_rubric_of_ones_own(self, tmp_path: Path) -> None:
        path = tmp_path / "own.toml"
        path.write_text(OWN, encoding="utf-8")
        rubric = load_rubric(path)
        assert (rubric.key, rubric.role, rubric.asks_origin, rubric.content) == ("own", "nurse", False, OWN)
        assert [criterion.key for criterion in rubric.criteria] == ["tone", "care"]
        assert rubric.criterion("tone").anchors["en"] == ("1", "2", "3", "4", "5")

    def test_where_a_language_is_missing_the_other_is_said(self) -> None:
        rubric = read_rubric(OWN, "It")
        assert rubric.names == {"nl": "Verpleegkundigen", "en": "Verpleegkundigen"}
        assert rubric.criterion("tone").questions["en"] == "Past de toon?"
        assert rubric.criterion("care").anchors["nl"] == ("1", "2", "3", "4", "5")

    def test_its_digest_is_of_what_it_asks(self) -> None:
        digest = read_rubric(OWN, "It").digest
        assert read_rubric(f"# a remark\n{OWN}", "Other").digest == digest
        assert read_rubric(OWN.replace("Past de toon?", "Is de toon goed?"), "It").digest != digest
        assert read_rubric(OWN.replace('"a", "b"', '"b", "a"'), "It").digest != digest

    def test_an_unknown_criterion_suggests_the_nearest(self) -> None:
        with pytest.raises(SynthdialError, match=r"has no criterion 'tune'. Did you mean 'tone'\?"):
            read_rubric(OWN, "It").criterion("tune")


class TestMistakes:
    @pytest.mark.parametrize(
        ("right", "wrong", "message"),
        [
            ('"nurse"', "nurse", "is not valid TOML: .*line 2"),
            ('role = "nurse"', "", "lacks the key 'role'"),
            ('role = "nurse"', 'role = "nurse"\nrolle = 1', "unknown key 'rolle'. Did you mean 'role'"),
            ('role = "nurse"', 'role = " "', "'role' must be one line of text"),
            ("asks_origin = false", 'asks_origin = "no"', "'asks_origin' must be true or false, not 'no'"),
            ('nl = "Verpleegkundigen"', "", "says nothing. Say it in 'nl'"),
            ('nl = "Verpleegkundigen"', 'de = "Pflege"', r"\[name\] has the unknown key 'de'"),
            ('key = "care"', 'key = "tone"', "two criteria with the key 'tone'"),
            ('key = "care"', 'key = "Care!"', "the key 'Care!' is none"),
            ('key = "care"', 'key = "origin"', "the key 'origin' has a meaning of its own"),
            ('key = "care"', "", "criterion 2 lacks the key 'key'"),
            ('nl = "Toon"', 'nl = ""', r"criterion 1 \('tone'\): 'name' in 'nl' must be one line of text"),
            ('nl = "Toon"', 'nl = "To\\non"', r"criterion 1 \('tone'\): 'name' in 'nl' must be one line of text"),
            (
                '["a", "b", "c", "d", "e"]',
                '["a", "b", "c", "d"]',
                "'anchors' in 'nl': there are 4 anchors. One is needed",
            ),
            ('["a", "b", "c", "d", "e"]', '["a", "b", "c", "d", ""]', "anchor 5 must be one line of text"),
            ('["a", "b", "c", "d", "e"]', '["a", "b", "c", "d", 5]', "must be a list of texts, not 5"),
            ('["a", "b", "c", "d", "e"]', "5", "must be a list of texts, not 5"),
            ("question = { nl = ", "questoin = { nl = ", "unknown key 'questoin'. Did you mean 'question'"),
        ],
    )
    def test_each_is_named_with_its_place(self, right: str, wrong: str, message: str) -> None:
        assert right in OWN
        with pytest.raises(SynthdialError, match=f"^The rubric own.toml.*{message}"):
            read_rubric(OWN.replace(right, wrong, 1), "The rubric own.toml")

    def test_none_and_too_many_criteria(self) -> None:
        head, first, _ = re.split(r"(?=\[\[criteria\]\])", OWN)
        with pytest.raises(SynthdialError, match="lacks the key 'criteria'"):
            read_rubric(head, "It")
        with pytest.raises(SynthdialError, match="has 0 criteria"):
            read_rubric(f"criteria = []\n{head}", "It")
        many = "".join(first.replace("tone", f"tone{number}") for number in range(21))
        with pytest.raises(SynthdialError, match="has 21 criteria"):
            read_rubric(head + many, "It")

    def test_no_such_rubric(self, tmp_path: Path) -> None:
        with pytest.raises(SynthdialError, match=r"no rubric 'clinicain'. Did you mean 'clinician'\?"):
            load_rubric("clinicain")
        with pytest.raises(SynthdialError, match="cannot be read: No such file"):
            load_rubric(tmp_path / "absent.toml")
        (tmp_path / "latin.toml").write_bytes("role = 'café'".encode("latin-1"))
        with pytest.raises(SynthdialError, match="is not UTF-8 text"):
            load_rubric(tmp_path / "latin.toml")
        (tmp_path / "deep.toml").write_text("a = " + "[" * 9999)
        with pytest.raises(SynthdialError, match="is not valid TOML"):
            load_rubric(tmp_path / "deep.toml")
