"""Write the manifest of a bundle, and sign it: ``manifest.py FOLDER [--key PRIVATE_KEY] [--about NAME=VALUE ...]``.

MANIFEST.json names every file with its size, SHA-256 and whether it may be run, and how the bundle was built: the
versions of the program and of llama-cpp-python, SOURCE_DATE_EPOCH as a date where it is set, and what ``--about`` says,
such as ``glibc=2.34``. A folder that has a manifest keeps what that says of it. SHA256SUMS is for ``sha256sum
--check``. With a key both are signed by ``ssh-keygen``, and the public key is put beside them. The same folder gives
the same files, and with an Ed25519 key the same signatures.
"""

import argparse
import contextlib
import datetime
import importlib.metadata
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from synthdial.bundle.folder import read_small
from synthdial.bundle.manifest import (
    BESIDE,
    CHECKSUMS,
    CHECKSUMS_SIGNATURE,
    MANIFEST,
    PUBLIC_KEY,
    SIGNATURE,
    make_manifest,
    read_manifest,
)
from synthdial.bundle.signature import NAMESPACE, check_signature, parse_public_key, read_public_key
from synthdial.errors import SynthdialError
from synthdial.files import replace_atomically
from synthdial.version import __version__


def write_manifest(folder: Path, about: dict[str, str], key: Path | None = None) -> int:
    """Write manifest, checksums and, with a key, the signatures of a bundle; those that were there are replaced.

    Parameters
    ----------
    folder : Path
        The bundle, as it will be carried in.
    about : dict of str to str
        How it was built.
    key : Path, optional
        A private Ed25519 key of OpenSSH; its public half stands beside it, or is computed.

    Returns
    -------
    int
        Files and links that the manifest names.

    Raises
    ------
    SynthdialError
        When the folder holds what no bundle can, or the key cannot sign; nothing is changed then.
    """
    manifest = make_manifest(folder, about)
    written = {MANIFEST: manifest.as_bytes(), CHECKSUMS: manifest.checksums()}
    read_manifest(written[MANIFEST])  # what cannot be read back is not carried in
    if key is not None:
        public = public_half(key)
        checked = parse_public_key(public, key)
        for name, signature in ((MANIFEST, SIGNATURE), (CHECKSUMS, CHECKSUMS_SIGNATURE)):
            written[signature] = sign(written[name], key)
            check_signature(written[name], written[signature], checked)
        written[PUBLIC_KEY] = public
    for name in BESIDE - written.keys():
        (folder / name).unlink(missing_ok=True)
    for name, content in written.items():
        replace_atomically(folder / name, [content], mode=0o644)
    return len(manifest.entries)


def make_key(path: Path) -> bool:
    """Make a key of this machine's, for its owner alone, without a passphrase; one that is there stays.

    Returns
    -------
    bool
        Whether there was none.
    """
    if path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _ssh_keygen("-q", "-t", "ed25519", "-N", "", "-C", NAMESPACE, "-f", str(path))
    return True


def public_half(key: Path) -> bytes:
    """The public key of a private one, as the line of a file."""
    beside = key.with_name(f"{key.name}.pub")
    return beside.read_bytes() if beside.exists() else _ssh_keygen("-y", "-f", str(key)).encode()


def sign(content: bytes, key: Path) -> bytes:
    """The signature of some bytes; ssh-keygen asks for the key's passphrase on the terminal where it has one."""
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "signed"
        file.write_bytes(content)
        _ssh_keygen("-q", "-Y", "sign", "-f", str(key), "-n", NAMESPACE, str(file))
        return file.with_name("signed.sig").read_bytes()


def _ssh_keygen(*arguments: str) -> str:
    program = shutil.which("ssh-keygen")
    if program is None:
        raise SynthdialError("There is no ssh-keygen on this machine.", "Install openssh-client, or leave the key out.")
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["it gave no reason"])[-1]
        raise SynthdialError(
            f"ssh-keygen did not do its work: {said}.", "Expected is a private Ed25519 key of OpenSSH."
        )
    return done.stdout


def how_it_was_built(folder: Path, named: list[str]) -> dict[str, str]:
    """What the manifest that is there says, as of one that is signed anew elsewhere; what is named takes its place.

    Parameters
    ----------
    folder : Path
        The bundle. Where it has no manifest yet, the versions of this environment and the date are taken.
    named : list of str
        ``NAME=VALUE``.

    Raises
    ------
    SynthdialError
        When one of them, SOURCE_DATE_EPOCH, or the manifest is no such thing.
    """
    try:
        about = (
            dict(read_manifest(read_small(folder / MANIFEST)).about) if (folder / MANIFEST).exists() else _built_here()
        )
    except SynthdialError as error:
        raise SynthdialError(error.message, f"Remove {folder / MANIFEST}, and it is made anew.") from error
    for line in named:
        name, between, value = line.partition("=")
        if not (name and between):
            raise SynthdialError(f"--about is {line!r}.", "Expected is NAME=VALUE.")
        about[name] = value
    return about


def _built_here() -> dict[str, str]:
    about = {"version": __version__}
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        about["llama_cpp"] = importlib.metadata.version("llama-cpp-python")
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    try:
        if epoch:
            about["date"] = f"{datetime.datetime.fromtimestamp(int(epoch), datetime.UTC):%Y-%m-%d}"
    except (ValueError, OverflowError, OSError) as error:
        raise SynthdialError(f"SOURCE_DATE_EPOCH is {epoch!r}.", "Expected are seconds since 1970.") from error
    return about


def main() -> int:
    """Do what the command says; the status is 1 where it cannot be done."""
    parser = argparse.ArgumentParser(description="Write the manifest of a bundle, and sign it.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--key", type=Path, help="a private Ed25519 key of OpenSSH")
    parser.add_argument("--make-key", action="store_true", help="make the key if it is not there, for this machine")
    parser.add_argument("--about", action="append", default=[], metavar="NAME=VALUE", help="how it was built")
    given = parser.parse_args()
    try:
        about = how_it_was_built(given.folder, given.about)
        if given.key and given.make_key and make_key(given.key):
            print(f"{given.key}: made, the key of this machine; {given.key}.pub is for those who verify")
        count = write_manifest(given.folder, about, given.key)
        print(
            f"{given.folder / MANIFEST}: {count} files, {', '.join(f'{name} {about[name]}' for name in sorted(about))}"
        )
        if given.key:
            print(f"Signed with {read_public_key(given.folder / PUBLIC_KEY).fingerprint}.")
        else:
            print("Not signed: whoever carries it in cannot see who made it. Name a key with --key.")
    except SynthdialError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
