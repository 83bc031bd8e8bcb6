"""A filter in the kernel (Linux, seccomp) for every way to make a socket that leaves the machine.

A process that installs it keeps it, and so does every process that it starts: there is no call that takes it away. Of
sockets only those between processes of one machine (AF_UNIX) are made; io_uring, by which the kernel would make a
socket unseen by any filter, is refused whole. Layout of programs and numbers of calls: seccomp(2), ``linux/filter.h``,
``linux/seccomp.h`` and the tables of system calls of x86-64 and AArch64.
"""

import ctypes
import errno
import os
import platform
import struct
import sys
from dataclasses import dataclass

AF_UNIX, AF_INET, AF_INET6 = 1, 2, 10
ALLOW, REFUSE, ASK, KILL = 0x7FFF0000, 0x00050000 | errno.EACCES, 0x7FC00000, 0x80000000
"""What the kernel does with a call: makes it; answers that it is not permitted; asks who listens; ends the process."""

_SET_MODE_FILTER, _ALL_THREADS, _NEW_LISTENER = 1, 1, 8
_NO_NEW_PRIVILEGES = 38
_LOAD, _EQUAL, _AT_LEAST, _AND, _RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
_NR, _ARCH, _FIRST, _SECOND, _THIRD = 0, 4, 16, 24, 32  # places in struct seccomp_data; low halves of arguments
_KIND, _STREAM, _ANY_PROTOCOL, _TCP = 0xF, 1, 0, 6  # of a socket; what is above the kind are flags
_X32 = 0x40000000  # a second table of calls on x86-64, which nothing here uses


@dataclass(frozen=True)
class Calls:
    """Numbers of system calls of one kind of processor."""

    audit: int
    socket: int
    listen: int
    seccomp: int
    io_uring_setup: int = 425


CALLS = {"x86_64": Calls(0xC000003E, 41, 50, 317), "aarch64": Calls(0xC00000B7, 198, 201, 277)}


def calls_here() -> Calls | None:
    """The numbers of this machine; None where there is no such filter."""
    return CALLS.get(platform.machine()) if sys.platform == "linux" and sys.maxsize > 2**32 else None


def program_of(calls: Calls, verdict: int, *, tcp: bool = False) -> bytes:
    """The filter as the kernel reads it; whatever would leave the machine gets the verdict.

    A call by another table than the processor's own, which could hide a socket, ends the process.

    Parameters
    ----------
    calls : Calls
        The numbers of the processor.
    verdict : {REFUSE, ASK}
        For what would leave the machine.
    tcp : bool
        Let TCP connections be made, by either protocol of the Internet, and none be taken: ``listen`` gets the verdict.
    """
    families = [(AF_INET, "stream"), (AF_INET6, "stream")] if tcp else []
    stream: list[_Step] = [
        ("stream", _LOAD, "", "", _SECOND),
        ("", _AND, "", "", _KIND),
        ("", _EQUAL, "", "refuse stream", _STREAM),
        ("", _LOAD, "", "", _THIRD),
        ("", _EQUAL, "allow", "", _ANY_PROTOCOL),
        ("", _EQUAL, "allow", "", _TCP),
        ("refuse stream", _RETURN, "", "", verdict),
    ]
    steps: list[_Step] = [
        ("", _LOAD, "", "", _ARCH),
        ("", _EQUAL, "", "kill", calls.audit),
        ("", _LOAD, "", "", _NR),
        ("", _AT_LEAST, "refuse", "", _X32),
        ("", _EQUAL, "refuse", "", calls.io_uring_setup),
        *([("", _EQUAL, "refuse", "", calls.listen)] if tcp else []),
        ("", _EQUAL, "", "allow", calls.socket),
        ("", _LOAD, "", "", _FIRST),
        *(("", _EQUAL, then, "", which) for which, then in [(AF_UNIX, "allow"), *families]),
        ("refuse", _RETURN, "", "", verdict),
        *(stream if tcp else []),
        ("allow", _RETURN, "", "", ALLOW),
        ("kill", _RETURN, "", "", KILL),
    ]
    return _assembled(steps)


_Step = tuple[str, int, str, str, int]  # its name, the instruction, where to go if so and if not, and its value


def _assembled(steps: list[_Step]) -> bytes:
    """Instructions with the jumps counted: names stand for steps further on, an empty one for the next."""
    places = {name: place for place, (name, *_) in enumerate(steps) if name}
    found = b""
    for place, (_, code, then, otherwise, value) in enumerate(steps):
        jumps = [places[name] - place - 1 if name else 0 for name in (then, otherwise)]
        found += struct.pack("<HBBI", code, *jumps, value)
    return found


def install(verdict: int, *, tcp: bool = False) -> int:
    """Put the filter over this process and all that it will start.

    Parameters
    ----------
    verdict : {REFUSE, ASK}
        What becomes of a socket that could leave the machine.
    tcp : bool
        Let TCP connections be made.

    Returns
    -------
    int
        With ``ASK`` a file descriptor on which the kernel asks; else 0.

    Raises
    ------
    OSError
        Where there is no such filter: another system, an old kernel, or a container that forbids it.
    """
    calls = calls_here()
    if calls is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    library = ctypes.CDLL(None, use_errno=True)
    code = ctypes.create_string_buffer(program_of(calls, verdict, tcp=tcp), None)
    # struct sock_fprog: how many instructions, and where they stand
    head = ctypes.create_string_buffer(struct.pack("@HP", (len(code) - 1) // 8, ctypes.addressof(code)))
    if library.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    library.syscall.restype = ctypes.c_long
    answer = int(
        library.syscall(
            ctypes.c_long(calls.seccomp),
            ctypes.c_ulong(_SET_MODE_FILTER),
            ctypes.c_ulong(_NEW_LISTENER if verdict == ASK else _ALL_THREADS),
            head,
        )
    )
    if answer < 0:
        raise OSError(ctypes.get_errno(), "seccomp")
    if verdict != ASK and answer:
        raise OSError(errno.EBUSY, f"thread {answer} has a filter of its own")
    return answer
