"""The manifest of a bundle: each file of the program with its size, digest and rights, and how it was built."""

import hashlib
import json
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from synthdial.errors import SynthdialError

MANIFEST = "MANIFEST.json"
SIGNATURE = "MANIFEST.json.sig"
PUBLIC_KEY = "signing-key.pub"
CHECKSUMS = "SHA256SUMS"
BESIDE = frozenset({MANIFEST, SIGNATURE, PUBLIC_KEY, CHECKSUMS})
"""Files that the manifest does not name: itself, and what is made from it."""

FORMAT = 1
_LONGEST = 16 << 20  # bytes of a manifest; that of this program takes less than a quarter of a megabyte
_MOST_FILES = 100_000
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Entry:
    """A file of a bundle, or a link within it.

    Attributes
    ----------
    path : str
        From the bundle's folder, with ``/`` between its parts.
    size : int
        Bytes; 0 of a link.
    sha256 : str
        64 hexadecimal digits; empty of a link.
    executable : bool
        Whether its owner may run it.
    link : str
        Where a link points, empty of a file.
    """

    path: str
    size: int
    sha256: str
    executable: bool = False
    link: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The entry as it stands in a manifest: without what does not apply to it."""
        if self.link:
            return {"path": self.path, "link": self.link}
        shown: dict[str, Any] = {"path": self.path, "size": self.size, "sha256": self.sha256}
        return shown | ({"executable": True} if self.executable else {})


@dataclass(frozen=True)
class Manifest:
    """What a bundle holds.

    Attributes
    ----------
    about : mapping of str to str
        How it was built: version of the program, of llama.cpp, the glibc that it needs, its date.
    entries : tuple of Entry
        In the order of their paths.
    """

    about: Mapping[str, str]
    entries: tuple[Entry, ...]

    def as_bytes(self) -> bytes:
        """The manifest as a file: the same bundle gives the same bytes."""
        content = {
            "format": FORMAT,
            "about": dict(sorted(self.about.items())),
            "files": [entry.as_dict() for entry in self.entries],
        }
        return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "surrogateescape")

    def checksums(self) -> bytes:
        """What ``sha256sum --check`` reads; a name that it would read differently is written as it expects it."""
        lines = []
        for entry in self.entries:
            if not entry.link:
                name = entry.path.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
                lines.append(f"{chr(92) if name != entry.path else ''}{entry.sha256}  {name}\n")
        return "".join(lines).encode("utf-8", "surrogateescape")


def walk(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Everything below a folder that is no folder, links unfollowed, with its path from there; in no order.

    Raises
    ------
    SynthdialError
        When a folder cannot be listed: what it holds would go unseen.
    """
    waiting = [""]
    while waiting:
        below = waiting.pop()
        try:
            with os.scandir(folder / below) as found:
                for one in found:
                    path = f"{below}/{one.name}" if below else one.name
                    if one.is_dir(follow_symlinks=False):
                        waiting.append(path)
                    else:
                        yield path, one.stat(follow_symlinks=False)
        except OSError as error:
            raise SynthdialError(
                f"{folder / below} cannot be listed: {error.strerror}.", "Ask for the right to read the whole bundle."
            ) from error


def file_digest(path: Path) -> Iterator[int | str]:
    """Read a file: bytes as they are read, for progress, and at the end the SHA-256.

    Raises
    ------
    OSError
        When it cannot be read; also when it is no longer an ordinary file.
    """
    sha256 = hashlib.sha256()
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
    with os.fdopen(os.open(path, flags), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(0, "it is not an ordinary file")
        while block := file.read(_BLOCK):
            sha256.update(block)
            yield len(block)
    yield sha256.hexdigest()


def make_manifest(folder: Path, about: Mapping[str, str]) -> Manifest:
    """The manifest of a folder as it is now.

    Raises
    ------
    SynthdialError
        When something in it cannot be carried in a bundle: a device, a pipe, a link that leads out of it.
    """
    entries = []
    for path, found in walk(folder):
        if path in BESIDE:
            continue
        if stat.S_ISLNK(found.st_mode):
            link = str((folder / path).readlink())
            if not _stays_inside(path, link):
                raise SynthdialError(f"{path} is a link out of the bundle, to {link}.", "Put the file itself there.")
            entries.append(Entry(path, 0, "", link=link))
        elif stat.S_ISREG(found.st_mode):
            *_, digest = file_digest(folder / path)
            entries.append(Entry(path, found.st_size, str(digest), executable=bool(found.st_mode & stat.S_IXUSR)))
        else:
            raise SynthdialError(f"{path} is neither a file nor a link.", "Take it out of the bundle.")
    return Manifest(about, tuple(sorted(entries, key=lambda entry: entry.path)))


def _stays_inside(path: str, link: str) -> bool:
    if link.startswith("/"):
        return False
    depth = path.count("/")
    for part in PurePosixPath(link).parts:
        depth += -1 if part == ".." else 1
        if depth < 0:
            return False
    return True


def read_bytes(path: Path) -> bytes:
    """A small file of a bundle.

    Raises
    ------
    SynthdialError
        When it is missing, cannot be read, or is far too large.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_LONGEST + 1)
    except FileNotFoundError as error:
        raise SynthdialError(
            f"There is no {path.name} in {path.parent}.", "Expected is the folder of a bundle."
        ) from error
    except OSError as error:
        raise SynthdialError(f"{path} cannot be read: {error.strerror}.", "Ask for the right to read it.") from error
    if len(content) > _LONGEST:
        raise SynthdialError(f"{path} is larger than any of a bundle.", "Get the bundle anew from who made it.")
    return content


def read_manifest(content: bytes) -> Manifest:
    """Read a manifest.

    Parameters
    ----------
    content : bytes
        The file's content. Check its signature first: what is read here is only as good as who wrote it.

    Raises
    ------
    SynthdialError
        When it is damaged, of a newer kind, or names a path twice, or one outside the bundle.
    """
    try:
        read = json.loads(content.decode("utf-8", "surrogateescape"))
    except (ValueError, RecursionError) as error:
        raise _damaged("it is not JSON") from error
    if not isinstance(read, dict) or not isinstance(read.get("format"), int):
        raise _damaged("it does not say its format")
    if read["format"] != FORMAT:
        raise SynthdialError(
            f"The manifest has format {read['format']}; this program reads {FORMAT}.", "Use the bundle's own program."
        )
    about, files = read.get("about"), read.get("files")
    if not isinstance(about, dict) or not all(isinstance(value, str) for value in about.values()):
        raise _damaged("it does not say how the bundle was built")
    if not isinstance(files, list) or not 0 < len(files) <= _MOST_FILES:
        raise _damaged("it has no list of files")
    entries = tuple(_read_entry(one) for one in files)
    if len({entry.path for entry in entries}) != len(entries):
        raise _damaged("it names a file twice")
    return Manifest(about, entries)


def _read_entry(one: Any) -> Entry:
    if not isinstance(one, dict):
        raise _damaged("an entry is no entry of a file")
    path, size, sha256 = one.get("path"), one.get("size", 0), one.get("sha256", "")
    executable, link = one.get("executable", False), one.get("link", "")
    if not isinstance(path, str) or not _is_inside(path):
        raise _damaged(f"it names {path!r:.200}, which is no place in a bundle")
    if type(size) is not int or size < 0 or type(executable) is not bool or not isinstance(link, str):
        raise _damaged(f"the entry of {path!r:.200} is not complete")
    if link:
        if not _stays_inside(path, link):
            raise _damaged(f"{path!r:.200} is a link out of the bundle")
        return Entry(path, 0, "", link=link)
    if not isinstance(sha256, str) or len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
        raise _damaged(f"the entry of {path!r:.200} has no digest")
    return Entry(path, size, sha256, executable)


def _is_inside(path: str) -> bool:
    parts = path.split("/")
    return not any(part in ("", ".", "..") or "\x00" in part for part in parts) and path not in BESIDE


def _damaged(why: str) -> SynthdialError:
    return SynthdialError(f"The manifest is damaged: {why}.", "Get the bundle anew from who made it.")
