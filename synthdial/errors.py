"""The errors of the program: what a user can mend is one class, shown as one message."""

_LONGEST = 1000  # characters: what a damaged file holds is quoted in messages, and may be megabytes


class SynthdialError(Exception):
    """A problem that the user can mend.

    Parameters
    ----------
    message : str
        What is wrong, in the user's words; of one that is very long the middle is left out.
    hint : str
        What was expected or what to do, one sentence; may be empty.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        message, hint = _shortened(message), _shortened(hint)
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST * 3 // 4]} ... {text[-_LONGEST // 4 :]}"


class EmptyStudyError(SynthdialError):
    """A study has nothing in it yet, as when its first run was ended before its tables were made."""


class WorkerDiedError(SynthdialError):
    """The engine's process ended before its work was done: killed, out of memory, or crashed in native code."""


class OutOfMemoryError(SynthdialError):
    """There is too little memory for what was asked; with fewer dialogues at a time there may be enough."""


class UnwrittenError(SynthdialError):
    """A batch wrote all dialogues that it could, and some could not be written.

    Parameters
    ----------
    message, hint : str
        As of `SynthdialError`.
    numbers : tuple of int
        Those that are missing, by their number in the recipe.
    """

    def __init__(self, message: str, hint: str = "", numbers: tuple[int, ...] = ()) -> None:
        super().__init__(message, hint)
        self.numbers = numbers
