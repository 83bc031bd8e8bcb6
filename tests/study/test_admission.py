"""References: none stands in a prompt before it was de-identified and a person looked at it, unless that is waived."""

from pathlib import Path

import pytest
from scripted import ScriptedEngine, heard, scripted_engine

from synthdial.dialogue import Dialogue, Turn
from synthdial.errors import SynthdialError
from synthdial.privacy.deidentify import Kind, Marks, new_secret, reference_digest
from synthdial.privacy.leakage import Original
from synthdial.study import Study
from synthdial.study.admission import Known, admit
from synthdial.study.audit import AuditLog
from synthdial.study.batch import run_batch
from synthdial.study.references import ReferenceChecks, known_to
from synthdial.study.request import BatchRequest, preview_batch
from synthdial.study.verify import verify
from synthdial.transcripts import read_transcript

SAID = "# Titel: Gesprek met Wim Kuipers\nArts: Dag meneer Kuipers.\nPatiënt: Dag dokter, de nieren doen het niet.\n"


def told(dialogue: Dialogue, marks: Marks | None = None) -> tuple[Dialogue, tuple[Original, ...]]:
    """Stands in for de-identification: one name that it knows, and what was marked."""
    turns = tuple(Turn(turn.speaker, turn.text.replace("Kuipers", "Bakker")) for turn in dialogue.turns)
    return Dialogue("reference-1", turns), (Original("Kuipers"),)


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    path = tmp_path / "Wim Kuipers.txt"
    path.write_text(SAID, encoding="utf-8")
    return path


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> type[ScriptedEngine]:
    monkeypatch.setattr("synthdial.study.admission.deidentified", told)
    return scripted_engine(monkeypatch, tmp_path)


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return tmp_path / "a.study"


def digest_of(reference: Path) -> str:
    return reference_digest(told(read_transcript(reference).dialogue)[0])


def check(study: Path, *digests: str) -> None:
    with Study(study, create=True) as opened:
        ReferenceChecks(opened).note_checked(digests, "Els")


class TestRefusing:
    def test_one_that_nobody_checked_is_refused_with_what_to_do(
        self, engine: type[ScriptedEngine], reference: Path, study: Path
    ) -> None:
        with pytest.raises(SynthdialError) as caught:
            run_batch(study, BatchRequest(count=1, references=[reference]))
        assert "1 of 1 references have not been checked" in caught.value.message
        assert "synthdial-edge reference check PATH --for STUDY" in caught.value.hint
        assert "--unchecked-references" in caught.value.hint
        assert engine.orders == [] and not study.exists()

    def test_looking_at_the_prompt_is_refused_too(
        self, engine: type[ScriptedEngine], reference: Path, study: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("synthdial.study.request.Engine", engine)
        with pytest.raises(SynthdialError, match="have not been checked"):
            preview_batch(BatchRequest(count=1, references=[reference]), study)

    def test_one_that_was_changed_since_is_refused(
        self, engine: type[ScriptedEngine], reference: Path, study: Path
    ) -> None:
        check(study, digest_of(reference))
        reference.write_text(SAID + "Arts: En mevrouw De Wit?\n", encoding="utf-8")
        with pytest.raises(SynthdialError, match="1 of 1 references"):
            run_batch(study, BatchRequest(count=1, references=[reference]))

    def test_one_of_several_is_enough(self, reference: Path, tmp_path: Path) -> None:
        other = tmp_path / "ander.txt"
        other.write_text("Arts: Hallo.\nPatiënt: Dag.\n", encoding="utf-8")
        known = Known(frozenset({digest_of(reference)}))
        both = [read_transcript(path) for path in (reference, other)]
        with pytest.raises(SynthdialError, match="1 of 2 references have not been checked"):
            admit(both, known, deidentifier=told)
        assert admit(both[:1], known, deidentifier=told).are == "checked"

    def test_one_in_which_something_was_marked_since_is_refused(self, reference: Path) -> None:
        transcript = read_transcript(reference)
        known = Known(frozenset({reference_digest(transcript.dialogue)}))
        assert admit([transcript], known, deidentifier=told).are == "checked"
        marked = Known(known.checked, Marks(new_secret()).with_mark("nieren", Kind.NAME))
        with pytest.raises(SynthdialError, match="1 of 1 references have not been checked"):
            admit([transcript], marked, deidentifier=told)

    def test_bundled_ones_are_about_nobody(self, engine: type[ScriptedEngine], study: Path) -> None:
        run_batch(study, BatchRequest(count=1))
        with Study(study, read_only=True) as opened:
            (imported,) = AuditLog(opened).entries("imported")
            assert imported.details["references_are"] == "bundled"
            assert not ReferenceChecks(opened).unchecked()


class TestAdmitting:
    def test_a_checked_one_stands_in_the_prompt_as_it_was_shown(
        self, engine: type[ScriptedEngine], reference: Path, study: Path
    ) -> None:
        check(study, digest_of(reference))
        run_batch(study, BatchRequest(count=1, references=[reference]))
        prompt = "".join(text for text, _ in engine.orders[0].segments)
        assert "Dag meneer Bakker" in prompt and "Kuipers" not in prompt

    def test_unchecked_ones_are_de_identified_all_the_same_and_the_study_remembers(
        self, engine: type[ScriptedEngine], reference: Path, study: Path
    ) -> None:
        run_batch(study, BatchRequest(count=1, references=[reference], unchecked_references=True))
        assert "Kuipers" not in "".join(text for text, _ in engine.orders[0].segments)
        with Study(study, read_only=True) as opened:
            assert ReferenceChecks(opened).unchecked()
            assert verify(opened).holds

    def test_neither_the_text_of_the_original_nor_the_name_of_its_file_is_stored(
        self, engine: type[ScriptedEngine], reference: Path, study: Path
    ) -> None:
        engine.writing = staticmethod(
            lambda order, _: (heard(job, read_transcript(reference).dialogue.turns) for job in order.jobs)
        )
        run_batch(study, BatchRequest(count=1, references=[reference], unchecked_references=True))
        with Study(study, read_only=True) as opened:
            (dialogue,) = opened.dialogues()
            check = opened.check_of(dialogue.id)
            entries = " ".join(entry.detail for entry in AuditLog(opened).entries())
        assert check is not None and not check.passed
        assert "Kuipers" not in entries and "Wim" not in entries
        assert "Kuipers" not in str([finding["reference_text"] for finding in check.findings])
        assert {finding["reference"] for finding in check.findings} == {"reference 1"}
        # the model wrote the name itself, and that text stands in the study alone: in quarantine
        assert b"Wim" not in study.read_bytes()

    def test_a_de_identified_file_that_was_written_out_is_taken_as_it_is(self, reference: Path, tmp_path: Path) -> None:
        shown = told(read_transcript(reference).dialogue)[0]
        written = tmp_path / "reference-1.txt"
        written.write_text(shown.as_text(), encoding="utf-8")

        def never(dialogue: Dialogue, marks: Marks | None) -> tuple[Dialogue, tuple[Original, ...]]:
            raise AssertionError("it was de-identified before")

        known = Known(frozenset({reference_digest(shown)}))
        admitted = admit([read_transcript(written)], known, deidentifier=never)
        assert admitted.are == "checked" and admitted.transcripts[0].dialogue.turns == shown.turns

    def test_turns_are_counted_in_the_original(self, reference: Path) -> None:
        admitted = admit([read_transcript(reference)], Known(), unchecked=True, deidentifier=told)
        assert admitted.originals[0].turns[0].text == "Dag meneer Kuipers."
        assert admitted.transcripts[0].title == ""
        assert "Kuipers" not in repr(admitted.texts()) and "Kuipers" not in repr(admitted)

    def test_really_de_identified_it_is_the_same_each_time(self, reference: Path, tables: None) -> None:
        transcript = read_transcript(reference)
        first, second = (admit([transcript], Known(), unchecked=True) for _ in range(2))
        assert first.transcripts == second.transcripts
        assert "Kuipers" not in first.transcripts[0].dialogue.as_text()
        known = Known(frozenset({reference_digest(first.transcripts[0].dialogue)}))
        assert admit([transcript], known).are == "checked"


class TestRemembering:
    def test_what_was_checked_by_whom(self, study: Path) -> None:
        check(study, "a" * 64, "b" * 64)
        check(study, "a" * 64)
        with Study(study, read_only=True) as opened:
            known = ReferenceChecks(opened).checked()
        assert set(known) == {"a" * 64, "b" * 64} and {one.by for one in known.values()} == {"Els"}
        assert known_to(study).checked == frozenset(known)

    def test_marks_are_kept_without_their_words(self, study: Path) -> None:
        with Study(study, create=True) as opened:
            checks = ReferenceChecks(opened)
            marks = checks.marks().with_mark("Van der Zanden", Kind.NAME)
            assert checks.note_marks(marks) == 1 and checks.note_marks(marks) == 0
            assert checks.marks() == marks
            (entry,) = AuditLog(opened).entries("identifier marked")
            assert entry.details == {"kinds": {"name": 1}}
        assert known_to(study).marks == marks
        assert b"zanden" not in study.read_bytes().lower()

    def test_nothing_is_known_where_there_is_no_study(self, study: Path) -> None:
        assert known_to(study) == Known()
