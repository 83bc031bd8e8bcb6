"""The one opening in the closed network: TCP, for ``measure --scheduler`` alone, and nothing else with it."""

import subprocess
import sys
from pathlib import Path

import pytest

from synthdial.airgap.filter import ASK, CALLS, REFUSE, program_of
from synthdial.airgap.watch import kernel_answers
from synthdial.cli import sealing
from synthdial.cli.sealing import scheduler_in

needs_kernel = pytest.mark.skipif(not kernel_answers(REFUSE), reason="this kernel refuses no sockets")

TRY = (
    "import errno, socket, sys\n"
    "def tries(*what):\n"
    "    try: socket.socket(*what).close(); return 'made'\n"
    "    except OSError as error: return errno.errorcode[error.errno]\n"
)
TCP = "tries(socket.AF_INET, socket.SOCK_STREAM)"


def in_a_process(code: str, *arguments: str) -> str:
    command = [sys.executable, "-P", "-c", TRY + code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


class TestWhoAsksForIt:
    @pytest.mark.parametrize(
        ("arguments", "address"),
        [
            ("measure a.jsonl --scheduler tls://n:1", "tls://n:1"),
            ("measure --scheduler=tls://n:1 a.jsonl", "tls://n:1"),
            ("--lang nl --passphrase-file f measure a --scheduler n:1", "n:1"),
            ("--passphrase-file=f measure a --scheduler n:1", "n:1"),
        ],
    )
    def test_measure_with_the_option(self, arguments: str, address: str) -> None:
        assert scheduler_in(arguments.split()) == address

    @pytest.mark.parametrize(
        "arguments",
        [
            "",
            "--help",
            "measure a.jsonl",
            "measure a.jsonl --scheduler",
            "measure -- --scheduler n:1",
            "measure a --scheduled n:1",
            "batch measure --scheduler n:1",
            "batch a.study --count 1 --scheduler n:1",
            "--passphrase-file measure list --scheduler n:1",
            "--lang nl",
            "--scheduler n:1 list measure",
            "--engine-worker",
        ],
    )
    def test_nobody_else(self, arguments: str) -> None:
        assert scheduler_in(arguments.split()) is None

    def test_a_name_is_looked_up_before(self, monkeypatch: pytest.MonkeyPatch) -> None:
        sealed: list[bool] = []
        monkeypatch.setattr(sealing, "seal", lambda *, tcp=False: sealed.append(tcp))
        for address, number in [
            ("tls://localhost:8786", "tls://127.0.0.1:8786"),
            ("localhost:8786", "127.0.0.1:8786"),
            ("tcp://[::1]:8786", "tcp://[::1]:8786"),
            ("tls://nobody.invalid:8786", "tls://nobody.invalid:8786"),
            ("nonsense", "nonsense"),
        ]:
            sealing.seal_for(["measure", "x", "--scheduler", address])
            assert sealing.looked_up(address) == number
        sealing.seal_for(["measure", "x"])
        assert sealed == [True] * 5 + [False]


@needs_kernel
class TestWhatIsOpen:
    SEALED = "from synthdial.cli.sealing import seal_for\nseal_for(sys.argv[1:])\n"

    def test_without_the_option_nothing(self) -> None:
        assert in_a_process(f"{self.SEALED}print({TCP})", "measure", "a.jsonl") == "EACCES"

    @pytest.mark.parametrize("family", ["AF_INET", "AF_INET6"])
    def test_with_it_connections_by_tcp(self, family: str) -> None:
        made = f"tries(socket.{family}, socket.SOCK_STREAM), tries(socket.{family}, socket.SOCK_STREAM, 6)"
        blocking = f"tries(socket.{family}, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)"
        said = in_a_process(f"{self.SEALED}print({made}, {blocking})", "measure", "a", "--scheduler", "127.0.0.1:1")
        assert set(said.split()) <= {"made", "EAFNOSUPPORT"} and (family != "AF_INET" or "made" in said)

    @pytest.mark.parametrize(
        "what",
        [
            "AF_INET, socket.SOCK_DGRAM",
            "AF_INET6, socket.SOCK_DGRAM",
            "AF_INET, socket.SOCK_RAW, 1",
            "AF_INET, socket.SOCK_STREAM, 132",
            "AF_INET, socket.SOCK_STREAM, 262",
            "AF_INET, socket.SOCK_SEQPACKET",
            "AF_NETLINK, socket.SOCK_RAW",
            "AF_PACKET, socket.SOCK_RAW",
            "AF_VSOCK, socket.SOCK_STREAM",
        ],
    )
    def test_and_no_other_socket(self, what: str) -> None:
        code = f"{self.SEALED}print(tries(socket.{what}))"
        assert in_a_process(code, "measure", "a", "--scheduler", "127.0.0.1:1") == "EACCES"

    def test_nobody_can_connect_to_it(self) -> None:
        code = (
            f"{self.SEALED}"
            "taker = socket.socket()\n"
            "taker.bind(('127.0.0.1', 0))\n"
            "try: taker.listen()\n"
            "except OSError as error: print(errno.errorcode[error.errno])\n"
        )
        assert in_a_process(code, "measure", "a", "--scheduler", "127.0.0.1:1") == "EACCES"

    def test_a_measure_that_turns_out_to_have_no_scheduler_closes_it(self, tmp_path: Path) -> None:
        """Here the option's name is the value of another one."""
        (tmp_path / "a.txt").write_text("Arts: Dag.\nPatiënt: Dag.\n", "utf-8")
        code = (
            f"{self.SEALED}"
            f"before = {TCP}\n"
            "from synthdial.cli.main import cli\n"
            "cli(sys.argv[1:], standalone_mode=False)\n"
            f"print(before, {TCP})\n"
        )
        arguments = ("measure", str(tmp_path / "a.txt"), "--id-column", "--scheduler", str(tmp_path / "a.txt"))
        assert in_a_process(code, *arguments).splitlines()[-1] == "made EACCES"

    def test_the_program_itself_begins_so(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text("Arts: Dag.\nPatiënt: Dag.\n", "utf-8")
        for more, expected in (((), "EACCES"), (("--scheduler", "127.0.0.1:1"), "made")):
            code = (
                "import atexit\n"
                f"atexit.register(lambda: print({TCP}))\n"
                "from synthdial.cli.main import main\n"
                "import synthdial.measure.cluster as cluster\n"
                "cluster.SECONDS = 0.5\n"
                "main()\n"
            )
            command = [sys.executable, "-P", "-c", TRY + code, "measure", str(tmp_path / "a.txt"), *more]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert done.stdout.splitlines()[-1] == expected, done.stderr


@pytest.mark.parametrize("verdict", [REFUSE, ASK])
@pytest.mark.parametrize("processor", sorted(CALLS))
def test_the_filter_without_the_opening_is_the_shorter_one(verdict: int, processor: str) -> None:
    closed, opened = (program_of(CALLS[processor], verdict, tcp=tcp) for tcp in (False, True))
    assert len(closed) % 8 == len(opened) % 8 == 0 and len(closed) < len(opened)
