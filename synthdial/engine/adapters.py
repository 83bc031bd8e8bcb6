"""LoRA adapters: find the one that goes with a model, and say whether it fits."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from synthdial import locations
from synthdial.engine.gguf import Header, holds_adapter, read_adapter_header
from synthdial.engine.models import CatalogueEntry, FoundModel, gguf_files, read_catalogue
from synthdial.errors import SynthdialError
from synthdial.toml_file import nearest

NONE = "none"
_MATRICES = (".lora_a", ".lora_b")


@dataclass(frozen=True)
class FoundAdapter:
    """An adapter on this machine.

    Attributes
    ----------
    name : str
        The catalogue's, or the file's without ``.gguf``.
    path : Path
        The file.
    entry : CatalogueEntry or None
        What the catalogue says of it.
    """

    name: str
    path: Path
    entry: CatalogueEntry | None = None

    @property
    def as_file(self) -> FoundModel:
        """It as a file that can be verified."""
        return FoundModel(self.name, self.path, "an adapter", self.entry)


def installed_adapters() -> list[FoundAdapter]:
    """Adapters beside the program, in the user's models folder and in the package, in that order."""
    entries = {entry.file.casefold(): entry for entry in read_catalogue().values() if entry.adapter_of}
    found: dict[str, FoundAdapter] = {}
    for path in _files():
        entry = entries.get(path.name.casefold())
        name = entry.name if entry else path.stem
        found.setdefault(name, FoundAdapter(name, path, entry))
    return list(found.values())


def _files() -> Iterator[Path]:
    for folder in (locations.program_models(), locations.user_models(), locations.bundled()):
        yield from filter(holds_adapter, gguf_files(folder))


def find_adapter(model: FoundModel, wanted: str | None = None) -> FoundAdapter | None:
    """The adapter to use with a model: what is wanted, else the one that the catalogue names for it, if it is here.

    Parameters
    ----------
    model : FoundModel
        The model.
    wanted : str, optional
        The name of an adapter, a path, or ``none``.

    Raises
    ------
    SynthdialError
        When what is wanted is not there.
    """
    if wanted == NONE:
        return None
    usual = [
        entry.name
        for entry in read_catalogue().values()
        if model.entry and entry.by_default and entry.adapter_of == model.entry.name
    ]
    if not wanted and not usual:
        return None
    installed = installed_adapters()
    for adapter in installed:
        if adapter.name in usual if not wanted else wanted in (adapter.name, adapter.path.name):
            return adapter
    if not wanted:
        return None
    path = Path(wanted).expanduser()
    if path.is_file():
        return FoundAdapter(path.stem, path)
    names = [*(adapter.name for adapter in installed), NONE]
    raise SynthdialError(
        f"There is no adapter '{wanted}' on this machine, and no file of that name.",
        f"{nearest(wanted, names)} Give the path of a GGUF file, or one of: {', '.join(names)}.".strip(),
    )


def name_with_adapter(model: FoundModel) -> str:
    """The model's name, with that of the adapter that is used with it where nobody says otherwise."""
    adapter = find_adapter(model)
    return f"{model.name} + {adapter.name}" if adapter else model.name


def choose_adapter(model: FoundModel, header: Header, wanted: str | None = None) -> tuple[FoundAdapter | None, str]:
    """The adapter to use with a model, and a remark; one that nobody asked for is left out where it does not fit.

    Parameters
    ----------
    model : FoundModel
        The model.
    header : Header
        The model's.
    wanted : str, optional
        As in `find_adapter`.

    Raises
    ------
    SynthdialError
        When what is wanted is not there, or does not fit.
    """
    found = find_adapter(model, wanted)
    if found is None:
        return None, ""
    try:
        check_adapter_fits(found, model, header)
    except SynthdialError as error:
        if wanted:
            raise
        return None, f"{error.message} It is left out."
    return found, ""


def check_adapter_fits(adapter: FoundAdapter, model: FoundModel, header: Header) -> Header:
    """The adapter's header, where it fits a model.

    Parameters
    ----------
    adapter : FoundAdapter
        The adapter.
    model : FoundModel
        The model.
    header : Header
        The model's.

    Raises
    ------
    SynthdialError
        When it is no adapter, is damaged, or was made for another model.
    """
    found = read_adapter_header(adapter.path)
    misfit = _misfit(found, header)
    if misfit:
        raise SynthdialError(
            f"The adapter {adapter.path} does not fit the model '{model.name}': {misfit}.",
            "Use '--adapter none', or the model that it was made for.",
        )
    return found


def _misfit(adapter: Header, model: Header) -> str:
    """Why an adapter does not fit, in words; empty where it does."""
    if adapter.architecture != model.architecture:
        return f"it was made for the architecture '{adapter.architecture}', and the model is '{model.architecture}'"
    layers: dict[str, dict[str, tuple[int, ...]]] = {}
    for name, shape in adapter.shapes.items():
        if not name.endswith(_MATRICES):
            return f"the model has no layer '{name}'"
        layer, _, matrix = name.rpartition(".")
        layers.setdefault(layer, {})[matrix] = shape
    for layer, matrices in layers.items():
        if layer not in model.shapes:
            return f"the model has no layer '{layer}'"
        if len(matrices) != 2 or any(len(shape) != 2 for shape in matrices.values()):
            return f"its '{layer}' is not two matrices"
        (inputs, rank), (other_rank, outputs) = matrices["lora_a"], matrices["lora_b"]
        wide, high = model.shapes[layer][0], model.shapes[layer][-1]
        if inputs != wide:
            return f"its '{layer}' takes {inputs} numbers, and the model's {wide}"
        if outputs != high:
            return f"its '{layer}' gives {outputs} numbers, and the model's {high}"
        if rank != other_rank:
            return f"the two matrices of its '{layer}' do not fit each other"
    return ""
