"""Every format that hospitals have, from a sample in the form that its program writes."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthdial.dialogue import Dialogue, Speaker, Turn
from synthdial.errors import SynthdialError
from synthdial.export.formats.lines import json_line
from synthdial.transcripts import READABLE, ReadOptions, Transcript, known_labels, read_conversations, read_transcripts

SAMPLES = Path(__file__).parent / "samples"


def spoken(transcript: Transcript) -> list[str]:
    return [f"{turn.speaker}: {turn.text}" for turn in transcript.dialogue.turns]


def read(path: Path, **options: str) -> list[Transcript]:
    return list(read_conversations(path, ReadOptions(**options) if options else None))  # type: ignore[arg-type]


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


EXPECTED = {
    "teams.vtt": [
        "Arts: Goedemiddag, gaat u zitten.",
        "Patiënt: Dank u. Ik kom voor de uitslagen van mijn nieren.",
        "Arts: Ja, precies. De eGFR is 43 & stabiel.",
        "Patiënt: O.",
        "Patiënt: Gelukkig maar!",
    ],
    "whisper.srt": [
        "Arts: Goedemorgen, wat kan ik voor u doen?",
        "Patiënt: Ik heb al weken pijn in mijn rug.",
        "Arts: Ach.",
        "Patiënt: Ja.",
    ],
    "praat.TextGrid": [
        "Arts: Hoe gaat het met u?",
        "Patiënt: Uh, gewoon, moe.",
        'Arts: Wat zegt u met "gewoon"?',
        "Patiënt: Niet vooruit te branden.",
    ],
    "praat-short.TextGrid": ["Arts: Zegt u het maar.", "Patiënt: Ik slaap slecht."],
    "elan.eaf": ["Arts: U heeft uitslag, lees ik?", "Patiënt: Ja, dat klopt & het jeukt.", "Arts: Laat eens zien."],
    "zonder-kop.tsv": ["Arts: Hoe lang al?", "Patiënt: Een week of drie, denk ik.", "Arts: Oké."],
    "sdialog.json": ["Arts: Gaat u zitten.", "Patiënt: Dank u."],
    "word.docx": [
        "Arts: Waar heeft u last van?",
        "Patiënt: Van mijn knie, vooral op de trap.",
        "Arts: Links of rechts?",
        "Patiënt: Rechts.",
    ],
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_is_read_utterance_by_utterance(name: str) -> None:
    (transcript,) = read(SAMPLES / name)
    assert spoken(transcript) == EXPECTED[name]
    assert transcript.dialogue.provenance == {"source": name}


def test_who_is_not_known_is_named_and_not_lost() -> None:
    (transcript,) = read(SAMPLES / "teams.vtt")
    (problem,) = transcript.problems
    assert (problem.line, problem.text) == (4, "Hij zegt dat het goed is.")
    assert "'Tolk' is not known" in problem.reason
    labels = known_labels().with_roles({"Tolk": Speaker.PATIENT})
    (transcript,) = list(read_conversations(SAMPLES / "teams.vtt", ReadOptions(labels)))
    assert transcript.problems == () and "Patiënt: Hij zegt dat het goed is." in spoken(transcript)


def test_a_table_may_hold_several_conversations() -> None:
    first, second = read(SAMPLES / "excel.csv")
    assert (first.dialogue.id, second.dialogue.id) == ("consult-1", "consult-2")
    assert spoken(first) == ["Arts: Goedemorgen; wat brengt u hier?", "Patiënt: Hoofdpijn."]
    assert spoken(second) == ["Arts: Dag mevrouw.", 'Patiënt: Dag "dokter".']
    assert [problem.line for problem in second.problems] == [5]


def test_columns_are_named_where_their_heads_say_nothing(tmp_path: Path) -> None:
    path = written(tmp_path, "t.csv", "x,y,z\n1,Arts,Dag.\n1,Patiënt,Dag dokter.\n")
    (transcript,) = read(path)
    assert spoken(transcript) == ["Arts: Dag.", "Patiënt: Dag dokter."]
    (transcript,) = read(path, speaker_column="Y", text_column="x")
    assert spoken(transcript) == ["Arts: 1", "Patiënt: 1"]
    with pytest.raises(SynthdialError, match="no column 'q'"):
        read(path, speaker_column="q", text_column="x")
    (transcript,) = read(written(tmp_path, "short.csv", "kop\n1,Arts,Dag.\n2,Patiënt,Dag.\n"))
    assert len(transcript.dialogue.turns) == 2, "the head may be shorter than the rows"
    with pytest.raises(SynthdialError, match="--speaker-column"):
        read(written(tmp_path, "u.csv", "x,y\n1,2\n3,4\n"))


def test_the_programs_own_lines_come_back_as_they_were(tmp_path: Path) -> None:
    dialogues = [
        Dialogue(f"d{k}", (Turn(Speaker.DOCTOR, "Dag."), Turn(Speaker.PATIENT, f"Nummer {k}."))) for k in range(3)
    ]
    path = written(tmp_path, "x.jsonl", "".join(map(json_line, dialogues)) + "\nkapot\n" + json_line(dialogues[0]))
    transcripts = read(path)
    assert [(t.dialogue.id, t.dialogue.turns) for t in transcripts[:3]] == [(d.id, d.turns) for d in dialogues]
    assert transcripts[3].problems[0].line == 5, "a line that cannot be read is named"


def test_half_a_character_in_json_is_marked_and_the_rest_is_read(tmp_path: Path) -> None:
    line = '{"id": "a\\ud800", "turns": [{"speaker": "Arts", "text": "Goed\\ud83d zo\\ud83d\\ude42."}]}'
    (transcript,) = read_transcripts([written(tmp_path, "x.jsonl", line)])[0]
    assert transcript.dialogue.id == "a\ufffd"
    assert [turn.text for turn in transcript.dialogue.turns] == ["Goed\ufffd zo\N{SLIGHTLY SMILING FACE}."]


def test_a_folder_is_read_whatever_it_holds() -> None:
    transcripts, warnings = read_transcripts([SAMPLES])
    assert len(transcripts) == len(EXPECTED) + 2
    assert sum("not known" in warning for warning in warnings) == 2
    assert sum("nobody is named" in warning for warning in warnings) == 1, "the heading of the Word document"


def test_a_damaged_voice_tag_is_given_up_at_once(tmp_path: Path) -> None:
    """Found by fuzzing: a pattern that tried every way to part these dots would never end."""
    damaged = f"<v{'.' * 5_000} <v {' ' * 5_000} Arts: Dag."
    path = written(tmp_path, "a.vtt", f"WEBVTT\n\n00:01.000 --> 00:02.000\n{damaged}\n<v.loud.x Arts>Goed.\n")
    (transcript,) = read(path)
    assert spoken(transcript) == ["Arts: Goed."]


def test_a_turn_may_have_any_number_of_lines(tmp_path: Path) -> None:
    (transcript,) = read(written(tmp_path, "a.txt", "Arts: begin\n" + "en verder\n" * 200_000 + "Patiënt: Ja.\n"))
    assert [turn.words for turn in transcript.dialogue.turns] == [400_001, 1]


BOMB = '<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;&b;">]><ANNOTATION_DOCUMENT>&c;</ANNOTATION_DOCUMENT>'


def docx_of_zeros() -> bytes:
    target = io.BytesIO()
    with (
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("word/document.xml", "w") as member,
    ):
        for _ in range(300):
            member.write(bytes(1 << 20))
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.vtt", "geen ondertitels", "not a VTT file"),
        ("a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n\n", "no utterance"),
        ("a.srt", "1\nzomaar wat\n", "SRT file|no utterance"),
        ("a.TextGrid", "File type = nonsense", "not a TextGrid"),
        ("a.TextGrid", b"ooBinaryFile\x08TextGrid\0\0\0", "binary|not a TextGrid"),
        ("a.eaf", "<ANNOTATION_DOCUMENT>", "not an ELAN file"),
        ("a.eaf", BOMB, "not an ELAN file"),
        ("a.eaf", '<?xml version="1.0" encoding="nonsense"?><a/>', "not an ELAN file"),
        ("a.eaf", "<a/>", "no utterance"),
        ("a.csv", "alleen een regel\n", "fewer than two columns"),
        ("a.csv", "", "fewer than two columns"),
        ("a.csv", "speaker,text\n", "no conversation|no utterance"),
        ("a.json", "{", "not JSON"),
        ("a.json", "[" * 100_000, "not JSON"),
        ("a.json", '"tekst"', "not a JSON object"),
        ("a.jsonl", "", "no conversation"),
        ("a.jsonl", '{"turns": []}', "no utterance"),
        ("a.docx", "geen zip", "not a Word document"),
        ("a.docx", docx_of_zeros(), "more than 256 MiB"),
        ("a.txt", json.dumps({"turns": [{"speaker": "Arts", "text": "x"}]}), "no utterance"),
    ],
)
def test_what_cannot_be_read_is_one_clear_message(
    tmp_path: Path, name: str, content: str | bytes, message: str
) -> None:
    with pytest.raises(SynthdialError, match=message):
        read(written(tmp_path, name, content))


@pytest.mark.parametrize("suffix", [*READABLE, ".jsonl", ".md"])
@settings(max_examples=30)
@given(data=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))))
def test_any_file_is_a_transcript_or_a_message(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, data: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / f"any{suffix}"
    path.write_bytes(data)
    try:
        transcripts = read(path)
    except SynthdialError as error:
        assert str(path.name) in str(error)
    else:
        assert all(transcript.dialogue.turns for transcript in transcripts)


LINES = st.lists(
    st.tuples(
        st.sampled_from(Speaker), st.text("abcé 'xyz", min_size=1).map(lambda t: " ".join(t.split())).filter(bool)
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=25)
@given(LINES)
def test_what_praat_and_word_libraries_write_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, lines: list[tuple[Speaker, str]]
) -> None:
    import docx
    from praatio import textgrid

    folder = tmp_path_factory.getbasetemp()
    grid = textgrid.Textgrid()
    for speaker in Speaker:
        entries = [(float(k), k + 1.0, text) for k, (who, text) in enumerate(lines) if who is speaker]
        grid.addTier(textgrid.IntervalTier(str(speaker), entries, 0, len(lines)))
    document = docx.Document()
    for speaker, text in lines:
        document.add_paragraph(f"{speaker}: {text}")
    grid.save(str(folder / "round.TextGrid"), "long_textgrid", includeBlankSpaces=True)
    document.save(str(folder / "round.docx"))
    for name in ("round.TextGrid", "round.docx"):
        (transcript,) = read(folder / name)
        assert [(turn.speaker, turn.text) for turn in transcript.dialogue.turns] == lines
