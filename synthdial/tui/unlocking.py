"""Encrypted studies: their passphrase is asked for before anything else is done with them."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from synthdial.tui.app import SynthdialApp


def when_unlocked(app: "SynthdialApp", study: Path, then: Callable[[], None]) -> None:
    """Go on with a study; where it needs its passphrase, once that was given, and not at all where it is not.

    Parameters
    ----------
    app : SynthdialApp
        Shows the screens.
    study : Path
        The study; it need not be there.
    then : callable
        Goes on.
    """
    if not needs_passphrase(study):
        then()
        return
    from synthdial.tui.screens.passphrase import PassphraseScreen

    app.push_screen(PassphraseScreen(study), lambda opened: then() if opened else None)


def needs_passphrase(study: Path) -> bool:
    """Whether it is there and asks for its passphrase."""
    if not study.is_file() or not study.stat().st_size:
        return False
    from synthdial.study.unlock import is_locked

    return is_locked(study)
