"""Every link of the documentation leads somewhere: a file that is there, and a heading that it has."""

import re
from pathlib import Path

import pytest
from commands import anchor

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path
    for path in (
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("models/**/*.md"),
        *ROOT.glob("release/guide/*.md"),
    )
)
_LINK = re.compile(r"\[(?:[^\]]|\][^(])*?\]\(([^)\s]+)\)")


def headings(path: Path) -> set[str]:
    text = re.sub(r"```.*?```", "", path.read_text("utf-8"), flags=re.DOTALL)
    return {anchor(re.sub(r"[*`]", "", line)) for line in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}


def links(path: Path) -> list[str]:
    text = re.sub(r"```.*?```", "", path.read_text("utf-8"), flags=re.DOTALL)
    return [link for link in _LINK.findall(text) if not re.match(r"[a-z]+:", link)]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for link in links(page):
        name, _, heading = link.partition("#")
        target = (page.parent / name.replace("%5B", "[").replace("%5D", "]")).resolve() if name else page
        assert target.exists(), f"{page.name} links to {link}"
        if heading:
            assert heading in headings(target), f"{page.name} links to {link}"


def test_there_are_links() -> None:
    assert sum(len(links(page)) for page in PAGES) > 50


def test_every_page_stands_in_the_index() -> None:
    index = ROOT / "docs" / "README.md"
    named = {link.partition("#")[0] for link in links(index)}
    assert not {path.name for path in ROOT.glob("docs/*.md")} - named - {index.name}
