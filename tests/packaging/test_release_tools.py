"""The programs that make a bundle of what PyInstaller wrote: the archive, the glibc that is needed, lock files."""

import subprocess
import sys
import tarfile
from pathlib import Path

import archive
import glibc
import pytest
from bill import of_the_bundle
from compare import main as compare
from lock import locked

LOCK = """\
# written by a program
alpha==1.0 \\
    --hash=sha256:aa
alpha-beta==2.0 ; python_version < '3.12' \\
    --hash=sha256:bb \\
    --hash=sha256:cc
gamma==3.0 \\
    --hash=sha256:dd
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "program"
    (made / "inside").mkdir(parents=True)
    (made / "run").write_bytes(b"#!/bin/sh\n")
    (made / "run").chmod(0o700)
    (made / "inside" / "b").write_bytes(b"b" * 1000)
    (made / "inside" / "a").symlink_to("b")
    return made


class TestArchive:
    def test_the_same_folder_gives_the_same_archive(self, folder: Path, tmp_path: Path) -> None:
        archive.pack(folder, tmp_path / "one", "p-1.0", 1_700_000_000, 1)
        for path in (*folder.rglob("*"), folder):
            if not path.is_symlink():
                path.touch()
        (folder / "inside" / "b").chmod(0o600)
        archive.pack(folder, tmp_path / "two", "p-1.0", 1_700_000_000, 1)
        assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()

    def test_it_says_nothing_of_this_machine_and_lets_everyone_read(self, folder: Path, tmp_path: Path) -> None:
        archive.pack(folder, tmp_path / "one", "p-1.0", 1_700_000_000, 1)
        with tarfile.open(tmp_path / "one") as tar:
            found = {info.name: info for info in tar}
        assert list(found) == ["p-1.0", "p-1.0/inside", "p-1.0/inside/a", "p-1.0/inside/b", "p-1.0/run"]
        assert {(info.uid, info.gid, info.uname, info.mtime) for info in found.values()} == {
            (0, 0, "root", 1_700_000_000)
        }
        assert found["p-1.0/run"].mode == 0o755 and found["p-1.0/inside/b"].mode == 0o644
        assert found["p-1.0/inside/a"].linkname == "b"

    def test_nothing_is_left_where_the_compressor_fails(
        self, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(archive, "_XZ", ("sh", "-c", "cat > /dev/null; exit 3"))
        with pytest.raises(subprocess.CalledProcessError):
            archive.pack(folder, tmp_path / "one", "p-1.0", 0)
        assert not (tmp_path / "one").exists()


class TestGlibc:
    def test_the_newest_version_that_is_asked_for_counts(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        for name in ("a", "b", "c"):
            (tmp_path / name).write_bytes(b"\x7fELF")
        asked = {"a": (2, 9), "b": (2, 34), "c": (2, 4)}
        monkeypatch.setattr(glibc, "needed", lambda path: asked[path.name])
        assert glibc.oldest_glibc(tmp_path) == ("2.34", tmp_path / "b")

    def test_it_is_read_from_a_program(self) -> None:
        if not sys.platform.startswith("linux"):
            pytest.skip("no ELF here")
        python = Path(sys.executable).resolve()
        assert glibc.needed(python) >= (2, 2)

    def test_what_is_no_program_is_passed_over(self, tmp_path: Path) -> None:
        (tmp_path / "text").write_text("ELF")
        with pytest.raises(ValueError, match="needs glibc"):
            glibc.oldest_glibc(tmp_path)


class TestLock:
    def test_a_package_is_found_by_its_whole_name(self) -> None:
        assert locked(LOCK, "alpha") == "alpha==1.0 \\\n    --hash=sha256:aa\n"
        assert "bb" in locked(LOCK, "alpha-beta") and "cc" in locked(LOCK, "alpha-beta")

    def test_the_last_one_too(self) -> None:
        assert locked(LOCK, "gamma").endswith("dd\n")

    def test_one_that_is_not_there_is_a_mistake(self) -> None:
        with pytest.raises(ValueError, match="delta"):
            locked(LOCK, "delta")


def test_the_bill_names_what_is_in_the_bundle_and_nothing_else() -> None:
    bill = {
        "components": [
            {"name": "wn", "bom-ref": "w", "externalReferences": [{"url": "file:///here"}]},
            {"name": "httpx", "bom-ref": "h"},
        ],
        "dependencies": [{"ref": "w", "dependsOn": ["h"]}, {"ref": "h", "dependsOn": []}],
    }
    found = of_the_bundle(bill, [{"name": "libstdc++6", "bom-ref": "s"}])
    assert [one["name"] for one in found["components"]] == ["wn", "libstdc++6"]
    assert found["dependencies"] == [{"ref": "w", "dependsOn": []}]
    assert "file:" not in str(found)


def test_two_manifests_are_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text('{"files": [{"path": "a", "sha256": "1"}, {"path": "b", "sha256": "2"}]}')
    two.write_text(
        '{"files": [{"path": "a", "sha256": "1"}, {"path": "b", "sha256": "3"}, {"path": "c", "sha256": "4"}]}'
    )
    monkeypatch.setattr(sys, "argv", ["compare", str(one), str(one)])
    assert compare() == 0
    monkeypatch.setattr(sys, "argv", ["compare", str(one), str(two)])
    assert compare() == 1
    assert capsys.readouterr().out.splitlines()[-3:] == [
        "b differs", "c is in the second only", "2 files and 3: 2 differ",
    ]  # fmt: skip
