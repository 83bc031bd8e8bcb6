"""What the program brings along: locked with digests, listed, and under licences that let it be part of the program."""

import json
import re
import subprocess
import sys
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any

import pytest
import runtime
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

pytestmark = pytest.mark.slow

CHECKOUT = Path(__file__).parents[2]
PARTS = runtime.runtime_parts()


class TestLicences:
    @pytest.mark.parametrize("name", sorted(PARTS))
    def test_each_may_be_part_of_the_program(self, name: str) -> None:
        assert PARTS[name].welcome, PARTS[name]

    @pytest.mark.parametrize(
        "lines",
        [
            [],
            ["License: UNKNOWN"],
            ["License-Expression: GPL-3.0-or-later"],
            ["License-Expression: MIT AND AGPL-3.0-only"],
            ["License-Expression: LGPL-2.1-only"],
            ["Classifier: License :: OSI Approved :: GNU General Public License v3 (GPLv3)"],
            ["License: MIT", "Classifier: License :: OSI Approved :: Nobody Ever Read This"],
            ["License: Do what I say"],
        ],
    )
    def test_a_licence_that_is_not_welcome_or_not_known_is_noticed(self, lines: list[str], tmp_path: Path) -> None:
        part = runtime.Part("other", "1", runtime.licences_of("other", package(tmp_path, lines)), ())
        assert part.welcome is (lines[:1] == ["License: MIT"])

    @pytest.mark.parametrize(
        ("lines", "licences"),
        [
            (["License-Expression: (Apache-2.0 OR MIT) AND 0BSD"], ("Apache-2.0", "MIT", "0BSD")),
            (["Classifier: License :: OSI Approved :: MIT License"], ("MIT",)),
            (["License: BSD-3-Clause"], ("BSD-3-Clause",)),
        ],
    )
    def test_a_licence_is_read_where_it_is_said(
        self, lines: list[str], licences: tuple[str, ...], tmp_path: Path
    ) -> None:
        assert runtime.licences_of("other", package(tmp_path, lines)) == licences

    def test_the_lgpl_is_for_what_stands_beside_the_program_only(self) -> None:
        assert runtime.Part("deduce", "3", ("LGPL-3.0-or-later",), ()).welcome
        assert not runtime.Part("other", "3", ("LGPL-3.0-or-later",), ()).welcome


def package(folder: Path, lines: list[str]) -> Distribution:
    (folder / "other-1.dist-info").mkdir()
    metadata = ["Metadata-Version: 2.4", "Name: other", "Version: 1", *lines, ""]
    (folder / "other-1.dist-info" / "METADATA").write_text("\n".join(metadata))
    return Distribution.at(folder / "other-1.dist-info")


class TestLock:
    def entries(self) -> dict[str, str]:
        text = (CHECKOUT / "requirements.lock").read_text("utf-8")
        found = re.findall(r"^([A-Za-z0-9._-]+==[^\n]+?)((?: \\\n    --hash=\S+)+)$", text, re.M)
        return {canonicalize_name(head.partition("==")[0]): head + hashes for head, hashes in found}

    def test_every_dependency_stands_in_it(self) -> None:
        assert set(PARTS) - {runtime.PROGRAM} <= set(self.entries())

    def test_every_release_is_exact_and_has_digests(self) -> None:
        text = (CHECKOUT / "requirements.lock").read_text("utf-8")
        named = {canonicalize_name(name) for name in re.findall(r"^([A-Za-z0-9][A-Za-z0-9._-]*)", text, re.M)}
        assert named == set(self.entries())
        for entry in self.entries().values():
            assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry)

    def test_the_releases_are_those_that_the_program_asks_for(self) -> None:
        for line in runtime._announced():
            wanted = Requirement(line)
            version = self.entries()[canonicalize_name(wanted.name)].partition("==")[2].split()[0]
            assert wanted.specifier.contains(version), line


@pytest.mark.slow
class TestBillOfMaterials:
    @pytest.fixture(scope="class")
    def bill(self, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
        path = tmp_path_factory.mktemp("bill") / "sbom.json"
        subprocess.run([sys.executable, str(CHECKOUT / "release" / "sbom.py"), "-o", str(path)], check=True)
        return dict(json.loads(path.read_text("utf-8")))

    def test_it_is_valid(self, bill: dict[str, Any]) -> None:
        validator = JsonStrictValidator(SchemaVersion.V1_6)
        assert validator.validate_str(json.dumps(bill)) is None
        bill = bill | {"components": [{"name": "no type"}]}
        assert validator.validate_str(json.dumps(bill)) is not None

    def test_it_lists_every_dependency_and_nothing_else(self, bill: dict[str, Any]) -> None:
        listed = {canonicalize_name(component["name"]): component["version"] for component in bill["components"]}
        assert listed == {name: part.version for name, part in PARTS.items() if name != runtime.PROGRAM}
        assert bill["metadata"]["component"]["name"] == runtime.PROGRAM

    def test_it_says_who_needs_whom_and_under_which_licence(self, bill: dict[str, Any]) -> None:
        by_name = {canonicalize_name(component["name"]): component for component in bill["components"]}
        needs = {item["ref"]: item["dependsOn"] for item in bill["dependencies"]}
        assert by_name["lxml"]["bom-ref"] in needs[by_name["python-docx"]["bom-ref"]]
        assert by_name["textual"]["bom-ref"] in needs[bill["metadata"]["component"]["bom-ref"]]
        assert all(component["licenses"] for component in bill["components"])

    @pytest.mark.parametrize(
        ("package", "library"),
        [("llama-cpp-python", "llama.cpp"), ("llama-cpp-python", "ggml"), ("lxml", "libxml2"), ("numpy", "OpenBLAS"),
         ("pillow", "libtiff"), ("matplotlib", "freetype"), ("sqlcipher3", "SQLCipher"), ("sqlcipher3", "OpenSSL")],
    )  # fmt: skip
    def test_it_lists_what_lies_compiled_inside_packages(
        self, bill: dict[str, Any], package: str, library: str
    ) -> None:
        if package not in PARTS:
            pytest.skip(f"the program does not need {package}")
        (found,) = [c for c in bill["components"] if canonicalize_name(c["name"]) == package]
        assert library in {inner["name"]: inner["version"] for inner in found["components"]}


def test_the_page_of_dependencies_names_each_and_says_whether_it_can_reach_a_network() -> None:
    page = (CHECKOUT / "docs" / "dependencies.md").read_text("utf-8")
    rows = {cells[1].strip(): cells[3].strip() for line in page.splitlines() if len(cells := line.split("|")) == 6}
    named = {name.strip() for row in rows for name in row.split(",")}
    assert set(PARTS) - {runtime.PROGRAM} <= named, set(PARTS) - {runtime.PROGRAM} - named
    assert all(rows.values())
