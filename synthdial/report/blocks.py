"""What a section of a report consists of: sentences, lists, tables, plots and conversations, already in words."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from synthdial.report.text import Wording


@dataclass(frozen=True)
class Heading:
    """A heading within a section."""

    text: str


@dataclass(frozen=True)
class Text:
    """A paragraph; ``kind`` is ``plain``, ``note`` for small letters, or ``answer`` for what matters."""

    text: str
    kind: str = "plain"


@dataclass(frozen=True)
class Items:
    """A list of sentences."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Cell:
    """A cell of a table.

    Attributes
    ----------
    text : str
        What is read.
    values : tuple of float
        The figures in it, in full, for programs that read the page.
    strong : bool
        Whether it stands out.
    code : bool
        Whether it is a digest or another text for machines.
    """

    text: str
    values: tuple[float, ...] = ()
    strong: bool = False
    code: bool = False


@dataclass(frozen=True)
class Table:
    """A table whose first column names its rows.

    Attributes
    ----------
    caption : str
        What it shows.
    columns : tuple of str
        Heads; one that begins with ``#`` is of numbers, and the sign is left out.
    rows : tuple of tuple of Cell
        As long as the columns.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Hidden:
    """A table that says in words what a plot shows, for those who hear the page and for programs."""

    table: Table


@dataclass(frozen=True)
class Plot:
    """A plot: an ``svg`` element, what it shows, and whether it needs the whole width."""

    svg: str = field(repr=False)
    caption: str = ""
    large: bool = True


@dataclass(frozen=True)
class Row:
    """Plots beside one another, where there is room."""

    plots: tuple[Plot, ...]
    caption: str


@dataclass(frozen=True)
class Mark:
    """What raters did to a turn: ``label`` in bold, then ``text``; an edit has the old text and the new one."""

    label: str
    text: str = ""
    old: str = ""
    new: str = ""


@dataclass(frozen=True)
class Said:
    """A turn of a conversation, and the marks that raters set on it."""

    speaker: str
    text: str
    marks: tuple[Mark, ...] = ()
    critical: bool = False


@dataclass(frozen=True)
class LeftOut:
    """Turns of a conversation that are not shown."""

    text: str


@dataclass(frozen=True)
class Talk:
    """A conversation to read."""

    label: str
    turns: tuple[Said | LeftOut, ...]


Block = Heading | Text | Items | Table | Hidden | Plot | Row | Talk


@dataclass(frozen=True)
class Section:
    """A section of the report: its key in the page, its title, and what it consists of."""

    key: str
    title: str
    blocks: tuple[Block, ...]


def number(value: float, digits: int, say: Wording) -> Cell:
    """A cell with one number."""
    return Cell(say.number(value, digits), (value,))


def interval(value: float, low: float, high: float, digits: int, say: Wording) -> Cell:
    """A cell with an estimate and its interval, as far as they are known."""
    return Cell(with_interval(say.number(value, digits), say.between(low, high, digits), low, high), (value, low, high))


def with_interval(value: str, between: str, low: float, high: float) -> str:
    """A value with its interval behind it in brackets, where that is known."""
    return f"{value} ({between})" if low == low and high == high else value


def text(words: Sequence[str] | str) -> Cell:
    """A cell with words."""
    return Cell(words if isinstance(words, str) else ", ".join(words))
