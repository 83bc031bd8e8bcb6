"""Make the bill of materials that of the standalone program: ``bill.py LIST BILL``.

What is left out of it goes from the bill, and what the build takes from this machine (LIST, one path a line) comes in:
libraries of Debian packages, Python, and PyInstaller's start of the program.
"""

import json
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from system import package_of

ABSENT = frozenset({"anyio", "certifi", "h11", "httpcore", "httpx", "idna", "tzdata"})
"""Packages that others need, and of which the standalone program holds nothing (see build.spec)."""


def taken(libraries: list[Path]) -> list[dict[str, Any]]:
    """What comes from this machine, as components of a bill."""
    found = [
        _component("Python", platform.python_version(), "PSF-2.0", f"pkg:generic/python@{platform.python_version()}"),
        _component("pyinstaller", version("pyinstaller"), "GPL-2.0-or-later WITH Bootloader-exception", ""),
    ]
    for package in sorted({package_of(library.resolve()) for library in libraries}):
        command = ["dpkg-query", "--show", "--showformat", "${Version}", package]
        number = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        found.append(_component(package, number, "", f"pkg:deb/debian/{package}@{number}"))
    return found


def _component(name: str, number: str, licence: str, purl: str) -> dict[str, Any]:
    purl = purl or f"pkg:pypi/{name}@{number}"
    made: dict[str, Any] = {"type": "library", "bom-ref": purl, "name": name, "version": number, "purl": purl}
    if licence:
        named = {"expression": licence} if " " in licence else {"license": {"id": licence}}
        made["licenses"] = [named]
    return made


def of_the_bundle(bill: dict[str, Any], more: list[dict[str, Any]]) -> dict[str, Any]:
    """The bill without what is absent and where on this machine a wheel was taken from, and with more."""
    gone = {one["bom-ref"] for one in bill["components"] if one["name"] in ABSENT}
    kept = [_without_places(one) for one in bill["components"] if one["bom-ref"] not in gone]
    needs = [
        entry | {"dependsOn": [other for other in entry.get("dependsOn", ()) if other not in gone]}
        for entry in bill["dependencies"]
        if entry["ref"] not in gone
    ]
    return bill | {"components": kept + more, "dependencies": needs}


def _without_places(component: dict[str, Any]) -> dict[str, Any]:
    links = [link for link in component.get("externalReferences", ()) if not link["url"].startswith("file:")]
    return {key: value for key, value in component.items() if key != "externalReferences"} | (
        {"externalReferences": links} if links else {}
    )


def main() -> None:
    """Change the bill that the command names."""
    listed, target = map(Path, sys.argv[1:])
    libraries = [Path(line) for line in listed.read_text("utf-8").splitlines() if line]
    bill = of_the_bundle(json.loads(target.read_text("utf-8")), taken(libraries))
    target.write_text(json.dumps(bill, indent=2) + "\n", encoding="utf-8")
    print(f"{target}: {len(bill['components'])} components of the standalone program")


if __name__ == "__main__":
    main()
