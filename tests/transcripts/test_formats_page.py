"""The page about formats: its examples are read as it says, and it leaves no format out."""

import re
from pathlib import Path

import pytest

from synthdial.dialogue import Dialogue
from synthdial.transcripts import LINES, READABLE, read_conversations

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "formats.md").read_text(encoding="utf-8")
ENDINGS = frozenset((*READABLE, *LINES))
EXAMPLES = [
    (f".{kind}", content)
    for kind, content in re.findall(r"^```(\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    if f".{kind}".lower() in ENDINGS
]

# by ending: the utterances of each conversation, A of the doctor and P of the patient, and the last words of all
EXPECTED = {
    ".txt": (["APPA"], "Het ziet er goed uit."),
    ".vtt": (["APAP"], "O."),
    ".srt": (["APAP"], "Ja."),
    ".TextGrid": (["AP"], "Niet vooruit te branden."),
    ".eaf": (["AP"], "Ja, en het jeukt."),
    ".csv": (["AP", "AP"], 'Dag "dokter".'),
    ".tsv": (["APA"], "Oké."),
    ".jsonl": (["AP", "A"], "Zegt u het maar."),
    ".ndjson": (["AP"], "Gaat wel."),
    ".json": (["APA"], "Zegt u het maar."),
    ".docx": (["APA"], "Links of rechts?"),
}


def write(path: Path, content: str) -> None:
    """Write an example as a file; the lines of one of Word are its paragraphs."""
    if path.suffix != ".docx":
        path.write_text(content, encoding="utf-8")
        return
    import docx

    document = docx.Document()
    for line in content.splitlines():
        document.add_paragraph(line)
    document.save(str(path))


def roles(dialogue: Dialogue) -> str:
    return "".join(str(turn.speaker)[0] for turn in dialogue.turns)


def sections() -> dict[str, str]:
    """The page's sections by their headings; an example is no part of one, since it may hold anything."""
    title, *parts = re.split(r"^## ", re.sub(r"^```.*?^```$", "", PAGE, flags=re.MULTILINE | re.DOTALL), flags=re.M)
    assert title.startswith("# ")
    return dict(part.split("\n", 1) for part in parts)


def test_every_format_has_one_example_on_the_page() -> None:
    assert sorted(ending for ending, _ in EXAMPLES) == sorted(EXPECTED)
    assert {ending.lower() for ending in EXPECTED} == ENDINGS


@pytest.mark.parametrize(("ending", "content"), EXAMPLES, ids=[ending for ending, _ in EXAMPLES])
def test_an_example_is_read_as_the_page_says(tmp_path: Path, ending: str, content: str) -> None:
    path = tmp_path / f"voorbeeld{ending}"
    write(path, content)
    transcripts = list(read_conversations(path))
    spoken, last = EXPECTED[ending]
    assert [roles(transcript.dialogue) for transcript in transcripts] == spoken
    assert transcripts[-1].dialogue.turns[-1].text == last
    assert [problem for transcript in transcripts for problem in transcript.problems] == []


@pytest.mark.parametrize("ending", sorted((*ENDINGS, ".study")))
def test_a_section_begins_with_the_endings_it_is_about(ending: str) -> None:
    about = [name for name, text in sections().items() if f"`{ending}`" in text.lstrip().split("\n\n")[0].lower()]
    assert len(about) == 1


def test_the_table_of_the_reference_leads_to_every_section() -> None:
    reference = (DOCS / "reference.md").read_text(encoding="utf-8")
    linked = re.findall(r"\(formats\.md#(.*?)\)", reference)
    assert linked == [name.lower().replace(" ", "-") for name in sections() if name != "Who speaks"]
