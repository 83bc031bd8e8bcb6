"""Reading a transcript: labels, encodings, and that no line is lost silently."""

import codecs
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthdial.dialogue import Speaker, Turn
from synthdial.errors import SynthdialError
from synthdial.transcripts import Labels, known_labels, read_transcript, read_transcripts
from synthdial.transcripts.text import parse

ARTS, PATIENT = Speaker.DOCTOR, Speaker.PATIENT
SPOKEN = "Arts: Hoe gaat het, mevrouw?\nPatiënt: ’t Gaat wel, één keer was ik moe.\n"
TURNS = (Turn(ARTS, "Hoe gaat het, mevrouw?"), Turn(PATIENT, "’t Gaat wel, één keer was ik moe."))
LABELS = Labels({"Arts": ARTS, "A": ARTS, "Patiënt": PATIENT})


def written(folder: Path, content: str | bytes, name: str = "gesprek.txt") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


class TestLabels:
    @pytest.mark.parametrize(
        ("label", "speaker"),
        [
            ("Arts", ARTS),
            ("ARTS", ARTS),
            ("arts 2", ARTS),
            ("A", ARTS),
            ("Dr", ARTS),
            ("Verpleegkundig specialist", ARTS),
            ("verpleegkundig  specialist 1", ARTS),
            ("P", PATIENT),
            ("Pt", PATIENT),
            ("Patient", PATIENT),
            ("patiënt3", PATIENT),
            ("Dochter", PATIENT),
            ("Buurman", None),
            ("12", None),
            ("", None),
        ],
    )
    def test_a_label_stands_for_a_role(self, label: str, speaker: Speaker | None) -> None:
        assert known_labels().role(label) is speaker

    @pytest.mark.parametrize(
        "text", ["Goed. Patiënt: ja", "patiënt :", "(Arts: ja)", "Ja. A: ja", "ARTS 2: zo", "P:", "Arts  :"]
    )
    def test_a_label_is_found_inside_a_text(self, text: str) -> None:
        assert known_labels().inside_text().search(text)

    @pytest.mark.parametrize("text", ["Ja. Dr: goed", "Ja. Pt: goed"])
    def test_a_label_of_two_letters_is_found_as_it_is_usually_written(self, text: str) -> None:
        assert known_labels().inside_text().search(text)

    @pytest.mark.parametrize("text", ["om 10:30", "de arts zei: ja", "opa: ja", "vla: lekker", "Hb: 7", "Arts, ja"])
    def test_ordinary_words_are_no_label(self, text: str) -> None:
        assert not known_labels().inside_text().search(text)


class TestLines:
    def test_utterances_in_the_order_they_were_spoken(self, tmp_path: Path) -> None:
        read = read_transcript(written(tmp_path, SPOKEN))
        assert read.dialogue.turns == TURNS
        assert read.dialogue.id == "gesprek"
        assert not read.problems

    def test_two_utterances_of_one_speaker_stay_two(self, tmp_path: Path) -> None:
        read = read_transcript(written(tmp_path, "Arts: Zo.\nArts: Vertel eens.\n"))
        assert read.dialogue.turns == (Turn(ARTS, "Zo."), Turn(ARTS, "Vertel eens."))

    def test_spaces_around_label_and_words_do_not_matter(self, tmp_path: Path) -> None:
        read = read_transcript(written(tmp_path, "  Arts :   Hoe \t gaat het?  \r\n\r\nPatiënt:\u00a0Goed.\r\n"))
        assert read.dialogue.turns == (Turn(ARTS, "Hoe gaat het?"), Turn(PATIENT, "Goed."))

    def test_a_line_without_label_goes_on_with_the_one_before(self, tmp_path: Path) -> None:
        read = read_transcript(written(tmp_path, "Arts: Hoe gaat\n   het met u?\n\nPatiënt: Goed.\n"))
        assert read.dialogue.turns == (Turn(ARTS, "Hoe gaat het met u?"), Turn(PATIENT, "Goed."))

    def test_a_time_or_a_colon_in_the_words_is_no_label(self, tmp_path: Path) -> None:
        read = read_transcript(written(tmp_path, "Arts: Om\n10:30 of zo, en dan dit: de uitslag.\n"))
        assert read.dialogue.turns == (Turn(ARTS, "Om 10:30 of zo, en dan dit: de uitslag."),)

    def test_the_head_holds_the_facts(self, tmp_path: Path) -> None:
        head = "# Titel: Het lijstje\n#Feiten: een\n# FEITEN: twee: drie\n# zomaar\n"
        read = read_transcript(written(tmp_path, head + SPOKEN))
        assert read.title == "Het lijstje"
        assert read.head["feiten"] == "een\ntwee: drie"
        assert "zomaar" in read.head

    def test_an_unknown_label_is_reported_with_its_line_and_what_follows_it(self, tmp_path: Path) -> None:
        text = "Arts: Zo.\n\nBuurvrouw: Dag!\nIk kom even kijken.\nPatiënt: Ja.\n"
        read = read_transcript(written(tmp_path, text))
        assert read.dialogue.turns == (Turn(ARTS, "Zo."), Turn(PATIENT, "Ja."))
        assert [problem.line for problem in read.problems] == [3, 4]
        assert "'Buurvrouw' is not known" in read.problems[0].reason
        assert "[labels]" in read.problems[0].reason

    def test_a_label_nearly_right_is_answered_with_the_right_one(self, tmp_path: Path) -> None:
        read = read_transcript(written(tmp_path, SPOKEN + "Patiennt: Ja.\n"))
        assert "Did you mean 'Patiënt'?" in read.problems[0].reason

    def test_a_first_line_without_label_is_reported(self, tmp_path: Path) -> None:
        read = read_transcript(written(tmp_path, "er wordt geklopt\n" + SPOKEN))
        assert [(problem.line, problem.text) for problem in read.problems] == [(1, "er wordt geklopt")]
        assert "nobody is named" in read.problems[0].reason
        assert read.dialogue.turns == TURNS

    def test_a_label_with_nothing_after_it_is_reported(self, tmp_path: Path) -> None:
        read = read_transcript(written(tmp_path, SPOKEN + "Arts:\n"))
        assert [(problem.line, problem.reason) for problem in read.problems] == [
            (3, "there is nothing after the label")
        ]

    def test_nothing_said_is_a_message_that_names_the_first_problem(self, tmp_path: Path) -> None:
        path = written(tmp_path, "\nBuurvrouw: Dag!\n")
        with pytest.raises(SynthdialError, match=r"holds no utterance. Line 2: the speaker 'Buurvrouw' is not known"):
            read_transcript(path)

    @pytest.mark.parametrize("content", ["", "\n \n", "# Titel: leeg\n"])
    def test_an_empty_file_is_a_message(self, tmp_path: Path, content: str) -> None:
        with pytest.raises(SynthdialError, match="holds no utterance"):
            read_transcript(written(tmp_path, content))

    lines = st.one_of(
        st.sampled_from(
            ["Arts: ja", "A: uh", "Patiënt : nee", "Arts:", "Buurman: hé", "[A]: zo", "Arts 2: zo", "# Titel: x", "#"]
        ),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
        st.text("#: Aaë-1\t", max_size=12),
    )

    @settings(max_examples=400)
    @given(st.lists(st.tuples(lines, st.sampled_from(["\n", "\r\n", "\n\n", "\u2028"]))))
    def test_no_line_is_lost_silently(self, parts: list[tuple[str, str]]) -> None:
        text = "".join(line + end for line, end in parts)
        turns, head, problems = parse(text, LABELS)
        said = " ".join(turn.text for turn in turns)
        facts = " ".join(f"{key} {value}" for key, value in head.items())
        reported = {problem.line: problem.text for problem in problems}
        for number, line in enumerate(text.splitlines(), 1):
            if not line.strip():
                continue
            if number in reported:
                assert reported[number] == line
            elif line.startswith("#"):
                key, _, value = line.lstrip("# ").partition(":")
                assert key.strip().casefold() in head
                assert value.strip() in facts
            else:
                words = line.partition(":")[2] if " ".join(line.split()) not in said else line
                assert " ".join(words.split()) in said


class TestEncodings:
    @pytest.mark.parametrize(
        ("data", "encoding"),
        [
            (SPOKEN.encode(), "utf-8"),
            (codecs.BOM_UTF8 + SPOKEN.encode(), "utf-8-sig"),
            (SPOKEN.encode("cp1252"), "windows-1252"),
            (SPOKEN.encode("utf-16"), "utf-16"),
            (codecs.BOM_UTF16_LE + SPOKEN.encode("utf-16-le"), "utf-16"),
            (codecs.BOM_UTF16_BE + SPOKEN.encode("utf-16-be"), "utf-16"),
            (SPOKEN.encode("utf-16-le"), "utf-16-le"),
            (SPOKEN.encode("utf-16-be"), "utf-16-be"),
        ],
        ids=["utf-8", "utf-8 with mark", "windows-1252", "utf-16", "le with mark", "be with mark", "le", "be"],
    )
    def test_what_editors_write_is_read(self, tmp_path: Path, data: bytes, encoding: str) -> None:
        read = read_transcript(written(tmp_path, data))
        assert read.dialogue.turns == TURNS
        assert read.encoding == encoding

    def test_a_byte_without_meaning_in_windows_1252_stays_visible(self, tmp_path: Path) -> None:
        read = read_transcript(written(tmp_path, b"Arts: \xe9\xe9n \x81 keer\n"))
        assert read.dialogue.turns == (Turn(ARTS, "één \ufffd keer"),)

    @pytest.mark.parametrize(
        "data",
        [
            b"\x7fELF\x02\x01\x01" + bytes(64),
            b"Arts: ja\n\0\0\0",
            bytes(range(256)),
            b"PK\x03\x04" + b"\x01\x02\x03" * 50,
            b"Arts: ja\0\n",
        ],
    )
    def test_a_binary_file_is_refused(self, tmp_path: Path, data: bytes) -> None:
        with pytest.raises(SynthdialError, match="is a binary file, not a transcript"):
            read_transcript(written(tmp_path, data))

    def test_damaged_utf_16_is_a_message(self, tmp_path: Path) -> None:
        with pytest.raises(SynthdialError, match="damaged at byte"):
            read_transcript(written(tmp_path, SPOKEN.encode("utf-16")[:-1]))

    @settings(max_examples=300)
    @given(data=st.binary(max_size=80) | st.binary(max_size=40).map(lambda tail: SPOKEN.encode("utf-16-le") + tail))
    def test_any_file_is_a_transcript_or_a_message(self, tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
        path = tmp_path_factory.getbasetemp() / "any.txt"
        path.write_bytes(data)
        try:
            assert read_transcript(path, LABELS).dialogue.turns
        except SynthdialError as error:
            assert str(path) in error.message


class TestFolders:
    def test_a_folder_is_read_in_the_order_of_names(self, tmp_path: Path) -> None:
        for name in ("b.txt", "a.txt", "c.md"):
            written(tmp_path, SPOKEN, name)
        transcripts, warnings = read_transcripts([tmp_path])
        assert [transcript.dialogue.id for transcript in transcripts] == ["a", "b"]
        assert warnings == []

    def test_what_cannot_be_read_in_a_folder_is_a_warning(self, tmp_path: Path) -> None:
        written(tmp_path, SPOKEN + "Buurman: Hé.\n", "a.txt")
        written(tmp_path, b"\0\1\2", "b.txt")
        transcripts, warnings = read_transcripts([tmp_path])
        assert len(transcripts) == 1
        assert any("b.txt is a binary file" in warning for warning in warnings)
        assert any("a.txt, line 3: the speaker 'Buurman' is not known" in warning for warning in warnings)

    def test_a_folder_with_nothing_readable_is_a_message(self, tmp_path: Path) -> None:
        with pytest.raises(SynthdialError, match=r"holds no file that ends in \.txt"):
            read_transcripts([tmp_path])
        written(tmp_path, b"\0\1\2")
        with pytest.raises(SynthdialError, match=r"no transcript that can be read.*is a binary file"):
            read_transcripts([tmp_path])

    def test_a_named_file_that_cannot_be_read_is_a_message(self, tmp_path: Path) -> None:
        with pytest.raises(SynthdialError, match="cannot be read"):
            read_transcripts([tmp_path / "absent.txt"])
