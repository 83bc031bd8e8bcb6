"""What points at a person, in words."""

from collections.abc import Mapping

from synthdial.language import Say, mark

KINDS = {
    "name": mark("name"),
    "date": mark("date"),
    "age": mark("age"),
    "place": mark("place"),
    "address": mark("address"),
    "institution": mark("institution"),
    "phone": mark("telephone number"),
    "bsn": mark("citizen service number (BSN)"),
    "patient number": mark("patient number"),
    "e-mail": mark("e-mail address"),
    "url": mark("website"),
    "number": mark("other number"),
}
"""Messages, by the values of `synthdial.privacy.deidentify.Kind`."""


def identifier_name(kind: str, say: Say) -> str:
    """The name of a kind."""
    return say(KINDS.get(kind, kind))


def told_counts(counts: Mapping[str, int], say: Say) -> str:
    """How many of each kind, in one line."""
    return ", ".join(f"{count} × {identifier_name(kind, say)}" for kind, count in counts.items())
