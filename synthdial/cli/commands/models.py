"""``synthdial-edge models``: what models there are, and whether they are sound."""

from pathlib import Path

import click

from synthdial.engine.adapters import FoundAdapter, choose_adapter, installed_adapters
from synthdial.engine.fit import available_memory, memory_needed
from synthdial.engine.gguf import read_adapter_header, read_header
from synthdial.engine.models import (
    add_model,
    find_model,
    installed_models,
    model_digest,
    read_catalogue,
    verify_model,
)
from synthdial.errors import SynthdialError


@click.group(
    epilog="\b\nExamples:\n  synthdial-edge models list\n  synthdial-edge models add geitje-7b-ultra-q4_k_m.gguf\n"
    "  synthdial-edge models info geitje-7b-ultra\n  synthdial-edge models verify gemma-3-270m"
)
def command() -> None:
    """List, describe, verify and take in models. Nothing is ever downloaded."""


@command.command("list")
def list_models() -> None:
    """List the models on this machine, and those that the catalogue names."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from synthdial.cli.terminal import printable, size

    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = 160
    installed = installed_models()
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("name", "size", "licence", "where"):
        table.add_column(name, justify="right" if name == "size" else "left")
    for model in installed:
        length = model.path.stat().st_size if model.path.exists() else model.entry.bytes if model.entry else 0
        licence = model.entry.licence if model.entry else "see its maker"
        cells = (model.name, size(length), licence, f"{model.source}: {model.path}")
        table.add_row(*(Text(printable(cell)) for cell in cells))
    console.print(table if installed else Text("No model is on this machine."))
    adapters = installed_adapters()
    if adapters:
        console.print(Text("\nAdapters, which change what a model writes (batch --adapter):"))
        table = Table(box=None, header_style="bold", pad_edge=False)
        for name in ("name", "size", "licence", "for", "where"):
            table.add_column(name, justify="right" if name == "size" else "left")
        for adapter in adapters:
            row = (adapter.name, *_adapter_facts(adapter), str(adapter.path))
            table.add_row(*(Text(printable(cell)) for cell in row))
        console.print(table)
    here = {model.name for model in installed}
    absent = [entry for entry in read_catalogue().values() if entry.name not in here and not entry.adapter_of]
    if absent:
        console.print(
            Text("\nModels that write Dutch, to fetch elsewhere and carry in (synthdial-edge models add FILE):")
        )
        table = Table(box=None, header_style="bold", pad_edge=False)
        for name in ("name", "size", "licence", "prompt", "about"):
            table.add_column(name, justify="right" if name == "size" else "left")
        for entry in absent:
            row = (entry.name, size(entry.bytes), entry.licence, entry.prompt_style, entry.about)
            table.add_row(*(Text(cell) for cell in row))
        console.print(table)


def _adapter_facts(adapter: FoundAdapter) -> tuple[str, str, str]:
    """Its size, licence and what it goes with; in place of that what is wrong with its file."""
    from synthdial.cli.terminal import size

    length = size(adapter.path.stat().st_size)
    try:
        header = read_adapter_header(adapter.path)
    except SynthdialError as error:
        return length, "", f"DAMAGED: {error.message}"
    licence = adapter.entry.licence if adapter.entry else str(header.fields.get("general.license", "not stated"))
    return length, licence, adapter.entry.adapter_of if adapter.entry else header.architecture


@command.command("info")
@click.argument("model", required=False)
def info(model: str | None) -> None:
    """Describe MODEL, a name or a GGUF file; the one that would be used, by default."""
    from synthdial.cli.terminal import echo, size

    found = find_model(model)
    header = read_header(found.path)
    adapter, remark = choose_adapter(found, header)
    needed = memory_needed(header, 8192, 4)
    lines = {
        "name": found.name,
        "file": str(found.path),
        "sha256": model_digest(found.path),
        "makers' name": header.name,
        "licence": found.entry.licence if found.entry else str(header.fields.get("general.license", "not stated")),
        "architecture": f"{header.architecture}, {header.n_layer} layers, width {header.n_embd}",
        "weights": f"{header.quantisation}, {size(header.size)}",
        "vocabulary": f"{header.n_vocab} tokens",
        "context": f"{header.n_ctx_train} tokens, {size(header.cache_bytes_per_token)} of memory each",
        "adapter": f"{adapter.name}: {adapter.path}" if adapter else remark or "none",
        "prompt style": "chat (it has a chat template)" if header.chat_template else "base (no chat template)",
        "memory": f"about {size(needed)} for 4 dialogues at once; {size(available_memory())} are free",
    }
    for name, value in lines.items():
        echo(f"{name + ':':14} {value}")


@command.command("verify")
@click.argument("model", required=False)
def verify(model: str | None) -> None:
    """Read MODEL, or an adapter, in full and compare its SHA-256 with the catalogue's."""
    from synthdial.cli.terminal import echo

    adapter = next((one for one in installed_adapters() if model in (one.name, one.path.name)), None)
    found = adapter.as_file if adapter else find_model(model)
    verdict = verify_model(found)
    echo(f"{verdict.sha256}  {found.path}")
    if verdict.matches is False:
        raise SynthdialError(
            f"{found.path} is not the file that the catalogue names: its SHA-256 should be {verdict.expected}.",
            "Fetch it again, or give it another name if it is another model.",
        )
    if verdict.matches:
        echo("It is the file that the catalogue names.")
    else:
        echo("The catalogue has no SHA-256 for this file: compare it with the one its maker gives.")


@command.command("add")
@click.argument("path", type=click.Path(path_type=Path))
def add(path: Path) -> None:
    """Copy the GGUF file PATH, a model or an adapter, into your models folder, after checking it."""
    from synthdial.cli.terminal import echo

    model, header = add_model(path)
    if header.is_adapter:
        echo(f"Took in the adapter '{model.name}' ({header.architecture}): {model.path}")
        echo(f"Use it with: synthdial-edge batch demo.study --count 4 --adapter {model.name}")
        return
    echo(f"Took in '{model.name}' ({header.architecture}, {header.quantisation}): {model.path}")
    echo(f"Use it with: synthdial-edge batch demo.study --count 4 --model {model.name}")
