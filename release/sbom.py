"""Write the bill of materials (CycloneDX 1.6, JSON) of the program as it is installed here: ``sbom.py -o FILE``.

cyclonedx-bom lists what is installed; this keeps what the program needs, and adds the libraries that lie compiled
inside packages, with the versions that they say of themselves, and the digests of the lock file.
"""

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from runtime import PROGRAM, runtime_parts

CHECKOUT = Path(__file__).parent.parent
LOCK = CHECKOUT / "requirements.lock"


def installed_components() -> dict[str, Any]:
    """The bill of all that is installed here, as cyclonedx-bom writes it."""
    command = [
        sys.executable, "-m", "cyclonedx_py", "environment", sys.executable, "--pyproject",
        str(CHECKOUT / "pyproject.toml"), "--sv", "1.6", "--of", "JSON", "--output-reproducible",
    ]  # fmt: skip
    return dict(json.loads(subprocess.run(command, capture_output=True, check=True).stdout))


def inside() -> Iterator[tuple[str, str, str, str, str]]:
    """What lies compiled inside packages: package, library, version, licence, and who makes it."""
    import llama_cpp
    from lxml import etree

    version = llama_cpp.llama_cpp.llama_version().decode()
    yield "llama-cpp-python", "llama.cpp", version, "MIT", "ggml"
    yield "llama-cpp-python", "ggml", version, "MIT", "ggml"
    for name, numbers in (("libxml2", etree.LIBXML_VERSION), ("libxslt", etree.LIBXSLT_VERSION)):
        yield "lxml", name, ".".join(map(str, numbers)), "MIT", "xmlsoft"
    yield from _in_pillow()
    yield from _in_numpy()
    import matplotlib.ft2font
    import pyarrow

    yield "matplotlib", "freetype", matplotlib.ft2font.__freetype_version__, "FTL", "freetype"
    yield "pyarrow", "Apache Arrow C++", pyarrow.cpp_version, "Apache-2.0", "apache"
    yield from _in_sqlcipher()


def _in_pillow() -> Iterator[tuple[str, str, str, str, str]]:
    from PIL import features

    licences = {"freetype2": "FTL", "littlecms2": "MIT", "webp": "BSD-3-Clause", "avif": "BSD-2-Clause", "jpg": "IJG",
                "jpg_2000": "BSD-2-Clause", "zlib": "Zlib", "libtiff": "libtiff"}  # fmt: skip
    named = {
        "jpg": "libjpeg-turbo",
        "jpg_2000": "openjpeg",
        "webp": "libwebp",
        "avif": "libavif",
        "freetype2": "freetype",
    }
    for name in (*features.get_supported_modules(), *features.get_supported_codecs()):
        version = features.version_feature("libjpeg_turbo") if name == "jpg" else features.version(name)
        if name in licences and version:
            yield "pillow", named.get(name, name), str(version), licences[name], ""


def _in_numpy() -> Iterator[tuple[str, str, str, str, str]]:
    import numpy

    blas = numpy.show_config(mode="dicts")["Build Dependencies"]["blas"]  # type: ignore[call-overload]
    if "openblas" in blas["name"]:
        yield "numpy", "OpenBLAS", str(blas["version"]), "BSD-3-Clause", "openblas"


def _in_sqlcipher() -> Iterator[tuple[str, str, str, str, str]]:
    try:
        import sqlcipher3
        from sqlcipher3 import dbapi2
    except ImportError:
        return
    memory = dbapi2.connect(":memory:")
    ((cipher,),) = memory.execute("PRAGMA cipher_version").fetchall()
    yield "sqlcipher3", "SQLCipher", cipher.split()[0], "BSD-3-Clause", "zetetic"
    yield "sqlcipher3", "SQLite", dbapi2.sqlite_version, "blessing", "sqlite"
    for library in Path(sqlcipher3.__file__).parent.glob("_sqlite3*"):
        if found := re.search(rb"OpenSSL (\d+\.\d+\.\d+[a-z]?) \d", library.read_bytes()):
            yield "sqlcipher3", "OpenSSL", found[1].decode(), "Apache-2.0", "openssl"
            return


def locked_digests() -> dict[str, list[str]]:
    """SHA-256 of every file of each package in the lock file, by name."""
    digests: dict[str, list[str]] = {}
    name = ""
    for line in LOCK.read_text("utf-8").splitlines():
        if found := re.match(r"([A-Za-z0-9._-]+)==", line):
            name = canonicalize_name(found[1])
        digests.setdefault(name, []).extend(re.findall(r"--hash=sha256:([0-9a-f]{64})", line))
    return digests


def bill_of_materials() -> dict[str, Any]:
    """The program's bill of materials."""
    parts = runtime_parts()
    bill = installed_components()
    bill["metadata"]["component"]["version"] = parts[PROGRAM].version
    root = bill["metadata"]["component"]["bom-ref"]
    digests = locked_digests()
    kept, references = [], {PROGRAM: root}
    for component in bill["components"]:
        name = canonicalize_name(component["name"])
        if name not in parts or name == PROGRAM or name in references:
            continue
        references[name] = component["bom-ref"]
        if not component.get("licenses"):
            component["licenses"] = [_licence(licence) for licence in parts[name].licences]
        component.setdefault("properties", []).extend(
            {"name": "synthdial:locked-sha256", "value": digest} for digest in digests.get(name, ())
        )
        kept.append(component)
    bill["components"] = kept
    bill["dependencies"] = [
        {"ref": references[name], "dependsOn": sorted({references[other] for other in part.needs})}
        for name, part in sorted(parts.items())
    ]
    _add_inside(bill, references)
    return bill


def _licence(name: str) -> dict[str, Any]:
    return {"license": {"name" if name.startswith("LicenseRef-") or name == "BSD" else "id": name}}


def _add_inside(bill: dict[str, Any], references: dict[str, str]) -> None:
    by_reference = {component["bom-ref"]: component for component in bill["components"]}
    for package, name, version, licence, maker in inside():
        if package not in references:
            continue
        component: dict[str, Any] = {
            "type": "library",
            "bom-ref": f"{references[package]}#{name.replace(' ', '-')}",
            "name": name,
            "version": version,
            "description": f"compiled into the package {package}",
            "licenses": [_licence(licence)],
            "purl": f"pkg:generic/{name.replace(' ', '-').lower()}@{version}",
        }
        if maker:
            component["supplier"] = {"name": maker}
        by_reference[references[package]].setdefault("components", []).append(component)


def main() -> None:
    """Write it where ``-o`` says."""
    parser = argparse.ArgumentParser(description="Write the program's bill of materials.")
    parser.add_argument("-o", "--output", type=Path, required=True)
    output = parser.parse_args().output
    bill = bill_of_materials()
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(bill, indent=2) + "\n", encoding="utf-8")
    print(f"{output}: {len(bill['components'])} packages")


if __name__ == "__main__":
    main()
