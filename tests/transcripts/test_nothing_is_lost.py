"""What stands in a file is read, or named with its place: labels of every form, and what is short, late or broken."""

import io
import json
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from synthdial.dialogue import Dialogue, Speaker
from synthdial.errors import SynthdialError
from synthdial.transcripts import (
    LINES,
    READABLE,
    Labels,
    ReadOptions,
    Transcript,
    known_labels,
    read_conversations,
    read_transcripts,
)
from synthdial.transcripts.jsonl import read_line

TEXTS = ("a.txt", "a.vtt", "a.srt", "a.docx")


def document(*blocks: str) -> bytes:
    """A Word document of paragraphs and tables in its own XML."""
    written = docx.Document()
    for block in blocks:
        written.element.body.insert_element_before(parse_xml(block.replace(">", f" {nsdecls('w')}>", 1)), "w:sectPr")
    target = io.BytesIO()
    written.save(target)
    return target.getvalue()


def of_lines(name: str, lines: Iterable[str]) -> bytes:
    """A file of some lines: those of a text, cues of subtitles, or paragraphs."""
    if name.endswith(".docx"):
        return document(*(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines))
    if name.endswith(".txt"):
        return "\n".join(lines).encode()
    mark = "." if name.endswith(".vtt") else ","
    cues = [f"{k}\n00:00:{k:02}{mark}000 --> 00:00:{k:02}{mark}900\n{line}\n" for k, line in enumerate(lines, 1)]
    return "\n".join(["WEBVTT\n"] * (mark == ".") + cues).encode()


def read(folder: Path, name: str, content: str | bytes, **options: object) -> list[Transcript]:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read_conversations(path, ReadOptions(**options)))  # type: ignore[arg-type]


def spoken(transcript: Transcript) -> list[str]:
    return [f"{turn.speaker}: {turn.text}" for turn in transcript.dialogue.turns]


def places(transcript: Transcript) -> list[int]:
    return [problem.line for problem in transcript.problems]


def said_by(*roles: str, text: str = "Dag.") -> dict[str, object]:
    return {"turns": [{"speaker": role, "text": text} for role in roles]}


@pytest.mark.parametrize("name", TEXTS)
class TestLabelsInLines:
    def test_an_unknown_label_is_named_and_what_follows_is_not_somebody_elses(self, tmp_path: Path, name: str) -> None:
        lines = ["Arts: dag", "Zuster: hoi", "en nog iets", "Patiënt: ja"]
        (transcript,) = read(tmp_path, name, of_lines(name, lines))
        assert spoken(transcript) == ["Arts: dag", "Patiënt: ja"]
        first, second = transcript.problems
        assert (first.line, first.text, second.line, second.text) == (2, "Zuster: hoi", 3, "en nog iets")
        assert "'Zuster' is not known" in first.reason

    def test_words_with_a_colon_that_are_no_label_go_on_with_the_utterance(self, tmp_path: Path, name: str) -> None:
        lines = ["Arts: dit is het", "recept: twee keer", "Om 10:30 en dan dit nog: slapen", "Nou, zeg ik: ja"]
        (transcript,) = read(tmp_path, name, of_lines(name, lines))
        assert spoken(transcript) == [
            "Arts: dit is het recept: twee keer Om 10:30 en dan dit nog: slapen Nou, zeg ik: ja"
        ]
        assert transcript.problems == ()

    def test_words_after_a_label_alone_on_its_line_are_of_that_speaker(self, tmp_path: Path, name: str) -> None:
        lines = ["Arts: Dag.", "Patiënt:", "Hoi", "dokter.", "Arts:", "Zo."]
        (transcript,) = read(tmp_path, name, of_lines(name, lines))
        assert spoken(transcript) == ["Arts: Dag.", "Patiënt: Hoi dokter.", "Arts: Zo."]
        assert transcript.problems == ()

    def test_a_label_with_no_words_before_the_next_is_named(self, tmp_path: Path, name: str) -> None:
        lines = ["Arts: Dag.", "Patiënt:", "Arts: Zo.", "Zuster:", "Patiënt:"]
        (transcript,) = read(tmp_path, name, of_lines(name, lines))
        assert spoken(transcript) == ["Arts: Dag.", "Arts: Zo."]
        assert [(problem.line, problem.text) for problem in transcript.problems] == [
            (2, "Patiënt:"),
            (4, "Zuster:"),
            (5, "Patiënt:"),
        ]

    def test_square_brackets_around_a_label_do_not_matter(self, tmp_path: Path, name: str) -> None:
        lines = ["[Arts]: dag", "[SPEAKER_00]: hoi", "[ Arts 2 ] : zo", "[lacht]", "[PERSOON-1] zei: ja"]
        labels = known_labels().with_roles({"SPEAKER_00": Speaker.PATIENT})
        (transcript,) = read(tmp_path, name, of_lines(name, lines), labels=labels)
        assert spoken(transcript) == ["Arts: dag", "Patiënt: hoi", "Arts: zo [lacht] [PERSOON-1] zei: ja"]
        (transcript,) = read(tmp_path, name, of_lines(name, lines))
        assert "'SPEAKER_00' is not known" in transcript.problems[0].reason, "in the form that --label wants"

    def test_a_label_may_be_written_with_combining_marks(self, tmp_path: Path, name: str) -> None:
        lines = [unicodedata.normalize("NFD", line) for line in ("Patiënt: één", "Diëtist: zo")]
        (transcript,) = read(tmp_path, name, of_lines(name, lines))
        assert [turn.speaker for turn in transcript.dialogue.turns] == [Speaker.PATIENT, Speaker.DOCTOR]

    def test_a_message_names_both_ways_to_name_a_label_and_ends_in_one_full_stop(
        self, tmp_path: Path, name: str
    ) -> None:
        with pytest.raises(SynthdialError) as caught:
            read(tmp_path, name, of_lines(name, ["Zuster: hoi"]))
        assert "--label" in str(caught.value) and "[labels]" in str(caught.value)
        assert ".." not in caught.value.message.replace(str(tmp_path), "")


class TestLabels:
    @pytest.mark.parametrize("label", ["S1", "[S1]", "[ s1 ]"])
    @pytest.mark.parametrize("asked", ["S1", "[S1]", "[s1 ]"])
    def test_brackets_may_stand_in_the_table_or_in_the_file(self, label: str, asked: str) -> None:
        assert Labels({label: Speaker.DOCTOR}).role(asked) is Speaker.DOCTOR

    @pytest.mark.parametrize("label", ["Els de Wít", "Patiënte 2"])
    def test_an_accent_may_be_a_character_of_its_own(self, label: str) -> None:
        decomposed = unicodedata.normalize("NFD", label)
        assert Labels({label: Speaker.DOCTOR}).role(decomposed) is Speaker.DOCTOR
        assert Labels({decomposed: Speaker.DOCTOR}).role(label) is Speaker.DOCTOR


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def element(name: str, *content: str) -> str:
    return f"<w:{name}>{''.join(content)}</w:{name.split()[0]}>"


def control(*content: str, properties: str = "") -> str:
    return element("sdt", element("sdtPr", properties), element("sdtContent", *content))


class TestWord:
    CHANGE = "w:id='1' w:author='x'"

    def test_text_in_tracked_changes_and_content_controls_is_read(self, tmp_path: Path) -> None:
        paragraph = element(
            "p",
            "<w:pPr><w:tabs><w:tab w:val='left' w:pos='9'/></w:tabs></w:pPr>",
            run("Arts: Hoe "),
            element(f"ins {self.CHANGE}", run("gaat ")),
            element(f"del {self.CHANGE}", "<w:r><w:delText>ging</w:delText><w:br/></w:r>"),
            control(run("het ")),
            element(f"moveFrom {self.CHANGE}", run("weg")),
            element("smartTag w:element='x'", run("nu"), element(f"moveTo {self.CHANGE}", run("?"))),
        )
        (transcript,) = read(
            tmp_path,
            "a.docx",
            document(paragraph, control(element("p", control(element(f"ins {self.CHANGE}", run("Patiënt: Goed.")))))),
        )
        assert spoken(transcript) == ["Arts: Hoe gaat het nu?", "Patiënt: Goed."]
        assert transcript.problems == ()

    def test_rows_and_cells_in_content_controls_are_read(self, tmp_path: Path) -> None:
        who, what = (element("tc", element("p", control(run(text)))) for text in ("Arts", "Mooi."))
        table = element("tbl", control(element("tr", who, control(what))))
        (transcript,) = read(tmp_path, "a.docx", document(table, control(table)))
        assert spoken(transcript) == ["Arts: Mooi.", "Arts: Mooi."]

    def test_what_a_form_says_where_nothing_was_filled_in_is_left_out(self, tmp_path: Path) -> None:
        empty = control(element("p", run("Klik om tekst in te voeren.")), properties="<w:showingPlcHdr/>")
        (transcript,) = read(tmp_path, "a.docx", document(element("p", run("Arts: Dag.")), empty))
        assert spoken(transcript) == ["Arts: Dag."]
        assert transcript.problems == ()


class TestTables:
    def test_a_row_that_ends_too_early_is_named(self, tmp_path: Path) -> None:
        (transcript,) = read(tmp_path, "a.csv", "spreker,tekst\nArts,Dag.\nArts\nPatiënt,Hoi.\nslot\n")
        assert spoken(transcript) == ["Arts: Dag.", "Patiënt: Hoi."]
        assert [(problem.line, problem.text) for problem in transcript.problems] == [(3, "Arts"), (5, "slot")]
        assert "1 of the 2 cells" in transcript.problems[0].reason
        (transcript,) = read(tmp_path, "b.csv", "Arts,Dag.\nPatiënt,Hoi.\nslot\n")
        assert (spoken(transcript), places(transcript)) == (["Arts: Dag.", "Patiënt: Hoi."], [3]), "without a head, too"

    @pytest.mark.parametrize("lost", ["Zuster,Hoi.", "Arts,"])
    @pytest.mark.parametrize("last", [True, False])
    def test_a_conversation_that_cannot_be_read_is_named_wherever_it_stands(
        self, tmp_path: Path, lost: str, last: bool
    ) -> None:
        rows = ["c1,Arts,Dag.", f"c2,{lost}"]
        rows = rows if last else rows[::-1]
        (transcript,) = read(tmp_path, "a.csv", "\n".join(["id,spreker,tekst", *rows]))
        assert transcript.dialogue.id == "c1"
        assert set(places(transcript)) == {3 if last else 2}
        assert any(problem.text == "c2" and "conversation" in problem.reason for problem in transcript.problems)

    def test_a_table_with_nobody_known_is_a_message(self, tmp_path: Path) -> None:
        with pytest.raises(SynthdialError, match=r"At 2: the speaker 'Zuster' is not known"):
            read(tmp_path, "a.csv", "spreker,tekst\nZuster,Hoi.\n")

    def test_the_id_is_honoured_where_the_other_columns_are_found_by_content(self, tmp_path: Path) -> None:
        content = "x;gesprek;y\nArts;P1;Dag.\nPatiënt;P1;Hoi dokter.\nArts;P2;Zo.\n"
        first, second = read(tmp_path, "a.csv", content)
        assert (first.dialogue.id, second.dialogue.id) == ("P1", "P2")
        assert spoken(first) == ["Arts: Dag.", "Patiënt: Hoi dokter."]
        first, second = read(tmp_path, "b.csv", content.replace("gesprek", "z"), id_column="z")
        assert (first.dialogue.id, second.dialogue.id) == ("P1", "P2")

    def test_a_first_row_that_somebody_speaks_names_no_column(self, tmp_path: Path) -> None:
        (transcript,) = read(tmp_path, "a.csv", "Arts,consult\nPatiënt,Hoi.\nArts,Zo.\n")
        assert spoken(transcript) == ["Arts: consult", "Patiënt: Hoi.", "Arts: Zo."]

    def test_who_speaks_may_stand_in_a_column_called_id(self, tmp_path: Path) -> None:
        (transcript,) = read(tmp_path, "a.csv", "id,zin\nArts,Dag.\nPatiënt,Hoi.\n")
        assert spoken(transcript) == ["Arts: Dag.", "Patiënt: Hoi."]

    def test_an_id_that_comes_back_is_the_same_conversation(self, tmp_path: Path) -> None:
        content = "id,spreker,tekst\nc1,Arts,Een.\nc2,Arts,Twee.\nc1,Patiënt,Drie.\n,Arts,Vier.\na,Arts,Vijf.\n"
        transcripts = read(tmp_path, "a.csv", content)
        assert [transcript.dialogue.id for transcript in transcripts] == ["c1", "c2", "a"]
        assert spoken(transcripts[0]) == ["Arts: Een.", "Patiënt: Drie."]
        assert spoken(transcripts[2]) == ["Arts: Vier.", "Arts: Vijf."], "without an id, called by the file"

    def test_a_row_is_named_by_the_line_on_which_it_begins(self, tmp_path: Path) -> None:
        content = 'spreker,tekst\r\n\r\nArts,"Dag\r\nmevrouw."\r\nZuster,"Hoi\r\nallen."\r\nZoon,Dag.\r\nBode,Post.\r\n'
        (transcript,) = read(tmp_path, "a.csv", content)
        assert places(transcript) == [5, 8]


class TestJson:
    def test_lines_after_the_last_conversation_are_named(self, tmp_path: Path) -> None:
        good = json.dumps(said_by("Arts"))
        first, last = read(tmp_path, "a.jsonl", f"{good}\nkapot\n{good}\nkapot\n{{}}\n")
        assert (places(first), places(last)) == ([], [2, 4, 5])

    def test_no_more_than_one_conversation_is_held_back(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        looked_at: list[int] = []

        def counted(line: bytes, source: str, number: int, labels: Labels) -> Dialogue:
            looked_at.append(number)
            return read_line(line, source, number, labels)

        monkeypatch.setattr("synthdial.transcripts.reading.read_line", counted)
        path = tmp_path / "a.jsonl"
        path.write_text((json.dumps(said_by("Arts")) + "\n") * 9)
        conversations = read_conversations(path)
        next(conversations)
        assert looked_at == [1, 2]
        assert len(list(conversations)) == 8

    @pytest.mark.parametrize(("name", "content"), [("a.json", "[]"), ("a.json", "[[], 3]"), ("a.jsonl", "\n")])
    def test_a_file_of_no_conversation_is_a_message(self, tmp_path: Path, name: str, content: str) -> None:
        with pytest.raises(SynthdialError, match="holds no conversation") as caught:
            read(tmp_path, name, content)
        assert ".." not in caught.value.message.replace(str(tmp_path), "")
        with pytest.raises(SynthdialError, match="holds no conversation"):
            read_transcripts([tmp_path / name])

    def test_a_record_that_cannot_be_read_leaves_out_only_itself(self, tmp_path: Path) -> None:
        records = [said_by("Arts"), said_by("Zuster"), 3, said_by("Patiënt"), {"turns": []}]
        first, last = read(tmp_path, "a.json", json.dumps(records))
        assert (first.dialogue.id, last.dialogue.id) == ("a-1", "a-4")
        assert (places(first), places(last)) == ([], [2, 3, 5])
        assert "'Zuster' is not known" in last.problems[0].reason and "Zuster" in last.problems[0].text

    def test_a_label_that_the_user_gave_a_chat_role_counts(self, tmp_path: Path) -> None:
        messages = [{"role": role, "content": role} for role in ("system", "assistant", "User", "system")]
        content = json.dumps({"messages": messages})
        (transcript,) = read(tmp_path, "a.jsonl", content)
        assert spoken(transcript) == ["Arts: assistant", "Patiënt: User"]
        labels = known_labels().with_roles({"Assistant": Speaker.PATIENT, "user": Speaker.DOCTOR})
        (transcript,) = read(tmp_path, "a.jsonl", content, labels=labels)
        assert spoken(transcript) == ["Patiënt: assistant", "Arts: User"]

    @pytest.mark.parametrize("role", ["assistant", "user", "system", "developer", "tool", "function"])
    def test_no_bundled_label_is_a_role_of_chats(self, role: str) -> None:
        assert known_labels().role(role) is None

    def test_who_says_nothing_has_no_turn_and_need_not_be_known(self, tmp_path: Path) -> None:
        turns = [("Arts", "Dag."), ("Patiënt", ""), ("Zuster", " \n"), ("Arts", "\t"), ("Patiënt", "Ja.")]
        record = {"turns": [{"speaker": speaker, "text": text} for speaker, text in turns]}
        (transcript,) = read(tmp_path, "a.jsonl", json.dumps(record))
        assert spoken(transcript) == ["Arts: Dag.", "Patiënt: Ja."]
        with pytest.raises(SynthdialError, match="it holds no utterance"):
            read(tmp_path, "a.jsonl", json.dumps(said_by("Arts", "Patiënt", text=" ")))

    def test_a_comma_in_the_name_of_a_file_stays_in_its_source(self, tmp_path: Path) -> None:
        (transcript,) = read(tmp_path, "a, b.jsonl", json.dumps(said_by("Arts")))
        assert transcript.dialogue.provenance == {"source": "a, b.jsonl"}


class TestMessages:
    def test_an_article_fits_its_word(self, tmp_path: Path) -> None:
        with pytest.raises(SynthdialError, match="is not an SRT file"):
            read(tmp_path, "a.srt", "zomaar wat\n")

    @pytest.mark.parametrize("name", ["a.txt", "a.vtt", "a.csv", "a.json", "a.TextGrid"])
    def test_a_binary_file_is_not_told_to_have_labels_on_its_lines(self, tmp_path: Path, name: str) -> None:
        with pytest.raises(SynthdialError, match="is a binary file") as caught:
            read(tmp_path, name, b"\0\1\2")
        assert "label" not in str(caught.value) and "Save it as text" in str(caught.value)

    def test_a_folder_of_other_files_names_every_ending(self, tmp_path: Path) -> None:
        (tmp_path / "a.pdf").touch()
        with pytest.raises(SynthdialError) as caught:
            read_transcripts([tmp_path])
        assert all(ending in str(caught.value) for ending in (*READABLE, *LINES))

    def test_a_folder_does_not_blame_the_files_of_another(self, tmp_path: Path) -> None:
        for name in ("a", "b"):
            (tmp_path / name).mkdir()
        (tmp_path / "a" / "1.txt").write_bytes(b"\0\1\2")
        (tmp_path / "a" / "2.txt").write_text("Arts: Dag.\n")
        with pytest.raises(SynthdialError, match=r"ends in \.txt"):
            read_transcripts([tmp_path / "a", tmp_path / "b"])
