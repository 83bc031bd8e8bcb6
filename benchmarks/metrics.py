"""Speed of the measures beside other libraries and beside wc -w, in one run on one core.

    python benchmarks/metrics.py [--words 1500] [--dialogues 400]

The text is made from the bundled references: their turns in random order, cut to the words asked for. The comparison
needs the others: pip install lexicalrichness lexical-diversity taaled "setuptools<81".
"""

import argparse
import random
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable

import numpy as np

from synthdial import bundled_references
from synthdial._core.dialogue import DialogueMeasurer
from synthdial._core.words import Vocabulary, split_words
from synthdial.dialogue import Speaker
from synthdial.metrics.measurer import compiled_lexicons

ROUNDS = 5


def corpus(words: int, dialogues: int) -> list[tuple[bytes, list[str]]]:
    """Dialogues of about so many words: which speaker, and what is said."""
    turns = [turn for transcript in bundled_references() for turn in transcript.dialogue.turns]
    chance = random.Random(1)
    made = []
    for _ in range(dialogues):
        chosen, length = [], 0
        while length < words:
            turn = chance.choice(turns)
            chosen.append(turn)
            length += turn.words
        made.append((bytes(int(turn.speaker is Speaker.PATIENT) for turn in chosen), [turn.text for turn in chosen]))
    return made


def as_spans(speakers: bytes, texts: list[str]) -> tuple[bytes, np.ndarray]:
    """A dialogue as UTF-8, and which speaker says which bytes of it."""
    pieces = [text.encode() for text in texts]
    ends = np.cumsum([len(piece) for piece in pieces])
    starts = ends - [len(piece) for piece in pieces]
    return b"".join(pieces), np.stack([list(speakers), starts, ends], axis=1).astype(np.int64).ravel()


def seconds(work: Callable[[], object]) -> float:
    """Median of some rounds."""
    times = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--words", type=int, default=1500)
    arguments.add_argument("--dialogues", type=int, default=400)
    given = arguments.parse_args()
    made = corpus(given.words, given.dialogues)
    size = sum(len(text.encode()) for _, texts in made for text in texts)
    whole = [" ".join(texts).encode() for _, texts in made]
    lexicons = compiled_lexicons()
    spoken = [as_spans(*dialogue) for dialogue in made]
    print(f"{given.dialogues} dialogues of {given.words} words, {size / 1e6:.1f} MB; medians of {ROUNDS} rounds\n")

    def line(title: str, bytes_done: int, taken: float) -> float:
        print(f"{title:58}{bytes_done / taken / 1e6:10.2f} MB/s")
        return bytes_done / taken

    with tempfile.NamedTemporaryFile() as file:
        file.write(b"\n".join(whole) * 20)
        file.flush()
        line(
            "wc -w",
            20 * size,
            seconds(lambda: subprocess.run(["wc", "-w", file.name], capture_output=True, check=True)),
        )
    vocabulary = Vocabulary()
    line("words: split, lower-case, intern", size, seconds(lambda: [vocabulary.intern_text(text) for text in whole]))
    rates = {}
    for moving in (False, True):
        measurer = DialogueMeasurer(lexicons, moving_average=moving, topic=False)
        title = f"all lexical and turn measures {'with' if moving else 'without'} the moving-average MTLD"
        work = seconds(lambda measurer=measurer: [measurer.measure_spans(*spans) for spans in spoken])
        rates[moving] = line(title, size, work)
    peers(whole, rates, line)


def peers(whole: list[bytes], rates: dict[bool, float], line: Callable[[str, int, float], float]) -> None:
    """What other libraries have, each alone; and the set that they all have: TTR, MTLD, HD-D, MATTR."""
    try:
        import lexicalrichness
        import taaled.ld
        from lexical_diversity import lex_div
    except ImportError as error:
        print(f"\n{error.name} is not installed: no comparison.")
        return
    few = [text.decode() for text in whole[:4]]
    words = [split_words(text) for text in few]
    size = sum(len(text.encode()) for text in few)

    def richness(everything: bool) -> None:
        for text in few:
            lex = lexicalrichness.LexicalRichness(split_words(text), preprocessor=None, tokenizer=None)
            _ = lex.ttr, lex.mtld(), lex.hdd(), lex.mattr(window_size=50)
            if everything:
                _ = lex.rttr, lex.cttr, lex.Herdan, lex.Summer, lex.Dugast, lex.Maas, lex.yulek, lex.simpsond
                lex.msttr(segment_window=50)
                lex.vocd()

    def diversity() -> None:
        for own in words:
            lex_div.ttr(own), lex_div.mtld(own), lex_div.hdd(own), lex_div.mattr(own)

    print("\nthe set that they all have (TTR, MTLD, HD-D, MATTR); words split beforehand but for lexicalrichness")
    best = max(
        line("lexicalrichness", size, seconds(lambda: richness(False))),
        line("lexical-diversity", size, seconds(diversity)),
        line("taaled", size, seconds(lambda: [taaled.ld.lexdiv(own) for own in words])),
    )
    print("\nmore")
    line("lexicalrichness, all it has", size, seconds(lambda: richness(True)))
    wrapped = line(
        "lexical-diversity, mtld_ma_wrap alone", size, seconds(lambda: [lex_div.mtld_ma_wrap(own) for own in words])
    )
    extra = 1 / (1 / rates[True] - 1 / rates[False])
    print(
        f"\nall lexical and turn measures here against the shared set of the fastest: {rates[False] / best:.0f} times"
    )
    print(f"both moving-average MTLDs here against one of lexical-diversity: {extra / wrapped:.0f} times")
    print(f"MB/s of the two moving averages alone: {extra / 1e6:.1f}")


if __name__ == "__main__":
    main()
