"""Several candidates for each dialogue kept: what is stored, what is chosen, and what survives."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from samples import turns
from scripted import TURNS, ScriptedEngine, heard, scripted_engine

from synthdial.dialogue import Dialogue, Turn
from synthdial.engine.events import Clock, Event, TurnWritten
from synthdial.engine.protocol import WriteDialogues
from synthdial.errors import SynthdialError, WorkerDiedError
from synthdial.export import export_study
from synthdial.measure.sources import dialogues_of, pieces
from synthdial.study import Recipe, Study
from synthdial.study.batch import Progress, run_batch
from synthdial.study.request import BatchRequest
from synthdial.study.score import WEIGHTS
from synthdial.transcripts import ReadOptions

pytestmark = pytest.mark.slow

GOOD = turns(
    "Goedemorgen, hoe gaat het met u?", "Ja, goed.", "Uw nierfunctie en het kalium zijn stabiel gebleven.", "Mooi zo."
)
BAD = turns(*["Dat is heel goed om te horen, mevrouw."] * 4)
THREE = BatchRequest(count=2, candidates=3)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> type[ScriptedEngine]:
    """An engine whose every dialogue is a bad one, but for the second candidate of each three."""
    made = scripted_engine(monkeypatch, tmp_path)
    made.writing = staticmethod(lambda order, _: (heard(job, told(job[0])) for job in order.jobs))
    return made


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.study"


def told(job: int) -> tuple[Turn, ...]:
    return GOOD if job % 3 == 2 else BAD


def stopping_after(jobs: int) -> staticmethod:
    """What an engine does that is ended, with the program, when so many candidates are written."""

    def writing(order: WriteDialogues, _: int) -> Iterator[Event]:
        for job in order.jobs[:jobs]:
            yield heard(job, told(job[0]))
        raise KeyboardInterrupt

    return staticmethod(writing)


def jobs_of(engine: type[ScriptedEngine]) -> list[int]:
    return [number for number, _ in engine.orders[-1].jobs]


def recipe_of(path: Path) -> Recipe:
    with Study(path, read_only=True) as study:
        (content,) = study.recipes().values()
    return Recipe(**content)


def places(path: Path, number: int) -> list[tuple[int, bool, str]]:
    with Study(path, read_only=True) as study:
        return [(c.candidate, c.kept, c.dialogue.id) for c in study.candidates(recipe_of(path), number)]


class TestChoosing:
    def test_the_best_of_each_dialogue_is_kept_under_its_plain_id(
        self, engine: type[ScriptedEngine], path: Path
    ) -> None:
        result = run_batch(path, THREE)
        recipe = recipe_of(path)
        assert (result.written, result.done) == (2, 2)
        assert result.ids == (recipe.dialogue_id(1), recipe.dialogue_id(2))
        with Study(path, read_only=True) as study:
            assert [(kept.id, kept.turns) for kept in study.dialogues()] == [(key, GOOD) for key in result.ids]
        plain = recipe.dialogue_id(2)
        assert places(path, 2) == [(1, False, f"{plain}c1"), (2, True, plain), (3, False, f"{plain}c3")]

    def test_every_candidate_has_its_parts_and_its_place(self, engine: type[ScriptedEngine], path: Path) -> None:
        run_batch(path, THREE)
        with Study(path, read_only=True) as study:
            written = [c.dialogue for number in (1, 2) for c in study.candidates(recipe_of(path), number)]
        assert [d.turns for d in written] == [BAD, GOOD, BAD] * 2
        assert [(d.provenance["number"], d.provenance["candidate"]) for d in written] == [
            (number, candidate) for number in (1, 2) for candidate in (1, 2, 3)
        ]
        for dialogue in written:
            made = dialogue.provenance
            assert made["candidates"] == 3 and made["recipe"] == recipe_of(path).id
            assert set(made["score"]) == {"total", *WEIGHTS}
            assert None not in made["score"].values()

    def test_the_engine_gets_one_job_a_candidate_with_seeds_of_their_own(
        self, engine: type[ScriptedEngine], path: Path
    ) -> None:
        run_batch(path, THREE)
        recipe = recipe_of(path)
        (order,) = engine.orders
        assert order.jobs == [
            (3 * (number - 1) + c, recipe.dialogue_seed(number, 0, c)) for number in (1, 2) for c in (1, 2, 3)
        ]
        assert len(set(order.jobs)) == len({seed for _, seed in order.jobs}) == len(order.plans) == 6
        with Study(path, read_only=True) as study:
            assert [kept.provenance["seed"] for kept in study.dialogues()] == [order.jobs[1][1], order.jobs[4][1]]

    def test_a_plain_batch_is_scored_by_the_turn_taking_of_its_references(
        self, engine: type[ScriptedEngine], path: Path
    ) -> None:
        run_batch(path, BatchRequest(count=1, candidates=2, preset="plain"))
        assert engine.orders[0].plans == [] and len(recipe_of(path).profile_sha256) == 64
        with Study(path, read_only=True) as study:
            (kept,) = study.dialogues()
        assert kept.turns == GOOD and 0 < kept.provenance["score"]["structure"] < 1

    def test_a_larger_count_adds_and_the_same_one_does_nothing(self, engine: type[ScriptedEngine], path: Path) -> None:
        run_batch(path, THREE)
        assert run_batch(path, THREE).written == 0 and len(engine.orders) == 1
        assert run_batch(path, BatchRequest(count=3, candidates=3)).written == 1
        assert jobs_of(engine) == [7, 8, 9]

    def test_another_number_of_candidates_is_another_recipe(self, engine: type[ScriptedEngine], path: Path) -> None:
        run_batch(path, BatchRequest(count=1, candidates=2))
        run_batch(path, BatchRequest(count=1, candidates=3))
        with Study(path, read_only=True) as study:
            assert len(study.recipes()) == len(study) == 2

    @pytest.mark.parametrize(("candidates", "bound"), [(0, "1 or more"), (17, "16 or less")])
    def test_from_1_to_16_can_be_asked_for(self, candidates: int, bound: str) -> None:
        with pytest.raises(SynthdialError, match=f"candidates is {candidates}; it must be {bound}"):
            BatchRequest(count=1, candidates=candidates)


class TestRejected:
    def test_nothing_but_the_list_of_candidates_tells_of_them(
        self, engine: type[ScriptedEngine], path: Path, tmp_path: Path
    ) -> None:
        result = run_batch(path, THREE)
        with Study(path) as study:
            assert len(study) == 2
            assert study.numbers(recipe_of(path)) == {1, 2}
            assert [row["id"] for row in study.summaries()] == list(result.ids)
            assert [export_study(study, tmp_path / name).written for name in ("a.jsonl", "a.txt")] == [2, 2]
            with pytest.raises(SynthdialError, match="holds no dialogue"):
                study.find("0001c1")
            assert study.find("0001").turns == GOOD
        for name in ("a.jsonl", "a.txt"):
            assert BAD[0].text not in (tmp_path / name).read_text("utf-8")
        measured = [d for piece in pieces([path]) for d in dialogues_of(piece, ReadOptions())]
        assert [dialogue.id for dialogue in measured if isinstance(dialogue, Dialogue)] == list(result.ids)


class TestInterrupted:
    @pytest.mark.parametrize("jobs", range(6))
    def test_only_candidates_that_are_missing_are_written(
        self, engine: type[ScriptedEngine], path: Path, jobs: int
    ) -> None:
        whole, engine.writing = engine.writing, stopping_after(jobs)
        with pytest.raises(KeyboardInterrupt):
            run_batch(path, THREE)
        with Study(path, read_only=True) as study:
            assert len(study) == jobs // 3
            assert study.undecided(recipe_of(path)) == (
                {jobs // 3 + 1: set(range(1, jobs % 3 + 1))} if jobs % 3 else {}
            )
        engine.writing = staticmethod(whole)
        assert run_batch(path, THREE).written == 2 - jobs // 3
        assert jobs_of(engine) == list(range(jobs + 1, 7))
        assert [kept for number in (1, 2) for _, kept, _ in places(path, number)] == [False, True, False] * 2

    def test_ended_before_it_chose_it_only_chooses(
        self, engine: type[ScriptedEngine], path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def ended(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(Study, "keep", ended)
            run_batch(path, BatchRequest(count=1, candidates=3))
        with Study(path, read_only=True) as study:
            assert len(study) == 0 and study.undecided(recipe_of(path)) == {1: {1, 2, 3}}
        engine.orders.clear()
        assert run_batch(path, BatchRequest(count=1, candidates=3)).written == 1
        assert engine.orders == []
        assert [kept for _, kept, _ in places(path, 1)] == [False, True, False]

    def test_ended_while_it_chooses_nothing_is_half_chosen(self, engine: type[ScriptedEngine], path: Path) -> None:
        engine.writing = stopping_after(2)
        with pytest.raises(KeyboardInterrupt):
            run_batch(path, THREE)
        recipe = recipe_of(path)
        with Study(path) as study:
            before = study.candidates(recipe, 1)
            study._db.execute(
                "CREATE TEMP TRIGGER ended BEFORE DELETE ON candidates BEGIN SELECT RAISE(ABORT, 'ended'); END"
            )
            with pytest.raises(SynthdialError):
                study.keep(recipe, 1, 2)
            assert len(study) == 0 and study.candidates(recipe, 1) == before
            study._db.execute("DROP TRIGGER ended")
            study.keep(recipe, 1, 2)
            assert [stored.turns for stored in study.dialogues()] == [GOOD]

    def test_a_worker_that_dies_is_replaced_while_candidates_get_done(
        self, engine: type[ScriptedEngine], path: Path
    ) -> None:
        def writing(order: WriteDialogues, call: int) -> Iterator[Event]:
            yield heard(order.jobs[0])
            if call == 1:
                raise WorkerDiedError("The engine's process was ended by signal 9.")
            yield from (heard(job) for job in order.jobs[1:])

        engine.writing = staticmethod(writing)
        assert run_batch(path, BatchRequest(count=1, candidates=5)).written == 1
        assert [len(order.jobs) for order in engine.orders] == [5, 4]

    def test_a_candidate_that_comes_to_nothing_is_tried_again_alone(
        self, engine: type[ScriptedEngine], path: Path
    ) -> None:
        def writing(order: WriteDialogues, call: int) -> Iterator[Event]:
            for job in order.jobs:
                yield heard(job, () if call == 1 and job[0] == 5 else TURNS)

        engine.writing = staticmethod(writing)
        assert run_batch(path, THREE).done == 2
        assert engine.orders[1].jobs == [(5, recipe_of(path).dialogue_seed(2, 1, 2))]

    def test_candidates_that_always_come_to_nothing_end_with_a_message(
        self, engine: type[ScriptedEngine], path: Path
    ) -> None:
        engine.writing = staticmethod(lambda order, _: (heard(job, BAD if job[0] % 3 else ()) for job in order.jobs))
        with pytest.raises(SynthdialError, match="wrote nothing usable for 2 dialogues, in 3 attempts each: 1, 2"):
            run_batch(path, THREE)
        with Study(path, read_only=True) as study:
            assert study.undecided(recipe_of(path)) == {1: {1, 2}, 2: {1, 2}}


def test_progress_counts_dialogues_and_reckons_with_candidates(engine: type[ScriptedEngine], path: Path) -> None:
    def writing(order: WriteDialogues, _: int) -> Iterator[Event]:
        for number, job in enumerate(order.jobs, 1):
            yield TurnWritten(job[0], TURNS[0])
            yield heard(job, told(job[0]))
            yield Clock(1.0, 2.0, 0.1, 2.0 * number, 10 * number)

    engine.writing = staticmethod(writing)
    seen: list[Progress] = []
    result = run_batch(path, THREE, report=seen.append)
    assert (result.written, result.tokens, result.seconds) == (2, 60, 12.0)
    after_each = [(p.done, p.seconds_left) for p in seen[2::3]]
    # ten tokens each at five tokens a second: two seconds for each candidate that is missing
    assert after_each == [(0, 10.0), (0, 8.0), (1, 6.0), (1, 4.0), (1, 2.0), (2, 0.0)]
    assert {p.count for p in seen} == {2} and seen[-1].finished and seen[-1].done == 2
    assert seen[0].newest == (f"{result.ids[0]}c1", TURNS[0])


class TestNoChoice:
    def test_one_candidate_is_stored_as_before_there_was_a_choice(
        self, engine: type[ScriptedEngine], path: Path
    ) -> None:
        result = run_batch(path, BatchRequest(count=2))
        recipe = recipe_of(path)
        assert recipe.candidates == 1 and "candidates" not in recipe.as_dict()
        assert engine.orders[0].jobs == [(1, recipe.dialogue_seed(1)), (2, recipe.dialogue_seed(2))]
        with Study(path, read_only=True) as study:
            stored = list(study.dialogues())
            assert [(d.id, d.provenance["number"]) for d in stored] == list(zip(result.ids, (1, 2), strict=True))
            for dialogue in stored:
                assert not {"candidate", "candidates", "score"} & set(dialogue.provenance)
            assert [(c.candidate, c.kept, c.dialogue) for c in study.candidates_of(stored[0])] == [(1, True, stored[0])]
        db = sqlite3.connect(path)
        assert db.execute("SELECT count(*) FROM candidates").fetchone() == (0,)
        db.close()

    def test_a_plain_recipe_knows_no_profile(self, engine: type[ScriptedEngine], path: Path) -> None:
        run_batch(path, BatchRequest(count=1, preset="plain"))
        assert recipe_of(path).profile_sha256 == ""


class TestStudy:
    def test_what_is_stored_is_read(self, engine: type[ScriptedEngine], path: Path) -> None:
        engine.writing = stopping_after(1)
        with pytest.raises(KeyboardInterrupt):
            run_batch(path, THREE)
        recipe = recipe_of(path)
        extra = Dialogue("x", turns("Ja\0", "’t Is zo 😀"), {"score": {"total": 0.5, "terms": None}})
        with Study(path) as study:
            study.add_candidate(recipe, 9, 2, extra)
            with Study(path, read_only=True) as reader:  # it is on the disk already
                assert [c.dialogue for c in reader.candidates(recipe, 9)] == [extra]
            with pytest.raises(SynthdialError, match="already holds"):
                study.add_candidate(recipe, 9, 2, Dialogue("y", GOOD))
            study.keep(recipe, 9, 2)
            (kept,) = study.dialogues()
            assert kept == Dialogue(recipe.dialogue_id(9), extra.turns, extra.provenance)
            assert [(c.candidate, c.kept, c.dialogue) for c in study.candidates_of(kept)] == [(2, True, kept)]

    def test_a_candidate_that_is_not_there_and_a_second_choice_are_messages(
        self, engine: type[ScriptedEngine], path: Path
    ) -> None:
        run_batch(path, THREE)
        recipe = recipe_of(path)
        with Study(path) as study:
            for number, candidate in ((1, 4), (1, 2), (7, 1)):
                with pytest.raises(SynthdialError, match=f"holds no candidate {candidate} of the dialogue"):
                    study.keep(recipe, number, candidate)
            with pytest.raises(SynthdialError, match="already holds that dialogue"):
                study.keep(recipe, 1, 1)
        assert [kept for _, kept, _ in places(path, 1)] == [False, True, False]
