"""Synthetic Dutch doctor-patient conversations from a local language model, offline.

Everything the commands do is here for a library's user too; names load what they need when they are first used.

Examples
--------
>>> from pathlib import Path
>>> from synthdial import BatchRequest, Study, run_batch
>>> run_batch(Path("demo.study"), BatchRequest(count=2))  # doctest: +SKIP
>>> with Study(Path("demo.study"), read_only=True) as study:  # doctest: +SKIP
...     for dialogue in study.dialogues():
...         print(dialogue.as_text())
"""

import importlib
import os
from typing import TYPE_CHECKING, Any

from synthdial.version import __version__

if log := os.environ.get("SYNTHDIAL_NETWORK_LOG"):  # `doctor --air-gap` watches every process of the program
    from synthdial.airgap.hook import watch

    watch(log)

if TYPE_CHECKING:
    from synthdial.dialogue import Dialogue, Speaker, Turn
    from synthdial.engine.sampling import Sampling
    from synthdial.errors import SynthdialError
    from synthdial.export import export_study
    from synthdial.measure import MeasureRequest, measure_corpus
    from synthdial.metrics import METRICS, Measurer
    from synthdial.prompt import Scenario, bundled_references, bundled_scenarios, load_scenario
    from synthdial.prompt.choose import Exemplar
    from synthdial.review.exemplars import find_exemplars
    from synthdial.review.session import ReviewSession
    from synthdial.study import Recipe, Study
    from synthdial.study.batch import BatchResult, Progress, run_batch
    from synthdial.study.request import BatchRequest, preview_batch
    from synthdial.transcripts import Transcript, read_transcript, read_transcripts

_HOMES = {
    "synthdial.dialogue": ("Dialogue", "Speaker", "Turn"),
    "synthdial.engine.sampling": ("Sampling",),
    "synthdial.errors": ("SynthdialError",),
    "synthdial.export": ("export_study",),
    "synthdial.measure": ("MeasureRequest", "measure_corpus"),
    "synthdial.metrics": ("METRICS", "Measurer"),
    "synthdial.prompt.choose": ("Exemplar",),
    "synthdial.prompt": ("Scenario", "bundled_references", "bundled_scenarios", "load_scenario"),
    "synthdial.review.exemplars": ("find_exemplars",),
    "synthdial.review.session": ("ReviewSession",),
    "synthdial.study": ("Recipe", "Study"),
    "synthdial.study.batch": ("BatchResult", "Progress", "run_batch"),
    "synthdial.study.request": ("BatchRequest", "preview_batch"),
    "synthdial.transcripts": ("Transcript", "read_transcript", "read_transcripts"),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "METRICS",
    "BatchRequest",
    "BatchResult",
    "Dialogue",
    "Exemplar",
    "MeasureRequest",
    "Measurer",
    "Progress",
    "Recipe",
    "ReviewSession",
    "Sampling",
    "Scenario",
    "Speaker",
    "Study",
    "SynthdialError",
    "Transcript",
    "Turn",
    "__version__",
    "bundled_references",
    "bundled_scenarios",
    "export_study",
    "find_exemplars",
    "load_scenario",
    "measure_corpus",
    "preview_batch",
    "read_transcript",
    "read_transcripts",
    "run_batch",
]


def __getattr__(name: str) -> Any:
    if name in _HOME_OF:
        value = getattr(importlib.import_module(_HOME_OF[name]), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'synthdial' has no attribute '{name}'")
