"""The figures on the page are those of the study: counted here by hand or by plain formulas."""

import re
import statistics
from collections import Counter
from pathlib import Path

import pytest
from report_page import Page, figures
from report_studies import NATURAL
from samples import RECIPE

from synthdial.measure.standing import standing
from synthdial.prompt import bundled_references
from synthdial.report import Facts
from synthdial.report.rating_plots import GOOD, TENTATIVE
from synthdial.review.agreement import krippendorff_alpha
from synthdial.review.correlation import spearman
from synthdial.review.judgements import ReviewData
from synthdial.review.table import review_data
from synthdial.study import Study

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def page(pages: dict[str, Page]) -> Page:
    return pages["en"]


@pytest.fixture(scope="module")
def data(rated_study: Path) -> ReviewData:
    with Study(rated_study, read_only=True) as study:
        return review_data(study)


@pytest.fixture(scope="module")
def dialogues(rated_study: Path) -> list:
    with Study(rated_study, read_only=True) as study:
        return list(study.dialogues())


def scores_of(data: ReviewData, criterion: str) -> dict[tuple[str, str], int]:
    """Scores on what a model wrote, by rater and dialogue."""
    return {
        (each.rater, each.dialogue): each.score
        for each in data.judgements
        if each.criterion == criterion and each.score is not None and not data.subjects[each.dialogue].by_person
    }


NAMES = {"fluency": "Fluency", "coherence": "Coherence", "accuracy": "Medical accuracy"}


class TestMade:
    def test_each_recipe_has_a_line(self, page: Page) -> None:
        rows = page.section("made").all("table")[0].all("tbody")[0].all("tr")
        assert [row.all("th")[0].text for row in rows] == [RECIPE.id[:8], NATURAL.id[:8]]
        first = [cell.text for cell in rows[0].all("td")]
        assert first == ["8", "nefrologie-uitslagen", "gemma", "plain", "8", "700", "2 January 2026"]

    def test_sampling_and_seed_are_there(self, page: Page) -> None:
        cells = page.table("How tokens were drawn")[RECIPE.id[:8]]
        assert [cell.text for cell in cells] == ["0.8", "40", "0.95", "0.05", "1.1", "64", "1", "1"]

    def test_digests_are_those_of_the_recipe(self, page: Page) -> None:
        cells = [cell.text for cell in page.table("What went in, by digest")[NATURAL.id[:8]]]
        assert [cell[:1] * 64 for cell in cells if len(cell) > 8] == [
            NATURAL.model_sha256, NATURAL.prompt_sha256, NATURAL.references_sha256, NATURAL.profile_sha256,
        ]  # fmt: skip

    def test_how_dialogues_ended_is_counted(self, page: Page) -> None:
        assert "100% (16): the model ended it" in page.section("made").text


class TestLengths:
    def test_words_are_summarised(self, page: Page, dialogues: list) -> None:
        words = [dialogue.words for dialogue in dialogues]
        n, mean, sd, p10, p25, median, p75, p90 = (figures(cell)[0] for cell in page.table("All dialogues")["words"])
        assert n == 16
        assert mean == pytest.approx(statistics.mean(words)) and sd == pytest.approx(statistics.stdev(words))
        tenths = statistics.quantiles(words, n=20, method="inclusive")
        assert (p10, p25, median, p75, p90) == pytest.approx([tenths[k] for k in (1, 4, 9, 14, 17)])

    def test_each_preset_has_its_own_table(self, page: Page, dialogues: list) -> None:
        for preset in ("plain", "natural"):
            turns = [len(d.merged().turns) for d in dialogues if d.provenance["preset"] == preset]
            cells = page.table(f"Preset {preset}")["turns"]
            assert figures(cells[0]) == [8] and figures(cells[1]) == [pytest.approx(statistics.mean(turns))]


class TestBeside:
    @pytest.mark.parametrize(("at", "preset"), enumerate(["plain", "natural"]))
    def test_figures_are_those_of_compare(self, page: Page, dialogues: list, at: int, preset: str) -> None:
        own = [dialogue for dialogue in dialogues if dialogue.provenance["preset"] == preset]
        people = [transcript.dialogue for transcript in bundled_references()]
        found = standing(preset, own, people)
        table = page.table("Measures and the range of the references", at)
        assert len(table) == len(found.figures)
        for figure, cells in zip(found.figures, table.values(), strict=True):
            assert figures(cells[0]) == [figure.mean, figure.low, figure.high]
            assert figures(cells[1]) == [figure.people]
            assert figures(cells[2]) == [figure.p10, figure.p90]
            place = "below" if figure.mean < figure.p10 else "above" if figure.mean > figure.p90 else "within"
            assert cells[3].text == place

    def test_what_lies_outside_is_said_in_words(self, page: Page) -> None:
        for at in range(2):
            table = page.table("Measures and the range of the references", at)
            section = page.section("beside")
            inside = sum(cells[3].text == "within" for cells in table.values())
            assert f"Of {len(table)} measures {inside} have a mean within the range" in section.text
            told = re.sub(r"(Lower|Higher) than the references: |; ", "|", section.all("ul")[at].text)
            for name, cells in table.items():
                assert (f"|{name} (" in told) == (cells[3].text != "within")

    def test_own_references_take_the_place_of_the_bundled_ones(self, rated_study: Path, tmp_path: Path) -> None:
        from report_studies import people

        from synthdial.report import gather, render

        html = render(gather(rated_study, references=[people(tmp_path / "mensen", 7)]), "en")
        assert "7 conversations of the institution" in html and "There are only 7 references" in html


def test_what_raters_said_is_what_the_results_say(rated_study: Path) -> None:
    from synthdial.report import gather
    from synthdial.review.measures import study_results

    with Study(rated_study, read_only=True) as study:
        counted = study_results(study, seed=4)
    found = gather(rated_study, seed=4).reviewed
    assert found is not None and found.results.as_dict() == counted.as_dict()


class TestScores:
    @pytest.mark.parametrize("criterion", NAMES)
    def test_mean_and_distribution_are_those_given(self, page: Page, data: ReviewData, criterion: str) -> None:
        given = list(scores_of(data, criterion).values())
        cells = page.table("Scores by criterion")[NAMES[criterion]]
        assert figures(cells[0])[0] == pytest.approx(statistics.mean(given))
        assert [figures(cell)[0] for cell in cells[1:6]] == [given.count(score) for score in range(1, 6)]
        low, high = figures(cells[0])[1:]
        assert low <= statistics.mean(given) <= high

    def test_presets_stand_beside_one_another(self, page: Page, data: ReviewData) -> None:
        cells = page.table("Mean scores by preset")["Fluency"]
        for preset, cell in zip(("natural", "plain"), cells, strict=True):
            given = [
                score for (_, key), score in scores_of(data, "fluency").items() if data.subjects[key].preset == preset
            ]
            assert figures(cell)[0] == pytest.approx(statistics.mean(given))

    def test_verdicts_are_counted(self, page: Page, data: ReviewData) -> None:
        verdicts = [each.accepted for each in data.verdicts if not data.subjects[each.dialogue].by_person]
        assert f"{sum(verdicts)} of {len(verdicts)} verdicts" in page.section("ratings").text


class TestAgreement:
    @pytest.mark.parametrize("criterion", ["fluency", "coherence"])
    def test_alpha_is_of_all_that_two_native_speakers_scored(
        self, page: Page, data: ReviewData, criterion: str
    ) -> None:
        raters = sorted({each.rater for each in data.judgements if each.role == "native"})
        given = {(e.rater, e.dialogue): e.score for e in data.judgements if e.criterion == criterion}
        table = [[given.get((rater, key)) or float("nan") for key in sorted(data.subjects)] for rater in raters]
        cells = page.table("Agreement by criterion")[NAMES[criterion]]
        assert figures(cells[2])[0] == pytest.approx(krippendorff_alpha(table))
        assert figures(cells[3])[0] == pytest.approx(krippendorff_alpha(table, "nominal"))

    def test_one_clinician_agrees_with_nobody(self, page: Page) -> None:
        cells = page.table("Agreement by criterion")["Medical accuracy"]
        assert cells[2].text == "–" and cells[4].text == "not known: only one rater scored it"

    def test_krippendorffs_bounds_are_a_rule_of_thumb(self, page: Page) -> None:
        assert (TENTATIVE, GOOD) == (0.667, 0.8)
        text = page.section("ratings").text
        assert "rule of thumb" in text and "0.667" in text and "from 0.8 on" in text


class TestCorrelation:
    def test_rho_is_of_a_measure_with_the_mean_score(self, page: Page, data: ReviewData, dialogues: list) -> None:
        means = {}
        for (_, key), score in scores_of(data, "fluency").items():
            means.setdefault(key, []).append(score)
        turns = {dialogue.id: len(dialogue.merged().turns) for dialogue in dialogues}
        rho = spearman([turns[key] for key in means], [statistics.mean(given) for given in means.values()])
        heads = [head.text for head in page.root.all("table")[self.at(page)].all("thead")[0].all("th")]
        cells = page.table("Correlation of metrics with scores")["turns"]
        assert figures(cells[heads.index("Fluency") - 1]) == [pytest.approx(rho)]

    @staticmethod
    def at(page: Page) -> int:
        captions = [table.all("caption")[0].text for table in page.root.all("table")]
        return captions.index("Correlation of metrics with scores")

    def test_the_picture_shows_the_same_figures(self, page: Page) -> None:
        (picture,) = (
            svg for svg in page.root.all("svg") if svg.attributes["aria-labelledby"].startswith("correlation-")
        )
        drawn = Counter(text.text for text in picture.all("text"))
        for cells in page.table("Correlation of metrics with scores").values():
            for cell in cells:
                drawn[cell.text] -= 1
        assert min(drawn.values()) == 0, "every cell is drawn, as often as it is there"

    def test_what_stands_out_is_marked_in_both(self, page: Page, rated_facts: Facts) -> None:
        assert rated_facts.reviewed is not None
        out = sum(each.significant for each in rated_facts.reviewed.results.correlations)
        cells = [cell for row in page.table("Correlation of metrics with scores").values() for cell in row]
        assert sum(cell.text.endswith("*") for cell in cells) == out > 0

    def test_the_question_is_answered_in_one_sentence(self, pages: dict[str, Page], rated_facts: Facts) -> None:
        assert rated_facts.reviewed is not None
        for language, page in pages.items():
            (answer,) = (each for each in page.root.all("p") if "answer" in each.classes)
            assert answer.text == rated_facts.reviewed.results.sentence(language)


class TestRaters:
    def test_flags_are_counted_by_kind_and_severity(self, page: Page, data: ReviewData) -> None:
        flags = [flag for flag in data.flags if not data.subjects[flag.dialogue].by_person]
        counts = Counter((flag.kind, flag.severity) for flag in flags)
        rows = [
            tuple(cell.text for cell in row.children[:3])
            for table in page.root.all("table")
            if table.all("caption")[0].text == "Flags by kind and severity"
            for row in table.all("tbody")[0].all("tr")
        ]
        assert {(kind, severity): int(count) for kind, severity, count in rows} == counts
        assert f"Raters set {len(flags)} flags" in page.section("ratings").text

    def test_guesses_are_counted(self, page: Page, data: ReviewData) -> None:
        cells = page.table("What raters took for a person's and what for a machine's")["all"]
        counts = Counter((data.subjects[guess.dialogue].by_person, guess.said) for guess in data.guesses)
        assert [int(cell.text) for cell in cells[:4]] == [
            counts[False, "person"], counts[False, "machine"], counts[True, "person"], counts[True, "machine"],
        ]  # fmt: skip

    def test_each_rater_has_a_line(self, page: Page, data: ReviewData) -> None:
        table = page.table("Raters")
        assert set(table) == {"Rater 1", "Rater 2", "Rater 3"}
        means = {figures(cells[2])[0] for cells in table.values()}
        by_rater: dict[str, list[int]] = {}
        for each in data.judgements:
            if each.score is not None:
                by_rater.setdefault(each.rater, []).append(each.score)
        assert sorted(means) == pytest.approx(sorted(statistics.mean(given) for given in by_rater.values()))
