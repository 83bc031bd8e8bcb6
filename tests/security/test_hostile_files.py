"""Files that mean harm: bombs, entities, names that lead elsewhere, links where something is written, templates."""

import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from gguf_files import STRING, gguf
from hostile import ALL, run
from samples import RECIPE, dialogue

from synthdial import locations
from synthdial.engine.models import add_model
from synthdial.errors import SynthdialError
from synthdial.export.contents import choose_target
from synthdial.files import replace_atomically
from synthdial.prompt.chat import render_chat
from synthdial.prompt.scenario import load_scenario
from synthdial.report import write_report
from synthdial.review.task import export_task
from synthdial.study import Study
from synthdial.transcripts import read_conversations

pytestmark = pytest.mark.slow

ENTITIES = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "haha">%s]>"""
LAUGHS = ENTITIES % "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
OUTSIDE = ENTITIES % '<!ENTITY j SYSTEM "file:///etc/passwd">'
REMOTE = '<?xml version="1.0"?><!DOCTYPE x SYSTEM "http://192.0.2.1/x.dtd">'
MOST_MEMORY = 1 << 30


def word(path: Path, change: Callable[[str], bytes], name: str = "word/document.xml") -> Path:
    """A Word document whose text is changed as its XML."""
    document = docx.Document()
    document.add_paragraph("Arts: WAAR")
    document.save(str(path))
    with zipfile.ZipFile(path) as archive:
        parts = {member: archive.read(member) for member in archive.namelist()}
    parts[name] = change(parts.pop("word/document.xml").decode())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in parts.items():
            archive.writestr(member, data)
    return path


def filled(unit: str, size: int) -> Callable[[str], bytes]:
    return lambda xml: xml.replace("<w:sectPr", unit * (size // len(unit)) + "<w:sectPr", 1).encode()


def read_within_limits(path: Path) -> str:
    """What becomes of a file that is read in a process of a gigabyte and ten seconds of its processor."""
    code = (
        "import resource, sys\nfrom pathlib import Path\n"
        f"resource.setrlimit(resource.RLIMIT_AS, ({MOST_MEMORY}, {MOST_MEMORY}))\n"
        "resource.setrlimit(resource.RLIMIT_CPU, (10, 10))\n"
        "from synthdial.errors import SynthdialError\nfrom synthdial.transcripts import read_conversations\n"
        "try: print('read', sum(len(t.dialogue.turns) for t in read_conversations(Path(sys.argv[1]))))\n"
        "except SynthdialError as error: print('refused:', error.message)\n"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code, str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"status {done.returncode}: {done.stderr[-300:]}"
    return done.stdout


@pytest.mark.slow
class TestBombs:
    @pytest.mark.parametrize("unit", ["<w:p/>", "<w:p><w:r><w:t>Arts: ja</w:t></w:r></w:p>", "<w:ins/>", "<w:tbl/>"])
    @pytest.mark.parametrize("size", [4 << 20, 11 << 20, 100 << 20], ids=lambda size: f"{size >> 20} MiB")
    def test_a_small_document_that_unpacks_to_much(self, unit: str, size: int, tmp_path: Path) -> None:
        path = word(tmp_path / "a.docx", filled(unit, size))
        assert path.stat().st_size < 1 << 20
        said = read_within_limits(path)
        assert said.startswith(("refused", "read"))
        if size > 12 << 20:
            assert "12 MiB" in said

    def test_text_under_the_name_of_a_picture_counts_too(self, tmp_path: Path) -> None:
        path = word(tmp_path / "a.docx", filled("<w:p/>", 20 << 20))
        with zipfile.ZipFile(path) as archive:
            parts = {member: archive.read(member) for member in archive.namelist()}
        for part in ("[Content_Types].xml", "_rels/.rels"):
            parts[part] = parts[part].replace(b"word/document.xml", b"word/document.png")
        parts["word/document.png"] = parts.pop("word/document.xml")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, data in parts.items():
                archive.writestr(member, data)
        assert "12 MiB" in read_within_limits(path)

    def test_an_archive_that_tells_less_than_it_holds(self, tmp_path: Path) -> None:
        path = word(tmp_path / "a.docx", filled("<w:p/>", 50 << 20))
        data = bytearray(path.read_bytes())
        at = data.index(b"PK\x01\x02")
        while data[at : at + 4] == b"PK\x01\x02":
            name, extra, comment = struct.unpack_from("<3H", data, at + 28)
            if data[at + 46 : at + 46 + name] == b"word/document.xml":
                struct.pack_into("<I", data, at + 24, 1000)
            at += 46 + name + extra + comment
        path.write_bytes(data)
        assert read_within_limits(path).startswith("refused")

    @pytest.mark.parametrize("unit", ["<A/>", "<TIER/>", "<A>"])
    def test_an_elan_file_of_nothing_but_elements(self, unit: str, tmp_path: Path) -> None:
        count = (15 << 20) // len(unit) if unit != "<A>" else (4 << 20)
        end = "</A>" * count if unit == "<A>" else ""
        text = f"<ANNOTATION_DOCUMENT>{unit * (count // (2 if end else 1))}{end[: len(end) // 2]}</ANNOTATION_DOCUMENT>"
        (tmp_path / "a.eaf").write_text(text)
        assert read_within_limits(tmp_path / "a.eaf").startswith("refused")
        (tmp_path / "a.eaf").write_text(text.ljust(17 << 20))
        assert "16 MiB" in read_within_limits(tmp_path / "a.eaf")

    def test_what_is_no_bomb_is_read(self, tmp_path: Path) -> None:
        document = docx.Document()
        for number in range(2000):
            document.add_paragraph(f"{('Arts', 'Patiënt')[number % 2]}: Dit is zin {number}, en zo gaat het verder.")
        document.save(str(tmp_path / "a.docx"))
        assert read_within_limits(tmp_path / "a.docx") == "read 2000\n"


class TestEntities:
    @pytest.mark.parametrize("head", [LAUGHS, OUTSIDE, REMOTE], ids=["laughs", "a file", "an address"])
    def test_of_a_word_document(self, head: str, tmp_path: Path) -> None:
        def change(xml: str) -> bytes:
            return (head + xml.partition("?>")[2].replace("WAAR", "" if head is REMOTE else "&j;")).encode()

        said = read_within_limits(word(tmp_path / "a.docx", change))
        assert said.startswith("refused") and "root:" not in said

    @pytest.mark.parametrize("head", [LAUGHS, OUTSIDE, REMOTE], ids=["laughs", "a file", "an address"])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
    def test_of_elan(self, head: str, encoding: str, tmp_path: Path) -> None:
        body = "<ANNOTATION_DOCUMENT><TIER TIER_ID='Arts'><ANNOTATION><ALIGNABLE_ANNOTATION><ANNOTATION_VALUE>"
        body += "Dag" if head is REMOTE else "&j;"
        body += "</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER></ANNOTATION_DOCUMENT>"
        (tmp_path / "a.eaf").write_bytes((head + body).encode(encoding))
        said = read_within_limits(tmp_path / "a.eaf")
        if head is REMOTE:
            assert said in ("read 1\n",) or said.startswith("refused")  # it is read without what it points at
        else:
            assert said.startswith("refused") and "root:" not in said


class TestNamesThatLeadElsewhere:
    def test_a_model_is_taken_in_by_the_name_of_its_file_alone(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SYNTHDIAL_HOME", str(tmp_path / "home"))
        (tmp_path / "home").mkdir()
        (tmp_path / "a.gguf").write_bytes(gguf({"general.name": (STRING, "../../../elsewhere")}))
        model, _ = add_model(tmp_path / "home" / ".." / "a.gguf")
        assert model.path.parent == locations.user_models()
        assert not (tmp_path / "elsewhere").exists()

    def test_what_a_model_says_of_itself_is_shown_as_text(self, tmp_path: Path) -> None:
        (tmp_path / "a.gguf").write_bytes(gguf({"general.name": (STRING, ALL), "general.license": (STRING, ALL)}))
        said = run("models", "info", tmp_path / "a.gguf").stdout
        assert "\\x1b[31m" in said and "\x1b" not in said and "\u202e" not in said

    def test_a_task_goes_where_it_is_told_whatever_its_dialogues_are_called(self, tmp_path: Path) -> None:
        with Study(tmp_path / "a.study", create=True) as study:
            study.add_recipe(RECIPE)
            study.add_dialogue(RECIPE, 1, dialogue(1, "../../x", "/etc/passwd"))
            (tmp_path / "out").mkdir()
            export_task(study, tmp_path / "out" / "a.task", role="native")
        assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.task"]

    @pytest.mark.parametrize(
        "name", ["../settings", "../../../../etc/passwd", "/etc/passwd", "nefrologie-uitslagen/../x"]
    )
    def test_a_scenario_is_a_bundled_name_or_a_file_in_toml(self, name: str) -> None:
        with pytest.raises(SynthdialError) as problem:
            load_scenario(name)
        assert "root:" not in str(problem.value)

    def test_an_export_is_named_by_who_makes_it(self, tmp_path: Path) -> None:
        with pytest.raises(SynthdialError, match=r"cannot be written as"):
            choose_target(tmp_path / "x.jsonl/..")

    def test_an_id_of_a_transcript_is_no_path(self, tmp_path: Path) -> None:
        (tmp_path / "a.jsonl").write_text(
            '{"id": "../../../tmp/x", "turns": [{"speaker": "Arts", "text": "Dag."}]}\n', encoding="utf-8"
        )
        before = set(tmp_path.parent.iterdir())
        (transcript,) = read_conversations(tmp_path / "a.jsonl")
        assert transcript.dialogue.id == "../../../tmp/x"
        assert run("measure", tmp_path / "a.jsonl", "--by", "dialogue", "--format", "csv").returncode == 0
        assert set(tmp_path.parent.iterdir()) == before


class TestLinks:
    """A link at the place of the output is replaced; what it points at is never written."""

    @pytest.fixture
    def victim(self, tmp_path: Path) -> Path:
        path = tmp_path / "victim"
        path.write_text("belongs to somebody")
        return path

    def study(self, path: Path) -> Path:
        with Study(path, create=True) as study:
            study.add_recipe(RECIPE)
            study.add_dialogue(RECIPE, 1, dialogue(1))
        return path

    def untouched(self, victim: Path, output: Path) -> None:
        assert victim.read_text() == "belongs to somebody"
        assert output.is_file() and not output.is_symlink()

    def test_any_file(self, victim: Path, tmp_path: Path) -> None:
        output = tmp_path / "out"
        output.symlink_to(victim)
        replace_atomically(output, [b"new"])
        self.untouched(victim, output)
        assert output.read_bytes() == b"new"

    def test_a_link_that_points_at_nothing_makes_nothing(self, tmp_path: Path) -> None:
        output = tmp_path / "out"
        output.symlink_to(tmp_path / "planted")
        replace_atomically(output, [b"new"])
        assert not output.is_symlink() and not (tmp_path / "planted").exists()

    def test_report(self, victim: Path, tmp_path: Path) -> None:
        output = tmp_path / "out.html"
        output.symlink_to(victim)
        write_report(self.study(tmp_path / "a.study"), output)
        self.untouched(victim, output)

    def test_measures(self, victim: Path, tmp_path: Path) -> None:
        output = tmp_path / "out.csv"
        output.symlink_to(victim)
        study = self.study(tmp_path / "a.study")
        assert run("measure", study, "--by", "dialogue", "--format", "csv", "-o", output).returncode == 0
        self.untouched(victim, output)

    def test_a_task(self, tmp_path: Path) -> None:
        output = tmp_path / "out.task"
        output.symlink_to(tmp_path / "planted")
        with Study(self.study(tmp_path / "a.study")) as study:
            export_task(study, output, role="native")
        assert not (tmp_path / "planted").exists() and not output.is_symlink()

    def test_a_new_study_and_its_lock(self, tmp_path: Path) -> None:
        for name in ("a.study", "a.study-lock"):
            (tmp_path / name).symlink_to(tmp_path / f"planted-{name}")
        done = run("batch", tmp_path / "a.study", "--count", "1", "--model", tmp_path / "no.gguf")
        assert done.returncode == 1 and "Traceback" not in done.stderr
        with pytest.raises((SynthdialError, OSError)):
            Study(tmp_path / "a.study", create=True)
        assert sorted(path.name for path in tmp_path.iterdir() if not path.is_symlink()) == []


SMALL = "{% for m in messages %}{{ m.content }}{% endfor %}"


@pytest.mark.slow
class TestTemplates:
    """A chat template that wants more than it may have: seconds and megabytes later there is one message."""

    @pytest.mark.parametrize(
        "template",
        [
            "{% for i in range(10**9) %}{% endfor %}",
            "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
            "{{ 'a' * 2000000000 }}",
            "{{ '%2000000000d' % 1 }}",
            "{{ '{:2000000000}'.format(1) }}",
            "{{ 'a' | center(2000000000) }}",
            "{{ 'a'.ljust(2000000000) }}",
            "{% set n = namespace(x='aaaaaaaa') %}{% for i in range(60) %}{% set n.x = n.x ~ n.x %}{% endfor %}",
            "{{ lipsum(n=100000) }}",
            "{{ ([1] * 100000000) | length }}",
            "{{ ('a' * 10000000) | replace('a', 'a' * 1000) }}",
            "{% for i in range(99999) %}{{ 'a' * 1000 }}{% endfor %}",
        ],
    )
    def test_is_refused(self, template: str) -> None:
        with pytest.raises(SynthdialError, match="chat template cannot be used") as problem:
            render_chat(template + SMALL, "Wees kort.", "Schrijf.", "", "")
        assert len(str(problem.value)) < 500

    def test_one_that_wants_little_is_rendered(self) -> None:
        segments = render_chat("{% for i in range(1000) %}{% endfor %}" + SMALL, "Wees kort.", "Schrijf.", "", "")
        assert [segment.text for segment in segments] == ["Wees kort.", "Schrijf."]
