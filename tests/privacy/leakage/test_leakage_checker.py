"""The check of a dialogue against references: figures by their definitions in plain Python, and what is found."""

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthdial._core.words import split_words
from synthdial.dialogue import Dialogue, Speaker, Turn
from synthdial.metrics.lexicons import bundled_lexicon
from synthdial.privacy.leakage import Finding, LeakageChecker, LeakageReport, Original, ReferenceText, Thresholds
from synthdial.prompt import bundled_references

pytestmark = pytest.mark.slow

NOTHING_ALLOWED = Thresholds(longest_run=0, rare_five_grams=0, identifiers=0, similarity=0.0)
ALL_ALLOWED = Thresholds(longest_run=10**6, rare_five_grams=10**6, identifiers=10**6, similarity=1.0)


def talk(*texts: str) -> Dialogue:
    return Dialogue("talk", tuple(Turn((Speaker.DOCTOR, Speaker.PATIENT)[i % 2], text) for i, text in enumerate(texts)))


REFERENCE = talk(
    "Hoe gaat het met u?",
    "Nou, toen stond de buurman met zijn kruiwagen vol pompoenen bij ons op de stoep, uh, en hij wou ruilen.",
    "Ja, dat snap ik. En de nieren?",
    "Die kleppen van de garage zijn lichtblauw geschilderd door mijn jongste neef.",
)


def checked(*texts: str, identifiers: Sequence[Original] = (), thresholds: Thresholds | None = None) -> LeakageReport:
    reference = ReferenceText("pompoenen", REFERENCE, tuple(identifiers))
    return LeakageChecker([reference], thresholds).check(talk(*texts))


HESITATIONS, FUNCTION_WORDS, PHRASES, BACKCHANNELS = (
    [form for form, _ in bundled_lexicon(name).forms]
    for name in ("hesitations", "function_words", "spoken_phrases", "backchannels")
)


class Plain:
    """A conversation as its definitions read."""

    def __init__(self, dialogue: Dialogue) -> None:
        self.words: list[str] = []
        self.common: list[bool] = []
        for turn in dialogue.turns:
            words = [word for word in split_words(turn.text) if (word,) not in HESITATIONS]
            said, listening = self.inside(words, PHRASES), self.inside(words, BACKCHANNELS)
            self.words += words
            self.common += [True] * len(words) if all(listening) else said

    @staticmethod
    def inside(words: list[str], phrases: list[tuple[str, ...]]) -> list[bool]:
        inside = [False] * len(words)
        for phrase in phrases:
            for k in range(len(words) - len(phrase) + 1):
                if tuple(words[k : k + len(phrase)]) == phrase:
                    inside[k : k + len(phrase)] = [True] * len(phrase)
        return inside

    def grams(self, size: int) -> list[tuple[tuple[str, ...], int]]:
        return [(tuple(self.words[k : k + size]), k) for k in range(len(self.words) - size + 1)]

    def rare(self) -> set[tuple[str, ...]]:
        return {
            gram
            for gram, k in self.grams(5)
            if sum((word,) not in FUNCTION_WORDS for word in gram) >= 2 and not all(self.common[k : k + 5])
        }

    def shingles(self) -> set[tuple[str, ...]]:
        return {gram for gram, k in self.grams(3) if not all(self.common[k : k + 3])}

    def longest_run(self, other: "Plain") -> int:
        best = 0
        for size in range(1, len(self.words) + 1):
            there = {gram for gram, _ in other.grams(size)}
            scores = [self.common[k : k + size].count(False) for gram, k in self.grams(size) if gram in there]
            best = max(best, *scores, 0)
        return best


spoken = st.sampled_from(
    [
        *("hoe", "gaat", "het", "met", "u", "dat", "is", "goed", "om", "te", "horen", "ja", "hm-hm", "nee", "uh", "en"),
        *("pompoen", "kruiwagen", "nier", "buurman", "schuur", "de"),
    ]
)
turns = st.lists(st.lists(spoken, max_size=12).map(" ".join), max_size=6)


@settings(max_examples=120)
@given(turns, turns, st.integers(0, 20))
def test_the_figures_are_what_their_definitions_say(own: list[str], others: list[str], copied: int) -> None:
    words = " ".join(others).split()
    dialogue, reference = talk(*own, " ".join(words[copied : copied + 9])), talk(*others)
    report = LeakageChecker([ReferenceText("a", reference)], ALL_ALLOWED).check(dialogue)
    here, there = Plain(dialogue), Plain(reference)
    [figures] = report.references
    assert figures.longest_run == here.longest_run(there)
    rare = here.rare()
    shared = {gram for gram in rare if gram in {other for other, _ in there.grams(5)}}
    assert figures.rare_five_grams == len(shared)
    assert figures.rare_share == pytest.approx(len(shared) / len(rare) if rare else 0.0)
    both = here.shingles() & {gram for gram, _ in there.grams(3)}
    smaller = max(50, min(len(here.shingles()), len(there.shingles())))
    assert figures.similarity == pytest.approx(len(both) / smaller)


@settings(max_examples=100)
@given(turns, turns)
def test_every_finding_shows_the_same_words_in_both_places(own: list[str], others: list[str]) -> None:
    dialogue, reference = talk(*own), talk(*others)
    report = LeakageChecker([ReferenceText("a", reference)], NOTHING_ALLOWED).check(dialogue)
    assert report.passed == (report.longest_run == 0 and report.rare_five_grams == 0 and report.similarity == 0)
    for found in report.findings:
        assert found.measure > found.limit
        here, there = Plain(talk(found.text)).words, Plain(talk(found.reference_text)).words
        assert here == there != []
        texts = [turn.text for turn in dialogue.turns]
        assert texts[found.turn][found.start :].startswith(found.text.split("\n")[0])
        assert texts[found.last_turn][: found.end].endswith(found.text.split("\n")[-1])
        assert found.reference_text.split("\n")[0] in reference.turns[found.reference_turn].text


class TestRuns:
    def test_a_copied_sentence_is_shown_beside_its_source(self) -> None:
        report = checked("Goedemiddag.", "Ja toen stond de buurman met zijn KRUIWAGEN, vol pompoenen: bij ons!")
        found = report.findings[0]
        assert not report.passed
        assert (found.kind, found.measure, found.limit) == ("longest_run", 11, 7)
        assert found.text == "toen stond de buurman met zijn KRUIWAGEN, vol pompoenen: bij ons"
        assert found.reference_text == "toen stond de buurman met zijn kruiwagen vol pompoenen bij ons"
        assert (found.turn, found.start, found.last_turn, found.end) == (1, 3, 1, 67)
        assert (found.reference, found.reference_turn) == ("pompoenen", 1)

    def test_hesitations_put_in_or_left_out_do_not_hide_it(self) -> None:
        report = checked("Hij stond vol pompoenen, eh, bij ons op de, uhm, stoep en hij wou ruilen.")
        assert report.findings[0].text == "vol pompoenen, eh, bij ons op de, uhm, stoep en hij wou ruilen"
        assert report.longest_run == 11

    def test_a_run_may_cross_turns(self) -> None:
        report = checked("Dat snap ik wel.", "En de nieren die kleppen van de garage", "zijn lichtblauw")
        assert report.findings[0].text == "En de nieren die kleppen van de garage\nzijn lichtblauw"
        assert report.findings[0].reference_text.startswith("En de nieren?\nDie kleppen")

    def test_what_everybody_says_does_not_count(self) -> None:
        report = checked("Hoe gaat het met u?", "Ja, dat snap ik.", thresholds=NOTHING_ALLOWED)
        assert report.passed and report.longest_run == 0

    def test_seven_words_pass_and_eight_do_not(self) -> None:
        assert checked("de buurman met zijn kruiwagen vol pompoenen").longest_run == 7
        assert checked("de buurman met zijn kruiwagen vol pompoenen").passed
        assert not checked("de buurman met zijn kruiwagen vol pompoenen bij").passed

    def test_each_reference_is_compared(self) -> None:
        other = talk("Wij hadden drie ezels in de schuur naast het verlaten station.")
        checker = LeakageChecker([ReferenceText("een", REFERENCE), ReferenceText("twee", other)])
        report = checker.check(talk("Drie ezels in de schuur naast het verlaten station, zei ze."))
        assert [figures.longest_run for figures in report.references] == [1, 9]
        assert {found.reference for found in report.findings} == {"twee"}
        assert report.nearest == "twee"

    def test_no_run_crosses_from_one_reference_to_another(self) -> None:
        first, second = talk("de buurman met zijn kruiwagen"), talk("vol pompoenen bij ons op de stoep")
        checker = LeakageChecker([ReferenceText("een", first), ReferenceText("twee", second)])
        assert checker.check(talk("de buurman met zijn kruiwagen vol pompoenen bij ons op de stoep")).longest_run == 7


class TestPieces:
    def test_many_short_copies_are_rare_five_grams(self) -> None:
        report = checked(
            "Wel, de buurman met zijn kruiwagen kwam langs, en iets vol pompoenen bij ons thuis.",
            "Die kleppen van de garage moeten weg, want lichtblauw geschilderd door mijn jongste is niks.",
            "Een kruiwagen vol pompoenen bij oma.",
        )
        assert report.longest_run == 5
        assert report.rare_five_grams == 3
        assert "rare_five_grams" not in {finding.kind for finding in report.findings}
        strict = checked(
            "Wel, de buurman met zijn kruiwagen kwam langs, en iets vol pompoenen bij ons thuis.",
            "Die kleppen van de garage moeten weg, want lichtblauw geschilderd door mijn jongste is niks.",
            thresholds=Thresholds(rare_five_grams=2),
        )
        assert [finding.text for finding in strict.findings if finding.kind == "rare_five_grams"] == [
            "de buurman met zijn kruiwagen",
            "Die kleppen van de garage",
            "lichtblauw geschilderd door mijn jongste",
        ]

    def test_a_near_duplicate_with_every_fifth_word_changed(self) -> None:
        reference = bundled_references()[0].dialogue
        count = 0

        def changed(text: str) -> str:
            nonlocal count
            words = []
            for word in text.split():
                count += 1
                words.append("anders" if count % 5 == 0 else word)
            return " ".join(words)

        copy = Dialogue("copy", tuple(replace(turn, text=changed(turn.text)) for turn in reference.turns))
        report = LeakageChecker([ReferenceText("bron", reference)]).check(copy)
        assert "similarity" in {finding.kind for finding in report.findings}
        assert 0.25 < report.similarity < 0.6 and report.nearest == "bron"

    def test_a_reference_resembles_itself_wholly(self) -> None:
        reference = bundled_references()[0].dialogue
        report = LeakageChecker([ReferenceText("bron", reference)]).check(reference)
        assert report.similarity == 1.0
        assert report.references[0].rare_share == 1.0
        assert {finding.kind for finding in report.findings} == {"longest_run", "rare_five_grams", "similarity"}


class TestIdentifiers:
    IDENTIFIERS = (Original("Janneke Hoogendoorn"), Original("12 maart 1958", "date"), Original("06-12345678", "phone"))

    def test_what_stood_in_the_original_is_found_and_no_original_is_shown(self) -> None:
        report = checked(
            "Mevrouw hogendoorn, geboren op twaalf maart achtenvijftig?",
            "Ja, bel maar nul zes twaalf, vierendertig zesenvijftig achtenzeventig.",
            identifiers=self.IDENTIFIERS,
        )
        assert [(found.text, found.identifier) for found in report.findings] == [
            ("hogendoorn", "name"),
            ("twaalf maart achtenvijftig", "date"),
            ("zes twaalf, vierendertig zesenvijftig achtenzeventig", "phone"),
        ]
        assert report.identifiers == 3 and all(found.measure == 3 for found in report.findings)
        assert all(found.reference_text == "" and found.reference_turn == -1 for found in report.findings)
        assert "Hoogendoorn" not in json.dumps(report.as_dict())

    def test_identifiers_are_not_printed(self) -> None:
        reference = ReferenceText("a", REFERENCE, self.IDENTIFIERS)
        assert "Hoogendoorn" not in repr(reference) + repr(self.IDENTIFIERS) + repr(LeakageChecker([reference]))

    def test_as_many_as_are_allowed_pass(self) -> None:
        report = checked("Dag Janneke.", identifiers=self.IDENTIFIERS, thresholds=Thresholds(identifiers=1))
        assert report.passed and report.identifiers == 1


def test_bundled_conversations_pass_against_all_others() -> None:
    transcripts = bundled_references()
    for own in transcripts:
        others = [ReferenceText(other.dialogue.id, other.dialogue) for other in transcripts if other is not own]
        report = LeakageChecker(others).check(own.dialogue)
        assert report.passed, report.findings


def test_a_report_survives_json() -> None:
    report = checked("Ja toen stond de buurman met zijn kruiwagen vol pompoenen.", "Jan", identifiers=[Original("Jan")])
    assert len(report.findings) > 1
    stored = json.loads(json.dumps(report.as_dict()))
    assert LeakageReport.from_dict(stored) == report
    assert Finding.from_dict({**stored["findings"][0], "of a later version": 1}) == report.findings[0]
    assert stored["passed"] is False and stored["nearest"] == "pompoenen"


@pytest.mark.parametrize(
    "texts", [(), ("",), ("\ud800 \udfff", "..."), ("x" * 1_000_000,), ("\ud800a" * 1000,), ("ja " * 20_000,)]
)
def test_odd_dialogues_and_references_do_no_harm(texts: tuple[str, ...]) -> None:
    assert checked(*texts, identifiers=[Original("Jan")]).passed
    assert LeakageChecker([]).check(talk(*texts)).passed
    itself = LeakageChecker([ReferenceText("a", talk(*texts))], NOTHING_ALLOWED)
    assert itself.check(REFERENCE).passed
    json.dumps(itself.check(talk(*texts)).as_dict())
