"""A person looks at references: what is shown is what a batch takes in, and nothing of the original is kept."""

from pathlib import Path

import pytest
from deidentified import without_tables

from synthdial.study import Study
from synthdial.study.admission import admit
from synthdial.study.audit import AuditLog
from synthdial.study.looking import ReferenceLook, look_at
from synthdial.study.references import ReferenceChecks, known_to
from synthdial.transcripts import read_transcripts


@pytest.fixture(autouse=True)
def no_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    without_tables(monkeypatch)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "references"
    made.mkdir()
    (made / "a.txt").write_text(
        "Arts: Dag mevrouw Kuipers.\nPatiënt: Dag, ik ben van de kaasboerderij.\n", encoding="utf-8"
    )
    (made / "b.txt").write_text("Arts: Hoe gaat het?\nPatiënt: Goed. De kaasboerderij ook.\n", encoding="utf-8")
    return made


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return tmp_path / "a.study"


def look(study: Path, folder: Path) -> ReferenceLook:
    return look_at(study, [folder])


def test_it_shows_what_was_found_and_what_stands_there_instead(study: Path, folder: Path) -> None:
    told: list[tuple[int, int]] = []
    found = look_at(study, [folder], progress=lambda done, count: told.append((done, count)))
    first, second = found.references
    assert [finding.original for finding in first.findings] == ["Kuipers"] and first.counts == {"name": 1}
    assert "Kuipers" not in first.told.as_text() and "Kuipers" in first.original.as_text()
    assert second.findings == () and not found.all_checked
    assert told == [(0, 2), (1, 2), (2, 2)]
    assert not study.exists(), "nothing was said yet"


def test_what_is_checked_is_what_a_batch_takes_in(study: Path, folder: Path) -> None:
    found = look(study, folder)
    found.mark("kaasboerderij", "place")
    found.note_checked([0], "Els")
    assert [one.checked for one in found.references] == [True, False]
    found.note_checked([1], "Els")
    assert found.all_checked
    transcripts, _ = read_transcripts([folder])
    admitted = admit(transcripts, known_to(study))
    assert admitted.are == "checked"
    assert [t.dialogue.as_text() for t in admitted.transcripts] == [one.told.as_text() for one in found.references]
    assert "kaasboerderij" not in "".join(t.dialogue.as_text() for t in admitted.transcripts)
    assert look(study, folder).all_checked, "it is known the next time"


def test_a_mark_is_replaced_everywhere_and_can_be_taken_back(study: Path, folder: Path) -> None:
    found = look(study, folder)
    before = [one.told for one in found.references]
    found.mark("Kaasboerderij", "place")
    assert all("kaasboerderij" not in one.told.as_text() for one in found.references)
    assert found.can_unmark("kaasboerderij") and found.unmark("kaasboerderij")
    assert [one.told for one in found.references] == before
    assert not found.unmark("kaasboerderij")


def test_a_mark_makes_what_was_checked_unchecked_where_it_stands(study: Path, folder: Path) -> None:
    found = look(study, folder)
    found.note_checked([0, 1], "Els")
    found.mark("dag", "name")
    assert [one.checked for one in found.references] == [False, True]


def test_nothing_of_the_original_is_kept(study: Path, folder: Path) -> None:
    found = look(study, folder)
    found.mark("kaasboerderij", "place")
    assert found.keep_marks("Els") == 1 and found.pending == ()
    found.note_checked([0, 1], "Els")
    content = b"".join(path.read_bytes() for path in study.parent.glob("a.study*"))
    assert b"kaasboer" not in content and b"Kuipers" not in content and b"a.txt" not in content
    with Study(study, read_only=True) as opened:
        log = AuditLog(opened)
        assert [entry.actor for entry in log.entries("reference checked")] == ["Els", "Els"]
        assert [entry.details for entry in log.entries("identifier marked")] == [{"kinds": {"place": 1}}]
        assert set(ReferenceChecks(opened).checked()) == {one.digest for one in found.references}


def test_leaving_without_a_mark_makes_no_study(study: Path, folder: Path) -> None:
    assert look(study, folder).keep_marks() == 0
    assert not study.exists()


def test_what_was_written_after_it_was_checked_is_settled(study: Path, folder: Path) -> None:
    found = look(study, folder)
    found.note_checked([0, 1])
    (folder / "a.txt").write_text(found.references[0].told.as_text(), encoding="utf-8")
    again = look(study, folder)
    assert [one.settled for one in again.references] == [True, True] and again.all_checked
    assert again.references[0].told == again.references[0].original
    again.mark("kaasboerderij", "place")
    assert not again.all_checked and "kaasboerderij" not in again.references[0].told.as_text()
    again.unmark("kaasboerderij")
    assert again.all_checked
