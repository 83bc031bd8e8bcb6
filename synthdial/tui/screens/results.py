"""What reviewers said of a study: one sentence, and five parts with tables and plots."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import LoadingIndicator, Static

from synthdial.errors import SynthdialError
from synthdial.language import mark
from synthdial.outgoing import printable
from synthdial.tui import messages
from synthdial.tui.screens.page import Page
from synthdial.tui.widgets.glyphs import glyphs_for
from synthdial.tui.widgets.phrase import Phrase
from synthdial.tui.widgets.result_pane import ResultPane
from synthdial.tui.widgets.tabs import TabLine

if TYPE_CHECKING:
    from synthdial.review.results import Results
    from synthdial.review.table import Standing
    from synthdial.tui.widgets.line_pane import Line

PARTS = (mark("Scores"), mark("Agreement"), mark("Correlation"), mark("Flags"), mark("Person or machine"))


class ResultsScreen(Page[None]):
    """The results of a study, for whoever keeps it; a rater who is not done is not led here.

    Parameters
    ----------
    path : Path
        The study.
    count : callable, optional
        Counts the results of an open study; `synthdial.review.measures.study_results` by default.
    """

    DOMAIN = "review"
    HEADING = mark("Results")
    HELP = mark(
        "What raters said, counted. Only dialogues that a rater has finished count, and never the calibration round. "
        "The sentence on top says whether the metrics go together with what people say. The command 'results' prints "
        "the same figures; p makes a report of them, one page for a browser."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(n), f"part({n - 1})", mark("Choose a part"), show=False) for n in range(1, len(PARTS) + 1)),
        Binding("right,tab", "turn(1)", mark("Next part"), key_display="→"),
        Binding("left,shift+tab", "turn(-1)", mark("Part before"), key_display="←"),
        Binding("r", "count", mark("Count again")),
        Binding("p", "report", mark("Report")),
    ]

    def __init__(self, path: Path, *, count: "Callable[..., Results] | None" = None) -> None:
        super().__init__()
        self._path, self._counter = path, count
        self._part = 0
        self._results: Results | None = None

    def compose_body(self) -> ComposeResult:
        """The sentence, the names of the parts, and one of them."""
        yield Static(id="sentence", markup=False)
        yield TabLine(PARTS, self.say, id="parts")
        yield ResultPane(id="part")
        yield LoadingIndicator(id="counting")
        yield Phrase(mark("Counting what raters said …"), domain=self.DOMAIN, id="waiting")

    def on_mount(self) -> None:
        """Count."""
        self.say_about(self._path.name)
        self.query_one(ResultPane).focus()
        self.action_count()

    # --- counting ---

    def action_count(self) -> None:
        """Count anew: raters may have gone on."""
        self._show_counting(True)
        self._count()

    @work(thread=True, exclusive=True, group="results")
    def _count(self) -> None:
        from synthdial.review.measures import study_results
        from synthdial.review.table import review_data, standings
        from synthdial.study import Study

        try:
            with Study(self._path, read_only=True) as study:
                try:
                    self.post_message(messages.Counted((self._counter or study_results)(study)))
                except SynthdialError:
                    if review_data(study).subjects:
                        raise
                    self.post_message(messages.NothingYet(standings(study)))
        except SynthdialError as error:
            self.post_message(messages.CountingFailed(error))

    def _show_counting(self, counting: bool) -> None:
        for name in ("#counting", "#waiting"):
            self.query_one(name).display = counting
        for name in ("#sentence", "#parts", "#part"):
            self.query_one(name).display = not counting

    def on_counted(self, event: messages.Counted) -> None:
        """Show the results."""
        self._results = event.results
        self._show_counting(False)
        self.relabel()
        self.query_one(ResultPane).focus()

    def on_nothing_yet(self, event: messages.NothingYet) -> None:
        """Say what to do, and how far raters are."""
        self._results = None
        self._show_counting(False)
        self.query_one("#parts").display = self.query_one("#part").display = False
        self._standings = event.standings
        self.relabel()

    def on_counting_failed(self, event: messages.CountingFailed) -> None:
        """Say why, and go back."""
        self.fail(event.error)

    def action_report(self) -> None:
        """Make a report."""
        self.workbench.ask_report(self._path)

    # --- showing ---

    _standings: "tuple[Standing, ...]" = ()

    def relabel(self) -> None:
        """Tell the results in the language of now."""
        sentence = self.query_one("#sentence", Static)
        if self._results is None:
            sentence.update(printable(self._what_to_do()))
            return
        sentence.update(printable(self._results.sentence(self.workbench.language)))
        self.action_part(self._part)

    def _what_to_do(self) -> str:
        lines = [
            self.say("There are no results yet: nobody has finished a dialogue that counts."),
            "",
            self.say(
                "Let raters review this study here, or on their own machines with a task file: 'review export-task' "
                "makes one, 'review merge' brings the answers back. The calibration round does not count."
            ),
            "",
        ]
        for each in self._standings:
            told = self.say("{rater}: {begun} begun, {done} finished")
            lines.append(told.format(rater=each.rater, begun=each.begun, done=each.done))
        return "\n".join(lines).strip()

    def action_part(self, part: int) -> None:
        """Show a part."""
        if self._results is None:
            return
        from synthdial.tui.widgets.figures import Speaker
        from synthdial.tui.widgets.result_agreement import agreement
        from synthdial.tui.widgets.result_correlation import correlation
        from synthdial.tui.widgets.result_marks import flags, origin
        from synthdial.tui.widgets.result_scores import scores

        self._part = part
        self.query_one(TabLine).current = part
        results = self._results
        speaker = Speaker(self.workbench.language, self.say, glyphs_for(self.app))
        tell: Callable[[Results, Speaker, int], list[Line]] = (scores, agreement, correlation, flags, origin)[part]
        self.query_one(ResultPane).show(lambda width: tell(results, speaker, width))

    def action_turn(self, by: int) -> None:
        """Show the next part or the one before."""
        self.action_part((self._part + by) % len(PARTS))

    def on_tab_line_chosen(self, event: TabLine.Chosen) -> None:
        """Show the part that was clicked on."""
        self.action_part(event.place)
