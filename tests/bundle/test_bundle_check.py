"""A bundle that is as it was signed is found whole; any change to any file of it is found."""

import contextlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from manifest import make_key, write_manifest
from nacl.signing import SigningKey
from signed import OTHER_SEED, SEED, make_bundle, public_line, sign, signature

from synthdial.bundle import check_bundle, read_manifest
from synthdial.bundle.manifest import CHECKSUMS, MANIFEST, PUBLIC_KEY, SIGNATURE
from synthdial.bundle.signature import NAMESPACE, PublicKey, check_signature, read_public_key
from synthdial.errors import SynthdialError

LIBRARY = "_internal/lib/libggml.so.0"
needs_ssh_keygen = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="there is no ssh-keygen here")


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return make_bundle(tmp_path / "synthdial-edge")


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "els.pub"
    path.write_text(public_line(), encoding="utf-8")
    return path


def refusal(folder: Path, **options: Path) -> str:
    with pytest.raises(SynthdialError) as raised:
        check_bundle(folder, **options)
    return str(raised.value)


class TestWhole:
    def test_every_file_is_read_and_counted(self, bundle: Path, key: Path) -> None:
        read: list[int] = []
        found = check_bundle(bundle, key=key, advance=read.append)
        assert found.whole and not found.remarks
        assert (found.files, found.size) == (6, sum(read))
        assert found.size == len(b"\x7fELF program") + len(b"\x7fELF library") + len("Arts: Goed.\n") + len("raar")
        assert found.about == {"version": "1.2.3", "glibc": "2.34"}

    def test_it_says_whose_key_it_was_and_where_that_came_from(self, bundle: Path, key: Path, tmp_path: Path) -> None:
        given = check_bundle(bundle, key=key)
        assert given.key is not None and given.key.comment == "els@ziekenhuis" and given.key_from == "given"
        trusted = tmp_path / "trusted"
        assert check_bundle(bundle, trusted=trusted).key_from == "bundle"
        trusted.mkdir()
        (trusted / "anders.pub").write_text(public_line(OTHER_SEED), encoding="utf-8")
        assert "another key" in refusal(bundle, trusted=trusted)
        shutil.copy(key, trusted)
        assert check_bundle(bundle, trusted=trusted).key_from == "trusted"

    def test_a_bundle_without_a_signature_is_checked_unless_a_key_is_asked_for(self, bundle: Path, key: Path) -> None:
        (bundle / SIGNATURE).unlink()
        found = check_bundle(bundle)
        assert found.whole and found.key is None
        assert "not signed" in refusal(bundle, key=key)

    def test_nothing_needs_to_be_written(self, bundle: Path, key: Path) -> None:
        before = {path: path.lstat().st_mtime_ns for path in bundle.rglob("*")}
        check_bundle(bundle, key=key)
        assert {path: path.lstat().st_mtime_ns for path in bundle.rglob("*")} == before

    def test_files_that_anyone_may_change_are_remarked(self, bundle: Path) -> None:
        (bundle / LIBRARY).chmod(0o666)
        found = check_bundle(bundle)
        assert found.whole and "change 1 of the files" in found.remarks[0]


def flip(folder: Path) -> None:
    content = bytearray((folder / LIBRARY).read_bytes())
    content[3] ^= 1
    (folder / LIBRARY).write_bytes(content)


def lengthen(folder: Path) -> None:
    with (folder / LIBRARY).open("ab") as file:
        file.write(b"\0")


def make_a_link_of_it(folder: Path) -> None:
    (folder / LIBRARY).rename(folder.parent / "elders")
    (folder / LIBRARY).symlink_to(folder.parent / "elders")


def make_a_pipe_of_it(folder: Path) -> None:
    (folder / LIBRARY).unlink()
    os.mkfifo(folder / LIBRARY)


def lead_the_link_elsewhere(folder: Path) -> None:
    link = folder / "_internal/lib/libggml.so"
    link.unlink()
    link.symlink_to("/tmp/libggml.so.0")


def make_a_file_of_the_link(folder: Path) -> None:
    link = folder / "_internal/lib/libggml.so"
    link.unlink()
    link.write_bytes(b"\x7fELF library")


def let_nobody_run_it(folder: Path) -> None:
    (folder / "synthdial-edge").chmod(0o644)


def let_it_be_run(folder: Path) -> None:
    (folder / LIBRARY).chmod(0o755)


def take_away(folder: Path) -> None:
    (folder / LIBRARY).unlink()


def take_the_folder_away(folder: Path) -> None:
    shutil.rmtree(folder / "_internal" / "lib")


def plant_a_library(folder: Path) -> None:
    (folder / "_internal" / "lib" / "libggml-cpu-evil.so").write_bytes(b"\x7fELF")


def plant_in_a_new_folder(folder: Path) -> None:
    (folder / "_internal" / "nieuw" / "diep").mkdir(parents=True)
    (folder / "_internal" / "nieuw" / "diep" / "sitecustomize.py").write_text("import os")


def plant_a_link(folder: Path) -> None:
    (folder / "models").symlink_to("/tmp")


def plant_under_a_name_of_the_manifest(folder: Path) -> None:
    (folder / "_internal" / MANIFEST).write_text("{}")


def change_the_checksums(folder: Path) -> None:
    (folder / CHECKSUMS).write_bytes((folder / CHECKSUMS).read_bytes().replace(b"0", b"1"))


def plant_a_pipe(folder: Path) -> None:
    os.mkfifo(folder / "pijp")


class TestTampered:
    @pytest.mark.parametrize(
        ("tamper", "where"),
        [
            (flip, "changed"),
            (lengthen, "changed"),
            (make_a_link_of_it, "changed"),
            (make_a_pipe_of_it, "changed"),
            (lead_the_link_elsewhere, "changed"),
            (make_a_file_of_the_link, "changed"),
            (change_the_checksums, "changed"),
            (let_nobody_run_it, "changed"),
            (let_it_be_run, "changed"),
            (take_away, "missing"),
            (take_the_folder_away, "missing"),
            (plant_a_library, "added"),
            (plant_in_a_new_folder, "added"),
            (plant_a_link, "added"),
            (plant_under_a_name_of_the_manifest, "added"),
            (plant_a_pipe, "added"),
        ],
    )
    def test_it_is_found(self, bundle: Path, key: Path, tamper: Callable[[Path], None], where: str) -> None:
        tamper(bundle)
        found = check_bundle(bundle, key=key)
        assert not found.whole
        assert getattr(found, where)

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.data())
    def test_any_byte_of_any_file_counts(self, tmp_path: Path, data: st.DataObject) -> None:
        folder = tmp_path / "b"
        shutil.rmtree(folder, ignore_errors=True)
        make_bundle(folder)
        files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
        path = data.draw(st.sampled_from([path for path in files if path.stat().st_size]))
        content = bytearray(path.read_bytes())
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] ^= 1 << data.draw(st.integers(0, 7))
        path.write_bytes(content)
        key = tmp_path / "k.pub"
        key.write_text(public_line(), encoding="utf-8")
        if path.name == PUBLIC_KEY:  # the key in the bundle counts for nothing where the user names one
            assert check_bundle(folder, key=key).whole
            return
        try:
            found = check_bundle(folder, key=key)
        except SynthdialError:
            assert path.name in (MANIFEST, SIGNATURE)
        else:
            # the last letter of base64 may stand for bits that nobody reads, and blanks about lines do not count
            assert not found.whole or path.name == SIGNATURE

    def test_a_manifest_that_was_made_anew_does_not_bear_the_signature(self, bundle: Path, key: Path) -> None:
        old = (bundle / SIGNATURE).read_bytes()
        plant_a_library(bundle)
        write_manifest(bundle, {"version": "1.2.3"})
        (bundle / SIGNATURE).write_bytes(old)
        assert "was changed after it was signed" in refusal(bundle, key=key)

    def test_a_bundle_signed_anew_by_another_is_refused(self, bundle: Path, key: Path) -> None:
        plant_a_library(bundle)
        write_manifest(bundle, {"version": "1.2.3"})
        sign(bundle, OTHER_SEED)
        assert "was signed by another key" in refusal(bundle, key=key)
        assert check_bundle(bundle).key_from == "bundle", "that is all the bundle's own key can say"

    def test_a_signature_for_another_purpose_is_refused(self, bundle: Path, key: Path) -> None:
        sign(bundle, namespace="git")
        assert "another purpose, 'git'" in refusal(bundle, key=key)


class TestFiles:
    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"\xff\xfe",
            b"[]",
            b"[" * 100_000,
            b'{"format": "1"}',
            b'{"format": 1, "about": {"a": 1}, "files": [{}]}',
            b'{"format": 1, "about": {}, "files": []}',
            b'{"format": 1, "about": {}, "files": [7]}',
            b'{"format": 1, "about": {}, "files": [{"path": "a", "size": true, "sha256": "' + b"0" * 64 + b'"}]}',
            b'{"format": 1, "about": {}, "files": [{"path": "a", "size": 1, "sha256": "zz"}]}',
        ],
    )
    def test_what_is_no_manifest_is_one_message(self, content: bytes) -> None:
        with pytest.raises(SynthdialError, match="manifest"):
            read_manifest(content)

    @pytest.mark.parametrize("path", ["/etc/passwd", "../a", "a/../../b", "a//b", "", ".", "a/.", "a\x00b", MANIFEST])
    def test_a_path_that_leads_elsewhere_is_refused(self, path: str) -> None:
        entry = {"path": path, "size": 1, "sha256": "0" * 64}
        with pytest.raises(SynthdialError, match="no place in a bundle"):
            read_manifest(json.dumps({"format": 1, "about": {}, "files": [entry]}).encode())

    def test_a_file_named_twice_is_refused(self) -> None:
        entry = b'{"path": "a", "size": 1, "sha256": "' + b"0" * 64 + b'"}'
        with pytest.raises(SynthdialError, match="twice"):
            read_manifest(b'{"format": 1, "about": {}, "files": [' + entry + b"," + entry + b"]}")

    def test_a_newer_format_says_what_to_do(self) -> None:
        with pytest.raises(SynthdialError, match="bundle's own program"):
            read_manifest(b'{"format": 2}')

    @pytest.mark.parametrize(
        "content", [b"", b"x", b"-----BEGIN SSH SIGNATURE-----\n!!\n-----END SSH SIGNATURE-----", b"\xff"]
    )
    def test_a_damaged_signature_is_one_message(self, bundle: Path, key: Path, content: bytes) -> None:
        (bundle / SIGNATURE).write_bytes(content)
        assert "signature is damaged" in refusal(bundle, key=key)

    @given(st.integers(0, 300), st.binary(max_size=4))
    @settings(max_examples=200, deadline=None)
    def test_no_damage_to_a_signature_raises_anything_else(self, at: int, put: bytes) -> None:
        content = bytearray(signature(b"inhoud"))
        content[at : at + len(put)] = put
        key = PublicKey(bytes(SigningKey(SEED).verify_key))
        with contextlib.suppress(SynthdialError):
            check_signature(b"inhoud", bytes(content), key)

    def test_a_private_key_is_not_taken_for_a_public_one(self, tmp_path: Path, bundle: Path) -> None:
        path = tmp_path / "sleutel"
        path.write_text("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n")
        assert "is a private key" in refusal(bundle, key=path)

    @pytest.mark.parametrize("text", ["", "ssh-rsa AAAA els", "ssh-ed25519 AAAA", "ssh-ed25519 !!!! els", "a\nb\n"])
    def test_what_is_no_key_is_one_message(self, tmp_path: Path, bundle: Path, text: str) -> None:
        path = tmp_path / "k.pub"
        path.write_text(text)
        assert "key" in refusal(bundle, key=path)

    def test_a_folder_that_is_no_bundle(self, tmp_path: Path) -> None:
        assert "There is no MANIFEST.json" in refusal(tmp_path)

    def test_a_link_out_of_the_bundle_cannot_be_signed(self, tmp_path: Path) -> None:
        (tmp_path / "naar-buiten").symlink_to("../../etc")
        with pytest.raises(SynthdialError, match="link out of the bundle"):
            write_manifest(tmp_path, {})


class TestOthers:
    def test_sha256sum_reads_the_checksums(self, bundle: Path) -> None:
        done = subprocess.run(
            ["sha256sum", "--check", "--strict", CHECKSUMS], cwd=bundle, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.count("OK") == 5
        flip(bundle)
        assert subprocess.run(
            ["sha256sum", "--check", "--quiet", CHECKSUMS], cwd=bundle, capture_output=True
        ).returncode

    def test_the_same_folder_gives_the_same_manifest(self, bundle: Path, tmp_path: Path) -> None:
        copy = tmp_path / "kopie"
        shutil.copytree(bundle, copy, symlinks=True)
        write_manifest(copy, {"glibc": "2.34", "version": "1.2.3"})
        for name in (MANIFEST, CHECKSUMS):
            assert (copy / name).read_bytes() == (bundle / name).read_bytes()

    @needs_ssh_keygen
    def test_ssh_keygen_checks_what_we_read_and_we_check_what_it_signs(self, bundle: Path, tmp_path: Path) -> None:
        key = tmp_path / "sleutel"
        make_key(key)
        assert key.stat().st_mode & 0o077 == 0
        write_manifest(bundle, {"version": "1.2.3"}, key)
        assert check_bundle(bundle, key=tmp_path / "sleutel.pub").key_from == "given"
        shown = subprocess.run(["ssh-keygen", "-lf", str(bundle / PUBLIC_KEY)], capture_output=True, text=True).stdout
        assert read_public_key(bundle / PUBLIC_KEY).fingerprint in shown
        assert self.by_ssh_keygen(bundle, tmp_path) == 0
        flip_manifest = bytearray((bundle / MANIFEST).read_bytes())
        flip_manifest[-3] ^= 1
        (bundle / MANIFEST).write_bytes(flip_manifest)
        assert self.by_ssh_keygen(bundle, tmp_path) != 0

    @needs_ssh_keygen
    def test_ssh_keygen_takes_the_signatures_of_these_tests(self, bundle: Path, tmp_path: Path) -> None:
        assert self.by_ssh_keygen(bundle, tmp_path) == 0

    @staticmethod
    def by_ssh_keygen(bundle: Path, folder: Path) -> int:
        allowed = folder / "allowed"
        allowed.write_text(f"bouwer {(bundle / PUBLIC_KEY).read_text()}")
        command = ["ssh-keygen", "-Y", "verify", "-f", str(allowed), "-I", "bouwer", "-n", NAMESPACE]
        command += ["-s", str(bundle / SIGNATURE)]
        return subprocess.run(command, input=(bundle / MANIFEST).read_bytes(), capture_output=True).returncode
