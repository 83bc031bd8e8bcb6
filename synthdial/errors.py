"""The errors of the program: what a user can mend is one class, shown as one message."""


class SynthdialError(Exception):
    """A problem that the user can mend.

    Parameters
    ----------
    message : str
        What is wrong, in the user's words.
    hint : str
        What was expected or what to do, one sentence; may be empty.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class WorkerDiedError(SynthdialError):
    """The engine's process ended before its work was done: killed, out of memory, or crashed in native code."""
