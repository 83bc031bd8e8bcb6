"""What sections say in studies of different kinds: unrated, small, large, long, cut off."""

import random
from dataclasses import replace
from pathlib import Path

import pytest
from report_page import Page, read_page
from report_studies import NATURAL, NOTE, rated, said, written
from review_studies import Clock, answer
from samples import COPIED, PASSED, RECIPE, dialogue

from synthdial.dialogue import Dialogue
from synthdial.errors import SynthdialError
from synthdial.report import gather, render
from synthdial.report.sections.agreement import verdict
from synthdial.report.text import Wording
from synthdial.report.walk import MOST_COMPARED, walk
from synthdial.review.agreement import Agreement
from synthdial.review.intervals import Estimate
from synthdial.review.session import ReviewSession
from synthdial.study import Study

pytestmark = pytest.mark.slow


def page_of(path: Path, language: str = "en", **options: object) -> Page:
    return read_page(render(gather(path, **options), language))  # type: ignore[arg-type]


class TestNobodyHasRated:
    def test_it_says_so_and_how_to_begin(self, unrated_pages: dict[str, Page]) -> None:
        english, dutch = (unrated_pages[language].section("ratings").text for language in ("en", "nl"))
        assert "Nobody has finished reviewing" in english and "Nog niemand" in dutch
        for text in (english, dutch):
            assert "synthdial-edge review nieuw.study --rater NAME --role clinician" in text

    def test_the_rest_is_there(self, unrated_pages: dict[str, Page]) -> None:
        page = unrated_pages["en"]
        assert len(page.section("made").all("table")) == 3
        assert len(page.section("lengths").all("svg")) == 2 and len(page.section("beside").all("svg")) == 1
        assert "No rater has read any of the 16 dialogues" in page.section("limits").text

    def test_one_dialogue_is_shown(self, unrated_pages: dict[str, Page]) -> None:
        section = unrated_pages["en"].section("examples")
        assert len(section.all("ol")) == 1 and "A dialogue of middle length" in section.text

    def test_ratings_that_are_not_finished_do_not_count(self, tmp_path: Path) -> None:
        path = written(tmp_path / "half.study")
        with Study(path) as study:
            session = ReviewSession(study, "Els", "native", clock=Clock())
            for item in session.items:
                session.score(item, "fluency", 1)
        assert "Nobody has finished" in page_of(path).section("ratings").text


class TestExamples:
    def test_the_best_and_the_most_flagged_are_shown(self, pages: dict[str, Page]) -> None:
        text = pages["en"].section("examples").text
        assert "The best rated dialogue" in text and "most flagged dialogue" in text.casefold()

    def test_a_flagged_turn_says_what_is_wrong_who_says_so_and_how_grave_it_is(self, pages: dict[str, Page]) -> None:
        marked = [turn for turn in pages["nl"].section("examples").all("li") if "critical" in turn.classes]
        assert marked
        for turn in marked:
            marks = turn.all("ul")[0].text
            assert "onnatuurlijk, ernstig (Beoordelaar " in marks and NOTE in marks

    def test_an_edit_is_shown_as_old_and_new(self, pages: dict[str, Page], rated_study: Path) -> None:
        with Study(rated_study, read_only=True) as study:
            spoken = {turn.text for made in study.dialogues() for turn in made.turns}
        edits = [(old.text, new.text) for old, new in self.edits(pages["en"])]
        assert edits and all(old in spoken and new == "Zo zou ik het zeggen." for old, new in edits)

    @staticmethod
    def edits(page: Page) -> list:
        section = page.section("examples")
        return list(zip(section.all("del"), section.all("ins"), strict=True))

    def test_the_best_is_the_one_with_the_highest_mean(self, tmp_path: Path) -> None:
        path = written(tmp_path / "drie.study", plain=4, natural=0)
        with Study(path) as study:
            for hour, rater in enumerate(("Els", "Jan")):
                session = ReviewSession(study, rater, "native", clock=Clock(9 + hour))
                for item in session.items:
                    answer(session, item, score=5 if len(session.dialogue(item).turns) == 14 else 3)
        page = page_of(path)
        heading = page.section("examples").all("h3")[0]
        assert heading.text == "The best rated dialogue"
        about = heading.parent.all("p")[1].text  # type: ignore[union-attr]
        assert f"Dialogue {RECIPE.dialogue_id(2)}" in about and "mean score 5.00 by 2 raters" in about

    def test_of_a_long_dialogue_the_ends_and_what_was_marked_are_shown(self, tmp_path: Path) -> None:
        path = tmp_path / "lang.study"
        texts = [f"Beurt {number}." for number in range(200)]
        with Study(path, create=True) as study:
            study.add_recipe(RECIPE)
            study.add_dialogue(RECIPE, 1, dialogue(1, *texts), PASSED)
            session = ReviewSession(study, "Els", "native", clock=Clock())
            session.flag(session.items[0], 100, "unnatural", "minor", "hier")
            answer(session, session.items[0])
        turns = [turn.text for turn in page_of(path).section("examples").all("p")]
        shown = [number for number in range(200) if f"Beurt {number}." in turns]
        assert {0, 98, 99, 100, 101, 102, 199} <= set(shown) and len(shown) < 30
        left = [int(text.split()[0][1:]) for text in turns if "left out" in text]
        assert sum(left) == 200 - len(shown)


class TestLimits:
    def test_they_are_those_of_this_study(self, pages: dict[str, Page]) -> None:
        text = pages["en"].section("limits").text
        assert "3 of 16 dialogues were not rated" in text, "the calibration round does not count"
        assert "There are 3 raters, fewer than 3 of some role" in text
        assert "12 conversations that were written for this program" in text
        assert "Conversations of people were mixed in" in text

    def test_one_rater_is_one_persons_view(self, tmp_path: Path) -> None:
        path = written(tmp_path / "een.study", plain=5, natural=0)
        with Study(path) as study:
            session = ReviewSession(study, "Els", "native", clock=Clock())
            for item in session.items:
                answer(session, item)
        text = page_of(path).section("limits").text
        assert "There is one rater" in text and "not rated" not in text
        assert "guesses of person or machine have nothing to compare by" in text

    def test_dialogues_that_were_cut_off_are_counted(self, tmp_path: Path) -> None:
        path = tmp_path / "af.study"
        with Study(path, create=True) as study:
            study.add_recipe(RECIPE)
            for number in range(1, 5):
                made = dialogue(number)
                notes = {**made.provenance, "ended_by": "max_words" if number < 3 else "model"}
                study.add_dialogue(RECIPE, number, Dialogue(made.id, made.turns, notes))
        page = page_of(path)
        assert "2 of 4 dialogues were cut off" in page.section("limits").text
        assert "50% (2): the greatest number of words was reached" in page.section("made").text


class TestSmallStudies:
    def test_a_single_dialogue_has_a_report(self, tmp_path: Path) -> None:
        path = written(tmp_path / "een.study", plain=1, natural=0)
        for language in ("nl", "en"):
            page = page_of(path, language)
            assert page.faults == []
        assert "one dialogue" in page.text and "There is nothing to compare" in page.section("beside").text

    def test_a_preset_with_one_dialogue_is_named_and_left_out(self, tmp_path: Path) -> None:
        page = page_of(written(tmp_path / "drie.study", plain=4, natural=1))
        assert "Not compared" in page.section("beside").text and "preset natural" in page.section("beside").text
        assert [head.text for head in page.section("beside").all("h3")] == ["Preset plain"]

    def test_of_more_than_twelve_groups_the_first_are_compared(self, tmp_path: Path) -> None:
        path = tmp_path / "veel.study"
        recipes = [replace(RECIPE, model=f"model-{number:02d}", model_sha256=f"{number:064x}") for number in range(14)]
        with Study(path, create=True) as study:
            for recipe in recipes:
                study.add_recipe(recipe)
                for number in (1, 2, 3):
                    study.add_dialogue(recipe, number, dialogue(number, recipe=recipe))
            walked = walk(study)
        assert [len(group.sample) for group in walked.groups] == [3] * 12 + [0] * 2
        assert {spread.summary.n for group in walked.groups for spread in group.spreads} == {3}

    @pytest.mark.filterwarnings("error")
    def test_dialogues_without_a_word_have_one_too(self, tmp_path: Path) -> None:
        path = tmp_path / "stil.study"
        with Study(path, create=True) as study:
            study.add_recipe(RECIPE)
            for number in (1, 2):
                study.add_dialogue(RECIPE, number, dialogue(number, "...", "…"))
        assert page_of(path).faults == []

    def test_provenance_that_says_nothing_is_no_obstacle(self, tmp_path: Path) -> None:
        path = tmp_path / "kaal.study"
        with Study(path, create=True) as study:
            study.add_recipe(RECIPE)
            for number in (1, 2):
                study.add_dialogue(RECIPE, number, Dialogue(RECIPE.dialogue_id(number), dialogue(1).turns, {}))
        page = page_of(path)
        assert page.faults == [] and "State of" not in page.text


class TestDate:
    def test_it_is_that_of_the_newest_event(self, pages: dict[str, Page], unrated_pages: dict[str, Page]) -> None:
        assert "Stand op 2 maart 2026." in pages["nl"].text, "when the last rater was done"
        assert "State of 2 January 2026." in unrated_pages["en"].text, "when the last dialogue was written"

    def test_another_can_be_given(self, unrated_study: Path) -> None:
        assert "State of 9 May 2027." in page_of(unrated_study, date="2027-05-09").text


class TestLargeStudies:
    @pytest.fixture(scope="class")
    def large(self, tmp_path_factory: pytest.TempPathFactory) -> Path:
        """More dialogues than are compared, of two presets."""
        path = tmp_path_factory.mktemp("groot") / "groot.study"
        chance = random.Random(1)
        with Study(path, create=True) as study:
            study._db.execute("PRAGMA synchronous = OFF")
            for recipe in (RECIPE, NATURAL):
                study.add_recipe(recipe)
                for number in range(1, 601):
                    study.add_dialogue(recipe, number, dialogue(number, *said(chance, 6), recipe=recipe))
        return path

    def test_a_sample_is_compared_and_the_page_says_so(self, large: Path) -> None:
        page = page_of(large)
        assert page.section("beside").text.count("Computed from 500 of its 600 dialogues") == 2
        assert "a random sample was set beside the references" in page.section("limits").text

    def test_lengths_are_of_all(self, large: Path) -> None:
        with Study(large, read_only=True) as study:
            walked = walk(study)
        assert walked.dialogues == 1200 and [group.dialogues for group in walked.groups] == [600, 600]
        for drawn in walked.histograms:
            assert sum(drawn.counts) == 1200

    def test_the_sample_is_bounded_and_follows_from_the_seed(self, large: Path) -> None:
        with Study(large, read_only=True) as study:
            one, again, other = (walk(study, seed=seed) for seed in (0, 0, 1))
        ids = [[[made.id for made in group.sample] for group in walked.groups] for walked in (one, again, other)]
        assert ids[0] == ids[1] != ids[2]
        assert sum(map(len, ids[0])) == MOST_COMPARED
        assert all(drawn == sorted(drawn) for drawn in ids[0]), "in the order of the study"

    def test_none_is_drawn_for_its_place(self, large: Path) -> None:
        with Study(large, read_only=True) as study:
            drawn = {made.id for made in walk(study).groups[0].sample}
        left = [number for number in range(1, 601) if RECIPE.dialogue_id(number) not in drawn]
        assert min(left) <= 50 and max(left) > 550, "of fifty, all are drawn once in ten thousand times"


class TestReading:
    """What an agreement means by Krippendorff's bounds."""

    @pytest.mark.parametrize(
        ("value", "low", "high", "reading"),
        [
            (0.90, 0.81, 0.96, "dependable"),
            (0.85, 0.60, 0.95, "dependable, but uncertain"),
            (0.75, 0.70, 0.79, "tentative conclusions"),
            (0.70, 0.40, 0.90, "tentative, and uncertain"),
            (0.50, 0.20, 0.75, "too low, but uncertain"),
            (0.30, 0.10, 0.50, "too low for conclusions"),
            (-0.2, -0.5, 0.10, "too low for conclusions"),
        ],
    )
    def test_it_heeds_the_interval(self, value: float, low: float, high: float, reading: str) -> None:
        alpha = Estimate(value, low, high)
        assert verdict(Agreement("c", "native", 3, 20, 60, alpha, alpha, alpha), Wording("en")) == reading

    def test_a_reason_is_given_where_there_is_no_figure(self) -> None:
        none = Estimate(float("nan"))
        row = Agreement("c", "native", 3, 20, 60, none, none, none, "no variation")
        assert verdict(row, Wording("nl")) == "onbekend: alle scores zijn gelijk"


class TestTroubles:
    def test_a_study_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(SynthdialError, match="There is no study"):
            gather(tmp_path / "nergens.study")

    def test_a_study_without_dialogues(self, tmp_path: Path) -> None:
        with Study(tmp_path / "leeg.study", create=True) as study:
            study.add_recipe(RECIPE)
        with pytest.raises(SynthdialError, match="holds no dialogue"):
            gather(tmp_path / "leeg.study")

    def test_a_task_is_no_study(self, tmp_path: Path) -> None:
        from synthdial.review.task import export_task

        with Study(written(tmp_path / "een.study")) as study:
            export_task(study, tmp_path / "taak.synthdial", role="native")
        with pytest.raises(SynthdialError, match="is a task"):
            gather(tmp_path / "taak.synthdial")

    def test_fewer_than_five_references(self, unrated_study: Path, tmp_path: Path) -> None:
        from report_studies import people

        with pytest.raises(SynthdialError, match="There are 4 reference conversations") as caught:
            gather(unrated_study, references=[people(tmp_path / "vier", 4)])
        assert "5 or more" in caught.value.hint

    def test_nothing_is_written_to_the_study(self, tmp_path: Path) -> None:
        path = rated(tmp_path / "vast.study")
        before = path.read_bytes()
        gather(path)
        assert path.read_bytes() == before

    def test_a_study_on_a_medium_that_cannot_be_written_is_read(self, tmp_path: Path) -> None:
        folder = tmp_path / "vast"
        folder.mkdir()
        path = written(folder / "een.study", plain=2, natural=0)
        path.chmod(0o400)
        folder.chmod(0o500)
        try:
            assert gather(path).walked.dialogues == 2
        finally:
            folder.chmod(0o700)


def test_recipes_beyond_forty_are_counted_and_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "veel.study"
    with Study(path, create=True) as study:
        for seed in range(1, 44):
            recipe = replace(RECIPE, seed=seed)
            study.add_recipe(recipe)
            for number in range(1, 3 if seed == 43 else 2):
                study.add_dialogue(recipe, number, dialogue(number, recipe=recipe))
    section = page_of(path).section("made")
    assert "3 are not" in section.text
    rows = [row.all("th")[0].text for row in section.all("table")[0].all("tbody")[0].all("tr")]
    assert len(rows) == 40 and replace(RECIPE, seed=43).id[:8] in rows, "the largest is among them"


def test_what_reviewers_gave_back_is_shown_by_recipe(tmp_path: Path) -> None:
    path = tmp_path / "geleerd.study"
    learned = replace(RECIPE, exemplars=("a1b2c3d4-0001",), instructions=("Laat de patiënt uitspreken <b>.",))
    with Study(path, create=True) as study:
        for recipe in (RECIPE, learned):
            study.add_recipe(recipe)
            study.add_dialogue(recipe, 1, dialogue(1, recipe=recipe))
    table = page_of(path).table("What reviewers gave back")
    assert list(table) == [learned.id[:8]], "the other one was given nothing"
    assert [cell.text for cell in table[learned.id[:8]]] == ["a1b2c3d4-0001", "Laat de patiënt uitspreken <b>."]


class TestCopies:
    def test_what_is_quarantined_or_was_never_checked_is_no_example(self, tmp_path: Path) -> None:
        path = tmp_path / "kopie.study"
        with Study(path, create=True) as study:
            study.add_recipe(RECIPE)
            for number, check in enumerate((COPIED, COPIED, PASSED, None, COPIED), 1):
                study.add_dialogue(RECIPE, number, dialogue(number, f"Nummer {number}.", "Ja.", recipe=RECIPE), check)
        page = page_of(path)
        assert "Nummer 3." in page.section("examples").text
        assert not any(f"Nummer {number}." in page.text for number in (1, 2, 4, 5))
        assert "1 of 5 dialogues passed" in page.section("limits").text
        assert "3 are quarantined and 1 were never checked" in page.section("limits").text

    def test_where_none_may_be_shown_none_is(self, tmp_path: Path) -> None:
        path = tmp_path / "kopie.study"
        with Study(path, create=True) as study:
            study.add_recipe(RECIPE)
            study.add_dialogue(RECIPE, 1, dialogue(1, "Geheim verhaal.", "Ja.", recipe=RECIPE), COPIED)
        page = page_of(path)
        assert "None is shown" in page.section("examples").text and "Geheim verhaal" not in page.text

    def test_what_a_rater_flagged_as_private_is_no_example(self, tmp_path: Path) -> None:
        path = tmp_path / "kopie.study"
        with Study(path, create=True) as study:
            study.add_recipe(RECIPE)
            for number in (1, 2):
                one = dialogue(number, f"Nummer {number}.", "Ja.", recipe=RECIPE)
                study.add_dialogue(RECIPE, number, one, PASSED)
            session = ReviewSession(study, "Els", "native", clock=Clock(9))
            for item in session.items:
                answer(session, item)
                if session.dialogue(item).turns[0].text == "Nummer 1.":
                    session.flag(item, 0, "privacy", "minor")
        page = page_of(path)
        assert "Nummer 1." not in page.text and "Nummer 2." in page.section("examples").text

    def test_references_that_nobody_looked_at_are_told(self, tmp_path: Path) -> None:
        path = tmp_path / "kopie.study"
        with Study(path, create=True) as study:
            study.add_recipe(RECIPE, {"references_are": "unchecked"})
            study.add_dialogue(RECIPE, 1, dialogue(1, recipe=RECIPE), PASSED)
        assert "nobody had looked at" in page_of(path).section("limits").text
