"""Write down whatever Python itself does with a network, in the process that installs it."""

import _socket
import os
import sys
from typing import Any

EVENTS = (
    "socket.", "urllib.Request", "http.client.", "ftplib.", "smtplib.", "imaplib.", "poplib.", "nntplib.", "telnetlib.",
)  # fmt: skip
"""Beginnings of the audit events of Python by which it reaches a network."""

_UNIX = "family=AF_UNIX"


def watch(path: str) -> None:
    """Append a line to a file for every such event from now on; it cannot be taken away again."""

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(EVENTS) and not _within(event, arguments):
            line = f"{event} {_family(event, arguments)}{arguments!r}".encode(errors="replace").replace(b"\n", b" ")
            handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            os.write(handle, line + b"\n")
            os.close(handle)

    sys.addaudithook(note)


def _family(event: str, arguments: tuple[Any, ...]) -> str:
    """The name of the family of a new socket."""
    if event != "socket.__new__" or len(arguments) < 2:
        return ""
    return next((name + " " for name, number in vars(_socket).items() if _names(name, number, arguments[1])), "")


def _names(name: str, number: object, family: object) -> bool:
    return name.startswith("AF_") and number == family


def _within(event: str, arguments: tuple[Any, ...]) -> bool:
    """Whether it stays between processes of this machine."""
    if event in ("socket.gethostname", "socket.sethostname"):
        return True  # reads the machine's own name
    if event == "socket.__new__":
        # a socket made from a descriptor, as socketpair does, has no family of its own yet: -1
        return len(arguments) > 1 and arguments[1] in (1, -1)
    subject = repr(arguments[0]) if arguments else ""
    return _UNIX in subject or "AddressFamily.AF_UNIX" in subject
