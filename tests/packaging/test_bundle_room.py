"""The standalone program as a stranger's: an empty root with glibc alone, no network, no home, nothing to write to
but a folder of its own."""

import json
import os
import pty
import select
import shutil
import subprocess
import time
from pathlib import Path

import pyarrow.parquet
import pytest
from room import Room

pytestmark = [pytest.mark.bundle, pytest.mark.slow]

PATIENCE = 120.0  # seconds until something is taken for hanging; nothing is measured
TRANSCRIPT = "Arts: Goedemorgen mevrouw De Vries, hoe gaat het?\nPatiënt: Gaat wel, ik ben op 3 maart gevallen.\n"
WORDNET = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE LexicalResource SYSTEM "http://globalwordnet.github.io/schemas/WN-LMF-1.0.dtd">
<LexicalResource xmlns:dc="http://purl.org/dc/elements/1.1/">
  <Lexicon id="t" label="t" language="nl" email="t@example.org" license="x" version="1">
    <LexicalEntry id="a"><Lemma writtenForm="dokter" partOfSpeech="n"/><Sense id="a1" synset="s"/></LexicalEntry>
    <LexicalEntry id="b"><Lemma writtenForm="medicus" partOfSpeech="n"/><Sense id="b1" synset="s"/></LexicalEntry>
    <Synset id="s" ili="" partOfSpeech="n"/>
  </Lexicon>
</LexicalResource>
"""


@pytest.fixture(scope="module")
def study(room: Room, bundled_model: Path, small_reference: Path) -> str:
    """Two dialogues, written there with the model that came along."""
    shutil.copy(small_reference, room.work / "short.txt")
    room.works(
        "batch", "a.study", "--count", "2", "--max-words", "60", "--preset", "plain", "--quiet",
        "--reference", "short.txt", "--unchecked-references",
    )  # fmt: skip
    return "a.study"


class TestWithoutAModel:
    def test_the_machine_is_examined(self, room: Room) -> None:
        facts = room.json("doctor", "--json")["facts"]
        assert "portable" in facts["llama.cpp"]
        assert facts["network"] == "the kernel refuses it to the program"

    def test_every_file_is_what_was_signed(self, room: Room) -> None:
        assert "Each is as it was" in room.works("verify")

    def test_references_are_checked_at_once_with_the_tables_that_came_along(self, room: Room) -> None:
        (room.work / "t.txt").write_text(TRANSCRIPT, encoding="utf-8")
        found = room.works("reference", "check", "t.txt")
        assert "Building the lookup tables" not in found
        counts = dict(line.rsplit(None, 1) for line in found.splitlines() if line.strip()[-1:].isdigit())
        assert counts["name"] == "1" and counts["date"] == "1"

    def test_transcripts_are_measured_and_a_wordnet_is_read_without_an_http_client(self, room: Room) -> None:
        (room.work / "u.txt").write_text(TRANSCRIPT, encoding="utf-8")
        (room.work / "words.xml").write_text(WORDNET, encoding="utf-8")
        said = room.works(
            "measure", "u.txt", "--scenario", "nefrologie-uitslagen", "--wordnet", "words.xml", "--format", "json"
        )
        assert json.loads(said)

    def test_a_model_that_is_taken_in_has_nowhere_to_go(self, room: Room) -> None:
        (room.work / "x.gguf").write_bytes(b"GGUF")
        assert "Traceback" not in room.refused("models", "add", "x.gguf")


@pytest.mark.model
class TestWithTheModel:
    def test_dialogues_are_written(self, room: Room, study: str) -> None:
        assert "2 dialogues in a.study" in room.works("list", study)

    def test_they_are_measured_in_several_processes(self, room: Room, study: str) -> None:
        assert "2 dialogues." in room.works("measure", study, "--jobs", "2")

    def test_figures_are_written_as_parquet(self, room: Room, study: str) -> None:
        room.works("measure", study, "--by", "dialogue", "--format", "parquet", "-o", "figures.parquet")
        assert pyarrow.parquet.read_table(room.work / "figures.parquet").num_rows == 2

    def test_a_report_is_drawn(self, room: Room, study: str) -> None:
        room.works("report", study, "-o", "report.html", "--lang", "nl")
        page = (room.work / "report.html").read_text("utf-8")
        assert page.count("<svg") > 2 and page.rstrip().endswith("</html>")

    def test_they_are_exported(self, room: Room, study: str) -> None:
        room.works("export", study, "-o", "all.jsonl")
        lines = (room.work / "all.jsonl").read_text("utf-8").splitlines()
        assert len(lines) == 2 and all(json.loads(line)["turns"] for line in lines)

    def test_they_are_exported_as_parquet(self, room: Room, study: str) -> None:
        room.works("export", study, "-o", "all.parquet")
        assert pyarrow.parquet.read_table(room.work / "all.parquet").num_rows == 2

    def test_a_study_is_encrypted(self, room: Room, study: str) -> None:
        shutil.copy(room.work / study, room.work / "secret.study")
        (room.work / "secret.study").chmod(0o666)
        (room.work / "passphrase").write_text("een lange zin die niemand raadt\n", encoding="utf-8")
        os.chown(room.work / "secret.study", room.work.stat().st_uid, room.work.stat().st_gid)
        room.works("--passphrase-file", "passphrase", "encrypt", "secret.study", "--yes")
        assert not (room.work / "secret.study").read_bytes().startswith(b"SQLite format 3")
        assert "2 dialogues" in room.works("--passphrase-file", "passphrase", "list", "secret.study")

    def test_no_part_of_it_asks_for_a_network(self, room: Room, bundled_model: Path) -> None:
        found = room.json("doctor", "--air-gap", "--json")
        assert found["complete"] and not found["found"]

    def test_nothing_was_left_in_the_temporary_folder(self, room: Room, study: str) -> None:
        assert list((room.root / "tmp").iterdir()) == []
        assert "~" not in {path.name for path in room.work.iterdir()}


class TestScreens:
    def test_they_open_and_close_in_a_terminal(self, room: Room) -> None:
        master, slave = pty.openpty()
        process = subprocess.Popen(
            room.command("--lang", "nl"), stdin=slave, stdout=slave, stderr=slave,
            env={"TERM": "xterm-256color", "COLUMNS": "120", "LINES": "40"}, start_new_session=True,
        )  # fmt: skip
        os.close(slave)
        try:
            seen = _until(master, b"", b"Zo begint u")
            os.write(master, b"\x11")  # Ctrl+Q
            _until(master, seen, b"\x1b[?1049l")  # the terminal is as it was
            assert process.wait(timeout=PATIENCE) == 0
        finally:
            process.kill()
            process.wait()
            os.close(master)

    def test_they_open_in_tmux(self, room: Room, tmp_path: Path) -> None:
        tmux = shutil.which("tmux")
        if tmux is None:
            pytest.skip("tmux is not installed")
        server = [tmux, "-S", str(tmp_path / "tmux"), "-f", os.devnull]
        begin = [*server, "new-session", "-d", "-x", "120", "-y", "40", *room.command("--lang", "en")]
        subprocess.run(begin, check=True, timeout=60)
        try:
            end = time.monotonic() + PATIENCE
            shown = ""
            while "How to begin" not in shown:
                assert time.monotonic() < end, shown
                time.sleep(0.1)
                done = subprocess.run([*server, "capture-pane", "-p"], capture_output=True, text=True, check=True)
                shown = done.stdout
        finally:
            subprocess.run([*server, "kill-server"], capture_output=True, timeout=60, check=False)


def _until(master: int, seen: bytes, mark: bytes) -> bytes:
    end = time.monotonic() + PATIENCE
    while mark not in seen:
        ready = select.select([master], [], [], max(0.0, end - time.monotonic()))[0]
        assert ready, f"no {mark!r} in {seen[-600:]!r}"
        try:
            seen += os.read(master, 1 << 16)
        except OSError:
            break
    assert mark in seen, seen[-600:]
    return seen
