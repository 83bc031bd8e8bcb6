"""The planned director: follows a plan turn by turn, at the level of tokens.

A turn is let go only near its planned length, and only at the end of a sentence: before that line breaks are refused,
then the model may end it, near the length the end of a sentence is favoured where the model finds it likely enough, and
from there on the turn is closed at the first one. Labels are fed, also where a speaker goes on. What a listener says is
drawn from the lexicon of backchannels by the model's own probabilities. When a phase begins a stage direction is fed
before the doctor's label; it is context and never text. A turn that came out wrong is taken back and written anew.
"""

import codecs
import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache

from synthdial._core.words import split_words
from synthdial.dialogue import Speaker, Turn
from synthdial.engine.director import Done, Feed, Row, Sample, Script, Step
from synthdial.engine.open_turn import SHORT, OpenTurn
from synthdial.engine.phrases import Phrases
from synthdial.engine.terms import DueTerms, Term
from synthdial.engine.variety import Variety
from synthdial.metrics import bundled_lexicon
from synthdial.structure.faults import NEVER_LAST, faults_of, trigrams
from synthdial.structure.plan import Kind, PlannedTurn

_TRIES = 2  # more at a turn that comes out wrong
_TRIES_AT_SHORT = 8  # at one of few words, which costs little
_FEW = 6
_FORCED = 4.6  # nats: a hundredth
_END = 2.5  # by how much a favoured end is likelier than anything else
_HESITATE = 2.0
_OPENER = 2.5
_NO_QUESTION = {Speaker.DOCTOR: (-1.0, -2.0), Speaker.PATIENT: (-2.5, -2.0)}
"""What an opener and a question mark lose where no question is planned: a patient asks seldom, a model's often."""


@dataclass(frozen=True)
class Style:
    """How the words of the references are.

    Attributes
    ----------
    hesitations : float
        How many of a hundred words are hesitations.
    mattr : float, optional
        Moving-average type-token ratio, windows of 50 words: how much the words vary.
    """

    hesitations: float = 0.0
    mattr: float | None = None


@dataclass(frozen=True)
class PhaseGuide:
    """What happens in a phase.

    Attributes
    ----------
    phase : str
        Its name, as in the plan.
    direction : str
        The stage direction: a line of Dutch, without terms.
    """

    phase: str
    direction: str


class PlannedDirector:
    """Leads a dialogue along a plan.

    Parameters
    ----------
    script : Script
        The model's tokens.
    phrases : Phrases
        What is favoured, in the model's tokens.
    plan : sequence of PlannedTurn
        The utterances.
    guides : sequence of PhaseGuide
        Stage directions by phase; none is fed for a phase without.
    terms : sequence of Term
        Terms that must be spoken.
    style : Style
        How the words of the references are.
    heard : set of tuple of int
        Runs of tokens that stand in the prompt, as ``heard_in`` gives them: nobody says them.
    max_words : int
        The dialogue ends before it has more words.
    max_tokens : int
        The slot's share of the cache.
    """

    def __init__(
        self,
        script: Script,
        phrases: Phrases,
        plan: Sequence[PlannedTurn],
        *,
        guides: Sequence[PhaseGuide] = (),
        terms: Sequence[Term] = (),
        style: Style | None = None,
        heard: AbstractSet[tuple[int, ...]] = frozenset(),
        max_words: int,
        max_tokens: int,
    ) -> None:
        self.turns: list[Turn] = []
        self.planned: list[PlannedTurn] = []  # of each turn that was written
        self.taken_back = 0  # turns that came out wrong and were written anew
        self.forced = 0  # turns that end where the model gave the end less than a hundredth of the likeliest token
        self._script, self._phrases = script, phrases
        self._plan = list(plan)
        self._directions = {guide.phase: guide.direction for guide in guides}
        self._terms = DueTerms(terms, script.continue_with)
        self._style, self._hesitated = style or Style(), 0
        self._variety = Variety(self._style.mattr)
        self._max_words, self._max_tokens = max_words, max_tokens
        self._words = 0  # of the turns that are complete
        self._owed = 0  # words of the plan up to there
        self._tokens = 0  # in the context
        self._phase = ""
        self._said: set[tuple[str, ...]] = set()  # trigrams of words
        self._runs: set[tuple[int, ...]] = set()  # of tokens
        self._heard = heard
        self._queue: list[Step] = []
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="ignore")
        self._turn: OpenTurn | None = None
        self._begin_turn()

    def next(self) -> Step:
        """Say what happens next."""
        turn = self._turn
        if not self._queue and turn is not None and turn.tokens and turn.is_complete():
            self._close(turn, rewind=0)
        if self._queue:
            step = self._queue.pop(0)
            if isinstance(step, Feed):
                self._tokens += len(step.tokens) - step.rewind
            return step
        assert turn is not None
        if self._tokens >= self._max_tokens:
            return self._stop(turn)
        if turn.branch is not None:
            return Sample(only=tuple(turn.branch.after))
        return Sample(look=self._favour)

    def take(self, token: int) -> bool:
        """Look at a sampled token; False refuses it."""
        turn = self._turn
        assert turn is not None
        piece = self._script.piece(token)
        if self._script.is_end(token) or b"\n" in piece:
            if not turn.may_end():
                return False
            self._tokens += 1
            self._close(turn, rewind=1)
            return True
        state = self._decoder.getstate()
        fresh = self._decoder.decode(piece)
        if not turn.fits(token, fresh, self._runs, self._heard):
            self._decoder.setstate(state)
            return False
        turn.add(token, fresh)
        self._tokens += 1
        self._terms.observe(token)
        return True

    # -- the beginning of a turn

    def _begin_turn(self) -> None:
        """Feed the label of the next planned turn, with a stage direction where a phase begins."""
        at = len(self.planned)
        if at == len(self._plan):
            self._queue.append(Done("plan"))
            return
        now = self._plan[at]
        # what earlier turns had too much or too little is made up for in the next ones
        drift = min(1.1, max(0.97, 1 - (self._words - self._owed) / 300))
        self._length = now.words if now.words <= SHORT else max(SHORT + 1, round(now.words * drift))
        if self._words + min(self._length, 12) > self._max_words:
            self._queue.append(Done("max_words"))
            return
        self._attempts: list[tuple[float, OpenTurn]] = []
        self._prompted = self._label(now)
        self._open(now)
        self._queue.append(Feed(self._prompted))

    def _open(self, now: PlannedTurn) -> None:
        branch = self._phrases.backchannels.get(self._length) if now.kind is Kind.BACKCHANNEL else None
        self._turn = OpenTurn(now, self._length, branch)
        self._decoder.reset()
        self._terms.open_turn()

    def _label(self, now: PlannedTurn) -> Sequence[int]:
        """The tokens of the label, a line break before it, and between them a stage direction where a phase begins."""
        if now.phase != self._phase and now.speaker is Speaker.DOCTOR:
            self._phase = now.phase
            self._terms.enter(now.phase)
            direction = self._directions.get(now.phase)
            if direction:
                due = ", ".join(self._terms.due())
                line = f"({direction} Ter sprake: {due}.)" if due else f"({direction})"
                if self.turns:
                    return self._script.continue_with(f"\n{line}\n{now.speaker}:")
                return self._script.open_with(f"{line}\n{now.speaker}:")
        return (self._script.labels if self.turns else self._script.opening)[now.speaker]

    # -- what is favoured

    def _favour(self, row: Row) -> Mapping[int, float]:
        """What is added to the logits of some tokens, seen what the model would write."""
        turn = self._turn
        assert turn is not None
        if self._terms.is_on_the_way:
            return self._terms.completion()
        asks = turn.planned.kind is Kind.QUESTION
        opener, mark = _NO_QUESTION[turn.planned.speaker]
        if not turn.tokens or turn.ended:
            last_sentence = turn.is_question and (turn.length <= 12 or turn.words >= 0.4 * turn.length)
            value = _OPENER if last_sentence else 0.0 if asks else opener
            bias = self._variety.bias(row, turn.tokens, turn.lately)
            for token in self._phrases.openers:
                bias[token] = bias.get(token, 0.0) + value
            return bias
        bias = self._variety.bias(row, turn.tokens, turn.lately)
        if not asks:
            bias[self._phrases.question] = mark
        due: list[str] = []
        if turn.length > SHORT:
            missing = self._style.hesitations * (self._words + turn.words) / 100 - self._hesitated
            if missing > 0 and turn.last not in _hesitations():
                bias.update(dict.fromkeys(self._phrases.hesitations, min(3.5, _HESITATE + 0.25 * missing)))
            if turn.words < turn.length:
                due = self._terms.due(for_patient=turn.planned.speaker is Speaker.PATIENT)
        if turn.is_near_end or due:
            likeliest = int(row.argmax())
            ends = (self._phrases.stop, self._phrases.question)
            if turn.is_near_end:
                turn.gaps = {end: float(row[likeliest] - row[end]) for end in ends}
            if not _goes_on_with_a_word(self._script.piece(likeliest)):
                if turn.is_near_end and turn.last and turn.last not in NEVER_LAST:
                    end = ends[turn.is_question]
                    if turn.gaps[end] <= turn.patience:
                        bias[end] = turn.gaps[end] + _END
                if due:
                    bias.update(self._terms.favour(due, self._urgency(turn, len(due))))
        return bias

    def _urgency(self, turn: OpenTurn, due: int) -> float:
        """How strongly terms are favoured, in nats: the more, the fewer words of the phase are left for each."""
        left = turn.length - turn.words
        for later in self._plan[len(self.planned) + 1 :]:
            if later.phase != self._phase:
                break
            if later.words > SHORT:
                left += later.words
        return float(min(6.0, max(0.0, 6.0 - max(0, left) / due / 8)))

    # -- the end of a turn

    def _close(self, turn: OpenTurn, rewind: int) -> None:
        """Close the turn, or write it anew where it came out wrong; ``rewind`` tokens of it are no part of its text."""
        badness = 0.0 if turn.branch is not None else self._badness(turn)
        if not badness:
            self._accept(turn, rewind)
            return
        self._attempts.append((badness, turn))
        back = len(turn.tokens) + rewind + 1  # of the label its last token alone is read again
        if len(self._attempts) <= (_TRIES_AT_SHORT if turn.length <= _FEW else _TRIES):
            self.taken_back += 1
            self._open(turn.planned)
            self._queue.append(Feed(self._prompted[-1:], back))
            return
        _, best = min(self._attempts, key=lambda attempt: attempt[0])
        if best is not turn:
            self._queue.append(Feed((self._prompted[-1], *best.tokens), back))
            rewind = 0
        self._accept(best, rewind)

    def _badness(self, turn: OpenTurn) -> float:
        """How wrong a turn is, 0 where nothing is."""
        words = split_words(turn.text)
        text = " ".join(turn.text.split())
        wrong = 10.0 * len(faults_of(text, self._said))
        if not words or self._script.foreign_label.search(text):
            wrong += 100.0
        if turn.planned.speaker is Speaker.PATIENT and self._terms.unknown_in(words):
            wrong += 50.0
        if turn.planned.kind is not Kind.BACKCHANNEL and tuple(words) in _backchannels():
            wrong += 0.3
        if turn.is_question and turn.length <= SHORT:
            wrong += 3.0
        if turn.length <= _FEW:  # a longer one has waited for a likely end
            wrong += max(0.0, turn.end_gap - _FORCED + 0.5 * (turn.end_gap > _FORCED))
        return wrong

    def _accept(self, turn: OpenTurn, rewind: int) -> None:
        text = " ".join(turn.text.split())
        words = split_words(text)
        now = self._keep_promise(turn.planned, "?" in text)
        self.turns.append(Turn(now.speaker, text))
        self.planned.append(now)
        self.forced += turn.end_gap > _FORCED
        self._words += len(words)
        self._owed += now.words
        self._hesitated += sum(word in _hesitations() for word in words)
        self._terms.close_turn(words)
        self._variety.close_turn(turn.tokens, words)
        self._said |= trigrams(words)
        self._runs |= turn.runs
        if rewind:
            self._queue.append(Feed((), rewind))
        self._begin_turn()

    def _keep_promise(self, now: PlannedTurn, asks: bool) -> PlannedTurn:
        """Where a turn asks that should not, or the other way round, trade places with a later turn of the plan."""
        if asks == (now.kind is Kind.QUESTION):
            return now
        for k in range(len(self.planned) + 1, len(self._plan)):
            later = self._plan[k]
            if later.speaker is now.speaker and (later.kind is Kind.QUESTION) is asks and later.words >= 3:
                own, other = (Kind.QUESTION, Kind.STATEMENT) if asks else (Kind.STATEMENT, Kind.QUESTION)
                self._plan[k] = _of_kind(later, other)
                return _of_kind(now, own)
        return now

    def _stop(self, turn: OpenTurn) -> Done:
        """End where the cache is full; of the open turn whole sentences stay."""
        ends = [match.end() for match in re.finditer(r"[.!?…](?=\s|$)", turn.text)]
        if ends:
            self.turns.append(Turn(turn.planned.speaker, " ".join(turn.text[: ends[-1]].split())))
            self.planned.append(turn.planned)
        return Done("context")


def _of_kind(turn: PlannedTurn, kind: Kind) -> PlannedTurn:
    return PlannedTurn(turn.speaker, turn.words, kind, turn.phase)


def _goes_on_with_a_word(piece: bytes) -> bool:
    return piece[:1].isalpha() or piece[:1] in (b"'", b"-") or piece[:1] >= b"\x80"


@cache
def _backchannels() -> frozenset[tuple[str, ...]]:
    return frozenset(words for words, _ in bundled_lexicon("backchannels").forms)


@cache
def _hesitations() -> frozenset[str]:
    return frozenset(words[0] for words, _ in bundled_lexicon("hesitations").forms)
