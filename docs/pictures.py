"""Make the pictures of the documentation, docs/pictures/*.svg: the application itself, and nobody at its keys.

    python docs/pictures.py                   # all of them
    python docs/pictures.py schrijven studie  # some
    python docs/pictures.py --check           # ends with status 1 where one is not as it would be made

No model is needed: what "writes" follows a script. What is seen of conversations is invented; their checks for copied
text, the de-identification and the figures of results are those of the program.
"""

import argparse
import asyncio
import os
import re
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Input, Select, TextArea

from synthdial.dialogue import Dialogue, Speaker, Turn
from synthdial.engine.sampling import Sampling
from synthdial.privacy.deidentify import shipped_tables, user_tables
from synthdial.privacy.leakage import ReferenceText
from synthdial.prompt import bundled_references
from synthdial.review.session import ReviewSession
from synthdial.settings import Language
from synthdial.study import Recipe, Study
from synthdial.study.admission import LeakageCheck
from synthdial.transcripts import Transcript
from synthdial.tui.app import SynthdialApp
from synthdial.tui.machine import Machine
from synthdial.tui.state import State

FOLDER = Path(__file__).with_name("pictures")
SIZE = (80, 24)
MACHINE = Machine((("geitje-7b-ultra", 4_370_000_000), ("gemma-3-270m", 253_000_000)), "", 8, 21_000_000_000)
STUDY = Path("uitslagen.study")
WHEN = "2026-11-23T10:30:00+00:00"
RECIPE = Recipe(
    model="geitje-7b-ultra",
    model_sha256="a" * 64,
    prompt_sha256="b" * 64,
    references_sha256="c" * 64,
    scenario="nefrologie-uitslagen",
    preset="natural",
    min_turns=8,
    max_words=700,
    sampling=Sampling(),
    seed=1,
)

# turns of doctor and patient, with bars between
TALKS = (
    "Zo, gaat u zitten. U was drie weken geleden hier voor het bloed.|Ja. Ja, dat klopt.|Hoe is het in de tussentijd "
    "gegaan?|Nou, uh, moe vooral. 's Middags moet ik echt even liggen.|Hm-hm.|En dan slaap ik zo een uur, dat had ik "
    "vroeger nooit.|De nierfunctie is iets gedaald, van 38 naar 34. Dat is geen grote stap, maar het is wel een stap.|"
    "O. Is dat erg?|Niet van vandaag op morgen. We gaan er wel dichter op zitten.",
    "Goedemorgen. Vertelt u het eens.|Ik heb dat lijstje bij me, van de bloeddruk.|Heel goed. Mag ik kijken?|Die hoge, "
    "dat was toen de buren aan het boren waren.|Ha, ja. Die tellen we niet mee.|Nee hè? Dat dacht ik al.|Gemiddeld "
    "komt u op 142 over 80. Dat is nog iets te hoog.",
    "U belde over uw enkels.|Ja, die zijn dik. Vooral 's avonds.|Allebei?|Links meer dan rechts, geloof ik.|Laat u ze "
    "eens zien. Doet dit pijn?|Nee, dat niet. Het blijft wel staan, zo'n putje.",
    "Hoe bevallen de nieuwe tabletten?|Goed. Nou ja, ik hoest een beetje.|Een kriebelhoest?|Ja, precies dat. Vooral "
    "in bed.|Dat kan van de tabletten komen. Dan zoeken we een andere.|O, gelukkig, ik dacht al aan iets anders.",
    "We hebben het over het zout gehad, vorige keer.|Ja. Dat is dus niet zo makkelijk.|Nee. Waar loopt u tegenaan?|Het "
    "brood, dokter. En mijn man kookt, en die proeft niks meer.|Hm.",
    "Bent u alleen gekomen?|Mijn dochter parkeert de auto nog.|Zullen we op haar wachten?|Doet u maar vast, zij vraagt "
    "straks toch alles nog een keer.|Goed. Dan begin ik met de uitslag van de echo.",
)
REFERENCE = (
    "Arts: Dag mevrouw Van den Heuvel, ik ben dokter Smeets.\n"
    "Patiënt: Dag dokter. Ik was hier op 12 maart ook al, in Deventer.\n"
    "Arts: Ja, dat zie ik. U woont nog aan de Kerkstraat 14?\n"
    "Patiënt: Nog steeds. Naast de kaasboerderij, u weet wel.\n"
    "Arts: En uw telefoonnummer is 06-12345678?\n"
    "Patiënt: Dat klopt, ja.\n"
)


def talk(text: str) -> tuple[Turn, ...]:
    """Turns of doctor and patient, of a text with bars between."""
    return tuple(Turn((Speaker.DOCTOR, Speaker.PATIENT)[at % 2], said) for at, said in enumerate(text.split("|")))


def dialogue(recipe: Recipe, number: int, turns: tuple[Turn, ...]) -> Dialogue:
    """A dialogue as a batch stores it."""
    made = {**recipe.as_dict(), "recipe": recipe.id, "number": number, "seed": recipe.dialogue_seed(number)}
    made |= {"ended_by": "plan", "mean_log_probability": -2.0, "date": WHEN}
    return Dialogue(recipe.dialogue_id(number), turns, made)


def write_study(path: Path = STUDY, *, talks: Sequence[str] = TALKS) -> Path:
    """A study of eleven dialogues, one of which copied a sentence of a reference; the same each time."""
    read = bundled_references()
    check = LeakageCheck([ReferenceText(one.dialogue.id, one.dialogue, ()) for one in read])
    with Study(path, create=True) as study:
        # the order of raters and the calibration round are drawn from these
        study._db.execute("UPDATE facts SET value = ? WHERE name IN ('id', 'secret')", ("ab" * 16,))
        number = 0
        for scenario, count in (("nefrologie-uitslagen", 6), ("nefrologie-bloeddruk", 5)):
            recipe = replace(RECIPE, scenario=scenario)
            study.add_recipe(recipe)
            for _ in range(count):
                number += 1
                turns = talk(talks[number % len(talks)])
                made = dialogue(recipe, number, (*turns[:6], copied(read), *turns[7:]) if number == 4 else turns)
                study.add_dialogue(recipe, number, made, check(made))
    return path


def copied(read: Sequence[Transcript]) -> Turn:
    """What a doctor says in a reference, at some length."""
    (one,) = (one for one in read if one.dialogue.id == "uitslagen")
    said = (turn for turn in one.dialogue.turns if turn.speaker is Speaker.DOCTOR)
    return next(turn for turn in said if 18 < len(turn.text.split()) < 30)


# --- what is done before a picture is taken ---


async def settled(pilot: Pilot[Any]) -> None:
    """Wait until everything that was begun is done."""
    for _ in range(3):
        await pilot.pause()
        await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def at_home(pilot: Pilot[Any]) -> None:
    """Nothing: it begins there."""


async def choosing(pilot: Pilot[Any]) -> None:
    """What a batch shall make is being chosen."""
    pilot.app.open_generate(STUDY)  # type: ignore[attr-defined]
    await settled(pilot)
    model: Select[str] = pilot.app.screen.query_one("#model", Select)
    model.set_options([(name, name) for name, _ in MACHINE.models])
    model.value = MACHINE.models[0][0]
    await pilot.press("tab", "tab")


async def writing(pilot: Pilot[Any]) -> None:
    """Six dialogues are being written, none as far as another."""
    from synthdial.engine.events import PromptRead, TurnWritten
    from synthdial.study.batch import Progress
    from synthdial.study.request import BatchRequest
    from synthdial.tui.batch import Batch
    from synthdial.tui.screens.generate import GenerateScreen

    app = pilot.app
    assert isinstance(app, SynthdialApp)
    app.batch = batch = Batch(STUDY, BatchRequest(count=12))
    batch.hear(PromptRead(2542, 0.5), "")
    for number, (text, far) in enumerate(zip(TALKS, (3, 3, 3, 4, 2, 4), strict=True), 7):
        for turn in talk(text)[:far]:
            batch.hear(TurnWritten(number, turn), RECIPE.dialogue_id(number))
    batch.progress = Progress(6, 12, 81.4, 95.0)
    await app.push_screen(GenerateScreen(STUDY))


async def looking(pilot: Pilot[Any]) -> None:
    """A reference is looked at, de-identified."""
    from synthdial.study.looking import look_at
    from synthdial.tui.screens.references import ReferencesScreen

    Path("gesprekken").mkdir()
    Path("gesprekken/consult-1.txt").write_text(REFERENCE, "utf-8")
    await pilot.app.push_screen(ReferencesScreen(look_at(Path("nieuw.study"), [Path("gesprekken")])))
    await settled(pilot)
    await pilot.press("right", "right")


async def study_open(pilot: Pilot[Any]) -> None:
    """The list of a study."""
    pilot.app.open_study(write_study())  # type: ignore[attr-defined]
    await settled(pilot)
    await pilot.press("down", "down", "down")


async def held_back(pilot: Pilot[Any]) -> None:
    """Why one stays inside."""
    await study_open(pilot)
    await pilot.press("g")


@dataclass
class Reviewing:
    """A review of Els, who has said something of the first conversation."""

    keys: tuple[str, ...]

    async def __call__(self, pilot: Pilot[Any]) -> None:
        """Open it and press the keys; the study stays open as long as the picture needs."""
        from synthdial.tui.screens.review import ReviewScreen

        study = Study(write_study(talks=TALKS[:1]))
        session = ReviewSession(study, "Els", "clinician")
        first = session.items[0]
        session.score(first, session.rubric.criteria[0].key, 4)
        session.flag(first, 3, "unnatural", "minor")
        session.comment(first, 5, "Zo zeggen mijn patiënten dat ook.")
        await pilot.app.push_screen(ReviewScreen(session, clock=lambda: 1000.0))
        await settled(pilot)
        await pilot.press(*self.keys)


async def results(pilot: Pilot[Any]) -> None:
    """What three raters said."""
    path = write_study()
    with Study(path) as study:
        for rater, role, harsh in (("Els", "clinician", 0), ("Bram", "native", 1), ("Fatima", "native", 0)):
            session = ReviewSession(study, rater, role)
            for item in session.items:
                said = sum(len(turn.text) for turn in session.dialogue(item).turns)
                for place, criterion in enumerate(session.rubric.criteria):
                    session.score(item, criterion.key, 1 + (said + place + item.number * (1 + harsh)) % 5)
                if session.rubric.asks_origin:
                    session.origin(item, "machine")
                session.finish(item)
    from synthdial.tui.screens.results import ResultsScreen

    await pilot.app.push_screen(ResultsScreen(path))


@dataclass(frozen=True)
class Scene:
    """A picture: in which language, and what is done before it is taken."""

    language: Language
    prepare: Callable[[Pilot[Any]], Awaitable[None]]


SCENES = {
    "begin": Scene("nl", at_home),
    "keuzes": Scene("nl", choosing),
    "schrijven": Scene("nl", writing),
    "referenties": Scene("nl", looking),
    "studie": Scene("nl", study_open),
    "beoordelen": Scene("nl", Reviewing(("down", "down", "down"))),
    "markeren": Scene("nl", Reviewing(("down",) * 6 + ("f", "1", "c"))),
    "resultaten": Scene("nl", results),
    "uitgifte": Scene("nl", held_back),
    "writing": Scene("en", writing),
    "reviewing": Scene("en", Reviewing(("down", "down", "down"))),
}
"""Names of the files, and what they show."""


async def taken(scene: Scene) -> str:
    """The picture of a scene."""
    app = SynthdialApp(language=scene.language, theme="dark", state=State(), examine=lambda: MACHINE)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await scene.prepare(pilot)
        await settled(pilot)
        return portable(app.export_screenshot(title="synthdial-edge"))


def portable(picture: str) -> str:
    """A picture that loads nothing: without the fonts of another server, in those that the reader has."""
    picture = re.sub(r"\s*@font-face \{.*?\}", "", picture, flags=re.DOTALL)
    return picture.replace("Fira Code", "DejaVu Sans Mono")


def take(names: Iterable[str]) -> dict[str, str]:
    """Pictures by name, each of an application that was never used, in a folder of its own.

    Settings, colours and the size of the terminal that this runs in do not matter.
    """
    for name in ("NO_COLOR", "FORCE_COLOR", "TEXTUAL_THEME", "COLORTERM"):
        os.environ.pop(name, None)
    os.environ |= {"TEXTUAL_ANIMATIONS": "none", "LC_ALL": "C.UTF-8"}
    for field in (Input, TextArea):
        field.cursor_blink._default = False  # a cursor that blinks is there in one picture and not in the next
    tables = next((path for path in (user_tables(), shipped_tables()) if path.exists()), None)
    before, made, home = Path.cwd(), {}, os.environ.get("SYNTHDIAL_HOME")
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            try:
                os.environ["SYNTHDIAL_HOME"] = str(Path(folder) / "home")
                if tables and not shipped_tables().exists():
                    user_tables().parent.mkdir(parents=True)
                    user_tables().symlink_to(tables)
                (Path(folder) / "werk").mkdir()
                os.chdir(Path(folder) / "werk")
                made[name] = asyncio.run(taken(SCENES[name]))
            finally:
                os.chdir(before)
                os.environ.pop("SYNTHDIAL_HOME")
                if home is not None:
                    os.environ["SYNTHDIAL_HOME"] = home
    return made


def differing(made: dict[str, str]) -> list[str]:
    """Those that are not what stands in the folder."""
    kept = {name: FOLDER / f"{name}.svg" for name in made}
    return [name for name, path in kept.items() if not path.exists() or path.read_text("utf-8") != made[name]]


def main() -> int:
    """Make pictures, or compare them."""
    parser = argparse.ArgumentParser(description="Make the pictures of the documentation.")
    parser.add_argument("names", nargs="*", choices=[[], *SCENES], default=[], metavar="NAME")
    parser.add_argument("--check", action="store_true")
    asked = parser.parse_args()
    made = take(asked.names or SCENES)
    if asked.check:
        if names := differing(made):
            print(f"Not as they would be made: {', '.join(names)}. Run python docs/pictures.py", file=sys.stderr)
        return int(bool(names))
    FOLDER.mkdir(exist_ok=True)
    for name, picture in made.items():
        (FOLDER / f"{name}.svg").write_text(picture, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
