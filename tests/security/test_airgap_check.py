"""The check of ``doctor --air-gap``: it sees a connection that is planted, and says what it could not see."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from synthdial.airgap import seal
from synthdial.airgap.check import AirGapReport, Step, all_steps, check_air_gap
from synthdial.airgap.filter import ASK, REFUSE
from synthdial.airgap.strace import OPTIONS, outside
from synthdial.airgap.watch import KERNEL, PYTHON, STRACE, Method, best_method, kernel_answers

pytestmark = pytest.mark.slow

MODELS = Step("models", ("models", "list"))
NATIVE = "ctypes.CDLL(None).socket(2, 2, 0)"
OWN = "socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).close()"
LOOKUP = "socket.getaddrinfo('192.0.2.1', 443)"
WITHIN = "[end.close() for end in socket.socketpair()]; socket.socket(socket.AF_UNIX).close()"

needs_kernel = pytest.mark.skipif(not kernel_answers(ASK), reason="this kernel asks nobody about sockets")


def planted(folder: Path, monkeypatch: pytest.MonkeyPatch, act: str) -> None:
    """Let every Python that starts from now on do something about sockets as it ends."""
    lines = ["import atexit", "def act():", "    import ctypes, socket", "    try:", f"        {act}"]
    lines += ["    except OSError:", "        pass", "atexit.register(act)", ""]
    (folder / "sitecustomize.py").write_text("\n".join(lines))
    monkeypatch.setenv("PYTHONPATH", str(folder))


def checked(method: Method, *steps: Step) -> AirGapReport:
    return check_air_gap(None, steps=steps or (MODELS,), method=method)


def available(method: Method, request: pytest.FixtureRequest) -> None:
    if method is KERNEL and not kernel_answers(ASK):
        pytest.skip("this kernel asks nobody about sockets")
    if method is STRACE:
        request.getfixturevalue("tracer")


@pytest.mark.parametrize("method", [KERNEL, STRACE, PYTHON], ids=lambda method: method.name)
class TestWhatIsPlanted:
    @pytest.mark.parametrize("act", [NATIVE, OWN], ids=["native code", "Python"])
    def test_a_socket_is_found(
        self, method: Method, act: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
    ) -> None:
        available(method, request)
        planted(tmp_path, monkeypatch, act)
        report = checked(method)
        if method is PYTHON and act is NATIVE:
            assert "native code" in method.sees and "not watched" in method.sees
            return
        assert report.found and report.complete
        assert "AF_INET" in report.steps[0].attempts[0]

    def test_nothing_is_found_where_nothing_is(
        self, method: Method, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
    ) -> None:
        available(method, request)
        planted(tmp_path, monkeypatch, WITHIN)
        report = checked(method)
        assert report.steps[0].attempts == ()
        assert not report.found and report.complete


def test_a_look_up_of_a_name_is_found_by_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    planted(tmp_path, monkeypatch, LOOKUP)
    assert any("socket.getaddrinfo" in attempt for attempt in checked(PYTHON).steps[0].attempts)


@needs_kernel
class TestTheKernel:
    def test_it_names_the_process_that_asked_and_refuses(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        planted(tmp_path, monkeypatch, OWN)
        (step,) = checked(KERNEL).steps
        assert any(
            attempt.startswith("socket(AF_INET6, SOCK_DGRAM) by") and "models list" in attempt
            for attempt in step.attempts
        )

    def test_a_process_of_a_process_is_watched_too(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        grandchild = "import ctypes; ctypes.CDLL(None).socket(10, 1, 0)"
        planted(
            tmp_path, monkeypatch, f"__import__('subprocess').run([{sys.executable!r}, '-S', '-c', {grandchild!r}])"
        )
        (step,) = checked(KERNEL).steps
        assert any(attempt.startswith("socket(AF_INET6, SOCK_STREAM) by") for attempt in step.attempts)

    def test_io_uring_which_would_hide_a_socket_is_found(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        planted(tmp_path, monkeypatch, "ctypes.CDLL(None).syscall(425, 1, None)")
        assert any("system call 425" in attempt for attempt in checked(KERNEL).steps[0].attempts)

    def test_screens_run_on_a_terminal_and_are_left(self) -> None:
        (screens,) = [step for step in all_steps(None) if step.name == "screens"]
        report = checked(KERNEL, screens)
        assert report.complete, report.steps
        assert not report.found


class TestWhatCouldNotBeSeen:
    def test_a_part_that_fails_leaves_the_check_incomplete(self) -> None:
        report = checked(PYTHON, Step("showing", ("show", "check.study")))
        assert not report.found and not report.complete
        assert "status 1" in report.steps[0].failed

    def test_a_part_that_works_on_what_another_did_not_make_is_not_run(self) -> None:
        report = checked(PYTHON, Step("showing", ("show", "check.study"), needs="check.study"))
        assert "there is no check.study" in report.steps[0].failed


class TestSeal:
    @staticmethod
    def in_a_process(code: str) -> str:
        done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
        return done.stdout.strip()

    @pytest.mark.skipif(not kernel_answers(REFUSE), reason="this kernel refuses no sockets")
    @pytest.mark.parametrize("family", ["AF_INET", "AF_INET6", "AF_NETLINK", "AF_PACKET", "AF_VSOCK"])
    def test_the_kernel_refuses_sockets_that_leave_the_machine(self, family: str) -> None:
        code = (
            "import socket, threading; from synthdial.airgap.seal import seal\n"
            "wait = threading.Event(); heard = []\n"
            "def other():\n"
            "    wait.wait()\n"
            f"    try: socket.socket(socket.{family}, socket.SOCK_RAW if '{family}' in ('AF_NETLINK', 'AF_PACKET')"
            " else socket.SOCK_STREAM)\n"
            "    except OSError as error: heard.append(error.errno)\n"
            "thread = threading.Thread(target=other); thread.start()\n"
            "assert seal(); wait.set(); thread.join(); socket.socketpair(); socket.socket(socket.AF_UNIX)\n"
            "print(heard)"
        )
        assert self.in_a_process(code) == "[13]"

    @pytest.mark.skipif(not kernel_answers(REFUSE), reason="this kernel refuses no sockets")
    @pytest.mark.parametrize("module", ["synthdial.cli.main", "synthdial.engine.worker"])
    def test_the_program_and_its_worker_begin_with_it(self, module: str) -> None:
        code = (
            f"import sys, socket, os; sys.argv = ['x', '--version']; from {module} import main\n"
            "r, w = os.pipe(); os.close(w); os.dup2(r, 0)\n"
            "import atexit\n"
            "def probe():\n"
            "    try: socket.socket()\n"
            "    except PermissionError: os.write(2, b'refused')\n"
            "sys.exit = lambda *a: None\n"
            "os._exit = lambda *a: probe() or os.kill(os.getpid(), 9)\n"
            "try: main()\n"
            "except BaseException: pass\n"
            "probe(); sys.stderr.flush()"
        )
        done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=False)
        assert "refused" in done.stderr

    def test_libraries_are_told_to_keep_quiet(self) -> None:
        code = (
            "import os; os.environ['TEXTUAL'] = 'devtools'; from synthdial.airgap.seal import seal; seal()\n"
            "print(os.environ['DO_NOT_TRACK'], os.environ['HF_HUB_OFFLINE'], os.environ['HF_HUB_DISABLE_TELEMETRY'],"
            " os.environ['AWS_EC2_METADATA_DISABLED'], 'TEXTUAL' in os.environ)"
        )
        assert self.in_a_process(code) == "1 1 1 true False"


def test_where_the_kernel_refuses_already_somebody_else_looks_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(seal._state, "sealed", True)
    assert best_method() is not KERNEL


class TestTrace:
    @pytest.mark.parametrize(
        "line",
        [
            "12 socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3<TCP:[1]>",
            "[pid 12] connect(3<TCP:[1]>, {sa_family=AF_INET, sin_port=htons(80)}, 16) = -1 ENETUNREACH",
            '12 sendto(4<UDP:[2]>, "x", 1, 0, NULL, 0 <unfinished ...>',
            "12 io_uring_setup(8, 0x7ffc) = 3",
            "socket(AF_NETLINK, SOCK_RAW|SOCK_CLOEXEC, NETLINK_ROUTE) = 3<NETLINK:[9]>",
        ],
    )
    def test_what_leaves_the_machine(self, line: str) -> None:
        assert len(outside([line])) == 1

    @pytest.mark.parametrize(
        "line",
        [
            "12 socketpair(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0, [3<UNIX-STREAM:[7]>, 4<UNIX-STREAM:[8]>]) = 0",
            '12 connect(3<UNIX-STREAM:[7]>, {sa_family=AF_UNIX, sun_path="/var/run/nscd/socket"}, 110) = -1 ENOENT',
            '12 sendto(3<UNIX-STREAM:[7->8]>, "x", 1, 0, NULL, 0) = 1',
            "12 <... connect resumed>) = 0",
            "12 +++ exited with 0 +++",
            "--- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED} ---",
        ],
    )
    def test_what_does_not(self, line: str) -> None:
        assert outside([line]) == []

    def test_real_traces_are_understood(self, tracer: str, tmp_path: Path) -> None:
        code = f"import socket; {WITHIN}; {OWN}"
        trace = tmp_path / "trace"
        subprocess.run([tracer, *OPTIONS, "-o", trace, sys.executable, "-c", code], check=True)
        (line,) = outside(trace.read_text().splitlines())
        assert line.startswith("socket(AF_INET6")


@pytest.mark.model
class TestDoctor:
    @staticmethod
    def doctor(*more: str, path: str = "") -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-P", "-m", "synthdial", "doctor", "--air-gap", *more]
        environment = os.environ | ({"PYTHONPATH": path} if path else {})
        return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)

    def test_every_part_runs_and_nothing_is_found(self, demo_model: Path, tables: None) -> None:
        done = self.doctor()
        assert done.returncode == 0, done.stdout + done.stderr
        assert f"{len(all_steps(None))} parts ran and asked for no socket" in done.stdout

    @needs_kernel
    def test_a_connection_of_the_engine_is_found(self, demo_model: Path, tmp_path: Path) -> None:
        (tmp_path / "sitecustomize.py").write_text(
            f"import sys\nif 'synthdial.engine.worker' in sys.orig_argv:\n    import ctypes\n    {NATIVE}\n"
        )
        done = self.doctor("--json", path=str(tmp_path))
        assert done.returncode == 1
        report = json.loads(done.stdout)
        assert report["found"]
        assert "synthdial.engine.worker" in report["steps"][0]["attempts"][0]
