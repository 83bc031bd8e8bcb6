"""What the screens remember from one time to the next: a small file that may be lost without harm."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from synthdial import locations
from synthdial.errors import SynthdialError
from synthdial.files import replace_atomically
from synthdial.settings import LANGUAGES, THEMES, Language, Theme

MOST_RECENT = 20


@dataclass(frozen=True)
class State:
    """What is remembered.

    Attributes
    ----------
    recent : tuple of str
        Absolute paths of the studies opened last, the newest first.
    language : {"nl", "en"} or None
        The language chosen last by key.
    theme : {"dark", "light", "contrast"} or None
        The theme chosen last by key.
    rater, role : str
        Who reviewed last, and as what; empty where nobody did.
    """

    recent: tuple[str, ...] = ()
    language: Language | None = None
    theme: Theme | None = None
    rater: str = ""
    role: str = ""

    def opened(self, study: Path) -> "State":
        """The state after a study was opened."""
        path = str(study.absolute())
        others = (other for other in self.recent if other != path)
        return replace(self, recent=(path, *others)[:MOST_RECENT])

    def forgotten(self, study: Path) -> "State":
        """The state without a study; its file is left alone."""
        return replace(self, recent=tuple(other for other in self.recent if other != str(study)))


def load_state() -> State:
    """What was remembered; nothing where the file is not there or damaged."""
    try:
        table = json.loads(locations.user_state().read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return State()
    if not isinstance(table, dict):
        return State()
    recent = table.get("recent")
    return State(
        tuple(path for path in recent if isinstance(path, str))[:MOST_RECENT] if isinstance(recent, list) else (),
        _known(table.get("language"), LANGUAGES),
        _known(table.get("theme"), THEMES),
        *(value if isinstance(value := table.get(name), str) else "" for name in ("rater", "role")),
    )


def _known(value: Any, choices: tuple[Any, ...]) -> Any:
    return value if value in choices else None


def save_state(state: State) -> None:
    """Remember it; a machine that lets us write nothing forgets it."""
    try:
        replace_atomically(locations.user_state(), [json.dumps(asdict(state), indent=1).encode()])
    except SynthdialError:
        return
