"""What a batch does with what its engine reports: the engine here follows a script, no model is loaded."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from scripted import TURNS, ScriptedEngine, heard, scripted_engine

from synthdial.dialogue import Speaker, Turn
from synthdial.engine.events import Clock, Event, PromptRead, TurnWritten
from synthdial.engine.protocol import WriteDialogues
from synthdial.errors import SynthdialError, WorkerDiedError
from synthdial.passphrase import asking, forget_keys
from synthdial.study import Study
from synthdial.study.batch import Progress, run_batch
from synthdial.study.request import BatchRequest
from synthdial.study.verify import verify

pytestmark = pytest.mark.slow


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> type[ScriptedEngine]:
    return scripted_engine(monkeypatch, tmp_path)


def numbers(study: Path) -> list[int]:
    with Study(study, read_only=True) as opened:
        return [dialogue.provenance["number"] for dialogue in opened.dialogues()]


def test_progress_counts_what_is_stored(engine: type[ScriptedEngine], tmp_path: Path) -> None:
    def writing(order: WriteDialogues, _: int) -> Iterator[Event]:
        yield PromptRead(100, 1.0)
        for number, job in enumerate(order.jobs, 1):
            yield TurnWritten(job[0], TURNS[0])
            yield heard(job)
            yield Clock(1.0, 2.0, 0.1, 2.0 * number, 10 * number)

    engine.writing = staticmethod(writing)
    seen: list[Progress] = []
    result = run_batch(tmp_path / "a.study", BatchRequest(count=4), report=seen.append)
    assert (result.written, result.done, result.tokens, result.seconds) == (4, 4, 40, 8.0)
    assert [progress.done for progress in seen] == sorted(progress.done for progress in seen)
    assert seen[-1].finished and seen[-1].tokens_per_second == 5.0
    # three more of ten tokens each at five tokens a second
    assert next(p for p in seen if p.done == 1 and p.tokens_per_second).seconds_left == 6.0
    assert seen[0].newest == (result.ids[0], TURNS[0])


def test_a_worker_that_dies_is_replaced_while_it_gets_on(engine: type[ScriptedEngine], tmp_path: Path) -> None:
    def writing(order: WriteDialogues, call: int) -> Iterator[Event]:
        for job in order.jobs[:2]:
            yield heard(job)
        if call <= 2:
            raise WorkerDiedError("The engine's process was ended by signal 9.")
        yield from (heard(job) for job in order.jobs[2:])

    engine.writing = staticmethod(writing)
    remarks: list[str] = []
    result = run_batch(tmp_path / "a.study", BatchRequest(count=40, preset="plain"), remark=remarks.append)
    assert result.written == 40 and numbers(tmp_path / "a.study") == list(range(1, 41))
    assert sum("Starting it again" in remark for remark in remarks) == 2


def test_a_worker_that_only_dies_ends_the_batch_with_its_message(engine: type[ScriptedEngine], tmp_path: Path) -> None:
    def writing(order: WriteDialogues, _: int) -> Iterator[Event]:
        raise WorkerDiedError("The engine's process was ended by signal 9.", "Try a smaller --parallel.")
        yield

    engine.writing = staticmethod(writing)
    with pytest.raises(WorkerDiedError, match="signal 9"):
        run_batch(tmp_path / "a.study", BatchRequest(count=2))
    assert len(engine.orders) == 3


def test_a_dialogue_that_comes_to_nothing_is_tried_again_with_another_seed(
    engine: type[ScriptedEngine], tmp_path: Path
) -> None:
    def writing(order: WriteDialogues, call: int) -> Iterator[Event]:
        for job in order.jobs:
            yield heard(job, () if call == 1 and job[0] == 2 else TURNS)

    engine.writing = staticmethod(writing)
    result = run_batch(tmp_path / "a.study", BatchRequest(count=3))
    assert result.done == 3
    first, second = engine.orders
    assert [number for number, _ in second.jobs] == [2]
    assert second.jobs != first.jobs[1:2]


def test_a_model_that_writes_nothing_usable_ends_with_a_message(engine: type[ScriptedEngine], tmp_path: Path) -> None:
    engine.writing = staticmethod(lambda order, _: (heard(job, TURNS[:1]) for job in order.jobs))
    with pytest.raises(SynthdialError, match="wrote nothing usable for 2 dialogues, in 3 attempts each: 1, 2"):
        run_batch(tmp_path / "a.study", BatchRequest(count=2))
    assert numbers(tmp_path / "a.study") == []


def test_a_disk_that_fills_up_keeps_what_was_stored(
    engine: type[ScriptedEngine], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = (Turn(Speaker.DOCTOR, "ja " * 5000), Turn(Speaker.PATIENT, "Goed."))
    engine.writing = staticmethod(lambda order, _: (heard(job, long) for job in order.jobs))
    prepare = Study._prepare

    def small_disk(study: Study, read_only: bool) -> None:
        prepare(study, read_only)
        study._db.execute("PRAGMA max_page_count = 40")

    monkeypatch.setattr(Study, "_prepare", small_disk)
    reported: list[Progress] = []
    with pytest.raises(SynthdialError, match=r"The disk that holds .* is full"):
        run_batch(tmp_path / "a.study", BatchRequest(count=50), report=reported.append)
    monkeypatch.undo()
    stored = numbers(tmp_path / "a.study")
    assert 1 <= len(stored) < 50 and reported[-1].done == len(stored)


def test_a_larger_count_adds_and_a_smaller_one_does_nothing(engine: type[ScriptedEngine], tmp_path: Path) -> None:
    engine.writing = staticmethod(lambda order, _: (heard(job) for job in order.jobs))
    study = tmp_path / "a.study"
    assert run_batch(study, BatchRequest(count=3)).written == 3
    assert run_batch(study, BatchRequest(count=2)).written == 0
    assert run_batch(study, BatchRequest(count=5)).written == 2
    assert numbers(study) == [1, 2, 3, 4, 5]
    assert [job[0] for job in engine.orders[-1].jobs] == [4, 5]


def test_what_fails_before_a_word_is_written_leaves_no_study(engine: type[ScriptedEngine], tmp_path: Path) -> None:
    with pytest.raises(SynthdialError, match="There is no scenario"):
        run_batch(tmp_path / "a.study", BatchRequest(count=1, scenario="nefrologie-uitslag"))
    with pytest.raises(SynthdialError, match="No reference fits into the prompt"):
        run_batch(tmp_path / "a.study", BatchRequest(count=1, context=2300))
    assert list(tmp_path.glob("a.study*")) == []


def copying(order: WriteDialogues) -> tuple[Turn, ...]:
    """What a model writes that says again what stood in its prompt."""
    prompt = "".join(text for text, _ in order.segments)
    said = [line.partition(": ") for line in prompt.splitlines() if line.startswith(("Arts: ", "Patiënt: "))]
    return tuple(Turn(Speaker(label), text) for label, _, text in said[:12])


def test_what_was_copied_is_quarantined_when_it_is_stored(engine: type[ScriptedEngine], tmp_path: Path) -> None:
    engine.writing = staticmethod(
        lambda order, _: (heard(job, copying(order) if job[0] == 2 else TURNS) for job in order.jobs)
    )
    result = run_batch(tmp_path / "a.study", BatchRequest(count=3))
    assert (result.written, result.quarantined) == (3, 1)
    with Study(tmp_path / "a.study", read_only=True) as study:
        checks = {dialogue.id: study.check_of(dialogue.id) for dialogue in study.dialogues()}
        assert [check is not None and check.passed for check in checks.values()] == [True, False, True]
        (quarantined,) = study.quarantined()
        found = checks[quarantined]
    assert found is not None and found.reasons
    for finding in found.findings:
        assert finding["text"] and finding["reference_text"]  # the two places side by side


def test_a_candidate_that_copied_is_kept_only_where_all_did(engine: type[ScriptedEngine], tmp_path: Path) -> None:
    def writing(order: WriteDialogues, _: int) -> Iterator[Event]:
        for job in order.jobs:
            own = job[0] == 3  # the last candidate of the first dialogue: worse, and its own
            yield heard(job, TURNS if own else copying(order), -3.0 if own else -0.1)

    engine.writing = staticmethod(writing)
    result = run_batch(tmp_path / "a.study", BatchRequest(count=2, candidates=3, preset="plain"))
    with Study(tmp_path / "a.study", read_only=True) as study:
        first, second = study.dialogues()
        assert first.turns == TURNS and first.provenance["candidate"] == 3
        assert study.quarantined() >= {second.id} and result.quarantined == 1
        assert verify(study).holds


def test_a_study_that_is_made_now_can_be_encrypted(engine: type[ScriptedEngine], tmp_path: Path) -> None:
    path, secret = tmp_path / "a.study", "vier woorden zonder verband"
    assert run_batch(path, BatchRequest(count=2), passphrase=secret).written == 2
    forget_keys()
    with pytest.raises(SynthdialError, match="is encrypted"):
        run_batch(path, BatchRequest(count=3))
    with asking(lambda study, attempt: secret):
        assert run_batch(path, BatchRequest(count=3)).written == 1
        assert numbers(path) == [1, 2, 3]
    forget_keys()
    assert TURNS[0].text.encode() not in path.read_bytes()
