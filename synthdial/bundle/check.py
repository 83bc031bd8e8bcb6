"""Hold a bundle against its manifest: what is missing, what was changed, what was added."""

import os
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from synthdial.bundle.manifest import (
    BESIDE,
    CHECKSUMS,
    MANIFEST,
    PUBLIC_KEY,
    SIGNATURE,
    Entry,
    file_digest,
    read_bytes,
    read_manifest,
    walk,
)
from synthdial.bundle.signature import PublicKey, check_signature, read_public_key
from synthdial.errors import SynthdialError


@dataclass(frozen=True)
class Findings:
    """What a check of a bundle came to.

    Attributes
    ----------
    folder : Path
        Which bundle.
    about : mapping of str to str
        How it was built, as the manifest says.
    files, size : int
        How many files were read, and their bytes.
    key : PublicKey or None
        Whose signature it bears; None where it bears none.
    key_from : {"given", "trusted", "bundle", ""}
        Where that key came from: the user, the folder of trusted keys, or the bundle itself.
    missing, changed, added : tuple of str
        Paths of files; a changed one has another content, kind, link or right to be run than was signed.
    remarks : tuple of str
        What is no fault and should be known.
    """

    folder: Path
    about: Mapping[str, str]
    files: int
    size: int
    key: PublicKey | None
    key_from: str
    missing: tuple[str, ...]
    changed: tuple[str, ...]
    added: tuple[str, ...]
    remarks: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether every file is the one that the manifest names, and there is no other."""
        return not (self.missing or self.changed or self.added)


def check_bundle(
    folder: Path,
    *,
    key: Path | None = None,
    trusted: Path | None = None,
    advance: Callable[[int], None] = lambda count: None,
) -> Findings:
    """Check the signature of a bundle, then each of its files.

    Parameters
    ----------
    folder : Path
        The bundle.
    key : Path, optional
        The public key that must have signed it, an OpenSSH file.
    trusted : Path, optional
        A folder of such keys, ``*.pub``, any of which may have signed it; asked where no key is given. Without either
        the key in the bundle is taken, which shows that the bundle is whole, and not who made it.
    advance : callable
        Is given the bytes that were read since it was last called.

    Raises
    ------
    SynthdialError
        When this is no bundle, its signature does not hold, or a file cannot be read.
    """
    content = read_bytes(folder / MANIFEST)
    signer, source = _signer(folder, content, key, trusted)
    manifest = read_manifest(content)
    named = {entry.path: entry for entry in manifest.entries}
    missing, changed, added, open_to_others = set(named), [], [], 0
    files = size = 0
    for path, found in walk(folder):
        if path in BESIDE and stat.S_ISREG(found.st_mode):
            continue
        entry = named.get(path)
        if entry is None:
            added.append(path)
            continue
        missing.discard(path)
        open_to_others += bool(found.st_mode & stat.S_IWOTH) and not stat.S_ISLNK(found.st_mode)
        same, read = _same(folder / path, entry, found, advance)
        files, size = files + 1, size + read
        if not same:
            changed.append(path)
    if (folder / CHECKSUMS).is_file() and read_bytes(folder / CHECKSUMS) != manifest.checksums():
        changed.append(CHECKSUMS)
    remarks = []
    if open_to_others:
        remarks.append(f"Anyone on this machine may change {open_to_others} of the files: chmod -R go-w {folder}")
    return Findings(
        folder, manifest.about, files, size, signer, source,
        tuple(sorted(missing)), tuple(sorted(changed)), tuple(sorted(added)), tuple(remarks),
    )  # fmt: skip


def _signer(folder: Path, content: bytes, given: Path | None, trusted: Path | None) -> tuple[PublicKey | None, str]:
    """Whose signature the manifest bears, and where that key came from."""
    keys = [(read_public_key(given), "given")] if given else []
    if not keys and trusted is not None and trusted.is_dir():
        keys = [(read_public_key(path), "trusted") for path in sorted(trusted.glob("*.pub"))]
    if not os.path.lexists(folder / SIGNATURE):
        if keys:
            raise SynthdialError(
                "The bundle is not signed, and a key was asked for.", "Ask who made it for a bundle that is signed."
            )
        return None, ""
    armoured = read_bytes(folder / SIGNATURE)
    if not keys:
        keys = [(read_public_key(folder / PUBLIC_KEY), "bundle")]
    problem: SynthdialError | None = None
    for key, source in keys:
        try:
            check_signature(content, armoured, key)
        except SynthdialError as error:
            problem = problem or error
        else:
            return key, source
    assert problem is not None
    if len(keys) > 1:
        raise SynthdialError(f"None of the {len(keys)} trusted keys signed this bundle.", str(problem))
    raise problem


def _same(path: Path, entry: Entry, found: os.stat_result, advance: Callable[[int], None]) -> tuple[bool, int]:
    """Whether a file is the one that was signed, and how many bytes were read to know."""
    if entry.link:
        return stat.S_ISLNK(found.st_mode) and str(path.readlink()) == entry.link, 0
    if not stat.S_ISREG(found.st_mode) or found.st_size != entry.size:
        return False, 0
    if os.name == "posix" and bool(found.st_mode & stat.S_IXUSR) != entry.executable:
        return False, 0
    read, digest = 0, ""
    try:
        for part in file_digest(path):
            if isinstance(part, int):
                read += part
                advance(part)
            else:
                digest = part
    except OSError as error:
        raise SynthdialError(
            f"{path} cannot be read: {error.strerror}.", "Ask for the right to read the whole bundle."
        ) from error
    return digest == entry.sha256, read
