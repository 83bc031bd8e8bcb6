"""From facts to a page: sections in the reader's language, put into templates that escape everything."""

import math

import jinja2
from markupsafe import Markup

from synthdial import locations
from synthdial.report.blocks import Section
from synthdial.report.facts import Facts
from synthdial.report.sections import beside, brief, examples, lengths, limits, made, ratings
from synthdial.report.text import Wording, clean


def render(facts: Facts, language: str) -> str:
    """The report as one page of HTML that loads nothing.

    Parameters
    ----------
    facts : Facts
        What it tells.
    language : str
        ``nl`` or ``en``.
    """
    say = Wording(language)
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            language=language,
            version=facts.version,
            title=say("Report on {study}", study=facts.study),
            under=_under(facts, say),
            labels={
                "skip": say("To the report"),
                "brief": say("In brief"),
                "contents": say("Contents"),
                "foot": say(
                    "Made with synthdial-edge {version}, without a network. The same study, date and seed ({seed}) "
                    "give the same report.",
                    version=facts.version,
                    seed=str(facts.seed),
                ),
            },
            brief=list(brief.sentences(facts, say)),
            sections=_sections(facts, say),
        )
    )


def _under(facts: Facts, say: Wording) -> list[str]:
    lines = [say("Synthetic doctor-patient conversations in Dutch: how they were made, measured and reviewed.")]
    if facts.date:
        lines.append(say("State of {date}.", date=say.date(facts.date)))
    return lines


def _sections(facts: Facts, say: Wording) -> list[Section]:
    return [
        made.section(facts.walked, say),
        lengths.section(facts.walked, say),
        beside.section(facts.walked, facts.beside, say),
        ratings.section(facts, say),
        examples.section(facts, say),
        limits.section(facts, say),
    ]


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(locations.bundled("report"), encoding="utf-8"),
        autoescape=True,
        finalize=lambda value: clean(value) if type(value) is str else value,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(kind_of=lambda block: type(block).__name__, known=_known, exact=_exact, svg=Markup)
    return environment


def _known(values: tuple[float, ...]) -> bool:
    return bool(values) and all(math.isfinite(value) for value in values)


def _exact(values: tuple[float, ...]) -> str:
    """Figures in full, for programs: a rounded text could not be checked."""
    return " ".join(repr(float(value)) for value in values)
