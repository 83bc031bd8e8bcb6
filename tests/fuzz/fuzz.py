"""Throw damaged input at what reads other people's files.

    python tests/fuzz/fuzz.py [TARGET ...] [--seconds 60] [--keep FOLDER]

Each target runs in a process of its own, two side by side, guided by coverage (atheris). What a user can mend is a
SynthdialError; any other exception is a finding, ends the program with status 1 and leaves its input in FOLDER.
"""

import argparse
import io
import re
import subprocess
import sys
import tempfile
import unicodedata
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["synthdial", "webvtt", "praatio", "docx"]):
    from synthdial._core.dialogue import DialogueMeasurer
    from synthdial._core.terms import Lexicons
    from synthdial._core.words import Vocabulary
    from synthdial.errors import SynthdialError
    from synthdial.metrics.lexicons import load_lexicon
    from synthdial.transcripts import known_labels
    from synthdial.transcripts.elan import read_elan
    from synthdial.transcripts.jsonl import read_jsonl_line
    from synthdial.transcripts.subtitles import read_subtitles
    from synthdial.transcripts.tables import read_table
    from synthdial.transcripts.text import read_text
    from synthdial.transcripts.textgrid import read_textgrid
    from synthdial.transcripts.word import read_word

RULE = re.compile(r"\[[A-Z]+-\d+\]|[^\W\d_]+(?:['\-][^\W\d_]+)*|\d+")
FOLD = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u2010": "-", "\u2011": "-"})
SAMPLES = Path(__file__).parents[1] / "transcripts" / "samples"
LABELS = known_labels()
SCRATCH = Path(tempfile.mkdtemp()) / "input"
MEASURER = DialogueMeasurer(Lexicons(function_words=[["de"]], backchannels=[["ja"], ["ja", "hoor"]]))


def words(data: bytes) -> None:
    """The splitter, against the regular expression it stands for."""
    vocabulary = Vocabulary()
    ids = vocabulary.intern_text(data)
    types = vocabulary.words()
    text = unicodedata.normalize("NFC", data.decode("utf-8", "replace")).translate(FOLD)
    assert [types[k] for k in ids] == [word.lower() for word in RULE.findall(text)]


def measures(data: bytes) -> None:
    """All measures of a dialogue; a line is an utterance."""
    lines = data.split(b"\n")
    MEASURER.measure(bytes(len(line) % 3 for line in lines), lines)


def text(data: bytes) -> None:
    """Transcripts in plain text."""
    read_text(Path("x.txt"), data, LABELS)


def vtt(data: bytes) -> None:
    """WebVTT."""
    read_subtitles(Path("x.vtt"), data, LABELS)


def srt(data: bytes) -> None:
    """SubRip."""
    read_subtitles(Path("x.srt"), data, LABELS)


def textgrid(data: bytes) -> None:
    """Praat."""
    read_textgrid(Path("x.TextGrid"), data, LABELS)


def elan(data: bytes) -> None:
    """ELAN."""
    read_elan(Path("x.eaf"), data, LABELS)


def table(data: bytes) -> None:
    """Tables of any delimiter."""
    list(read_table(Path("x.csv"), data, LABELS, speaker=None, text=None, id_=None))


def word(data: bytes) -> None:
    """Word: a damaged archive, or a sound one with a damaged document."""
    if data[:2] != b"PK":
        target = io.BytesIO()
        with zipfile.ZipFile(SAMPLES / "word.docx") as whole, zipfile.ZipFile(target, "w") as archive:
            for member in whole.infolist():
                archive.writestr(member, data if member.filename == "word/document.xml" else whole.read(member))
        data = target.getvalue()
    read_word(Path("x.docx"), data, LABELS)


def jsonl(data: bytes) -> None:
    """A line of JSON, as it is and as the turns of a record."""
    read_jsonl_line(data, source="x.jsonl", number=1)


def lexicon(data: bytes) -> None:
    """Lexicons of columns, and SNOMED CT descriptions."""
    head = b"id\teffectiveTime\tactive\tmoduleId\tconceptId\tlanguageCode\ttypeId\tterm\tcaseSignificanceId\n"
    SCRATCH.write_bytes(head + data[1:] if data[:1] == b"\t" else data)
    load_lexicon(SCRATCH)


TARGETS: dict[str, Callable[[bytes], None]] = {
    target.__name__: target for target in (words, measures, text, vtt, srt, textgrid, elan, table, jsonl, word, lexicon)
}
SEEDS: dict[str, list[bytes]] = {
    "words": ["'s-Ochtends [PERSOON-1] patiënt 43 ΟΔΥΣΣΕΥΣ e\u0301e\u0301n ‘zo’n’ İ".encode()],
    "measures": [b"Ja hoor.\nHoe gaat het?\nGoed, goed."],
    "text": ["# Titel: x\nArts: Gaat u zitten.\nPatiënt: Ja.\n  en dan\nDr. B 2: Goed".encode()],
    "jsonl": [
        b'{"id": 1, "turns": [{"speaker": "Arts", "text": "Goed."}]}',
        b'{"messages": [{"role": "user", "content": "a"}, {"role": "system", "content": "b"}]}',
    ],
    "lexicon": [b"# x\nnieren\tnier\nnier\n", b"\t1\t2025\t1\t3\t42\tnl\t900000000000013009\tnier\t4\n"],
}


def sample(name: str) -> bytes:
    """One of the samples that the tests of formats read."""
    return (SAMPLES / name).read_bytes()


SEEDS |= {
    "vtt": [sample("teams.vtt")],
    "srt": [sample("whisper.srt")],
    "textgrid": [sample("praat.TextGrid"), sample("praat-short.TextGrid")],
    "elan": [sample("elan.eaf")],
    "table": [sample("excel.csv"), sample("zonder-kop.tsv")],
    "word": [zipfile.ZipFile(SAMPLES / "word.docx").read("word/document.xml")],
}


def one(data: bytes, target: Callable[[bytes], None]) -> None:
    """One input; problems that a user can mend are what is wanted."""
    try:
        target(data)
    except SynthdialError:
        return


def run_here(name: str, seconds: int, most: int, keep: Path) -> None:
    """Never returns: the fuzzer ends the process."""
    corpus = Path(tempfile.mkdtemp())
    for number, seed in enumerate(SEEDS[name]):
        (corpus / f"seed{number}").write_bytes(seed)
    options = [f"-max_total_time={seconds}", "-max_len=8192", f"-timeout={most}", "-rss_limit_mb=2048", "-verbosity=0"]
    atheris.Setup(
        [sys.argv[0], *options, "-print_final_stats=1", f"-artifact_prefix={keep}/{name}-", str(corpus)],
        lambda data: one(data, TARGETS[name]),
    )
    atheris.Fuzz()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("targets", nargs="*", default=list(TARGETS))
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--most", type=int, default=20, help="seconds that one input may take")
    parser.add_argument("--keep", type=Path, default=Path("build/fuzz"))
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    given.keep.mkdir(parents=True, exist_ok=True)
    if given.here:
        run_here(given.targets[0], given.seconds, given.most, given.keep)

    def start(name: str) -> tuple[str, subprocess.CompletedProcess[str]]:
        limits = ["--seconds", str(given.seconds), "--most", str(given.most)]
        command = [sys.executable, __file__, name, *limits, "--keep", str(given.keep), "--here"]
        return name, subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)

    failed = False
    with ThreadPoolExecutor(2) as pool:
        for name, done in pool.map(start, given.targets):
            inputs = re.search(r"number_of_executed_units: (\d+)", done.stdout + done.stderr)
            if done.returncode or not inputs:
                failed = True
                print(f"{name}: FOUND SOMETHING, see {given.keep}\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
            else:
                print(f"{name}: nothing in {int(inputs[1]):,} inputs, {given.seconds} s", flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
