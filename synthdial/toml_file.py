"""Read TOML files that people write, with messages that name the line or the key and what was expected."""

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from synthdial.errors import SynthdialError


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises
    ------
    SynthdialError
        When it cannot be read, is not UTF-8 or is no TOML; the message names the line.
    """
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise SynthdialError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise SynthdialError(f"{path} is not UTF-8 text.", "Save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise SynthdialError(f"{path} is not valid TOML: {error}.") from error
    except (RecursionError, ValueError) as error:  # nested or long beyond what Python holds
        raise SynthdialError(f"{path} is no TOML that can be read: {error}.") from error


def nearest(word: str, choices: Iterable[str]) -> str:
    """A sentence that suggests the choice most like a word; empty where none is."""
    close = difflib.get_close_matches(word, list(choices), n=1, cutoff=0.5)
    return f"Did you mean '{close[0]}'?" if close else ""


def check_keys(table: Mapping[str, Any], where: str, required: Iterable[str], optional: Iterable[str] = ()) -> None:
    """Check that a table has the keys it must have and no others.

    Raises
    ------
    SynthdialError
        Names the unknown key and the nearest known one, or the missing key.
    """
    required = tuple(required)
    known = (*required, *optional)
    for key in table:
        if key not in known:
            hint = nearest(key, known) or f"Known keys: {', '.join(known)}."
            raise SynthdialError(f"{where} has the unknown key '{key}'.", hint)
    for key in required:
        if key not in table:
            raise SynthdialError(f"{where} lacks the key '{key}'.", f"Needed are: {', '.join(required)}.")


def expect(value: object, kind: type | tuple[type, ...], where: str, what: str) -> Any:
    """A value, if it is of the kind expected.

    Raises
    ------
    SynthdialError
        Names the place and what was expected.
    """
    wrong_bool = isinstance(value, bool) and kind is not bool
    if not isinstance(value, kind) or wrong_bool:
        raise SynthdialError(f"{where} must be {what}, not {value!r}.")
    return value


def expect_texts(value: object, where: str) -> tuple[str, ...]:
    """A list of texts, as a tuple.

    Raises
    ------
    SynthdialError
        When it is something else.
    """
    texts = expect(value, list, where, "a list of texts")
    return tuple(expect(text, str, where, "a list of texts") for text in texts)
