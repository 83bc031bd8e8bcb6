"""The lookup tables of ``deduce``, in a compact form that loads in a fraction of a second.

``deduce`` keeps its lists of streets, institutions, places and names in nested dictionaries: about 1 GB in memory,
pickled on disk, and ten seconds to load. Here a phrase is a 64-bit hash and a list a sorted array of them, 20 MB in
all, and nothing that is loaded can run code. ``deduce`` itself is used unmodified, of any release that reads its
tables the same way.
"""

import io
import logging
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synthdial import locations
from synthdial.errors import SynthdialError
from synthdial.files import replace_atomically

_FORM = 1
_SEPARATOR = "\x1f"


def shipped_tables() -> Path:
    """Where a bundle carries the tables."""
    return locations.bundled("privacy", _name())


def user_tables() -> Path:
    """Where they are kept for a user, when none were shipped."""
    return locations.user_data() / "privacy" / _name()


def _name() -> str:
    return f"deduce-{version('deduce')}-{_FORM}.npz"


@contextmanager
def quietly_imported() -> Iterator[None]:
    """Importing deduce sends the whole program's log to standard output, unless a handler is there already."""
    root = logging.getLogger()
    handler = logging.NullHandler()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)


class Phrases:
    """A list of phrases, known by hashes of their words and of their beginnings.

    Parameters
    ----------
    nodes : array of uint64, sorted
        Hashes of all phrases and of their beginnings.
    ends : array of bool
        Which of them are whole phrases.
    starts : frozenset of str
        First words.
    """

    def __init__(self, nodes: NDArray[np.uint64], ends: NDArray[np.bool_], starts: frozenset[str]) -> None:
        self._nodes = nodes
        self._ends = ends
        self.starts = starts

    def longest(self, words: list[str], start: int) -> int:
        """How many words from ``start`` on are the longest phrase of the list; 0 for none."""
        longest = 0
        joined = ""
        for length, word in enumerate(words[start:], 1):
            joined = f"{joined}{_SEPARATOR}{word}" if joined else word
            at = int(np.searchsorted(self._nodes, _hash(joined)))
            if at == len(self._nodes) or self._nodes[at] != _hash(joined):
                break
            if self._ends[at]:
                longest = length
        return longest


def _hash(joined: str) -> np.uint64:
    return np.uint64(int.from_bytes(blake2b(joined.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little"))


class _Collector:
    """Stands in for a tokenizer while deduce fills a trie: it keeps the phrases, and the trie stays empty."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self.phrases: list[list[str]] = []

    def tokenize(self, text: str) -> list[Any]:
        self.phrases.append([token.text for token in self._tokenizer.tokenize(text)])
        return []

    def arrays(self, modify: Callable[[str], str]) -> tuple[NDArray[np.uint64], NDArray[np.bool_], list[str]]:
        found: dict[int, bool] = {}
        starts: set[str] = set()
        for phrase in self.phrases:
            joined = ""
            for word in map(modify, phrase):
                joined = f"{joined}{_SEPARATOR}{word}" if joined else word
                if joined == word:
                    starts.add(word)
                found.setdefault(int(_hash(joined)), False)
            if joined:
                found[int(_hash(joined))] = True
        nodes = np.array(sorted(found), np.uint64)
        return nodes, np.array([found[int(node)] for node in nodes], np.bool_), sorted(starts)


def build_tables(target: Path, remark: Callable[[str], None] | None = None) -> None:
    """Build the tables from the lists inside ``deduce``: once, a minute or so.

    Parameters
    ----------
    target : Path
        The file that is written.
    remark : callable, optional
        Is told what is being done.

    Raises
    ------
    SynthdialError
        When the file cannot be written.
    """
    with quietly_imported():
        from deduce import deduce as package
        from deduce import lookup_structs as own

    say = remark or (lambda sentence: None)
    tokenizer = package.Deduce._initialize_tokenizer(package._LOOKUP_LIST_PATH)
    raw = own.load_raw_itemsets(base_path=package._LOOKUP_LIST_PATH, subdirs=own.all_lists)
    arrays: dict[str, NDArray[Any]] = {}
    lookup_sets = set(raw) - set(own._LOOKUP_SET_LOADERS) - set(own._LOOKUP_TRIE_LOADERS)
    for name in sorted(lookup_sets | set(own._LOOKUP_SET_LOADERS)):
        loader = own._LOOKUP_SET_LOADERS.get(name)
        arrays[f"set/{name}"] = _packed(loader(raw).items() if loader else raw[name])
    for number, (name, load) in enumerate(own._LOOKUP_TRIE_LOADERS.items(), 1):
        say(f"Table {number} of {len(own._LOOKUP_TRIE_LOADERS)}: {name.replace('_', ' ')}.")
        collector = _Collector(tokenizer)
        trie = load(raw, collector)
        modify = trie._apply_matching_pipeline
        nodes, ends, starts = collector.arrays(modify)
        arrays |= {f"trie/{name}/nodes": nodes, f"trie/{name}/ends": ends, f"trie/{name}/starts": _packed(starts)}
        arrays[f"trie/{name}/small"] = np.array([trie.has_matching_pipeline()])
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
    replace_atomically(target, [file.getvalue()])


def _packed(items: Iterable[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(sorted(items)).encode(), np.uint8)


def _unpacked(array: NDArray[np.uint8]) -> list[str]:
    text = array.tobytes().decode()
    return text.split("\n") if text else []


def ready_tables(remark: Callable[[str], None] | None = None) -> Path:
    """Where the tables are: shipped with the program, else the user's, which are built now if they are not there.

    Parameters
    ----------
    remark : callable, optional
        Is told when they are built, and how far that is.

    Raises
    ------
    SynthdialError
        When they cannot be written, or not be read back.
    """
    for path in (shipped_tables(), user_tables()):
        if path.exists() and _loaded(path) is not None:
            return path
    if remark:
        remark("Building the lookup tables for de-identification: once, about a minute and a half.")
    build_tables(user_tables(), remark)
    if _loaded(user_tables()) is None:
        raise SynthdialError(f"{user_tables()} cannot be read back.", "Remove it and try again.")
    return user_tables()


def _loaded(path: Path) -> dict[str, NDArray[Any]] | None:
    """The arrays of a file; None when it is damaged, so that it is built anew."""
    try:
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
        return None


@cache
def load_deduce() -> Any:
    """An instance of ``deduce.Deduce`` over the compact tables."""
    arrays = _loaded(ready_tables())
    assert arrays is not None
    with quietly_imported():
        import docdeid as dd
        from deduce import deduce as package

    class Trie(dd.ds.LookupTrie):  # type: ignore[misc]
        """What deduce asks of a trie, answered from arrays."""

        def __init__(self, phrases: Phrases, pipeline: Any) -> None:
            super().__init__(matching_pipeline=pipeline)
            self.children = dict.fromkeys(phrases.starts)
            self._phrases = phrases

        def longest_matching_prefix(self, item: list[str], start_i: int = 0) -> list[str] | None:
            if not self.matching_pipeline and item[start_i] not in self._phrases.starts:
                return None
            words = [self._apply_matching_pipeline(word) for word in item[start_i : start_i + 24]]
            length = self._phrases.longest(words, 0)
            return words[:length] if length else None

    structs = dd.ds.DsCollection()
    for name, array in arrays.items():
        form, _, rest = name.partition("/")
        if form == "set":
            pipeline = [dd.str.LowercaseString()] if rest == "whitelist" else None
            structs[rest] = dd.ds.LookupSet(matching_pipeline=pipeline)
            structs[rest].add_items_from_iterable(_unpacked(array))
        elif rest.endswith("/nodes"):
            trie = rest.removesuffix("/nodes")
            phrases = Phrases(array, arrays[f"trie/{trie}/ends"], frozenset(_unpacked(arrays[f"trie/{trie}/starts"])))
            small = bool(arrays[f"trie/{trie}/small"][0])
            structs[trie] = Trie(phrases, [dd.str.LowercaseString()] if small else None)

    class Compact(package.Deduce):  # type: ignore[misc]
        """Deduce with tables that are given."""

        def __init__(self) -> None:
            dd.DocDeid.__init__(self)
            self.config = self._initialize_config()
            self.tokenizers = {"default": self._initialize_tokenizer(package._LOOKUP_LIST_PATH)}
            self.lookup_structs = structs
            extras = {"tokenizer": self.tokenizers["default"], "ds": structs}
            self.processors = package._DeduceProcessorLoader().load(config=self.config, extras=extras)

    return Compact()
