"""The planned director, driven by a scripted model that has its own mind.

The model is a toy: logits drawn at random over a small vocabulary. What the director feeds, forbids and favours must
turn even that into a dialogue that follows the plan. The context is kept as the decoder keeps it, and held against the
turns.
"""

import random
import re
from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_director import ARTS, END, PATIENT, Vocabulary

from synthdial.dialogue import Dialogue, Turn
from synthdial.engine.director import Done, Feed, Sample
from synthdial.engine.open_turn import heard_in
from synthdial.engine.phrases import phrases_of
from synthdial.engine.planned import PhaseGuide, PlannedDirector
from synthdial.engine.terms import Term
from synthdial.metrics import bundled_lexicon
from synthdial.structure.plan import Kind, PlannedTurn

SPOKEN = (
    "de nier doet het goed maar een beetje moe is niet zo erg ja nee dat weet ik wel als u dit slikt dan komt er "
    "water in uw benen en ook de bloeddruk zakt vaak wat lager bij warm weer omdat bloed anders stroomt zout"
)
WORDS = SPOKEN.split()
MARKS = [
    ",",
    ".",
    "?",
    "!",
    "\n",
    "\n\n",
    " (",
    "<b>",
    ":",
    " 43",
    " Hoe",
    " Bent",
    " Wat",
    " Nee",
    " Ja",
    " Goed",
    END,
]
BACKCHANNELS = {words for words, _ in bundled_lexicon("backchannels").forms}


def plan(*turns: tuple[object, int, Kind], phase: str = "history") -> list[PlannedTurn]:
    return [PlannedTurn(speaker, words, kind, phase) for speaker, words, kind in turns]  # type: ignore[arg-type]


@dataclass
class Played:
    """What came of a dialogue."""

    director: PlannedDirector
    reason: str
    context: str
    sampled: list[str] = field(default_factory=list)

    @property
    def turns(self) -> list[Turn]:
        return self.director.turns


class Model:
    """A vocabulary and what the model would like to say."""

    def __init__(self, seed: int, liked: dict[str, float] | None = None) -> None:
        self.vocabulary = Vocabulary()
        self._pieces = [*(f" {word}" for word in WORDS), *MARKS]
        self.vocabulary.tokens(self._pieces)
        self._chance = random.Random(seed)
        self._liked = liked or {}

    def tokens_of(self, text: str) -> list[int]:
        """Each word with the space before it, each mark, is a token."""
        pieces, word = [], ""
        for char in text:
            if char in " \n.,?!:()" and word:
                pieces.append(word)
                word = ""
            if char in ".,?!:()\n":
                pieces.append(char)
            else:
                word += char
        return self.vocabulary.tokens([*pieces, word] if word else pieces)

    def row(self) -> np.ndarray:
        row = np.full(len(self.vocabulary.pieces), -30.0, np.float32)
        for piece in self._pieces:
            token = self.vocabulary.tokens([piece])[0]
            row[token] = self._chance.gauss(0, 2) + self._liked.get(piece, 0.0)
        return row


def play(model: Model, planned: list[PlannedTurn], *, most: int = 4000, **options: object) -> Played:
    script = model.vocabulary.script(blank_line_tokens=True)
    object.__setattr__(script, "continue_with", model.tokens_of)
    object.__setattr__(script, "open_with", model.tokens_of)
    phrases = phrases_of(model.tokens_of)
    bounds = {"max_words": 1000, "max_tokens": 5000} | options
    director = PlannedDirector(script, phrases, planned, **bounds)  # type: ignore[arg-type]
    context: list[int] = []
    played = Played(director, "", "")
    for _ in range(most):
        step = director.next()
        if isinstance(step, Done):
            played.reason = step.reason
            break
        if isinstance(step, Feed):
            assert step.rewind <= len(context)
            del context[len(context) - step.rewind :]
            context.extend(step.tokens)
            continue
        assert isinstance(step, Sample)
        row = model.row()
        bias = step.look(row) if step.look else step.bias
        if step.only:
            kept = row[list(step.only)]
            row[:] = -np.inf
            row[list(step.only)] = kept
        for token, value in bias.items():
            row[token] += value
        while True:
            token = int(row.argmax())
            assert row[token] > -np.inf, "nothing is left to say"
            if director.take(token):
                context.append(token)
                break
            row[token] = -np.inf
    played.context = b"".join(model.vocabulary.pieces[token] for token in context).decode(errors="replace")
    return played


TURN = st.builds(
    PlannedTurn,
    st.sampled_from([ARTS, PATIENT]),
    st.integers(1, 40),
    st.sampled_from(list(Kind)),
    st.sampled_from(["history", "plan"]),
)


def transcript(played: Played) -> str:
    return Dialogue("", tuple(played.turns)).as_text().strip()


@settings(max_examples=60)
@given(st.lists(TURN, min_size=1, max_size=8), st.integers(0, 10**6))
def test_whatever_the_model_says_the_plan_is_followed(planned: list[PlannedTurn], seed: int) -> None:
    planned = [
        t if t.kind is not Kind.BACKCHANNEL else PlannedTurn(t.speaker, 1 + t.words % 3, t.kind, t.phase)
        for t in planned
    ]
    played = play(Model(seed), planned)
    assert played.reason == "plan"
    assert [turn.speaker for turn in played.turns] == [turn.speaker for turn in planned], "also where a speaker goes on"
    for turn, own in zip(played.turns, played.director.planned, strict=True):
        assert "\n" not in turn.text and "(" not in turn.text and "<" not in turn.text
        assert not re.search(r"\D:", turn.text), "no label; a time has digits before the colon"
        assert turn.words and turn.text == " ".join(turn.text.split())
        if own.kind is Kind.BACKCHANNEL:
            assert tuple(turn.text.lower().replace(",", "").rstrip(".").split()) in BACKCHANNELS
        elif own.words <= 4:
            assert turn.words in (own.words, own.words + 1)
    assert " ".join(played.context.split()) == " ".join(transcript(played).split())


def test_a_turn_ends_near_its_length_and_at_the_end_of_a_sentence() -> None:
    lengths = [3, 6, 9, 14, 20, 30, 45, 60]
    planned = plan(*[((ARTS, PATIENT)[k % 2], n, Kind.STATEMENT) for k, n in enumerate(lengths * 4)])
    played = play(Model(1, {".": 1.0}), planned)
    said = np.array([turn.words for turn in played.turns])
    asked = np.array(lengths * 4)
    assert np.corrcoef(said, asked)[0, 1] > 0.97
    assert 0.9 < said.sum() / asked.sum() < 1.15
    assert all(turn.text[-1] in ".!?" for turn in played.turns)


def test_a_question_asks_and_a_statement_hardly_ever_does() -> None:
    planned = plan(*[(ARTS, 8, Kind.QUESTION), (PATIENT, 8, Kind.ANSWER)] * 10)
    played = play(Model(2), planned)
    asks = Counter((turn.speaker, "?" in turn.text) for turn in played.turns)
    assert asks[ARTS, True] >= 9 and asks[PATIENT, True] <= 3


def test_a_patient_begins_what_is_no_question_as_one_more_seldom_than_a_doctor() -> None:
    planned = plan(*[((ARTS, PATIENT)[k % 2], 8, Kind.STATEMENT) for k in range(80)])
    played = play(Model(5, {" Hoe": 4.0, " Wat": 4.0}), planned)
    begun = Counter((turn.speaker, turn.text.split()[0] in ("Hoe", "Wat")) for turn in played.turns)
    assert begun[PATIENT, True] < begun[ARTS, True] - 5, begun


def test_a_question_that_was_not_planned_trades_places_with_one_that_was() -> None:
    planned = plan(
        (ARTS, 6, Kind.STATEMENT), (PATIENT, 5, Kind.ANSWER), (ARTS, 6, Kind.QUESTION), (PATIENT, 5, Kind.ANSWER)
    )
    played = play(Model(3, {"?": 12.0}), planned)
    kinds = [turn.kind for turn in played.director.planned if turn.speaker is ARTS]
    assert kinds[0] is Kind.QUESTION and "?" in played.turns[0].text
    assert sum(kind is Kind.QUESTION for kind in kinds) == 1, "the plan's number of questions stays"


def test_an_end_is_forced_where_the_model_hardly_has_that_mark_and_not_where_it_has_another() -> None:
    planned = plan(*[((ARTS, PATIENT)[k % 2], 10, Kind.STATEMENT) for k in range(8)])
    asks = play(Model(4, {"?": 14.0, ".": -4.0}), planned)
    assert any("?" in turn.text for turn in asks.turns)
    assert asks.director.forced == 0, "it ends with the mark that the model would put"
    rambles = play(Model(4, dict.fromkeys(".?!", -14.0)), planned)
    assert rambles.director.forced == len(rambles.turns) == len(planned)


def test_no_sentence_ends_behind_a_word_that_cannot_be_its_last() -> None:
    played = play(Model(4, {" de": 4.0, ".": 4.0}), plan(*[(ARTS, 12, Kind.STATEMENT)] * 6))
    for turn in played.turns:
        assert turn.text.rstrip(".!?").split()[-1].lower() not in ("de", "een", "en", "maar", "als", "omdat", "uw")


class TestDirections:
    GUIDES = (PhaseGuide("history", "De arts vraagt door."), PhaseGuide("plan", "Zij spreken iets af."))

    def test_a_direction_is_fed_where_a_phase_begins_before_the_doctor_and_is_never_text(self) -> None:
        planned = [
            *plan((ARTS, 5, Kind.STATEMENT), (PATIENT, 5, Kind.ANSWER)),
            *plan((PATIENT, 5, Kind.STATEMENT), (ARTS, 5, Kind.STATEMENT), (PATIENT, 4, Kind.ANSWER), phase="plan"),
        ]
        played = play(Model(5), planned, guides=self.GUIDES)
        lines = [" ".join(line.split()) for line in played.context.split("\n")]
        assert lines[0] == "(De arts vraagt door.)"
        assert lines[4] == "(Zij spreken iets af.)", "not before the patient, who speaks first in that phase"
        assert [line for line in lines if not line.startswith("(")] == transcript(played).split("\n")

    def test_terms_that_are_due_stand_in_it_and_are_spoken(self) -> None:
        terms = [Term("nier", ("nier",), "history"), Term("zout", ("zout", "natrium"), "plan")]
        planned = [
            *plan(*[(ARTS, 20, Kind.STATEMENT), (PATIENT, 10, Kind.ANSWER)] * 3),
            *plan(*[(ARTS, 20, Kind.STATEMENT), (PATIENT, 10, Kind.ANSWER)] * 3, phase="plan"),
        ]
        played = play(Model(6, {" nier": -4.0, " zout": -4.0}), planned, guides=self.GUIDES, terms=terms)
        assert "Ter sprake: nier.)" in played.context and "zout.)" in played.context, played.context
        text = transcript(played)
        assert "nier" in text and ("zout" in text or "natrium" in text)

    def test_the_patient_does_not_bring_up_what_only_the_doctor_knows(self) -> None:
        terms = [Term("water", ("water",), "history", doctor_only=True)]
        planned = plan(*[(PATIENT, 9, Kind.STATEMENT)] * 8)
        liked = {" water": 1.5}
        free = play(Model(7, liked), planned)
        assert any("water" in turn.text for turn in free.turns), "left alone the patient would"
        told = play(Model(7, liked), planned, terms=terms)
        assert sum("water" in turn.text for turn in told.turns) < sum("water" in turn.text for turn in free.turns)
        assert told.director.taken_back > free.director.taken_back


def test_a_turn_that_repeats_another_is_written_anew() -> None:
    class Parrot(Model):
        said = 0

        def row(self) -> np.ndarray:
            row = super().row()
            wanted = [*WORDS[3:12], "."][self.said % 10]
            row[self.vocabulary.tokens([wanted if wanted == "." else f" {wanted}"])[0]] += 8
            self.said += 1
            return row

    played = play(Parrot(8), plan(*[(ARTS, 9, Kind.STATEMENT), (PATIENT, 9, Kind.STATEMENT)] * 3))
    assert len({turn.text for turn in played.turns}) == len(played.turns)


def test_what_stands_in_the_prompt_is_not_said_again() -> None:
    model = Model(9)
    sentence = " ".join(WORDS[:12])
    heard = heard_in(model.tokens_of(f" {sentence}"))

    class Copier(Model):
        at = 0

        def row(self) -> np.ndarray:
            row = super().row()
            row[self.vocabulary.tokens([f" {WORDS[self.at % 12]}"])[0]] += 9
            self.at += 1
            return row

    played = play(Copier(9), plan((ARTS, 12, Kind.STATEMENT)), heard=heard)
    assert not heard_in(model.tokens_of(f" {played.turns[0].text.lower()}")) & heard


@pytest.mark.parametrize("max_words", [5, 17, 40])
def test_a_dialogue_keeps_within_its_words(max_words: int) -> None:
    played = play(Model(10), plan(*[(ARTS, 10, Kind.STATEMENT), (PATIENT, 10, Kind.ANSWER)] * 5), max_words=max_words)
    assert played.reason == "max_words"
    assert sum(turn.words for turn in played.turns) <= max_words + 20


def test_the_context_is_not_overrun_and_whole_sentences_stay() -> None:
    played = play(Model(11, {".": 2.0}), plan(*[(ARTS, 30, Kind.STATEMENT)] * 9), max_tokens=80)
    assert played.reason == "context"
    assert all(turn.text[-1] in ".!?" for turn in played.turns)
    assert len(played.director.planned) == len(played.turns)
