"""Give memory back to the system: what an allocator keeps for itself would add up over processes and gigabytes."""

import ctypes
import sys
from functools import cache
from typing import Any


@cache
def _library() -> Any:
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "malloc_trim") else None  # of the GNU C library alone


def give_back() -> None:
    """Return what is free to the system, where the C library can."""
    library = _library()
    if library is not None:
        library.malloc_trim(0)
