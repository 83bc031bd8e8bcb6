"""The manifest of a bundle: each file of the program with its size and digest, and how it was built."""

import json
import posixpath
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synthdial.bundle.folder import file_digest, walk
from synthdial.errors import SynthdialError

MANIFEST = "MANIFEST.json"
CHECKSUMS = "SHA256SUMS"
PUBLIC_KEY = "signing-key.pub"
SIGNATURE = f"{MANIFEST}.sig"
CHECKSUMS_SIGNATURE = f"{CHECKSUMS}.sig"
BESIDE = frozenset({MANIFEST, CHECKSUMS, PUBLIC_KEY, SIGNATURE, CHECKSUMS_SIGNATURE})
"""Files that the manifest does not name: itself, and what is made from it."""

FORMAT = 1
_LONGEST_PATH, _LONGEST_FACT, _MOST_FACTS = 1000, 200, 50  # characters, characters, and how many
_MOST_LINKS = 40  # one after another, as Linux follows them


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
        """The manifest as a file: the same bundle gives the same bytes.

        Raises
        ------
        UnicodeEncodeError
            When a name is no text.
        """
        content = {
            "format": FORMAT,
            "about": dict(sorted(self.about.items())),
            "files": [entry.as_dict() for entry in sorted(self.entries, key=lambda entry: entry.path)],
        }
        return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()

    def checksums(self) -> bytes:
        """What ``sha256sum --check`` reads; a name that it would read differently is written as it expects it.

        Links stand there too, with the digest of the file that they lead to; those to a folder do not.
        """
        named = {entry.path: entry for entry in self.entries}
        lines = []
        for entry in self.entries:
            file = _led_to(entry, named)
            if file is not None:
                name = entry.path.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
                lines.append(f"{chr(92) if name != entry.path else ''}{file.sha256}  {name}\n")
        return "".join(lines).encode()


def _led_to(entry: Entry, named: Mapping[str, Entry]) -> Entry | None:
    """The file at the end of a link, and of those that it leads to."""
    found: Entry | None = entry
    for _ in range(_MOST_LINKS):
        if found is None or not found.link:
            return found
        found = named.get(posixpath.normpath(posixpath.join(posixpath.dirname(found.path), found.link)))
    return None


def make_manifest(folder: Path, about: Mapping[str, str]) -> Manifest:
    """The manifest of a folder as it is now. Folders in which nothing lies do not count.

    Raises
    ------
    SynthdialError
        When something in it cannot be carried in a bundle: a device, a pipe, a link that leads out of it or nowhere.
    """
    entries = []
    for path, found in walk(folder):
        if path in BESIDE or stat.S_ISDIR(found.st_mode):
            continue
        if not _is_inside(path):
            raise SynthdialError(f"{path!r} is no name for a file of a bundle.", "Give it another, as UTF-8.")
        if stat.S_ISLNK(found.st_mode):
            link = str((folder / path).readlink())
            if not _stays_inside(path, link):
                raise SynthdialError(f"{path} is a link out of the bundle, to {link}.", "Put the file itself there.")
            if not (folder / path).exists():
                raise SynthdialError(f"{path} is a link to {link}, which is not there.", "Take it out of the bundle.")
            entries.append(Entry(path, 0, "", link=link))
        elif stat.S_ISREG(found.st_mode):
            digest = file_digest(folder / path)
            entries.append(Entry(path, found.st_size, digest, executable=bool(found.st_mode & stat.S_IXUSR)))
        else:
            raise SynthdialError(f"{path} is neither a file nor a link.", "Take it out of the bundle.")
    return Manifest(about, tuple(sorted(entries, key=lambda entry: entry.path)))


def read_manifest(content: bytes) -> Manifest:
    """Read a manifest.

    Parameters
    ----------
    content : bytes
        The file's content. Check its signature first: what is read here is only as good as who wrote it.

    Raises
    ------
    SynthdialError
        When it is damaged, of a newer kind, names a path twice or one outside the bundle, or is not written in the one
        way in which `Manifest.as_bytes` writes it.
    """
    try:
        read = json.loads(content.decode())
    except (ValueError, RecursionError) as error:
        raise _damaged("it is not JSON") from error
    if not isinstance(read, dict) or type(read.get("format")) is not int:
        raise _damaged("it does not say its format")
    if read["format"] != FORMAT:
        raise SynthdialError(
            f"The manifest has format {read['format']!s:.20}; this program reads {FORMAT}.",
            "Use the bundle's own program.",
        )
    about, files = read.get("about"), read.get("files")
    if not isinstance(about, dict) or len(about) > _MOST_FACTS or not all(map(_is_fact, about, about.values())):
        raise _damaged("it does not say how the bundle was built")
    if not isinstance(files, list) or not files:
        raise _damaged("it has no list of files")
    manifest = Manifest(about, tuple(_read_entry(one) for one in files))
    if len({entry.path for entry in manifest.entries}) != len(files):
        raise _damaged("it names a file twice")
    if manifest.as_bytes() != content:  # as where a key stands twice, and readers differ about which of them counts
        raise _damaged("it is not written as this program writes it")
    return manifest


def _is_fact(name: str, value: Any) -> bool:
    return isinstance(value, str) and max(len(name), len(value)) <= _LONGEST_FACT and _is_text(name + value)


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
    if not _is_text(path) or len(path) > _LONGEST_PATH or path in BESIDE:
        return False
    return not any(part in ("", ".", "..") or "\x00" in part for part in parts)


def _stays_inside(path: str, link: str) -> bool:
    """Whether a link leads to a place below the bundle's folder, written in the shortest way.

    In that way it goes up first, through real folders, and then down: so it stays inside even where other links are on
    its way, each of which stays inside.
    """
    if link.startswith("/") or "\x00" in link or len(link) > _LONGEST_PATH or not _is_text(link):
        return False
    return posixpath.normpath(link) == link and link.split("/").count("..") <= path.count("/")


def _is_text(name: str) -> bool:
    """Whether a name can be written as UTF-8: of one that was none on the disk, half characters stand for bytes."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _damaged(why: str) -> SynthdialError:
    return SynthdialError(f"The manifest is damaged: {why}.", "Get the bundle anew from who made it.")
