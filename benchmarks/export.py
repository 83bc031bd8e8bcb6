"""Memory and speed of exports as studies grow: the same dialogues again and again, under numbers of their own.

    python benchmarks/export.py [--dialogues 10000,100000] [--formats jsonl,parquet] [--keep FOLDER]

For each size a study is made, with a log and checks as a batch would leave them, of the bundled references' turns cut
to 20; then each format is written by a process of its own, whose peak memory is printed. The bar: it does not grow
with the number of dialogues, but for some fifty bytes of each by which the log is verified. The texts are the same
again and again, so that Parquet packs them far better than others: of it dialogues a second tell more than megabytes.
Both are of the processor's time, which does not depend on what else the machine does.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from synthdial.dialogue import Dialogue
from synthdial.engine.sampling import Sampling
from synthdial.prompt import bundled_references
from synthdial.study import Recipe, Study
from synthdial.study.checks import Check

FORMATS = ("jsonl", "chat", "csv", "parquet", "text", "sdialog", "tei")
_ENDINGS = {"csv": "csv", "parquet": "parquet", "text": "txt", "tei": "xml"}
_RECIPE = Recipe("gemma-3-270m", "a" * 64, "b" * 64, "c" * 64, "s0", "natural", 8, 700, Sampling(), 1)
_CHECK = Check(True, {"longest_run": 3}, (), {"longest_run": 7}, "d" * 64)
_SCENARIOS = 16

# what the process that exports runs: it says what it held, and how long it took
_EXPORT = """
import json, resource, sys, time
from pathlib import Path
from synthdial.export import ExportOptions, export_study
from synthdial.study import Study
began = time.perf_counter()
options = ExportOptions(documents=sys.argv[4] == "card")
with Study(Path(sys.argv[1])) as study:
    done = export_study(study, Path(sys.argv[2]), format_name=sys.argv[3], options=options)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([done.written, done.files[0].size, time.perf_counter() - began, time.process_time(), peak]))
"""


def make_study(path: Path, count: int) -> None:
    """A study of so many dialogues, without waiting for the disk after each."""
    texts = [transcript.dialogue.turns[:20] for transcript in bundled_references()]
    with Study(path, create=True) as study:
        study._db.execute("PRAGMA synchronous = OFF")
        recipes = [replace(_RECIPE, scenario=f"s{n}") for n in range(_SCENARIOS)]
        for recipe in recipes:
            study.add_recipe(recipe)
        for place in range(count):
            recipe, number = recipes[place % _SCENARIOS], place // _SCENARIOS + 1
            made = {**recipe.as_dict(), "recipe": recipe.id, "number": number, "seed": recipe.dialogue_seed(number)}
            study.add_dialogue(
                recipe, number, Dialogue(recipe.dialogue_id(number), texts[place % len(texts)], made), _CHECK
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dialogues", default="10000,100000")
    parser.add_argument("--formats", default=",".join(FORMATS))
    parser.add_argument(
        "--no-card", action="store_true", help="Without card, description and recipe, which measure all."
    )
    parser.add_argument("--keep", type=Path, help="Keep the studies there, and use those that are there.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = options.keep or Path(name)
        print(f" dialogues {'format':8}{'MB':>8}{'seconds':>9}{'of CPU':>8}{'MB/s':>7}{'a second':>10}{'MiB held':>10}")
        for count in (int(text) for text in options.dialogues.split(",")):
            path = folder / f"{count}.study"
            if not path.exists():
                began = time.perf_counter()
                make_study(path, count)
                size = path.stat().st_size / 1e6
                print(f"{count:10} made: {size:.0f} MB in {time.perf_counter() - began:.0f} s", flush=True)
            for form in options.formats.split(","):
                target = Path(name) / f"out.{_ENDINGS.get(form, 'jsonl')}"
                card = "none" if options.no_card else "card"
                command = [sys.executable, "-c", _EXPORT, str(path), str(target), form, card]
                done = subprocess.run(command, capture_output=True, text=True, check=True)
                written, size, seconds, worked, peak = json.loads(done.stdout)
                assert written == count
                speed = f"{size / 1e6 / worked:7.1f}{count / worked:10.0f}"
                print(
                    f"{count:10} {form:8}{size / 1e6:8.1f}{seconds:9.1f}{worked:8.1f}{speed}{peak / 1024:10.0f}",
                    flush=True,
                )
                target.unlink()


if __name__ == "__main__":
    main()
