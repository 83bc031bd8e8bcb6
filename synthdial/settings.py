"""The user's settings: one small TOML file that need not exist.

``[labels]`` adds speaker labels to those known: ``"Zuster" = "Arts"``. ``model`` names the model to use when neither
``--model`` nor ``SYNTHDIAL_MODEL`` does. ``language`` is what screens and reports speak, ``nl`` or ``en``; ``theme`` is
how screens look, ``dark``, ``light`` or ``contrast``. ``[leakage]`` sets what a dialogue may share with a reference.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, TypeVar

from synthdial import locations
from synthdial.errors import SynthdialError
from synthdial.toml_file import check_keys, expect, nearest, read_toml

Language = Literal["nl", "en"]
Theme = Literal["dark", "light", "contrast"]

LANGUAGES: tuple[Language, ...] = ("nl", "en")
THEMES: tuple[Theme, ...] = ("dark", "light", "contrast")

_Choice = TypeVar("_Choice", bound=str)


@dataclass(frozen=True)
class Thresholds:
    """What a dialogue may share with one reference, at most; ``docs/leakage.md`` has the reasons for the defaults.

    Attributes
    ----------
    longest_run : int
        Words that count in the longest run.
    rare_five_grams : int
        Different rare 5-grams.
    identifiers : int
        Places with an identifier of any of the originals.
    similarity : float
        Containment of the smaller in the larger by runs of three words, 0 to 1.
    """

    longest_run: int = 7
    rare_five_grams: int = 4
    identifiers: int = 0
    similarity: float = 0.15


@dataclass(frozen=True)
class Settings:
    """What the user has set.

    Attributes
    ----------
    model : str or None
        Name or path of the model to use by default.
    labels : mapping of str to str
        Speaker labels of transcripts and the role each stands for, ``Arts`` or ``Patiënt``.
    language : {"nl", "en"}, optional
        What screens and reports speak; by default as the locale says.
    theme : {"dark", "light", "contrast"}, optional
        How screens look; by default as they looked last.
    leakage : Thresholds
        What a dialogue may share with a reference.
    """

    model: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    language: Language | None = None
    theme: Theme | None = None
    leakage: Thresholds = Thresholds()


def load_settings() -> Settings:
    """Read the settings file, or the defaults where there is none.

    Raises
    ------
    SynthdialError
        When the file has a mistake; the message names it.
    """
    path = locations.user_settings()
    if not path.exists():
        return Settings()
    table = read_toml(path)
    check_keys(table, str(path), (), ("model", "labels", "language", "theme", "leakage"))
    model = table.get("model")
    if model is not None:
        expect(model, str, f"{path}: model", "a name or a path")
    labels = expect(table.get("labels", {}), dict, f"{path}: [labels]", "a table of labels and roles")
    for label, role in labels.items():
        expect(role, str, f"{path}: the label '{label}'", "'Arts' or 'Patiënt'")
    language = one_of(table.get("language"), LANGUAGES, f"{path}: language")
    theme = one_of(table.get("theme"), THEMES, f"{path}: theme")
    leakage = expect(table.get("leakage", {}), dict, f"{path}: [leakage]", "a table of limits")
    return Settings(model, labels, language, theme, thresholds_of(leakage, f"{path}: [leakage]"))


def thresholds_of(table: Mapping[str, Any], where: str) -> Thresholds:
    """The limits that a table sets, with the defaults for those it does not.

    Raises
    ------
    SynthdialError
        When a limit is unknown or no number that it can be; the message names it.
    """
    check_keys(table, where, (), [field.name for field in fields(Thresholds)])
    for name, value in table.items():
        share = name == "similarity"
        what = "a number from 0 to 1" if share else "a whole number, 0 or more"
        number = expect(value, (int, float) if share else int, f"{where} {name}", what)
        if not 0 <= number <= (1 if share else math.inf):
            raise SynthdialError(f"{where} {name} must be {what}, not {value!r}.")
    return Thresholds(**table)


def one_of(value: object, choices: tuple[_Choice, ...], where: str) -> _Choice | None:
    """The choice that a value names; None where there is no value.

    Raises
    ------
    SynthdialError
        When it names none of them; the message says which there are.
    """
    if value is None:
        return None
    for choice in choices:
        if value == choice:
            return choice
    hint = nearest(value, choices) if isinstance(value, str) else ""
    raise SynthdialError(f"{where} must be one of {', '.join(choices)}, not {value!r}.", hint)
