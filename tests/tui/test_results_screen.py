"""The results of a study on the screen: five parts, told from figures that the library counts."""

import dataclasses
import math
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from reviews import answer, new_study, study_of
from samples import RECIPE, dialogue
from showing import Look, app_for, scene, text_of

from synthdial.errors import SynthdialError
from synthdial.review.measures import study_results
from synthdial.review.results import Results
from synthdial.review.session import ReviewSession
from synthdial.study import Study
from synthdial.tui.app import SynthdialApp
from synthdial.tui.screens.problem import Problem
from synthdial.tui.screens.results import ResultsScreen

WORDS = (
    "Ja.",
    "Nee, dat niet.",
    "Een week of drie denk ik.",
    "Goed, dan zien we u over drie maanden terug op de poli.",
)


def rated(path: Path, count: int = 15) -> Path:
    """A study of different dialogues that four raters have rated: the longer, the better."""
    with new_study(path) as study:
        for number in range(1, count + 1):
            words = [WORDS[(number * 7 + place * place) % 4] for place in range(2 + number)]
            study.add_dialogue(RECIPE, number, dialogue(number, *words))
        for rater, role, harsh in (
            ("Els", "native", 0), ("Bram", "native", 1), ("Fatima", "clinician", 0), ("Jan", "clinician", 0),
        ):  # fmt: skip
            rate(ReviewSession(study, rater, role), harsh)
    return path


def rate(session: ReviewSession, harsh: int) -> None:
    for item in session.items:
        turns = len(session.dialogue(item).turns)
        answer(session, item, max(1, min(5, 1 + turns // 4 - harsh)))
        if turns % 3 == 0:
            session.flag(item, 1, "unnatural", "critical" if turns % 2 else "minor")
        session.accept(item, turns > 6)
        if turns % 4 == 1:
            session.edit(item, 0, "Zo.", 12)
        session.finish(item)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study that was rated."""
    return rated(tmp_path_factory.mktemp("rated") / "demo.study")


@pytest.fixture(scope="module")
def counted(path: Path) -> Results:
    """What the library counts."""
    with Study(path, read_only=True) as study:
        return study_results(study)


@asynccontextmanager
async def results(
    path: Path, count: Callable[..., Results] | None = None, *, size: tuple[int, int] = (80, 24), language: Any = "en"
) -> AsyncIterator[tuple[SynthdialApp, Any]]:
    """The results screen of a study, once everything is counted."""
    app = app_for(language)
    async with app.run_test(size=size) as pilot:
        app.push_screen(ResultsScreen(path, count=count))
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.pause()
        yield app, pilot


async def part(path: Path, results_of: Results, key: str, **options: Any) -> str:
    """All lines of a part, those that are scrolled away too."""
    async with results(path, lambda study: results_of, **options) as (app, pilot):
        await pilot.press(key)
        await pilot.pause()
        pane = app.screen.query_one("#part")
        return "\n".join("".join(text for _, text in line.pieces) for line in pane.lines)  # type: ignore[attr-defined]


class TestCounting:
    @scene
    async def test_what_the_library_counts_is_shown_with_its_sentence_on_top(
        self, path: Path, counted: Results
    ) -> None:
        async with results(path) as (app, _):
            text = " ".join(text_of(app).split())
            assert counted.sentence("en") in text
            score = next(each for each in counted.scores if each.by == "all")
            assert f"{score.mean.value:.2f} ({score.mean.low:.2f} to {score.mean.high:.2f})" in text

    @scene
    async def test_it_counts_beside_the_screen_and_says_so(self, path: Path, counted: Results) -> None:
        go_on = threading.Event()

        def slow(study: Study) -> Results:
            assert go_on.wait(60)
            return counted

        app = app_for("en")
        async with app.run_test(size=(80, 24)) as pilot:
            app.push_screen(ResultsScreen(path, count=slow))
            await pilot.pause()
            assert "Counting what raters said" in text_of(app) and app.screen.query_one("#counting").display
            await pilot.press("question_mark")  # it answers meanwhile
            await pilot.pause()
            assert "never the calibration round" in " ".join(text_of(app).replace("│", " ").split())
            await pilot.press("escape")
            go_on.set()
            await app.workers.wait_for_complete()
            await pilot.pause()
            assert "Counting" not in text_of(app) and "1 Scores" in text_of(app)

    @scene
    async def test_who_leaves_while_it_counts_is_not_bothered(self, path: Path, counted: Results) -> None:
        go_on = threading.Event()
        app = app_for("en")
        async with app.run_test(size=(80, 24)) as pilot:
            app.push_screen(ResultsScreen(path, count=lambda study: go_on.wait(60) and counted))  # type: ignore[arg-type,return-value]
            await pilot.pause()
            await pilot.press("escape")
            go_on.set()
            await app.workers.wait_for_complete()
            await pilot.pause()
            assert type(app.screen).__name__ == "HomeScreen"

    @scene
    async def test_r_counts_again(self, path: Path, counted: Results) -> None:
        calls = []
        async with results(path, lambda study: calls.append(1) or counted) as (app, pilot):
            await pilot.press("r")
            await app.workers.wait_for_complete()
            await pilot.pause()
            assert len(calls) == 2 and "1 Scores" in text_of(app)

    @scene
    async def test_without_ratings_it_says_what_to_do(self, tmp_path: Path) -> None:
        path = study_of(tmp_path / "new.study", 7)
        async with results(path) as (app, _):
            text = " ".join(text_of(app).split())
            assert "There are no results yet" in text and "review export-task" in text
        with Study(path) as study:
            session = ReviewSession(study, "Els", "native")
            answer(session, session.items[0])
            session.finish(session.items[0])
        async with results(path) as (app, pilot):
            assert "Els: 1 begun, 1 finished" in text_of(app)
            await pilot.press("3", "right")
            assert "There are no results yet" in text_of(app)

    @scene
    async def test_a_study_that_cannot_be_read_is_a_message(self, tmp_path: Path) -> None:
        async with results(tmp_path / "absent.study") as (app, _):
            assert isinstance(app.screen, Problem) and "There is no study" in text_of(app)

    @scene
    async def test_what_goes_wrong_while_counting_is_a_message(self, path: Path) -> None:
        def broken(study: Study) -> Results:
            raise SynthdialError("The scale is broken.", "Mend it.")

        async with results(path, broken) as (app, _):
            assert isinstance(app.screen, Problem) and "The scale is broken." in text_of(app)


class TestParts:
    @scene
    async def test_numbers_and_arrows_choose_a_part(self, path: Path, counted: Results) -> None:
        titles = (
            "Dialogues that a model wrote", "Krippendorff", "Spearman", "Flags on what", "What raters said",
        )  # fmt: skip
        async with results(path, lambda study: counted) as (app, pilot):
            for key, title in zip("12345", titles, strict=True):
                await pilot.press(key)
                await pilot.pause()
                assert title in text_of(app)
            await pilot.press("right", "left", "left")
            await pilot.pause()
            assert titles[3] in text_of(app) and "[4 Flags]" in text_of(app)

    @scene
    async def test_scores_have_a_plot_whose_mean_stands_on_the_scale(self, path: Path, counted: Results) -> None:
        text = await part(path, counted, "1")
        head, row = next(
            (above, line)
            for above, line in zip(text.splitlines(), text.splitlines()[1:], strict=False)
            if line.startswith(" Fluency")
        )
        score = next(each for each in counted.scores if (each.by, each.criterion) == ("all", "fluency"))
        first, last = head.index("1", 40), head.rindex("5")
        share = (row.index("●") - first) / (last - first)
        assert abs(share - (score.mean.value - 1) / 4) < 0.05

    @scene
    async def test_counts_of_each_score_stand_there_where_there_is_room(self, path: Path, counted: Results) -> None:
        score = next(each for each in counted.scores if (each.by, each.criterion) == ("all", "fluency"))
        spread = " ".join(f"{count:>3}" for count in score.distribution)
        assert spread in await part(path, counted, "1", size=(160, 50))
        assert spread not in await part(path, counted, "1")

    @scene
    async def test_agreement_has_alpha_pairs_and_severity(self, path: Path, counted: Results) -> None:
        text = await part(path, counted, "2", size=(160, 50))
        alpha = next(each for each in counted.agreement if each.criterion == "accuracy")
        assert f"{alpha.ordinal.value:.2f}" in next(line for line in text.splitlines() if "Medical accuracy" in line)
        assert "Bram and Els" in text and "Fatima and Jan" in text
        bram = next(line for line in text.splitlines() if line.startswith(" Bram  "))
        severity = next(each for each in counted.severity if each.rater == "Bram")
        assert severity.deviation.value < 0 and f"{severity.deviation.value:.2f} (" in bram

    @scene
    async def test_the_map_has_sign_strength_and_a_mark_on_what_is_clear(self, path: Path, counted: Results) -> None:
        text = await part(path, counted, "3")
        assert any(each.significant for each in counted.correlations)
        criteria = list(dict.fromkeys(each.criterion for each in counted.correlations))
        for line in text.splitlines():
            metric = line.split()[0] if line.strip() else ""
            found = [each for each in counted.correlations if each.metric == metric]
            if found and all(not math.isnan(each.rho.value) for each in found):
                told = {each.criterion: f"{each.rho.value:+.2f}" + "*" * each.significant for each in found}
                assert line.split()[1:] == [told[criterion] for criterion in criteria]
        assert "n_turns" in text and "A Fluency" in text and "H Safety" in text

    @scene
    async def test_flags_have_bars_verdicts_and_edits(self, path: Path, counted: Results) -> None:
        text = await part(path, counted, "4")
        bars = {line.split()[1]: line.count("█") for line in text.splitlines() if line.startswith(" Unnatural")}
        count = {each.severity: each.count for each in counted.flags if each.by == "all" and each.kind}
        longest = max(count, key=count.__getitem__)
        other = min(count, key=count.__getitem__)
        assert bars[longest] > 0
        assert bars[other] == pytest.approx(bars[longest] * count[other] / count[longest], abs=0.5)
        assert "Accepted for the corpus" in text and "Turns written anew" in text

    @scene
    async def test_origin_says_how_often_a_model_passed_for_a_person(self, path: Path, counted: Results) -> None:
        text = " ".join((await part(path, counted, "5")).split())
        everyone = next(each for each in counted.origin if each.role == "")
        assert f"All: {100 * everyone.fooled.value:.0f}% (" in text
        assert f"by a model {everyone.machine_as_person} {everyone.machine_as_machine} 100%" in text

    @scene
    async def test_one_rater_alone_has_no_agreement_and_is_told_why(self, tmp_path: Path) -> None:
        path = study_of(tmp_path / "one.study", 5)
        with Study(path) as study:
            rate(ReviewSession(study, "Els", "native"), 0)
        with Study(path, read_only=True) as study:
            alone = study_results(study)
        text = " ".join((await part(path, alone, "2")).split())
        assert "Not known: only one rater scored it." in text and "It takes two raters" in text
        assert "No correlation can be computed yet." in await part(path, alone, "3")

    @scene
    async def test_nothing_flagged_and_nothing_answered_is_said(self, path: Path, counted: Results) -> None:
        bare = dataclasses.replace(counted, flags=(), origin=())
        assert "Nobody has flagged a turn." in await part(path, bare, "4")
        assert "Nobody has answered that yet." in await part(path, bare, "5")


class TestReading:
    @scene
    async def test_dutch_has_decimal_commas(self, path: Path, counted: Results) -> None:
        for key in "12345":
            text = await part(path, counted, key, language="nl", size=(160, 50))
            figures = [word for word in text.split() if any(ch.isdigit() for ch in word)]
            assert figures and not any("." in word.strip("().;") for word in figures), figures
        async with results(path, lambda study: counted, language="nl") as (app, _):
            assert counted.sentence("nl") in " ".join(text_of(app).split())

    @scene
    async def test_it_changes_its_language_where_it_stands(self, path: Path, counted: Results) -> None:
        async with results(path, lambda study: counted) as (app, pilot):
            await pilot.press("2", "f2")
            await pilot.pause()
            assert "[2 Overeenstemming]" in text_of(app) and "alfa van Krippendorff" in text_of(app)

    @pytest.mark.parametrize("language", ["nl", "en"])
    @scene
    async def test_nothing_overflows_at_80_by_24(self, path: Path, counted: Results, language: str) -> None:
        for key in "12345":
            text = await part(path, counted, key, language=language)
            assert max(map(len, text.splitlines())) <= 79  # the last column is for the scroll bar

    @scene
    async def test_keys_scroll(self, path: Path, counted: Results) -> None:
        async with results(path, lambda study: counted) as (app, pilot):
            await pilot.press("2")
            await pilot.pause()
            pane = app.screen.query_one("#part")
            await pilot.press("down", "j")
            assert pane.scroll_y == 2
            await pilot.press("pagedown", "end")
            assert pane.scroll_y == pane.max_scroll_y > 2
            await pilot.press("home")
            assert pane.scroll_y == 0


def opened(app: SynthdialApp, path: Path, counted: Results) -> None:
    app.push_screen(ResultsScreen(path, count=lambda study: counted))


@pytest.mark.parametrize("key", ["1", "2", "3", "4", "5"])
def test_results(look: Look, snapshot_app: Callable[..., None], path: Path, counted: Results, key: str) -> None:
    snapshot_app(look, lambda app: opened(app, path, counted), press=[key])


def test_no_results_yet(look: Look, snapshot_app: Callable[..., None], tmp_path: Path) -> None:
    path = study_of(tmp_path / "demo.study", 7)
    with Study(path) as study:
        session = ReviewSession(study, "Els", "native")
        answer(session, session.items[0])
        session.finish(session.items[0])
    snapshot_app(look, lambda app: app.push_screen(ResultsScreen(path)))
