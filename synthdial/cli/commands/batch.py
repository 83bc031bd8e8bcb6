"""``synthdial-edge batch``: write dialogues into a study."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from synthdial.errors import SynthdialError, UnwrittenError
from synthdial.export import choose_target, export_study
from synthdial.review.exemplars import LEAST_SCORE
from synthdial.study import DEFAULT_PRESET, PRESETS, Study
from synthdial.study.batch import BatchResult, run_batch
from synthdial.study.request import BatchRequest, preview_batch
from synthdial.study.shard import read_shard

_EXAMPLES = """\b
Examples:
  synthdial-edge batch demo.study --count 4
  synthdial-edge batch demo.study --count 8 --scenario nefrologie-dialysekeuze --seed 2
  synthdial-edge batch demo.study --count 4 --reference transcripts/ --model geitje-7b-ultra
  synthdial-edge batch demo.study --count 4 --candidates 4
  synthdial-edge batch next.study --count 20 --exemplars demo.study:accepted
  synthdial-edge batch next.study --count 20 --learn-from demo.study
  synthdial-edge batch demo.study --count 4 --dry-run
  synthdial-edge batch demo.study --count 100 --json --export demo.jsonl
  synthdial-edge batch shard-2.study --count 100 --shard 2/8
"""


def _defaults(name: str) -> str:
    values = {getattr(sampling, name) for sampling in PRESETS.values()}
    if len(values) == 1:
        return f"[default: {values.pop()}]"
    each = ", ".join(f"{getattr(sampling, name)} ({preset})" for preset, sampling in PRESETS.items())
    return f"[default: {each}]"


@click.command(epilog=_EXAMPLES)
@click.argument("study", type=click.Path(path_type=Path))
@click.option("--count", type=int, required=True, help="Dialogues of this recipe that the study shall hold in the end.")
@click.option(
    "--shard",
    metavar="I/N",
    help="Write the I-th of N parts of the COUNT dialogues, for job arrays; 'merge' puts the studies together.",
)
@click.option("--scenario", default=None, help="A bundled scenario's name, or a TOML file.")
@click.option(
    "--reference",
    "references",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A transcript, or a folder of them; can be given more than once. The bundled ones by default.",
)
@click.option(
    "--unchecked-references",
    is_flag=True,
    help="Take in references that nobody has checked with 'reference check': for conversations about nobody. They are "
    "de-identified all the same, and the study remembers it.",
)
@click.option(
    "--max-references",
    type=int,
    default=1,
    show_default=True,
    help="Most references, or exemplars, in the prompt; each costs time.",
)
@click.option(
    "--exemplars",
    "exemplars_from",
    metavar="STUDY:accepted",
    help="Dialogues of a study that its reviewers accepted and scored high stand in the prompt in place of references.",
)
@click.option(
    "--exemplar-score",
    "least_score",
    type=float,
    default=LEAST_SCORE,
    show_default=True,
    help="Mean score, 1 to 5, that an exemplar has at least.",
)
@click.option(
    "--learn-from",
    type=click.Path(path_type=Path),
    metavar="STUDY",
    help="What the reviewers of a study flagged most becomes instructions in the prompt; shown first, and asked.",
)
@click.option("--yes", is_flag=True, help="Do not ask: neither about --learn-from nor about --encrypt.")
@click.option("--model", default=None, help="A model's name or a GGUF file; see 'synthdial-edge models list'.")
@click.option(
    "--adapter",
    default=None,
    metavar="PATH|none",
    help="A LoRA adapter's name or GGUF file; by default the one that goes with the model.",
)
@click.option("--prompt-style", type=click.Choice(["base", "chat"]), help="By default as the model file says.")
@click.option(
    "--preset", default=DEFAULT_PRESET, show_default=True, help=f"Who leads the dialogue: {', '.join(PRESETS)}."
)
@click.option(
    "--profile",
    type=click.Path(path_type=Path),
    help="A turn-taking profile in place of references; no real text is in the prompt then.",
)
@click.option(
    "--candidates",
    type=int,
    default=1,
    show_default=True,
    help="Dialogues written for each one kept, up to 16; the one with the highest score stays. Each costs time.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed is another recipe.")
@click.option("--min-turns", type=int, default=8, show_default=True, help="The model cannot end a dialogue before.")
@click.option("--max-words", type=int, default=700, show_default=True, help="A dialogue ends before it has more.")
@click.option("--temperature", type=float, help=f"Divides the logits. {_defaults('temperature')}")
@click.option("--top-k", type=int, help=f"Only the likeliest tokens stay. {_defaults('top_k')}")
@click.option("--top-p", type=float, help=f"Only the likeliest that make up this share stay. {_defaults('top_p')}")
@click.option("--min-p", type=float, help=f"Only those at least this share of the likeliest. {_defaults('min_p')}")
@click.option("--repeat-penalty", type=float, help=f"Against words said lately. {_defaults('repeat_penalty')}")
@click.option("--parallel", type=int, help="Dialogues written together; fitted to the memory by default.")
@click.option("--threads", type=int, help="Processor threads; one for each core by default.")
@click.option("--context", type=int, help="Tokens of context for prompt and slots together.")
@click.option("--gpu-layers", type=int, help="Layers on a GPU; all that fit by default.")
@click.option(
    "--export", "target", type=click.Path(path_type=Path), help="Export what may leave there, as 'export' does."
)
@click.option("--encrypt", is_flag=True, help="Encrypt a study that is made now, with a passphrase.")
@click.option("--dry-run", is_flag=True, help="Print the exact prompt and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Progress as JSON lines on standard output.")
@click.option("--quiet", is_flag=True, help="No progress.")
def command(
    study: Path,
    target: Path | None,
    dry_run: bool,
    as_json: bool,
    quiet: bool,
    scenario: str | None,
    exemplars_from: str | None,
    least_score: float,
    learn_from: Path | None,
    yes: bool,
    encrypt: bool,
    shard: str | None,
    **options: Any,
) -> None:
    """Write dialogues into STUDY until it holds COUNT of this recipe.

    STUDY is made if it is not there. The same recipe again tops it up; another recipe adds to the same study.
    """
    from synthdial.cli.learning import learned_instructions, wanted_exemplars
    from synthdial.cli.progress import choose_view
    from synthdial.cli.terminal import echo

    names = ("temperature", "top_k", "top_p", "min_p", "repeat_penalty")
    given = {name: value for name in names if (value := options.pop(name)) is not None}
    usual = PRESETS.get(options["preset"])
    sampling = replace(usual, **given) if usual and given else None
    if scenario is not None:
        options["scenario"] = scenario
    if shard is not None:
        options["shard"] = read_shard(shard)
    request = BatchRequest(sampling=sampling, **options)
    if target is not None:
        choose_target(target).insist(("",), documents=True)
    if exemplars_from is not None:
        request = replace(request, exemplars=wanted_exemplars(exemplars_from, least_score))
    if learn_from is not None:
        instructions = learned_instructions(learn_from, show=not quiet or not yes, ask=not (yes or dry_run))
        request = replace(request, instructions=instructions)
    if dry_run:
        _preview(request, study)
        return
    passphrase = _new_passphrase(study, yes=yes) if encrypt else None
    view = choose_view(as_json=as_json, quiet=quiet)
    try:
        with view:
            result = run_batch(study, request, report=view.report, remark=view.remark, passphrase=passphrase)
    except UnwrittenError:
        if target is not None:
            _export(study, target, quiet=quiet or as_json)
        raise
    except KeyboardInterrupt:
        if not quiet:
            echo(_kept(study), err=True)
        raise
    if not (quiet or as_json):
        _tell(study, request, result)
    if target is not None:
        _export(study, target, quiet=quiet or as_json)


def _new_passphrase(study: Path, *, yes: bool) -> str | None:
    """The passphrase of a study that is made now; None where it is there, encrypted."""
    from synthdial.cli.passphrase import new_passphrase

    if not study.exists() or not study.stat().st_size:
        return new_passphrase(study, yes=yes)
    with Study(study, read_only=True) as opened:
        if opened.encrypted:
            return None
    raise SynthdialError(
        f"The study {study} is there, and not encrypted.", f"Encrypt it first: synthdial-edge encrypt {study}"
    )


def _export(study: Path, target: Path, *, quiet: bool) -> None:
    from synthdial.cli.gate import tell_export

    with Study(study) as opened:
        done = export_study(opened, target)
    if not quiet:
        tell_export(study, target, done)


def _preview(request: BatchRequest, study: Path) -> None:
    prepared = preview_batch(request, study)
    from synthdial.cli.terminal import echo

    for text in (*prepared.warnings, *prepared.prompt.remarks):
        echo(text, err=True)
    echo(
        f"{prepared.prompt.tokens} tokens for {prepared.model.name}, as a {prepared.prompt.style} prompt. "
        f"Recipe {prepared.recipe.id[:8]}.",
        err=True,
    )
    echo(prepared.prompt.text)


def _kept(study: Path) -> str:
    try:
        with Study(study, read_only=True) as opened:
            kept = len(opened)
    except SynthdialError:
        kept = 0
    return f"Stopped. {study} holds {kept} dialogues; the same command goes on from there."


def _tell(study: Path, request: BatchRequest, result: BatchResult) -> None:
    from synthdial.cli.terminal import duration, echo

    if not request.numbers:
        echo(f"Shard {request.shard} of {request.count} dialogues has none to write; {study} is there all the same.")
        return
    if not result.written:
        echo(f"{study} already holds {result.done} dialogues of this recipe; ask for more with a larger --count.")
        return
    rate = result.tokens / result.seconds if result.seconds else 0
    chosen = f", each the best of {request.candidates}," if request.candidates > 1 else ""
    echo(
        f"Wrote {result.written} dialogues{chosen} into {study} in {duration(result.seconds)} ({rate:.0f} tokens/s); "
        f"it holds {result.done} of this recipe."
    )
    if result.quarantined:
        echo(
            f"{result.quarantined} of them are quarantined: they say too much of what stood in the prompt, and do not "
            f"leave the study. See: synthdial-edge list {study}"
        )
