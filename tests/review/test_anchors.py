"""Anchors: conversations of people, which only raters see."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from review_studies import answer, ids_by_key, study_of
from samples import dialogue

from synthdial.dialogue import Dialogue
from synthdial.errors import SynthdialError
from synthdial.export import export_study
from synthdial.export.formats.lines import json_line
from synthdial.measure.sources import dialogues_of, pieces
from synthdial.prompt import bundled_references
from synthdial.review.anchors import add_anchors
from synthdial.review.session import ReviewSession
from synthdial.review.table import review_data
from synthdial.review.task import export_task
from synthdial.study import Study
from synthdial.transcripts import ReadOptions

OWN = "Arts: Goedemorgen.\nArts: Gaat u zitten.\nPatiënt: Dank u, geheimwoord.\n"


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    with Study(study_of(tmp_path / "demo.study", 23)) as opened:
        yield opened


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "jansen-1951.txt"
    path.write_text(OWN, encoding="utf-8")
    return path


class TestTakingIn:
    def test_bundled_ones_are_taken_in_once(self, study: Study) -> None:
        first, again = (add_anchors(study, "bundled") for _ in range(2))
        assert (first.added, first.known) == (len(bundled_references()), 0)
        assert (again.added, again.known) == (0, len(bundled_references()))

    def test_ones_own_must_be_de_identified(self, study: Study, own: Path) -> None:
        with pytest.raises(SynthdialError, match=r"must be de-identified.*--anchors-are-deidentified"):
            add_anchors(study, str(own))
        assert ReviewSession(study, "Els", "native").search("geheimwoord") == []
        assert add_anchors(study, str(own), are_deidentified=True).added == 1
        assert len(ReviewSession(study, "Bram", "native").search("geheimwoord")) == 1

    def test_nothing_of_the_files_name_is_kept(self, study: Study, own: Path) -> None:
        add_anchors(study, str(own), are_deidentified=True)
        study.close()
        assert "jansen" not in study.path.read_bytes().decode("latin-1")

    def test_what_a_model_wrote_is_no_anchor(self, study: Study, tmp_path: Path) -> None:
        (tmp_path / "export.jsonl").write_text(json_line(dialogue(1)), encoding="utf-8")
        with pytest.raises(SynthdialError, match="which a model wrote"):
            add_anchors(study, str(tmp_path / "export.jsonl"), are_deidentified=True)

    def test_what_cannot_be_used_is_named_and_the_rest_taken_in(self, study: Study, own: Path, tmp_path: Path) -> None:
        (tmp_path / "alone.txt").write_text("Arts: Ja.\nArts: Nee.\n", encoding="utf-8")
        (tmp_path / "odd.jsonl").write_text('{"turns": "?"}\n' + json.dumps({
            "turns": [{"speaker": "Arts", "text": "Dag."}, {"speaker": "Patiënt", "text": "Dag."}]
        }))  # fmt: skip
        found = add_anchors(study, str(tmp_path), are_deidentified=True)
        assert found.added == 2
        assert any("in which only one speaks" in warning for warning in found.warnings)
        assert any("odd.jsonl, line 1" in warning for warning in found.warnings)

    def test_no_such_file(self, study: Study, tmp_path: Path) -> None:
        with pytest.raises(SynthdialError, match="cannot be read"):
            add_anchors(study, str(tmp_path / "absent.txt"), are_deidentified=True)


class TestReading:
    def test_one_in_five_is_an_anchor_and_none_is_in_the_calibration_round(self, study: Study) -> None:
        add_anchors(study, "bundled")
        session = ReviewSession(study, "Els", "native")
        ids = ids_by_key(study)
        found = [item for item in session.items if ids[item.key].startswith("anchor-")]
        assert len(found) == 5 and len(session.items) == 28  # 20 dialogues after the round, one anchor to each four
        assert not any(item.calibration for item in found)

    def test_an_anchor_looks_like_a_dialogue(self, study: Study, own: Path) -> None:
        add_anchors(study, str(own), are_deidentified=True)
        session = ReviewSession(study, "Els", "native")
        ((item, turn),) = session.search("geheimwoord")
        told = session.dialogue(item)
        assert [turn.text for turn in told.turns] == ["Goedemorgen. Gaat u zitten.", "Dank u, geheimwoord."]
        assert (told.id, told.provenance, turn) == (item.key, {}, 1)
        assert len({len(item.key) for item in session.items}) == 1

    def test_a_rater_who_has_begun_gets_them_among_the_rest(self, study: Study) -> None:
        session = ReviewSession(study, "Els", "native")
        begun = session.items[:11]
        for item in begun:
            session.begin(item)
        add_anchors(study, "bundled")
        assert session.refresh() == 3  # to 12 that are not begun
        assert session.items[:11] == begun
        ids = ids_by_key(study)
        assert sum(ids[item.key].startswith("anchor-") for item in session.items[11:]) == 3


class TestLeaving:
    def test_no_reader_of_dialogues_sees_them(self, study: Study, own: Path, tmp_path: Path) -> None:
        before = list(study.dialogues()), len(study), list(study.summaries())
        add_anchors(study, str(own), are_deidentified=True)
        assert (list(study.dialogues()), len(study), list(study.summaries())) == before
        for name in ("all.jsonl", "all.txt"):
            export_study(study, tmp_path / name)
            assert "geheimwoord" not in (tmp_path / name).read_text(encoding="utf-8")
        for piece in pieces([study.path]):
            for found in dialogues_of(piece, ReadOptions()):
                assert isinstance(found, Dialogue) and "geheimwoord" not in found.as_text()

    def test_a_task_takes_bundled_ones_along_and_no_others(self, study: Study, own: Path, tmp_path: Path) -> None:
        add_anchors(study, "bundled")
        add_anchors(study, str(own), are_deidentified=True)
        task = export_task(study, tmp_path / "bram.synthdial", role="native")
        assert (task.anchors, task.anchors_kept_here) == (len(bundled_references()), 1)
        assert b"geheimwoord" not in (tmp_path / "bram.synthdial").read_bytes()
        with Study(tmp_path / "bram.synthdial") as opened:
            session = ReviewSession(opened, "Bram")
            assert len(session.items) == 28
            assert len(list(opened.dialogues())) == 23
            with pytest.raises(SynthdialError, match="is a task"):
                add_anchors(opened, "bundled")

    def test_results_know_them_as_of_people(self, study: Study) -> None:
        add_anchors(study, "bundled")
        session = ReviewSession(study, "Els", "native")
        for item in session.items:
            answer(session, item)
        data = review_data(study)
        by_person = [subject for subject in data.subjects.values() if subject.by_person]
        assert len(by_person) == 5 and len(data.subjects) == 25
        assert all((subject.recipe, subject.model, subject.scenario) == ("", "", "") for subject in by_person)
        assert not {subject.id for subject in by_person} & {stored.id for stored in study.dialogues()}
