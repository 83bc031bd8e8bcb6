"""Studies put together: byte for byte, twice without harm, none by half; nothing leaves that could not before."""

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from review_studies import answer
from samples import COPIED, PASSED, RECIPE, dialogue, turns
from scripted import ScriptedEngine, heard, scripted_engine

from synthdial.cli.main import cli
from synthdial.dialogue import Turn
from synthdial.errors import SynthdialError
from synthdial.export.gate import QUARANTINED, Gate, release, requires_acceptance, set_gate
from synthdial.passphrase import asking, forget_keys
from synthdial.review.session import ReviewSession
from synthdial.review.task import export_task
from synthdial.study import Study
from synthdial.study.audit import AuditLog
from synthdial.study.batch import run_batch
from synthdial.study.checks import Checks
from synthdial.study.join import JoinReport, join_studies
from synthdial.study.lock import run_lock
from synthdial.study.references import ReferenceChecks
from synthdial.study.request import BatchRequest
from synthdial.study.schema import MIGRATIONS
from synthdial.study.shard import Shard
from synthdial.study.verify import verify

pytestmark = pytest.mark.slow

SECRET = "vier woorden zonder verband"
GOOD = turns("Goedemorgen, hoe gaat het?", "Ja, goed.", "Uw nierfunctie en het kalium zijn stabiel.", "Mooi zo.")
BAD = turns(*["Dat is heel goed om te horen, mevrouw."] * 4)


def study_with(path: Path, *numbers: int, said: str = "Hoe gaat het?", recipe: Any = RECIPE) -> Path:
    """A study with dialogues of these numbers; every third one copied."""
    with Study(path, create=True) as study:
        study.add_recipe(recipe, {"references_are": "bundled", "recipe": recipe.id})
        for number in numbers:
            told = dialogue(number, f"{said} {number}", "Goed.", recipe=recipe)
            study.add_dialogue(recipe, number, told, COPIED if number % 3 == 0 else PASSED)
    return path


@pytest.fixture
def shards(tmp_path: Path) -> list[Path]:
    return [study_with(tmp_path / f"{k}.study", *range(k, 10, 3)) for k in (1, 2, 3)]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "all.study"


def contents(path: Path, *, with_log: bool = False) -> dict[str, list[tuple[Any, ...]]]:
    """What stands in the tables of a study, in an order of its own: all but who did what when."""
    tables = {
        "recipes": "*",
        "dialogues": "id, recipe, number, candidate, words, provenance",
        "turns": "*",
        "candidates": "id, recipe, number, candidate, words, provenance",
        "candidate_turns": "*",
        "checks": "dialogue, digest, passed, figures, findings, thresholds, refs, version, at",
        **({"log": "*", "facts": "*"} if with_log else {}),
    }
    with Study(path, read_only=True) as study:
        return {name: sorted(study._rows(f"SELECT {columns} FROM {name}")) for name, columns in tables.items()}


def texts(path: Path) -> dict[str, tuple[Turn, ...]]:
    with Study(path, read_only=True) as study:
        return {one.id: one.turns for one in study.dialogues()}


def holds(path: Path) -> bool:
    with Study(path, read_only=True) as study:
        return verify(study).holds


def refusal(report: JoinReport) -> str:
    assert len(report.refused) == 1
    return str(report.refused[0])


class TestTheWhole:
    def test_it_is_what_one_machine_would_have_written(self, shards: list[Path], home: Path, tmp_path: Path) -> None:
        one = study_with(tmp_path / "one.study", *range(1, 10))
        report = join_studies(home, shards)
        assert [file.taken.dialogues for file in report.files] == [3, 3, 3]
        whole, single = contents(home), contents(one)
        single["checks"] = whole["checks"] = [row[:-1] for row in whole["checks"]]  # but for when it was checked
        assert whole == single
        with Study(home, read_only=True) as study, Study(one, read_only=True) as other:
            assert list(study.dialogues()) == list(other.dialogues()), "in the same order"

    def test_its_log_holds_and_says_what_came_from_where(self, shards: list[Path], home: Path) -> None:
        join_studies(home, shards)
        assert holds(home)
        with Study(home, read_only=True) as study, Study(shards[0], read_only=True) as first:
            entries = list(AuditLog(study).entries())
            (entry, *_) = [entry for entry in entries if entry.action == "merged"]
            assert entry.details == {
                "study": first._fact("id"),
                "head": AuditLog(first).last()[1],
                "entries": AuditLog(first).last()[0],
                "dialogues": 3,
                "candidates": 0,
                "conflicts": 0,
                "conflicting": [],
            }
        assert [entry.action for entry in entries].count("adopted") == 9
        assert not any(".study" in entry.detail for entry in entries), "files are named after patients"

    def test_a_change_of_what_was_merged_is_found(self, shards: list[Path], home: Path) -> None:
        join_studies(home, shards)
        db = sqlite3.connect(home)
        db.execute("UPDATE turns SET text = 'Anders.' WHERE position = 1 AND dialogue LIKE '%-0005'")
        db.commit()
        db.close()
        assert not holds(home)

    def test_it_can_be_topped_up_like_any_other(
        self, monkeypatch: pytest.MonkeyPatch, home: Path, tmp_path: Path
    ) -> None:
        engine = scripted_engine(monkeypatch, tmp_path)
        for index in (1, 3):
            run_batch(tmp_path / f"{index}.study", BatchRequest(count=7, shard=Shard(index, 3)))
        join_studies(home, [tmp_path / "1.study", tmp_path / "3.study"])
        engine.orders.clear()
        assert run_batch(home, BatchRequest(count=8)).written == 3
        assert [number for number, _ in engine.orders[0].jobs] == [2, 5, 8]

    @pytest.mark.parametrize("candidates", [1, 3])
    def test_it_is_the_same_however_many_shards_there_are(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, candidates: int
    ) -> None:
        engine = scripted_engine(monkeypatch, tmp_path)
        engine.writing = staticmethod(
            lambda order, _: (heard(job, (Turn(GOOD[0].speaker, f"Nummer {job[1]}."), *GOOD[1:])) for job in order.jobs)
        )
        for name in ("date", "at"):  # the only things that differ from run to run
            monkeypatch.setattr(f"synthdial.study.{'provenance' if name == 'date' else 'checks'}.datetime", Clockwork)
        made = []
        for of in (1, 3):
            parts = [tmp_path / f"{index}-of-{of}.study" for index in range(1, of + 1)]
            for index, part in enumerate(parts, 1):
                run_batch(part, BatchRequest(count=8, candidates=candidates, parallel=1, shard=Shard(index, of)))
            join_studies(tmp_path / f"whole-{of}.study", parts)
            made.append(contents(tmp_path / f"whole-{of}.study"))
        assert made[0] == made[1]
        assert len(made[0]["dialogues"]) == 8 and len(made[0]["candidates"]) == 8 * (candidates - 1)

    def test_other_recipes_stand_beside_one_another(self, home: Path, tmp_path: Path) -> None:
        other = replace(RECIPE, seed=2)
        first, second = study_with(tmp_path / "a.study", 1, 2), study_with(tmp_path / "b.study", 1, recipe=other)
        report = join_studies(home, [first, second])
        assert [(held.recipe, held.dialogues) for held in report.held] == [(RECIPE.id, 2), (other.id, 1)]

    def test_what_is_missing_is_named(self, shards: list[Path], home: Path) -> None:
        (held,) = join_studies(home, [shards[0], shards[2]]).held
        assert (held.dialogues, held.last, held.missing) == (6, 9, (2, 5, 8))
        (held,) = join_studies(home, [shards[1]]).held
        assert held.missing == ()

    def test_a_shard_without_dialogues_is_merged_too(self, home: Path, tmp_path: Path) -> None:
        report = join_studies(home, [study_with(tmp_path / "a.study")])
        assert (report.refused, report.held[0].dialogues) == ((), 0)
        assert holds(home)


class Clockwork:
    """Stands in for the module datetime: it is always the same second."""

    UTC = None

    class datetime:  # noqa: N801
        @staticmethod
        def now(_: object) -> "Clockwork.datetime":
            return Clockwork.datetime()

        def isoformat(self, **_: object) -> str:
            return "2026-03-02T09:00:00+00:00"


class TestTwice:
    def test_merging_again_changes_nothing(self, shards: list[Path], home: Path) -> None:
        join_studies(home, shards)
        before = contents(home, with_log=True)
        report = join_studies(home, [*shards, shards[1]])
        assert [(file.taken.is_new, file.taken.known) for file in report.files] == [(False, 3)] * 4
        assert contents(home, with_log=True) == before

    def test_a_shard_that_has_grown_brings_what_is_new(self, shards: list[Path], home: Path) -> None:
        join_studies(home, shards)
        with Study(shards[0]) as study:
            study.add_dialogue(RECIPE, 10, dialogue(10, "Nog een.", "Ja."), PASSED)
        (file,) = join_studies(home, shards[:1]).files
        assert (file.taken.dialogues, file.taken.known) == (1, 3)
        assert holds(home)

    def test_a_whole_can_be_merged_into_another_whole(self, shards: list[Path], home: Path, tmp_path: Path) -> None:
        half = tmp_path / "half.study"
        join_studies(half, shards[:2])
        join_studies(home, [shards[0], half, shards[2]])
        assert len(texts(home)) == 9 and holds(home)

    def test_it_was_made_twice_with_the_same_words(self, home: Path, tmp_path: Path) -> None:
        one = study_with(tmp_path / "a.study", 1)
        other = tmp_path / "b.study"
        with Study(other, create=True) as study:
            study.add_recipe(RECIPE)
            again = dialogue(1, "Hoe gaat het? 1", "Goed.")
            study.add_dialogue(RECIPE, 1, replace(again, provenance={**again.provenance, "seconds": 9}), PASSED)
        report = join_studies(home, [one, other])
        assert report.conflicts == 0 and report.files[1].taken.known == 1
        assert contents(home)["dialogues"] == contents(one)["dialogues"], "the first is kept"


class TestConflicts:
    def test_another_text_is_named_and_the_first_stays(self, shards: list[Path], home: Path, tmp_path: Path) -> None:
        other = study_with(tmp_path / "other.study", 1, 4, 11, said="Heel anders")
        before = other.read_bytes()
        report = join_studies(home, [shards[0], other])
        assert report.files[1].taken.conflicts == [RECIPE.dialogue_id(1), RECIPE.dialogue_id(4)]
        assert report.files[1].taken.dialogues == 1 and report.conflicts == 2
        said = {key: told[0].text for key, told in texts(home).items()}
        assert said[RECIPE.dialogue_id(1)] == "Hoe gaat het? 1" and said[RECIPE.dialogue_id(11)] == "Heel anders 11"
        assert holds(home) and other.read_bytes() == before, "the other text is where it was"

    def test_two_recipes_whose_ids_begin_alike(self, home: Path, tmp_path: Path) -> None:
        one = study_with(tmp_path / "a.study", 1)
        other = study_with(tmp_path / "b.study", 2, recipe=replace(RECIPE, seed=2))
        with Study(other) as study:
            (key,) = texts(other)
            study._db.execute("PRAGMA foreign_keys = OFF")
            for table, column in (("dialogues", "id"), ("turns", "dialogue"), ("checks", "dialogue")):
                with_triggers_off(study, f"UPDATE {table} SET {column} = ? WHERE {column} = ?", one_id(one), key)
            relog(study, key, one_id(one))
        report = join_studies(home, [one, other])
        assert report.refused == () and report.conflicts == 1
        assert texts(home) == texts(one)


def one_id(path: Path) -> str:
    (key,) = texts(path)
    return key


def with_triggers_off(study: Study, statement: str, *values: object) -> None:
    found = list(study._db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    for name, _ in found:
        study._db.execute(f"DROP TRIGGER {name}")
    study._db.execute(statement, values)
    for _, sql in found:
        study._db.execute(sql)


def relog(study: Study, old: str, new: str) -> None:
    """Write the log anew for a dialogue that was given another id, as one could who knows this program."""
    from synthdial.study.audit import digest_of
    from synthdial.study.texts import dialogue_digests

    digests = dict(dialogue_digests(study))
    (check,) = Checks(study).every()
    previous = AuditLog(study).beginning()
    for entry in list(AuditLog(study).entries()):
        detail = entry.detail.replace(old, new)
        if entry.action == "generated":
            detail = re.sub('"sha256": "[0-9a-f]+"', f'"sha256": "{digests[new]}"', detail)
        elif entry.action in ("checked", "quarantined"):
            detail = re.sub('"sha256": "[0-9a-f]+"', f'"sha256": "{check.sha256}"', detail)
        entry = replace(entry, detail=detail, previous=previous)
        previous = entry.reckoned
        with_triggers_off(
            study, "UPDATE log SET detail = ?, previous = ?, hash = ? WHERE seq = ?",
            entry.detail, entry.previous, previous, entry.seq,
        )  # fmt: skip
    study._db.execute("UPDATE facts SET value = ? WHERE name = 'log_head'", (f"{entry.seq}:{previous}",))
    assert digest_of and verify(study).holds


class TestCandidates:
    @pytest.fixture
    def engine(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> type[ScriptedEngine]:
        made = scripted_engine(monkeypatch, tmp_path)
        made.writing = staticmethod(
            lambda order, _: (heard(job, GOOD if job[0] % 3 == 2 else BAD) for job in order.jobs)
        )
        return made

    @staticmethod
    def ended_after(jobs: int) -> staticmethod:
        def writing(order: Any, _: int) -> Iterator[Any]:
            for job in order.jobs[:jobs]:
                yield heard(job, GOOD if job[0] % 3 == 2 else BAD)
            raise KeyboardInterrupt

        return staticmethod(writing)

    def test_those_that_were_not_kept_come_along(
        self, engine: type[ScriptedEngine], home: Path, tmp_path: Path
    ) -> None:
        run_batch(tmp_path / "a.study", BatchRequest(count=2, candidates=3))
        (file,) = join_studies(home, [tmp_path / "a.study"]).files
        assert (file.taken.dialogues, file.taken.candidates) == (2, 4)
        whole = contents(home)
        assert {name: rows for name, rows in contents(tmp_path / "a.study").items() if name != "checks"} == {
            name: rows for name, rows in whole.items() if name != "checks"
        }
        assert len(whole["checks"]) == 6, "of the kept one under its own id alone"
        assert holds(home)

    def test_a_choice_that_was_not_made_yet_is_made_later(
        self, engine: type[ScriptedEngine], home: Path, tmp_path: Path
    ) -> None:
        usual, engine.writing = engine.writing, self.ended_after(2)
        request = BatchRequest(count=1, candidates=3)
        with pytest.raises(KeyboardInterrupt):
            run_batch(tmp_path / "a.study", request)
        engine.writing = staticmethod(usual)
        (file,) = join_studies(home, [tmp_path / "a.study"]).files
        assert (file.taken.dialogues, file.taken.candidates) == (0, 2)
        engine.orders.clear()
        assert run_batch(home, request).written == 1
        assert [job[0] for job in engine.orders[0].jobs] == [3], "only the candidate that is missing"
        assert list(texts(home).values()) == [GOOD] and holds(home)

    def test_a_choice_that_was_made_meanwhile_comes_over(
        self, engine: type[ScriptedEngine], home: Path, tmp_path: Path
    ) -> None:
        usual, engine.writing = engine.writing, self.ended_after(2)
        request = BatchRequest(count=1, candidates=3)
        with pytest.raises(KeyboardInterrupt):
            run_batch(tmp_path / "a.study", request)
        shutil.copy(tmp_path / "a.study", tmp_path / "before.study")
        join_studies(home, [tmp_path / "a.study"])
        engine.writing = staticmethod(usual)
        run_batch(tmp_path / "a.study", request)
        report = join_studies(home, [tmp_path / "a.study"])
        assert report.conflicts == 0 and holds(home)
        whole, shard = contents(home), contents(tmp_path / "a.study")
        assert [whole[name] for name in ("dialogues", "turns", "candidates", "candidate_turns")] == [
            shard[name] for name in ("dialogues", "turns", "candidates", "candidate_turns")
        ]
        again = join_studies(home, [tmp_path / "before.study"])  # an older copy, in which nothing is chosen
        assert again.conflicts == 0 and contents(home) == whole


class TestTheGate:
    def held(self, path: Path) -> dict[str, str]:
        with Study(path, read_only=True) as study:
            return {key: standing.held for key, standing in Gate(study).standings().items()}

    def test_what_was_quarantined_stays_quarantined(self, shards: list[Path], home: Path) -> None:
        report = join_studies(home, shards)
        assert [file.taken.quarantined for file in report.files] == [0, 0, 3]
        expected = {RECIPE.dialogue_id(n): QUARANTINED if n % 3 == 0 else "" for n in range(1, 10)}
        assert self.held(home) == expected

    def test_a_release_by_hand_holds_where_it_was_given_alone(self, shards: list[Path], home: Path) -> None:
        with Study(shards[2]) as study:
            release(study, "0006", "Gelezen: niets uit een bron.", "Els")
        report = join_studies(home, shards)
        assert report.files[2].taken.released == [RECIPE.dialogue_id(6)]
        assert self.held(home)[RECIPE.dialogue_id(6)] == QUARANTINED
        with Study(home) as study:
            release(study, "0006", "Nog eens gelezen.", "Els")
        join_studies(home, shards)
        assert self.held(home)[RECIPE.dialogue_id(6)] == "", "merging again takes nothing back"

    def test_what_a_later_check_found_in_one_study_is_known_in_the_other(self, shards: list[Path], home: Path) -> None:
        join_studies(home, shards)
        with Study(shards[0]) as study:
            study.add_check(study.find("0004"), COPIED)
        (file,) = join_studies(home, shards[:1]).files
        assert file.taken.checks == 1 and self.held(home)[RECIPE.dialogue_id(4)] == QUARANTINED
        assert not join_studies(home, shards[:1]).files[0].taken.is_new and holds(home)

    def test_a_check_that_was_passed_elsewhere_lets_nothing_out(self, shards: list[Path], home: Path) -> None:
        join_studies(home, shards)
        with Study(home) as study:
            study.add_check(study.find("0004"), COPIED)
        with Study(shards[0]) as study:
            study.add_check(study.find("0004"), replace(PASSED, references="e" * 64))
        join_studies(home, shards)
        assert self.held(home)[RECIPE.dialogue_id(4)] == QUARANTINED

    def test_that_references_were_unchecked_is_known(self, home: Path, tmp_path: Path) -> None:
        path = study_with(tmp_path / "a.study")
        with Study(path) as study:
            study.add_recipe(RECIPE, {"references_are": "unchecked", "references_given": 3})
        join_studies(home, [path])
        with Study(home, read_only=True) as study:
            assert ReferenceChecks(study).unchecked()

    def test_references_that_were_looked_at_for_one_study_are_not_for_another(self, home: Path, tmp_path: Path) -> None:
        path = study_with(tmp_path / "a.study", 1)
        with Study(path) as study:
            ReferenceChecks(study).note_checked(["a" * 64], "Els")
        join_studies(home, [path])
        with Study(home, read_only=True) as study:
            assert ReferenceChecks(study).checked() == {}

    def test_acceptance_that_a_shard_asks_for_is_asked_for(self, shards: list[Path], home: Path) -> None:
        with Study(shards[1]) as study:
            set_gate(study, require_acceptance=True)
        join_studies(home, shards)
        with Study(home) as study:
            assert requires_acceptance(study)
            set_gate(study, require_acceptance=False, by="Els")
        join_studies(home, shards)
        with Study(home, read_only=True) as study:
            assert not requires_acceptance(study), "what was set here counts"


class TestRefused:
    """Nothing of a refused study is merged, and the others are."""

    def check(self, home: Path, bad: Path, good: Path, message: str) -> None:
        report = join_studies(home, [bad, good])
        assert re.search(message, refusal(report)), refusal(report)
        assert [file.path for file in report.files] == [good] and texts(home) == texts(good)
        assert holds(home)

    def test_one_that_is_not_there(self, shards: list[Path], home: Path, tmp_path: Path) -> None:
        self.check(home, tmp_path / "weg.study", shards[0], "There is no study")
        assert not (tmp_path / "weg.study-lock").exists()

    def test_one_that_is_no_study(self, shards: list[Path], home: Path, tmp_path: Path) -> None:
        (tmp_path / "brief.study").write_text("Geachte collega, " * 100)
        self.check(home, tmp_path / "brief.study", shards[0], "is not a study")

    def test_one_of_a_newer_version(self, shards: list[Path], home: Path) -> None:
        db = sqlite3.connect(shards[1])
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
        db.close()
        self.check(home, shards[1], shards[0], "newer version of this program")

    def test_one_that_is_still_being_written(self, shards: list[Path], home: Path) -> None:
        with run_lock(shards[1]):
            self.check(home, shards[1], shards[0], "Another run is writing into the study")
        assert join_studies(home, shards[1:2]).refused == ()

    def test_one_whose_log_does_not_hold(self, shards: list[Path], home: Path) -> None:
        db = sqlite3.connect(shards[1])
        db.execute("UPDATE turns SET text = 'Anders.' WHERE position = 1 AND dialogue LIKE '%-0005'")
        db.commit()
        db.close()
        self.check(home, shards[1], shards[0], "log of .* does not hold.*was changed after it was logged")

    def test_one_that_is_damaged(self, shards: list[Path], home: Path) -> None:
        db = sqlite3.connect(shards[1])
        db.execute("UPDATE dialogues SET number = 'vijf' WHERE number = 5")
        db.commit()
        db.close()
        self.check(home, shards[1], shards[0], "damaged")

    def test_one_that_raters_have_read(self, shards: list[Path], home: Path) -> None:
        with Study(shards[1]) as study:
            session = ReviewSession(study, "Els", "native")
            answer(session, session.items[0])
        self.check(home, shards[1], shards[0], "holds what raters said.*Merge studies before they are reviewed")

    def test_a_task(self, shards: list[Path], home: Path, tmp_path: Path) -> None:
        with Study(shards[1]) as study:
            export_task(study, tmp_path / "task.study", role="native")
        self.check(home, tmp_path / "task.study", shards[0], "is a task for a rater")
        with pytest.raises(SynthdialError, match="is a task for a rater"):
            join_studies(tmp_path / "task.study", shards[:1])

    def test_the_whole_among_its_parts(self, shards: list[Path], home: Path) -> None:
        join_studies(home, shards[:1])
        before = home.read_bytes()
        with pytest.raises(SynthdialError, match="stands among them, too"):
            join_studies(home, [*shards, home.parent / "." / home.name])
        assert home.read_bytes() == before

    def test_a_folder_that_is_not_there(self, shards: list[Path], tmp_path: Path) -> None:
        with pytest.raises(SynthdialError, match=r"The folder .*nergens does not exist"):
            join_studies(tmp_path / "nergens" / "all.study", shards)

    def test_where_none_can_be_merged_nothing_is_made(self, home: Path, tmp_path: Path) -> None:
        report = join_studies(home, [tmp_path / "weg.study"])
        assert len(report.refused) == 1 and list(tmp_path.iterdir()) == []

    def test_a_whole_whose_log_does_not_hold_takes_nothing_in(self, shards: list[Path], home: Path) -> None:
        join_studies(home, shards[:1])
        db = sqlite3.connect(home)
        db.execute("UPDATE turns SET text = 'Anders.' WHERE position = 1")
        db.commit()
        db.close()
        with pytest.raises(SynthdialError, match="does not hold"):
            join_studies(home, shards)
        assert len(texts(home)) == 3

    def test_a_whole_into_which_a_batch_writes(self, shards: list[Path], home: Path) -> None:
        join_studies(home, shards[:1])
        with run_lock(home), pytest.raises(SynthdialError, match="Another run is writing"):
            join_studies(home, shards)

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
    def test_studies_in_a_folder_that_cannot_be_written_are_read(self, shards: list[Path], tmp_path: Path) -> None:
        folder = shards[0].parent
        (tmp_path / "elsewhere").mkdir()
        folder.chmod(0o500)
        try:
            report = join_studies(tmp_path / "elsewhere" / "all.study", shards)
        finally:
            folder.chmod(0o700)
        assert report.refused == ()


def test_studies_of_older_formats_are_merged_and_what_was_never_checked_stays_inside(
    tmp_path: Path, home: Path
) -> None:
    old = tmp_path / "old.study"
    db = sqlite3.connect(old)
    for statement in MIGRATIONS[0]:
        db.execute(statement)
    from synthdial.study.schema import APPLICATION_ID

    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute("PRAGMA user_version = 1")
    db.execute("INSERT INTO recipes VALUES (?, '{}')", (RECIPE.id,))
    db.execute("INSERT INTO dialogues VALUES ('x-0001', ?, 1, 2, '{}')", (RECIPE.id,))
    db.executemany("INSERT INTO turns VALUES ('x-0001', ?, ?, 'Ja.')", [(0, "Arts"), (1, "Patiënt")])
    db.commit()
    db.close()
    before = old.read_bytes()
    assert join_studies(home, [old]).files[0].taken.dialogues == 1
    assert holds(home) and old.read_bytes() == before
    with Study(home, read_only=True) as study:
        assert [standing.held for standing in Gate(study).standings().values()] == ["never checked"]


class TestEncrypted:
    @pytest.fixture(autouse=True)
    def passphrase(self) -> Iterator[None]:
        forget_keys()
        with asking(lambda study, attempt: SECRET if attempt == 1 else None):
            yield
        forget_keys()

    @pytest.fixture
    def sealed(self, tmp_path: Path) -> Path:
        path = tmp_path / "sealed.study"
        with Study(path, create=True, passphrase=SECRET) as study:
            study.add_recipe(RECIPE)
            study.add_dialogue(RECIPE, 1, dialogue(1), PASSED)
        return path

    def test_they_are_merged_into_an_encrypted_study(self, sealed: Path, shards: list[Path], home: Path) -> None:
        report = join_studies(home, [sealed, shards[1]], passphrase=SECRET)
        assert report.refused == () and len(texts(home)) == 4 and holds(home)
        assert not home.read_bytes().startswith(b"SQLite")

    def test_they_do_not_come_to_lie_in_the_clear(self, sealed: Path, shards: list[Path], home: Path) -> None:
        message = "is encrypted, and .* would not be.*Give --encrypt"
        assert re.search(message, refusal(join_studies(home, [sealed]))) and not home.exists()
        report = join_studies(home, [shards[1], sealed])
        assert re.search(message, refusal(report)) and len(texts(home)) == 3


def test_killed_in_the_middle_the_whole_is_whole_and_the_same_command_completes_it(
    shards: list[Path], home: Path, tmp_path: Path
) -> None:
    """The program is ended, as the kernel would, when it has written some of the second study."""
    dying = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from synthdial.study.audit import AuditLog\n"
        "from synthdial.study.join import join_studies\n"
        "append, left = AuditLog.append, [int(sys.argv[1])]\n"
        "def dies(log, action, *rest):\n"
        "    append(log, action, *rest)\n"
        "    left[0] -= 1\n"
        "    if not left[0]: os.kill(os.getpid(), signal.SIGKILL)\n"
        "AuditLog.append = dies\n"
        "join_studies(Path(sys.argv[2]), [Path(path) for path in sys.argv[3:]])\n"
    )
    one = tmp_path / "one.study"
    join_studies(one, shards)
    kept = []
    for steps in range(1, 24, 4):
        home.unlink(missing_ok=True)
        done = subprocess.run(
            [sys.executable, "-P", "-c", dying, str(steps), str(home), *map(str, shards)], check=False
        )
        assert done.returncode == -signal.SIGKILL
        with Study(home) as study:  # what a program finds that opens it next
            kept.append(len(study))
            assert verify(study).holds
        join_studies(home, shards)
        assert contents(home) == contents(one) and holds(home)
    assert set(kept) <= {0, 3, 6, 9} and len(set(kept)) >= 3


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for the most memory that was held")
def test_its_memory_does_not_grow_with_the_dialogues(home: Path, tmp_path: Path) -> None:
    """A study of 8 MB of text, and one of eight times as much: the whole never holds more than some of it."""
    grown = []
    for count in (20, 160):
        path, out = tmp_path / f"{count}.study", tmp_path / f"out-{count}.study"
        with Study(path, create=True) as study:
            study.add_recipe(RECIPE)
            for number in range(1, count + 1):
                study.add_dialogue(RECIPE, number, dialogue(number, f"{number} " + "ja " * 130_000, "Goed."), PASSED)
        code = (
            "import sys; from pathlib import Path; from synthdial.study.join import join_studies\n"
            "def most(): return int(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0])\n"
            "before = most()\n"
            "assert not join_studies(Path(sys.argv[1]), [Path(sys.argv[2])]).refused\n"
            "print(most() - before)"
        )
        done = subprocess.run(
            [sys.executable, "-P", "-c", code, str(out), str(path)], capture_output=True, text=True, check=True
        )
        grown.append(int(done.stdout))
    assert grown[1] < grown[0] + 20_000, "kilobytes"


class TestCommand:
    def run(self, *arguments: object) -> Result:
        return CliRunner().invoke(cli, ["merge", *map(str, arguments)])

    def test_it_says_what_came_of_each(self, shards: list[Path], home: Path) -> None:
        result = self.run(home, *shards[:2])
        assert result.exit_code == 0, result.output
        assert f"{shards[0]}: 3 new dialogues." in result.stdout
        assert f"{home} holds 6 dialogues of the recipe {RECIPE.id[:8]}; up to number 8 are missing 3, 6." in (
            result.stdout
        )
        again = self.run(home, *shards)
        assert f"{shards[0]}: already there; nothing new." in again.stdout
        assert "3 of them are quarantined, as they were" in again.stdout
        assert f"{home} holds 9 dialogues of the recipe {RECIPE.id[:8]}." in again.stdout
        assert self.run(home, *shards, "--quiet").output == ""

    def test_conflicts_are_named_and_end_with_status_1(self, shards: list[Path], home: Path, tmp_path: Path) -> None:
        other = study_with(tmp_path / "other.study", 1, said="Heel anders")
        result = self.run(home, shards[0], other, "--quiet")
        assert f"{other}: another text than in {home} have {RECIPE.dialogue_id(1)}." in result.stderr
        assert isinstance(result.exception, SynthdialError) and "1 dialogues differ" in result.exception.message

    def test_one_that_is_refused_ends_with_status_1_and_the_others_are_merged(
        self, shards: list[Path], home: Path, tmp_path: Path
    ) -> None:
        result = self.run(home, tmp_path / "weg.study", *shards)
        assert isinstance(result.exception, SynthdialError) and "There is no study" in result.exception.message
        assert len(texts(home)) == 9

    def test_it_encrypts_what_it_makes(self, shards: list[Path], home: Path, tmp_path: Path) -> None:
        (tmp_path / "secret").write_text(SECRET)
        arguments = ["--passphrase-file", str(tmp_path / "secret"), "merge", str(home), str(shards[0])]
        result = CliRunner().invoke(cli, [*arguments, "--encrypt", "--yes"])
        assert result.exit_code == 0, result.output
        assert not home.read_bytes().startswith(b"SQLite")
