"""Write what synthetic conversations are good for, for other programs."""

import csv
import io
import math
from dataclasses import asdict
from typing import Any

from synthdial.outgoing import cell, json_text
from synthdial.utility.result import Arm, Difference, Utility

FORMATS = ("json", "csv")
"""Formats of files: all that is known, or a row for each way of training and each difference."""

_MEASURES = ("macro_f1", "accuracy")


def utility_bytes(form: str, found: Utility) -> bytes:
    """The bytes of a file of this format, one of ``FORMATS``; what is undefined is null, or an empty cell."""
    if form == "json":
        return (json_text(_plain(asdict(found)), indent=1) + "\n").encode()
    text = io.StringIO(newline="")
    rows = [*map(_arm_row, found.arms), *map(_difference_row, found.differences)]
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: "" if value is None else cell(value) for key, value in _plain(row).items()} for row in rows)
    return text.getvalue().encode()


def _arm_row(arm: Arm) -> dict[str, Any]:
    return {"trained_on": arm.name, "less": "", "examples": arm.training, "known_words": arm.known, **_figures(arm)}


def _difference_row(one: Difference) -> dict[str, Any]:
    return {"trained_on": one.name, "less": one.less, "examples": None, "known_words": None, **_figures(one)}


def _figures(one: Arm | Difference) -> dict[str, float]:
    told: dict[str, float] = {}
    for measure in _MEASURES:
        estimate = getattr(one, measure)
        told |= {measure: estimate.value, f"{measure}_low": estimate.low, f"{measure}_high": estimate.high}
    return told


def _plain(value: Any) -> Any:
    """A value as JSON can hold it: null where a figure is undefined."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
