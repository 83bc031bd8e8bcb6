"""A dialogue to read, with the plan of each turn at its right."""

from collections.abc import Mapping, Sequence

from synthdial.dialogue import Dialogue, Speaker
from synthdial.language import Say
from synthdial.tui.widgets.glyphs import UNICODE, Glyphs, glyphs_for
from synthdial.tui.widgets.line_pane import Line, ReadPane, wrapped

_LABEL = 11
_PLAN = 30


class Reading(ReadPane, can_focus=True):
    """A dialogue, wrapped; its plan where there is one and room for it.

    Parameters
    ----------
    say : callable
        Translates messages.
    """

    def __init__(self, say: Say, *, id: str | None = None) -> None:
        super().__init__(say, id=id)
        self.glyphs: Glyphs = UNICODE
        self._dialogue = Dialogue("", ())

    def on_mount(self) -> None:
        """Know the signs that the terminal can show."""
        self.glyphs = glyphs_for(self.app)

    def show(self, dialogue: Dialogue) -> None:
        """Show a dialogue."""
        self._dialogue = dialogue
        self.lay_out_again()

    def lay_out(self, width: int, height: int) -> Sequence[Line]:
        """The turns, each with its plan in the line where it begins."""
        plan = self._dialogue.provenance.get("plan")
        planned = plan if isinstance(plan, list) and len(plan) == len(self._dialogue.turns) else None
        room = width - _LABEL - (_PLAN if planned else 0)
        lines = []
        for at, turn in enumerate(self._dialogue.turns):
            doctor = turn.speaker is Speaker.DOCTOR
            style = "doctor" if doctor else "patient"
            sign = self.glyphs.doctor if doctor else self.glyphs.patient
            rows = wrapped(turn.text, room - 1)
            beside = self._planned(planned[at], turn.words) if planned else ""
            first = ((style, f" {sign} {turn.speaker}".ljust(_LABEL)), ("", rows[0].ljust(room)), ("quiet", beside))
            lines.append(Line(first))
            lines += [Line((("", " " * _LABEL + row),)) for row in rows[1:]]
        return lines

    def _planned(self, planning: object, words: int) -> str:
        if not isinstance(planning, Mapping):
            return ""
        phase, kind = (self._say(str(planning.get(name, ""))) for name in ("phase", "kind"))
        return f"{phase}, {kind}"[: _PLAN - 9] + f" {planning.get('words', '')}/{words}"
