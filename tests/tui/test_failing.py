"""An application that fails says where, and nothing of what it held."""

import asyncio
from collections.abc import Callable

import pytest
from textual.events import Key
from textual.widgets import Static

from synthdial.errors import SynthdialError
from synthdial.tui.app import SynthdialApp
from synthdial.tui.failing import FailingApp

SECRET = "mevrouw Kwartelkoning heeft koorts"


class Failing(FailingApp):
    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def compose(self):  # type: ignore[no-untyped-def]
        yield Static("gesprek")

    def on_key(self, event: Key) -> None:
        said = SECRET
        assert said
        raise self.error


async def fail(error: Exception) -> None:
    app = Failing(error)
    with pytest.raises(type(error)):
        async with app.run_test() as pilot:
            await pilot.press("x")


@pytest.fixture
def last_words(capsys: pytest.CaptureFixture[str]) -> Callable[[Exception], str]:
    def of(error: Exception) -> str:
        asyncio.run(fail(error))
        return capsys.readouterr().err

    return of


def test_it_says_where_without_the_values(last_words: Callable[[Exception], str]) -> None:
    said = last_words(ValueError("onverwacht"))
    assert "on_key" in said and "ValueError" in said and "onverwacht" in said
    assert SECRET not in said and "locals" not in said


def test_what_a_person_can_mend_is_one_message(last_words: Callable[[Exception], str]) -> None:
    said = last_words(SynthdialError("De schijf is vol.", "Maak ruimte."))
    assert said.strip() == "De schijf is vol. Maak ruimte."


def test_the_application_is_one_of_these() -> None:
    assert issubclass(SynthdialApp, FailingApp)
