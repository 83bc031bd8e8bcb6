"""The plain director, driven by a scripted model.

A toy vocabulary gives each token a piece of text in bytes. The context of the model is a list of tokens: what the
director feeds is appended, what it rewinds is cut off, what it takes of the model is appended. So what a user sees
(the turns) can be held against what the model sees (the context).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthdial.dialogue import Dialogue, Speaker, Turn
from synthdial.engine.director import Done, Feed, PlainDirector, Sample, Script
from synthdial.transcripts import known_labels

ARTS, PATIENT = Speaker.DOCTOR, Speaker.PATIENT
END = "<end>"


class Vocabulary:
    """Tokens by number, made as they are needed; token 0 ends a generation and has no text."""

    def __init__(self) -> None:
        self.pieces = [b""]

    def tokens(self, pieces: Iterable[str | bytes]) -> list[int]:
        numbers = []
        for piece in pieces:
            data = piece.encode() if isinstance(piece, str) else piece
            if piece != END and data not in self.pieces:
                self.pieces.append(data)
            numbers.append(0 if piece == END else self.pieces.index(data))
        return numbers

    def script(self, *, blank_line_tokens: bool) -> Script:
        parts = {ARTS: ["Ar", "ts", ":"], PATIENT: ["Pati", "ë", "nt", ":"]}
        return Script(
            opening={speaker: self.tokens(label) for speaker, label in parts.items()},
            labels={speaker: self.tokens(["\n", *label]) for speaker, label in parts.items()},
            open_with=self.tokens,
            continue_with=self.tokens,
            piece=self.pieces.__getitem__,
            is_end=lambda token: token == 0,
            blank_line_tokens=blank_line_tokens,
            foreign_label=known_labels().inside_text(),
        )


@dataclass
class Played:
    """What came of a dialogue."""

    turns: list[Turn]
    reason: str | None  # None where the scripted tokens were used up
    context: str = ""
    refused: list[str] = field(default_factory=list)
    cut_at_the_end: bool = False  # the director closed the last turn itself when it was done
    longest_context: int = 0

    @property
    def texts(self) -> list[str]:
        return [turn.text for turn in self.turns]


def single_spaced(text: str) -> str:
    """A transcript whose words and labels are one space apart, as in the text of turns."""
    return "\n".join(" ".join(line.replace(":", ": ", 1).split()) for line in text.split("\n"))


def play(
    pieces: Iterable[str | bytes],
    *,
    min_turns: int = 2,
    max_words: int = 1000,
    max_tokens: int = 1000,
    blank_line_tokens: bool = True,
) -> Played:
    vocabulary = Vocabulary()
    tokens = iter(vocabulary.tokens(pieces))
    script = vocabulary.script(blank_line_tokens=blank_line_tokens)
    director = PlainDirector(script, min_turns=min_turns, max_words=max_words, max_tokens=max_tokens)
    context: list[int] = []
    played = Played(director.turns, None)
    speaker = ARTS
    before_take = before_next = 0  # turns
    while True:
        before_next = len(director.turns)
        step = director.next()
        if isinstance(step, Done):
            played.reason = step.reason
            before = {"max_words": before_take, "context": before_next}.get(step.reason, len(director.turns))
            played.cut_at_the_end = len(director.turns) > before
            break
        if isinstance(step, Feed):
            assert step.rewind <= len(context)
            del context[len(context) - step.rewind :]
            context.extend(step.tokens)
            seen = b"".join(vocabulary.pieces[token] for token in context).decode(errors="ignore")
            expected = Dialogue("", tuple(director.turns)).as_text() + f"{speaker}:"
            assert single_spaced(seen) == single_spaced(expected)
            speaker = speaker.other
            continue
        assert isinstance(step, Sample)
        played.longest_context = max(played.longest_context, len(context))
        before_take = len(director.turns)
        for token in tokens:
            if director.take(token):
                context.append(token)
                break
            played.refused.append(vocabulary.pieces[token].decode(errors="replace"))
        else:
            break
    played.context = b"".join(vocabulary.pieces[token] for token in context).decode(errors="replace")
    return played


class TestTurns:
    def test_speakers_alternate_and_labels_are_fed(self) -> None:
        played = play([" Hoe", " gaat", " het", "?", "\n", " Goed", ".", "\n", " Mooi", ".", "\n"])
        assert played.turns == [Turn(ARTS, "Hoe gaat het?"), Turn(PATIENT, "Goed."), Turn(ARTS, "Mooi.")]
        assert played.context == "Arts: Hoe gaat het?\nPatiënt: Goed.\nArts: Mooi.\nPatiënt:"

    def test_the_line_break_of_the_model_is_taken_back(self) -> None:
        played = play([" Goed", ".", "\n"])
        assert played.context == "Arts: Goed.\nPatiënt:"

    @pytest.mark.parametrize("piece", [".\n", "!\n", ". \n", ".\n\n"])
    def test_a_token_that_ends_sentence_and_line_keeps_its_sign_in_the_context(self, piece: str) -> None:
        played = play([" Goed", piece, " Ja"], min_turns=8)
        sign = piece[0]
        assert played.texts == [f"Goed{sign}"]
        assert single_spaced(played.context) == f"Arts: Goed{sign}\nPatiënt: Ja"

    @pytest.mark.parametrize("piece", ["\n", "\n\n", END, " \n"])
    def test_an_empty_turn_is_refused(self, piece: str) -> None:
        played = play([piece, piece, " Zo", piece], min_turns=8)
        assert len(played.refused) == 2
        assert played.texts == ["Zo"]

    @pytest.mark.parametrize("marks", ["...", " -", " …", "?"])
    def test_a_turn_without_a_word_is_refused(self, marks: str) -> None:
        played = play([marks, "\n", " Zo", "\n"])
        assert played.refused == ["\n"]
        assert played.texts == [f"{marks} Zo".strip()]

    def test_spaces_are_put_right(self) -> None:
        assert play(["  ", "Goed", "   ", " zo", "\t", ".", " ", "\n"]).texts == ["Goed zo ."]

    def test_who_begins_can_be_chosen(self) -> None:
        vocabulary = Vocabulary()
        script = vocabulary.script(blank_line_tokens=True)
        director = PlainDirector(script, min_turns=2, max_words=99, max_tokens=99, first=PATIENT)
        assert director.next() == Feed(script.opening[PATIENT])


class TestLabelsInsideTheText:
    def test_a_label_ends_the_turn_and_is_taken_back(self) -> None:
        played = play([" Goed", ".", " ", "Pa", "tiënt", ":", " Nee", ".", "\n"])
        assert played.texts == ["Goed.", "Nee."]
        assert played.context == "Arts: Goed.\nPatiënt: Nee.\nArts:"

    @pytest.mark.parametrize(
        "label",
        [
            ["Arts", ":"],
            [" arts", " ", ":"],
            [" A", ":"],
            [" Arts", "  ", ":"],
            [" Dokter", ":"],
            [" Pat", "ië", "nt", " 2", ":"],
            [" P:"],
        ],
    )
    @pytest.mark.parametrize("blank_line_tokens", [True, False])
    def test_whatever_label_it_is(self, label: list[str], blank_line_tokens: bool) -> None:
        played = play([" Ja", "!", *label, " Nee"], blank_line_tokens=blank_line_tokens, min_turns=8)
        assert played.texts == ["Ja!"]
        assert played.context == "Arts: Ja!\nPatiënt: Nee"

    def test_a_label_with_text_after_it_in_one_token(self) -> None:
        played = play([" Ja", ".", " Arts", ": zo", " Nee", "\n"])
        assert played.texts == ["Ja.", "Nee"]
        assert played.context == "Arts: Ja.\nPatiënt: Nee\nArts:"

    def test_a_label_at_the_beginning_is_refused(self) -> None:
        played = play([" Arts", ":", " hier", "\n"])
        assert played.refused == [":"]
        assert played.texts == ["Arts hier"]

    def test_a_label_in_one_token_does_not_end_the_dialogue(self) -> None:
        # the first line break that follows belongs to what was taken back: the dialogue goes on
        played = play(
            [" Ja", "\n", " Nee", "\n", " Goed", " A:", "\n", " Zo", "\n"], blank_line_tokens=False, min_turns=3
        )
        assert played.reason is None
        assert played.texts[:3] == ["Ja", "Nee", "Goed"]

    @pytest.mark.parametrize("text", [" om 10:30", " dit: ja", " Hb: 7", " de arts, ja"])
    def test_other_colons_are_text(self, text: str) -> None:
        assert play([text, "\n"]).texts == [text.strip()]


class TestCharactersInParts:
    def test_parts_of_a_character_become_one(self) -> None:
        played = play([" één", b" pati\xc3", b"\xabnt", b" \xf0\x9f", b"\x98", b"\x80", "\n"])
        assert played.texts == ["één patiënt 😀"]

    def test_an_unfinished_character_never_reaches_the_text(self) -> None:
        played = play([b" ja\xc3", "\n", b" \xe2\x82", b" nee", "\n", b"\x80 zo", "\n"])
        assert played.texts == ["ja", "nee", "zo"]

    def test_a_part_does_not_wait_for_the_next_turn(self) -> None:
        assert play([b" ja\xc3", "\n", b"\xab nee", "\n"]).texts == ["ja", "nee"]

    def test_a_refused_token_leaves_no_trace(self) -> None:
        # the part of ë stays in the context while the colon is refused; the other part makes it whole
        played = play([b" Arts\xc3", ":", b"\xabn", "\n"])
        assert played.refused == [":"]
        assert played.texts == ["Artsën"]


class TestTheEnd:
    def test_the_model_ends_with_an_empty_line_or_its_end_token(self) -> None:
        for piece in ("\n\n", END, ".\n\n"):
            played = play([" Ja", "\n", " Nee", piece])
            assert (played.reason, len(played.turns)) == ("model", 2)

    def test_not_before_enough_turns(self) -> None:
        played = play([" Ja", "\n\n", " Nee", END, " Zo", "\n", " Dag", "\n\n"], min_turns=4)
        assert played.texts == ["Ja", "Nee", "Zo", "Dag"]
        assert played.reason == "model"

    def test_a_tokenizer_without_empty_lines_is_watched_one_token_longer(self) -> None:
        begin = [" Ja", "\n", " Nee", "\n"]
        assert play([*begin, "\n"], blank_line_tokens=False).reason == "model"
        assert play([*begin, " \n"], blank_line_tokens=False).reason == "model"
        assert play([*begin, END], blank_line_tokens=False).reason == "model"
        played = play([*begin, "Arts", " Goed", "\n", "x", " Dag", END], blank_line_tokens=False)
        assert played.texts == ["Ja", "Nee", "Goed", "Dag"]
        assert played.reason == "model"

    def test_not_watched_before_enough_turns(self) -> None:
        played = play([" Ja", "\n", " Nee", "\n", " Zo", "\n"], blank_line_tokens=False, min_turns=9)
        assert played.texts == ["Ja", "Nee", "Zo"]

    def test_too_many_words_cut_the_last_turn_to_whole_sentences(self) -> None:
        played = play([" een", " twee", "\n", " drie", ".", " vier", "!", " vijf", " zes"], max_words=4)
        assert played.texts == ["een twee", "drie. vier!"]
        assert played.reason == "max_words"

    def test_a_last_turn_without_a_whole_sentence_is_left_out(self) -> None:
        played = play([" een", ".", "\n", " twee", " drie", " vier"], max_words=3)
        assert played.texts == ["een."]
        assert played.reason == "max_words"

    def test_a_decimal_point_ends_no_sentence(self) -> None:
        played = play([" een", ".", " is", " 6", ".", "3", " en"], max_words=4)
        assert played.texts == ["een."]

    def test_a_word_and_a_line_break_in_one_token_count_too(self) -> None:
        played = play([" een", ".", " twee", " drie\n"], max_words=2)
        assert sum(turn.words for turn in played.turns) <= 2

    def test_the_context_is_not_overrun(self) -> None:
        played = play([" ja", "."] * 50, max_tokens=12)
        assert played.reason == "context"
        assert played.longest_context == 11
        assert played.texts == ["ja. ja. ja. ja."]


PIECES = [
    " ja", " nee", " één", " twee", " zo'n", "-of", "'t", " 3", " 6.5", ".", "!", "?", "…", ",", ' "', '"', " ", "  ",
    "\n", "\n\n", " \n", END, " Arts", "Pati", "ënt", " A", ":", " :", " Dokter:", b"\xc3", b"\xab", b"\xf0\x9f", "☺",
]  # fmt: skip
FUSED = [".\n", "?\n\n", " nee\n", ". Arts", "! P:", "ja. Pa", "\nArts"]


@settings(max_examples=500)
@given(
    pieces=st.lists(st.sampled_from(PIECES), max_size=120),
    min_turns=st.integers(2, 6),
    max_words=st.integers(3, 40),
    max_tokens=st.integers(4, 120),
    blank_line_tokens=st.booleans(),
)
def test_whatever_the_model_writes(
    pieces: list[str | bytes], min_turns: int, max_words: int, max_tokens: int, blank_line_tokens: bool
) -> None:
    bounds = {"min_turns": min_turns, "max_words": max_words, "max_tokens": max_tokens}
    played = play(pieces, **bounds, blank_line_tokens=blank_line_tokens)  # type: ignore[arg-type]
    check(played, min_turns, max_words, max_tokens)


@settings(max_examples=300)
@given(pieces=st.lists(st.sampled_from(PIECES[:22] + FUSED), max_size=80), max_words=st.integers(3, 40))
def test_whatever_tokens_its_vocabulary_joins(pieces: list[str | bytes], max_words: int) -> None:
    check(play(pieces, max_words=max_words), 2, max_words, 1000)


def check(played: Played, min_turns: int, max_words: int, max_tokens: int) -> None:
    label = known_labels().inside_text()
    for i, turn in enumerate(played.turns):
        assert turn.speaker is (ARTS, PATIENT)[i % 2]
        assert turn.words
        assert turn.text == " ".join(turn.text.split())
        assert "\ufffd" not in turn.text
        assert not label.search(turn.text)
    assert sum(turn.words for turn in played.turns) <= max_words
    assert played.longest_context < max_tokens
    if played.reason == "model":
        assert len(played.turns) >= min_turns
    if played.cut_at_the_end:
        assert played.turns[-1].text.rstrip("\"'”’)")[-1] in ".!?…"
