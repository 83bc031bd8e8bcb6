"""Plots: the same for the same drawing, whatever the machine and its settings are, and sound whatever names hold."""

import os
import subprocess
import sys
from pathlib import Path

import defusedxml.ElementTree
import pytest
from report_page import contrast

from synthdial.report import rating_plots
from synthdial.report.drawing import as_svg, sheet
from synthdial.report.text import Wording
from synthdial.review.correlation import Correlation
from synthdial.review.intervals import Estimate
from synthdial.review.scores import Score

pytestmark = pytest.mark.slow

SVG = "{http://www.w3.org/2000/svg}"


def drawn(label: str = "naam", name: str = "plot") -> str:
    with sheet(3, 2) as figure:
        axes = figure.subplots()
        axes.plot([1, 2], [3, 4], marker="o")
        axes.set_xlabel(label)
        return as_svg(figure, name, "titel", "wat te zien is")


def texts(svg: str) -> list[str]:
    return ["".join(element.itertext()) for element in defusedxml.ElementTree.fromstring(svg).iter(f"{SVG}text")]


class TestSheet:
    def test_text_stays_text(self) -> None:
        assert "naam" in texts(drawn())

    @pytest.mark.parametrize("label", ['<b> & "x" </svg>', "$x^2$ \\alpha", "kosten: $5", "日本", "😀"])
    def test_a_name_is_drawn_as_it_is(self, label: str) -> None:
        assert label in texts(drawn(label))

    def test_what_xml_cannot_hold_is_made_visible(self) -> None:
        assert any("\ufffd" in text for text in texts(drawn("a\x1bb\u202ec")))

    def test_ids_begin_with_the_name_of_the_plot(self) -> None:
        elements = list(defusedxml.ElementTree.fromstring(drawn(name="een")).iter())
        ids = [element.attrib["id"] for element in elements if "id" in element.attrib]
        assert ids and all(id_.startswith("een-") for id_ in ids)

    def test_the_same_drawing_is_the_same_text(self) -> None:
        assert drawn() == drawn() != drawn(name="ander")

    def test_settings_of_matplotlib_are_left_as_they_were(self) -> None:
        import matplotlib

        before = dict(matplotlib.rcParams)
        drawn()
        assert dict(matplotlib.rcParams) == before

    def test_nor_do_they_change_the_drawing(self) -> None:
        import matplotlib

        plain = drawn()
        with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "red", "text.usetex": True}):
            assert drawn() == plain


DRAW = """
import os
from synthdial.report.drawing import as_svg, sheet
with sheet(3, 2) as figure:
    figure.subplots().plot([1, 2], [3, 4])
    svg = as_svg(figure, "plot", "titel", "wat te zien is")
print(svg if "MPLCONFIGDIR" not in os.environ else "left behind")
"""


def fresh(code: str, folder: Path, **environment: str) -> str:
    """What a program prints in an interpreter of its own, and nothing on standard error."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", code],
        env={"PATH": os.environ["PATH"], **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stderr == ""
    return done.stdout


class TestElsewhere:
    def test_the_list_of_fonts_goes_into_the_users_cache_alone(self, tmp_path: Path) -> None:
        home, passing = tmp_path / "home", tmp_path / "passing"
        home.mkdir()
        passing.mkdir()
        fresh(DRAW, tmp_path, SYNTHDIAL_HOME=str(home), HOME=str(tmp_path / "niet"), TMPDIR=str(passing))
        assert [path.name for path in home.iterdir()] == ["matplotlib"]
        assert not (tmp_path / "niet").exists() and not list(passing.iterdir())

    def test_where_there_is_no_cache_nothing_is_left(self, tmp_path: Path) -> None:
        file = tmp_path / "bestand"
        file.touch()
        passing = tmp_path / "passing"
        passing.mkdir()
        svg = fresh(DRAW, tmp_path, SYNTHDIAL_HOME=str(file), TMPDIR=str(passing))
        assert svg.startswith("<svg") and not list(passing.iterdir())

    def test_the_users_own_matplotlibrc_changes_nothing(self, tmp_path: Path) -> None:
        plain, mine = tmp_path / "plain", tmp_path / "mine"
        plain.mkdir()
        mine.mkdir()
        (mine / "matplotlibrc").write_text("lines.linewidth: 9\nsvg.fonttype: path\nfont.size: 20\n")
        home = str(tmp_path / "home")
        assert fresh(DRAW, plain, SYNTHDIAL_HOME=home) == fresh(DRAW, mine, SYNTHDIAL_HOME=home)

    def test_importing_the_report_loads_neither_matplotlib_nor_a_terminal(self, tmp_path: Path) -> None:
        code = """
import sys
import synthdial.report
print(sorted({"matplotlib", "textual", "rich"} & set(sys.modules)))
"""
        assert fresh(code, tmp_path) == "[]\n"


def styles(svg: str, tag: str) -> list[dict[str, str]]:
    """The styles of every element of a tag."""
    elements = defusedxml.ElementTree.fromstring(svg).iter(f"{SVG}{tag}")
    return [
        dict(part.strip().split(": ", 1) for part in element.attrib["style"].split(";") if ": " in part)
        for element in elements
        if "style" in element.attrib
    ]


class TestContrast:
    """A figure can be read on the colour behind it."""

    @pytest.mark.parametrize("rho", [-0.99, -0.75, -0.6, -0.55, -0.3, 0.0, 0.2, 0.45, 0.55, 0.6, 0.65, 0.75, 1.0])
    def test_of_a_correlation(self, rho: float) -> None:
        table = [Correlation("cv", "c", 20, Estimate(rho), 0.5, 0.5)]
        svg = rating_plots.heat_map(table, [("cv", "cv")], [("c", "c")], "kaart", Wording("en"))
        (cell,) = (
            style["fill"] for style in styles(svg, "path") if style.get("stroke") == "#ffffff" and "fill" in style
        )
        at = texts(svg).index(Wording("en").signed(rho))
        assert contrast(styles(svg, "text")[at].get("fill", "#000000"), cell) >= 4.5

    def test_of_a_score(self) -> None:
        score = Score("c", "all", "", 50, 10, 2, Estimate(3), (9, 9, 10, 11, 11), 0)
        svg = rating_plots.scores([rating_plots.Bar("c", score)], "scores", Wording("en"))
        shares = [
            style for text, style in zip(texts(svg), styles(svg, "text"), strict=True) if text in ("18%", "20%", "22%")
        ]
        parts = [style["fill"] for style in styles(svg, "path") if style.get("stroke") == "#555555" and "fill" in style]
        assert len(shares) == 5
        for share, part in zip(shares, parts, strict=False):
            assert contrast(share.get("fill", "#000000"), part) >= 4.5


def test_a_bar_says_its_share() -> None:
    score = Score("c", "all", "", 10, 10, 2, Estimate(3.5), (1, 0, 4, 5, 0), 0)
    svg = rating_plots.scores([rating_plots.Bar("Vloeiendheid", score)], "scores", Wording("nl"))
    assert {"10%", "40%", "Vloeiendheid"} <= set(texts(svg))
    assert "gemiddeld 3,50" in svg
