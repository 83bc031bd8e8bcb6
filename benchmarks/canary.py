"""Whether anything planted in references comes out: python benchmarks/canary.py [--count 200] [--keep FOLDER]

Fifty invented facts (twenty names, fifteen numbers and dates, fifteen odd sentences) are planted in five conversations,
ten in each. The embedded model writes COUNT dialogues, a fifth from each conversation, twice: as the program works,
where names and numbers are replaced before they reach the prompt, and with that left out, so that the model sees them
all and only the check of what it wrote stands before the gate. Whether a dialogue holds a fact is decided here, by
other means than the program's own: the word itself or one letter beside it, the digits, eight words of a sentence in a
row.

Printed are the facts that the model copied, and the dialogues with one that were held back and that would have left;
the status is 1 where one would have left. With --keep it goes on where it was interrupted.
"""

import argparse
import re
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import synthdial.study.admission as admission
from synthdial import BatchRequest, Dialogue, Speaker, Study, Turn, run_batch
from synthdial.export.gate import Gate
from synthdial.privacy.deidentify import Marks
from synthdial.privacy.leakage import Original
from synthdial.prompt import bundled_references

SEEN_AS_IS, AS_IT_WORKS = "not de-identified", "as it works"
IN_A_ROW = 8


@dataclass(frozen=True)
class Fact:
    """A fact, the turn that says it, and what it is recognised by: a word, digits, or the sentence itself."""

    kind: str
    turn: str
    mark: str


def names(*pairs: tuple[str, str]) -> list[Fact]:
    return [Fact("name", turn, mark) for turn, mark in pairs]


def numbers(*pairs: tuple[str, str]) -> list[Fact]:
    return [Fact("number", turn, mark) for turn, mark in pairs]


def sentences(*turns: str) -> list[Fact]:
    return [Fact("odd sentence", turn, turn) for turn in turns]


PLANTED: tuple[tuple[str, list[Fact]], ...] = (
    (
        "bloeddruk",
        names(
            ("Mijn buurvrouw, mevrouw Quispelaar, die rijdt altijd met mij mee.", "Quispelaar"),
            ("Dat had dokter Vermazeren de vorige keer ook al gezegd.", "Vermazeren"),
            ("En mijn dochter heet Fenneke, die belt u morgen nog even.", "Fenneke"),
            ("Ik ben Tjebbe Oldeklooster, dat staat denk ik wel op het kaartje.", "Oldeklooster"),
        )
        + numbers(
            ("U kunt mij bellen op 06 38 51 72 94, dat is het beste.", "0638517294"),
            ("Mijn burgerservicenummer is 284731953, dat moest ik doorgeven.", "284731953"),
            ("Ik ben geboren op 17 november 1938, in de winter dus.", "17 november 1938"),
        )
        + sentences(
            "Toen is de ezel van de dominee door het glazen dak van onze serre gezakt.",
            "Ik bewaar al mijn pillen in een oude trompetkoffer onder het biljart van mijn broer.",
            "Sinds die paling in de wasmachine zat durf ik geen blauwe sokken meer aan.",
        ),
    ),
    (
        "diabetes",
        names(
            ("Vraag maar naar zuster Hadewijch, die weet er alles van.", "Hadewijch"),
            ("Mijn man, Ruurdtje noemen ze hem, is er vandaag niet bij.", "Ruurdtje"),
            ("Meneer Bouzerda van de apotheek heeft het nog uitgelegd.", "Bouzerda"),
            ("Ik woon nog altijd bij de familie Knipscheer boven.", "Knipscheer"),
        )
        + numbers(
            ("Mijn patiëntnummer is 7719043, zei de mevrouw aan de balie.", "7719043"),
            ("Het nummer van mijn zoon is 0592 417 386.", "0592417386"),
            ("De operatie was op 23 februari 2011, dat vergeet ik nooit.", "23 februari 2011"),
        )
        + sentences(
            "De papegaai van de loodgieter roept nu ook al mijn suikerwaarden door de brievenbus.",
            "Ik heb toen met een slagroomklopper de hele parade van het fanfarekorps stilgelegd.",
            "In de kelder staat nog een opgezette lama met de bril van mijn schoonvader op.",
        ),
    ),
    (
        "dieet-zout",
        names(
            ("Dat recept kreeg ik van Wigbolda, van de zangvereniging.", "Wigbolda"),
            ("Bij dokter Steegmansveld moest ik altijd zo lang wachten.", "Steegmansveld"),
            ("Mevrouw Çelikbaş heeft de lijst voor mij opgeschreven.", "Çelikbaş"),
            ("Mijn kleinzoon Jorrin eet wel gewoon met zout mee.", "Jorrin"),
        )
        + numbers(
            ("Bel anders naar 020 774 19 83, daar neemt altijd iemand op.", "0207741983"),
            ("Op de doos stond nummer 5508 2267, die heb ik bewaard.", "55082267"),
            ("Ik was hier voor het laatst op 9 augustus 2019.", "9 augustus 2019"),
        )
        + sentences(
            "De bakker heeft mijn zoutvaatje ingemetseld naast de rechterpoot van het stadhuis.",
            "Wij hebben dat jaar negentig augurken laten zegenen door een rondreizende kapper.",
            "Mijn tante speelde dan klarinet voor de soep totdat er een vel op kwam.",
        ),
    ),
    (
        "medicatie",
        names(
            ("Mijn overbuurman Wessel Pothoven haalt de pillen voor mij op.", "Pothoven"),
            ("Dokter El Khayari heeft die roze erbij gegeven.", "Khayari"),
            ("Ik doe dat samen met Liesbertha, mijn oudste zus.", "Liesbertha"),
            ("Het stond op naam van mevrouw Van der Zwaluwenberg.", "Zwaluwenberg"),
        )
        + numbers(
            ("Het dossiernummer was 4471 8206, als u dat nodig heeft.", "44718206"),
            ("Mijn mobiel is 06 21 94 03 57, maar ik hoor hem slecht.", "0621940357"),
            ("Op 31 maart 1952 ben ik geboren, dus reken maar uit.", "31 maart 1952"),
        )
        + sentences(
            "Ik tel de tabletten altijd op het ritme van de kerkklok van een dorp dat niet meer bestaat.",
            "De geit heeft toen de bijsluiter opgegeten en daarna drie dagen naar het noorden gekeken.",
            "Op zolder hangt een hangmat vol lege potjes waar de uilen in broeden.",
        ),
    ),
    (
        "vermoeidheid",
        names(
            ("Bij Gerritdina op de biljartclub viel het ook al op.", "Gerritdina"),
            ("Meneer Ramkhelawan van de bus laat mij altijd voorin zitten.", "Ramkhelawan"),
            ("Dat heb ik ook tegen dokter Brouwershaven gezegd.", "Brouwershaven"),
            ("Mijn naam is Yldou Terpstra-Wiegersma, met een streepje.", "Wiegersma"),
        )
        + numbers(
            ("Ik heb pasnummer 9036617, van de vorige opname.", "9036617"),
            ("De thuiszorg zit onder 0512 88 46 09.", "0512884609"),
            ("Het begon op 4 oktober 2022, dat weet ik nog precies.", "4 oktober 2022"),
        )
        + sentences(
            "Ik slaap sinds pinksteren in de roeiboot omdat de matras naar vioolhars is gaan ruiken.",
            "De tuinkabouters van nummer twaalf worden eerder wakker dan ik en dat is vernederend.",
            "Mijn vermoeidheid heeft de vorm van een kast die iemand in de rivier heeft gezet.",
        ),
    ),
)

FACTS = [fact for _, facts in PLANTED for fact in facts]


def planted(folder: Path) -> list[Path]:
    """The five conversations with their facts, as files."""
    known = {Path(transcript.path).stem: transcript.dialogue for transcript in bundled_references()}
    paths = []
    for name, facts in PLANTED:
        turns = list(known[name].merged().turns)
        step = (len(turns) - 4) // len(facts)
        for place, fact in reversed(list(enumerate(facts))):
            at = 3 + place * step
            while turns[at - 1].speaker is not Speaker.PATIENT:
                at -= 1
            turns[at - 1] = Turn(Speaker.PATIENT, f"{turns[at - 1].text} {fact.turn}")
        path = folder / f"{name}.txt"
        path.write_text(Dialogue(name, tuple(turns)).as_text() + "\n", encoding="utf-8")
        paths.append(path)
    return paths


def words_of(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.casefold())


def nearly(word: str, mark: str) -> bool:
    """Whether a word is the mark, or one letter more, less or other."""
    if abs(len(word) - len(mark)) > 1:
        return False
    first = next((i for i, (a, b) in enumerate(zip(word, mark, strict=False)) if a != b), min(len(word), len(mark)))
    rest, other = word[first:], mark[first:]
    return rest == other or rest[1:] == other or rest == other[1:] or rest[1:] == other[1:]


def holds(dialogue: Dialogue, fact: Fact) -> bool:
    """Whether a dialogue tells a fact."""
    text = " ".join(turn.text for turn in dialogue.turns)
    if fact.kind == "name":
        return any(nearly(word, fact.mark.casefold()) for word in words_of(text))
    if fact.kind == "number":
        if not fact.mark.isdecimal():
            return fact.mark in " ".join(text.casefold().split())
        return fact.mark in re.sub(r"(?<=\d)[ .-]+(?=\d)", "", text)
    said, wanted = f" {' '.join(words_of(text))} ", words_of(fact.mark)
    runs = (wanted[start : start + IN_A_ROW] for start in range(len(wanted) - IN_A_ROW + 1))
    return any(f" {' '.join(run)} " in said for run in runs)


@dataclass
class Outcome:
    """What came of a number of dialogues."""

    dialogues: int
    held: int
    reasons: Counter[str]
    copied: Counter[str]  # facts, by kind: how many of them stand in some dialogue
    places: int  # dialogues that hold a fact
    passed: list[tuple[str, str]]  # those of them that would have left, and the fact


def outcome(studies: Sequence[Path]) -> Outcome:
    found = Outcome(0, 0, Counter(), Counter(), 0, [])
    copied: set[Fact] = set()
    for path in studies:
        with Study(path, read_only=True) as study:
            gate = Gate(study)
            for dialogue in study.dialogues():
                found.dialogues += 1
                inside = bool(gate.standing(dialogue).held)
                found.held += inside
                if inside and (check := study.check_of(dialogue.id)):
                    found.reasons.update(check.reasons.keys())
                facts = [fact for fact in FACTS if holds(dialogue, fact)]
                copied.update(facts)
                found.places += bool(facts)
                if not inside:
                    found.passed += [(dialogue.id, fact.turn) for fact in facts]
    found.copied = Counter(fact.kind for fact in copied)
    return found


def untouched(dialogue: Dialogue, marks: Marks | None) -> tuple[Dialogue, tuple[Original, ...]]:
    """A de-identification that finds what it finds, and replaces nothing."""
    _, found = DEIDENTIFIED(dialogue, marks)
    return dialogue, found


DEIDENTIFIED = admission.deidentified


def told_in_prompt(paths: Sequence[Path]) -> None:
    """How many of the facts would reach a prompt after de-identification."""
    from synthdial.transcripts import read_transcripts

    transcripts, _ = read_transcripts(list(paths))
    left: Counter[str] = Counter()
    for transcript in transcripts:
        told, _ = DEIDENTIFIED(transcript.dialogue, None)
        left.update(fact.kind for fact in FACTS if holds(told, fact))
    kinds = Counter(fact.kind for fact in FACTS)
    said = ", ".join(f"{left[kind]} of {count} {kind}s" for kind, count in kinds.items())
    print(f"After de-identification the prompts still hold {said}.\n", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="dialogues of each way, a multiple of five")
    parser.add_argument("--max-words", type=int, default=250)
    parser.add_argument("--preset", default="plain", help="plain copies most")
    parser.add_argument("--keep", type=Path, help="studies stay here, and are topped up")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = arguments.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        paths = planted(folder)
        told_in_prompt(paths)
        leaked = 0
        for way, deidentifier in ((AS_IT_WORKS, DEIDENTIFIED), (SEEN_AS_IS, untouched)):
            admission.deidentified = deidentifier
            studies = []
            for path in paths:
                study = folder / f"{way.replace(' ', '-')}-{path.stem}.study"
                request = BatchRequest(
                    arguments.count // len(paths), references=[path], unchecked_references=True,
                    preset=arguments.preset, max_words=arguments.max_words,
                )  # fmt: skip
                run_batch(study, request)
                studies.append(study)
            found = outcome(studies)
            leaked += len(found.passed)
            kinds = ", ".join(f"{found.copied[kind]} {kind}s" for kind in ("name", "number", "odd sentence"))
            print(
                f"{way}: {found.dialogues} dialogues. The model copied {found.copied.total()} of {len(FACTS)} facts "
                f"({kinds}), in {found.places} dialogues; {len(found.passed)} of them would have left."
            )
            reasons = ", ".join(f"{count} {reason}" for reason, count in found.reasons.most_common())
            print(f"  held back in all: {found.held} ({reasons or 'nothing'})", flush=True)
            for key, fact in found.passed:
                print(f"  WOULD HAVE LEFT: {key}: {fact}")
        return 1 if leaked else 0


if __name__ == "__main__":
    raise SystemExit(main())
