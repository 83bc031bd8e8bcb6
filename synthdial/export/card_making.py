"""The parts of a dataset card that say how the dialogues were made, and how to make them again."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from synthdial.export.composition import Making
from synthdial.export.facts import Facts
from synthdial.export.markdown import UNKNOWN, Markdown, code, escaped, listing, number, said
from synthdial.prompt import bundled_scenarios

MOST_SHOWN = 20
"""Recipes, or scenarios, that a table shows."""

_MOST_VALUES = 6
_SAMPLING = ("temperature", "top_k", "top_p", "min_p", "repeat_penalty")
_ARE = {
    "bundled": "bundled: written for synthdial-edge, about invented people",
    "checked": "real or other transcripts, de-identified, each looked at by a person after that",
    "unchecked": "transcripts, de-identified; not all were looked at by a person after that",
    "none": "none: only a turn-taking profile, which holds no text",
}
Cells = tuple[str | Markdown, ...]


def shown(makings: Sequence[Making]) -> list[Making]:
    """The recipes with the most dialogues, in the order they were first used."""
    largest = sorted(makings, key=lambda making: -making.dialogues)[:MOST_SHOWN]
    return [making for making in makings if any(making is one for one in largest)]


def recipes(makings: Sequence[Making]) -> list[Cells]:
    """What decided about the dialogues of each recipe."""
    rows = []
    for making in makings:
        sampling = making.content.get("sampling")
        table: Mapping[str, Any] = sampling if isinstance(sampling, Mapping) else {}
        rows.append((
            code(making.id, 8),
            number(making.dialogues),
            *(making.text(name) or UNKNOWN for name in ("scenario", "model", "preset", "seed")),
            *(str(table.get(name, UNKNOWN)) for name in _SAMPLING),
            str(making.content.get("candidates", 1)),
        ))  # fmt: skip
    return rows


def models(facts: Facts) -> list[Cells]:
    """The models, and what the catalogue knows of them."""
    return [
        (
            one.model or UNKNOWN,
            code(one.sha256, 64),
            number(one.dialogues),
            one.licence or "not in the catalogue",
            f"{one.about}{'' if one.same_file else ' The file is not one that the catalogue has a digest of.'}"
            if one.about
            else UNKNOWN,
        )
        for one in facts.terms
    ]


def sources(makings: Sequence[Making]) -> list[Cells]:
    """What stood in each prompt, by digest."""
    rows = []
    for making in makings:
        exemplars = len(_listed(making, "exemplars"))
        what: str = _ARE.get(str(making.imported.get("references_are", "")), "not recorded")
        if exemplars:
            what = (
                f"{exemplars} dialogue{'s' if exemplars > 1 else ''} that reviewers accepted; turn-taking from: {what}"
            )
        inside = making.imported.get("references_in_prompt", making.usual("references"))
        digests = (code(making.text(f"{name}_sha256")) for name in ("references", "prompt", "profile"))
        rows.append((
            code(making.id, 8),
            what,
            str(making.imported.get("references_given", UNKNOWN)),
            str(UNKNOWN if inside is None else inside),
            *digests,
        ))  # fmt: skip
    return rows


def source_notes(makings: Sequence[Making]) -> list[Markdown]:
    """What reviewers of earlier dialogues gave to the prompts."""
    notes = []
    sentences = dict.fromkeys(text for making in makings for text in _listed(making, "instructions"))
    if sentences:
        told = "; ".join(escaped(text) for text in list(sentences)[:_MOST_VALUES])
        notes.append(
            said("Instructions in prompts that were made of what reviewers flagged before: {told}", told=Markdown(told))
        )
    return notes


def _listed(making: Making, name: str) -> list[str]:
    found = making.content.get(name)
    return [str(one) for one in found] if isinstance(found, (list, tuple)) else []


def runs(makings: Sequence[Making]) -> list[Cells]:
    """How the runs of each recipe were fitted to their machines, and what ran them."""
    names = ("slots", "threads", "gpu_layers", "llama_cpp", "llama_cpp_python", "version")
    return [(code(making.id, 8), *(_values(making.noted.get(name)) for name in names)) for making in makings]


def _values(counted: Counter[Any] | None) -> Markdown:
    """Each value, and where there are several how many dialogues have it."""
    if not counted:
        return Markdown(UNKNOWN)
    if len(counted) == 1:
        return escaped(str(next(iter(counted))))
    parts = [f"{value} ({count})" for value, count in counted.most_common(_MOST_VALUES)]
    return Markdown(f"{', '.join(map(escaped, parts))}{', …' if len(counted) > _MOST_VALUES else ''}")


def versions(facts: Facts, name: str = "version") -> list[str]:
    """The versions that wrote the dialogues."""
    return sorted({str(value) for making in facts.composition.makings for value in making.noted.get(name, ())})


def again_notes(facts: Facts) -> list[Markdown]:
    """What the command needs that is not in the recipe file, and how near it comes."""
    makings = facts.composition.makings
    notes = []
    are = {str(making.imported.get("references_are", "")) for making in makings}
    if are & {"checked", "unchecked", ""}:
        notes.append(said(
            "References of an institution are not part of this dataset: give them with `--reference PATH`, checked in "
            "the new study as `reference check` does. Their digest says whether they are the same."
        ))  # fmt: skip
    if "none" in are:
        notes.append(said("The turn-taking profile is not part of this dataset: give it with `--profile FILE`."))
    if any(_listed(making, "exemplars") for making in makings):
        notes.append(said(
            "Accepted dialogues stood in prompts: give the study they are in with `--exemplars STUDY:accepted`."
        ))  # fmt: skip
    own = own_scenarios(facts)
    if own:
        notes.append(said(
            "Scenarios that do not come with the program are not stored in a study: give their TOML files with "
            "`--scenario FILE`. These are {names}.", names=listing(own[:MOST_SHOWN]),
        ))  # fmt: skip
    notes.append(said(
        "The command first compares all digests with the recipe's and says what differs; nothing is written then. It "
        "writes with the slots and threads that most of the dialogues were written with. What was written in several "
        "runs, or with others, may differ in a word now and then."
    ))  # fmt: skip
    if facts.held:
        notes.append(said(
            "It also writes again what stayed inside; the gate of the new study holds back what copied, while what "
            "reviewers said does not go along."
        ))  # fmt: skip
    return notes


def own_scenarios(facts: Facts) -> list[str]:
    """The scenarios that do not come with the program, by name."""
    bundled = set(bundled_scenarios())
    names = dict.fromkeys(making.text("scenario") for making in facts.composition.makings)
    return [name for name in names if name not in bundled]
