"""A small bundle, and keys and signatures made without ssh-keygen, by libsodium alone."""

import base64
import hashlib
from pathlib import Path

from manifest import write_manifest
from nacl.signing import SigningKey

from synthdial.bundle.manifest import MANIFEST, PUBLIC_KEY, SIGNATURE
from synthdial.bundle.signature import NAMESPACE

SEED = bytes(range(32))
OTHER_SEED = bytes(range(1, 33))


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
    blob = b"SSHSIG" + (1).to_bytes(4, "big")
    blob += packed(packed(b"ssh-ed25519") + packed(bytes(key.verify_key)))
    blob += packed(namespace.encode()) + packed(b"") + packed(hash_name)
    blob += packed(packed(b"ssh-ed25519") + packed(key.sign(signed).signature))
    text = base64.b64encode(blob).decode()
    lines = [text[at : at + 70] for at in range(0, len(text), 70)]
    return "\n".join(["-----BEGIN SSH SIGNATURE-----", *lines, "-----END SSH SIGNATURE-----", ""]).encode()


def sign(folder: Path, seed: bytes = SEED, **options: str) -> None:
    """Put a signature and its key beside the manifest."""
    content = (folder / MANIFEST).read_bytes()
    (folder / SIGNATURE).write_bytes(signature(content, seed, **options))
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
    write_manifest(folder, {"version": "1.2.3", "glibc": "2.34"})
    sign(folder)
    return folder
