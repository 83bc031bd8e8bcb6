"""Both sides are read, told apart by topic, and nobody is read twice."""

from pathlib import Path

import pytest
from planted import corpus

from synthdial.dialogue import Dialogue
from synthdial.errors import SynthdialError
from synthdial.transcripts import ReadOptions
from synthdial.utility.corpora import read_corpus, read_topics, topic_of


def written(folder: Path, dialogues: list[Dialogue]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for dialogue in dialogues:
        (folder / f"{dialogue.id}.txt").write_text(dialogue.as_text(), encoding="utf-8")
    return folder


def test_folders_of_folders_are_topics(tmp_path: Path) -> None:
    written(tmp_path / "zout", corpus("a", 2, 1))
    written(tmp_path / "stenen", corpus("b", 3, 1))
    read = read_corpus([tmp_path], ReadOptions())
    assert [topic_of(dialogue, {}) for dialogue in read.dialogues] == ["stenen"] * 3 + ["zout"] * 2


def test_a_folder_of_transcripts_is_none_though_folders_lie_in_it(tmp_path: Path) -> None:
    written(tmp_path, corpus("a", 2, 1))
    written(tmp_path / "oud", corpus("b", 3, 1))
    read = read_corpus([tmp_path], ReadOptions())
    assert [(dialogue.id, topic_of(dialogue, {})) for dialogue in read.dialogues] == [("a0", ""), ("a1", "")]


def test_the_same_conversation_counts_once_under_any_name(tmp_path: Path) -> None:
    one, other = corpus("a", 2, 1)
    remarks: list[str] = []
    folder = written(tmp_path, [one, other, Dialogue("copy", one.turns)])
    read = read_corpus([folder], ReadOptions(), remark=remarks.append)
    assert [dialogue.id for dialogue in read.dialogues] == ["a0", "a1"]
    assert remarks == ["1 conversations say word for word what another does, and are left out."]


def test_of_many_a_sample_is_drawn_that_the_order_does_not_change(tmp_path: Path) -> None:
    first, second = written(tmp_path / "1", corpus("a", 6, 1)), written(tmp_path / "2", corpus("b", 6, 1))
    read = read_corpus([first, second], ReadOptions(), most=5)
    turned = read_corpus([second, first], ReadOptions(), most=5)
    assert read.seen == 12 and len(read.dialogues) == 5
    assert {one.id for one in read.dialogues} == {one.id for one in turned.dialogues}


class TestTopics:
    def test_a_line_is_a_name_a_tab_and_a_topic(self, tmp_path: Path) -> None:
        file = tmp_path / "topics.tsv"
        file.write_text("# wat waarover gaat\n\na0\tzout\na1.txt\tnierstenen en koliek\n", encoding="utf-8")
        topics = read_topics(file)
        told = [topic_of(Dialogue(f"a{k}", (), {"source": f"a{k}.txt"}), topics) for k in range(3)]
        assert told == ["zout", "nierstenen en koliek", ""]

    def test_the_file_counts_before_the_folder_and_that_before_the_scenario(self) -> None:
        made = {"scenario": "s", "topic": "folder"}
        assert topic_of(Dialogue("a", (), made), {"a": "file"}) == "file"
        assert topic_of(Dialogue("a", (), made), {"b": "file"}) == "folder"
        assert topic_of(Dialogue("a", (), {"scenario": "s"}), {}) == "s"

    @pytest.mark.parametrize("line", ["a0", "a0 zout", "\tzout", "a0\t"])
    def test_a_line_that_is_none_is_named(self, tmp_path: Path, line: str) -> None:
        file = tmp_path / "topics.tsv"
        file.write_text(f"b\tdruk\n{line}\n", encoding="utf-8")
        with pytest.raises(SynthdialError, match=r"line 2: it holds no conversation and topic\. Expected is the id"):
            read_topics(file)

    def test_two_topics_of_one_are_refused(self, tmp_path: Path) -> None:
        file = tmp_path / "topics.tsv"
        file.write_text("a\tdruk\na\tdruk\na\tzout\n", encoding="utf-8")
        with pytest.raises(SynthdialError, match="line 3: 'a' has a topic already"):
            read_topics(file)

    def test_what_is_no_text_or_not_there_is_said(self, tmp_path: Path) -> None:
        (tmp_path / "topics.tsv").write_bytes(b"\xff\xfe\x00\xd8")
        with pytest.raises(SynthdialError, match="is not text in UTF-8"):
            read_topics(tmp_path / "topics.tsv")
        with pytest.raises(SynthdialError, match="cannot be read"):
            read_topics(tmp_path / "missing.tsv")
