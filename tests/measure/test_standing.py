"""How written dialogues stand against people's: cut alike, told apart or not, and what is counted beside."""

import math
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import RECIPE, dialogue, turns

from synthdial import bundled_references
from synthdial.dialogue import Dialogue, Speaker, Turn
from synthdial.errors import SynthdialError
from synthdial.export.formats.lines import json_line
from synthdial.measure.standing import FIGURES, Standing, cut, groups_of, standing
from synthdial.metrics import scenario_lexicon
from synthdial.study import Study
from synthdial.transcripts import ReadOptions

pytestmark = pytest.mark.slow

PEOPLE = [transcript.dialogue for transcript in bundled_references()]


def a_dialogue(lengths: Sequence[int]) -> Dialogue:
    """A dialogue of turns of so many words, each with words of its own."""
    texts = [" ".join(f"woord{'abcdefgh'[k % 8]}" for _ in range(words)) for k, words in enumerate(lengths)]
    return Dialogue("d", turns(*texts))


LENGTHS = st.lists(st.integers(0, 80), max_size=40)


class TestCut:
    @given(LENGTHS, st.integers(0, 1500), st.integers())
    def test_whole_utterances_stay_in_their_order(self, lengths: list[int], words: int, seed: int) -> None:
        whole = a_dialogue(lengths)
        short = cut(whole, words, random.Random(seed)).turns
        runs = [whole.turns[k : k + len(short)] for k in range(len(whole.turns) - len(short) + 1)]
        assert short in runs

    @given(LENGTHS, st.integers(0, 1500), st.integers())
    def test_it_is_never_longer_than_the_dialogue(self, lengths: list[int], words: int, seed: int) -> None:
        whole = a_dialogue(lengths)
        short = cut(whole, words, random.Random(seed))
        assert short.words <= whole.words
        assert short == whole or whole.words > words

    @given(LENGTHS, st.integers(1, 1500), st.integers())
    def test_it_is_about_as_long_as_asked_for(self, lengths: list[int], words: int, seed: int) -> None:
        whole = a_dialogue(lengths)
        short = cut(whole, words, random.Random(seed))
        if whole.words > words:
            longest = max(lengths)
            assert abs(short.words - words) <= (longest if len(short.turns) < 3 else longest / 2)

    def test_what_is_short_enough_is_left_as_it_is(self) -> None:
        whole = a_dialogue([3, 4])
        assert cut(whole, 7, random.Random(1)) is whole

    def test_it_starts_anywhere(self) -> None:
        firsts = {cut(PEOPLE[0], 200, random.Random(seed)).turns[0].text for seed in range(100)}
        assert len(firsts) > 20 and PEOPLE[0].turns[0].text in firsts


@pytest.fixture(scope="module")
def themselves() -> Standing:
    return standing("people", PEOPLE, PEOPLE)


@pytest.fixture(scope="module")
def regular() -> Standing:
    """Ten dialogues in which everyone always says one sentence, and the doctor's is always a question."""
    asked = "Kunt u mij vertellen hoe het de laatste week met u is gegaan"
    told = "Ja dokter het gaat best goed met mij"
    dialogues = [
        Dialogue(f"d{k}", turns(*[f"{told} {n}." if n % 2 else f"{asked} {n}?" for n in range(40 + 2 * k)]))
        for k in range(10)
    ]
    return standing("regular", dialogues, PEOPLE)


class TestPeopleAgainstThemselves:
    @pytest.mark.parametrize("name", FIGURES)
    def test_every_mean_is_one_of_peoples(self, themselves: Standing, name: str) -> None:
        figure = themselves.figure(name)
        assert figure.p10 <= figure.mean <= figure.p90
        assert figure.low <= figure.mean <= figure.high
        assert figure.people == pytest.approx(figure.mean, rel=0.05)

    def test_nobody_tells_them_apart(self, themselves: Standing) -> None:
        assert themselves.auc[0] <= 0.65

    def test_stretches_of_them_are_not_told_apart_either(self) -> None:
        chance = random.Random(5)
        stretches = [cut(person, 400, chance) for person in PEOPLE]
        found = standing("stretches", stretches, PEOPLE)
        assert found.auc[0] <= 0.65 and found.distance[0] < 0.5
        assert found.figure("n_words").people == pytest.approx(400, rel=0.05), "people are cut to that length"

    def test_they_are_hardly_any_distance_away(self, themselves: Standing) -> None:
        distance, low, high = themselves.distance
        assert 0 <= distance < 0.2 and 0 <= low <= high

    def test_the_same_seed_gives_the_same_figures(self, themselves: Standing) -> None:
        again, other = (standing("people", PEOPLE, PEOPLE, seed=seed) for seed in (0, 1))
        assert repr(again) == repr(themselves) and other.distance != themselves.distance


class TestARegularCorpus:
    def test_is_told_from_people(self, regular: Standing) -> None:
        assert regular.auc[0] > 0.9 and regular.auc[1] <= regular.auc[0] <= regular.auc[2]

    def test_is_further_away_than_people_are(self, regular: Standing, themselves: Standing) -> None:
        assert regular.distance[0] > 10 * themselves.distance[0]

    def test_lies_outside_what_people_do(self, regular: Standing) -> None:
        for name in ("cv", "gini", "length_entropy", "short_turn_share", "hesitations"):
            figure = regular.figure(name)
            assert figure.mean < figure.p10
        assert regular.figure("doctor_question_share").mean == 1.0

    def test_is_compared_with_people_of_the_same_length(self, regular: Standing) -> None:
        figure = regular.figure("n_words")
        assert figure.people == pytest.approx(figure.mean, rel=0.1)


class TestCounts:
    @staticmethod
    def of(*dialogues: Dialogue, **options: Any) -> Standing:
        return standing("hand", dialogues, PEOPLE[:5], **options)

    def test_repeated_turns_are_turns_of_five_words_that_were_said_before(self) -> None:
        one = Dialogue("a", turns(
            "Heeft u nog last van uw knie?",
            "Ja, precies.",
            "Heeft u nog last van uw knie?",
            "Ja, precies.",
        ))  # fmt: skip
        none = Dialogue("b", turns("Heeft u nog last van uw knie?", "Nee, dat gaat nu een stuk beter."))
        assert self.of(one, none).figure("repeated_turns").mean == pytest.approx((1 / 4 + 0) / 2)

    def test_what_another_dialogue_said_is_no_repetition(self) -> None:
        same = [Dialogue(name, turns("Heeft u nog last van uw knie?", "Ja, precies.")) for name in "ab"]
        assert self.of(*same).figure("repeated_turns").mean == 0.0

    def test_open_turns_end_inside_a_sentence(self) -> None:
        one = Dialogue("a", turns("Hoe gaat het met de", "Ja, goed.", "En toen...", "Ik slaap slecht"))
        none = Dialogue("b", turns("Hoe gaat het?", "Goed."))
        assert self.of(one, none).figure("open_turns").mean == pytest.approx((2 / 4 + 0) / 2)

    def test_a_dialogue_is_as_long_as_asked_from_the_least_to_the_most_words(self) -> None:
        dialogues = [a_dialogue([words - 100, 100]) for words in (499, 500, 1200, 1201)]
        assert self.of(*dialogues).figure("as_long_as_asked").mean == 0.5
        assert self.of(*dialogues, asked=(1, 499)).figure("as_long_as_asked").mean == 0.25

    def test_what_a_run_noted_is_averaged(self) -> None:
        notes = [
            {"mean_log_probability": -1.0, "forced_ends": 1, "tokens": 600, "seconds": 60.0, "slots": 2},
            {"mean_log_probability": -2.0, "forced_ends": 0, "tokens": 400, "seconds": 10.0, "slots": 1},
        ]
        found = self.of(*[Dialogue("d", turns("Hoe gaat het?", "Goed."), note) for note in notes])
        assert found.figure("log_probability").mean == -1.5
        assert found.figure("forced_ends").mean == 0.25
        assert found.figure("tokens_per_second").mean == 30.0

    @pytest.mark.parametrize("value", [None, "veel", [], {}, True, math.nan, math.inf, 10**400])
    def test_what_is_no_number_there_is_not_known(self, value: object) -> None:
        notes = dict.fromkeys(("mean_log_probability", "forced_ends", "tokens", "seconds", "slots"), value)
        found = self.of(*[Dialogue("d", turns("Hoe gaat het?", "Goed."), notes)] * 2)
        for name in ("log_probability", "forced_ends", "tokens_per_second"):
            assert math.isnan(found.figure(name).mean)

    def test_no_time_at_all_is_no_speed(self) -> None:
        notes = {"tokens": 5, "seconds": 0, "slots": 1}
        found = self.of(*[Dialogue("d", turns("Hoe gaat het?", "Goed."), notes)] * 2)
        assert math.isnan(found.figure("tokens_per_second").mean)

    def test_people_have_no_such_figures(self) -> None:
        found = self.of(*PEOPLE[:2])
        for figure in found.counts:
            assert math.isnan(figure.people) and math.isnan(figure.p10)


class TestTerms:
    # three of the card's eleven terms: kalium, urine as "plas", and bloeddruk
    SAID = turns("Het kalium is goed.", "En mijn plas?", "Ook, en de bloeddruk dus.", "Mooi.")

    def test_they_are_those_of_the_scenario_that_a_dialogue_names(self) -> None:
        dialogues = [
            Dialogue("a", self.SAID, {"scenario": "nefrologie-uitslagen"}),
            Dialogue("b", turns("Het kalium is goed.", "Mooi."), {"scenario": "nefrologie-uitslagen"}),
        ]
        found = standing("x", dialogues, PEOPLE[:5], terms=scenario_lexicon({"mooi": ()}, "own"))
        assert found.figure("terms").mean == pytest.approx((3 / 11 + 1 / 11) / 2)

    def test_each_dialogue_is_held_against_its_own(self) -> None:
        names = ("nefrologie-uitslagen", "nefrologie-zoutbeperking")
        dialogues = [Dialogue("d", turns("Het kreatinine.", "O."), {"scenario": name}) for name in names]
        assert standing("x", dialogues, PEOPLE[:5]).figure("terms").mean == pytest.approx((1 / 11 + 0) / 2)

    @pytest.mark.parametrize("note", [{}, {"scenario": "mijn-eigen-kaart"}, {"scenario": None}, {"scenario": [1]}])
    def test_elsewhere_they_are_those_that_were_given(self, note: dict) -> None:
        terms = scenario_lexicon({"kalium": (), "natrium": ()}, "own")
        dialogues = [Dialogue("d", self.SAID, note)] * 2
        assert standing("x", dialogues, PEOPLE[:5], terms=terms).figure("terms").mean == 0.5
        assert math.isnan(standing("x", dialogues, PEOPLE[:5]).figure("terms").mean)


class TestTooFew:
    @pytest.mark.parametrize(("own", "people"), [(1, 5), (0, 5), (2, 4), (2, 0)])
    def test_one_dialogue_or_four_references_are_one_clear_message(self, own: int, people: int) -> None:
        with pytest.raises(SynthdialError, match=f"demo holds {own} dialogues and there are {people} ref") as caught:
            standing("demo", PEOPLE[:own], PEOPLE[:people])
        assert "two dialogues and five references" in caught.value.hint

    def test_two_dialogues_have_figures_but_no_auc(self) -> None:
        found = standing("demo", PEOPLE[:2], PEOPLE[:5])
        assert found.dialogues == 2 and not math.isnan(found.figure("cv").mean)
        assert all(math.isnan(value) for value in found.auc)

    @pytest.mark.filterwarnings("error")
    def test_dialogues_without_a_word_have_no_figures(self) -> None:
        silent = [Dialogue(name, (Turn(Speaker.DOCTOR, "..."),)) for name in "ab"]
        found = standing("silent", silent, PEOPLE[:5])
        assert math.isnan(found.figure("cv").mean) and found.figure("n_words").mean == 0.0
        assert all(math.isnan(value) for value in found.distance)


class TestGroups:
    @staticmethod
    def of(*paths: Path) -> dict[str, list[Dialogue]]:
        remarks: list[str] = []
        groups = groups_of(paths, ReadOptions(), remark=remarks.append)
        assert not remarks
        return groups

    @staticmethod
    def study(path: Path, **presets: int) -> Path:
        with Study(path, create=True) as study:
            for preset, count in presets.items():
                recipe = replace(RECIPE, preset=preset)
                study.add_recipe(recipe)
                for number in range(1, count + 1):
                    study.add_dialogue(recipe, number, dialogue(number, recipe=recipe))
        return path

    def test_a_study_of_one_preset_is_one_group(self, tmp_path: Path) -> None:
        groups = self.of(self.study(tmp_path / "een.study", plain=3))
        assert {name: len(group) for name, group in groups.items()} == {"een.study": 3}

    def test_a_study_of_two_presets_is_two(self, tmp_path: Path) -> None:
        groups = self.of(self.study(tmp_path / "beide.study", plain=3, natural=2))
        assert {name: len(group) for name, group in groups.items()} == {
            "beide.study plain gemma": 3,
            "beide.study natural gemma": 2,
        }
        assert {made.provenance["preset"] for made in groups["beide.study natural gemma"]} == {"natural"}

    def test_an_export_of_it_is_split_as_well(self, tmp_path: Path) -> None:
        lines = tmp_path / "beide.jsonl"
        with Study(self.study(tmp_path / "beide.study", plain=3, natural=2), read_only=True) as study:
            lines.write_text("".join(json_line(made) for made in study.dialogues()), encoding="utf-8")
        groups = self.of(lines)
        assert [len(group) for group in groups.values()] == [3, 2]

    def test_a_folder_is_one_group_and_paths_keep_their_order(self, tmp_path: Path) -> None:
        folder = tmp_path / "mensen"
        folder.mkdir()
        for person in PEOPLE[:3]:
            (folder / f"{person.id}.txt").write_text(person.as_text(), encoding="utf-8")
        groups = self.of(self.study(tmp_path / "een.study", plain=1), folder)
        assert {name: len(group) for name, group in groups.items()} == {"een.study": 1, "mensen": 3}
        assert list(groups) == ["een.study", "mensen"]

    def test_two_files_of_one_name_stay_apart(self, tmp_path: Path) -> None:
        paths = []
        for count in (1, 2):
            (tmp_path / str(count)).mkdir()
            paths.append(self.study(tmp_path / str(count) / "een.study", plain=count))
        assert [len(group) for group in self.of(*paths).values()] == [1, 2]

    def test_what_cannot_be_read_is_named_and_the_rest_compared(self, tmp_path: Path) -> None:
        lines = tmp_path / "x.jsonl"
        lines.write_text(json_line(PEOPLE[0]) + "onzin\n", encoding="utf-8")
        remarks: list[str] = []
        groups = groups_of([lines], ReadOptions(), remark=remarks.append)
        assert [len(group) for group in groups.values()] == [1]
        assert len(remarks) == 1 and "line 2" in remarks[0]

    def test_a_path_that_is_not_there_is_one_message(self, tmp_path: Path) -> None:
        with pytest.raises(SynthdialError, match="cannot be read"):
            self.of(tmp_path / "nergens.study")
