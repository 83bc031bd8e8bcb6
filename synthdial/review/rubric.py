"""Rubrics: what raters are asked, on five points that are each said in words; written in TOML."""

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from synthdial import locations
from synthdial.errors import SynthdialError
from synthdial.toml_file import check_keys, expect, expect_texts, nearest

LANGUAGES = ("nl", "en")
POINTS = 5

_BUNDLED = ("native", "clinician")
_T = TypeVar("_T")
_KEY = re.compile(r"[a-z][a-z0-9_]*")
_RESERVED = ("origin", "accepted")  # what raters say beside their scores
_MOST_CRITERIA = 20
_LARGEST = 1 << 20


@dataclass(frozen=True)
class Criterion:
    """One thing that is rated.

    Attributes
    ----------
    key : str
        By which scores are kept.
    names, questions : mapping of str to str
        Its name and what the rater is asked, by language; each of ``nl`` and ``en`` is there.
    anchors : mapping of str to tuple of str
        What each point from 1 to 5 means, by language.
    """

    key: str
    names: Mapping[str, str]
    questions: Mapping[str, str]
    anchors: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Rubric:
    """What a rater is asked.

    Attributes
    ----------
    key : str
        The name of the file without ``.toml``, or the role where it stands in a study.
    role : str
        As what its raters judge: ``native``, ``clinician``, or another.
    names : mapping of str to str
        What it is called, by language.
    criteria : tuple of Criterion
        In the order they are asked.
    asks_origin : bool
        Whether raters say who wrote the dialogue, a person or a machine.
    content : str
        The TOML text.
    digest : str
        SHA-256 of what it asks, 64 hexadecimal digits; comments and layout are no part of it.
    """

    key: str
    role: str
    names: Mapping[str, str]
    criteria: tuple[Criterion, ...]
    asks_origin: bool
    content: str
    digest: str

    def criterion(self, key: str) -> Criterion:
        """The criterion with a key.

        Raises
        ------
        SynthdialError
            When there is none.
        """
        for criterion in self.criteria:
            if criterion.key == key:
                return criterion
        keys = [criterion.key for criterion in self.criteria]
        hint = nearest(key, keys) or f"Its criteria are: {', '.join(keys)}."
        raise SynthdialError(f"The rubric '{self.key}' has no criterion '{key}'.", hint)


def bundled_rubrics() -> tuple[Rubric, ...]:
    """The rubrics that come with the program: for native speakers and for clinicians."""
    return tuple(load_rubric(name) for name in _BUNDLED)


def load_rubric(wanted: str | Path) -> Rubric:
    """Read a rubric.

    Parameters
    ----------
    wanted : str or Path
        ``native``, ``clinician``, or the path of a TOML file.

    Raises
    ------
    SynthdialError
        When there is none, or it has a mistake: the message names the place and what was expected.
    """
    path = Path(wanted)
    if str(wanted) in _BUNDLED:
        path = locations.bundled("rubrics", f"{wanted}.toml")
    elif path.suffix != ".toml" and not path.is_file():
        hint = f"{nearest(str(wanted), _BUNDLED)} Give the path of a TOML file, or: {', '.join(_BUNDLED)}.".strip()
        raise SynthdialError(f"There is no rubric '{wanted}'.", hint)
    where = f"The rubric {path}"
    try:
        if path.stat().st_size > _LARGEST:
            raise SynthdialError(f"{where} is larger than 1 MiB: that is no rubric.")
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise SynthdialError(f"{where} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise SynthdialError(f"{where} is not UTF-8 text.", "Save it as UTF-8.") from error
    return read_rubric(text, where, path.stem)


def read_rubric(text: str, where: str, key: str = "") -> Rubric:
    """Read the text of a rubric.

    Parameters
    ----------
    text : str
        TOML.
    where : str
        What messages call it, such as ``The rubric /home/els/own.toml``.
    key : str
        The name it gets; its role by default.

    Raises
    ------
    SynthdialError
        When it has a mistake: the message names the place and what was expected.
    """
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # tomllib's own error is a ValueError, with the line
        raise SynthdialError(f"{where} is not valid TOML: {error}.") from error
    check_keys(table, where, ("role", "name", "criteria"), ("asks_origin",))
    role = _line(table["role"], f"{where}: 'role'")
    asks_origin = expect(table.get("asks_origin", False), bool, f"{where}: 'asks_origin'", "true or false")
    tables = expect(table["criteria"], list, f"{where}: [[criteria]]", "a list of tables")
    if not 1 <= len(tables) <= _MOST_CRITERIA:
        raise SynthdialError(f"{where} has {len(tables)} criteria.", f"It must have from 1 to {_MOST_CRITERIA}.")
    criteria: list[Criterion] = []
    for number, item in enumerate(tables, 1):
        criterion = _criterion(expect(item, dict, f"{where}: [[criteria]]", "a list of tables"), where, number)
        if any(criterion.key == other.key for other in criteria):
            raise SynthdialError(f"{where} has two criteria with the key '{criterion.key}'.", "Give each its own key.")
        criteria.append(criterion)
    names = _by_language(table["name"], f"{where}: [name]")
    asked = [role, asks_origin, names, [[c.key, c.names, c.questions, c.anchors] for c in criteria]]
    digest = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
    return Rubric(key or role, role, names, tuple(criteria), asks_origin, text, digest)


def _criterion(table: dict[str, Any], where: str, number: int) -> Criterion:
    where = f"{where}: criterion {number}"
    if isinstance(table.get("key"), str):
        where = f"{where} ('{table['key']}')"
    check_keys(table, where, ("key", "name", "question", "anchors"))
    key = expect(table["key"], str, f"{where}: 'key'", "a text")
    if not _KEY.fullmatch(key):
        raise SynthdialError(
            f"{where}: the key '{key}' is none.", "It is of small letters, digits and underscores, a letter first."
        )
    if key in _RESERVED:
        raise SynthdialError(f"{where}: the key '{key}' has a meaning of its own.", "Choose another.")
    anchors = _languages(table["anchors"], f"{where}: 'anchors'")
    worded = {language: _anchors(texts, f"{where}: 'anchors' in '{language}'") for language, texts in anchors.items()}
    return Criterion(
        key,
        _by_language(table["name"], f"{where}: 'name'"),
        _by_language(table["question"], f"{where}: 'question'"),
        _filled(worded),
    )


def _anchors(value: object, where: str) -> tuple[str, ...]:
    texts = expect_texts(value, where)
    if len(texts) != POINTS:
        raise SynthdialError(
            f"{where}: there are {len(texts)} anchors.", f"One is needed for each point, 1 to {POINTS}."
        )
    return tuple(_line(text, f"{where}: anchor {point}") for point, text in enumerate(texts, 1))


def _by_language(value: object, where: str) -> dict[str, str]:
    return _filled(
        {language: _line(text, f"{where} in '{language}'") for language, text in _languages(value, where).items()}
    )


def _languages(value: object, where: str) -> dict[str, Any]:
    table: dict[str, Any] = expect(value, dict, where, "a table of languages, nl and en")
    check_keys(table, where, (), LANGUAGES)
    if not table:
        raise SynthdialError(f"{where} says nothing.", "Say it in 'nl', in 'en', or in both.")
    return table


def _filled(said: dict[str, _T]) -> dict[str, _T]:
    """Each language; where one is missing, the other in its place."""
    other = next(iter(said.values()))
    return {language: said.get(language, other) for language in LANGUAGES}


def _line(value: object, where: str) -> str:
    text: str = expect(value, str, where, "a line of text").strip()
    if not text or not text.isprintable():
        raise SynthdialError(f"{where} must be one line of text, not {value!r}.")
    return text
