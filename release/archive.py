"""Pack a folder so that the same folder gives the same archive: ``archive.py FOLDER ARCHIVE.tar.xz [--name NAME]``.

Files in order of their names, of one owner and one time (SOURCE_DATE_EPOCH), compressed in blocks of a fixed size, so
that it does not matter how many processors do it.
"""

import argparse
import os
import subprocess
import tarfile
from pathlib import Path

_XZ = ("xz", "--compress", "--stdout", "--check=sha256", "--threads=0", "--block-size=64MiB")


def entry(path: Path, name: str, moment: int) -> tarfile.TarInfo:
    """What the archive says of a file, a folder or a link: nothing of this machine."""
    info = tarfile.TarInfo(name)
    info.mtime = moment
    info.uname = info.gname = "root"
    if path.is_symlink():
        info.type, info.linkname, info.mode = tarfile.SYMTYPE, str(path.readlink()), 0o777
    elif path.is_dir():
        info.type, info.mode = tarfile.DIRTYPE, 0o755
    else:
        stat = path.stat()
        info.size, info.mode = stat.st_size, 0o755 if stat.st_mode & 0o100 else 0o644
    return info


def pack(folder: Path, target: Path, name: str, moment: int, level: int = 9) -> None:
    """Write the archive, as small as a level of xz makes it; one that was there is replaced when it is complete.

    Raises
    ------
    OSError, subprocess.CalledProcessError
        Where it cannot be written, or xz is missing.
    """
    paths = sorted(folder.rglob("*"), key=lambda path: path.relative_to(folder).as_posix())
    passing = target.with_name(f"{target.name}.part")
    with passing.open("wb") as written:
        packer = subprocess.Popen([*_XZ, "--x86", f"--lzma2=preset={level}"], stdin=subprocess.PIPE, stdout=written)
        assert packer.stdin is not None
        with packer.stdin, tarfile.open(fileobj=packer.stdin, mode="w|", format=tarfile.PAX_FORMAT) as tar:
            tar.addfile(entry(folder, name, moment))
            for path in paths:
                info = entry(path, f"{name}/{path.relative_to(folder).as_posix()}", moment)
                if info.isreg():
                    with path.open("rb") as file:
                        tar.addfile(info, file)
                else:
                    tar.addfile(info)
        if packer.wait():
            raise subprocess.CalledProcessError(packer.returncode, _XZ)
    passing.replace(target)


def main() -> None:
    """Pack what the command says, and print how large it became."""
    parser = argparse.ArgumentParser(description="Pack a folder so that the same folder gives the same archive.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("archive", type=Path)
    parser.add_argument("--name", help="of the folder inside; by default its own")
    parser.add_argument("--level", type=int, default=9, help="of xz: 9 is smallest, 6 twice as fast")
    given = parser.parse_args()
    moment = int(os.environ.get("SOURCE_DATE_EPOCH", "315532800"))
    pack(given.folder, given.archive, given.name or given.folder.name, moment, given.level)
    print(f"{given.archive}: {given.archive.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
