"""References before they reach a prompt: a person looks at each, marks what was missed, and finds nothing left."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from synthdial.errors import SynthdialError
from synthdial.language import mark
from synthdial.outgoing import printable
from synthdial.tui import messages
from synthdial.tui.screens.page import Page
from synthdial.tui.spoken import near
from synthdial.tui.widgets.kind_names import identifier_name, told_counts
from synthdial.tui.widgets.phrase import Phrase
from synthdial.tui.widgets.reference_text import ReferenceText, Stretch

if TYPE_CHECKING:
    from synthdial.privacy.deidentify import Finding
    from synthdial.study.looking import LookedAt, ReferenceLook


class ReferencesScreen(Page[bool]):
    """De-identified references to be looked at; the result is true once each was said to be checked.

    Parameters
    ----------
    look : ReferenceLook
        They. What is marked and checked is stored by it.
    """

    HEADING = mark("Check the references")
    HELP = mark(
        "Names, dates, numbers and the like were looked for, and are underlined: Tab shows the conversation as it "
        "was, and as it will stand in the prompt. Go through it with the arrows. Where something was missed, put the "
        "cursor on it, take more words with +, and press m; u takes a mark back that was not kept yet. Press c when "
        "nothing in it points at a person any more. The study keeps who said so and when, and what was marked in a "
        "form that nobody can read; nothing of the original."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab,space", "side", mark("Before, after")),
        Binding("m", "mark", mark("Mark")),
        Binding("u", "unmark", mark("Unmark")),
        Binding("n", "go(1)", mark("Next"), key_display="n p"),
        Binding("p", "go(-1)", mark("Previous"), show=False),
        Binding("c", "checked", mark("Checked")),
        Binding("a", "all_checked", mark("All checked")),
    ]

    def __init__(self, look: "ReferenceLook") -> None:
        super().__init__()
        self._look = look
        self._at = next((place for place, one in enumerate(look.references) if not one.checked), 0)
        self._opened = {self._at}
        self._after = False
        self._busy = False

    def compose_body(self) -> ComposeResult:
        """Which one, what was found, the text, and what the cursor is on."""
        yield Phrase("", id="which")
        yield Phrase("", id="counts")
        yield ReferenceText(self.say, id="reference")
        yield Phrase("", id="under")

    def on_mount(self) -> None:
        """Show the first that nobody has checked."""
        self.query_one(ReferenceText).focus()
        self._show()

    @property
    def _one(self) -> "LookedAt":
        return self._look.references[self._at]

    def _show(self, *, stay: bool = False) -> None:
        one = self._one
        turns = (one.told if self._after else one.original).turns
        self.query_one(ReferenceText).show(turns, [self._place(each) for each in one.findings], stay=stay)
        self.relabel()
        self.refresh_bindings()

    def _place(self, finding: "Finding") -> Stretch:
        at = finding.identifier
        if self._after:
            return Stretch(at.turn, finding.start, finding.start + len(finding.replacement))
        return Stretch(at.turn, at.start, at.end)

    def relabel(self) -> None:
        """Say all of it in the language of now."""
        one, count = self._one, len(self._look.references)
        side = mark("as it will stand in the prompt") if self._after else mark("as it was")
        self.say_about(near(one.path), self.say(side))
        self.query_one("#which", Phrase).phrase(
            mark("Reference {number} of {count}: checked.") if one.checked
            else mark("Reference {number} of {count}: not checked yet."),
            number=self._at + 1,
            count=count,
        )  # fmt: skip
        counts = self.query_one("#counts", Phrase)
        if one.settled:
            counts.phrase(mark("It was read as somebody found it fit before, and stands in the prompt as it is."))
        elif one.findings:
            counts.phrase(mark("Found: {what}"), what=told_counts(one.counts, self.say))
        else:
            counts.phrase(mark("Nothing was found that points at a person. Look for yourself."))
        self._say_under()

    def on_reference_text_moved(self) -> None:
        """Say what the cursor is on."""
        self._say_under()
        self.refresh_bindings()

    def _under(self) -> "Finding | None":
        """The finding that the cursor touches."""
        at = self.query_one(ReferenceText).chosen
        if at is None:
            return None
        for finding in self._one.findings:
            place = self._place(finding)
            if place.turn == at.turn and place.start < at.end and at.start < place.end:
                return finding
        return None

    def _say_under(self) -> None:
        under, finding = self.query_one("#under", Phrase), self._under()
        if self._busy:
            under.phrase(mark("One moment ..."))
        elif finding is None:
            under.phrase(mark("Not found: {words}"), words=self.query_one(ReferenceText).chosen_text)
        else:
            under.phrase(
                mark("{kind}: {before} becomes {after}"),
                kind=identifier_name(finding.kind.value, self.say),
                before=finding.original,
                after=finding.replacement,
            )

    def on_screen_resume(self) -> None:
        """Another screen may have been over this one when the last was checked."""
        super().on_screen_resume()
        if self._look.all_checked and not self._busy:
            self.dismiss(True)

    # --- keys ---

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that do something now."""
        if action in ("mark", "unmark", "checked", "all_checked", "back") and self._busy:
            return None
        if action == "go":
            return len(self._look.references) > 1
        if action == "unmark":
            return bool(self._look.pending)
        if action == "checked":
            return not self._one.checked
        if action == "all_checked":
            return len(self._unchecked) > 1 and (True if self._opened >= set(self._unchecked) else None)
        return True

    @property
    def _unchecked(self) -> list[int]:
        return [place for place, one in enumerate(self._look.references) if not one.checked]

    def action_side(self) -> None:
        """Show it as it was, or as it will be."""
        self._after = not self._after
        self._show(stay=True)

    def action_go(self, by: int) -> None:
        """Another reference."""
        self._open((self._at + by) % len(self._look.references))

    def _open(self, place: int) -> None:
        self._at = place
        self._opened.add(place)
        self._show()

    def action_mark(self) -> None:
        """Ask what the words under the cursor are, and replace them."""
        from synthdial.tui.screens.missed import MissedScreen

        words = self.query_one(ReferenceText).chosen_text
        if self._is_found():
            self.notify(self.say(mark("That is replaced already.")))
        elif words:

            def chosen(kind: str | None) -> None:
                if kind is not None:
                    self._do(lambda: self._look.mark(words, kind))

            self.app.push_screen(MissedScreen(words), chosen)

    def _is_found(self) -> bool:
        """Whether what the cursor is on is replaced already; in the prompt, whether anything of it is."""
        at, finding = self.query_one(ReferenceText).chosen, self._under()
        if finding is None or at is None:
            return False
        place = self._place(finding)
        return self._after or (place.start <= at.start and at.end <= place.end)

    def action_unmark(self) -> None:
        """Take back the mark under the cursor."""
        finding = self._under()
        if finding is None or not self._look.can_unmark(finding.original):
            self.notify(self.say(mark("Nothing that you marked stands here.")))
            return
        self._do(lambda: self._look.unmark(finding.original))

    def action_checked(self) -> None:
        """Say of this one that nothing is left."""
        self._ask([self._at], mark(
            "You have read this conversation as it will stand in the prompt, and nothing in it points at a person. "
            "The study keeps that {name} said so, and when."
        ))  # fmt: skip

    def action_all_checked(self) -> None:
        """Say so of all that were opened."""
        self._ask(self._unchecked, mark(
            "You have read these {count} conversations as they will stand in the prompt, and nothing in them points "
            "at a person. The study keeps that {name} said so, and when."
        ))  # fmt: skip

    def _ask(self, places: Sequence[int], text: str) -> None:
        from synthdial.study.audit import system_user
        from synthdial.tui.screens.question import Question

        question = Question(
            mark("Is nothing left?"), text, yes=mark("Checked"), name=printable(system_user()), count=len(places)
        )
        self.app.push_screen(question, lambda said: self._do(lambda: self._look.note_checked(places)) if said else None)

    def action_back(self) -> None:
        """Leave; what was marked is kept."""
        if self._look.pending:
            self._do(lambda: self._look.keep_marks(), leaving=True)
        else:
            self.dismiss(False)

    # --- what takes a while ---

    def _do(self, act: Callable[[], object], *, leaving: bool = False) -> None:
        self._busy = True
        self._say_under()
        self.refresh_bindings()
        self._act(act, leaving)

    @work(thread=True, group="look")
    def _act(self, act: Callable[[], object], leaving: bool) -> None:
        try:
            act()
        except SynthdialError as error:
            self.post_message(messages.LookChanged(leaving, error))
        else:
            self.post_message(messages.LookChanged(leaving, None))

    def on_look_changed(self, message: messages.LookChanged) -> None:
        """Show what came of it; when nothing is left to look at, go on."""
        self._busy = False
        if message.leaving:
            workbench = self.workbench
            self.dismiss(False)
            if message.error is not None:
                workbench.problem(message.error)
            return
        if message.error is not None:
            self.problem(message.error)
        elif self._look.all_checked:
            self.dismiss(True)
            return
        elif self._one.checked:
            self._open(self._unchecked[0])
            return
        self._show(stay=True)
