"""The application with nothing in it that changes from one machine or day to the next."""

import asyncio
import functools
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from itertools import product
from typing import Any

from synthdial.settings import LANGUAGES, THEMES, Language, Theme
from synthdial.tui.app import SynthdialApp
from synthdial.tui.machine import Machine

SIZES = ((80, 24), (160, 50))
MACHINE = Machine((("gemma-3-270m", 253_000_000),), "", 2, 8_000_000_000)


@dataclass(frozen=True)
class Look:
    """What a picture is taken in."""

    language: Language
    theme: Theme
    size: tuple[int, int]

    def __str__(self) -> str:
        return f"{self.language}-{self.theme}-{self.size[0]}x{self.size[1]}"


LOOKS = [Look(*each) for each in product(LANGUAGES, THEMES, SIZES)]


def app_for(language: Language = "en", theme: Theme = "dark", **options: Any) -> SynthdialApp:
    """The application, with a machine that is the same everywhere."""
    return SynthdialApp(language=language, theme=theme, **{"examine": lambda: MACHINE, **options})


def text_of(app: SynthdialApp) -> str:
    """Everything that the screen shows."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


def scene(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """A test that awaits."""

    @functools.wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        asyncio.run(test(*args, **kwargs))

    return run
