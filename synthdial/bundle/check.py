"""Hold a bundle against its manifest: what is missing, what was changed, what was added."""

import os
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from synthdial.bundle.folder import file_digest, read_small, walk
from synthdial.bundle.manifest import (
    BESIDE,
    CHECKSUMS,
    CHECKSUMS_SIGNATURE,
    MANIFEST,
    PUBLIC_KEY,
    SIGNATURE,
    Entry,
    Manifest,
    read_manifest,
)
from synthdial.bundle.signature import PublicKey, check_signature, parse_public_key, read_public_key
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
        How many files and links were looked at, and the bytes that were read.
    key : PublicKey or None
        Whose signature it bears; None where it bears none.
    key_from : {"given", "trusted", "bundle", ""}
        Where that key came from: the user, the folder of trusted keys, or the bundle itself.
    missing, changed, added : tuple of str
        Paths; a changed file has another content, another kind, or rights that no file of a bundle has.
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
    advance: Callable[[int, int], None] = lambda read, total: None,
) -> Findings:
    """Check the signature of a bundle, then each of its files. Nothing is written.

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
        Is given the bytes that were read since it was last called, and how many there are in all.

    Raises
    ------
    SynthdialError
        When this is no bundle, its signature does not hold, or a file cannot be read.
    """
    content = read_small(folder / MANIFEST)
    signer, source = _signer(folder, content, key, trusted)
    manifest = read_manifest(content)
    named = {entry.path: entry for entry in manifest.entries}
    total = sum(entry.size for entry in manifest.entries)
    size = 0

    def read(count: int) -> None:
        nonlocal size
        size += count
        advance(count, total)

    seen: set[str] = set()
    changed, added, other_rights = [], [], []
    open_to_others = ["."] if folder.stat().st_mode & stat.S_IWOTH else []
    for path, found in walk(folder):
        if found.st_mode & stat.S_IWOTH and not stat.S_ISLNK(found.st_mode):
            open_to_others.append(path)
        if stat.S_ISDIR(found.st_mode) or (path in BESIDE and stat.S_ISREG(found.st_mode)):
            continue
        entry = named.get(path)
        if entry is None:
            added.append(path)
            continue
        seen.add(path)
        if not _same(folder / path, entry, found, read):
            changed.append(path)
        elif not entry.link and bool(found.st_mode & stat.S_IXUSR) != entry.executable:
            other_rights.append(path)
    missing = [path for path in named if path not in seen]
    for name, what in _checksums(folder, manifest, signer):
        {"missing": missing, "changed": changed, "added": added}[what].append(name)
    remarks = _remarks(folder, open_to_others, other_rights, signer)
    return Findings(
        folder, manifest.about, len(seen), size, signer, source,
        tuple(sorted(missing)), tuple(sorted(changed)), tuple(sorted(added)), remarks,
    )  # fmt: skip


def _signer(folder: Path, content: bytes, given: Path | None, trusted: Path | None) -> tuple[PublicKey | None, str]:
    """Whose signature the manifest bears, and where that key came from."""
    keys = [(read_public_key(given), "given")] if given else []
    if not keys and trusted is not None and trusted.is_dir():
        keys = [(read_public_key(path), "trusted") for path in sorted(trusted.glob("*.pub"))]
    if not os.path.lexists(folder / SIGNATURE):
        if keys:
            asked = "asked for" if given else f"trusted in {trusted}"
            raise SynthdialError(
                f"The bundle is not signed, and a key is {asked}.", "Ask who made it for a bundle that is signed."
            )
        return None, ""
    armoured = read_small(folder / SIGNATURE)
    if not keys:
        keys = [(_own_key(folder), "bundle")]
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


def _own_key(folder: Path) -> PublicKey:
    return parse_public_key(read_small(folder / PUBLIC_KEY), folder / PUBLIC_KEY)


def _same(path: Path, entry: Entry, found: os.stat_result, read: Callable[[int], None]) -> bool:
    """Whether a file is the one that was signed."""
    if entry.link:
        return stat.S_ISLNK(found.st_mode) and str(path.readlink()) == entry.link
    if not stat.S_ISREG(found.st_mode) or found.st_size != entry.size:
        return False
    if found.st_mode & (stat.S_ISUID | stat.S_ISGID):  # whoever runs it gets the rights of its owner
        return False
    return file_digest(path, read) == entry.sha256


def _checksums(folder: Path, manifest: Manifest, signer: PublicKey | None) -> list[tuple[str, str]]:
    """What is wrong with the checksums: they are what somebody without this program holds the files against."""
    if not os.path.lexists(folder / CHECKSUMS):
        return [(CHECKSUMS, "missing")]
    wrong = []
    content = read_small(folder / CHECKSUMS)
    if content != manifest.checksums():
        wrong.append((CHECKSUMS, "changed"))
    if os.path.lexists(folder / CHECKSUMS_SIGNATURE) != (signer is not None):
        wrong.append((CHECKSUMS_SIGNATURE, "missing" if signer else "added"))
    elif signer is not None:
        try:
            check_signature(manifest.checksums(), read_small(folder / CHECKSUMS_SIGNATURE), signer)
        except SynthdialError:
            wrong.append((CHECKSUMS_SIGNATURE, "changed"))
    return wrong


def _remarks(
    folder: Path, open_to_others: list[str], other_rights: list[str], signer: PublicKey | None
) -> tuple[str, ...]:
    remarks = []
    if open_to_others and os.name == "posix":
        remarks.append(
            f"Anyone on this machine may change {len(open_to_others)} of the files and folders, such as "
            f"{min(open_to_others)}: chmod -R o-w {folder}"
        )
    if other_rights and os.name == "posix":
        remarks.append(
            f"The right to be run is not that of the manifest for {len(other_rights)} of the files, such as "
            f"{min(other_rights)}: some disks keep no rights."
        )
    if signer is not None and os.path.lexists(folder / PUBLIC_KEY):
        try:
            same = _own_key(folder).raw == signer.raw
        except SynthdialError:
            same = False
        if not same:
            remarks.append(
                f"The key in the bundle, {PUBLIC_KEY}, is not the one that signed it: it counts for nothing."
            )
    return tuple(remarks)
