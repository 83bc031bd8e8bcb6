"""The embedded model's adapter: the base model and the adapted one beside each other, same prompts and seeds.

    python benchmarks/adapter.py [--adapter NAME] [--count 200] [--keep FOLDER] [--only STEP ...]
    python benchmarks/adapter.py --curve ADAPTER ...

Steps: `perplexity` of the bundled references; `choice` of the next turn; `terms` spoken without stage directions;
`faults` and `memory` over COUNT dialogues of all bundled scenarios; `beside`, which writes docs/adapter-dialogues.md;
`speed`. On two cores all take about an hour and a half; with --keep dialogues that are written stay, and are not
written again. What turns look like is measured by benchmarks/natural.py, which uses the adapter as every batch does.
With --curve only perplexity and choice, with a few turns in view, of each adapter in turn: of fewer steps, of another
rank; `none` is the base model.
"""

import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent.parent / "models" / "finetune"))

from conversation import read_corpus
from rendering import whole_prompt
from scoring import Scorer

from synthdial import BatchRequest, Dialogue, Study, bundled_references, run_batch
from synthdial._core.leakage import SuffixAutomaton
from synthdial._core.words import Vocabulary, split_words
from synthdial.engine import llama
from synthdial.engine.adapters import NONE, check_adapter_fits, find_adapter
from synthdial.engine.fit import default_threads
from synthdial.engine.gguf import read_header
from synthdial.engine.models import FoundModel, find_model
from synthdial.engine.worker import continuation
from synthdial.metrics import Measurer, scenario_lexicon
from synthdial.prompt import DEFAULT_SCENARIO, bundled_scenarios, load_scenario
from synthdial.structure.faults import MARKUP, NARRATOR, leaves_dutch, loops
from synthdial.transcripts import Transcript

PLACES, OTHERS, LEAST_WORDS, IN_VIEW = 300, 3, 3, 6
FEW_IN_VIEW = {f"{IN_VIEW} turns in view": IN_VIEW}
VIEWS = FEW_IN_VIEW | {"all before in view": None}
PLAIN = 48  # dialogues with plain
BOTH = ("base", "adapter")
MODEL = "gemma-3-270m"
MOST_WORDS = BatchRequest.max_words  # as a batch has it where nothing is said


@dataclass(frozen=True)
class Text:
    """A reference behind the head of a prompt: tokens of the head, and of each turn its label and its words.

    A turn that comes first stands behind an empty line: its label is that of `openings`.
    """

    head: list[int]
    openings: list[list[int]]
    labels: list[list[int]]
    words: list[list[int]]

    def before(self, begin: int, at: int) -> list[int]:
        """The tokens before the words of turn `at`, from turn `begin` on."""
        found = list(self.head)
        for i in range(begin, at + 1):
            found += self.openings[i] if i == begin else self.labels[i]
            found += self.words[i] if i < at else []
        return found


def as_tokens(model: llama.Model, transcript: Transcript) -> Text:
    """A reference as the prompt has it, piece by piece, as the engine feeds and samples it."""
    turns = transcript.dialogue.turns
    prompt = whole_prompt(model, load_scenario(DEFAULT_SCENARIO), [transcript])  # the scenario stands behind it
    head = prompt.text.partition(transcript.dialogue.as_text().strip())[0].rstrip()
    openings = [continuation(model, "a", f"\n\n{turn.speaker}:") for turn in turns]
    labels = [continuation(model, "a", f"\n{turn.speaker}:") for turn in turns]
    words = [continuation(model, "a", f" {turn.text}") for turn in turns]
    return Text(model.tokenize(head, begin=True), openings, labels, words)


def perplexity(scorer: Scorer, texts: Sequence[Text]) -> float:
    """Of what is said in the references, labels not counted; each is read from its beginning to its end."""
    total, count = 0.0, 0
    for text in texts:
        tokens, said = list(text.head), []
        for at, words in enumerate(text.words):
            tokens += text.labels[at] if at else text.openings[at]
            said += range(len(tokens), len(tokens) + len(words))
            tokens += words
        found = scorer.log_probabilities(tokens, len(text.head))
        wanted = np.array(said) - len(text.head)
        total, count = total + found[wanted].sum(), count + len(wanted)
    return float(np.exp(-total / count))


def places(texts: Sequence[Text], transcripts: Sequence[Transcript], seed: int = 1) -> list[tuple[int, int, list[int]]]:
    """Which turn of which reference is to be told from which three others of its speaker, of three words or more.

    None of the others is among the turns just before, which a model reads: what it has read it finds likely word for
    word.
    """
    chance, found = random.Random(seed), []
    for number, transcript in enumerate(transcripts):
        turns = transcript.dialogue.turns
        long = [at for at, turn in enumerate(turns) if len(split_words(turn.text)) >= LEAST_WORDS]
        for at in chance.sample(long[4:], min(len(long) - 4, PLACES // len(texts))):
            same = [i for i in long if turns[i].speaker == turns[at].speaker and not at - IN_VIEW <= i <= at]
            found.append((number, at, chance.sample(same, OTHERS)))
    return sorted(found)


def choice(
    scorer: Scorer,
    texts: Sequence[Text],
    chosen: Sequence[tuple[int, int, list[int]]],
    views: Mapping[str, int | None] = VIEWS,
) -> dict[str, float]:
    """Share of places where the true turn is the likeliest, with the turns just before in view, or with all of them.

    By the mean log-probability of its tokens, by their sum, and by what the turns before add to it: the sum less the
    same where only a label stands before.
    """
    alone = _scores(scorer, texts, chosen, 0)
    right, later = Counter[str](), [all(i > at for i in others) for _, at, others in chosen]
    for view, turns in views.items():
        for place, ((_, at, _), found) in enumerate(zip(chosen, _scores(scorer, texts, chosen, turns), strict=True)):
            measures = {
                "of a token": {i: one.mean() for i, one in found.items()},
                "of the turn": {i: one.sum() for i, one in found.items()},
                "gained": {i: one.sum() - alone[place][i].sum() for i, one in found.items()},
            }
            for name, values in measures.items():
                hit = max(values, key=lambda i: values[i]) == at
                right[f"{view}, {name}"] += hit
                if turns is None and later[place]:
                    right[f"{view}, others later ({sum(later)}), {name}"] += hit
    return {name: hits / (sum(later) if "later" in name else len(chosen)) for name, hits in right.items()}


def _scores(
    scorer: Scorer, texts: Sequence[Text], chosen: Sequence[tuple[int, int, list[int]]], view: int | None
) -> list[dict[int, NDArray[np.float64]]]:
    """For each place the log-probabilities of the tokens of each candidate, behind so many turns or all."""
    found: list[dict[int, NDArray[np.float64]]] = []
    read: list[int] = []
    for number, at, others in chosen:
        text = texts[number]
        before = text.before(0 if view is None else max(0, at - view), at)
        end = text.labels[0][:1]  # the line break that ends a turn
        scores = {}
        for i in (at, *others):
            keep = next((k for k, (a, b) in enumerate(zip(read, before, strict=False)) if a != b), len(read))
            scores[i] = scorer.log_probabilities([*before, *text.words[i], *end], len(before), keep)
            read = before
        found.append(scores)
    return found


def using(which: str, adapter: str) -> dict[str, str]:
    """The model with the adapter or without, as a batch has them."""
    return {"model": MODEL, "adapter": NONE if which == "base" else adapter}


def write(folder: Path, which: str, adapter: str, preset: str, count: int, words: int = MOST_WORDS) -> list[Dialogue]:
    """COUNT dialogues, evenly over the bundled scenarios; what a study holds already is not written again."""
    folder.mkdir(parents=True, exist_ok=True)
    study = folder / f"{which}-{preset}-{words}.study"
    names = bundled_scenarios()
    for number, scenario in enumerate(names):
        share = len(range(number, count, len(names)))
        if share:
            request = BatchRequest(
                count=share, scenario=scenario, preset=preset, max_words=words, **using(which, adapter)
            )
            run_batch(study, request)
    with Study(study, read_only=True) as opened:
        return list(opened.dialogues())


def terms_spoken(dialogues: Sequence[Dialogue]) -> float:
    """Mean share of a scenario's terms that are spoken."""
    shares = []
    for dialogue in dialogues:
        scenario = load_scenario(str(dialogue.provenance["scenario"]))
        measurer = Measurer(metrics=("term_coverage",), terms=scenario_lexicon(scenario.terms, scenario.name))
        shares.append(measurer.dialogue(dialogue)["term_coverage"])
    return float(np.mean(shares))


def faults(dialogues: Sequence[Dialogue]) -> Counter[str]:
    """Dialogues in which a turn has each fault."""
    found = Counter[str]()
    for dialogue in dialogues:
        texts = [turn.text for turn in dialogue.turns]
        words = [split_words(text) for text in texts]
        kinds = {
            "markup": any(MARKUP.search(text) for text in texts),
            "a foreign language": any(leaves_dutch(one) for one in words),
            "a narrator": any(NARRATOR.search(text) for text in texts),
            "a loop": any(loops(one) for one in words),
        }
        found.update(kind for kind, seen in kinds.items() if seen)
        found["any of these"] += any(kinds.values())
    return found


def longest_shared(dialogues: Sequence[Dialogue]) -> list[tuple[int, str]]:
    """The longest run of words of each dialogue that stands in the training corpus; turns are not joined."""
    vocabulary, border = Vocabulary(), [0]
    vocabulary.intern_word("\n")  # 0: between two turns, and no word of any
    corpus = [turn.text for conversation in read_corpus() for turn in conversation.dialogue.turns]
    runs = SuffixAutomaton(np.concatenate([part for text in corpus for part in (vocabulary.intern_text(text), border)]))
    found = []
    for dialogue in dialogues:
        best: list[str] = []
        for turn in dialogue.turns:
            words = split_words(turn.text)
            lengths, _ = runs.matches([vocabulary.intern_word(word) for word in words])
            if (length := int(max(lengths, default=0))) > len(best):
                stop = int(lengths.argmax()) + 1
                best = words[stop - length : stop]
        found.append((len(best), " ".join(best)))
    return found


def speed(folder: Path, adapter: str, count: int = 16) -> dict[str, float]:
    """Tokens a second with and without, in rounds one right after the other; medians of three."""
    rates: dict[str, list[float]] = {which: [] for which in BOTH}
    for number in range(3):
        for which in BOTH:
            study = folder / f"speed-{which}-{number}.study"
            study.unlink(missing_ok=True)
            request = BatchRequest(count=count, max_words=200, seed=number, **using(which, adapter))
            result = run_batch(study, request)
            rates[which].append(result.tokens / result.seconds)
    return {which: float(np.median(values)) for which, values in rates.items()}


def beside(folder: Path, adapter: str, words: int = 350) -> Iterator[str]:
    """Twelve scenarios, a dialogue each, as Markdown: base and adapter beside each other."""
    names = bundled_scenarios()[:12]
    both = {
        which: {d.provenance["scenario"]: d for d in write(folder / "beside", which, adapter, "natural", 12, words)}
        for which in BOTH
    }
    yield "# Twelve dialogues, without and with the adapter\n"
    yield "Written by `python benchmarks/adapter.py --only beside`: same prompts, plans and seeds."
    yield "[What is wrong in each](adapter.md).\n"
    for name in names:
        yield f"## {name}\n\n| without | with |\n|---|---|"
        rows = [both[which][name].turns for which in BOTH]
        for at in range(max(map(len, rows))):
            cells = [f"**{turns[at].speaker}:** {turns[at].text}" if at < len(turns) else "" for turns in rows]
            yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
        yield ""


def report(title: str, reached: bool, figures: str) -> None:
    print(f"{'reached ' if reached else 'MISSED  '} {title:48} {figures}", flush=True)


def main() -> None:
    steps = ("perplexity", "choice", "terms", "faults", "memory", "beside", "speed")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--adapter", default="synthdial-nl-270m")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--plain", type=int, default=PLAIN, help="dialogues with plain, for faults and memory")
    parser.add_argument(
        "--words", type=int, default=350, help="most words of a dialogue with natural, for faults and memory"
    )
    parser.add_argument(
        "--also", type=Path, nargs="*", default=[], help="studies to look at for faults and memory, too"
    )
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--only", nargs="*", choices=steps, default=steps)
    parser.add_argument("--curve", nargs="+", metavar="ADAPTER", help="perplexity and choice of each, and no more")
    given = parser.parse_args()
    if given.curve:
        curve(find_model(MODEL), given.curve)
        return
    folder = given.keep or Path(tempfile.mkdtemp())
    found = find_model(MODEL)
    adapter = find_adapter(found, given.adapter)
    if adapter is None:
        raise SystemExit("There is no adapter.")
    check_adapter_fits(adapter, found, read_header(found.path))
    if {"perplexity", "choice"} & set(given.only):
        score(found.path, adapter.path, given.only)
    if "terms" in given.only:
        shares = {w: terms_spoken(write(folder, w, given.adapter, "plain", PLAIN)) for w in BOTH}
        ratio = shares["adapter"] / max(1e-9, shares["base"])
        report(
            "terms without directions: twice",
            ratio >= 2,
            f"{shares['base']:.3f} and {shares['adapter']:.3f}, {ratio:.2f} times",
        )
    if {"faults", "memory"} & set(given.only):
        dialogues = write(folder, "adapter", given.adapter, "natural", given.count, given.words)
        for path in given.also:
            with Study(path, read_only=True) as study:
                dialogues += study.dialogues()
        plain = write(folder, "adapter", given.adapter, "plain", given.plain)
        if "faults" in given.only:
            for preset, own in (("natural", dialogues), ("plain", plain)):
                counted = faults(own)
                share = counted["any of these"] / len(own)
                report(
                    f"faulty dialogues under 2 % ({preset}, {len(own)})",
                    share < 0.02,
                    f"{100 * share:.1f} %: {dict(counted)}",
                )
            base = write(folder, "base", given.adapter, "plain", PLAIN)
            print(f"         without the adapter (plain, {len(base)}): {dict(faults(base))}")
        if "memory" in given.only:
            runs = sorted(longest_shared([*dialogues, *plain]))
            median, most = runs[len(runs) // 2][0], runs[-1]
            report(
                "longest run shared with the corpus: median < 9",
                median < 9,
                f"{median} words, {len(runs)} dialogues, those with plain too",
            )
            report("and none over 25", most[0] <= 25, f"{most[0]}: {most[1]}")
    if "beside" in given.only:
        page = Path(__file__).parent.parent / "docs" / "adapter-dialogues.md"
        page.write_text("\n".join(beside(folder, given.adapter)) + "\n", encoding="utf-8")
        print(page)
    if "speed" in given.only:
        rates = speed(folder, given.adapter)
        ratio = rates["adapter"] / rates["base"]
        report(
            "tokens a second: 90 % or more",
            ratio >= 0.9,
            f"{rates['base']:.1f} and {rates['adapter']:.1f}, {100 * ratio:.0f} %",
        )


def references(model: llama.Model) -> tuple[list[Text], list[tuple[int, int, list[int]]]]:
    """The bundled references for the model, and the places at which the next turn is to be told."""
    transcripts = bundled_references()
    texts = [as_tokens(model, transcript) for transcript in transcripts]
    return texts, places(texts, transcripts)


def scorer_of(model: llama.Model, adapter: Path | None) -> Scorer:
    """What scores texts of up to 4,096 tokens, with the adapter or without."""
    return Scorer(model, 4096, default_threads(), llama.Adapter(model, adapter) if adapter else None)


def curve(model: FoundModel, adapters: Sequence[str]) -> None:
    """Print what each adapter reaches where only a few turns are in view."""
    llama.start()
    loaded = llama.Model(model.path)
    texts, chosen = references(loaded)
    for name in adapters:
        adapter = find_adapter(model, name)
        scorer = scorer_of(loaded, adapter.path if adapter else None)
        figures = choice(scorer, texts, chosen, FEW_IN_VIEW)
        shares = "; ".join(f"{measure} {100 * share:.1f} %" for measure, share in figures.items())
        print(f"{name}: perplexity {perplexity(scorer, texts):.2f}; {shares}", flush=True)
        scorer.close()


def score(path: Path, adapter_path: Path, only: Sequence[str]) -> None:
    """The measures that read and do not write."""
    llama.start()
    model = llama.Model(path)
    texts, chosen = references(model)
    values: dict[str, dict[str, float]] = {}
    for which in BOTH:
        scorer = scorer_of(model, adapter_path if which == "adapter" else None)
        values[which] = {"perplexity": perplexity(scorer, texts)} if "perplexity" in only else {}
        if "choice" in only:
            values[which] |= choice(scorer, texts, chosen)
        scorer.close()
    for name, base in values["base"].items():
        own = values["adapter"][name]
        if name == "perplexity":
            report(
                "perplexity on the references: 35 % lower",
                own <= 0.65 * base,
                f"{base:.2f} and {own:.2f}, {100 * (1 - own / base):.1f} % lower",
            )
        else:
            report(
                f"next turn, {name}",
                own - base >= 0.15,
                f"{100 * base:.1f} % and {100 * own:.1f} % of {len(chosen)} places",
            )


if __name__ == "__main__":
    main()
