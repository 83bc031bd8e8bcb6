"""The library itself: its processor backends, its log, and what it can compute on."""

import ctypes
from collections import deque
from pathlib import Path
from typing import Any

import llama_cpp
from llama_cpp import llama_cpp as api

recent_log: deque[str] = deque(maxlen=40)
_ERROR_LEVEL, _WARN_LEVEL = 4, 3


@api.llama_log_callback  # type: ignore[untyped-decorator]
def _keep_log(level: int, text: bytes, _data: Any) -> None:
    if level in (_WARN_LEVEL, _ERROR_LEVEL):
        recent_log.append(text.decode("utf-8", errors="replace").strip())


def start() -> None:
    """Load the processor backends and silence the log; call it once, before anything else here.

    A portable build keeps one library for each kind of processor in a folder of its own and loads none by itself: they
    are registered here from the program's folder, so that llama.cpp never searches the current directory for them.
    """
    api.llama_log_set(_keep_log, ctypes.c_void_p(0))
    folder = variants_folder()
    if folder is not None:
        load = api._lib.ggml_backend_load_all_from_path
        load.argtypes, load.restype = [ctypes.c_char_p], None
        load(str(folder).encode())
    api.llama_backend_init()


def variants_folder() -> Path | None:
    """The folder that holds one library for each kind of processor, None where one is built in."""
    package = Path(llama_cpp.__file__).parent
    for folder in (package / "lib", package.parent / "bin", package.parent / "lib"):
        if any(folder.glob("*ggml-cpu-*")):
            return folder
    return None


def build_info() -> dict[str, Any]:
    """Which llama.cpp this is: versions, processor features in use, whether a GPU can be used, and its devices."""
    return {
        "llama_cpp_python": llama_cpp.__version__,
        "llama_cpp": api.llama_version().decode(),
        "features": api.llama_print_system_info().decode().strip(),
        "gpu_build": bool(api.llama_supports_gpu_offload()),
        "portable": variants_folder() is not None,
        "devices": devices(),
    }


def devices() -> list[dict[str, Any]]:
    """The devices that llama.cpp can compute on: name, description, kind, free and total memory in bytes."""
    lib = api._lib
    lib.ggml_backend_dev_count.restype = ctypes.c_size_t
    lib.ggml_backend_dev_get.argtypes, lib.ggml_backend_dev_get.restype = [ctypes.c_size_t], ctypes.c_void_p
    for name in ("ggml_backend_dev_name", "ggml_backend_dev_description"):
        getattr(lib, name).argtypes, getattr(lib, name).restype = [ctypes.c_void_p], ctypes.c_char_p
    lib.ggml_backend_dev_type.argtypes, lib.ggml_backend_dev_type.restype = [ctypes.c_void_p], ctypes.c_int
    size_p = ctypes.POINTER(ctypes.c_size_t)
    lib.ggml_backend_dev_memory.argtypes, lib.ggml_backend_dev_memory.restype = [ctypes.c_void_p, size_p, size_p], None
    found = []
    for i in range(lib.ggml_backend_dev_count()):
        device = lib.ggml_backend_dev_get(i)
        free, total = ctypes.c_size_t(), ctypes.c_size_t()
        lib.ggml_backend_dev_memory(device, ctypes.byref(free), ctypes.byref(total))
        kind = lib.ggml_backend_dev_type(device)
        found.append({
            "name": lib.ggml_backend_dev_name(device).decode(errors="replace"),
            "description": lib.ggml_backend_dev_description(device).decode(errors="replace"),
            "kind": {0: "CPU", 1: "GPU", 2: "integrated GPU"}.get(kind, "accelerator"),
            "free": free.value,
            "total": total.value,
        })  # fmt: skip
    return found
