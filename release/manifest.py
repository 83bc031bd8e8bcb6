"""Write the manifest of a bundle, and sign it: ``manifest.py FOLDER [--key PRIVATE_KEY] [--about NAME=VALUE ...]``.

MANIFEST.json names every file with its size, SHA-256 and whether it may be run; SHA256SUMS is for ``sha256sum -c``.
With a key the manifest is signed by ``ssh-keygen``; the public key is put beside it. The same folder gives the same
manifest, and an Ed25519 key the same signature.
"""

import argparse
import datetime
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from synthdial.bundle.manifest import BESIDE, CHECKSUMS, MANIFEST, PUBLIC_KEY, SIGNATURE, make_manifest
from synthdial.bundle.signature import NAMESPACE, check_signature, read_public_key
from synthdial.errors import SynthdialError
from synthdial.version import __version__


def write_manifest(folder: Path, about: dict[str, str], key: Path | None = None) -> int:
    """Write manifest, checksums and, with a key, the signature of a bundle; those that were there are replaced.

    Returns
    -------
    int
        Files that the manifest names.

    Raises
    ------
    SynthdialError
        When the folder holds what no bundle can, or the key cannot sign.
    """
    for name in BESIDE:
        (folder / name).unlink(missing_ok=True)
    manifest = make_manifest(folder, about)
    content = manifest.as_bytes()
    (folder / MANIFEST).write_bytes(content)
    (folder / CHECKSUMS).write_bytes(manifest.checksums())
    if key is not None:
        public = public_half(key)
        (folder / PUBLIC_KEY).write_text(public, encoding="utf-8")
        signature = sign(content, key)
        check_signature(content, signature, read_public_key(folder / PUBLIC_KEY))
        (folder / SIGNATURE).write_bytes(signature)
    for name in BESIDE:
        if (folder / name).exists():
            (folder / name).chmod(0o644)
    return len(manifest.entries)


def make_key(path: Path) -> None:
    """Make a key of this machine's, for its owner alone, without a passphrase; one that is there stays."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _ssh_keygen("-q", "-t", "ed25519", "-N", "", "-C", f"{NAMESPACE} {datetime.date.today()}", "-f", str(path))


def public_half(key: Path) -> str:
    """The public key of a private one, as one line."""
    beside = key.with_name(f"{key.name}.pub")
    return beside.read_text("utf-8") if beside.exists() else _ssh_keygen("-y", "-f", str(key))


def sign(content: bytes, key: Path) -> bytes:
    """The signature of some bytes; ssh-keygen asks for the key's passphrase on the terminal where it has one."""
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / MANIFEST
        file.write_bytes(content)
        _ssh_keygen("-q", "-Y", "sign", "-f", str(key), "-n", NAMESPACE, str(file))
        return file.with_name(SIGNATURE).read_bytes()


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


def main() -> int:
    """Do what the command says; the status is 1 where it cannot be done."""
    parser = argparse.ArgumentParser(description="Write the manifest of a bundle, and sign it.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--key", type=Path, help="a private Ed25519 key of OpenSSH")
    parser.add_argument("--make-key", action="store_true", help="make the key if it is not there, for this machine")
    parser.add_argument("--about", action="append", default=[], metavar="NAME=VALUE", help="how it was built")
    given = parser.parse_args()
    moment = datetime.datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), datetime.UTC)
    about = {"version": __version__, "date": f"{moment:%Y-%m-%d}"}
    about |= dict(line.split("=", 1) for line in given.about)
    try:
        if given.key and given.make_key:
            make_key(given.key)
        count = write_manifest(given.folder, about, given.key)
    except SynthdialError as error:
        print(error, file=sys.stderr)
        return 1
    signed = f"signed with {read_public_key(given.folder / PUBLIC_KEY).fingerprint}" if given.key else "not signed"
    print(f"{given.folder / MANIFEST}: {count} files, {signed}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
