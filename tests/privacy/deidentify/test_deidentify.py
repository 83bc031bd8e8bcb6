"""Surrogates and placeholders: what stands in the place of what was found."""

import random
import re
from datetime import date
from pathlib import Path

import pytest
from spoken_sentences import FILES, sentences

from synthdial.dialogue import Dialogue, Speaker, Turn
from synthdial.privacy.deidentify import Kind, deidentify, find_identifiers, reference_digest, write_references
from synthdial.privacy.deidentify.numbers import digits_of
from synthdial.privacy.deidentify.runs import is_bsn
from synthdial.privacy.deidentify.shift import Shift
from synthdial.privacy.deidentify.words import words_of
from synthdial.transcripts import read_transcripts

pytestmark = pytest.mark.slow


def talk(*texts: str) -> Dialogue:
    return Dialogue("gesprek", tuple(Turn(Speaker.PATIENT, text) for text in texts))


def texts_of(dialogue: Dialogue) -> list[str]:
    return [turn.text for turn in dialogue.turns]


TALK = talk(
    "dag mevrouw de jong, u bent geboren op twaalf maart negentienvierenzestig?",
    "Ja, Fatima de Jong, 12-03-1964. Mijn man Karim is 64 en we wonen in de Kerkstraat 12, 3511 AB Utrecht.",
    "U belt op nul zes twaalf vierendertig zesenvijftig achtenzeventig of 06-12345678?",
    "Mijn bsn is 123456782, en de dochter van mevrouw De Jong heet Sanne. Fatima's nier komt uit Tilburg.",
)


def test_the_same_person_keeps_the_same_name() -> None:
    result = deidentify(TALK, seed=3)
    new = {finding.original: finding.replacement for finding in result.findings if finding.kind is Kind.NAME}
    assert new["Fatima de Jong"].split(maxsplit=1) == [new["Fatima"], new["Fatima de Jong"].split(maxsplit=1)[1]]
    assert new["Fatima de Jong"].lower().endswith(new["de jong"])
    assert new["De Jong"].lower() == new["de jong"]
    assert new["de jong"].islower()
    assert new["Karim"] not in new["Fatima de Jong"]


def test_nothing_that_was_found_is_left() -> None:
    for seed in range(20):
        result = deidentify(TALK, seed=seed)
        text = " ".join(texts_of(result.dialogue)).lower()
        for kind, originals in result.originals.items():
            if kind is not Kind.AGE:
                assert not [one for one in originals if re.search(rf"\b{re.escape(one)}\b", text)], kind


def test_sentences_lose_what_is_marked() -> None:
    """Of what was found in the sentences nothing is left, in either way."""
    for name, kind in FILES.items():
        for sentence in sentences("held_out", name, 60):
            dialogue = talk(sentence.text)
            for way in ("surrogates", "placeholders"):
                result = deidentify(dialogue, way=way)
                for finding in result.findings:
                    assert finding.replacement != finding.original, (kind, sentence.text)
                    stands = result.dialogue.turns[0].text[finding.start :]
                    assert stands.startswith(finding.replacement)


def test_the_same_text_and_seed_give_the_same_result() -> None:
    assert deidentify(TALK, seed=1) == deidentify(TALK, seed=1)
    assert deidentify(TALK, seed=1).dialogue != deidentify(TALK, seed=2).dialogue


def test_placeholders_are_numbered_by_person() -> None:
    result = deidentify(TALK, way="placeholders")
    texts = texts_of(result.dialogue)
    assert texts[0].startswith("dag mevrouw [naam 1], u bent geboren op [datum 1]?")
    assert "Ja, [naam 1], [datum 2]. Mijn man [naam 2] is [leeftijd 1]" in texts[1]
    assert "[naam 1]'s nier" in texts[3]


def test_dates_move_by_one_offset_and_keep_their_form() -> None:
    result = deidentify(TALK, seed=5)
    new = {finding.original: finding.replacement for finding in result.findings if finding.kind is Kind.DATE}
    written = re.fullmatch(r"(\d\d)-(\d\d)-(\d{4})", new["12-03-1964"])
    assert written
    days = (date(*map(int, written.groups()[::-1])) - date(1964, 3, 12)).days
    assert 190 <= abs(days) <= 350
    assert not any(ch.isdigit() for ch in new["twaalf maart negentienvierenzestig"])


@pytest.mark.parametrize(
    ("original", "moved"),
    [
        ("12-03-1964", "20-10-1964"),
        ("12 maart 1964", "20 oktober 1964"),
        ("twaalf maart negentienvierenzestig", "twintig oktober negentienvierenzestig"),
        ("derde van mei", "elfde van december"),
        ("de twaalfde van de derde", "de twintigste van de tiende"),
        ("20 juli '66", "27 februari '67"),
        ("31 dec. 1999", "9 aug. 2000"),
        ("1964-03-12", "1964-10-20"),
        ("7/9/58", "17/4/59"),
        ("maart 2017", "oktober 2017"),
        ("2019", "2020"),
        ("negentien vierenzestig", "negentien vijfenzestig"),
        ("tweeduizend en vier", "tweeduizend en vijf"),
        ("twaalf drie vierenzestig", "twintig tien vierenzestig"),
    ],
)
def test_forms_of_dates(original: str, moved: str) -> None:
    shift = Shift(random.Random(0))
    shift.days = 222
    assert shift.date(original) == moved


def test_a_surrogate_bsn_fails_the_check_and_an_iban_has_check_digits_of_no_account() -> None:
    for seed in range(30):
        result = deidentify(
            talk("bsn 123456782", "een twee drie vier vijf zes zeven acht twee", "NL91 ABNA 0417 1643 00"), seed=seed
        )
        written, spoken, iban = (finding.replacement for finding in result.findings)
        assert re.fullmatch(r"\d{9}", written) and not is_bsn(written)
        digits = "".join(digits_of(word.low) or "" for word in words_of(spoken))
        assert len(digits) == 9 and not is_bsn(digits)
        assert re.fullmatch(r"NL00 ABNA \d{4} \d{4} \d{2}", iban)


def test_numbers_keep_their_shape() -> None:
    result = deidentify(TALK, seed=9)
    phones = [finding.replacement for finding in result.findings if finding.kind is Kind.PHONE]
    assert phones[0].startswith("nul zes ") and not any(ch.isdigit() for ch in phones[0])
    assert re.fullmatch(r"06-\d{8}", phones[1])
    postcodes = [finding.replacement for finding in result.findings if finding.original == "3511 AB"]
    assert re.fullmatch(r"\d{4} [A-Z]{2}", postcodes[0])


def test_what_is_not_found_stays_as_it_was() -> None:
    plain = talk("Ik ben moe.", "Neem twee keer per dag 500 milligram.")
    result = deidentify(plain)
    assert result.dialogue.turns == plain.turns
    assert sum(result.counts.values()) == 0


def test_an_unknown_way_is_refused() -> None:
    with pytest.raises(ValueError, match="zwart"):
        deidentify(TALK, way="zwart")


def test_the_name_of_a_file_is_not_kept() -> None:
    named = Dialogue("mevrouw-de-jong-1964", TALK.turns, {"source": "mevrouw-de-jong-1964.txt"})
    result = deidentify(named)
    assert "jong" not in str(result.dialogue.id) + str(dict(result.dialogue.provenance))
    assert "jong" not in repr(result).lower()


def test_written_references_are_read_back_and_known_by_their_digest(tmp_path: Path) -> None:
    source = tmp_path / "de-jong.txt"
    source.write_text(TALK.as_text(), encoding="utf-8")
    result = deidentify(read_transcripts([source])[0][0].dialogue)
    (path,) = write_references([result], tmp_path / "uit")
    again = read_transcripts([path])[0][0].dialogue
    assert reference_digest(again) == result.digest
    assert "jong" not in path.name + path.read_text(encoding="utf-8").lower()
    assert path.stat().st_mode & 0o077 == 0


def test_a_second_pass_finds_no_original() -> None:
    result = deidentify(TALK, seed=4)
    again = {item.text(result.dialogue).lower() for item in find_identifiers(result.dialogue)}
    originals = {one for kind, ones in result.originals.items() if kind is not Kind.AGE for one in ones}
    assert not again & originals
