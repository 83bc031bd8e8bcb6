"""Whether a study still needs its passphrase, and giving it before anything is opened: for whoever asks on a screen."""

from pathlib import Path

from synthdial.errors import SynthdialError
from synthdial.passphrase import asking
from synthdial.study.study import Study


class _Answer:
    """What is known of one study's passphrase; notes how often it was asked for."""

    def __init__(self, study: Path, passphrase: str | None = None) -> None:
        self._study, self._passphrase = study, passphrase
        self.asked = 0

    def __call__(self, study: Path, attempt: int) -> str | None:
        if study != self._study:
            return None
        self.asked = attempt
        return self._passphrase if attempt == 1 else None


def is_locked(path: Path) -> bool:
    """Whether a study is encrypted, and its passphrase was neither typed before nor given with the command.

    What is no study, or cannot be opened, is not locked: whoever opens it says what is wrong.
    """
    answer = _Answer(path)
    with asking(answer):
        if _opens(path) or not answer.asked:
            return False
    return not _opens(path)  # what the command was given may open it


def unlock(path: Path, passphrase: str) -> bool:
    """Whether a passphrase opens a study; if so it opens without being asked again, until the program ends.

    Parameters
    ----------
    path : Path
        The study.
    passphrase : str
        What was typed.

    Raises
    ------
    SynthdialError
        When something else than the passphrase is wrong with the study.
    """
    answer = _Answer(path, passphrase)
    with asking(answer):
        try:
            Study(path, read_only=True).close()
        except SynthdialError:
            if answer.asked > 1:
                return False
            raise
    return True


def _opens(path: Path) -> bool:
    try:
        Study(path, read_only=True).close()
    except SynthdialError:
        return False
    return True
