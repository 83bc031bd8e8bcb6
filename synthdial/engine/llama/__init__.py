"""The only package that touches llama.cpp's low-level API: a model, a context of many sequences, a sampler.

Signatures of that API change between releases; pyproject.toml pins the minor version these files were written for.
One context belongs to one thread. Import it in the worker process: loading the library takes a third of a second.
"""

from synthdial.engine.llama.context import PREFIX, Context
from synthdial.engine.llama.library import build_info, devices, recent_log, start, variants_folder
from synthdial.engine.llama.model import Adapter, Model
from synthdial.engine.llama.sampler import Sampler

__all__ = [
    "PREFIX", "Adapter", "Context", "Model", "Sampler", "build_info", "devices", "recent_log", "start",
    "variants_folder",
]  # fmt: skip
