"""A rated study and its page in both languages, made once for all tests."""

from pathlib import Path

import pytest
from report_page import Page, read_page
from report_studies import people, rated, written

from synthdial.report import Facts, gather, render

LANGUAGES = ("nl", "en")


@pytest.fixture(scope="session")
def rated_study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study that three raters have read, with conversations of people among it."""
    folder = tmp_path_factory.mktemp("rated")
    return rated(folder / "nier <b>&.study", people(folder / "mensen"))


@pytest.fixture(scope="session")
def rated_facts(rated_study: Path) -> Facts:
    return gather(rated_study)


@pytest.fixture(scope="session")
def pages(rated_facts: Facts) -> dict[str, Page]:
    """The report of the rated study in each language."""
    return {language: read_page(render(rated_facts, language)) for language in LANGUAGES}


@pytest.fixture(scope="session")
def unrated_study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("unrated") / "nieuw.study")


@pytest.fixture(scope="session")
def unrated_pages(unrated_study: Path) -> dict[str, Page]:
    """The report of a study that nobody has rated."""
    facts = gather(unrated_study)
    return {language: read_page(render(facts, language)) for language in LANGUAGES}
