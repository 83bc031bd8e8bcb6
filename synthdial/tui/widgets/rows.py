"""A list of rows in columns that draws only what is seen, so that ten thousand rows are as quick as ten."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, cast

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from synthdial.outgoing import printable

if TYPE_CHECKING:
    from synthdial.tui.app import SynthdialApp

_GAP = 2


@dataclass(frozen=True)
class Column:
    """A column.

    Attributes
    ----------
    heading : str
        Above it, a message.
    width : int
        Cells; for the column that stretches, the fewest.
    stretch : bool
        Whether it takes the room that the others leave; one column does.
    right : bool
        Whether its figures stand at the right.
    wide : bool
        Whether it is shown in a wide terminal only.
    """

    heading: str
    width: int
    stretch: bool = False
    right: bool = False
    wide: bool = False


class Rows(ScrollView, can_focus=True):
    """Rows to go through and choose from.

    Parameters
    ----------
    columns : sequence of Column
        The columns.
    cells : callable
        The texts of a row, one a column.
    faint : callable
        Whether a row is shown as something that cannot be chosen.

    A screen binds Enter to `action_choose`, and says with it what that does there.
    """

    @dataclass
    class Chosen(Message):
        """A row was chosen, with Enter or with a click on the row of the cursor."""

        rows: "Rows"
        row: Any

        @property
        def control(self) -> "Rows":
            """The list."""
            return self.rows

    COMPONENT_CLASSES = {"rows--heading", "rows--cursor", "rows--blurred", "rows--faint"}  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("pageup", "leap(-1)", show=False),
        Binding("pagedown", "leap(1)", show=False),
        Binding("home", "edge(0)", show=False),
        Binding("end", "edge(-1)", show=False),
    ]

    cursor: reactive[int] = reactive(0, init=False)

    def __init__(
        self,
        columns: Sequence[Column],
        cells: Callable[[Any], Sequence[str]],
        *,
        faint: Callable[[Any], bool] = lambda row: False,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._columns, self._cells, self._faint = columns, cells, faint
        self.rows: Sequence[Any] = ()

    @property
    def row(self) -> Any:
        """The row under the cursor; None where there is none."""
        return self.rows[self.cursor] if self.rows else None

    def fill(self, rows: Sequence[Any]) -> None:
        """Show other rows; the cursor stays where it was."""
        self.rows = rows
        self.virtual_size = Size(0, len(rows) + 1)
        self.cursor = max(0, min(self.cursor, len(rows) - 1))
        self.refresh()

    def relabel(self) -> None:
        """Show the headings in the language of now."""
        self.refresh()

    def on_resize(self) -> None:
        """Keep the cursor in view."""
        self._see_cursor()

    def watch_cursor(self) -> None:
        """Bring the cursor into view."""
        self._see_cursor()
        self.refresh()

    def _see_cursor(self) -> None:
        if self.size.height > 1:  # the heading stays above what scrolls
            top, room = round(self.scroll_offset.y), self.size.height - 1
            if self.cursor < top:
                self.scroll_to(y=self.cursor, animate=False)
            elif self.cursor >= top + room:
                self.scroll_to(y=self.cursor - room + 1, animate=False)

    def action_move(self, by: int) -> None:
        """Go up or down."""
        self._go(self.cursor + by)

    def action_leap(self, pages: int) -> None:
        """Go a page up or down."""
        self._go(self.cursor + pages * max(1, self.size.height - 2))

    def action_edge(self, index: int) -> None:
        """Go to the first or the last row."""
        self._go(index % len(self.rows) if self.rows else 0)

    def _go(self, index: int) -> None:
        self.cursor = max(0, min(index, len(self.rows) - 1))

    def action_choose(self) -> None:
        """Choose the row under the cursor."""
        if self.rows:
            self.post_message(self.Chosen(self, self.row))

    def on_click(self, event: events.Click) -> None:
        """Go to a row; on the row of the cursor, choose it."""
        index = event.y - 1 + round(self.scroll_offset.y)
        if event.y and 0 <= index < len(self.rows):
            if index == self.cursor:
                self.action_choose()
            self.cursor = index

    def render_line(self, y: int) -> Strip:
        """The heading, or a row that is seen."""
        width = self.scrollable_content_region.width
        if y == 0:
            say = cast("SynthdialApp", self.app).say
            return self._line([say(c.heading) for c in self._columns], self._style("rows--heading"), width)
        index = y - 1 + round(self.scroll_offset.y)
        if index >= len(self.rows):
            return Strip.blank(width, self.rich_style)
        row = self.rows[index]
        if index == self.cursor:
            style = self._style("rows--cursor" if self.has_focus else "rows--blurred")
        else:
            style = self._style("rows--faint") if self._faint(row) else self.rich_style
        return self._line(self._cells(row), style, width)

    def _style(self, name: str) -> Style:
        return self.rich_style + self.get_component_rich_style(name)

    def _line(self, cells: Sequence[str], style: Style, width: int) -> Strip:
        shown = [
            (column, cell)
            for column, cell in zip(self._columns, cells, strict=True)
            if not column.wide or self.app.size.width >= 120
        ]
        taken = sum(column.width for column, _ in shown if not column.stretch) + _GAP * (len(shown) - 1) + 2
        pieces = []
        for column, cell in shown:
            room = max(column.width, width - taken) if column.stretch else column.width
            text = Text(printable(cell), no_wrap=True)
            text.truncate(room, overflow="ellipsis", pad=True)
            if column.right:
                text = Text(" " * (room - len(text.plain.rstrip())) + text.plain.rstrip())
            pieces.append(text.plain)
        line = " " + (" " * _GAP).join(pieces) + " "
        return Strip([Segment(line, style)]).adjust_cell_length(width, style)
