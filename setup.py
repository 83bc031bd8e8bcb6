"""Build the Cython sources of ``ext/`` into ``synthdial._core``; everything else stands in pyproject.toml."""

import os
import shutil
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.command.build_py import build_py

SOURCES = Path("ext")
CORE = Path("synthdial/_core")
SANITIZE = os.environ.get("SYNTHDIAL_SANITIZE") == "1"  # see `make sanitize`
CHECKS = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer", "-g", "-O1"]
FLAGS = (
    CHECKS if SANITIZE else ["-O3", "-fno-trapping-math", "-fno-math-errno"]
)  # what GCC needs to vectorise a comparison of floats


class BuildCore(build_ext):
    """Put the type stub of each compiled module beside it, so that type checkers see it wherever it is installed."""

    def run(self):
        """Build the modules and copy their stubs."""
        super().run()
        for ext in self.extensions:
            stub = SOURCES / f"{ext.name.rpartition('.')[2]}.pyi"
            target = CORE if self.inplace else Path(self.build_lib, "synthdial", "_core")
            target.mkdir(parents=True, exist_ok=True)
            shutil.copy(stub, target / stub.name)


class BuildPackage(build_py):
    """Take catalogue and adapters along: they stand in ``models/`` for people, in the package for the program."""

    def run(self):
        """Copy the package, and what is in ``models/``."""
        super().run()
        if not self.editable_mode:
            target = Path(self.build_lib) / "synthdial" / "data"
            target.mkdir(parents=True, exist_ok=True)
            for path in (Path("models") / "catalogue.toml", *Path("models").glob("*.gguf")):
                shutil.copy(path, target / path.name)


# a compiled module finds another's declarations under the name it is imported by
for declarations in SOURCES.glob("*.pxd"):
    copy = CORE / declarations.name
    if not copy.exists() or copy.read_bytes() != declarations.read_bytes():
        shutil.copy(declarations, copy)

setup(
    ext_modules=cythonize(
        [
            Extension(
                f"synthdial._core.{source.stem}",
                [source.as_posix()],
                extra_compile_args=FLAGS,
                extra_link_args=CHECKS if SANITIZE else [],
            )
            for source in sorted(SOURCES.glob("*.pyx"))
        ],
        include_path=["."],
        build_dir="build",
        language_level=3,
    ),
    cmdclass={"build_ext": BuildCore, "build_py": BuildPackage},
)
