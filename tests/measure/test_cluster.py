"""Measuring on a cluster: the same figures as on one machine, whoever dies; and no text goes to a worker."""

import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pytest
from dask_cluster import Cluster, until

from synthdial.dialogue import Dialogue, Speaker, Turn
from synthdial.errors import SynthdialError
from synthdial.export.formats.lines import json_line
from synthdial.measure import MeasureRequest, measure, measure_corpus
from synthdial.measure import cluster as measuring
from synthdial.metrics import scenario_lexicon
from synthdial.study import Study

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.slow

MARK = "onmiskenbaar"
BY: list[Literal["dialogue", "speaker", "corpus"]] = ["dialogue", "speaker", "corpus"]


def talk(number: int) -> Dialogue:
    said = [f"{MARK} zegt de arts {number} keer dat het goed gaat met {'pijn ' * (number % 7)}en {number % 13}?"]
    said += [f"Uh, ja, {'heel ' * (number % 5)}goed, dokter, sinds {number % 11} weken."] * 2
    return Dialogue(
        f"gesprek-{number}", tuple(Turn((Speaker.DOCTOR, Speaker.PATIENT)[k % 2], text) for k, text in enumerate(said))
    )


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """Shared storage: JSON lines, one of them damaged, and a folder of transcripts."""
    folder = tmp_path_factory.mktemp("gedeeld")
    lines = folder / "gesprekken.jsonl"
    lines.write_text("".join(json_line(talk(number)) for number in range(600)) + "geen JSON\n", "utf-8")
    (folder / "transcripten").mkdir()
    for number in range(600, 640):
        (folder / "transcripten" / f"mevrouw-{number}.txt").write_text(talk(number).as_text(), "utf-8")
    return lines, folder / "transcripten"


@pytest.fixture(scope="module")
def two_workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    cluster.worker()
    cluster.worker()
    yield cluster
    cluster.close()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A scheduler without workers, whose tasks may end two of them."""
    (tmp_path / "cluster").mkdir()
    made = Cluster(tmp_path / "cluster", environment={"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"})
    yield made
    made.close()


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small corpus makes many pieces."""
    monkeypatch.setattr("synthdial.measure.sources._LEAST", 4 << 10)
    monkeypatch.setattr("synthdial.measure.sources._LOOKED_AT", 1 << 10)
    monkeypatch.setattr(measuring, "_TOGETHER", 2 << 10)


def everything(request: MeasureRequest, by: str) -> tuple[str, list[str]]:
    """All that is measured to the last bit, and what was remarked."""
    remarks: list[str] = []
    if by == "corpus":
        whole = measure_corpus(request, remark=remarks.append)
        spread = [whole.distributions.quantiles(name, (0.25, 0.75)) for name in request.metrics]
        texts = list(whole.sample.texts())
        return repr((whole.figures(), whole.turn_lengths.tolist(), spread, texts)), remarks
    return repr(list(measure(request, remark=remarks.append))), remarks


def refused(request: MeasureRequest) -> str:
    with pytest.raises(SynthdialError) as caught:
        list(measure(request))
    return str(caught.value)


def tasks_of(address: str) -> int:
    """How many tasks the scheduler knows of."""
    with distributed.Client(address, set_as_default=False) as client:
        return int(client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks)))


def busy(client: Any, name: str) -> int:
    """How many tasks a worker has been given."""
    return int(
        client.run_on_scheduler(
            lambda dask_scheduler: sum(
                len(state.processing) for state in dask_scheduler.workers.values() if state.name == name
            )
        )
    )


class TestTheSame:
    @pytest.mark.parametrize("by", BY)
    def test_as_on_one_machine_to_the_last_bit(
        self, corpus: tuple[Path, ...], two_workers: Cluster, by: Literal["dialogue", "speaker", "corpus"]
    ) -> None:
        rows: Literal["dialogue", "speaker"] = "speaker" if by == "speaker" else "dialogue"
        terms = scenario_lexicon({"pijn": ("zeer",), "weken": ()}, "proef")
        here = MeasureRequest(corpus, by=rows, terms=terms, jobs=1)
        there = MeasureRequest(corpus, by=rows, terms=terms, scheduler=two_workers.address)
        expected, remarks = everything(here, by)
        assert everything(there, by) == (expected, remarks)
        assert len(remarks) == 1 and "gesprekken.jsonl, line 601" in remarks[0]

    def test_relative_paths_are_those_of_this_machine(
        self, corpus: tuple[Path, ...], two_workers: Cluster, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(corpus[0].parent)
        there = MeasureRequest((Path(corpus[0].name),), scheduler=two_workers.address)
        assert everything(there, "dialogue") == everything(MeasureRequest(corpus[:1], jobs=1), "dialogue")

    def test_few_pieces_are_asked_for_ahead(self, corpus: tuple[Path, ...], two_workers: Cluster) -> None:
        advanced: list[int] = []
        rows = measure(MeasureRequest(corpus, scheduler=two_workers.address), advance=advanced.append)
        next(rows)
        # two for each of two threads, one more, and what all share
        assert tasks_of(two_workers.address) <= 2 * 2 + 2
        assert len(list(rows)) == 639 and len(advanced) > 20
        until(lambda: tasks_of(two_workers.address) == 0, "nothing is left on the cluster")

    def test_a_reader_that_stops_leaves_nothing_behind(self, corpus: tuple[Path, ...], two_workers: Cluster) -> None:
        rows = measure(MeasureRequest(corpus, scheduler=two_workers.address))
        next(rows)
        rows.close()  # type: ignore[attr-defined]
        until(lambda: tasks_of(two_workers.address) == 0, "nothing is left on the cluster")


class TestDeath:
    def test_a_worker_that_is_killed_on_the_way_is_survived(self, corpus: tuple[Path, ...], cluster: Cluster) -> None:
        doomed, _ = cluster.worker(), cluster.worker()
        rows = measure(MeasureRequest(corpus, scheduler=cluster.address))
        found = [next(rows)]
        doomed.kill()
        doomed.wait()
        found += rows
        assert repr(found) == repr(list(measure(MeasureRequest(corpus, jobs=1))))

    @pytest.mark.parametrize("by", ["dialogue", "corpus"])
    def test_also_by_the_command(self, corpus: tuple[Path, ...], cluster: Cluster, by: str) -> None:
        """It is halted while it has work, so that it cannot finish that, and killed when another is there."""
        arguments = ["measure", *map(str, corpus * 6), "--by", by, "--format", "json"]
        one = program(*arguments, "--jobs", "1")
        doomed = cluster.worker()
        with distributed.Client(cluster.address, set_as_default=False) as client:
            running = subprocess.Popen(
                [*PROGRAM, *arguments, "--scheduler", cluster.address], stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )

            def halted_at_work() -> bool:
                assert running.poll() is None, "it was done before the worker could be killed"
                if busy(client, "worker-1"):
                    doomed.send_signal(signal.SIGSTOP)
                    if busy(client, "worker-1"):
                        return True
                    doomed.send_signal(signal.SIGCONT)
                return False

            until(halted_at_work, "the worker has work")
            cluster.worker()
            doomed.kill()
            doomed.wait()
        out, err = running.communicate(timeout=90)
        assert running.returncode == 0, err
        assert out == one.stdout and len(out) > 5_000

    def test_a_piece_that_ends_every_worker_is_one_message(self, corpus: tuple[Path, ...], cluster: Cluster) -> None:
        deadly = (
            "import os, signal\n"
            "from synthdial.measure import errand\n"
            "errand.usual = getattr(errand, 'usual', errand.measure_piece)\n"  # this is run twice
            "def measure_piece(measurer, piece, by, reading):\n"
            "    if piece.source == 'mevrouw-620.txt': os.kill(os.getpid(), signal.SIGKILL)\n"
            "    return errand.usual(measurer, piece, by, reading)\n"
            "errand.measure_piece = measure_piece\n"
        )
        cluster.worker("--nanny", preload=deadly)
        cluster.worker("--nanny", preload=deadly)
        # the scheduler suspects whatever the two had with them: here that can only be others of the folder
        said = refused(MeasureRequest(corpus[1:], scheduler=cluster.address))
        assert said.startswith("2 workers died one after the other while they measured mevrouw-6")
        assert "tcp://127.0.0.1" in said and "want of memory" in said

    def test_when_no_worker_is_left_it_says_so(
        self, corpus: tuple[Path, ...], cluster: Cluster, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(measuring, "_PATIENCE", 1.0)
        worker = cluster.worker()
        rows = measure(MeasureRequest(corpus, scheduler=cluster.address))
        next(rows)
        worker.kill()
        worker.wait()
        with pytest.raises(SynthdialError, match="has no worker left"):
            list(rows)

    def test_a_scheduler_that_is_lost_is_one_message(self, corpus: tuple[Path, ...], cluster: Cluster) -> None:
        cluster.worker()
        rows = measure(MeasureRequest(corpus * 6, scheduler=cluster.address))
        next(rows)
        cluster.scheduler.kill()
        cluster.scheduler.wait()
        with pytest.raises(SynthdialError, match=rf"The scheduler {cluster.address} was lost\."):
            list(rows)


PROGRAM = [sys.executable, "-P", "-m", "synthdial"]


def program(*arguments: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*PROGRAM, *arguments], capture_output=True, check=False, **options)


class TestWhatTravels:
    """What goes to a worker, what comes back, and what is written down on the way."""

    def test_no_text_goes_to_a_worker(self, corpus: tuple[Path, ...]) -> None:
        errands = list(measuring._errands(measuring.pieces(list(corpus), shared=True)))
        assert len(errands) > 5 and MARK.encode() not in pickle.dumps(errands)
        assert all(piece.path.is_absolute() for errand in errands for piece in errand.pieces if piece.path)

    @pytest.mark.parametrize(("by", "holds_text"), [("dialogue", False), ("speaker", False), ("corpus", True)])
    def test_of_rows_figures_alone_come_back_and_of_a_corpus_a_sample_too(
        self, corpus: tuple[Path, ...], two_workers: Cluster, by: str, holds_text: bool
    ) -> None:
        request = MeasureRequest(corpus[1:])
        results = measuring.results_of_cluster(
            two_workers.address, request.paths, by, request.metrics, None, request.reading
        )
        assert (MARK.encode() in b"".join(map(pickle.dumps, results))) is holds_text

    def test_no_name_of_a_file_stands_in_logs(self, corpus: tuple[Path, ...], cluster: Cluster) -> None:
        """Also where something goes wrong: files are named after patients."""
        failing = (
            "from synthdial.measure import errand\n"
            "def measure_piece(*_): raise RuntimeError('of its own')\n"
            "errand.measure_piece = measure_piece\n"
        )
        cluster.worker(preload=failing)
        said = refused(MeasureRequest(corpus, scheduler=cluster.address))
        assert "A worker failed at gesprekken.jsonl: RuntimeError: of its own" in said
        assert "Compute Failed" in cluster.logs, "it is written down"
        assert "mevrouw" not in cluster.logs and "gesprekken" not in cluster.logs


class TestMessages:
    def test_dask_is_not_installed(self, corpus: tuple[Path, ...], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "distributed", None)
        said = refused(MeasureRequest(corpus, scheduler="tcp://127.0.0.1:8786"))
        assert "needs the package distributed" in said and "synthdial-edge[cluster]" in said

    @pytest.mark.parametrize("address", ["", "node1", "http://node1:80", "inproc://a/1", "tcp://node1", "tls://a:b"])
    def test_what_is_no_address(self, corpus: tuple[Path, ...], address: str) -> None:
        assert "is no address of a scheduler" in refused(MeasureRequest(corpus, scheduler=address))

    def test_nobody_answers(self, corpus: tuple[Path, ...], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(measuring, "SECONDS", 1.0)
        said = refused(MeasureRequest(corpus, scheduler="tcp://127.0.0.1:1"))
        assert said.startswith("The scheduler tcp://127.0.0.1:1 cannot be reached within 1 s") and "\n" not in said

    def test_nobody_answers_the_command(self, corpus: tuple[Path, ...]) -> None:
        done = program("measure", str(corpus[0]), "--scheduler", "localhost:1")
        assert done.returncode == 1 and done.stdout == b""
        lines = done.stderr.decode().splitlines()
        assert len(lines) == 2 and lines[0].startswith("synthdial-edge: The scheduler tcp://127.0.0.1:1 cannot"), lines

    def test_there_is_no_worker(
        self, corpus: tuple[Path, ...], cluster: Cluster, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(measuring, "SECONDS", 1.0)
        said = refused(MeasureRequest(corpus, scheduler=cluster.address))
        assert said == f"The scheduler {cluster.address} has no worker. Start some: dask worker {cluster.address}"

    def test_a_worker_of_another_version(self, corpus: tuple[Path, ...], cluster: Cluster) -> None:
        cluster.worker(preload="import synthdial.version\nsynthdial.version.__version__ = '0.0.9'\n")
        said = refused(MeasureRequest(corpus, scheduler=cluster.address))
        assert "has version 0.0.9 of this program" in said and "tcp://127.0.0.1" in said

    def test_one_that_comes_later(self, corpus: tuple[Path, ...], cluster: Cluster) -> None:
        cluster.worker()
        rows = measure(MeasureRequest(corpus, scheduler=cluster.address))
        next(rows)
        cluster.worker(preload="import synthdial.version\nsynthdial.version.__version__ = '0.0.9'\n")
        with pytest.raises(SynthdialError, match=r"has version 0\.0\.9 of this program"):
            while True:  # until the new one gets work
                list(rows)
                rows = measure(MeasureRequest(corpus, scheduler=cluster.address))

    def test_a_worker_without_the_program(self, corpus: tuple[Path, ...], cluster: Cluster) -> None:
        cluster.worker(preload="import sys\nsys.modules['synthdial'] = None\n")
        said = refused(MeasureRequest(corpus, scheduler=cluster.address))
        assert "The worker tcp://127.0.0.1" in said and "does not know this program" in said
        assert "pip install 'synthdial-edge[cluster]==" in said

    def test_a_worker_with_other_lexicons(self, corpus: tuple[Path, ...], cluster: Cluster, tmp_path: Path) -> None:
        cluster.worker(preload=f"import os\nos.environ['SYNTHDIAL_HOME'] = {str(tmp_path / 'other')!r}\n")
        (tmp_path / "other" / "lexicons").mkdir(parents=True)
        (tmp_path / "other" / "lexicons" / "hesitations.txt").write_text("tja\n")
        assert "has other lexicons" in refused(MeasureRequest(corpus, scheduler=cluster.address))

    def test_a_worker_that_does_not_see_the_path(
        self, corpus: tuple[Path, ...], cluster: Cluster, tmp_path: Path
    ) -> None:
        empty = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c")
        hide = f'mount -t tmpfs none {corpus[0].parent} && exec "$@"'
        if not shutil.which("unshare") or subprocess.run([*empty, hide, "-", "true"], check=False).returncode:
            pytest.skip("no file system of its own can be had here")
        cluster.worker(before=(*empty, hide, "-"))
        said = refused(MeasureRequest(corpus, scheduler=cluster.address))
        assert said.startswith("The worker tcp://127.0.0.1:")
        assert f"cannot read {corpus[0]}: No such file or directory" in said and "shared" not in said.split(":")[0]

    def test_a_file_that_is_another_one_there(
        self, corpus: tuple[Path, ...], two_workers: Cluster, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        usual = measuring._errand

        def longer(held: list[measuring.Piece]) -> measuring.Errand:
            return replace(usual(held), sizes=tuple(size + 1 for size in usual(held).sizes))

        monkeypatch.setattr(measuring, "_errand", longer)
        said = refused(MeasureRequest(corpus[:1], scheduler=two_workers.address))
        assert f"sees another file as {corpus[0]} than this machine" in said

    def test_standard_input_and_studies_stay_on_one_machine(
        self, corpus: tuple[Path, ...], two_workers: Cluster, tmp_path: Path
    ) -> None:
        address = two_workers.address
        assert "Standard input cannot be read by the workers" in refused(
            MeasureRequest((Path("-"),), scheduler=address)
        )
        Study(tmp_path / "a.study", create=True).close()
        for path in (tmp_path / "a.study", tmp_path):
            said = refused(MeasureRequest((path,), scheduler=address))
            assert f"{tmp_path / 'a.study'} is a study" in said and "without --scheduler" in said

    def test_a_path_that_is_not_there_is_said_as_without_a_cluster(self, two_workers: Cluster, tmp_path: Path) -> None:
        missing = (tmp_path / "weg.jsonl",)
        assert refused(MeasureRequest(missing, scheduler=two_workers.address)) == refused(MeasureRequest(missing))

    def test_processes_of_this_machine_do_not_go_with_it(self, corpus: tuple[Path, ...]) -> None:
        done = program("measure", str(corpus[0]), "--scheduler", "localhost:1", "--jobs", "2")
        assert done.returncode == 2 and b"give one of them" in done.stderr


@pytest.mark.skipif(shutil.which("openssl") is None, reason="certificates are made with openssl")
def test_with_tls_the_command_measures_and_without_a_certificate_nobody_gets_in(
    corpus: tuple[Path, ...], tmp_path: Path
) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=synthdial"]
    subprocess.run([*make, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    names = {"CA_FILE": certificate}
    for who in ("SCHEDULER", "WORKER", "CLIENT"):
        names |= {f"{who}__CERT": certificate, f"{who}__KEY": key}
    known = {f"DASK_DISTRIBUTED__COMM__TLS__{name}": str(path) for name, path in names.items()}
    (tmp_path / "cluster").mkdir()
    cluster = Cluster(tmp_path / "cluster", "tls", known)
    try:
        cluster.worker()
        assert cluster.address.startswith("tls://")
        arguments = ("measure", str(corpus[1]), "--format", "json", "--metrics", "turns")
        done = program(*arguments, "--scheduler", cluster.address, env=os.environ | known)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout) == json.loads(program(*arguments).stdout)
        for address in (cluster.address, cluster.address.replace("tls", "tcp")):
            stranger = program(*arguments, "--scheduler", address)
            assert stranger.returncode == 1 and b"cannot be reached" in stranger.stderr
    finally:
        cluster.close()
