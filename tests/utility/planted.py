"""Conversations whose distribution is known: who speaks and who asks shows in the words, more or less."""

import random
from typing import Any

from synthdial.dialogue import Dialogue, Speaker, Turn

DOCTOR = ("bloeddruk", "nierfunctie", "kreatinine", "uitslag", "controle", "recept")
PATIENT = ("moe", "pijn", "benauwd", "duizelig", "thuis", "dochter")
ASKING = ("hoe", "wat", "wanneer", "waarom")
BOTH = ("ja", "nee", "dat", "is", "goed", "en", "dan", "een", "uh", "hoor", "nou", "maar")
SUBJECTS = {
    "zout": ("zout", "kaas", "brood"),
    "stenen": ("steen", "koliek", "echo"),
    "druk": ("meter", "pil", "manchet"),
}


def conversation(name: str, chance: random.Random, *, clear: float = 0.35, subject: str = "", **made: Any) -> Dialogue:
    """Twelve to twenty turns; ``clear`` is the chance that a word gives the speaker away, and that of a subject."""
    turns = []
    for number in range(chance.randint(12, 20)):
        speaker = (Speaker.DOCTOR, Speaker.PATIENT)[number % 2]
        own = DOCTOR if speaker is Speaker.DOCTOR else PATIENT
        words = [chance.choice(own if chance.random() < clear else BOTH) for _ in range(chance.randint(3, 9))]
        if subject and chance.random() < clear:
            words.append(chance.choice(SUBJECTS[subject]))
        asks = chance.random() < 0.4
        if asks:
            words.insert(0, chance.choice(ASKING))
        turns.append(Turn(speaker, " ".join(words).capitalize() + ("?" if asks else ".")))
    return Dialogue(name, tuple(turns), made)


def corpus(name: str, count: int, seed: int, **options: Any) -> list[Dialogue]:
    """So many, drawn from one distribution."""
    chance = random.Random(f"{name} {seed}")
    return [conversation(f"{name}{k}", chance, **options) for k in range(count)]


def about(name: str, each: int, seed: int, **options: Any) -> list[Dialogue]:
    """So many about each subject, with a scenario of that name."""
    return [
        dialogue
        for subject in SUBJECTS
        for dialogue in corpus(f"{name}-{subject}-", each, seed, subject=subject, scenario=subject, **options)
    ]
