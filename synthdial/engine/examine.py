"""Examine the machine: what the engine finds here, and what would be slow and why."""

import platform
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

from synthdial.airgap.seal import is_sealed
from synthdial.engine.adapters import choose_adapter
from synthdial.engine.client import Engine
from synthdial.engine.fit import available_memory, default_threads, memory_needed
from synthdial.engine.gguf import read_header
from synthdial.engine.models import find_model
from synthdial.errors import SynthdialError
from synthdial.version import __version__

_WANTED_FEATURES = ("avx2", "fma", "f16c")


@dataclass(frozen=True)
class MachineReport:
    """What was found.

    Attributes
    ----------
    facts : dict of str to str
        One line each, by name.
    advice : tuple of str
        What would be slow or fail, why, and what helps; empty where all is well.
    """

    facts: dict[str, str]
    advice: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The report as plain values."""
        return asdict(self)


def examine_machine() -> MachineReport:
    """Examine this machine; starts the engine for a moment."""
    facts: dict[str, str] = {"program": f"synthdial-edge {__version__}, Python {platform.python_version()}"}
    advice: list[str] = []
    facts["system"] = f"{platform.system()} {platform.release()}, {platform.machine()}"
    _processor(facts, advice)
    memory = psutil.virtual_memory()
    facts["memory"] = f"{_gigabytes(memory.total)} in all, {_gigabytes(available_memory())} free"
    try:
        with Engine() as engine:
            about = engine.about()
    except SynthdialError as error:
        facts["llama.cpp"] = f"does not start: {error}"
        advice.append("The engine does not start, so nothing can be generated. Install llama-cpp-python again.")
    else:
        _llama(about, facts, advice)
    _model(facts, advice)
    facts["network"] = "the kernel refuses it to the program" if is_sealed() else "not used; this system leaves it open"
    return MachineReport(facts, tuple(advice))


def _gigabytes(count: float) -> str:
    return f"{count / 1e9:.1f} GB"


def _processor(facts: dict[str, str], advice: list[str]) -> None:
    name, flags = platform.processor() or platform.machine(), set()
    if sys.platform == "linux":
        for line in Path("/proc/cpuinfo").read_text(errors="replace").splitlines():
            key, _, value = line.partition(":")
            if key.strip() == "model name":
                name = value.strip()
            elif key.strip() == "flags":
                flags = set(value.split())
    seen = [
        f
        for f in ("sse4_2", "avx", "avx2", "fma", "f16c", "avx512f", "avx512_vnni", "avx_vnni", "amx_int8")
        if f in flags
    ]
    facts["processor"] = f"{name}, {default_threads()} threads used; {', '.join(seen) or 'features not known'}"
    missing = [feature for feature in _WANTED_FEATURES if flags and feature not in flags]
    if missing:
        advice.append(
            f"The processor lacks {', '.join(missing)}: generating is several times slower than on a newer one."
        )
    if default_threads() < 4:
        advice.append(
            f"{default_threads()} cores: the small demo model writes well over a dozen words a second, a model of 7 "
            "billion parameters about one. Run those overnight, or on a machine with a GPU."
        )


def _llama(about: dict[str, Any], facts: dict[str, str], advice: list[str]) -> None:
    kind = "portable, processor library chosen at run time" if about["portable"] else "built for this processor"
    facts["llama.cpp"] = f"{about['llama_cpp']} (llama-cpp-python {about['llama_cpp_python']}), {kind}"
    facts["build"] = about["features"]
    gpus = [device for device in about["devices"] if device["kind"] == "GPU"]
    if gpus:
        facts["GPU"] = "; ".join(
            f"{d['description']}, {_gigabytes(d['free'])} of {_gigabytes(d['total'])} free" for d in gpus
        )
    elif about["gpu_build"]:
        facts["GPU"] = "none answers, though llama.cpp is built for one"
        advice.append("llama.cpp is built for a GPU but finds none: look at the driver. The processor is used instead.")
    else:
        facts["GPU"] = "not used: this llama.cpp is built for the processor alone"
        if Path("/proc/driver/nvidia").exists():
            advice.append(
                "There is an NVIDIA GPU, and llama.cpp is built without CUDA. It would be many times faster: install "
                "llama-cpp-python with CMAKE_ARGS=-DGGML_CUDA=ON."
            )


def _model(facts: dict[str, str], advice: list[str]) -> None:
    try:
        found = find_model()
        header = read_header(found.path)
    except SynthdialError as error:
        facts["model"] = f"none: {error.message}"
        advice.append(f"There is no model to generate with. {error.hint}")
        return
    facts["model"] = (
        f"{found.name} ({header.quantisation}, {_gigabytes(header.size)}), from {found.source}: {found.path}"
    )
    adapter, remark = choose_adapter(found, header)
    facts["adapter"] = f"{adapter.name}: {adapter.path}" if adapter else remark or "none goes with this model"
    needed = memory_needed(header, 4096, 1)
    if needed > available_memory():
        advice.append(
            f"This model needs about {_gigabytes(needed)} of memory even for one dialogue at a time, and less is free."
        )
