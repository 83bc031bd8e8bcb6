"""What an export is: the files it is written to, and what stands in each."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from synthdial.errors import SynthdialError
from synthdial.export.formats import FORMATS
from synthdial.toml_file import nearest

_DOCUMENTS = ("README.md", "croissant.json", "recipe.json", "SHA256SUMS")  # of a folder


@dataclass(frozen=True)
class ExportedFile:
    """A file with dialogues.

    Attributes
    ----------
    path : Path
        Where it is.
    split : str
        ``train`` or another; empty where the export has no splits.
    format : str
        One of `FORMATS`.
    dialogues, turns, words : int
        How many stand in it.
    size : int
        Bytes.
    sha256 : str
        64 hexadecimal digits.
    """

    path: Path
    split: str
    format: str
    dialogues: int
    turns: int
    words: int
    size: int
    sha256: str


@dataclass(frozen=True)
class Target:
    """Where an export goes, and in which format.

    Attributes
    ----------
    path : Path
        The file or the folder that was named.
    format : str
        One of `FORMATS`.
    folder : bool
        Whether it is a dataset folder, with the dialogues in ``data/``.
    """

    path: Path
    format: str
    folder: bool

    def file(self, split: str) -> Path:
        """The file of a split, which only a folder has; of all dialogues where its name is empty."""
        ending = FORMATS[self.format].ending
        return self.path / "data" / f"{split or 'dialogues'}{ending}" if self.folder else self.path

    @property
    def decisions(self) -> Path:
        """Where the decisions of the gate stand."""
        return self.path / "decisions.jsonl" if self.folder else decisions_file(self.path)

    def insist(self, splits: Iterable[str], *, documents: bool) -> None:
        """Make sure that nothing in a folder is taken for a part of the export, and nothing of others is replaced.

        Parameters
        ----------
        splits : iterable of str
            The names of the splits that are written; empty names of no split.
        documents : bool
            Whether a card and what goes with it are written.

        Raises
        ------
        SynthdialError
            When files of an export with other splits, or in another format, are there; or a file called as a document
            is that no export wrote.
        """
        if not self.folder or not self.path.is_dir():
            return
        written = {self.file(split) for split in splits}
        data = self.path / "data"
        others = sorted(file.name for file in data.iterdir()) if data.is_dir() else []
        others = [name for name in others if not name.startswith(".") and data / name not in written]
        if others:
            raise SynthdialError(
                f"The folder {self.path} holds data of something else: {', '.join(others[:3])}.",
                "Name another folder: what reads this one would take them for a part of the export.",
            )
        foreign = [name for name in _DOCUMENTS if (self.path / name).exists()]
        if documents and foreign and not self.decisions.exists():
            raise SynthdialError(
                f"The folder {self.path} holds a file {foreign[0]} that no export wrote.", "Name another folder."
            )


def decisions_file(path: Path) -> Path:
    """Where the decisions of an export to one file stand."""
    return path.with_name(f"{path.stem}.decisions.jsonl")


def choose_target(path: Path, format_name: str | None = None, *, folder: bool = False) -> Target:
    """Where an export goes: a file whose ending names the format, or a folder.

    Parameters
    ----------
    path : Path
        A folder that is there, a name without an ending (a folder is made), or a file's.
    format_name : str, optional
        One of `FORMATS`; by default as the ending says, and ``jsonl`` for a folder.
    folder : bool
        It is a folder's name, whatever it ends in.

    Raises
    ------
    SynthdialError
        When there is no such format, or the ending is another format's.
    """
    if format_name is not None and format_name not in FORMATS:
        hint = nearest(format_name, FORMATS)
        raise SynthdialError(
            f"There is no export format '{format_name}'.", f"{hint} There is: {', '.join(FORMATS)}.".strip()
        )
    if folder or path.is_dir() or not (path.suffix or path.name.startswith(".")):
        return Target(path, format_name or "jsonl", folder=True)
    ending = path.suffix.casefold()
    fitting = [name for name, form in FORMATS.items() if form.ending == ending]
    if format_name is None:
        if not fitting:
            endings = ", ".join(sorted({form.ending for form in FORMATS.values()}))
            raise SynthdialError(
                f"An export cannot be written as '{path.name}'.", f"End the name in one of {endings}, or name a folder."
            )
        return Target(path, fitting[0], folder=False)
    if format_name not in fitting:
        raise SynthdialError(
            f"An export in the format {format_name} cannot be written as '{path.name}'.",
            f"End the name in {FORMATS[format_name].ending}.",
        )
    return Target(path, format_name, folder=False)
