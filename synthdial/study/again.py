"""Make a corpus again: from the recipe file of an export to batches that are the same recipes, or to what differs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from synthdial.engine.adapters import NONE
from synthdial.engine.sampling import Sampling
from synthdial.errors import SynthdialError
from synthdial.prompt import bundled_scenarios
from synthdial.prompt.choose import Exemplar
from synthdial.study.recipe import NAMES, Recipe
from synthdial.study.request import BatchRequest, preview_batch
from synthdial.study.study import Study
from synthdial.toml_file import expect

FORMAT = 1
"""Of recipe files."""

_OWN_REFERENCES = ("checked", "unchecked")
_DIFFER = {
    "model_sha256": "the model file",
    "adapter_sha256": "the adapter",
    "references_sha256": "the references in the prompt",
    "profile_sha256": "the turn-taking of the references",
    "prompt_sha256": "the prompt: references, scenario, instructions or the program's templates",
}


@dataclass(frozen=True)
class Given:
    """What a recipe file does not hold, as it is given for making the corpus again.

    Attributes
    ----------
    references : tuple of Path
        The transcripts of an institution that stood in prompts.
    unchecked_references : bool
        Take them in though nobody has checked them for the new study.
    profile : Path, optional
        The turn-taking profile, where one took the place of references.
    model : str, optional
        Name or path of the model; by default the name in the recipe.
    adapter : str, optional
        Name or path of the adapter; by default as the recipe has it, and none where it names none.
    scenarios : tuple of Path
        TOML files of scenarios that do not come with the program, known by their names.
    exemplars : sequence of Exemplar
        Accepted dialogues, from which those that stood in prompts are taken.
    """

    references: tuple[Path, ...] = ()
    unchecked_references: bool = False
    profile: Path | None = None
    model: str | None = None
    adapter: str | None = None
    scenarios: tuple[Path, ...] = ()
    exemplars: Sequence[Exemplar] = ()


@dataclass(frozen=True)
class Again:
    """A recipe of a recipe file.

    Attributes
    ----------
    id : str
        Its digest.
    recipe : mapping
        Its values.
    request : BatchRequest
        What makes it again.
    """

    id: str
    recipe: Mapping[str, Any]
    request: BatchRequest

    def differs(self, made: Recipe) -> tuple[str, ...]:
        """What of a recipe is not as it was, in words; empty where it is the same."""
        if made.id == self.id:
            return ()
        values = made.as_dict()
        keys = [key for key in values.keys() | self.recipe.keys() if key not in NAMES]
        wrong = [key for key in keys if values.get(key) != self.recipe.get(key)]
        known = [_DIFFER[key] for key in _DIFFER if key in wrong]
        return (*known, *sorted(key for key in wrong if key not in _DIFFER)) or ("the digest of the recipe",)


def read_recipes(path: Path, given: Given | None = None) -> tuple[Again, ...]:
    """The recipes of a recipe file, as batches.

    Parameters
    ----------
    path : Path
        The file, as an export writes it.
    given : Given, optional
        What it does not hold.

    Raises
    ------
    SynthdialError
        When it is no recipe file, or something it needs was not given.
    """
    given = given or Given()
    content = _content(path)
    found = []
    for number, one in enumerate(_expected(content.get("recipes"), list, path, "recipes"), 1):
        where = f"recipe {number}"
        table = _expected(one, dict, path, where)
        recipe = _expected(table.get("recipe"), dict, path, f"{where}: recipe")
        found.append(Again(str(table.get("id")), recipe, _request(path, where, table, recipe, given)))
    return tuple(found)


def _content(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise SynthdialError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise _no_recipe_file(path) from error
    if not isinstance(content, dict) or "recipes" not in content:
        raise _no_recipe_file(path)
    if content.get("format") != FORMAT:
        raise SynthdialError(
            f"{path} has the format {content.get('format')!r}; this program reads {FORMAT}.", "Use a newer program."
        )
    return content


def _no_recipe_file(path: Path) -> SynthdialError:
    return SynthdialError(
        f"{path} is no recipe file.", "Give the file recipe.json or NAME.recipe.json that lies beside an export."
    )


def _expected(value: Any, kind: type, path: Path, where: str) -> Any:
    names = {list: "a list", dict: "an object", int: "a whole number", str: "a text"}
    return expect(value, kind, f"{path}: {where}", names[kind])


def _request(path: Path, where: str, table: Mapping[str, Any], recipe: Mapping[str, Any], given: Given) -> BatchRequest:
    references = _expected(table.get("references", {}), dict, path, f"{where}: references")
    run = _expected(table.get("run", {}), dict, path, f"{where}: run")
    are = references.get("are")
    own = are in _OWN_REFERENCES or (are is None and bool(given.references))
    if are in _OWN_REFERENCES and not given.references:
        raise SynthdialError(
            f"{path}: {where} was made with references of an institution, which no recipe file holds.",
            "Give them with --reference.",
        )
    if are == "none" and given.profile is None:
        raise SynthdialError(
            f"{path}: {where} was planned from a turn-taking profile, which no recipe file holds.",
            "Give it with --profile.",
        )
    exemplars = _exemplars(path, where, recipe, given.exemplars)
    whole = {
        name: _expected(recipe.get(name, default), int, path, f"{where}: {name}")
        for name, default in (("seed", None), ("min_turns", None), ("max_words", None), ("candidates", 1))
    }
    inside = _whole(references.get("in_prompt"))
    style = table.get("prompt_style")
    return BatchRequest(
        count=_expected(table.get("count"), int, path, f"{where}: count"),
        scenario=_scenario(path, where, recipe, given.scenarios),
        references=given.references if own else (),
        unchecked_references=given.unchecked_references,
        model=given.model or _model(path, where, recipe),
        adapter=given.adapter or _adapter(path, where, recipe),
        preset=_expected(recipe.get("preset"), str, path, f"{where}: preset"),
        profile=given.profile if are == "none" else None,
        max_references=len(exemplars) or (1 if inside is None else inside),
        exemplars=exemplars,
        instructions=tuple(
            _expected(text, str, path, f"{where}: instructions")
            for text in _expected(recipe.get("instructions", []), list, path, f"{where}: instructions")
        ),
        prompt_style="chat" if style == "chat" else "base" if style == "base" else None,
        sampling=_sampling(path, where, recipe),
        parallel=_whole(run.get("slots")),
        threads=_whole(run.get("threads")),
        gpu_layers=_whole(run.get("gpu_layers")),
        **whole,
    )


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _model(path: Path, where: str, recipe: Mapping[str, Any]) -> str:
    name = _name(_expected(recipe.get("model"), str, path, f"{where}: model"))
    if not name:
        raise SynthdialError(f"{path}: {where} names no model.", "Give one with --model.")
    return name


def _adapter(path: Path, where: str, recipe: Mapping[str, Any]) -> str:
    if not recipe.get("adapter_sha256"):
        return NONE
    name = _name(_expected(recipe.get("adapter"), str, path, f"{where}: adapter"))
    if not name:
        raise SynthdialError(f"{path}: {where} names no adapter.", "Give one with --adapter.")
    return name


def _name(text: str) -> str:
    """A name; empty where it is a path: a file that others wrote says nothing of this machine's."""
    return "" if "/" in text or "\\" in text else text


def _scenario(path: Path, where: str, recipe: Mapping[str, Any], files: Sequence[Path]) -> str:
    name = _expected(recipe.get("scenario"), str, path, f"{where}: scenario")
    for file in files:
        if file.stem == name:
            return str(file)
    if name not in bundled_scenarios():
        raise SynthdialError(
            f"{path}: {where} has the scenario '{name}', which does not come with this program.",
            "Give its TOML file with --scenario.",
        )
    return str(name)


def _exemplars(path: Path, where: str, recipe: Mapping[str, Any], found: Sequence[Exemplar]) -> tuple[Exemplar, ...]:
    wanted = _expected(recipe.get("exemplars", []), list, path, f"{where}: exemplars")
    chosen = tuple(one for one in found if one.dialogue.id in wanted)
    if len(chosen) < len(wanted):
        raise SynthdialError(
            f"{path}: {where} had {len(wanted)} accepted dialogues in its prompt; {len(chosen)} of them are here.",
            "Give the study they are in with --exemplars STUDY:accepted.",
        )
    return chosen


def _sampling(path: Path, where: str, recipe: Mapping[str, Any]) -> Sampling:
    table = _expected(recipe.get("sampling"), dict, path, f"{where}: sampling")
    for name in table.keys() ^ {field.name for field in fields(Sampling)}:
        raise SynthdialError(f"{path}: {where}: sampling has or lacks '{name}'.", "Use the program's version it names.")
    return Sampling(
        **{name: expect(value, (int, float), f"{path}: {name}", "a number") for name, value in table.items()}
    )


def dialogue_counts(study: Study) -> dict[str, int]:
    """Up to which number a study holds the dialogues of each recipe, by the recipe's id.

    A batch that makes them again writes as many together as the first one did, which decides their last digits: so
    those that stayed inside count too.
    """
    return {
        str(key): int(last) for key, last in study._rows("SELECT recipe, max(number) FROM dialogues GROUP BY recipe")
    }


def check_recipes(recipes: Sequence[Again], study: Path) -> None:
    """Compare every recipe with what this machine would make, before anything is written.

    Parameters
    ----------
    recipes : sequence of Again
        As they were read.
    study : Path
        Which they shall be made into; it knows which references were checked.

    Raises
    ------
    SynthdialError
        When one is not the same; says which and in what.
    """
    for one in recipes:
        prepared = preview_batch(one.request, study)
        if different := one.differs(prepared.recipe):
            raise SynthdialError(
                f"The recipe {one.id[:8]} cannot be made again here: not the same are {'; '.join(different)}.",
                "Give the very files it was made with, and use the version of the program that made it.",
            )
