"""Put beside the frozen program what is carried in with it: ``assemble.py FOLDER [--demo FOLDER] [--with FILE ...]``.

A guide in Dutch and English, the licences of everything inside, the bill of materials and, with --demo, the demo model,
which is put together in a folder that is named, and its adapter. It fills in the version and the glibc that the program
needs, and gives every file such rights that anyone may read it.
"""

import argparse
import os
import shutil
from pathlib import Path

from glibc import oldest_glibc

from synthdial.engine.models import find_model
from synthdial.version import __version__

CHECKOUT = Path(__file__).parent.parent
GUIDES = CHECKOUT / "release" / "guide"

_DEMO = "gemma-3-270m"
_NOTICE = """\
Gemma is provided under and subject to the Gemma Terms of Use found at ai.google.dev/gemma/terms

{file} is Gemma 3 270M, a base model, quantised to 4 bits (Q4_K_M). Whoever passes it on passes on these terms, and the
policy of prohibited uses that they name. It is here to try the program; it can be removed without harm to it.
"""
_ADAPTER = """
{file} is an adapter of that model, and under the same terms; {card} says what it was trained on.
"""
_WITH = {
    "nl": "Het meegeleverde model is er om te proberen; de voorwaarden staan in `models/NOTICE.txt`.",
    "en": "The model that is included is there to try things out; its terms are in `models/NOTICE.txt`.",
}
_WITHOUT = {
    "nl": "In dit archief zit geen model: zonder model schrijft het programma niets, en doet het al het andere.",
    "en": "This archive has no model: without one the program writes nothing, and does all the rest.",
}


def write_guides(folder: Path, version: str, glibc: str, *, with_model: bool) -> None:
    """The guides, with what is true of this bundle."""
    model = _WITH if with_model else _WITHOUT
    for guide in sorted(GUIDES.glob("*.md")):
        text = guide.read_text("utf-8").format(version=version, glibc=glibc, model_nl=model["nl"], model_en=model["en"])
        (folder / guide.name).write_text(text, encoding="utf-8")


def demo_model(folder: Path) -> Path:
    """The model of the demo package, put together below a folder, its digest checked."""
    os.environ["SYNTHDIAL_HOME"] = str(folder)
    return find_model(_DEMO).path


def add_model(folder: Path, model: Path) -> None:
    """The model in ``models/`` beside the program, where it is found, and its terms."""
    place = folder / "models"
    place.mkdir(exist_ok=True)
    target = place / model.name
    target.unlink(missing_ok=True)
    try:
        os.link(model, target)
    except OSError:
        shutil.copyfile(model, target)
    notice = _NOTICE.format(file=model.name)
    for adapter in sorted((CHECKOUT / "models").glob("*.gguf")):
        shutil.copyfile(adapter, place / adapter.name)
        shutil.copyfile(adapter.with_suffix(".md"), place / f"{adapter.stem}.md")
        notice += _ADAPTER.format(file=adapter.name, card=f"{adapter.stem}.md")
    (place / "NOTICE.txt").write_text(notice, encoding="utf-8")


def open_to_all(folder: Path) -> None:
    """Everyone may read every file, and run those that the owner may run."""
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    folder.chmod(0o755)


def main() -> None:
    """Assemble what the command says."""
    parser = argparse.ArgumentParser(description="Put beside the frozen program what is carried in with it.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--demo", type=Path, metavar="FOLDER", help="the demo model too; put together here")
    parser.add_argument(
        "--with", dest="others", type=Path, nargs="*", default=[], help="files that are copied as they are"
    )
    given = parser.parse_args()
    version, cause = oldest_glibc(given.folder)
    for path in (CHECKOUT / "LICENSE", *given.others):
        shutil.copyfile(path, given.folder / path.name)
    write_guides(given.folder, __version__, version, with_model=given.demo is not None)
    shutil.rmtree(given.folder / "models", ignore_errors=True)
    if given.demo:
        add_model(given.folder, demo_model(given.demo))
    open_to_all(given.folder)
    print(f"{given.folder}: glibc {version} or newer is needed, by {cause.relative_to(given.folder)}")


if __name__ == "__main__":
    main()
