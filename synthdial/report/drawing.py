"""The sheet that plots are drawn on: matplotlib, loaded where a plot is made, and SVG that can stand inside a page.

A plot depends on nothing but what is drawn: not on the user's settings of matplotlib, the fonts of the machine, the
time, or the order in which plots are made.
"""

import io
import os
import re
import tempfile
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from synthdial import locations
from synthdial.report.text import clean

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# blue and vermilion of Okabe and Ito (2008) are told apart by everyone; in grey markers tell them apart
BLUE, ORANGE, GREEN, PURPLE = "#0072b2", "#d55e00", "#00795c", "#7a4a9e"
COLOURS = (BLUE, ORANGE, GREEN, PURPLE)
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*", "<", ">", "h", "p")
INK, MUTED, BAND, GRID = "#1b1b1b", "#555555", "#d9dde2", "#e6e8eb"

_STYLE: dict[str, Any] = {
    "svg.fonttype": "none",  # text stays text: it can be searched and read aloud, and takes the page's font
    "svg.image_inline": True,
    "text.parse_math": False,  # a dollar sign in a name is no formula
    "font.family": ["DejaVu Sans"],  # comes with matplotlib, so that sizes are alike on every machine
    "font.size": 9.0,
    "text.color": INK,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "legend.frameon": False,
    "hatch.linewidth": 0.6,
}
_POINTS_PER_PIXEL = 0.75
_DRAWING = threading.Lock()  # settings of matplotlib are those of the whole process


@contextmanager
def _own_folder() -> Iterator[None]:
    """Let matplotlib keep its list of fonts in the user's cache, or in a passing folder where it cannot be written."""
    if os.environ.get("MPLCONFIGDIR"):
        yield
        return
    with tempfile.TemporaryDirectory(prefix="synthdial-") as passing:
        folder = Path(passing)
        try:
            kept = locations.user_digests().parent / "matplotlib"
            kept.mkdir(parents=True, exist_ok=True, mode=0o700)
            if os.access(kept, os.W_OK | os.X_OK):
                folder = kept
        except (OSError, RuntimeError):  # RuntimeError: nobody knows where the user's home is
            pass
        os.environ["MPLCONFIGDIR"] = str(folder)
        try:
            yield
        finally:
            del os.environ["MPLCONFIGDIR"]


@cache
def _matplotlib() -> Any:
    with _own_folder():
        import matplotlib as library
        import matplotlib.backends.backend_svg
        import matplotlib.figure
        import matplotlib.font_manager
        import matplotlib.ticker
    return library


@contextmanager
def sheet(width: float, height: float) -> Iterator["Figure"]:
    """An empty figure of a width and height in inches; draw on it, and save it before the block ends.

    Neither windows nor the state of ``pyplot`` are touched, and the settings of matplotlib are as they were afterwards.
    """
    library = _matplotlib()
    defaults = {key: value for key, value in library.rcParamsDefault.items() if not key.startswith("backend")}
    with _DRAWING, warnings.catch_warnings(), library.rc_context():
        warnings.simplefilter("ignore")  # a name may hold a letter that the font lacks: the page's font may have it
        library.rcParams.update(defaults)
        library.rcParams.update(_STYLE)
        yield library.figure.Figure(figsize=(width, height), layout="constrained")


def as_svg(figure: "Figure", name: str, title: str, description: str) -> str:
    """A figure as an ``svg`` element for a page.

    Parameters
    ----------
    figure : Figure
        What was drawn.
    name : str
        Unique in the page, letters, digits and hyphens: every id begins with it.
    title, description : str
        What it is, and what can be seen, for those who do not see it.

    Returns
    -------
    str
        Well-formed XML, the same for the same drawing.
    """
    library = _matplotlib()
    library.rcParams["svg.hashsalt"] = name
    written = io.StringIO()
    nothing: dict[str, Any] = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    canvas = library.backends.backend_svg.FigureCanvasSVG(figure)
    canvas.print_svg(written, metadata=nothing)
    svg = written.getvalue()
    svg = svg[svg.index("<svg") :].strip()
    svg = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>", "", svg, flags=re.S)
    svg = re.sub(r"<[^>]*>", lambda tag: _prefixed(tag.group(), name), svg)
    svg = clean(re.sub(r"[ \t]*\n\s*", "\n", svg))
    head = re.match(r"<svg[^>]*>", svg)
    assert head is not None
    box = re.search(r'viewBox="[\d.]+ [\d.]+ ([\d.]+) ([\d.]+)"', head.group())
    assert box is not None
    wide, high = (round(float(points) / _POINTS_PER_PIXEL) for points in box.groups())
    start = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {box.group()} '
        f'width="{wide}" height="{high}" role="img" aria-labelledby={quoteattr(f"{name}-title {name}-desc")}>\n'
        f'<title id="{name}-title">{escape(clean(title))}</title>\n'
        f'<desc id="{name}-desc">{escape(clean(description))}</desc>'
    )
    return start + svg[head.end() :]


def _prefixed(tag: str, name: str) -> str:
    """A tag whose ids, and references to ids, begin with the name of the plot."""
    tag = re.sub(r'(\sid=")', rf"\g<1>{name}-", tag)
    return re.sub(r'(href="#|url\(#)', rf"\g<1>{name}-", tag)
