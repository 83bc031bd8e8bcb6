"""Every picture of the documentation is one that its program makes of the screens, and stands on a page."""

import re
import subprocess
import sys
from pathlib import Path

import pictures
import pytest

ROOT = Path(__file__).parents[2]
MADE = {f"{name}.svg" for name in pictures.SCENES}


@pytest.mark.screens
@pytest.mark.slow
def test_pictures_are_those_that_the_program_makes(tables: None) -> None:
    """In a process of its own: it sets what pictures must not depend on."""
    done = subprocess.run(
        [sys.executable, pictures.__file__, "--check"], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr


def test_no_other_pictures_lie_there() -> None:
    assert {path.name for path in pictures.FOLDER.iterdir()} == MADE


def test_each_stands_on_a_page_and_pages_show_no_others() -> None:
    pages = [ROOT / "README.md", *ROOT.glob("docs/*.md")]
    shown = [Path(link) for page in pages for link in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", page.read_text("utf-8"))]
    assert {link.name for link in shown} == MADE
    assert {link.parent.name for link in shown} == {"pictures"}


@pytest.mark.parametrize("name", sorted(MADE))
def test_a_picture_loads_nothing(name: str) -> None:
    picture = (pictures.FOLDER / name).read_text("utf-8")
    assert not re.search(r"url\(|href|@import|<script", re.sub(r"url\(#[^)]+\)", "", picture))


def test_one_that_differs_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pictures, "FOLDER", tmp_path)
    (tmp_path / "begin.svg").write_text("<svg/>", "utf-8")
    (tmp_path / "studie.svg").write_text("<svg>1</svg>", "utf-8")
    assert pictures.differing({"begin": "<svg/>", "studie": "<svg>2</svg>", "keuzes": "<svg/>"}) == ["studie", "keuzes"]
