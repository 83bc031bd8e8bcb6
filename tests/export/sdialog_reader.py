"""Read lines with sdialog's own reader: ``sdialog_reader.py FILE`` prints what it read, a JSON object a line.

Each line is written to a file of its own, as sdialog keeps dialogues, and read from there, too.

sdialog imports PyTorch, Transformers and LangChain before anything else, for what it does with models. Its reader uses
none of them: where they are not installed, empty modules stand in for them.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import json
import logging
import sys
import tempfile
import types
from pathlib import Path
from typing import ClassVar
from unittest.mock import MagicMock

HEAVY = ("torch", "transformers", "sentence_transformers", "langchain", "langchain_core", "langchain_ollama")


class _StandIn(types.ModuleType):
    __path__: ClassVar[list[str]] = []

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {}) if name[0].isupper() else MagicMock()


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name: str, path: object, target: object = None) -> importlib.machinery.ModuleSpec | None:
        return importlib.machinery.ModuleSpec(name, self, is_package=True) if name.split(".")[0] in HEAVY else None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _StandIn(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        pass


def main() -> None:
    sys.meta_path.append(_Finder())  # after the real ones
    logging.disable(logging.CRITICAL)
    from sdialog import Dialog

    with Path(sys.argv[1]).open(encoding="utf-8") as file, tempfile.TemporaryDirectory() as folder:
        for line in file:
            dialog = Dialog.from_json(line)
            dialog.to_file(f"{folder}/{dialog.id}.json", makedir=False)
            again = Dialog.from_file(f"{folder}/{dialog.id}.json")
            assert [(turn.speaker, turn.text) for turn in again.turns] == [
                (turn.speaker, turn.text) for turn in dialog.turns
            ]
            turns = [[turn.speaker, turn.text] for turn in dialog.turns]
            shown = {"id": dialog.id, "seed": dialog.seed, "scenario": dialog.scenario, "model": dialog.model}
            print(json.dumps({**shown, "turns": turns, "notes": dialog.notes, "length": len(dialog)}))


if __name__ == "__main__":
    main()
