"""What the kinds of flags are called on the screen; a study keeps their English names."""

from synthdial.language import Say, mark

KINDS = {
    "wrong fact": mark("Wrong fact"),
    "unnatural": mark("Unnatural"),
    "not Dutch": mark("Not Dutch"),
    "privacy": mark("Privacy"),
    "other": mark("Other"),
}
"""Kinds, in the order of their number keys, and the message that names each."""

SEVERITIES = {"minor": mark("minor"), "critical": mark("critical")}
"""How bad it is; the first letter is its key."""


def kind_name(kind: str, say: Say) -> str:
    """What a kind is called; as it is stored where it is none of ours."""
    return say(KINDS.get(kind, kind))


def severity_name(severity: str, say: Say) -> str:
    """What a severity is called."""
    return say(SEVERITIES.get(severity, severity))
