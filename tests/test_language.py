"""Which language is spoken, and whether everything that is said in it has been translated."""

import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from synthdial import language, locations
from synthdial.errors import SynthdialError
from synthdial.language import choose_language, mark, translator

CATALOGUES = locations.bundled("locale", "nl", "LC_MESSAGES")
DOMAINS = sorted(path.stem for path in CATALOGUES.glob("*.po"))
PACKAGE = Path(language.__file__).parent
LOCALE = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


def po(domain: str) -> Catalog:
    with CATALOGUES.joinpath(f"{domain}.po").open("rb") as file:
        return read_po(file, locale="nl", domain=domain)


def places(text: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def said_in(folder: Path) -> Iterator[tuple[Path, str]]:
    """What the programs of a folder say in a language."""
    keywords = {"say": None, "_say": None, "mark": None}
    for path in sorted(folder.rglob("*.py")):
        with path.open("rb") as file:
            for _, message, _, _ in extract("python", file, keywords):
                yield path, message if isinstance(message, str) else message[0]


class TestChoosing:
    @pytest.fixture(autouse=True)
    def plain_locale(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        for name in LOCALE:
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("SYNTHDIAL_HOME", str(tmp_path))

    @pytest.mark.parametrize(
        ("name", "value", "chosen"),
        [
            ("LANG", "nl_NL.UTF-8", "nl"),
            ("LANG", "nl_BE", "nl"),
            ("LANG", "en_GB.UTF-8", "en"),
            ("LANG", "de_DE.UTF-8", "en"),
            ("LANG", "C", "en"),
            ("LC_ALL", "nl_NL.UTF-8", "nl"),
            ("LANGUAGE", "nl:en", "nl"),
        ],
    )
    def test_the_locale_says_which(self, monkeypatch: pytest.MonkeyPatch, name: str, value: str, chosen: str) -> None:
        monkeypatch.setenv(name, value)
        assert choose_language() == chosen

    def test_of_several_settings_of_the_locale_the_first_in_gettexts_order_counts(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("LANG", "en_GB.UTF-8")
        monkeypatch.setenv("LC_MESSAGES", "nl_NL.UTF-8")
        assert choose_language() == "nl"

    def test_a_setting_comes_before_the_locale_and_what_is_wanted_before_both(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("LANG", "en_GB.UTF-8")
        (tmp_path / "settings.toml").write_text('language = "nl"\n', "utf-8")
        assert choose_language() == "nl"
        assert choose_language("en") == "en"

    def test_another_language_is_a_message(self) -> None:
        with pytest.raises(SynthdialError, match="--lang must be one of nl, en, not 'fr'"):
            choose_language("fr")

    def test_so_it_is_in_the_settings(self, tmp_path: Path) -> None:
        (tmp_path / "settings.toml").write_text('language = "frans"\n', "utf-8")
        with pytest.raises(SynthdialError, match="language must be one of nl, en, not 'frans'"):
            choose_language()


class TestTranslating:
    def test_english_is_the_message_itself_and_dutch_stands_in_the_catalogue(self) -> None:
        assert translator("en", "tui")("Quit") == "Quit"
        assert translator("nl", "tui")("Quit") == "Afsluiten"

    def test_what_is_not_translated_is_said_as_it_is(self) -> None:
        assert translator("nl", "tui")("No such message") == "No such message"
        assert translator("nl", "no-such-domain")("Quit") == "Quit"

    def test_nothing_is_nothing_and_not_the_head_of_the_catalogue(self) -> None:
        assert translator("nl", "tui")("") == ""

    def test_a_mark_changes_nothing(self) -> None:
        assert mark("Quit") == "Quit"


class TestCatalogues:
    def test_there_is_one_for_screens_reviews_and_the_report(self) -> None:
        assert DOMAINS == ["report", "review", "tui"]

    @pytest.mark.parametrize("domain", DOMAINS)
    def test_every_message_is_translated(self, domain: str) -> None:
        assert [m.id for m in po(domain) if m.id and (not m.string or m.fuzzy)] == []

    @pytest.mark.parametrize("domain", DOMAINS)
    def test_a_translation_has_the_same_places_for_values(self, domain: str) -> None:
        wrong = [m.id for m in po(domain) if isinstance(m.id, str) and m.id and places(m.id) != places(str(m.string))]
        assert wrong == []

    @pytest.mark.parametrize("domain", DOMAINS)
    def test_the_compiled_one_is_up_to_date(self, domain: str) -> None:
        with CATALOGUES.joinpath(f"{domain}.mo").open("rb") as file:
            compiled = {m.id: m.string for m in read_mo(file) if m.id}
        assert compiled == {m.id: m.string for m in po(domain) if m.id}, "run: make messages"

    def test_everything_that_screens_say_is_in_one(self) -> None:
        known = {m.id for domain in ("tui", "review") for m in po(domain)}
        missing = {(path.name, text) for path, text in said_in(PACKAGE / "tui") if text and text not in known}
        assert missing == set()

    def test_no_message_of_the_screens_is_out_of_use(self) -> None:
        said = {text for _, text in said_in(PACKAGE / "tui")}
        # words of the library, such as the phases of a plan, are marked in the catalogue
        assert {m.id for m in po("tui") if m.id and not m.auto_comments} - said == set()
