"""How the program closes the network off at its start: wholly, but for the one option that asks for a cluster."""

from collections.abc import Sequence

from synthdial.airgap.seal import quieten, seal

_WITH_VALUE = ("--lang", "--passphrase-file")  # options before a command
_OPTION = "--scheduler"

_addresses: dict[str, str] = {}


def seal_for(arguments: Sequence[str]) -> None:
    """Close the network off before anything else is loaded.

    Parameters
    ----------
    arguments : sequence of str
        Of the command line, without the program's name. ``measure --scheduler ADDRESS`` alone leaves TCP connections
        open. ``doctor --air-gap`` closes nothing: a refusal cannot be taken back, and would hide from the check what
        was asked for.
    """
    if "--air-gap" in arguments:
        quieten()
        return
    address = scheduler_in(arguments)
    if address is None:
        seal()
        return
    _look_up(address)
    seal(tcp=True)


def scheduler_in(arguments: Sequence[str]) -> str | None:
    """The address that ``measure --scheduler`` gives; None for any other command, or without that option."""
    words = iter(arguments)
    for word in words:
        if word in _WITH_VALUE:
            next(words, None)
        elif word == "measure":
            return _value(list(words))
        elif not word.startswith("-"):
            return None
    return None


def _value(words: list[str]) -> str | None:
    found = None
    for place, word in enumerate(words):
        if word == "--":
            break
        if word == _OPTION and place + 1 < len(words):
            found = words[place + 1]
        elif word.startswith(f"{_OPTION}="):
            found = word.partition("=")[2]
    return found


def _look_up(address: str) -> None:
    """Look up the name of a host while it can be: afterwards nothing but TCP is open, and names are asked by UDP."""
    import socket

    protocol, separator, place = address.rpartition("://")
    host, _, port = place.rpartition(":")
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return  # that it cannot be reached is said when it is tried
    number = str(found[0][4][0])
    _addresses[address] = f"{protocol}{separator}{f'[{number}]' if ':' in number else number}:{port}"


def looked_up(address: str) -> str:
    """The address of a scheduler with the number of its host, where that was looked up."""
    return _addresses.get(address, address)
