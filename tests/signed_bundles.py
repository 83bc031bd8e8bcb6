"""Small bundles, and keys and signatures made without ssh-keygen, by libsodium alone."""

import base64
import hashlib
from pathlib import Path

from nacl.signing import SigningKey

from synthdial.bundle import make_manifest
from synthdial.bundle.manifest import CHECKSUMS, MANIFEST, PUBLIC_KEY
from synthdial.bundle.signature import NAMESPACE

SEED = bytes(range(32))
OTHER_SEED = bytes(range(1, 33))
ABOUT = {"version": "1.2.3", "glibc": "2.34"}


def packed(content: bytes) -> bytes:
    return len(content).to_bytes(4, "big") + content


def public_line(seed: bytes = SEED, comment: str = "els@ziekenhuis") -> str:
    raw = bytes(SigningKey(seed).verify_key)
    return f"ssh-ed25519 {base64.b64encode(packed(b'ssh-ed25519') + packed(raw)).decode()} {comment}\n"


def signature(content: bytes, seed: bytes = SEED, namespace: str = NAMESPACE, hash_name: bytes = b"sha512") -> bytes:
    """As PROTOCOL.sshsig of OpenSSH describes it."""
    key = SigningKey(seed)
    digest = hashlib.new(hash_name.decode(), content).digest()
    signed = b"SSHSIG" + packed(namespace.encode()) + packed(b"") + packed(hash_name) + packed(digest)
    return armoured(bytes(key.verify_key), key.sign(signed).signature, namespace=namespace, hash_name=hash_name)


def armoured(
    signer: bytes,
    made: bytes,
    *,
    namespace: str = NAMESPACE,
    hash_name: bytes = b"sha512",
    kind: bytes = b"ssh-ed25519",
    version: int = 1,
    reserved: bytes = b"",
    more: bytes = b"",
) -> bytes:
    """A signature in the container and the letters of OpenSSH."""
    blob = b"SSHSIG" + version.to_bytes(4, "big") + packed(packed(kind) + packed(signer))
    blob += (
        packed(namespace.encode()) + packed(reserved) + packed(hash_name) + packed(packed(kind) + packed(made)) + more
    )
    text = base64.b64encode(blob).decode()
    lines = [text[at : at + 70] for at in range(0, len(text), 70)]
    return "\n".join(["-----BEGIN SSH SIGNATURE-----", *lines, "-----END SSH SIGNATURE-----", ""]).encode()


def sign(folder: Path, seed: bytes = SEED, **options: str) -> None:
    """Put signatures and their key beside the manifest and the checksums."""
    for name in (MANIFEST, CHECKSUMS):
        (folder / f"{name}.sig").write_bytes(signature((folder / name).read_bytes(), seed, **options))
    (folder / PUBLIC_KEY).write_text(public_line(seed), encoding="utf-8")


def make_bundle(folder: Path) -> Path:
    """A folder with what a bundle has: a program, libraries below it, a link, names with odd characters."""
    (folder / "_internal" / "lib").mkdir(parents=True)
    (folder / "synthdial-edge").write_bytes(b"\x7fELF program")
    (folder / "synthdial-edge").chmod(0o755)
    (folder / "_internal" / "lib" / "libggml.so.0").write_bytes(b"\x7fELF library")
    (folder / "_internal" / "lib" / "libggml.so").symlink_to("libggml.so.0")
    (folder / "_internal" / "leeg.txt").write_bytes(b"")
    (folder / "_internal" / "één gesprek.txt").write_text("Arts: Goed.\n", encoding="utf-8")
    (folder / "_internal" / "regel\neinde\\.txt").write_text("raar", encoding="utf-8")
    name_and_sign(folder)
    return folder


def name_and_sign(folder: Path, about: dict[str, str] = ABOUT) -> None:
    """Write the manifest of what lies in a folder, and sign it."""
    manifest = make_manifest(folder, about)
    (folder / MANIFEST).write_bytes(manifest.as_bytes())
    (folder / CHECKSUMS).write_bytes(manifest.checksums())
    sign(folder)
