"""Run a command and see every socket that it asks for, in each of its processes, native code too."""

import errno
import fcntl
import os
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from synthdial.airgap import strace
from synthdial.airgap.filter import ASK, calls_here, install
from synthdial.airgap.seal import LOG, is_sealed

# struct seccomp_notif, struct seccomp_notif_resp, and the calls that read the one and write the other
_QUESTION, _ANSWER = "<QIIiIQ6Q", "<QqiI"
_RECEIVE, _SEND = 0xC0502100, 0xC0182101
_KIND = 0xF  # of a socket; the other bits say how it behaves
_SHOWN = b"\x1b[?1049h"  # a program of screens takes the terminal over
_TICK = 0.1


@dataclass(frozen=True)
class Watched:
    """What became of a command.

    Attributes
    ----------
    status : int or None
        With which it ended; None where it had to be ended after its time.
    attempts : tuple of str
        What it asked of a network: by which call, in which process.
    said : str
        The end of what it printed.
    """

    status: int | None
    attempts: tuple[str, ...]
    said: str


@dataclass(frozen=True)
class Method:
    """A way to watch.

    Attributes
    ----------
    name : str
        ``kernel``, ``strace`` or ``python``.
    sees : str
        What it sees, in a sentence.
    """

    name: str
    sees: str


KERNEL = Method("kernel", "the kernel asks about every socket, in every process, native code too, and refuses it")
STRACE = Method("strace", "strace reports every call about sockets, in every process, native code too")
PYTHON = Method("python", "Python reports its own sockets; what native code does was not watched")


def best_method() -> Method:
    """The way that sees most of those that work here."""
    if not is_sealed() and kernel_answers(ASK):  # where it refuses already, it does not ask
        return KERNEL
    tracer = shutil.which("strace")
    if tracer and not subprocess.run([tracer, *strace.OPTIONS, "true"], capture_output=True, check=False).returncode:
        return STRACE
    return PYTHON


def kernel_answers(verdict: int) -> bool:
    """Whether the kernel takes a filter with such a verdict; tried in a process of its own."""
    if calls_here() is None:
        return False
    child = os.fork()
    if not child:
        try:
            install(verdict)
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def run_watched(
    command: Sequence[str],
    method: Method,
    folder: Path,
    *,
    environment: Mapping[str, str],
    keys: Sequence[bytes] = (),
    seconds: float = 600.0,
) -> Watched:
    """Run a command to its end.

    Parameters
    ----------
    command : sequence of str
        A command of this program, so that Python reports in it too.
    method : Method
        How it is watched.
    folder : Path
        Where notes are kept meanwhile.
    environment : mapping
        Of the command.
    keys : sequence of bytes
        Of a program of screens, which is given a terminal: what is typed, each when it has drawn; the last one again
        and again until it ends.
    seconds : float
        After which it is ended.
    """
    log, trace = folder / "python.log", folder / "strace.log"
    for path in (log, trace):
        path.unlink(missing_ok=True)
    command = list(command)
    if method is STRACE:
        command = ["strace", *strace.OPTIONS, "-o", str(trace), *command]
    running = _Running(command, {**environment, LOG: str(log)}, asks=method is KERNEL, keys=keys)
    try:
        status = running.to_its_end(seconds)
    finally:
        running.close()
    found = running.attempts
    if method is STRACE:
        found += strace.outside(trace.read_text(errors="replace").splitlines())
    if log.exists():
        found += log.read_text(errors="replace").splitlines()
    return Watched(status, tuple(dict.fromkeys(found)), running.said.decode(errors="replace"))


class _Running:
    """A command that runs, what it prints, and what the kernel asks about it."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], *, asks: bool, keys: Sequence[bytes]
    ) -> None:
        self.attempts: list[str] = []
        self.said = b""
        self._keys = list(keys)
        if keys:
            self._output, theirs = os.openpty()
            fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        else:
            self._output, theirs = os.pipe()
        here, there = socket.socketpair()
        try:
            self._process = subprocess.Popen(
                command,
                stdin=theirs if keys else subprocess.DEVNULL,
                stdout=theirs,
                stderr=theirs,
                env=dict(environment),
                start_new_session=True,
                preexec_fn=_hand_over(there) if asks else None,
            )
            self._questions = socket.recv_fds(here, 1, 1)[1][0] if asks else -1
        finally:
            os.close(theirs)
            here.close()
            there.close()

    def to_its_end(self, seconds: float) -> int | None:
        poll = select.poll()
        poll.register(self._output, select.POLLIN)
        if self._questions >= 0:
            poll.register(self._questions, select.POLLIN)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            events = poll.poll(_TICK * 1000)
            for handle, event in events:
                if handle == self._questions:
                    if event & select.POLLIN:
                        self._answer()
                    else:
                        poll.unregister(handle)  # nobody is left who could ask
                elif not self._listen():
                    poll.unregister(handle)
            if self._keys and not events and _SHOWN in self.said and self._process.poll() is None:
                key = self._keys.pop(0) if len(self._keys) > 1 else self._keys[0]
                with suppress(OSError):
                    os.write(self._output, key)
            if self._process.poll() is not None:
                while self._listen(waiting=False):
                    pass
                return self._process.returncode
        return None

    def _listen(self, *, waiting: bool = True) -> bool:
        if not waiting and not select.select([self._output], [], [], 0)[0]:
            return False
        try:
            more = os.read(self._output, 1 << 16)
        except OSError:  # a terminal whose other side is closed
            return False
        begun = _SHOWN if _SHOWN in self.said + more else b""
        self.said = begun + (self.said + more)[-4000:]
        return bool(more)

    def _answer(self) -> None:
        question = bytearray(struct.calcsize(_QUESTION))
        try:
            fcntl.ioctl(self._questions, _RECEIVE, question, True)
        except OSError:  # who asked has been ended
            return
        number, pid, _, call, _, _, family, kind, *_ = struct.unpack(_QUESTION, question)
        self.attempts.append(f"{_named(call, family, kind)} by {_who(pid)}")
        with suppress(OSError):
            fcntl.ioctl(self._questions, _SEND, struct.pack(_ANSWER, number, 0, -errno.EACCES, 0))

    def close(self) -> None:
        if self._process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        for handle in (self._output, self._questions):
            if handle >= 0:
                os.close(handle)


def _hand_over(there: socket.socket) -> Callable[[], None]:
    """What a new process does before it becomes the command: put the filter over itself, and say where it asks."""

    def begin() -> None:
        socket.send_fds(there, [b"."], [install(ASK)])

    return begin


def _named(call: int, family: int, kind: int) -> str:
    here = calls_here()
    if here is None or call != here.socket:
        return f"system call {call}"
    family, kind = family & 0xFFFFFFFF, kind & _KIND
    try:
        named = socket.AddressFamily(family).name
    except ValueError:
        named = str(family)
    try:
        return f"socket({named}, {socket.SocketKind(kind).name})"
    except ValueError:
        return f"socket({named}, {kind})"


def _who(pid: int) -> str:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return f"process {pid}"
    said = " ".join(word.decode(errors="replace") for word in words if word)
    return said.replace(sys.executable, Path(sys.executable).name)[:200] or f"process {pid}"
