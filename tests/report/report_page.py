"""A page read as a browser would: its elements, what each says, and whether it is sound."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"meta", "br", "link", "img", "input", "hr", "base", "source", "col", "wbr", "embed", "track", "area"})


@dataclass
class Element:
    """An element, where it stands, and everything in it."""

    tag: str
    attributes: dict[str, str]
    parent: "Element | None" = None
    children: "list[Element]" = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text in it, with spaces made single."""
        return " ".join("".join(self.pieces).split())

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()

    def all(self, *tags: str) -> "list[Element]":
        """Every element of some tags within it, in the order of the page."""
        found = [self] if self.tag in tags else []
        for child in self.children:
            found += child.all(*tags)
        return found

    def within(self, name: str) -> bool:
        """Whether it stands inside an element of a class."""
        return self.parent is not None and (name in self.parent.classes or self.parent.within(name))

    def every(self) -> "list[Element]":
        """Itself and every element within it."""
        return [self, *(inner for child in self.children for inner in child.every())]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("root", {})
        self.open = [self.root]
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if len({name for name, _ in attrs}) != len(attrs):
            self.faults.append(f"<{tag}> has an attribute twice")
        element = Element(tag, {name: value or "" for name, value in attrs}, self.open[-1])
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if self.open[-1].tag != tag:
            self.faults.append(f"</{tag}> where <{self.open[-1].tag}> is open, line {self.getpos()[0]}")
            return
        self.open.pop()

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.pieces.append(data)


@dataclass
class Page:
    """A page.

    Attributes
    ----------
    html : str
        Its source.
    root : Element
        All of it.
    faults : list of str
        What is not sound in it.
    """

    html: str
    root: Element
    faults: list[str]

    @property
    def text(self) -> str:
        """What can be read on it."""
        return self.root.all("body")[0].text

    def section(self, key: str) -> Element:
        """A section by its key."""
        (found,) = (each for each in self.root.all("section") if each.attributes["aria-labelledby"] == key)
        return found

    def table(self, caption: str, at: int = 0) -> dict[str, list["Element"]]:
        """The cells of each row of a table, by the row's name; of several tables of that caption, one of them."""
        found = [table for table in self.root.all("table") if table.all("caption")[0].text == caption]
        return {row.all("th")[0].text: row.all("td") for row in found[at].all("tbody")[0].all("tr")}


def read_page(html: str) -> Page:
    """Read a page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    faults = reader.faults + [f"<{element.tag}> is left open" for element in reader.open[1:]]
    return Page(html, reader.root, faults)


def figures(cell: Element) -> list[float]:
    """The figures of a cell, in full."""
    (data,) = cell.all("data")
    return [float(value) for value in data.attributes["value"].split()]


def contrast(one: str, other: str) -> float:
    """Contrast of two colours as WCAG 2 defines it, 1 to 21."""

    def luminance(colour: str) -> float:
        digits = colour.lstrip("#")
        digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
        channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
