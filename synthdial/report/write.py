"""Write the report of a study into a file."""

from collections.abc import Callable, Sequence
from pathlib import Path

from synthdial.errors import SynthdialError
from synthdial.files import replace_atomically
from synthdial.report.facts import gather
from synthdial.report.render import render


def write_report(
    study: Path,
    out: Path,
    language: str = "nl",
    *,
    references: Sequence[Path] = (),
    seed: int = 0,
    date: str = "",
    name_raters: bool = False,
    remark: Callable[[str], None] = lambda text: None,
) -> int:
    """Write the report of a study: one file that loads nothing, for its owner's eyes alone.

    Parameters
    ----------
    study : Path
        The study; nothing is written to it.
    out : Path
        Where the page goes; an older one is replaced when the new one is complete.
    language : {"nl", "en"}
        Of the report.
    references : sequence of Path
        Conversations to set it beside: transcripts, or folders of them; the bundled ones by default.
    seed : int
        Of samples and intervals.
    date : str
        The date of the report, ISO 8601; by default that of the newest event in the study.
    name_raters : bool
        Call raters by their names, and not by numbers.
    remark : callable
        Is given a sentence for everything that could not be read.

    Returns
    -------
    int
        Bytes written. The same study, date and seed give the same bytes.

    Raises
    ------
    SynthdialError
        When the study or a reference cannot be read, the study holds no dialogue, the file is the study itself, or it
        cannot be written.
    """
    if out.exists() and study.exists() and out.samefile(study):
        raise SynthdialError(f"{out} is the study itself.", "Give the report a name of its own, such as report.html.")
    facts = gather(study, references=references, seed=seed, date=date, name_raters=name_raters, remark=remark)
    return replace_atomically(out, [render(facts, language).encode()])
