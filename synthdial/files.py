"""Write files so that a reader sees the old one or the new one, never half of one."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from synthdial.errors import SynthdialError


def replace_atomically(path: Path, blocks: Iterable[bytes], mode: int = 0o600) -> int:
    """Write a file beside its place and move it there when it is complete and on the disk.

    Parameters
    ----------
    path : Path
        Where it goes; its folder is made if it is not there.
    blocks : iterable of bytes
        Its content.
    mode : int
        Who may read it.

    Returns
    -------
    int
        Bytes written.

    Raises
    ------
    SynthdialError
        When it cannot be written; what stood there before still does.
    """
    temporary = None
    size = 0
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        with os.fdopen(handle, "wb") as file:
            for block in blocks:
                size += file.write(block)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
        temporary = None
    except OSError as error:
        raise SynthdialError(f"{path} cannot be written: {error.strerror}.", "Choose another place.") from error
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
    return size
