"""The page: sound, alone, accessible, in two languages, and holding nothing that it should not."""

import itertools
import re
from pathlib import Path

import defusedxml.ElementTree
import pytest
from report_page import Page, contrast
from report_studies import HOSTILE, NOTE, RATERS, SECRET, SECRET_NOTE

from synthdial.report import Facts, gather, render

pytestmark = pytest.mark.slow

SECTIONS = ("made", "lengths", "beside", "ratings", "examples", "limits")


@pytest.fixture(params=["nl", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(params=["rated", "unrated"])
def page(request: pytest.FixtureRequest, language: str, pages: dict[str, Page], unrated_pages: dict[str, Page]) -> Page:
    return (pages if request.param == "rated" else unrated_pages)[language]


class TestSound:
    def test_every_element_is_closed_where_it_should_be(self, page: Page) -> None:
        assert page.faults == []

    def test_ids_are_unique_and_whatever_is_pointed_at_is_there(self, page: Page) -> None:
        ids = [element.attributes["id"] for element in page.root.every() if "id" in element.attributes]
        assert len(ids) == len(set(ids))
        for element in page.root.every():
            for name, value in element.attributes.items():
                if name in ("href", "xlink:href"):
                    assert value.removeprefix("#") in ids
                if name in ("aria-labelledby", "aria-describedby"):
                    assert set(value.split()) <= set(ids)
                for inside in re.findall(r"url\(#([^)]*)\)", value):
                    assert inside in ids

    def test_every_plot_is_xml_of_its_own(self, page: Page) -> None:
        plots = re.findall(r"<svg.*?</svg>", page.html, flags=re.S)
        assert len(plots) >= 3
        for plot in plots:
            assert defusedxml.ElementTree.fromstring(plot).tag == "{http://www.w3.org/2000/svg}svg"

    def test_tables_have_as_many_cells_in_a_row_as_heads(self, page: Page) -> None:
        tables = page.root.all("table")
        assert tables
        for table in tables:
            heads = table.all("thead")[0].all("th")
            for row in table.all("tbody")[0].all("tr"):
                assert len(row.children) == len(heads)


class TestAlone:
    """It loads nothing: no network, no other file."""

    def test_nothing_is_loaded(self, page: Page) -> None:
        for element in page.root.every():
            assert element.tag not in {"script", "link", "img", "iframe", "object", "embed", "base", "audio", "video"}
            for name, value in element.attributes.items():
                assert name not in {"src", "srcset", "data", "poster", "background", "action", "formaction", "ping"}
                assert not name.startswith("on")
                if name.endswith("href"):
                    assert value.startswith("#")
                assert not re.search(r"url\((?!#)", value)

    def test_styles_name_no_other_place(self, page: Page) -> None:
        styles = "".join(element.text for element in page.root.all("style"))
        assert "@page" in styles, "or the styles were not found"
        assert "@import" not in styles and "url(" not in styles and "@font-face" not in styles

    def test_addresses_are_names_of_xml_alone(self, page: Page) -> None:
        assert set(re.findall(r"https?://[^\s\"'<>]*", page.html)) <= {
            "http://www.w3.org/2000/svg",
            "http://www.w3.org/1999/xlink",
        }

    def test_the_page_itself_forbids_it(self, page: Page) -> None:
        (policy,) = (
            meta.attributes["content"]
            for meta in page.root.all("meta")
            if meta.attributes.get("http-equiv") == "Content-Security-Policy"
        )
        assert "default-src 'none'" in policy and "script-src" not in policy


class TestAccessible:
    def test_it_says_its_language_and_title(self, page: Page, language: str) -> None:
        assert page.root.all("html")[0].attributes["lang"] == language
        assert page.root.all("title")[0].text == page.root.all("h1")[0].text != ""

    def test_headings_skip_no_level(self, page: Page) -> None:
        levels = [int(heading.tag[1]) for heading in page.root.all("h1", "h2", "h3", "h4")]
        assert levels[0] == 1 and levels.count(1) == 1
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels))

    def test_the_contents_lead_to_every_section(self, page: Page) -> None:
        links = [link.attributes["href"] for link in page.root.all("nav")[0].all("a")]
        assert links == [f"#{key}" for key in SECTIONS]

    def test_a_plot_says_what_it_shows(self, page: Page) -> None:
        for plot in page.root.all("svg"):
            assert plot.attributes["role"] == "img"
            title, description = plot.all("title")[0], plot.all("desc")[0]
            assert plot.attributes["aria-labelledby"] == f"{title.attributes['id']} {description.attributes['id']}"
            assert title.text and len(description.text) > 20
        for figure in page.root.all("figure"):
            assert figure.all("figcaption")[0].text

    def test_heads_of_tables_say_what_they_are_of(self, page: Page) -> None:
        for table in page.root.all("table"):
            assert table.all("caption")[0].text
            assert {head.attributes["scope"] for head in table.all("thead")[0].all("th")} == {"col"}
            rows = table.all("tbody")[0].all("tr")
            assert all([cell.attributes.get("scope") for cell in row.all("th")] == ["row"] for row in rows)

    def test_what_scrolls_can_be_reached_with_keys(self, page: Page) -> None:
        for element in page.root.every():
            if "wide" in element.classes or "large" in element.classes:
                assert element.attributes["tabindex"] == "0" and element.attributes["aria-label"]

    def test_text_stands_out_from_what_lies_behind(self, page: Page) -> None:
        style = page.root.all("style")[0].text
        colours = dict(re.findall(r"--(\w+): (#[0-9a-f]+)", style))
        for name in ("ink", "muted", "accent", "alarm"):
            for behind in ("#ffffff", colours["soft"], "#fbf4f0"):
                assert contrast(colours[name], behind) >= 4.5

    def test_it_is_made_for_phones_and_for_paper(self, page: Page) -> None:
        (viewport,) = (m.attributes["content"] for m in page.root.all("meta") if m.attributes.get("name") == "viewport")
        assert "width=device-width" in viewport
        style = page.root.all("style")[0].text
        assert "size: A4" in style and "@media print" in style and "max-width: 40rem" in style


class TestHostileText:
    """Whatever stands in a study is text."""

    def test_a_turn_that_looks_like_markup_is_read_as_it_was_written(self, pages: dict[str, Page]) -> None:
        for page in pages.values():
            turns = [turn.text for turn in page.section("examples").all("p")]
            assert HOSTILE in turns

    def test_so_is_a_note_and_the_name_of_the_study(self, pages: dict[str, Page], language: str) -> None:
        page = pages[language]
        assert NOTE in page.section("examples").text
        assert "nier <b>&" in page.root.all("h1")[0].text

    def test_signs_that_no_page_may_hold_are_shown_as_unknown(self, tmp_path: Path) -> None:
        from report_studies import written
        from samples import RECIPE, dialogue

        from synthdial.study import Study

        path = written(tmp_path / "raar.study", plain=1, natural=0)
        with Study(path) as study:
            study.add_dialogue(RECIPE, 2, dialogue(2, *["nul\x00 escape\x1b om\u202ekeren"] * 40))
        html = render(gather(path), "nl")
        assert not set("\x00\x1b\u202e") & set(html)


class TestPeople:
    """Conversations of people are counted and never shown; raters are numbers."""

    def test_no_word_of_a_conversation_of_people_is_there(self, pages: dict[str, Page]) -> None:
        for page in pages.values():
            assert SECRET not in page.html.casefold()

    def test_nor_any_note_on_one(self, pages: dict[str, Page]) -> None:
        for page in pages.values():
            assert SECRET_NOTE not in page.html

    def test_but_that_they_were_rated_is_said(self, pages: dict[str, Page], rated_facts: Facts) -> None:
        assert rated_facts.reviewed is not None
        count = rated_facts.reviewed.results.conversations
        assert count > 0
        assert f"{count} conversations of people" in pages["en"].section("ratings").text

    def test_raters_have_no_names(self, pages: dict[str, Page], language: str) -> None:
        for name in RATERS:
            assert name not in pages[language].html
        number = {"nl": "Beoordelaar 1", "en": "Rater 1"}[language]
        assert number in pages[language].section("ratings").text

    def test_unless_they_are_asked_for(self, rated_study: Path) -> None:
        html = render(gather(rated_study, name_raters=True), "en")
        for name in RATERS:
            assert name in html
        assert "Rater 1" not in html


class TestLanguages:
    def test_no_english_sentence_is_left_in_the_dutch_page(self, pages: dict[str, Page]) -> None:
        dutch = pages["nl"].text
        for element in pages["en"].root.all("p", "li", "caption", "h2", "h3", "figcaption", "th"):
            if len(element.text) > 25 and not element.within("talk") and not element.all("ul", "ol", "table"):
                assert element.text not in dutch

    def test_figures_are_written_as_a_reader_writes_them(self, pages: dict[str, Page]) -> None:
        mean = {"nl": "Gemiddelde", "en": "Mean"}
        for language, point in (("nl", ","), ("en", ".")):
            table = pages[language].section("lengths").all("table")[0]
            heads = [head.text for head in table.all("thead")[0].all("th")]
            cell = table.all("tbody")[0].all("tr")[0].children[heads.index(mean[language])]
            assert re.fullmatch(rf"\d+{re.escape(point)}\d", cell.text)
