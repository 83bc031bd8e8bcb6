"""The dataset card: what a stranger must know of an export, with the front matter that Hugging Face reads."""

import shlex
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from synthdial.export import card_findings as findings
from synthdial.export import card_making as making
from synthdial.export.composition import Size
from synthdial.export.facts import Facts, File
from synthdial.export.licence import OTHER
from synthdial.export.markdown import Markdown, code, environment, escaped, listing, number, one_line, said, yaml_text

_SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
)
# files that one reader of `datasets` takes together: it reads all configurations of a folder with the first one's
_READERS = ((".parquet",), (".jsonl", ".json"), (".csv",))
_ENDINGS = {
    "plan": "the plan was carried out",
    "model": "the model ended it",
    "max_words": "the greatest number of words was reached",
    "context": "the model's context was full",
}
_TOTAL = Markdown("**all**")


def card(facts: Facts, recipe_sha256: str) -> str:
    """The card as Markdown.

    Parameters
    ----------
    facts : Facts
        What it tells.
    recipe_sha256 : str
        Digest of the recipe file beside it.
    """
    return environment().get_template("card.md.j2").render(**_context(facts, recipe_sha256))


def front_matter(facts: Facts) -> dict[str, Any]:
    """What Hugging Face reads of a card: licence, size, and where each split of each format is."""
    licence = facts.licence
    named = {"license_name": licence.name, "license_link": licence.link} if licence.id == OTHER else {}
    return {
        "language": ["nl"],
        "license": licence.id,
        **named,
        "pretty_name": facts.title,
        "task_categories": ["text-generation"],
        "size_categories": [size_category(facts.composition.total.dialogues)],
        "multilinguality": ["monolingual"],
        "language_creators": ["machine-generated"],
        "annotations_creators": ["machine-generated"],
        "source_datasets": ["original"],
        "tags": ["synthetic", "dialogue", "dutch", "medical", "doctor-patient", "synthdial-edge"],
        **({"configs": found} if (found := list(_configs(facts.files))) else {}),
    }


def size_category(dialogues: int) -> str:
    """The category of a dataset's size as Hugging Face has them."""
    return next((name for most, name in _SIZES if dialogues < most), "10M<n<100M")


def _configs(files: tuple[File, ...]) -> Iterator[dict[str, Any]]:
    """A configuration a format, of those formats that are read together with the best one."""
    filled = [file for file in files if file.dialogues]
    for endings in _READERS:
        read = [file for file in filled if PurePosixPath(file.name).suffix.casefold() in endings]
        if read:
            for at, form in enumerate(dict.fromkeys(file.format for file in read)):
                splits: dict[str, list[str]] = {}
                for file in read:
                    if file.format == form:
                        splits.setdefault(file.split or "train", []).append(file.name)
                yield {
                    "config_name": form,
                    "data_files": [{"split": split, "path": paths} for split, paths in splits.items()],
                    **({"default": True} if at == 0 else {}),
                }
            return


def _context(facts: Facts, recipe_sha256: str) -> Mapping[str, Any]:
    composition, figures, judged = facts.composition, facts.figures, facts.judged
    recipes = making.shown(composition.makings)
    named = findings.Measures()
    scenarios = sorted(composition.scenarios.items(), key=lambda item: (-item[1].dialogues, item[0]))
    first, last = (day[:10] for day in composition.span())
    written = f"on {first}" if first == last else f"from {first} to {last}"
    return {
        "front_matter": yaml_text(front_matter(facts)),
        "title": facts.title,
        "version": facts.version,
        "total": composition.total,
        "scenario_count": len(composition.scenarios),
        "written": written if first else "",
        "model_names": list(dict.fromkeys(one.model for one in facts.terms)),
        "versions": making.versions(facts),
        "figures": figures,
        "known_count": sum(row.known for row in figures.rows),
        "outside_count": len(figures.outside),
        "judged": judged,
        "held_total": sum(facts.held.values()),
        "released": composition.checked.released.total(),
        "licence": facts.licence,
        "recipes": making.recipes(recipes),
        "recipes_left": len(composition.makings) - len(recipes),
        "models": making.models(facts),
        "sources": making.sources(recipes),
        "source_notes": making.source_notes(composition.makings),
        "runs": making.runs(recipes),
        "split_columns": [escaped(split) for split in facts.splits],
        "scenarios": _scenarios(facts, scenarios[: making.MOST_SHOWN]),
        "scenarios_shown": making.MOST_SHOWN,
        "scenarios_left": max(0, len(scenarios) - making.MOST_SHOWN),
        "splits": _splits(facts),
        "split_note": _split_note(facts),
        "endings": _endings(facts),
        "measures": findings.measures(figures, named),
        "comparison": list(findings.comparison(figures, named)) if figures.rows else [],
        "rater_text": findings.raters(judged) if judged else "",
        "criteria": findings.criteria(judged) if judged else [],
        "judgements": list(findings.judgements(judged, facts)) if judged else [],
        "privacy": list(findings.privacy(facts)),
        "limits": list(findings.limits(facts, named)),
        "licence_text": _licence_text(facts),
        "terms": _terms(facts),
        "rights_text": _rights(facts),
        "recipe_name": facts.names.recipe,
        "recipe_digest": code(recipe_sha256, 64),
        "again": Markdown(f"synthdial-edge again {shlex.quote(one_line(facts.names.recipe))} again.study"),
        "again_notes": making.again_notes(facts),
        "files": [_file(file) for file in facts.files],
        "checksums": facts.names.checksums,
    }  # fmt: skip


def _sizes(size: Size) -> tuple[Markdown, ...]:
    return tuple(number(value) for value in size)


def _scenarios(facts: Facts, scenarios: list[tuple[str, Size]]) -> list[tuple[str | Markdown, ...]]:
    composition = facts.composition
    rows: list[tuple[str | Markdown, ...]] = []
    for name, size in scenarios:
        cells = (number(composition.cell(split, name).dialogues) for split in facts.splits)
        rows.append((name, *_sizes(size), *cells))
    parts = (number(composition.splits[split].dialogues) for split in facts.splits)
    return [*rows, (_TOTAL, *_sizes(composition.total), *parts)]


def _splits(facts: Facts) -> list[tuple[str | Markdown, ...]]:
    composition = facts.composition
    return [
        (
            split,
            *_sizes(composition.splits[split]),
            number(sum(bool(composition.cell(split, name).dialogues) for name in composition.scenarios)),
        )
        for split in facts.splits
    ]


def _split_note(facts: Facts) -> Markdown:
    composition = facts.composition
    crossing = sum(
        sum(bool(composition.cell(split, name).dialogues) for split in facts.splits) > 1
        for name in composition.scenarios
    )
    if not crossing:
        return said("No scenario stands in more than one split.")
    return said(
        "Scenarios that stand in more than one split: {crossing}. What is tested on was trained on in part.",
        crossing=crossing,
    )


def _endings(facts: Facts) -> list[Markdown]:
    return [
        said("{end} ({count})", end=_ENDINGS.get(end, end), count=count)
        for end, count in facts.composition.ended().most_common()
    ]


def _licence_text(facts: Facts) -> Markdown:
    licence = facts.licence
    if licence.chosen:
        warned = [one.model for one in facts.terms if not one.commercial]
        text = said(
            "The dataset is licensed as **{id}**, chosen by whoever exported it. That licence covers what they have "
            "rights in; the "
            "terms of the models below hold beside it.",
            id=licence.id,
        )  # fmt: skip
        if warned and "nc" not in licence.id.split("-"):
            text = Markdown(text + said(
                " **Mind:** {models} may not be used commercially, or it is not known whether; a licence that allows "
                "commercial "
                "use may promise more than can be given.", models=listing(warned),
            ))  # fmt: skip
        return text
    if licence.name == "no-licence-chosen":
        return said(
            "**No licence was chosen**, and the models set no terms for what they write. Until whoever shares the "
            "dataset "
            "chooses one (`export --licence`), nobody else has been given any rights."
        )
    return said(
        "**No licence was chosen.** The front matter says `other` and names the terms of the models (**{name}**), "
        "since they hold "
        "whatever licence is chosen; beyond them nobody has been given any rights yet. `export --licence` sets one.",
        name=licence.name,
    )  # fmt: skip


def _terms(facts: Facts) -> list[tuple[str | Markdown, ...]]:
    return [
        (
            one.model,
            one.licence or "not known to the catalogue",
            one.says or "Not known: read the model's own licence before this dataset is shared.",
            Markdown(f"<{one.link}>") if one.link else "with the model",
        )
        for one in facts.terms
    ]


def _rights(facts: Facts) -> Markdown:
    text = said(
        "The scenarios and references that come with synthdial-edge are under CC BY 4.0 (attribution: the authors of "
        "synthdial-edge). "
        "Whether what a model writes is protected by copyright at all differs from country to country. This is no "
        "legal advice."
    )
    are = {str(one.imported.get("references_are", "")) for one in facts.composition.makings}
    if are & {"checked", "unchecked"}:
        text = Markdown(text + said(
            " Transcripts of an institution stood in prompts: whether they may serve for this is for that "
            "institution to say."
        ))  # fmt: skip
    return text


def _file(file: File) -> tuple[str | Markdown, ...]:
    counts = (number(value) for value in (file.dialogues, file.turns, file.words, file.size))
    return (file.name, file.format, file.split or "–", *counts, code(file.sha256, 64))
