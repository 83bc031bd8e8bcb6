"""Encrypted studies: unreadable without the passphrase, and like any other with it."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from review_studies import answer, study_of
from samples import PASSED, RECIPE, dialogue

from synthdial.dialogue import Dialogue
from synthdial.errors import SynthdialError
from synthdial.measure.sources import dialogues_of, pieces
from synthdial.passphrase import asking, checked_new, forget_keys, key_of, read_passphrase
from synthdial.review.session import ReviewSession
from synthdial.study import Study
from synthdial.study.audit import AuditLog
from synthdial.study.encrypt import encrypt_study
from synthdial.study.verify import verify
from synthdial.transcripts import ReadOptions

pytestmark = pytest.mark.slow

SECRET = "vier woorden zonder verband"
WORD = "Onmiskenbaar"


@pytest.fixture(autouse=True)
def no_key_is_known() -> Iterator[None]:
    forget_keys()
    yield
    forget_keys()


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """The content of a study, and of the same encrypted."""
    path = study_of(tmp_path_factory.mktemp("once") / "demo.study", 8)
    with Study(path) as study:
        study.add_dialogue(RECIPE, 9, dialogue(9, f"{WORD} verhaal?", "Ja."), PASSED)
        session = ReviewSession(study, "Els", "native")
        answer(session, session.items[0])
    content = path.read_bytes()
    encrypt_study(path, SECRET)
    return content, path.read_bytes()


@pytest.fixture
def plain(tmp_path: Path, once: tuple[bytes, bytes]) -> Path:
    path = tmp_path / "demo.study"
    path.write_bytes(once[0])
    return path


@pytest.fixture
def sealed(tmp_path: Path, once: tuple[bytes, bytes]) -> Path:
    path = tmp_path / "demo.study"
    path.write_bytes(once[1])
    return path


def knows(study: Path, attempt: int) -> str | None:
    return SECRET if attempt == 1 else None


def holds(path: Path) -> bool:
    """Whether any file in the folder holds the word in the clear."""
    return any(WORD.encode() in file.read_bytes() for file in path.parent.rglob("*") if file.is_file())


class TestEncrypting:
    def test_all_is_there_and_nothing_can_be_read_without_it(self, plain: Path) -> None:
        with Study(plain, read_only=True) as study:
            before, rows = list(study.dialogues()), list(study.summaries())
        assert holds(plain)
        encrypt_study(plain, SECRET)
        assert not holds(plain)
        assert [file.name for file in plain.parent.iterdir()] == ["demo.study"]
        assert plain.stat().st_mode & 0o777 == 0o600
        with asking(knows), Study(plain) as study:
            assert study.encrypted and list(study.dialogues()) == before and list(study.summaries()) == rows
            assert verify(study).holds
            assert [entry.action for entry in AuditLog(study).entries()][-1] == "passphrase set"

    def test_its_log_is_still_only_added_to(self, sealed: Path) -> None:
        refused = pytest.raises(SynthdialError, match="was not changed")
        with asking(knows), Study(sealed) as study, refused, study._writing():
            study._db.execute("DELETE FROM log")

    def test_the_old_file_is_overwritten(self, plain: Path) -> None:
        with plain.open("rb") as old:
            size = plain.stat().st_size
            encrypt_study(plain, SECRET)
            assert old.read() == bytes(size)

    def test_a_new_study_never_was_in_the_clear(self, tmp_path: Path) -> None:
        path = tmp_path / "nieuw.study"
        with Study(path, create=True, passphrase=SECRET) as study:
            study.add_recipe(RECIPE)
            study.add_dialogue(RECIPE, 1, dialogue(1, f"{WORD} verhaal?", "Ja."), PASSED)
            assert study.encrypted and not holds(path)  # the write-ahead log lies beside it now
            assert sorted(file.name for file in tmp_path.iterdir()) != ["nieuw.study"]
        forget_keys()
        assert not holds(path)
        with asking(knows), Study(path, read_only=True) as study:
            assert len(study) == 1

    def test_one_that_is_encrypted_stays_so(self, sealed: Path) -> None:
        content = sealed.read_bytes()
        with asking(knows), pytest.raises(SynthdialError, match="is encrypted already"):
            encrypt_study(sealed, SECRET)
        assert sealed.read_bytes() == content

    def test_one_that_is_open_elsewhere_is_left_as_it_was(self, plain: Path) -> None:
        code = (
            "import sqlite3, sys; db = sqlite3.connect(sys.argv[1], isolation_level=None); "
            "db.execute('BEGIN'); db.execute('SELECT count(*) FROM dialogues').fetchall(); print('ready', flush=True); "
            "sys.stdin.read()"
        )
        other = subprocess.Popen(
            [sys.executable, "-c", code, str(plain)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert other.stdout is not None and other.stdout.readline() == "ready\n"
        try:
            with pytest.raises(SynthdialError, match="is locked by another program"):
                encrypt_study(plain, SECRET)
        finally:
            other.communicate("")
        assert [file.name for file in plain.parent.iterdir()] == ["demo.study"]
        with Study(plain, read_only=True) as study:
            assert not study.encrypted and len(study) == 9

    @pytest.mark.parametrize("step", ["_finish", "_take_place"])
    def test_killed_on_the_way_the_study_is_as_it_was_and_the_copy_goes(self, plain: Path, step: str) -> None:
        code = (
            "import os, signal, sys; from pathlib import Path; from synthdial.study import encrypt; "
            f"encrypt.{step} = lambda *_: os.kill(os.getpid(), signal.SIGKILL); "
            "encrypt.encrypt_study(Path(sys.argv[1]), sys.argv[2])"
        )
        done = subprocess.run([sys.executable, "-c", code, str(plain), SECRET], check=False)
        assert done.returncode == -signal.SIGKILL
        assert any(file.name.endswith(".synthdial.part") for file in plain.parent.iterdir())
        with Study(plain) as study:
            assert not study.encrypted and len(study) == 9 and verify(study).holds
        assert not any(file.name.endswith(".part") for file in plain.parent.iterdir())


class TestOpening:
    def test_without_a_passphrase_one_message_says_so(self, sealed: Path) -> None:
        with pytest.raises(SynthdialError, match=r"is encrypted.*--passphrase-file"):
            Study(sealed)

    def test_a_wrong_one_says_so(self, sealed: Path, capfd: pytest.CaptureFixture[str]) -> None:
        asked: list[int] = []

        def wrong(study: Path, attempt: int) -> str | None:
            asked.append(attempt)
            return "iets anders dan dat" if attempt < 3 else None

        with asking(wrong), pytest.raises(SynthdialError, match="The passphrase does not open"):
            Study(sealed)
        assert asked == [1, 2, 3]
        assert capfd.readouterr() == ("", "")

    def test_it_is_asked_once(self, sealed: Path) -> None:
        asked: list[Path] = []

        def source(study: Path, attempt: int) -> str:
            asked.append(study)
            return SECRET

        with asking(source):
            for options in ({}, {"read_only": True}, {}):
                Study(sealed, **options).close()
        assert asked == [sealed]

    def test_a_thread_has_it_too(self, sealed: Path) -> None:
        counted: list[int] = []
        with asking(knows):
            thread = threading.Thread(target=lambda: counted.append(len(Study(sealed, read_only=True))))
            thread.start()
            thread.join()
        assert counted == [9]

    def test_a_plain_study_needs_no_library(self, plain: Path) -> None:
        code = (
            "import sys; sys.modules['sqlcipher3'] = None; from pathlib import Path; "
            "from synthdial.study import Study; print(len(Study(Path(sys.argv[1]), read_only=True)))"
        )
        done = subprocess.run([sys.executable, "-c", code, str(plain)], capture_output=True, text=True, check=False)
        assert done.stdout == "9\n", done.stderr

    def test_an_encrypted_one_without_the_library_is_a_message(
        self, sealed: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "sqlcipher3", None)
        with asking(knows), pytest.raises(SynthdialError, match="need the package sqlcipher3"):
            Study(sealed)

    def test_noise_is_taken_for_an_encrypted_study_and_anything_else_for_none(self, tmp_path: Path) -> None:
        noise, text = tmp_path / "ruis", tmp_path / "tekst"
        noise.write_bytes(os.urandom(8192))
        text.write_bytes(b"Arts: ja\n" * 4096)
        with asking(knows), pytest.raises(SynthdialError, match=r"does not open .*damaged or no study"):
            Study(noise)
        with asking(knows), pytest.raises(SynthdialError, match="is not a study"):
            Study(text)

    def test_a_damaged_one_is_a_message(self, sealed: Path) -> None:
        content = bytearray(sealed.read_bytes())
        content[-100] ^= 1
        sealed.write_bytes(content)
        with asking(knows), pytest.raises(SynthdialError), Study(sealed, read_only=True) as study:
            list(study.dialogues())
            verify(study)

    def test_its_locks_survive_a_second_look(self, sealed: Path) -> None:
        change = (
            "import sys; from sqlcipher3 import dbapi2; db = dbapi2.connect(sys.argv[1], timeout=0); "
            "db.execute(f\"PRAGMA key = '{sys.argv[2]}'\"); db.execute('PRAGMA journal_mode=DELETE')"
        )
        with asking(knows), Study(sealed) as writer:
            Study(sealed, read_only=True).close()
            done = subprocess.run(
                [sys.executable, "-c", change, str(sealed), SECRET], capture_output=True, text=True, check=False
            )
            assert "database is locked" in done.stderr
            writer.add_dialogue(RECIPE, 99, dialogue(99))

    def test_killed_while_it_writes_it_keeps_what_was_reported(self, sealed: Path) -> None:
        code = (
            "import os, signal, sys; from pathlib import Path; sys.path.insert(0, sys.argv[3]); "
            "from samples import RECIPE, dialogue; from synthdial.passphrase import asking; "
            "from synthdial.study import Study\n"
            "with asking(lambda study, attempt: sys.argv[2]):\n"
            "    study = Study(Path(sys.argv[1])); study.add_dialogue(RECIPE, 50, dialogue(50))\n"
            "    os.kill(os.getpid(), signal.SIGKILL)"
        )
        tests = str(Path(__file__).parents[1])
        done = subprocess.run([sys.executable, "-c", code, str(sealed), SECRET, tests], check=False)
        assert done.returncode == -signal.SIGKILL
        assert Path(f"{sealed}-wal").stat().st_size > 0 and not holds(sealed)
        with asking(knows), Study(sealed) as study:
            assert 50 in study.numbers(RECIPE) and verify(study).holds

    def test_raters_work_in_it(self, sealed: Path) -> None:
        with asking(knows), Study(sealed) as study:
            session = ReviewSession(study, "Bram", "native")
            answer(session, session.items[0])
            assert len(session.search("hoé")) == 0 and len(session.search("verhaal")) == 1
            assert verify(study).holds

    def test_it_is_measured(self, sealed: Path) -> None:
        with asking(knows):
            told = [one for piece in pieces([sealed]) for one in dialogues_of(piece, ReadOptions())]
        assert len(told) == 9 and isinstance(told[-1], Dialogue) and WORD in told[-1].turns[0].text


class TestPassphrases:
    def test_the_key_is_the_one_that_sqlcipher_makes(self, tmp_path: Path) -> None:
        from sqlcipher3 import dbapi2

        path = tmp_path / "a.db"
        db = dbapi2.connect(str(path), isolation_level=None)
        db.execute("PRAGMA key = 'één lange zin'")
        db.execute("CREATE TABLE t (a)")
        db.close()
        salt = path.read_bytes()[:16]
        db = dbapi2.connect(str(path), isolation_level=None)
        db.execute(f"PRAGMA key = \"x'{key_of('één lange zin', salt).hex()}{salt.hex()}'\"")
        assert db.execute("SELECT count(*) FROM t").fetchone() == (0,)
        db.close()
        with pytest.raises(sqlite3.DatabaseError, match="not a database"):
            sqlite3.connect(path).execute("SELECT * FROM t")

    def test_a_short_one_is_refused(self, plain: Path) -> None:
        with pytest.raises(SynthdialError, match="has 4 characters; 12 or more"):
            encrypt_study(plain, "kort")
        assert checked_new(SECRET) == SECRET

    def test_the_first_line_of_a_file(self, tmp_path: Path) -> None:
        path = tmp_path / "geheim"
        path.write_text(f"{SECRET}\r\ntweede\n", encoding="utf-8", newline="")
        assert read_passphrase(path) == SECRET
        path.write_bytes(b"\n")
        with pytest.raises(SynthdialError, match="is empty"):
            read_passphrase(path)
        path.write_bytes(b"\xff\xfe\x00")
        with pytest.raises(SynthdialError, match="no text in UTF-8"):
            read_passphrase(path)
        with pytest.raises(SynthdialError, match="cannot be read"):
            read_passphrase(tmp_path / "nergens")
