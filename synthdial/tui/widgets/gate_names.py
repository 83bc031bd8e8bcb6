"""How a dialogue stands with the gate, in words."""

from synthdial.language import Say, mark

STATES = {
    "passed": mark("passed"),
    "quarantined": mark("quarantined"),
    "never checked": mark("never checked"),
    "released": mark("released"),
    "accepted": mark("accepted"),
    "flagged": mark("flagged"),
}
"""Messages, by `synthdial.export.gate.Standing.state`."""

_HELD = {
    "quarantined": mark("Stays inside: it says too much of what stood in the prompt."),
    "never checked": mark("Stays inside: it was never checked for what it copied. synthdial-edge check does that."),
    "flagged as private or critical": mark("Stays inside: a reviewer flagged a turn as private or as critical."),
    "not accepted by a reviewer": mark("Stays inside: no more reviewers accepted it than rejected it."),
}

_FOUND = {
    "longest_run": mark("Words in a row that stand in the reference too: {measure}; at most {limit} are allowed."),
    "rare_five_grams": mark("Rare runs of five words shared with it: {measure}; at most {limit} are allowed."),
    "identifiers": mark("Names, dates and numbers of the reference: {measure}; at most {limit} are allowed."),
    "similarity": mark("Share of the text in common with it: {measure}; at most {limit} is allowed."),
}


def state_name(state: str, say: Say) -> str:
    """The name of a state."""
    return say(STATES.get(state, state))


def held_sentence(held: str, say: Say) -> str:
    """Whether it may leave, and why not."""
    return say(_HELD.get(held, held)) if held else say(mark("May leave with the next export."))


def found_sentence(kind: str, measure: str, limit: str, say: Say) -> str:
    """What a finding is about, and by how much it is over its limit."""
    text = say(_FOUND[kind]) if kind in _FOUND else say(mark("{kind}: {measure}; at most {limit} are allowed."))
    return text.format(kind=kind.replace("_", " "), measure=measure, limit=limit)
