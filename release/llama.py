"""Build the portable wheel of llama-cpp-python: ``llama.py FOLDER [--cuda ARCHITECTURES]``.

The release and its digest are those of requirements.lock. One library for each kind of processor is built, and chosen
when the program starts. Paths of this machine are kept out of the libraries, so that two builds are the same.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from lock import locked

CHECKOUT = Path(__file__).parent.parent
PACKAGE = "llama-cpp-python"
PORTABLE = ("-DGGML_NATIVE=OFF", "-DGGML_BACKEND_DL=ON", "-DGGML_CPU_ALL_VARIANTS=ON", "-DLLAVA_BUILD=OFF")


def fetch(folder: Path) -> Path:
    """The unpacked source of the release that the lock file names."""
    lines = folder / "requirements.txt"
    lines.write_text(locked((CHECKOUT / "requirements.lock").read_text("utf-8"), PACKAGE), encoding="utf-8")
    command = [
        sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", PACKAGE, "--no-cache-dir",
        "--require-hashes", "--dest", str(folder), "--requirement", str(lines),
    ]  # fmt: skip
    subprocess.run(command, check=True)
    (archive,) = folder.glob("llama_cpp_python-*.tar.gz")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    source = archive.with_name(archive.name.removesuffix(".tar.gz"))
    archive.unlink()
    return source


def build(source: Path, target: Path, options: tuple[str, ...]) -> Path:
    """The wheel, built in ``source`` and put into ``target``."""
    # its name does not say how it was built, and pip's cache would give any other one for it
    mapped = f"-g0 -ffile-prefix-map={source.resolve()}=llama-cpp-python" if os.name == "posix" else ""
    environment = os.environ | {
        "CMAKE_ARGS": " ".join(options),
        "CFLAGS": mapped,
        "CXXFLAGS": mapped,
        "SOURCE_DATE_EPOCH": os.environ.get("SOURCE_DATE_EPOCH", "315532800"),
    }
    command = [
        sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-cache-dir", "--config-settings",
        f"build-dir={source.resolve() / '_build'}", "--wheel-dir", str(target), str(source),
    ]  # fmt: skip
    subprocess.run(command, check=True, env=environment)
    return next(iter(target.glob("llama_cpp_python-*.whl")))


def main() -> None:
    """Build it where the command says."""
    parser = argparse.ArgumentParser(description="Build the portable wheel of llama-cpp-python.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cuda", metavar="ARCHITECTURES", help="with CUDA too, for these ('80;86;89;90')")
    given = parser.parse_args()
    options = PORTABLE
    if given.cuda:
        options += ("-DGGML_CUDA=ON", f"-DCMAKE_CUDA_ARCHITECTURES={given.cuda}")
    work = given.folder / "source"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    for old in given.folder.glob("llama_cpp_python-*.whl"):
        old.unlink()
    wheel = build(fetch(work), given.folder, options)
    shutil.rmtree(work)
    print(wheel)


if __name__ == "__main__":
    main()
