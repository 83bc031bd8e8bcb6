"""Studies that reports are written of: two presets, three raters, conversations of people among the dialogues."""

import random
from dataclasses import replace
from pathlib import Path

from review_studies import Clock
from samples import PASSED, RECIPE, dialogue

from synthdial.review.anchors import add_anchors
from synthdial.review.session import ReviewSession
from synthdial.study import Study

NATURAL = replace(RECIPE, preset="natural", profile_sha256="d" * 64)
HOSTILE = 'Dit <script>alert(1)</script> & "dat" </svg></table> {{ 7 * 7 }} $x^2$'
NOTE = "Zo praat <b>niemand</b>; uit de aantekening"
SECRET = "kwartelkoning"
"""A word that stands in conversations of people and nowhere else."""
SECRET_NOTE = "Aantekening bij het echte gesprek"
RATERS = {"Anneke Mol": "native", "Bas Vink": "native", "Cor Uil": "clinician"}

_WORDS = ("nier", "bloed", "plas", "zout", "water", "druk", "pil", "arts", "week", "dag", "jaar", "goed", "moe", "pijn")


def said(chance: random.Random, turns: int) -> list[str]:
    """Turns of one to thirty words."""
    return [
        " ".join(chance.choice(_WORDS) for _ in range(chance.randint(1, 30))).capitalize() + chance.choice(".?")
        for _ in range(turns)
    ]


def written(path: Path, plain: int = 8, natural: int = 8, turns: int = 8) -> Path:
    """A study of two presets; the last turn of each dialogue is hostile."""
    chance = random.Random(3)
    with Study(path, create=True) as study:
        for recipe, count in ((RECIPE, plain), (NATURAL, natural)):
            if count:
                study.add_recipe(recipe)
            for number in range(1, count + 1):
                texts = said(chance, turns + 3 * number)
                texts[-1] = HOSTILE
                study.add_dialogue(recipe, number, dialogue(number, *texts, recipe=recipe), PASSED)
    return path


def people(folder: Path, count: int = 6) -> Path:
    """A folder of conversations of people."""
    folder.mkdir()
    chance = random.Random(5)
    for number in range(count):
        texts = said(chance, 30)
        lines = (
            f"{('Arts', 'Patiënt')[at % 2]}: {SECRET.capitalize()} {number}. {text}\n" for at, text in enumerate(texts)
        )
        (folder / f"echt-{number}.txt").write_text("".join(lines), encoding="utf-8")
    return folder


def rated(path: Path, anchors: Path | None = None) -> Path:
    """The same study rated by three raters, who flag, edit and accept."""
    written(path)
    chance = random.Random(7)
    with Study(path) as study:
        if anchors:
            add_anchors(study, str(anchors), are_deidentified=True)
        for hour, (rater, role) in enumerate(RATERS.items()):
            session = ReviewSession(study, rater, role, clock=Clock(9 + hour))
            for item in session.items:
                spoken = session.dialogue(item).turns
                real = SECRET in spoken[0].text.casefold()
                quality = len(spoken) // 5
                for criterion in session.rubric.criteria:
                    score = min(5, max(1, quality - 1 + chance.randint(-1, 1)))
                    session.score(item, criterion.key, None if chance.random() < 0.05 else score)
                session.origin(item, chance.choice(["person", "machine"]))
                if real:
                    for turn in range(4):
                        session.flag(item, turn, "other", "critical", SECRET_NOTE)
                    session.edit(item, 1, f"{SECRET} herschreven", 3)
                elif chance.random() < 0.6:
                    session.flag(item, 1, "unnatural", "critical", NOTE)
                    session.flag(item, 2, "wrong fact", "minor")
                    session.edit(item, 3, "Zo zou ik het zeggen.", 20)
                session.accept(item, quality > 2)
                session.finish(item)
    return path
