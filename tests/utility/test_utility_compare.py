"""What the comparison finds where it is known what there is to find, and what it refuses."""

import json
import random
from pathlib import Path

import pytest
from planted import about, corpus

from synthdial.dialogue import Dialogue, Speaker, Turn
from synthdial.errors import SynthdialError
from synthdial.export.formats.lines import json_line
from synthdial.prompt.build import references_digest
from synthdial.utility import Question, Utility, UtilityRequest, compare_utility, measure_utility, utility_bytes
from synthdial.utility.result import BOTH, MAJORITY, REAL, REAL_SAME, SAME, SHUFFLED, SYNTHETIC

pytest.importorskip("sklearn")
pytestmark = pytest.mark.slow

REAL_ONES = corpus("real", 12, 1)


def speaker(synthetic: list[Dialogue], real: list[Dialogue] = REAL_ONES, **options: int) -> Utility:
    return compare_utility(synthetic, real, Question("speaker", **{"repeats": 1, "resamples": 4, **options}))


def with_speakers_shuffled(dialogues: list[Dialogue], seed: int = 0) -> list[Dialogue]:
    chance = random.Random(seed)
    return [
        Dialogue(one.id, tuple(Turn(chance.choice(list(Speaker)), turn.text) for turn in one.turns))
        for one in dialogues
    ]


class TestPlanted:
    @pytest.fixture(scope="class")
    def alike(self) -> Utility:
        return speaker(corpus("made", 30, 2), repeats=2)

    def test_what_is_drawn_from_the_same_distribution_teaches_as_much(self, alike: Utility) -> None:
        difference = alike.difference(SAME, REAL).macro_f1
        assert difference.low <= 0 <= difference.high
        assert abs(difference.value) < 0.05
        assert alike.arm(SYNTHETIC).macro_f1.value > 0.85
        assert "Synthetic dialogues teach this task:" in alike.sentence and "may be chance" in alike.sentence

    def test_shuffled_answers_teach_nothing(self, alike: Utility) -> None:
        assert abs(alike.arm(SHUFFLED).accuracy.value - 0.5) < 0.1
        assert alike.difference(SYNTHETIC, SHUFFLED).macro_f1.low > 0.2

    def test_a_majority_answer_is_right_as_often_as_it_is_frequent(self, alike: Utility) -> None:
        assert alike.arm(MAJORITY).accuracy.value == pytest.approx(max(alike.real.shares.values()))
        assert alike.arm(MAJORITY).training == 0

    def test_sizes_are_alike_where_they_are_said_to_be(self, alike: Utility) -> None:
        assert alike.arm(SAME).training <= alike.arm(REAL).training < alike.arm(SYNTHETIC).training
        assert alike.arm(REAL).training - alike.arm(SAME).training < 20, "of the smallest part"
        assert alike.arm(BOTH).training == pytest.approx(alike.arm(SYNTHETIC).training + alike.arm(REAL).training)

    def test_synthetic_dialogues_in_which_anybody_says_anything_are_at_chance(self) -> None:
        found = speaker(corpus("made", 30, 2, clear=0.0))
        assert abs(found.arm(SYNTHETIC).accuracy.value - 0.5) < 0.1
        assert found.difference(SAME, REAL).macro_f1.high < 0
        assert "It is not shown" in found.sentence and "As many real ones teach it better" in found.sentence

    def test_answers_at_random_in_training_are_at_chance(self) -> None:
        found = speaker(with_speakers_shuffled(corpus("made", 30, 2)))
        assert abs(found.arm(SYNTHETIC).accuracy.value - 0.5) < 0.12

    def test_clearer_dialogues_than_real_ones_do_not_make_real_ones_clear(self) -> None:
        plain = corpus("real", 12, 1, clear=0.05)
        found = speaker(corpus("made", 30, 2, clear=0.8), plain)
        assert found.arm(SYNTHETIC).accuracy.value < 0.8

    def test_few_synthetic_ones_are_set_beside_as_few_real_ones(self) -> None:
        found = speaker(corpus("made", 3, 2))
        names = [arm.name for arm in found.arms]
        assert REAL_SAME in names and SAME not in names
        assert found.arm(REAL_SAME).training == found.arm(SYNTHETIC).training
        assert f"{found.difference(SYNTHETIC, REAL_SAME).macro_f1.value:+.2f} (" in found.sentence

    def test_questions_are_told_by_their_words(self) -> None:
        found = compare_utility(corpus("made", 30, 2), REAL_ONES, Question("question", repeats=1, resamples=2))
        assert found.arm(SYNTHETIC).macro_f1.value > 0.95 and set(found.real.shares) == {"question", "no question"}

    def test_the_same_seed_gives_the_same_bytes(self) -> None:
        made = corpus("made", 8, 2)
        assert utility_bytes("json", speaker(made)) == utility_bytes("json", speaker(made))


def test_what_is_drawn_alike_is_seldom_told_apart() -> None:
    told = 0
    for seed in range(12):
        made, real = corpus("made", 6, seed, clear=0.15), corpus("real", 8, seed, clear=0.15)
        found = speaker(made, real, folds=4, resamples=6, seed=seed)
        assert found.beside is not None
        told += not found.beside.macro_f1.low <= 0 <= found.beside.macro_f1.high
    assert told <= 2, "an interval of 95 % misses one in twenty"


class TestTopic:
    def test_several_of_each_are_learned_from_one_another(self) -> None:
        found = compare_utility(
            about("made", 8, 1), about("real", 4, 2), Question("topic", window=40, repeats=1, resamples=2)
        )
        assert found.arm(SYNTHETIC).macro_f1.value > 0.8 and found.arm(REAL).macro_f1.value > 0.7
        assert set(found.real.shares) == {"zout", "stenen", "druk"}

    def test_one_of_each_can_be_tested_on_but_not_learned_from(self) -> None:
        real = [*about("real", 1, 2), *about("more", 1, 3)[:2]]
        found = compare_utility(about("made", 8, 1), real, Question("topic", window=40))
        assert {arm.name for arm in found.arms} == {MAJORITY, SHUFFLED, SYNTHETIC}
        assert any("cannot be learned from others (stenen)" in text or "(druk)" in text for text in found.remarks)
        assert "many real ones" not in found.sentence

    def test_topics_of_one_side_are_left_out_and_told(self) -> None:
        real = [*about("real", 3, 2), *corpus("x", 2, 1, scenario="anders"), *corpus("y", 1, 1)]
        found = compare_utility(about("made", 8, 1), real, Question("topic", window=40, repeats=1, resamples=2))
        assert found.real.dialogues == 9
        assert "Topics of one side alone were left out: anders." in found.remarks
        assert "1 real dialogues have no topic that is known; they were left out." in found.remarks

    def test_no_topics_are_refused_with_what_tells_them(self) -> None:
        with pytest.raises(SynthdialError, match=r"real dialogues have no topic that is known.*--topics FILE"):
            compare_utility(about("made", 8, 1), REAL_ONES, Question("topic"))

    def test_one_topic_is_refused(self) -> None:
        with pytest.raises(
            SynthdialError, match=r"The synthetic dialogues have one topic, zout: .* nothing to tell apart"
        ):
            compare_utility(corpus("made", 8, 1, scenario="zout"), about("real", 2, 2), Question("topic"))

    def test_topics_that_are_not_in_common_are_refused_by_name(self) -> None:
        topics = {f"real{k}": f"t{k % 2}" for k in range(12)}
        with pytest.raises(SynthdialError, match="have 0 topics in common: druk, stenen, zout and t0, t1"):
            compare_utility(about("made", 8, 1), REAL_ONES, Question("topic", topics=topics))


class TestRefused:
    def test_too_few(self) -> None:
        with pytest.raises(SynthdialError, match=r"20 synthetic and 4 real dialogues.*Needed are 2 and 5"):
            speaker(corpus("made", 20, 2), REAL_ONES[:4])
        with pytest.raises(SynthdialError, match="1 synthetic and 12 real"):
            speaker(corpus("made", 1, 2))

    def test_nobody_asks(self) -> None:
        plain = [Dialogue(one.id, tuple(Turn(t.speaker, t.text.rstrip("?.")) for t in one.turns)) for one in REAL_ONES]
        with pytest.raises(
            SynthdialError, match="In the real dialogues the task 'question' has one answer, 'no question'"
        ):
            compare_utility(corpus("made", 8, 2), plain, Question("question"))

    def test_only_one_speaks(self) -> None:
        alone = [Dialogue(one.id, tuple(Turn(Speaker.DOCTOR, t.text) for t in one.turns)) for one in corpus("m", 8, 2)]
        with pytest.raises(
            SynthdialError, match="In the synthetic dialogues the task 'speaker' has one answer, 'doctor'"
        ):
            speaker(alone)

    def test_nobody_says_a_word(self) -> None:
        with pytest.raises(SynthdialError, match="no turn with a word in it"):
            speaker([Dialogue("a", (Turn(Speaker.DOCTOR, "..."),))])


class TestLeakage:
    def test_synthetic_ones_that_are_real_are_not_trained_on(self) -> None:
        found = speaker([*corpus("made", 8, 2), *REAL_ONES[:3]])
        assert found.synthetic.dialogues == 8
        assert found.remarks[0].startswith("3 synthetic dialogues say word for word what a real one does")

    def test_all_of_them_real_leaves_nothing(self) -> None:
        with pytest.raises(SynthdialError):
            speaker(REAL_ONES)

    @pytest.fixture(scope="class")
    def paths(self, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
        folder = tmp_path_factory.mktemp("sides")
        made = [
            Dialogue(
                one.id,
                one.turns,
                {
                    "scenario": "s",
                    "references": 1,
                    "references_sha256": references_digest([REAL_ONES[k % 2].as_text()]),
                },
            )
            for k, one in enumerate(corpus("made", 8, 2))
        ]
        (folder / "made.jsonl").write_text("".join(map(json_line, made)), encoding="utf-8")
        (folder / "real").mkdir()
        for one in REAL_ONES:
            (folder / "real" / f"{one.id}.txt").write_text(one.as_text(), encoding="utf-8")
        return folder / "made.jsonl", folder / "real"

    def test_those_that_stood_in_prompts_are_told(self, paths: tuple[Path, Path]) -> None:
        request = UtilityRequest(paths[0], (paths[1],), Question("speaker", repeats=1, resamples=2))
        found = measure_utility(request)
        assert found.prompted == 2 and found.real.dialogues == 12
        assert "2 of 12 real dialogues stood in prompts of the synthetic ones: figures may flatter." in found.remarks[0]
        assert json.loads(utility_bytes("json", found))["prompted"] == 2

    def test_and_can_be_left_out(self, paths: tuple[Path, Path]) -> None:
        request = UtilityRequest(
            paths[0], (paths[1],), Question("speaker", repeats=1, resamples=2), leave_out_prompted=True
        )
        found = measure_utility(request)
        assert found.real.dialogues == 10 and found.remarks == (
            "2 of 12 real dialogues stood in prompts of the synthetic ones; they were left out.",
        )

    def test_all_left_out_is_refused(self, paths: tuple[Path, Path], tmp_path: Path) -> None:
        for one in REAL_ONES[:2]:
            (tmp_path / f"{one.id}.txt").write_text(one.as_text(), encoding="utf-8")
        request = UtilityRequest(paths[0], (tmp_path,), Question("speaker"), leave_out_prompted=True)
        with pytest.raises(SynthdialError, match="none is left to test on"):
            measure_utility(request)


def test_progress_counts_all_trainings_to_the_end() -> None:
    seen: list[tuple[int, int]] = []
    for synthetic in (3, 20):
        seen.clear()
        compare_utility(
            corpus("made", synthetic, 2), REAL_ONES, Question("speaker", repeats=2, folds=3, resamples=2),
            advance=lambda done, total: seen.append((done, total)),
        )  # fmt: skip
        assert [done for done, _ in seen] == list(range(1, len(seen) + 1))
        assert {total for _, total in seen} == {len(seen)}
