"""Plans: drawn from a profile they take turns as its conversations do; no profile file makes them crash."""

import copy
import itertools
import json
import math
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthdial import bundled_references
from synthdial.dialogue import Dialogue, Speaker, Turn
from synthdial.errors import SynthdialError
from synthdial.metrics import Measurer
from synthdial.structure import Kind, PlannedTurn, Planner, build_profile, read_profile, write_profile
from synthdial.structure.plan import FEWEST_WORDS, LONGEST_TURN

pytestmark = pytest.mark.slow

DIALOGUES = [transcript.dialogue for transcript in bundled_references()]
PROFILE = build_profile(DIALOGUES)
MEASURES = PROFILE.content["measures"]
PHASES = [("opening", 0.06), ("history", 0.3), ("explanation", 0.4), ("plan", 0.18), ("closing", 0.06)]
NAMES = [name for name, _ in PHASES]
WORDS = 400
STEERED = (
    "cv",
    "burstiness",
    "gini",
    "short_turn_share",
    "backchannel_share",
    "lag1",
    "length_entropy",
    "switch_rate",
    "dominance",
    "question_share",
    "doctor_question_share",
    "patient_question_share",
    "words_per_turn",
)

Plan = list[PlannedTurn]


def spoken(turn: PlannedTurn) -> str:
    word = "ja" if turn.kind is Kind.BACKCHANNEL else "woord"
    return " ".join([word] * turn.words) + ("?" if turn.kind is Kind.QUESTION else ".")


def dialogue_of(plan: Plan) -> Dialogue:
    """The dialogue of somebody who follows a plan to the word."""
    return Dialogue("plan", tuple(Turn(turn.speaker, spoken(turn)) for turn in plan))


def turns_of(plan: Plan) -> list[tuple[int, bool]]:
    """Words of each turn, neighbours of one speaker together, and whether it asks."""
    groups = [list(group) for _, group in itertools.groupby(plan, key=lambda turn: turn.speaker)]
    return [(sum(turn.words for turn in group), any(turn.kind is Kind.QUESTION for turn in group)) for group in groups]


@pytest.fixture(scope="module")
def plans() -> list[Plan]:
    planner = Planner(PROFILE)
    return [planner.plan(WORDS, PHASES, seed) for seed in range(1000)]


@pytest.fixture(scope="module")
def figures(plans: list[Plan]) -> dict[str, npt.NDArray[np.float64]]:
    measurer = Measurer(metrics=STEERED)
    rows = np.array([measurer.row(dialogue_of(plan)) for plan in plans])
    return dict(zip(STEERED, rows.T, strict=True))


class TestAThousandPlans:
    @pytest.mark.parametrize("name", STEERED)
    def test_have_the_means_of_the_profile(self, figures: dict, name: str) -> None:
        people, mean = MEASURES[name], float(np.mean(figures[name]))
        assert abs(mean - people["mean"]) <= people["sd"] / 2 or people["p10"] <= mean <= people["p90"]

    def test_differ_from_one_another_as_people_do(self, figures: dict) -> None:
        spread = {name: float(np.std(figures[name])) / MEASURES[name]["sd"] for name in STEERED}
        odd = {name: ratio for name, ratio in spread.items() if not 0.5 <= ratio <= 2}
        assert len(odd) <= 2, odd

    def test_have_about_the_words_that_were_asked_for(self, plans: list[Plan]) -> None:
        words = np.array([sum(turn.words for turn in plan) for plan in plans])
        assert words.mean() == pytest.approx(WORDS, rel=0.05)
        assert words.min() >= 0.65 * WORDS and words.max() <= 1.35 * WORDS

    def test_are_made_of_turns_that_can_be_spoken(self, plans: list[Plan]) -> None:
        for turn in itertools.chain.from_iterable(plans):
            assert 1 <= turn.words <= LONGEST_TURN
            assert turn.words <= 3 or turn.kind is not Kind.BACKCHANNEL

    def test_answer_long_turns_with_short_ones_as_people_do(self, plans: list[Plan]) -> None:
        def short_after(conversations: list[list[tuple[int, bool]]]) -> tuple[float, float]:
            pairs = [pair for turns in conversations for pair in itertools.pairwise(turns)]
            return tuple(  # type: ignore[return-value]
                float(np.mean([after <= 2 for (before, _), (after, _) in pairs if low <= before <= high]))
                for low, high in ((33, 999), (1, 32))
            )

        people = [[(turn.words, "?" in turn.text) for turn in d.merged().turns] for d in DIALOGUES]
        after_long, after_others = short_after([turns_of(plan) for plan in plans])
        assert after_long > 1.5 * after_others
        assert (after_long, after_others) == pytest.approx(short_after(people), abs=0.05)

    def test_hold_answers_after_questions_and_nowhere_else(self, plans: list[Plan]) -> None:
        answered = asked = 0
        for plan in plans:
            assert plan[0].kind is not Kind.ANSWER
            for before, turn in itertools.pairwise(plan):
                if turn.kind is Kind.ANSWER:
                    assert before.kind is Kind.QUESTION and before.speaker is turn.speaker.other
                if before.kind is Kind.QUESTION:
                    asked += 1
                    answered += turn.kind is Kind.ANSWER
                    assert turn.speaker is before.speaker.other, "who asks waits for the answer"
        assert answered > 0.7 * asked

    def test_ask_less_often_right_after_a_question(self, plans: list[Plan]) -> None:
        pairs = [pair for plan in plans for pair in itertools.pairwise(turns_of(plan))]
        after_question, after_statement = (
            np.mean([asks for (_, before), (_, asks) in pairs if before is asked]) for asked in (True, False)
        )
        assert after_question < after_statement / 2

    def test_are_begun_by_whom_people_let_begin(self, plans: list[Plan]) -> None:
        begun = np.mean([plan[0].speaker is Speaker.DOCTOR for plan in plans])
        assert begun == pytest.approx(PROFILE.content["openings"][0]["doctor"], abs=0.1)

    def test_go_through_the_phases_in_order(self, plans: list[Plan]) -> None:
        for plan in plans:
            places = [NAMES.index(turn.phase) for turn in plan]
            assert places == sorted(places)

    def test_give_each_phase_about_its_share_of_the_words(self, plans: list[Plan]) -> None:
        for name, asked in PHASES:
            shares = [
                sum(turn.words for turn in plan if turn.phase == name) / sum(turn.words for turn in plan)
                for plan in plans
            ]
            assert np.mean(shares) == pytest.approx(asked, abs=0.02)
            assert max(shares) <= asked + LONGEST_TURN / WORDS

    def test_are_all_different(self, plans: list[Plan]) -> None:
        assert len({tuple(plan) for plan in plans}) == len(plans)


class TestSeed:
    def test_the_same_seed_gives_the_same_plan(self, plans: list[Plan]) -> None:
        assert Planner(PROFILE).plan(WORDS, PHASES, 17) == plans[17]

    def test_a_planner_that_has_planned_before_plans_the_same(self, plans: list[Plan]) -> None:
        planner = Planner(PROFILE)
        planner.plan(WORDS, PHASES, 3)
        assert planner.plan(WORDS, PHASES, 17) == plans[17]

    def test_another_seed_gives_another_plan(self, plans: list[Plan]) -> None:
        assert plans[17] != plans[18]

    def test_a_profile_that_was_written_and_read_plans_the_same(self, plans: list[Plan], tmp_path: Path) -> None:
        path = tmp_path / "profile.json"
        write_profile(PROFILE, path)
        assert read_profile(path).digest == PROFILE.digest
        assert Planner(read_profile(path)).plan(WORDS, PHASES, 17) == plans[17]


class TestLength:
    @pytest.mark.parametrize("words", [100, 200, 1000, 3000])
    def test_other_lengths_are_kept_as_well(self, words: int) -> None:
        planner = Planner(PROFILE)
        planned = [sum(turn.words for turn in planner.plan(words, PHASES, seed)) for seed in range(12)]
        assert np.mean(planned) == pytest.approx(words, rel=0.08)

    def test_a_speaker_of_single_words_is_given_as_many_turns_as_it_takes(self) -> None:
        terse = build_profile([
            Dialogue(f"d{k}", tuple(Turn(list(Speaker)[n % 2], "Ja.") for n in range(2000))) for k in range(5)
        ])  # fmt: skip
        plan = Planner(terse).plan(1500, PHASES, 1)
        assert sum(turn.words for turn in plan) == pytest.approx(1500, rel=0.1)
        assert len(plan) > 700

    def test_the_fewest_words_make_a_plan(self) -> None:
        plan = Planner(PROFILE).plan(FEWEST_WORDS, PHASES, 1)
        assert len(plan) >= 2 and {turn.speaker for turn in plan} == set(Speaker)

    @pytest.mark.parametrize("words", [FEWEST_WORDS - 1, 1, 0, -5])
    def test_fewer_are_one_clear_message(self, words: int) -> None:
        with pytest.raises(SynthdialError, match=f"of {words} words is too short") as caught:
            Planner(PROFILE).plan(words, PHASES, 1)
        assert f"{FEWEST_WORDS} words or more" in caught.value.hint


class TestFewConversations:
    @pytest.mark.parametrize("first", range(8))
    def test_five_are_enough(self, first: int) -> None:
        profile = build_profile(DIALOGUES[first : first + 5])
        for own in profile.content["speakers"].values():
            for row in (own["turn_words"], *(cell["turn_words"] for cell in own["after"])):
                assert min(row) > 0
        planner, measurer = Planner(profile), Measurer(metrics=["cv"])
        plans = [planner.plan(WORDS, PHASES, seed) for seed in range(30)]
        cv = np.mean([measurer.row(dialogue_of(plan))[0] for plan in plans])
        people = profile.content["measures"]["cv"]
        assert people["p10"] <= cv <= people["p90"]

    @given(
        st.lists(
            st.lists(
                st.tuples(st.sampled_from(list(Speaker)), st.sampled_from(["", "?", "uh", "Ja."]), st.integers(0, 90)),
                min_size=1,
                max_size=12,
            ),
            min_size=1,
            max_size=6,
        )
    )
    @settings(max_examples=25)
    def test_whatever_was_said_its_profile_can_be_read_and_planned_from(
        self, folder: Path, told: list[list[tuple[Speaker, str, int]]]
    ) -> None:
        dialogues = [
            Dialogue(f"d{k}", tuple(Turn(who, f"{text} {'woord ' * words}") for who, text, words in turns))
            for k, turns in enumerate(told)
        ]
        path = folder / "profile.json"
        write_profile(build_profile(dialogues), path)
        check(Planner(read_profile(path)).plan(FEWEST_WORDS, PHASES, 1))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("profiles")


def check(plan: Plan) -> None:
    places = [NAMES.index(turn.phase) for turn in plan]
    assert plan and places == sorted(places)
    for turn in plan:
        assert 1 <= turn.words <= LONGEST_TURN and isinstance(turn.words, int)
        assert turn.words <= 3 or turn.kind is not Kind.BACKCHANNEL


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where everything in a profile stands: figures, lists and tables."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(leaf for key, item in items for leaf in leaves(item, (*path, key)))]


CONTENT = json.loads(PROFILE.to_json())
PLACES = [path for path in leaves(CONTENT) if path]
SHARES = [path for path in PLACES if path[-1] in ("turn_words", "utterances_a_turn")]
RATES = [path for path in PLACES if "asks" in str(path) or "backchannel" in str(path) or path[-1] == "doctor"]
OUTSIDE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.sampled_from([0, 1, -1, 10**400, 1e308, -1e308, 5e-324, "0.5", "\ud800", [], [0.5], {}, {"mean": 1}]),
)


def put(content: Any, path: tuple[Any, ...], value: object) -> None:
    for key in path[:-1]:
        content = content[key]
    content[path[-1]] = value


def at(content: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        content = content[key]
    return content


@st.composite
def plausible(draw: st.DrawFn) -> dict:
    """A profile whose every figure is one that could be, of conversations that nobody would have."""
    content = copy.deepcopy(CONTENT)
    for path in draw(st.lists(st.sampled_from(SHARES), max_size=20)):
        size = len(at(content, path))
        weights = np.array(draw(st.lists(st.integers(0, 3), min_size=size, max_size=size)), float)
        weights[draw(st.integers(0, size - 1))] += 0.5
        put(content, path, [round(float(share), 6) for share in weights / weights.sum()])
    for path in draw(st.lists(st.sampled_from(RATES), max_size=20)):
        if isinstance(at(content, path), float):
            put(content, path, draw(st.sampled_from([0, 1, 0.5, 1e-9, 5e-324])))
    for name in draw(st.lists(st.sampled_from(sorted(MEASURES)), max_size=6)):
        put(content, ("measures", name, "mean"), draw(st.sampled_from([None, 0, 1, -1e6, 1e6, 5e-324])))
        put(content, ("measures", name, "sd"), draw(st.sampled_from([None, 0, 1e-9, 1e6])))
    for speaker in draw(st.sets(st.sampled_from(list(Speaker)))):
        place = draw(st.sampled_from([0, 1, 2, 3, 4, 5, 6, 7]))
        ends = [(1, 1), (2, 2), (3, 4), (5, 8), (9, 16), (17, 32), (33, 64), (65, 1e6)][place]
        put(content, ("speakers", str(speaker), "mean_words", place), draw(st.sampled_from(ends)))
        put(content, ("speakers", str(speaker), "level_sd"), draw(st.sampled_from([None, 0, 0.5, 10])))
    for edge in draw(st.sets(st.sampled_from(["openings", "closings"]))):
        put(content, (edge, draw(st.integers(0, 3)), "mean_words"), draw(st.sampled_from([0, 1e-9, 200, 1e6])))
    return content


def plan_from(content: Any, path: Path, words: int, seed: int) -> None:
    path.write_text(json.dumps(content), encoding="utf-8")
    profile = read_profile(path)
    assert len(profile.digest) == 64
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a warning of the arithmetic would end on the user's screen
        check(Planner(profile).plan(words, PHASES, seed))


class TestHostileProfiles:
    @given(plausible(), st.integers(FEWEST_WORDS, 500), st.integers(0, 2**31))
    @settings(max_examples=60)
    def test_a_profile_of_strange_conversations_gives_a_plan(
        self, folder: Path, content: dict, words: int, seed: int
    ) -> None:
        plan_from(content, folder / "strange.json", words, seed)

    @given(st.lists(st.tuples(st.sampled_from(PLACES), OUTSIDE), min_size=1, max_size=4), st.integers(0, 2**31))
    @settings(max_examples=150)
    def test_any_other_change_gives_a_plan_or_one_message(
        self, folder: Path, changes: list[tuple[tuple[Any, ...], object]], seed: int
    ) -> None:
        content = copy.deepcopy(CONTENT)
        for path, value in changes:
            try:
                put(content, path, value)
            except (LookupError, TypeError):  # an earlier change took the place away
                continue
        try:
            plan_from(content, folder / "changed.json", 100, seed)
        except SynthdialError as error:
            assert str(folder / "changed.json") in error.message

    @given(st.sampled_from(PLACES))
    @settings(max_examples=150)
    def test_a_part_that_is_missing_gives_a_plan_or_one_message(self, folder: Path, path: tuple[Any, ...]) -> None:
        content = copy.deepcopy(CONTENT)
        del at(content, path[:-1])[path[-1]]
        try:
            plan_from(content, folder / "part.json", 100, 1)
        except SynthdialError as error:
            assert str(folder / "part.json") in error.message

    @staticmethod
    def all_turns_alike(place: int, mean: float, **rates: float) -> dict:
        """A profile in which every turn has the length of one bin."""
        content = copy.deepcopy(CONTENT)
        for path in SHARES:
            if path[-1] == "turn_words":
                put(content, path, [float(k == place) for k in range(8)])
        for own in content["speakers"].values():
            own["mean_words"][place], own["level_sd"] = mean, 0
            for cell in own["after"]:
                cell.update(rates)
        return content

    def test_a_listener_says_no_more_at_the_end_than_before(self, folder: Path) -> None:
        content = self.all_turns_alike(2, 3, asks=0, backchannel=1)
        for edge in content["closings"]:
            edge.update(asks=0, mean_words=1000)
        plan_from(content, folder / "end.json", 100, 1)

    def test_speakers_without_a_short_turn_have_a_plan(self, folder: Path) -> None:
        plan_from(self.all_turns_alike(5, 20), folder / "long.json", 300, 1)

    def test_what_else_stands_in_the_file_does_no_harm(self, folder: Path) -> None:
        plan_from({**CONTENT, "remark": "\ud800", "\udfff": {}}, folder / "more.json", 100, 1)

    @pytest.mark.parametrize(
        ("path", "value"),
        [
            (("bins",), ["1", "2"]),
            (("conversations",), 0),
            (("conversations",), True),
            (("conversations",), 12.0),
            (("measures", "cv", "mean"), math.nan),
            (("measures", "cv", "mean"), math.inf),
            (("measures", "cv", "sd"), -0.1),
            (("measures", "cv", "p10"), "1"),
            (("measures", "hesitations"), None),
            (("speakers", "Arts", "mean_words", 0), 0),
            (("speakers", "Arts", "mean_words", 3), 9),
            (("speakers", "Arts", "mean_words"), [1, 2, 3.5]),
            (("speakers", "Arts", "asks_by_words"), [0.1, 0.2, 0.3]),
            (("speakers", "Arts", "asks_by_words", 2), 1.5),
            (("speakers", "Patiënt", "asks_by_quarter", 0), -0.5),
            (("speakers", "Patiënt", "level_sd"), -1),
            (("speakers", "Patiënt", "utterances_a_turn"), [1, 1, 1, 1]),
            (("speakers", "Patiënt", "after"), []),
            (("speakers", "Patiënt", "after", 3, "previous_asks"), "ja"),
            (("speakers", "Patiënt", "after", 3, "asks"), 2),
            (("speakers", "Patiënt", "after", 3, "backchannel"), None),
            (("speakers", "Patiënt", "after", 3, "turn_words"), [1, 0, 0, 0, 0, 0, 0]),
            (("openings",), []),
            (("openings", 0, "doctor"), 1.1),
            (("closings", 2), {"asks": 0.5}),
            (("closings", 2, "mean_words"), -3),
        ],
    )
    def test_a_figure_that_no_conversation_has_is_damage(self, tmp_path: Path, path: tuple, value: object) -> None:
        content = copy.deepcopy(CONTENT)
        put(content, path, value)
        file = tmp_path / "profile.json"
        file.write_text(json.dumps(content), encoding="utf-8")
        with pytest.raises(SynthdialError, match="is damaged") as caught:
            read_profile(file)
        assert "synthdial-edge profile" in caught.value.hint
