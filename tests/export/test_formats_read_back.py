"""Every format is read back by a program that others use, and gives the dialogues that were written."""

import csv
import importlib.util
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from samples import PASSED, RECIPE, dialogue, turns

from synthdial.dialogue import Dialogue, Speaker, Turn
from synthdial.export import FORMATS, ExportOptions, export_study
from synthdial.export.formats.base import WriterOptions
from synthdial.export.formats.chat import OPENING
from synthdial.outgoing import cell, printable
from synthdial.study import Study
from synthdial.transcripts import read_conversations

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
TEI = "{http://www.tei-c.org/ns/1.0}"
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
FORMULA = "=HYPERLINK(1)"
SAID = (
    ("Hoe gaat het?", "’t Gaat wel.", 'Mooi, een patiënt <b>zo</b> & "zo".'),
    ("Zo.", f"Ja\x1b[2J \u202e {FORMULA}", "Arts: dat zei ik. 😀", "Patiënt: nee\nja"),
)


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    with Study(tmp_path / "demo.study", create=True) as opened:
        opened.add_recipe(RECIPE)
        for number, said in enumerate(SAID, 1):
            opened.add_dialogue(RECIPE, number, dialogue(number, *said), PASSED)
        yield opened


def exported(study: Study, name: str, **options: Any) -> Path:
    target = study.path.with_name(name)
    export_study(study, target, options=ExportOptions(documents=False, **options.pop("more", {})), **options)
    return target


def said(dialogue: Dialogue) -> list[tuple[str, str]]:
    return [(str(turn.speaker), turn.text) for turn in dialogue.turns]


class TestJsonLines:
    def test_every_line_fits_the_schema_that_comes_along(self, study: Study) -> None:
        import jsonschema

        schema = json.loads((files("synthdial") / "data/schema/dialogue.schema.json").read_text("utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(schema)
        records = [json.loads(line) for line in exported(study, "a.jsonl").open(encoding="utf-8")]
        for record in records:
            validator.validate(record)
        assert len(records) == 2
        for damage in ({"id": 7}, {"turns": [{"speaker": "Zuster", "text": ""}]}, {"extra": 1}):
            assert not validator.is_valid(records[0] | damage)

    def test_datasets_reads_it(self, study: Study, tmp_path: Path) -> None:
        rows = loaded("json", exported(study, "a.jsonl"), tmp_path)
        assert [row["id"] for row in rows] == [RECIPE.dialogue_id(1), RECIPE.dialogue_id(2)]
        assert [[turn["text"] for turn in row["turns"]] for row in rows] == [list(texts) for texts in SAID]

    def test_the_program_measures_it(self, study: Study) -> None:
        read = [transcript.dialogue for transcript in read_conversations(exported(study, "a.jsonl"))]
        on_one_line = [[(who, " ".join(text.split())) for who, text in said(one)] for one in study.dialogues()]
        assert [said(one) for one in read] == on_one_line


class TestChat:
    def test_datasets_reads_it_and_roles_alternate(self, study: Study, tmp_path: Path) -> None:
        rows = loaded("json", exported(study, "c.jsonl", format_name="chat"), tmp_path)
        for row in rows:
            roles = [message["role"] for message in row["messages"]]
            assert roles[0] == "system"
            assert roles[1:] == (["user", "assistant"] * len(roles))[: len(roles) - 1]
        assert rows[0]["messages"][1]["content"] == OPENING, "the doctor spoke first, and is the assistant"
        assert rows[0]["messages"][2] == {"role": "assistant", "content": SAID[0][0]}
        assert RECIPE.scenario in rows[0]["messages"][0]["content"]

    def test_the_patient_can_be_the_assistant(self, study: Study) -> None:
        more = {"writing": WriterOptions(Speaker.PATIENT)}
        line = exported(study, "c.jsonl", format_name="chat", more=more).open(encoding="utf-8").readline()
        messages = json.loads(line)["messages"]
        assert [message["role"] for message in messages] == ["system", "user", "assistant", "user"]
        assert messages[2]["content"] == SAID[0][1]

    def test_turns_of_one_speaker_are_one_message(self) -> None:
        said = (Turn(Speaker.PATIENT, "Dag."), Turn(Speaker.PATIENT, "Ik hoest."), Turn(Speaker.DOCTOR, "Ja."))
        writer = FORMATS["chat"].writer(WriterOptions())
        messages = json.loads(writer.add(Dialogue("x", said, {})))["messages"]
        assert [message["content"] for message in messages[1:]] == ["Dag.\nIk hoest.", "Ja."]


class TestTables:
    def test_pandas_reads_the_csv(self, study: Study) -> None:
        import pandas

        table = pandas.read_csv(exported(study, "t.csv"), keep_default_na=False)
        assert list(table.columns) == ["id", "scenario", "preset", "model", "seed", "turn", "speaker", "text"]
        assert list(table.turn) == [1, 2, 3, 1, 2, 3, 4]
        assert set(table.speaker) == {"Arts", "Patiënt"}
        assert list(table.text) == [cell(text) for texts in SAID for text in texts]
        assert list(table[table.id == RECIPE.dialogue_id(1)].seed.unique()) == [RECIPE.dialogue_seed(1)]
        assert not table.text.str.contains("\x1b").any() and not table.text.str.startswith("=").any()

    def test_pyarrow_and_datasets_read_the_parquet(self, study: Study, tmp_path: Path) -> None:
        import pyarrow.parquet

        path = exported(study, "t.parquet")
        rows = pyarrow.parquet.read_table(path).to_pylist()
        assert [[turn["text"] for turn in row["turns"]] for row in rows] == [list(texts) for texts in SAID]
        assert json.loads(rows[0]["provenance"])["recipe"] == RECIPE.id
        assert rows[0]["seed"] == RECIPE.dialogue_seed(1)
        assert [row["id"] for row in loaded("parquet", path, tmp_path)] == [row["id"] for row in rows]


class TestSdialog:
    @pytest.mark.skipif(importlib.util.find_spec("sdialog") is None, reason="sdialog is not installed")
    def test_its_own_reader_reads_it(self, study: Study) -> None:
        path = exported(study, "s.jsonl", format_name="sdialog")
        done = subprocess.run(
            [sys.executable, str(HERE / "sdialog_reader.py"), str(path)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]
        read = [json.loads(line) for line in done.stdout.splitlines()]
        assert [[tuple(turn) for turn in one["turns"]] for one in read] == [said(one) for one in study.dialogues()]
        assert [(one["id"], one["seed"], one["length"]) for one in read] == [
            (RECIPE.dialogue_id(n), RECIPE.dialogue_seed(n), len(SAID[n - 1])) for n in (1, 2)
        ]
        assert read[0]["scenario"] == RECIPE.scenario and read[0]["notes"]["recipe"] == RECIPE.id


class TestTei:
    def test_it_is_valid(self, study: Study) -> None:
        schema = etree.RelaxNG(etree.parse(HERE / "tei.rng"))
        tree = etree.parse(exported(study, "t.xml"))
        schema.assertValid(tree)
        tree.getroot().find(f".//{TEI}u").tag = f"{TEI}spreek"
        assert not schema.validate(tree), "the schema refuses what is not TEI"

    def test_who_points_at_a_person_and_the_turns_are_there(self, study: Study) -> None:
        tree = etree.parse(exported(study, "t.xml"))
        people = {f"#{one.get(XML_ID)}": one.findtext(f"{TEI}persName") for one in tree.iter(f"{TEI}person")}
        read = [[(people[u.get("who")], u.text or "") for u in text.iter(f"{TEI}u")] for text in tree.iter(f"{TEI}TEI")]
        assert read == [[(who, printable(text)) for who, text in said(one)] for one in study.dialogues()]
        assert [one.get("n") for one in tree.iter(f"{TEI}TEI")] == [RECIPE.dialogue_id(1), RECIPE.dialogue_id(2)]


def loaded(kind: str, path: Path, folder: Path) -> list[dict[str, Any]]:
    """As a user of `datasets` would, with no network and no cache of others."""
    script = (
        "import json, sys, datasets; datasets.disable_progress_bars(); "
        "rows = datasets.load_dataset(sys.argv[1], data_files=sys.argv[2], split='train', cache_dir=sys.argv[3]); "
        "print(json.dumps(list(rows), default=str))"
    )
    environment = {"HF_HUB_OFFLINE": "1", "HF_HOME": str(folder / "hf"), "PATH": "/usr/bin:/bin", "HOME": str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", script, kind, str(path), str(folder / "cache")],
        capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


ANY = st.text(st.characters(exclude_categories=[]), max_size=40)


class TestAnyText:
    """Whatever stands in a turn, each format gives it back, but for what docs/export.md says it cannot hold."""

    @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(ANY, min_size=1, max_size=4), ANY)
    def test_it_is_written_and_read(self, texts: list[str], scenario: str) -> None:
        one = Dialogue("a=1", turns(*texts), {"scenario": scenario, "seed": 1})
        halves = [text.encode("utf-8", "replace").decode() for text in texts]  # what UTF-8 can hold
        blocks = {name: self.written(name, one) for name in FORMATS}
        assert blocks["jsonl"].count(b"\n") == blocks["sdialog"].count(b"\n") == blocks["chat"].count(b"\n") == 1
        for name in ("jsonl", "sdialog"):
            assert [turn["text"] for turn in json.loads(blocks[name])["turns"]] == texts
        joined = [message["content"] for message in json.loads(blocks["chat"])["messages"]]
        assert joined[-len(texts) :] == texts
        rows = list(csv.DictReader(io.StringIO(blocks["csv"].decode(), newline="")))
        assert [row["text"] for row in rows] == [str(cell(text)) for text in texts]
        import pyarrow.parquet

        (row,) = pyarrow.parquet.read_table(io.BytesIO(blocks["parquet"])).to_pylist()
        assert [turn["text"] for turn in row["turns"]] == halves
        spoken = [u.text or "" for u in etree.fromstring(blocks["tei"]).iter(f"{TEI}u")]
        assert len(spoken) == len(texts)
        for read, text in zip(spoken, texts, strict=True):
            if printable(text) == text and "\ufffe" not in text and "\uffff" not in text:
                assert read == text
        blocks["text"].decode()

    @staticmethod
    def written(name: str, one: Dialogue) -> bytes:
        writer = FORMATS[name].writer(WriterOptions())
        return writer.begin() + writer.add(one) + writer.end()
