"""Raters: what they are called, and what they keep."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from review_studies import Clock, answer, study_of

from synthdial.errors import SynthdialError
from synthdial.review.raters import known_raters
from synthdial.review.rubric import load_rubric, read_rubric
from synthdial.review.session import ReviewRequest, ReviewSession
from synthdial.study import Study
from synthdial.study.reviews import Reviews


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    with Study(study_of(tmp_path / "demo.study", 8)) as opened:
        yield opened


@pytest.fixture
def session(study: Study) -> ReviewSession:
    return ReviewSession(study, "Els", "native", clock=Clock())


class TestRaters:
    @pytest.mark.parametrize("name", ["", "  ", "E\x1b[2Jls", "E\nls", "\u202eslE", "x" * 61])
    def test_a_name_must_be_one(self, study: Study, name: str) -> None:
        with pytest.raises(SynthdialError, match="name"):
            ReviewSession(study, name, "native")

    def test_a_name_is_the_same_however_it_is_typed(self, study: Study) -> None:
        first = ReviewSession(study, "Élise de  Wit ", "native")
        assert first.rater == "Élise de Wit"
        answer(first, first.items[0])
        for typed in ("E\u0301lise de Wit", " élise DE wit"):
            assert ReviewSession(study, typed).rater == "Élise de Wit"
            assert ReviewSession(study, typed).progress == (1, 8)

    @pytest.mark.parametrize(
        ("given", "message"),
        [
            ({"role": "clinician"}, "Els rates .* as 'native', not as 'clinician'"),
            ({"rubric": load_rubric("clinician")}, "began .* with another rubric than 'clinician', and keeps it"),
            ({"seed": 3}, "was drawn from the seed .*, not from 3"),
        ],
    )
    def test_one_who_has_begun_keeps_role_rubric_and_seed(self, study, session, given, message: str) -> None:
        with pytest.raises(SynthdialError, match=message):
            ReviewSession(study, "Els", **given)
        assert ReviewSession(study, "Els", "native", load_rubric("native")).items == session.items

    def test_a_rubric_stays_readable_when_its_file_has_changed(self, study: Study) -> None:
        own = load_rubric("native").content.replace('role = "native"', 'role = "nurse"')
        first = ReviewSession(study, "Els", rubric=read_rubric(own, "It", "own"))
        assert ReviewSession(study, "Els").rubric.criteria == first.rubric.criteria
        assert ReviewSession(study, "Bram", "nurse").rubric.digest == first.rubric.digest  # as others of that role

    def test_someone_new_needs_a_role_that_has_a_rubric(self, study: Study) -> None:
        with pytest.raises(SynthdialError, match=r"Say as what the rater judges. Give --role \(native, clinician\)"):
            ReviewSession(study, "Els")
        with pytest.raises(SynthdialError, match=r"no rubric for the role 'clinican'. Did you mean 'clinician'\?"):
            ReviewSession(study, "Els", "clinican")
        with pytest.raises(SynthdialError, match="'native' is for the role 'native', not for 'clinician'"):
            ReviewSession(study, "Els", "clinician", load_rubric("native"))
        with pytest.raises(SynthdialError, match="The seed is -1"):
            ReviewSession(study, "Els", "native", seed=-1)
        assert Reviews(study).raters() == []

    def test_the_study_knows_them(self, study: Study, session: ReviewSession) -> None:
        ReviewSession(study, "Bram", "clinician")
        known = [(rater.name, rater.role, rater.rubric.digest) for rater in known_raters(study)]
        assert known == [
            ("Els", "native", load_rubric("native").digest),
            ("Bram", "clinician", load_rubric("clinician").digest),
        ]

    def test_a_request_opens_a_session(self, study: Study) -> None:
        request = ReviewRequest(study.path, role="native", seed=5)
        request.check(study)
        session = request.start(study, "Els")
        assert (session.rater, session.role) == ("Els", "native")
        with pytest.raises(SynthdialError, match="The name of the rater is empty"):
            request.start(study)
        with pytest.raises(SynthdialError, match="Did you mean 'native'"):
            ReviewRequest(study.path, "Bram", rubric="nativ").check(study)
        with pytest.raises(SynthdialError, match="as 'native', not as 'clinician'"):
            ReviewRequest(study.path, "Els", "clinician").check(study)
        assert [row.name for row in Reviews(study).raters()] == ["Els"]
