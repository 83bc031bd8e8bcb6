"""What strace says of sockets: which lines of its trace leave the machine."""

import re
from collections.abc import Iterable

OPTIONS = ("-f", "-qq", "-yy", "-s", "200", "-e", "trace=network,io_uring_setup")
"""Follow every process, and say of every descriptor what it is."""

_CALL = re.compile(r"^(?:\[pid\s+)?(?P<pid>\d+)?\]?\s*(?P<call>[a-z_0-9]+)\((?P<rest>.*)$")
_WITHIN = ("AF_UNIX", "AF_LOCAL", "<UNIX", "<unix")


def outside(trace: Iterable[str]) -> list[str]:
    """The calls of a trace that do more than speak to another process of this machine.

    Parameters
    ----------
    trace : iterable of str
        Lines of strace with `OPTIONS`.

    Returns
    -------
    list of str
        Every ``socket``, ``connect``, ``bind``, ``sendto`` and the like that is not AF_UNIX, as strace wrote it.
    """
    found = []
    for line in trace:
        call = _CALL.match(line.strip())
        if call and not any(sign in call["rest"] for sign in _WITHIN):
            found.append(f"{call['call']}({call['rest']}")
    return found
