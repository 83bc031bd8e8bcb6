"""What is in the standalone program, and what is not."""

import json
import marshal
import re
import struct
import subprocess
from importlib.util import MAGIC_NUMBER
from pathlib import Path

import pytest
from glibc import elf_files, oldest_glibc
from room import GLIBC

from synthdial.bundle.check import check_bundle

pytestmark = [pytest.mark.bundle, pytest.mark.slow]

NEEDED = re.compile(r"\(NEEDED\).*\[(.+)\]")
FOREIGN = (
    "sklearn", "scipy", "pandas", "dask", "distributed", "torch", "httpx", "httpcore", "certifi", "Cython",
    "setuptools", "pip", "pytest", "tkinter", "readline", "llama_cpp.server",
)  # fmt: skip
"""Modules that no command of the program needs: of the analysis, the cluster, the network and the build."""


@pytest.fixture(scope="module")
def modules(bundle: Path) -> frozenset[str]:
    """The names of the modules inside the program's own file: those of PyInstaller's archive."""
    content = (bundle / "synthdial-edge").read_bytes()
    begin = content.index(b"PYZ\0" + MAGIC_NUMBER)
    (table,) = struct.unpack_from(">I", content, begin + 8)
    return frozenset(name for name, _ in marshal.loads(content[begin + table :]))


def test_it_needs_nothing_of_the_machine_but_glibc(bundle: Path) -> None:
    there = {path.name for path in bundle.rglob("*")}
    asked: dict[str, str] = {}
    for path in elf_files(bundle):
        said = subprocess.run(["readelf", "--dynamic", "--wide", path], capture_output=True, text=True, check=True)
        asked |= dict.fromkeys(NEEDED.findall(said.stdout), str(path.relative_to(bundle)))
    assert {name: by for name, by in asked.items() if name not in there and not GLIBC.match(name)} == {}


def test_the_guides_name_the_glibc_that_it_needs(bundle: Path) -> None:
    version, _ = oldest_glibc(bundle)
    for guide in ("README.md", "LEESMIJ.md"):
        assert f"glibc {version} " in (bundle / guide).read_text("utf-8")


def test_a_guide_is_one_page(bundle: Path) -> None:
    for guide in ("README.md", "LEESMIJ.md"):
        assert len((bundle / guide).read_text("utf-8").splitlines()) <= 60


def test_every_file_is_what_was_signed(bundle: Path) -> None:
    assert check_bundle(bundle).whole


def test_the_program_itself_is_there(modules: frozenset[str]) -> None:
    assert {"synthdial.cli.main", "synthdial.tui.app", "textual.widgets._button", "pyarrow.parquet"} <= modules


@pytest.mark.parametrize("package", FOREIGN)
def test_no_package_is_there_that_is_not_needed(package: str, bundle: Path, modules: frozenset[str]) -> None:
    assert not (bundle / "_internal" / package.replace(".", "/")).exists()
    assert not [name for name in modules if name == package or name.startswith(f"{package}.")]


@pytest.mark.parametrize("library", ["readline", "libarrow_flight", "libarrow_s3", "libmtmd", "libcuda"])
def test_no_library_is_there_that_is_not_needed(library: str, bundle: Path) -> None:
    assert list(bundle.rglob(f"*{library}*")) == []


@pytest.mark.parametrize("package", ["deduce", "frozendict"])
def test_libraries_under_the_lgpl_are_plain_files_that_a_user_can_replace(
    package: str, bundle: Path, modules: frozenset[str]
) -> None:
    assert (bundle / "_internal" / package / "__init__.py").exists()
    assert not [name for name in modules if name == package or name.startswith(f"{package}.")]


def test_the_texts_of_all_licences_are_there(bundle: Path) -> None:
    texts = (bundle / "licences.txt").read_text("utf-8")
    for name in (
        "llama_cpp_python",
        "deduce",
        "pyarrow",
        "libstdc++6",
        "libgomp1",
        "PYTHON SOFTWARE FOUNDATION",
        "PyInstaller",
    ):
        assert name in texts, name


def test_the_bill_of_materials_is_that_of_this_folder(bundle: Path) -> None:
    names = {one["name"] for one in json.loads((bundle / "sbom.cdx.json").read_text("utf-8"))["components"]}
    assert {"llama_cpp_python", "deduce", "libstdc++6", "Python", "pyinstaller"} <= names
    assert not {"httpx", "certifi", "scikit-learn", "dask"} & names


def test_the_archive_without_a_model_is_smaller_than_70_megabytes(bundle: Path) -> None:
    archives = sorted(bundle.parent.glob(f"{bundle.name}-*-no-model.tar.xz"))
    if not archives:
        pytest.skip("there is no archive beside it: make bundle")
    assert max(path.stat().st_size for path in archives) < 70e6


def test_everybody_may_read_every_file(bundle: Path) -> None:
    assert [path for path in bundle.rglob("*") if path.stat().st_mode & 0o044 != 0o044] == []
