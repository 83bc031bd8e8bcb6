"""Signatures as OpenSSH makes them (``ssh-keygen -Y sign``), with Ed25519 keys; libsodium does the arithmetic.

What is read here is the container: its layout is that of PROTOCOL.sshsig of OpenSSH. That format was chosen because
every hospital workstation with Linux has ``ssh-keygen``, which checks the same signature without this program.
"""

import base64
import binascii
import hashlib
import struct
from dataclasses import dataclass
from pathlib import Path

from synthdial.errors import SynthdialError

NAMESPACE = "synthdial-edge-bundle"
"""What the signature is for: one that was made for something else does not count."""

_MAGIC, _VERSION, _KIND = b"SSHSIG", 1, b"ssh-ed25519"
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_LONGEST = 64 << 10
_HASHES = {b"sha256": hashlib.sha256, b"sha512": hashlib.sha512}


@dataclass(frozen=True)
class PublicKey:
    """An Ed25519 key that signatures are checked with.

    Attributes
    ----------
    raw : bytes
        32 bytes.
    comment : str
        What its owner wrote behind it.
    """

    raw: bytes
    comment: str = ""

    @property
    def blob(self) -> bytes:
        """The key as OpenSSH writes it within other things."""
        return _string(_KIND) + _string(self.raw)

    @property
    def fingerprint(self) -> str:
        """``SHA256:...``, as ``ssh-keygen -l`` prints it."""
        digest = base64.b64encode(hashlib.sha256(self.blob).digest()).decode().rstrip("=")
        return f"SHA256:{digest}"


def read_public_key(path: Path) -> PublicKey:
    """Read a public key file of OpenSSH: one line, ``ssh-ed25519 AAAA... comment``.

    Raises
    ------
    SynthdialError
        When it cannot be read, or holds no Ed25519 key; a private key is refused with its own sentence.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_LONGEST)
    except OSError as error:
        raise SynthdialError(f"The key {path} cannot be read: {error.strerror}.", "Name a public key file.") from error
    return parse_public_key(content, path)


def parse_public_key(content: bytes, path: Path) -> PublicKey:
    """The public key in the content of a file, whose path stands in messages.

    Raises
    ------
    SynthdialError
        As `read_public_key`.
    """
    text = content[:_LONGEST].decode("utf-8", "replace")
    if "PRIVATE KEY" in text:
        raise SynthdialError(
            f"{path} is a private key.", f"Name the public one, {path.name}.pub, and keep this one to yourself."
        )
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    words = lines[0].split(None, 2) if len(lines) == 1 else []
    if len(words) < 2 or words[0] != _KIND.decode():
        raise SynthdialError(
            f"{path} holds no Ed25519 key of OpenSSH.", "Expected is one line that begins with 'ssh-ed25519'."
        )
    try:
        reader = _Reader(base64.b64decode(words[1], validate=True))
        kind, raw = reader.string(), reader.string()
        reader.end()
    except (binascii.Error, ValueError) as error:
        raise SynthdialError(f"The key in {path} is damaged.", "Copy the file again.") from error
    if kind != _KIND or len(raw) != 32:
        raise SynthdialError(f"The key in {path} is damaged.", "Copy the file again.")
    return PublicKey(raw, words[2].strip() if len(words) > 2 else "")


def check_signature(message: bytes, armoured: bytes, key: PublicKey) -> None:
    """See whether a signature is of a message, by a key, for a bundle of this program.

    Parameters
    ----------
    message : bytes
        What was signed.
    armoured : bytes
        The signature, as ``ssh-keygen -Y sign`` writes it.
    key : PublicKey
        Whose signature it must be.

    Raises
    ------
    SynthdialError
        When it is not: damaged, by another key, for another purpose, or of another message.
    """
    from nacl.exceptions import BadSignatureError
    from nacl.signing import VerifyKey

    signer, namespace, hash_name, signature = _read(armoured)
    if namespace != NAMESPACE.encode():
        raise SynthdialError(
            f"The signature was made for another purpose, '{namespace.decode('utf-8', 'replace'):.100}'.",
            f"A bundle is signed for '{NAMESPACE}'.",
        )
    if signer != key.raw:
        raise SynthdialError(
            f"The bundle was signed by another key, {PublicKey(signer).fingerprint}.",
            f"The key that was asked for is {key.fingerprint}. Ask who gave you the bundle.",
        )
    signed = _MAGIC + _string(NAMESPACE.encode()) + _string(b"") + _string(hash_name)
    signed += _string(_HASHES[hash_name](message).digest())
    try:
        VerifyKey(key.raw).verify(signed, signature)
    except BadSignatureError as error:
        raise SynthdialError(
            "The signature does not fit the manifest: one of them was changed after it was signed.",
            "Do not use the bundle; get it anew from who made it.",
        ) from error


def _read(armoured: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    """Signer, namespace, hash and signature."""
    try:
        lines = armoured[:_LONGEST].decode("ascii").strip().splitlines()
        if len(lines) < 3 or lines[0].strip() != _BEGIN or lines[-1].strip() != _END:
            raise ValueError("no signature of OpenSSH")
        raw = base64.b64decode("".join(line.strip() for line in lines[1:-1]), validate=True)
        if not raw.startswith(_MAGIC):
            raise ValueError("no signature of OpenSSH")
        reader = _Reader(raw[len(_MAGIC) :])
        version = reader.number()
        inner = _Reader(reader.string())
        namespace, reserved, hash_name = reader.string(), reader.string(), reader.string()
        outer = _Reader(reader.string())
        reader.end()
        kind, signer = inner.string(), inner.string()
        inner.end()
        signed_as, signature = outer.string(), outer.string()
        outer.end()
    except (ValueError, binascii.Error) as error:
        raise SynthdialError("The signature is damaged.", "Get the bundle anew from who made it.") from error
    if version != _VERSION or kind != _KIND or signed_as != _KIND or reserved or hash_name not in _HASHES:
        raise SynthdialError(
            "The signature is of a kind that this program does not know.",
            "Sign with an Ed25519 key: ssh-keygen -t ed25519",
        )
    if len(signer) != 32 or len(signature) != 64:
        raise SynthdialError("The signature is damaged.", "Get the bundle anew from who made it.")
    return signer, namespace, hash_name, signature


def _string(content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + content


class _Reader:
    """Numbers and strings, each with its length before it."""

    def __init__(self, content: bytes) -> None:
        self._rest = content

    def number(self) -> int:
        if len(self._rest) < 4:
            raise ValueError("too short")
        (value,) = struct.unpack(">I", self._rest[:4])
        self._rest = self._rest[4:]
        return int(value)

    def string(self) -> bytes:
        length = self.number()
        if length > len(self._rest):
            raise ValueError("too short")
        found, self._rest = self._rest[:length], self._rest[length:]
        return found

    def end(self) -> None:
        if self._rest:
            raise ValueError("something follows")
