"""Asks where a report shall be written."""

from pathlib import Path

from synthdial.language import mark
from synthdial.tui.screens.path import PathScreen, Refusal
from synthdial.tui.spoken import near


def _beside(study: Path) -> str:
    return near(study.with_suffix(".html"))


class ReportPathScreen(PathScreen):
    """A box with a field for the name of a report; one that is there is replaced when that is said twice.

    Parameters
    ----------
    study : Path
        What is reported on; its name is offered.
    """

    ENDING = ".html"

    def __init__(self, study: Path) -> None:
        super().__init__(mark("Make a report"), mark("File of the report:"), new=True, value=_beside(study))
        self._warned: Path | None = None

    def refusal(self, path: Path) -> Refusal | None:
        """Why the file will not do: it is no report, or is there already and was not named twice."""
        if path.is_dir():
            return mark("{name} is a folder."), {"name": path.name}
        if path.suffix.lower() not in (".html", ".htm"):
            return mark("The name of a report ends in .html."), {}
        if path.exists() and path != self._warned:
            self._warned = path
            return mark("{name} is there already: Enter again replaces it."), {"name": path.name}
        return None
