"""What the training corpus must be: like people's conversations in its figures, and none of it said twice.

    python models/finetune/check.py [PATH ...]

Without a path the whole corpus is read, and checked as a whole. Prints a line a conversation, with what is wrong
below it; ends with status 1 when anything is.
"""

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from conversation import CORPUS, Conversation, corpus_files, read_conversation

from synthdial import bundled_references
from synthdial._core.words import split_words
from synthdial.dialogue import Dialogue
from synthdial.errors import SynthdialError
from synthdial.metrics import METRICS, TURN_METRICS, CorpusAccumulator, Measurer
from synthdial.prompt.scenario import bundled_scenarios, in_order, load_scenario

HUMAN = {name: METRICS[name].human for name in TURN_METRICS if METRICS[name].human and METRICS[name].human[1] < 2}
DIVERSITY = ("mtld", "hdd", "distinct_2")
SHOWN = {
    "cv": "cv",
    "burstiness": "burst",
    "gini": "gini",
    "short_turn_share": "short",
    "lag1": "lag1",
    "switch_rate": "switch",
    "dominance": "domin",
    "question_share": "quest",
    "mtld": "mtld",
    "hdd": "hdd",
    "distinct_2": "dist2",
    "hesitations": "uh",
}
WORDS = (500, 1000)
MTLD = (42, 92)  # of one conversation
OUTSIDE = 1  # figures of turns that one conversation may have outside the human range, and by how much
MARGIN = 0.05
CUT = 600  # words after which diversity is compared: the longer a text, the lower it is
REFERENCE_RUN = 7  # words in a row that stand in a bundled reference or scenario, and
CORPUS_RUN = 9  # in another conversation of the corpus: so many are a copy
SHARED_LINES = 0.05
ALLOWED = re.compile(r"[\w \-.,?!…':;%/+()]+")


def all_words(texts: Sequence[str]) -> list[str]:
    return [word for text in texts for word in split_words(text)]


def spoken(conversation: Conversation) -> list[str]:
    return all_words([turn.text for turn in conversation.dialogue.turns])


def runs(words: Sequence[str], length: int) -> Iterator[tuple[str, ...]]:
    return (tuple(words[at : at + length]) for at in range(len(words) - length + 1))


def says(text: str, forms: Sequence[str]) -> bool:
    padded = f" {' '.join(split_words(text))} "
    return any(f" {' '.join(split_words(form))} " in padded for form in forms)


def cut(dialogue: Dialogue) -> Dialogue:
    """Its first turns, until they hold `CUT` words."""
    turns, words = [], 0
    for turn in dialogue.turns:
        turns.append(turn)
        words += len(split_words(turn.text))
        if words >= CUT:
            break
    return replace(dialogue, turns=tuple(turns))


class Check:
    """Finds what is wrong with conversations, one by one and among each other."""

    def __init__(self) -> None:
        self.measurer = Measurer(metrics=("n_words", "n_turns", *SHOWN))
        references = [t.dialogue for t in bundled_references()]
        rows = [self.measurer.dialogue(cut(dialogue)) for dialogue in references]
        self.ranges = {name: (min(r[name] for r in rows), max(r[name] for r in rows)) for name in DIVERSITY}
        self.known = {
            run
            for words in (
                *(all_words([turn.text for turn in dialogue.turns]) for dialogue in references),
                *(
                    all_words(
                        [s.title, s.setting, s.reason, s.doctor, s.patient, *s.facts, *(p.happens for p in s.phases)]
                    )
                    for s in map(load_scenario, bundled_scenarios())
                ),
            )
            for run in runs(words, REFERENCE_RUN)
        }

    def figures(self, conversation: Conversation) -> dict[str, float]:
        """All figures of a conversation; those of diversity over its first `CUT` words."""
        whole = self.measurer.dialogue(conversation.dialogue)
        part = self.measurer.dialogue(cut(conversation.dialogue))
        return whole | {name: part[name] for name in DIVERSITY}

    def one(self, conversation: Conversation, figures: dict[str, float]) -> list[str]:
        """What is wrong with one conversation, in sentences."""
        wrong = []
        if not WORDS[0] <= figures["n_words"] <= WORDS[1]:
            wrong.append(f"{figures['n_words']:.0f} words: 500 to 1,000 are wanted")
        outside = {name: figures[name] for name, (low, high) in HUMAN.items() if not low <= figures[name] <= high}
        far = [
            name for name, value in outside.items() if not HUMAN[name][0] - MARGIN <= value <= HUMAN[name][1] + MARGIN
        ]
        if len(outside) > OUTSIDE or far:
            for name, value in outside.items():
                low, high = HUMAN[name]
                wrong.append(f"{name} {value:.2f}: people have {low} to {high}")
        if not MTLD[0] <= figures["mtld"] <= MTLD[1]:
            wrong.append(f"MTLD {figures['mtld']:.0f}: {MTLD[0]} to {MTLD[1]} are wanted")
        if not 1.2 <= figures["hesitations"] <= 4.5:
            wrong.append(f"{figures['hesitations']:.1f} hesitations in 100 words: 1.2 to 4.5 are wanted (people 2.8)")
        scenario = conversation.scenario
        phases = [phase.phase for phase in scenario.phases]
        if len(set(phases)) < len(phases) or not in_order(phases):
            wrong.append("its phases are out of order")
        if not 3 <= len(conversation.facts) <= 12:
            wrong.append(f"{len(conversation.facts)} lines 'Feiten': 3 to 12 are wanted")
        if not 5 <= len(scenario.terms) <= 15:
            wrong.append(f"{len(scenario.terms)} terms: 5 to 15 are wanted")
        due = {term for phase in scenario.phases for term in phase.terms}
        wrong += [f"the term '{term}' is due in no phase" for term in scenario.terms if term not in due]
        wrong += [
            f"the term '{term}' is not spoken in the phase '{phase.phase}'"
            for number, phase in enumerate(scenario.phases)
            for term in phase.terms
            if not says(conversation.phase_text(number), (term, *scenario.terms[term]))
        ]
        for turn in conversation.dialogue.turns:
            if not ALLOWED.fullmatch(turn.text):
                odd = ALLOWED.sub("", turn.text)[:3]
                wrong.append(f"characters that speech does not have ({odd}): {turn.text[:50]}")
        text = all_words(
            [
                *(turn.text for turn in conversation.dialogue.turns),
                *scenario.facts,
                *(p.happens for p in scenario.phases),
            ]
        )
        copied = [run for run in runs(text, REFERENCE_RUN) if run in self.known]
        if copied:
            wrong.append(f"stands in a bundled reference or scenario: '{' '.join(copied[0])}'")
        return wrong

    def near_duplicates(self, conversations: Sequence[Conversation]) -> float:
        """Share of conversations of whose runs of five words half stand in another."""
        corpus = CorpusAccumulator(self.measurer.names)
        for conversation in conversations:
            corpus.add(conversation.dialogue, self.measurer)
        return corpus.figures().near_duplicate_share

    def among(self, conversations: Sequence[Conversation]) -> dict[str, list[str]]:
        """What several conversations share and should not, by name."""
        wrong = defaultdict(list)
        where: dict[tuple[str, ...], str] = {}
        for conversation in conversations:
            name, told = conversation.scenario.name, False
            for run in runs(spoken(conversation), CORPUS_RUN):
                other = where.setdefault(run, name)
                if other != name and not told:
                    wrong[name].append(f"stands in {other}, too: '{' '.join(run)}'")
                    told = True
        most = max(1, int(SHARED_LINES * len(conversations)))
        for kind, at in (("opening", 0), ("closing", -1)):
            lines = {c.scenario.name: " ".join(split_words(c.dialogue.turns[at].text)[:4]) for c in conversations}
            for line, count in Counter(lines.values()).items():
                if count > most and len(conversations) > 20:
                    for name in (name for name, own in lines.items() if own == line):
                        wrong[name].append(f"{count} conversations share the {kind} '{line} ...'")
        return wrong


def main() -> int:
    paths = [Path(argument) for argument in sys.argv[1:]] or [CORPUS]
    conversations, failed = [], 0
    for file in corpus_files(paths):
        try:
            conversations.append(read_conversation(file))
        except SynthdialError as error:
            print(f"{file.stem}\n    {error}")
            failed += 1
    check = Check()
    shared = check.among(conversations)
    width = max([len(c.scenario.name) for c in conversations], default=0) + 1
    print(f"{'':{width}}{'words':>6}{'turns':>6}" + "".join(f"{short:>8}" for short in SHOWN.values()))
    for bound, name in enumerate(("at least", "at most")):
        limits = [(HUMAN.get(name) or check.ranges.get(name) or (0, 99))[bound] for name in SHOWN]
        print(f"{name:{width}}{WORDS[bound]:6}{'':6}" + "".join(f"{limit:7.2f} " for limit in limits))
    totals: dict[str, list[float]] = defaultdict(list)
    for conversation in conversations:
        figures = check.figures(conversation)
        for name in ("n_words", "n_turns", *SHOWN):
            totals[name].append(figures[name])
        cells = ""
        for name in SHOWN:
            low, high = HUMAN.get(name) or check.ranges.get(name) or (0, 99)
            mark = " " if low <= figures[name] <= high else "*"
            cells += f"{figures[name]:7.{0 if name == 'mtld' else 2}f}{mark}"
        print(f"{conversation.scenario.name:{width}}{figures['n_words']:6.0f}{figures['n_turns']:6.0f}{cells}")
        wrong = check.one(conversation, figures) + shared[conversation.scenario.name]
        failed += bool(wrong)
        for line in wrong:
            print(f"    {line}")
    if conversations:
        means = {name: sum(values) / len(values) for name, values in totals.items()}
        cells = "".join(f"{means[name]:7.{0 if name == 'mtld' else 2}f} " for name in SHOWN)
        print(f"{'mean':{width}}{means['n_words']:6.0f}{means['n_turns']:6.0f}{cells}")
        outside = [name for name in DIVERSITY if not check.ranges[name][0] <= means[name] <= check.ranges[name][1]]
        for name in outside:
            print(f"the mean of {name} lies outside the range of the bundled references")
        copies = check.near_duplicates(conversations)
        print(f"share of near-duplicates: {copies:.3f}")
        failed += len(outside) + (copies > 0)
    print(f"{len(conversations)} conversations, {sum(totals['n_words']):,.0f} words; {failed} with something wrong")
    return bool(failed)


if __name__ == "__main__":
    raise SystemExit(main())
