"""What the machine can do: the facts of ``synthdial-edge doctor`` that fit on a glance."""

import os
from dataclasses import dataclass

from synthdial.engine.adapters import name_with_adapter
from synthdial.engine.client import Engine
from synthdial.engine.fit import available_memory, default_threads
from synthdial.engine.models import ENVIRONMENT, FoundModel, installed_models
from synthdial.errors import SynthdialError
from synthdial.settings import load_settings


@dataclass(frozen=True)
class Machine:
    """What was found.

    Attributes
    ----------
    models : tuple of (str, int)
        Names of the installed models, each with its adapter's, and the bytes of their files; the one that is used by
        default comes first.
    gpu : str
        The GPU that llama.cpp can use; empty where there is none.
    threads : int
        Threads that are used on the processor.
    memory : int
        Bytes of main memory that are free.
    engine_problem : str
        Why the engine does not start; empty where it does.
    """

    models: tuple[tuple[str, int], ...]
    gpu: str
    threads: int
    memory: int
    engine_problem: str = ""


def examine() -> Machine:
    """Look; starts the engine for a moment."""
    gpu = problem = ""
    try:
        with Engine() as engine:
            devices = engine.about()["devices"]
    except SynthdialError as error:
        problem = str(error)
    else:
        gpu = "; ".join(device["description"] for device in devices if device["kind"] == "GPU")
    models = installed_models()
    wanted = os.environ.get(ENVIRONMENT) or load_settings().model
    models.sort(key=lambda model: wanted not in (model.name, model.path.name, str(model.path)))
    return Machine(
        tuple((name_with_adapter(model), _size(model)) for model in models),
        gpu,
        default_threads(),
        available_memory(),
        problem,
    )


def _size(model: FoundModel) -> int:
    if model.path.exists():
        return model.path.stat().st_size
    return model.entry.bytes if model.entry else 0
