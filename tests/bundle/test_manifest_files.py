"""Manifest, signature and key as files: what is written is read, and what means harm is refused with one message."""

import base64
import contextlib
import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import manifest as release
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.signing import SigningKey
from signed_bundles import OTHER_SEED, SEED, armoured, make_bundle, packed, public_line, sign, signature

from synthdial.bundle import check_bundle, read_manifest
from synthdial.bundle.manifest import (
    BESIDE,
    CHECKSUMS,
    CHECKSUMS_SIGNATURE,
    MANIFEST,
    PUBLIC_KEY,
    SIGNATURE,
    Entry,
    Manifest,
)
from synthdial.bundle.signature import NAMESPACE, PublicKey, check_signature, read_public_key
from synthdial.errors import SynthdialError
from synthdial.version import __version__

DIGEST = "0" * 64
KEY = PublicKey(bytes(SigningKey(SEED).verify_key))
needs_ssh_keygen = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="there is no ssh-keygen here")
needs_sha256sum = pytest.mark.skipif(shutil.which("sha256sum") is None, reason="there is no sha256sum here")


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return make_bundle(tmp_path / "synthdial-edge")


def as_file(**changed: object) -> bytes:
    content = {"format": 1, "about": {}, "files": [{"path": "a", "size": 1, "sha256": DIGEST}]} | changed
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "surrogatepass")


class TestManifest:
    names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\0"), min_size=1, max_size=20)

    @given(st.lists(names.filter(lambda name: name not in {".", "..", *BESIDE}), min_size=1, unique=True))
    def test_what_is_written_is_read(self, paths: list[str]) -> None:
        entries = tuple(Entry(path, 7, DIGEST, executable=len(path) % 2 == 0) for path in sorted(paths))
        written = Manifest({"version": "1"}, entries)
        assert read_manifest(written.as_bytes()) == written

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"\xff\xfe",
            b"[]",
            b"[" * 100_000,
            b"1" * 100_000,
            as_file(format="1"),
            as_file(format=True),
            as_file(about={"a": 1}),
            as_file(about={"a": "y" * 100_000}),
            as_file(about={"\ud800": "a"}),
            as_file(about={str(number): "a" for number in range(1000)}),
            as_file(files=[]),
            as_file(files={}),
            as_file(files=[7]),
            as_file(files=[{"path": "a", "size": True, "sha256": DIGEST}]),
            as_file(files=[{"path": "a", "size": -1, "sha256": DIGEST}]),
            as_file(files=[{"path": "a", "size": 1.0, "sha256": DIGEST}]),
            as_file(files=[{"path": "a", "size": 1, "sha256": "zz"}]),
            as_file(files=[{"path": "a", "size": 1, "sha256": DIGEST.replace("0", "A")}]),
            as_file(files=[{"path": "a", "size": 1, "sha256": DIGEST, "executable": 1}]),
            as_file(files=[{"path": "a", "link": "/etc/passwd"}]),
            as_file(files=[{"path": "a", "link": "../a"}]),
            as_file(files=[{"path": "a/b", "link": "c/../../d"}]),
            as_file(files=[{"path": "a", "link": "b\0"}]),
            as_file(files=[{"path": "a", "link": ["b"]}]),
        ],
    )
    def test_what_is_none_is_one_message(self, content: bytes) -> None:
        with pytest.raises(SynthdialError, match="manifest is damaged"):
            read_manifest(content)

    @pytest.mark.parametrize(
        "path",
        [
            "/etc/passwd",
            "../a",
            "a/../../b",
            "a//b",
            "",
            ".",
            "a/.",
            "a\x00b",
            "\ud800",
            "a" * 5000,
            "a/" * 9,
            MANIFEST,
        ],
    )
    def test_a_path_that_leads_elsewhere_is_refused(self, path: str) -> None:
        with pytest.raises(SynthdialError, match=r"no place in a bundle|not JSON"):
            read_manifest(as_file(files=[{"path": path, "size": 1, "sha256": DIGEST}]))

    def test_a_file_named_twice_is_refused(self) -> None:
        entry = {"path": "a", "size": 1, "sha256": DIGEST}
        with pytest.raises(SynthdialError, match="twice"):
            read_manifest(as_file(files=[entry, entry | {"size": 2}]))

    def test_a_key_that_stands_twice_is_refused(self) -> None:
        content = as_file().replace(b'"path": "a"', b'"path": "b", "path": "a"')
        with pytest.raises(SynthdialError, match="not written as"):
            read_manifest(content)

    @pytest.mark.parametrize("number", [2, 0, -1, 10**300])
    def test_another_format_says_what_to_do(self, number: int) -> None:
        with pytest.raises(SynthdialError, match="bundle's own program"):
            read_manifest(as_file(format=number))

    def test_links_that_lead_to_each_other_lead_to_no_file(self) -> None:
        read = read_manifest(as_file(files=[{"path": "a", "link": "b"}, {"path": "b", "link": "a"}]))
        assert read.checksums() == b""

    def test_one_that_is_far_too_large_is_not_read(self, bundle: Path) -> None:
        (bundle / MANIFEST).write_bytes(b" " * (5 << 20))
        with pytest.raises(SynthdialError, match="larger than any"):
            check_bundle(bundle)


class TestSignature:
    @pytest.mark.parametrize("hash_name", [b"sha256", b"sha512"])
    def test_both_digests_of_openssh_are_taken(self, hash_name: bytes) -> None:
        check_signature(b"inhoud", signature(b"inhoud", hash_name=hash_name), KEY)

    @pytest.mark.parametrize(
        ("made", "said"),
        [
            (signature(b"iets anders"), "does not fit"),
            (signature(b"inhoud", OTHER_SEED), "by another key"),
            (signature(b"inhoud", namespace="git"), "another purpose, 'git'"),
            (signature(b"inhoud", namespace=""), "another purpose"),
            (signature(b"inhoud", namespace=f"{NAMESPACE}s"), "another purpose"),
            (signature(b"inhoud", hash_name=b"sha1"), "of a kind"),
            (signature(b"inhoud")[:-40], "damaged"),
            (signature(b"inhoud")[: len(signature(b"inhoud")) // 2], "damaged"),
            (signature(b"inhoud") * 2, "damaged"),
            (b"", "damaged"),
            (b"x", "damaged"),
            (b"\xff", "damaged"),
            (b"-----BEGIN SSH SIGNATURE-----\n!!\n-----END SSH SIGNATURE-----", "damaged"),
            (b"-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n-----END SSH SIGNATURE-----", "damaged"),
        ],
    )
    def test_one_that_does_not_hold_says_why(self, made: bytes, said: str) -> None:
        with pytest.raises(SynthdialError, match=said):
            check_signature(b"inhoud", made, KEY)

    @pytest.mark.parametrize(
        "other",
        [
            {"kind": b"ssh-rsa"},
            {"kind": b"sk-ssh-ed25519@openssh.com"},
            {"kind": b""},
            {"version": 2},
            {"reserved": b"x"},
        ],
    )
    def test_another_kind_is_refused(self, other: dict[str, Any]) -> None:
        with pytest.raises(SynthdialError, match="of a kind"):
            check_signature(b"inhoud", armoured(KEY.raw, bytes(64), **other), KEY)

    @pytest.mark.parametrize(
        ("signer", "made", "more"), [(b"x" * 31, bytes(64), b""), (KEY.raw, bytes(63), b""), (KEY.raw, bytes(64), b"x")]
    )
    def test_keys_and_signatures_of_another_length_are_refused(self, signer: bytes, made: bytes, more: bytes) -> None:
        with pytest.raises(SynthdialError, match="damaged"):
            check_signature(b"inhoud", armoured(signer, made, more=more), KEY)

    def test_a_key_with_which_zeros_would_fit_every_message_is_refused(self) -> None:
        neutral = bytes([1]) + bytes(31)  # the neutral element: 0 B = R + k A holds for every k
        with pytest.raises(SynthdialError, match="does not fit"):
            check_signature(b"inhoud", armoured(neutral, neutral + bytes(32)), PublicKey(neutral))

    @given(st.integers(0, 300), st.binary(max_size=4))
    @settings(max_examples=200)
    def test_no_damage_raises_anything_else(self, at: int, put: bytes) -> None:
        content = bytearray(signature(b"inhoud"))
        content[at : at + len(put)] = put
        with contextlib.suppress(SynthdialError):
            check_signature(b"inhoud", bytes(content), KEY)


class TestKey:
    def test_it_is_read_with_its_comment(self, tmp_path: Path) -> None:
        (tmp_path / "k.pub").write_text(f"# van Els\n\n{public_line(comment='ICT Ziekenhuis')}\n")
        assert read_public_key(tmp_path / "k.pub") == PublicKey(KEY.raw, "ICT Ziekenhuis")

    def test_a_private_one_is_not_taken_for_a_public_one(self, tmp_path: Path) -> None:
        path = tmp_path / "sleutel"
        path.write_text("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n")
        with pytest.raises(SynthdialError, match="is a private key"):
            read_public_key(path)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "ssh-rsa AAAA els",
            "ssh-ed25519",
            "ssh-ed25519 AAAA",
            "ssh-ed25519 !!!! els",
            "ssh-ed25519 " + base64.b64encode(packed(b"ssh-ed25519") + packed(b"x" * 31)).decode(),
            "ssh-ed25519 " + base64.b64encode(packed(b"ssh-rsa") + packed(b"x" * 32)).decode(),
            public_line() + public_line(OTHER_SEED),
        ],
    )
    def test_what_is_none_is_one_message(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "k.pub").write_text(text)
        with pytest.raises(SynthdialError, match=r"holds no Ed25519 key|is damaged"):
            read_public_key(tmp_path / "k.pub")

    def test_one_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(SynthdialError, match="cannot be read"):
            read_public_key(tmp_path / "weg.pub")


class TestRelease:
    """``release/manifest.py``."""

    def test_the_same_folder_gives_the_same_files(self, bundle: Path, tmp_path: Path) -> None:
        copy = tmp_path / "kopie"
        shutil.copytree(bundle, copy, symlinks=True)
        release.write_manifest(copy, {"glibc": "2.34", "version": "1.2.3"})
        for name in (MANIFEST, CHECKSUMS):
            assert (copy / name).read_bytes() == (bundle / name).read_bytes()

    @pytest.mark.parametrize("link", ["../../etc", "/etc", "_internal/../../x"])
    def test_a_link_out_of_the_bundle_is_not_carried_in(self, bundle: Path, link: str) -> None:
        (bundle / "naar-buiten").symlink_to(link)
        with pytest.raises(SynthdialError, match="link out of the bundle"):
            release.write_manifest(bundle, {})

    def test_nor_is_one_that_leads_nowhere(self, bundle: Path) -> None:
        (bundle / "nergens").symlink_to("weg")
        with pytest.raises(SynthdialError, match="which is not there"):
            release.write_manifest(bundle, {})

    @needs_sha256sum
    def test_links_to_links_and_to_folders_are(self, bundle: Path) -> None:
        (bundle / "een").symlink_to("_internal/twee")
        (bundle / "_internal" / "twee").symlink_to("../synthdial-edge")
        (bundle / "map").symlink_to("_internal/lib")
        (bundle / "door-de-map").symlink_to("map/libggml.so.0")
        release.write_manifest(bundle, {})
        assert check_bundle(bundle).whole
        named = {line[66:] for line in (bundle / CHECKSUMS).read_text().splitlines()}
        assert {"een", "_internal/twee"} <= named and not {"map", "door-de-map"} & named
        done = subprocess.run(["sha256sum", "--check", "--strict", CHECKSUMS], cwd=bundle, capture_output=True)
        assert done.returncode == 0

    def test_nor_is_one_that_leads_out_by_way_of_another(self, bundle: Path) -> None:
        (bundle / "_internal" / "boven").symlink_to("..")
        (bundle / "naar-buiten").symlink_to("_internal/boven/../x")
        with pytest.raises(SynthdialError, match="naar-buiten is a link out of the bundle"):
            release.write_manifest(bundle, {})

    def test_nor_a_name_that_is_no_text_or_a_pipe(self, bundle: Path) -> None:
        name = Path(os.fsdecode(bytes(bundle) + b"/\xff"))
        name.write_bytes(b"")
        with pytest.raises(SynthdialError, match="no name for a file of a bundle"):
            release.write_manifest(bundle, {})
        name.unlink()
        os.mkfifo(bundle / "pijp")
        with pytest.raises(SynthdialError, match="neither a file nor a link"):
            release.write_manifest(bundle, {})

    def test_a_key_that_cannot_sign_changes_nothing(self, bundle: Path, tmp_path: Path) -> None:
        before = {name: (bundle / name).read_bytes() for name in BESIDE}
        with pytest.raises(SynthdialError):
            release.write_manifest(bundle, {"version": "2"}, tmp_path / "weg")
        assert {name: (bundle / name).read_bytes() for name in BESIDE} == before

    def test_how_it_was_built(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
        about = release.how_it_was_built(tmp_path, ["llama_cpp=0.3.36", "glibc=2.34"])
        assert about == {"version": __version__, "date": "2026-09-21", "llama_cpp": "0.3.36", "glibc": "2.34"}
        monkeypatch.delenv("SOURCE_DATE_EPOCH")
        assert "date" not in release.how_it_was_built(tmp_path, []), "no date rather than one of the clock"
        with pytest.raises(SynthdialError, match="--about"):
            release.how_it_was_built(tmp_path, ["glibc"])
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "gisteren")
        with pytest.raises(SynthdialError, match="SOURCE_DATE_EPOCH"):
            release.how_it_was_built(tmp_path, [])

    def test_one_that_is_signed_anew_keeps_how_it_was_built(self, bundle: Path) -> None:
        assert release.how_it_was_built(bundle, []) == {"version": "1.2.3", "glibc": "2.34"}
        assert release.how_it_was_built(bundle, ["glibc=2.31"])["glibc"] == "2.31"
        (bundle / MANIFEST).write_text("{}")
        with pytest.raises(SynthdialError, match="made anew"):
            release.how_it_was_built(bundle, [])

    @needs_ssh_keygen
    def test_the_command_makes_a_key_once_and_signs_the_same_twice(self, bundle: Path, tmp_path: Path) -> None:
        key = tmp_path / "sleutels" / "bundel"
        command = [sys.executable, release.__file__, str(bundle), "--key", str(key), "--make-key"]
        first = subprocess.run([*command, "--about", "glibc=2.34"], capture_output=True, text=True, check=True).stdout
        assert "the key of this machine" in first and "6 files" in first and "glibc 2.34" in first
        assert stat.S_IMODE(key.stat().st_mode) == 0o600 and stat.S_IMODE(key.parent.stat().st_mode) == 0o700
        made = {name: (bundle / name).read_bytes() for name in BESIDE}
        again = subprocess.run([*command, "--about", "glibc=2.34"], capture_output=True, text=True, check=True).stdout
        assert "the key of this machine" not in again and read_public_key(bundle / PUBLIC_KEY).fingerprint in again
        assert {name: (bundle / name).read_bytes() for name in BESIDE} == made
        unsigned = subprocess.run(command[:3], capture_output=True, text=True, check=True).stdout
        assert "Not signed" in unsigned
        assert not (bundle / SIGNATURE).exists() and not (bundle / CHECKSUMS_SIGNATURE).exists()

    @needs_ssh_keygen
    def test_a_key_of_another_kind_is_refused(self, bundle: Path, tmp_path: Path) -> None:
        key = tmp_path / "ecdsa"
        subprocess.run(["ssh-keygen", "-q", "-t", "ecdsa", "-N", "", "-f", str(key)], check=True)
        with pytest.raises(SynthdialError, match="no Ed25519 key"):
            release.write_manifest(bundle, {}, key)


class TestOthers:
    """The tools of the machine and this program agree."""

    @needs_sha256sum
    def test_sha256sum_reads_the_checksums(self, bundle: Path) -> None:
        command = ["sha256sum", "--check", "--strict", CHECKSUMS]
        done = subprocess.run(command, cwd=bundle, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert done.stdout.count("OK") == 6
        (bundle / "synthdial-edge").write_bytes(b"\x7fELF anders.")
        assert subprocess.run(command, cwd=bundle, capture_output=True).returncode

    @needs_ssh_keygen
    @pytest.mark.parametrize("signed", [MANIFEST, CHECKSUMS])
    def test_ssh_keygen_checks_what_libsodium_signed(self, bundle: Path, tmp_path: Path, signed: str) -> None:
        assert by_ssh_keygen(bundle, tmp_path, signed)
        (bundle / signed).write_bytes((bundle / signed).read_bytes() + b"\n")
        assert not by_ssh_keygen(bundle, tmp_path, signed)

    @needs_ssh_keygen
    @pytest.mark.parametrize("signed", [MANIFEST, CHECKSUMS])
    def test_libsodium_checks_what_ssh_keygen_signed(self, bundle: Path, tmp_path: Path, signed: str) -> None:
        key = tmp_path / "sleutel"
        release.make_key(key)
        release.write_manifest(bundle, {"version": "1.2.3"}, key)
        assert check_bundle(bundle, key=tmp_path / "sleutel.pub").whole
        shown = subprocess.run(["ssh-keygen", "-lf", str(key)], capture_output=True, text=True).stdout
        assert read_public_key(bundle / PUBLIC_KEY).fingerprint in shown
        assert by_ssh_keygen(bundle, tmp_path, signed)
        for other in ("git", "file"):
            (bundle / f"{signed}.sig").unlink()
            subprocess.run(
                ["ssh-keygen", "-q", "-Y", "sign", "-f", key, "-n", other, bundle / signed],
                check=True,
                capture_output=True,
            )
            with pytest.raises(SynthdialError, match="another purpose"):
                check_signature(
                    (bundle / signed).read_bytes(),
                    (bundle / f"{signed}.sig").read_bytes(),
                    read_public_key(key_of(key)),
                )


def key_of(key: Path) -> Path:
    return key.with_name(f"{key.name}.pub")


def by_ssh_keygen(bundle: Path, folder: Path, signed: str) -> bool:
    allowed = folder / "allowed"
    allowed.write_text(f"builder {(bundle / PUBLIC_KEY).read_text()}")
    command = ["ssh-keygen", "-Y", "verify", "-f", str(allowed), "-I", "builder", "-n", NAMESPACE]
    command += ["-s", str(bundle / f"{signed}.sig")]
    return subprocess.run(command, input=(bundle / signed).read_bytes(), capture_output=True).returncode == 0


DOCS = Path(__file__).parents[2] / "docs" / "verify.md"


def commands_of(section: str) -> str:
    """The commands of a section of docs/verify.md."""
    text = DOCS.read_text("utf-8").split(f"\n## {section}\n")[1].split("\n## ")[0]
    return "\n".join(line[4:] for line in text.splitlines() if line.startswith("    "))


@needs_ssh_keygen
@needs_sha256sum
@pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("bash") is None, reason="the commands are for bash on Linux"
)
class TestDocumentation:
    """The commands of docs/verify.md do what it says."""

    def with_the_tools(self, bundle: Path, key: Path) -> "subprocess.CompletedProcess[str]":
        commands = commands_of("With the tools of the machine")
        commands = commands.replace("cd synthdial-edge", f"cd '{bundle}'").replace("/path/to/builder.pub", str(key))
        commands = commands.replace("~/allowed-builders", str(key.with_name("allowed")))
        return subprocess.run(["bash", "-e", "-c", commands], capture_output=True, text=True)

    @pytest.fixture
    def key(self, tmp_path: Path) -> Path:
        (tmp_path / "builder.pub").write_text(public_line())
        return tmp_path / "builder.pub"

    @pytest.fixture
    def plain(self, bundle: Path) -> Path:
        """A bundle whose names are those of a program: the commands compare lists of them."""
        (bundle / "_internal" / "regel\neinde\\.txt").unlink()
        release.write_manifest(bundle, {})
        sign(bundle)
        return bundle

    def test_the_tools_of_the_machine_pass_one_that_is_whole(self, plain: Path, key: Path) -> None:
        done = self.with_the_tools(plain, key)
        assert done.returncode == 0, done.stderr
        good, *shown = done.stdout.splitlines()
        assert good.startswith(f'Good "{NAMESPACE}" signature')
        assert set(shown) == BESIDE and len(shown) == 5, "nothing was added but what the page names"

    def test_they_find_what_was_changed_with_its_checksum(self, plain: Path, key: Path) -> None:
        old = {name: (plain / name).read_bytes() for name in (MANIFEST, SIGNATURE, CHECKSUMS_SIGNATURE)}
        (plain / "synthdial-edge").write_bytes(b"\x7fELF anders.")
        release.write_manifest(plain, {})
        for name, content in old.items():
            (plain / name).write_bytes(content)
        assert self.with_the_tools(plain, key).returncode != 0

    def test_they_find_a_link_that_leads_elsewhere(self, plain: Path, key: Path) -> None:
        (plain / "_internal" / "lib" / "libggml.so").unlink()
        (plain / "_internal" / "lib" / "libggml.so").symlink_to("../../synthdial-edge")
        done = self.with_the_tools(plain, key)
        assert done.returncode != 0 and "_internal/lib/libggml.so: FAILED" in done.stdout

    def test_they_show_what_was_added(self, plain: Path, key: Path) -> None:
        (plain / "_internal" / "evil.so").write_bytes(b"")
        assert "_internal/evil.so" in self.with_the_tools(plain, key).stdout.splitlines()

    def test_a_bundle_is_signed_anew_without_this_program(self, plain: Path, tmp_path: Path) -> None:
        key = tmp_path / "hospital-key"
        release.make_key(key)
        commands = commands_of("Signing with your own key").split("# without a checkout")[1]
        commands = commands.replace("cd synthdial-edge", f"cd '{plain}'").replace("/path/to/", f"{tmp_path}/")
        done = subprocess.run(["bash", "-e", "-c", commands], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        found = check_bundle(plain, key=key_of(key))
        assert found.whole and not found.remarks and found.key_from == "given"
