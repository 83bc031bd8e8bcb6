"""What the check of a dialogue found: each place beside the place in the reference that it was taken from."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len

from synthdial.language import Say, mark
from synthdial.tui.widgets.gate_names import found_sentence, held_sentence, state_name
from synthdial.tui.widgets.kind_names import identifier_name
from synthdial.tui.widgets.line_pane import Line, ReadPane, wrapped
from synthdial.tui.widgets.table import told

if TYPE_CHECKING:
    from synthdial.export.gate import Standing
    from synthdial.study.checks import Check

_GAP = 3
_REFERENCE = "reference "


class Beside(ReadPane, can_focus=True):
    """How a dialogue stands with the gate, and why; what was found side by side.

    Parameters
    ----------
    say : callable
        Translates messages.
    """

    def __init__(self, say: Say, *, id: str | None = None) -> None:
        super().__init__(say, id=id)
        self._standing: Standing | None = None
        self._check: Check | None = None

    def show(self, standing: "Standing", check: "Check | None") -> None:
        """Show how a dialogue stands."""
        self._standing, self._check = standing, check
        self.lay_out_again()

    def lay_out(self, width: int, height: int) -> Sequence[Line]:
        """Its state, who decided what, and each finding."""
        standing = self._standing
        if standing is None:
            return told(self._say(mark("Reading ...")), width)
        lines = [Line((("title", f" {state_name(standing.state, self._say)}"),))]
        lines += told(held_sentence(standing.held, self._say), width)
        if standing.released is not None:
            text = self._say(mark("Released by {by} on {at}: {reason}"))
            at = str(standing.released.get("at", ""))[:16].replace("T", " ")
            lines += told(text.format(**{**standing.released, "at": f"{at} UTC"}), width)
        if standing.accepted or standing.rejected:
            text = self._say(mark("Reviewers: {accepted} accepted it, {rejected} rejected it."))
            lines += told(text.format(accepted=standing.accepted, rejected=standing.rejected), width)
        findings = self._check.findings if self._check is not None else ()
        if self._check is not None and not findings:
            lines += told(self._say(mark("Its check found nothing over the limits.")), width)
        for number, finding in enumerate(findings, 1):
            lines += [Line(), *self._finding(number, finding, width)]
        return lines

    def _finding(self, number: int, finding: Mapping[str, Any], width: int) -> list[Line]:
        measure, limit = (self._figure(finding.get(name, 0)) for name in ("measure", "limit"))
        about = found_sentence(str(finding.get("kind", "")), measure, limit, self._say)
        lines = [Line((("title", f" {row}"),)) for row in wrapped(f"{number}. {about}", width - 2)]
        room = max((width - _GAP - 1) // 2, 4)
        here = self._say(mark("In the dialogue, turn {turn}")).format(turn=_turn(finding.get("turn")))
        there, text = self._there(finding)
        pairs = [
            *((("quiet", one), ("quiet", other)) for one, other in _paired(here, there, room)),
            *((("found", one), ("", other)) for one, other in _paired(str(finding.get("text", "")), text, room)),
        ]
        for (style, one), (other_style, other) in pairs:
            gap = " " * (room - cell_len(one)) + " " * _GAP
            lines.append(Line((("", " "), (style, one), ("", gap), (other_style, other))))
        return lines

    def _there(self, finding: Mapping[str, Any]) -> tuple[str, str]:
        """Where the other place is, and what stands there."""
        name = str(finding.get("reference", ""))
        if name.startswith(_REFERENCE):
            name = self._say(mark("reference {number}")).format(number=name.removeprefix(_REFERENCE))
        if text := str(finding.get("reference_text", "")):
            if (turn := finding.get("reference_turn")) is None:
                return self._say(mark("In {reference}")).format(reference=name), text
            return self._say(mark("In {reference}, turn {turn}")).format(reference=name, turn=_turn(turn)), text
        kind = identifier_name(str(finding.get("identifier", "")), self._say)
        return (
            self._say(mark("In the original of {reference}")).format(reference=name),
            self._say(mark("({kind}; what stands there is kept nowhere)")).format(kind=kind),
        )

    def _figure(self, value: object) -> str:
        return f"{value:g}".replace(".", self._say(".")) if isinstance(value, int | float) else str(value)


def _turn(index: object) -> int | str:
    return index + 1 if isinstance(index, int) else ""


def _paired(one: str, other: str, room: int) -> list[tuple[str, str]]:
    """Two texts in lines beside one another."""
    left, right = ([row for part in text.split("\n") for row in wrapped(part, room)] for text in (one, other))
    return list(zip_longest(left, right, fillvalue=""))
