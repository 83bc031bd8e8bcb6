"""The gate: nothing leaves a study that was not checked, was quarantined, or was not accepted where that is asked."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from review_studies import answer, ids_by_key
from samples import COPIED, PASSED, RECIPE, dialogue

from synthdial.errors import SynthdialError
from synthdial.export import Gate, export_study, release, requires_acceptance, set_gate
from synthdial.review.anchors import add_anchors
from synthdial.review.session import ReviewSession
from synthdial.study import Study
from synthdial.study.audit import AuditLog
from synthdial.study.verify import verify

FIRST, SECOND, THIRD, FOURTH = (RECIPE.dialogue_id(number) for number in (1, 2, 3, 4))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """One dialogue that passed, one in quarantine, one that was never checked, one more that passed."""
    path = tmp_path / "demo.study"
    with Study(path, create=True) as study:
        study.add_recipe(RECIPE)
        for number, check in enumerate((PASSED, COPIED, None, PASSED), 1):
            study.add_dialogue(RECIPE, number, dialogue(number, f"Vraag {number}?", "Antwoord.", "Mooi zo."), check)
    return path


def leaving(path: Path, name: str = "uit.jsonl") -> list[str]:
    with Study(path) as study:
        export_study(study, path.with_name(name))
    lines = path.with_name(name).read_text("utf-8").splitlines()
    return [json.loads(line)["id"] for line in lines]


def held(path: Path) -> dict[str, str]:
    with Study(path, read_only=True) as study:
        return {key: standing.held for key, standing in Gate(study).standings().items()}


def decisions(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.with_name("uit.decisions.jsonl").read_text("utf-8").splitlines()]


def review(
    path: Path, accepted: dict[str, bool | None], rater: str = "Els", flag: tuple[str, str, str] | None = None
) -> None:
    """Accept or reject dialogues, by id; flag a turn of one of them."""
    with Study(path) as study:
        session = ReviewSession(study, rater, "native")
        ids = ids_by_key(study)
        for item in session.items:
            if ids[item.key] in accepted:
                session.accept(item, accepted[ids[item.key]])
                if flag and flag[0] == ids[item.key]:
                    session.flag(item, 0, flag[1], flag[2])
                answer(session, item)


class TestChecks:
    def test_only_what_passed_leaves(self, path: Path) -> None:
        assert leaving(path) == [FIRST, FOURTH]
        assert held(path) == {FIRST: "", SECOND: "quarantined", THIRD: "never checked", FOURTH: ""}

    def test_it_says_how_many_stayed_inside_and_why(self, path: Path, tmp_path: Path) -> None:
        with Study(path) as study:
            done = export_study(study, tmp_path / "uit.txt")
        assert (done.written, done.held) == (2, {"quarantined": 1, "never checked": 1})
        assert done.told() == "2 stayed inside: 1 quarantined, 1 never checked."
        assert "Vraag 2" not in (tmp_path / "uit.txt").read_text("utf-8")

    def test_the_last_check_counts(self, path: Path) -> None:
        with Study(path) as study:
            study.add_check(study.find(SECOND), PASSED)
            study.add_check(study.find(FIRST), COPIED)
        assert leaving(path) == [SECOND, FOURTH]

    def test_a_check_is_of_a_text(self, path: Path) -> None:
        with Study(path) as study:
            study.add_check(dialogue(3, "Een andere tekst.", "Ja."), PASSED)
        assert held(path)[THIRD] == "never checked"

    def test_conversations_of_people_never_leave(self, path: Path) -> None:
        with Study(path) as study:
            add_anchors(study, "bundled")
        assert leaving(path) == [FIRST, FOURTH]


class TestAcceptance:
    def test_it_is_asked_for_once_there_is_a_rater(self, path: Path) -> None:
        with Study(path) as study:
            assert not requires_acceptance(study)
            ReviewSession(study, "Els", "native")
            assert requires_acceptance(study)
        assert leaving(path) == []
        assert held(path)[FIRST] == "not accepted by a reviewer"

    def test_what_more_accept_than_reject_leaves(self, path: Path) -> None:
        review(path, {FIRST: True, SECOND: True, FOURTH: False})
        assert leaving(path) == [FIRST]
        review(path, {FIRST: False, FOURTH: True}, "Bram")
        assert leaving(path) == []
        review(path, {FIRST: True, FOURTH: True}, "Cas")
        assert leaving(path) == [FIRST, FOURTH]

    def test_a_verdict_counts_once_its_rater_is_done(self, path: Path) -> None:
        with Study(path) as study:
            session = ReviewSession(study, "Els", "native")
            for item in session.items:
                session.accept(item, True)
        assert leaving(path) == []

    @pytest.mark.parametrize("flag", [("privacy", "minor"), ("unnatural", "critical")])
    def test_a_flag_keeps_it_inside_even_where_nobody_must_accept(self, path: Path, flag: tuple[str, str]) -> None:
        review(path, {FIRST: True, FOURTH: True}, flag=(FIRST, *flag))
        with Study(path) as study:
            set_gate(study, require_acceptance=False)
        assert leaving(path) == [FOURTH]
        assert held(path)[FIRST] == "flagged as private or critical"

    def test_what_is_set_counts_and_is_logged(self, path: Path) -> None:
        review(path, {FOURTH: True})
        with Study(path) as study:
            set_gate(study, require_acceptance=False, by="Noor")
            assert not requires_acceptance(study)
        assert leaving(path) == [FIRST, FOURTH]
        with Study(path) as study:
            set_gate(study, require_acceptance=True)
            actors = [entry.actor for entry in AuditLog(study).entries("gate set")]
        assert leaving(path) == [FOURTH] and actors[0] == "Noor"


class TestReleasing:
    def test_one_leaves_by_hand_with_a_reason_that_is_logged(self, path: Path) -> None:
        with Study(path) as study:
            assert release(study, "0002", "  Alleen de groet\nis gelijk. ", "Noor").id == SECOND
            (entry,) = AuditLog(study).entries("released")
        assert (entry.actor, entry.details["reason"]) == ("Noor", "Alleen de groet is gelijk.")
        assert entry.details["held"] == "quarantined"
        assert leaving(path) == [FIRST, SECOND, FOURTH]
        (decision,) = [line for line in decisions(path)[1:] if line["dialogue"] == SECOND]
        assert decision["released"]["reason"] == "Alleen de groet is gelijk." and decision["check"] == "quarantined"
        with Study(path, read_only=True) as study:
            assert Gate(study).standings()[SECOND].state == "released"

    @pytest.mark.parametrize("reason", ["", " \n ", "\x1b[2J", "a" * 1001])
    def test_a_reason_is_needed(self, path: Path, reason: str) -> None:
        with Study(path) as study, pytest.raises(SynthdialError, match="needs a reason"):
            release(study, SECOND, reason)

    def test_what_may_leave_needs_no_release(self, path: Path) -> None:
        with Study(path) as study, pytest.raises(SynthdialError, match="Nothing keeps"):
            release(study, FIRST, "zomaar")

    def test_what_was_never_accepted_can_be_released(self, path: Path) -> None:
        review(path, {FOURTH: False})
        with Study(path) as study:
            release(study, FIRST, "gelezen door de projectgroep")
        assert leaving(path) == [FIRST]


class TestBroken:
    def tampered(self, path: Path, statement: str) -> None:
        db = sqlite3.connect(path)
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f"DROP TRIGGER {name}")
        db.execute(statement)
        db.commit()
        db.close()

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE checks SET passed = 1",
            "UPDATE turns SET text = 'Anders.' WHERE position = 1",
            "DELETE FROM log WHERE action = 'quarantined'",
            "UPDATE log SET action = 'checked' WHERE action = 'quarantined'",
        ],
    )
    def test_nothing_leaves_a_study_whose_log_does_not_hold(self, path: Path, statement: str) -> None:
        leaving(path)
        before = path.with_name("uit.jsonl").read_bytes()
        self.tampered(path, statement)
        with Study(path) as study, pytest.raises(SynthdialError, match="Nothing was exported: the log"):
            export_study(study, path.with_name("uit.jsonl"))
        assert path.with_name("uit.jsonl").read_bytes() == before

    def test_an_export_that_cannot_be_logged_is_none(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*_: object, **__: object) -> None:
            raise sqlite3.OperationalError("database or disk is full")

        monkeypatch.setattr(AuditLog, "append", full)
        with Study(path) as study, pytest.raises(SynthdialError, match="disk is full"):
            export_study(study, path.with_name("uit.jsonl"))
        assert sorted(file.name for file in path.parent.iterdir()) == ["demo.study"]


class TestDecisions:
    def test_they_go_along(self, path: Path) -> None:
        leaving(path)
        first, *lines = decisions(path)
        assert (first["dialogues"], first["held"]) == (2, {"quarantined": 1, "never checked": 1})
        assert first["require_acceptance"] is False and first["unchecked_references"] is False
        assert [line["dialogue"] for line in lines] == [FIRST, FOURTH]
        assert {line["check"] for line in lines} == {"passed"} and lines[0]["thresholds"] == {"longest_run": 7}
        with Study(path, read_only=True) as study:
            log = AuditLog(study)
            assert first["log"] == {"entries": log.last()[0], "head": log.last()[1]}
            assert verify(study, holds=first["log"]["head"]).holds
            (entry,) = log.entries("exported")
        assert entry.details["sha256"] == first["sha256"] and entry.details["dialogues"] == 2
        assert "uit" not in entry.detail

    def test_each_line_of_the_export_says_so_too(self, path: Path) -> None:
        review(path, {FIRST: True})
        leaving(path)
        (line,) = path.with_name("uit.jsonl").read_text("utf-8").splitlines()
        assert json.loads(line)["provenance"]["gate"] == {"check": "passed", "accepted": 1, "rejected": 0}

    def test_what_was_found_stays_inside(self, path: Path) -> None:
        with Study(path) as study:
            release(study, SECOND, "gelezen")
        leaving(path)
        for name in ("uit.jsonl", "uit.decisions.jsonl"):
            assert "z" not in path.with_name(name).read_text("utf-8").split("Van a tot ")[-1][:1]
            assert "Van a tot z" not in path.with_name(name).read_text("utf-8")

    def test_both_files_are_their_owners_alone(self, path: Path) -> None:
        leaving(path)
        assert {path.with_name(n).stat().st_mode & 0o777 for n in ("uit.jsonl", "uit.decisions.jsonl")} == {0o600}
