"""Where the limits of the leakage check come from, what it misses, and how fast it is.

    python benchmarks/leakage.py [--conversations FOLDER] [--draws 200] [--only limits|copies|names|speed]

*Limits*: what unrelated conversations of people share: pairs of the bundled references or of a folder's transcripts.
*Copies*: stretches of a reference planted in another conversation, whole or changed, and how many of them are found.
*Names*: common Dutch names looked for where nobody has them; names planted as they are and in a changed spelling.
*Speed*: nanoseconds a word, for references from a thousand to a million words, as ratios within one run.
"""

import argparse
import itertools
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from synthdial import Dialogue, Speaker, Turn, bundled_references, read_transcripts
from synthdial._core.words import Vocabulary, split_words
from synthdial.privacy.leakage import LeakageChecker, Original, ReferenceText, Thresholds
from synthdial.privacy.leakage.identifiers import IdentifierFinder
from synthdial.privacy.leakage.shared import CheckedDialogue, PreparedReference
from synthdial.privacy.leakage.words import CommonPhrases

SURNAMES = """de Jong, Jansen, de Vries, van den Berg, van Dijk, Bakker, Janssen, Visser, Smit, Meijer, de Boer, Mulder,
de Groot, Bos, Vos, Peters, Hendriks, van Leeuwen, Dekker, Brouwer, de Wit, Dijkstra, Smits, de Graaf, van der Meer,
van der Linden, Kok, Jacobs, de Haan, Vermeulen, van den Heuvel, van der Veen, van den Broek, de Bruijn, de Bruin,
van der Heijden, Schouten, van Beek, Willems, van Vliet, van de Ven, Hoekstra, Maas, Verhoeven, Koster, van Dam, Prins,
Blom, Huisman, Peeters, de Jonge, Kuipers, van Veen, Post, Kuiper, Veenstra, Kramer, van den Brink, Scholten, van Wijk,
Postma, Martens, Vink, de Ruiter, Timmermans, Groen, Gerritsen, Jonker, van Loon, Boer, Willemsen, Smeets, de Lange,
Bosch, van Dongen, Schipper, de Koning, van der Laan, Koning, Driessen, van Doorn, Hermans, Evers, Hofman, Bosman,
Wolters, Sanders, van der Horst, Mol, Molenaar, van de Pol, de Leeuw, Verbeek, Kooij, Zwart, Snel, Winter, Goossens,
Rutten, Bouwman, Pronk, Meester, Lam, Klein, Wolf, Nagel, Hartman, Bloem, Keizer, Haring, Zijlstra, Terpstra, Faber,
Kaya, Yilmaz, Demir, El Amrani, Benali, Bouzid, Ramdin, Mohan, Nguyen, Tran, Silva, Santos"""
FIRST_NAMES = """Jan, Johannes, Maria, Anna, Cornelis, Hendrik, Willem, Pieter, Gerrit, Jacob, Dirk, Kees, Henk, Piet,
Wim, Gerard, Theo, Frans, Hans, Peter, Marcel, Rob, Mark, Erik, Paul, Martin, Bas, Bart, Thijs, Daan, Sem, Lucas, Finn,
Levi, Mees, Tim, Max, Ruben, Lars, Julia, Emma, Sophie, Lotte, Eva, Lisa, Sanne, Anouk, Iris, Fleur, Roos, Femke,
Marieke, Ingrid, Monique, Ans, Truus, Riet, Corrie, Greet, Nel, Ria, Els, Ineke, Wil, Tineke, Joke, Hennie, Annie,
Mieke, Anneke, Margriet, Karin, Petra, Esther, Saskia, Linda, Miranda, Marja, Yvonne, Fatima, Mohamed, Ahmed, Youssef,
Ayse, Mehmet, Hassan, Khadija, Samira, Priya, Noor, Tess, Saar, Lieke, Jasper, Sander, Wouter, Jeroen, Maarten, Gijs"""
NAMES = [name.strip() for name in f"{SURNAMES}, {FIRST_NAMES}".split(",")]
LENGTHS = (5, 6, 7, 8, 9, 10, 12, 15, 20, 30)
ROUNDS = 5

Pair = tuple[int, int, int, float]


def pairs(conversations: list[Dialogue]) -> tuple[list[Pair], list[list[Pair]]]:
    """Raw run, counted run, rare 5-grams and similarity of every ordered pair; the same by dialogue."""
    vocabulary = Vocabulary()
    phrases = CommonPhrases(vocabulary)
    prepared = [PreparedReference(each.id, each, vocabulary, phrases) for each in conversations]
    rows = []
    for own, dialogue in enumerate(conversations):
        checked = CheckedDialogue(dialogue, vocabulary, phrases)
        shared = [prepared[k].compare(checked) for k in range(len(prepared)) if k != own]
        rows.append([(int(each.lengths.max()), each.longest, each.five_grams, each.similarity) for each in shared])
    return list(itertools.chain.from_iterable(rows)), rows


def limits(conversations: list[Dialogue]) -> None:
    """What unrelated conversations share."""
    every, by_dialogue = pairs(conversations)
    allowed = Thresholds()
    print(f"{len(conversations)} conversations, {len(every)} ordered pairs")
    print(f"{'':34}{'median':>8}{'95 %':>8}{'99 %':>8}{'most':>8}{'limit':>8}{'over':>8}")
    titles = ("longest run, all words", "longest run, words that count", "rare 5-grams", "similarity")
    bounds = (None, allowed.longest_run, allowed.rare_five_grams, allowed.similarity)
    for title, bound, column in zip(titles, bounds, np.array(every).T, strict=True):
        cells = [f"{np.percentile(column, q):8.3g}" for q in (50, 95, 99, 100)]
        over = "" if bound is None else f"{bound:8g}{100 * np.mean(column > bound):7.1f}%"
        print(f"{title:34}{''.join(cells)}{over}")
    alarms = sum(any(over_a_limit(pair, allowed) for pair in rows) for rows in by_dialogue)
    print(f"conversations stopped when all others stand in the prompt: {alarms} of {len(by_dialogue)}\n")


def over_a_limit(pair: Pair, allowed: Thresholds) -> bool:
    return pair[1] > allowed.longest_run or pair[2] > allowed.rare_five_grams or pair[3] > allowed.similarity


def planted(dialogue: Dialogue, text: str, chance: random.Random) -> Dialogue:
    """A conversation with a turn more somewhere."""
    turns = list(dialogue.turns)
    turns.insert(chance.randrange(len(turns) + 1), Turn(Speaker.PATIENT, text))
    return Dialogue("planted", tuple(turns))


def changed(words: list[str], every: int, other: list[str], chance: random.Random) -> list[str]:
    """Words, of which every so many-th is another."""
    return [chance.choice(other) if every and k % every == every - 1 else word for k, word in enumerate(words)]


def copies(conversations: list[Dialogue], draws: int) -> None:
    """Planted copies that are found."""
    chance = random.Random(1)
    checkers = [LeakageChecker([ReferenceText(each.id, each)]) for each in conversations]
    words = [[word for turn in each.turns for word in turn.text.split()] for each in conversations]
    print(f"stretches of a reference planted in another conversation, found of {draws}")
    print(f"{'words':26}" + "".join(f"{length:6}" for length in LENGTHS))
    for every in (0, 10, 6, 4):
        cells = []
        for length in LENGTHS:
            found = 0
            for _ in range(draws):
                source, host = chance.sample(range(len(conversations)), 2)
                at = chance.randrange(len(words[source]) - length)
                text = changed(words[source][at : at + length], every, words[host], chance)
                found += not checkers[source].check(planted(conversations[host], " ".join(text), chance)).passed
            cells.append(f"{100 * found / draws:5.0f}%")
        print(f"{'as they are' if not every else f'every {every}th word changed':26}" + "".join(cells))
    sentences = [turn.text for each in conversations for turn in each.turns if len(split_words(turn.text)) >= 12]
    sources = [k for k, each in enumerate(conversations) for turn in each.turns if len(split_words(turn.text)) >= 12]
    found = 0
    for source, text in zip(sources, sentences, strict=True):
        host = chance.choice([k for k in range(len(conversations)) if k != source])
        found += not checkers[source].check(planted(conversations[host], text, chance)).passed
    print(f"whole turns of 12 words and more: {found} of {len(sentences)}")
    print("\na whole conversation with every n-th word changed: similarity (lowest; highest) and stopped")
    for every in (0, 8, 5, 4, 3, 2):
        reports = []
        for source, dialogue in enumerate(conversations):
            turns = [
                replace(turn, text=" ".join(changed(turn.text.split(), every, words[source - 1], chance)))
                for turn in dialogue.turns
            ]
            reports.append(checkers[source].check(Dialogue("copy", tuple(turns))))
        stopped = sum(not report.passed for report in reports)
        near = [report.similarity for report in reports]
        print(
            f"{f'every {every}' if every else 'none':10}{min(near):8.2f}{max(near):8.2f}{stopped:6} of {len(reports)}"
        )
    print()


def spellings(name: str, chance: random.Random) -> dict[str, str]:
    """A name as it is, and a letter away."""
    at = chance.randrange(1, len(name) - 1)
    return {
        "as it is": name,
        "a letter less": name[:at] + name[at + 1 :],
        "a letter more": name[:at] + chance.choice("aeinrst") + name[at:],
        "another letter": name[:at] + chance.choice("bgkpvwz") + name[at + 1 :],
        "two exchanged": name[:at] + name[at + 1] + name[at] + name[at + 2 :],
    }


def names(conversations: list[Dialogue]) -> None:
    """Names where nobody has them, and planted ones."""
    finder = IdentifierFinder([("a", [Original(name) for name in NAMES])])
    spoken = sum(each.words for each in conversations)
    print(f"{len(NAMES)} common names looked for in {spoken} words of people who do not have them")
    for title, shape in (("as written", str), ("in small letters", str.lower)):
        met = [finder.find([shape(turn.text) for turn in each.turns]) for each in conversations]
        alarms, stopped = sum(map(len, met)), sum(map(bool, met))
        print(f"  {title:20}{alarms} found, in {stopped} of {len(conversations)} conversations")
    chance = random.Random(1)
    print("\nplanted, one name at a time: found, of names of 5 letters and more / of shorter ones")
    frames = {
        "en toen kwam N nog": lambda name: f"En toen kwam {name} nog even langs.",
        "N zei dat": lambda name: f"{name} zei dat ook al.",
        "mevrouw n": lambda name: f"dag mevrouw {name.lower()} komt u verder",
        "n in small letters": lambda name: f"en toen kwam {name.lower()} nog even langs",
    }
    last = [name.split()[-1] for name in NAMES]
    kinds = list(spellings("Jansen", chance))
    print(f"{'':22}" + "".join(f"{kind:>18}" for kind in kinds))
    for title, frame in frames.items():
        cells = []
        for kind in kinds:
            found: dict[bool, list[bool]] = {True: [], False: []}
            for name in last:
                text = frame(spellings(name, chance)[kind])
                own = IdentifierFinder([("a", [Original(name)])])
                found[len(name) >= 5].append(bool(own.find([text])))
            cells.append(" / ".join(f"{100 * sum(hits) / len(hits):.0f}%" for hits in found.values()))
        print(f"{title:22}" + "".join(f"{cell:>18}" for cell in cells))
    print()


def seconds(work: Callable[[], object]) -> float:
    """Processor time, the median of some rounds."""
    times = []
    for _ in range(ROUNDS):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return statistics.median(times)


def drawn(words: list[str], count: int, chance: random.Random) -> Dialogue:
    """A conversation of words drawn one by one, in turns of twenty."""
    chosen = chance.choices(words, k=count)
    speakers = itertools.cycle(Speaker)
    return Dialogue("a", tuple(Turn(next(speakers), " ".join(chosen[k : k + 20])) for k in range(0, count, 20)))


def speed(conversations: list[Dialogue]) -> None:
    """Nanoseconds a word, and how they grow."""
    words = [word for each in conversations for turn in each.turns for word in split_words(turn.text)]
    chance = random.Random(1)
    dialogue = drawn(words, 1500, chance)
    empty = LeakageChecker([])
    alone = seconds(lambda: empty.check(dialogue)) / 1500
    print("one reference of words drawn from the conversations; a dialogue of 1,500 words checked against it")
    print(f"{'words':>10}{'make, ns/word':>16}{'ratio':>8}{'check, ns/word':>16}{'ratio':>8}")
    first: tuple[float, float] | None = None
    for count in (1_000, 10_000, 100_000, 1_000_000):
        reference = ReferenceText("a", drawn(words, count, chance))
        begin = seconds(lambda: LeakageChecker([]))
        made = (seconds(lambda reference=reference: LeakageChecker([reference])) - begin) / count
        checker = LeakageChecker([reference])
        checked = seconds(lambda checker=checker: checker.check(dialogue)) / 1500
        first = first or (made, checked)
        print(f"{count:10,}{1e9 * made:16.0f}{made / first[0]:8.2f}{1e9 * checked:16.0f}{checked / first[1]:8.2f}")
    print(f"a check without references: {1e9 * alone:.0f} ns/word")
    print("\ndialogues of so many words against a reference of 100,000: ns/word, ratio")
    checker = LeakageChecker([ReferenceText("a", drawn(words, 100_000, chance))])
    base = 0.0
    for count in (1_000, 10_000, 100_000):
        long = drawn(words, count, chance)
        taken = seconds(lambda long=long: checker.check(long)) / count
        base = base or taken
        print(f"{count:10,}{1e9 * taken:10.0f}{taken / base:8.2f}")
    many = [ReferenceText(each.id, each, tuple(Original(name) for name in NAMES[:20])) for each in conversations]
    checker = LeakageChecker(many)
    taken = seconds(lambda: checker.check(dialogue))
    print(f"\n1,500 words against {len(many)} references with 20 identifiers each: {1e3 * taken:.1f} ms\n")


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--conversations", type=Path, help="a folder of transcripts in place of the bundled ones")
    arguments.add_argument("--draws", type=int, default=200)
    arguments.add_argument("--only", choices=["limits", "copies", "names", "speed"])
    given = arguments.parse_args()
    transcripts = read_transcripts([given.conversations])[0] if given.conversations else bundled_references()
    conversations = [transcript.dialogue for transcript in transcripts]
    parts = {
        "limits": lambda: limits(conversations),
        "copies": lambda: copies(conversations, given.draws),
        "names": lambda: names(conversations),
        "speed": lambda: speed(conversations),
    }
    for name, part in parts.items():
        if given.only in (None, name):
            part()


if __name__ == "__main__":
    main()
