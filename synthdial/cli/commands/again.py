"""``synthdial-edge again``: make a shared corpus again from its recipe file."""

from pathlib import Path

import click

from synthdial.study.again import Given, check_recipes, read_recipes
from synthdial.study.batch import run_batch

_EXAMPLES = """\b
Examples:
  synthdial-edge again corpus/recipe.json again.study
  synthdial-edge again demo.recipe.json again.study --reference transcripts/
  synthdial-edge again corpus/recipe.json again.study --model models/gemma-3-270m-q4_k_m.gguf --check
"""


@click.command(epilog=_EXAMPLES)
@click.argument("recipe", type=click.Path(path_type=Path))
@click.argument("study", type=click.Path(path_type=Path))
@click.option(
    "--reference",
    "references",
    multiple=True,
    type=click.Path(path_type=Path),
    help="The transcripts that stood in prompts, where they did not come with the program.",
)
@click.option(
    "--unchecked-references", is_flag=True, help="Take them in though nobody has checked them for STUDY; see 'batch'."
)
@click.option("--profile", type=click.Path(path_type=Path), help="The turn-taking profile, where one was used.")
@click.option("--model", default=None, help="The model's name or file here; by default the name in the recipe.")
@click.option("--adapter", default=None, help="The adapter's name or file here; by default as the recipe has it.")
@click.option(
    "--scenario",
    "scenarios",
    multiple=True,
    type=click.Path(path_type=Path),
    help="The TOML file of a scenario that does not come with the program.",
)
@click.option(
    "--exemplars", "exemplars_from", metavar="STUDY:accepted", help="Where accepted dialogues in prompts are."
)
@click.option("--check", "check_only", is_flag=True, help="Only say whether it is the same here; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Progress as JSON lines on standard output.")
@click.option("--quiet", is_flag=True, help="No progress.")
def command(
    recipe: Path,
    study: Path,
    references: tuple[Path, ...],
    unchecked_references: bool,
    profile: Path | None,
    model: str | None,
    adapter: str | None,
    scenarios: tuple[Path, ...],
    exemplars_from: str | None,
    check_only: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Make the dialogues of a shared corpus again, from RECIPE into STUDY.

    RECIPE is the file recipe.json, or NAME.recipe.json, beside an export. Model, prompt, references and turn-taking are
    first compared with it by their digests; where one differs it is named, and nothing is written.
    """
    from synthdial.cli.learning import wanted_exemplars
    from synthdial.cli.progress import choose_view
    from synthdial.cli.terminal import echo

    exemplars = wanted_exemplars(exemplars_from, 1.0) if exemplars_from is not None else ()
    given = Given(references, unchecked_references, profile, model, adapter, scenarios, exemplars)
    recipes = read_recipes(recipe, given)
    check_recipes(recipes, study)
    if check_only:
        echo(f"All {len(recipes)} recipes can be made again here as they were.")
        return
    done = 0
    for one in recipes:
        with choose_view(as_json=as_json, quiet=quiet) as view:
            done += run_batch(study, one.request, report=view.report, remark=view.remark).done
    if not (as_json or quiet):
        echo(f"{study} holds {done} dialogues of {len(recipes)} recipes.")
