"""Parts of a corpus that several machines write: no two write the same dialogue, and together they write all."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from scripted import ScriptedEngine, heard, scripted_engine

from synthdial.cli.main import cli
from synthdial.engine.events import Event
from synthdial.engine.protocol import WriteDialogues
from synthdial.errors import SynthdialError
from synthdial.study import Study
from synthdial.study.batch import Progress, run_batch
from synthdial.study.request import BatchRequest
from synthdial.study.shard import Shard, read_shard


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> type[ScriptedEngine]:
    return scripted_engine(monkeypatch, tmp_path)


def numbers(study: Path) -> list[int]:
    with Study(study, read_only=True) as opened:
        return [dialogue.provenance["number"] for dialogue in opened.dialogues()]


def jobs(engine: type[ScriptedEngine]) -> list[tuple[int, int]]:
    return [job for order in engine.orders for job in order.jobs]


class TestNumbers:
    @pytest.mark.parametrize(("count", "of"), [(10, 1), (10, 3), (12, 4), (3, 7), (1, 1)])
    def test_all_shards_together_have_each_number_once(self, count: int, of: int) -> None:
        parts = [Shard(index, of).numbers(count) for index in range(1, of + 1)]
        assert sorted(number for part in parts for number in part) == list(range(1, count + 1))
        assert max(map(len, parts)) - min(map(len, parts)) <= 1, "none has more to do than another"

    def test_a_larger_corpus_adds_to_a_shard_and_takes_nothing_away(self) -> None:
        small, large = Shard(2, 3).numbers(10), Shard(2, 3).numbers(100)
        assert set(small) < set(large)


class TestReading:
    def test_it_is_written_as_which_of_how_many(self) -> None:
        assert read_shard("2/8") == Shard(2, 8)
        assert str(Shard(2, 8)) == "2/8"

    @pytest.mark.parametrize("text", ["", "2", "1/", "/4", "1/4/2", "a/b", "-1/4", "1.0/4", "१/4"])
    def test_what_is_none_is_named(self, text: str) -> None:
        with pytest.raises(SynthdialError, match=re.escape(f"'{text}' is no shard.")):
            read_shard(text)

    @pytest.mark.parametrize(("text", "one"), [("0/4", "1/4"), ("5/4", "1/4"), ("0/0", "1/1"), ("1/0", "1/1")])
    def test_one_that_there_is_not_is_named_with_one_that_there_is(self, text: str, one: str) -> None:
        with pytest.raises(SynthdialError, match=f"no shard {text[0]} of {text[2]}.*from 1: {one}"):
            read_shard(text)


@pytest.mark.slow
class TestWriting:
    def test_a_shard_writes_its_own_with_the_seeds_they_have_in_the_whole(
        self, engine: type[ScriptedEngine], tmp_path: Path
    ) -> None:
        run_batch(tmp_path / "whole.study", BatchRequest(count=7))
        whole = jobs(engine)
        engine.orders.clear()
        for index in (1, 2, 3):
            result = run_batch(tmp_path / f"{index}.study", BatchRequest(count=7, shard=Shard(index, 3)))
            assert result.written == result.done == len(range(index, 8, 3))
        assert sorted(jobs(engine)) == sorted(whole)
        assert [numbers(tmp_path / f"{index}.study") for index in (1, 2, 3)] == [[1, 4, 7], [2, 5], [3, 6]]

    def test_candidates_of_a_dialogue_stay_together(self, engine: type[ScriptedEngine], tmp_path: Path) -> None:
        run_batch(tmp_path / "whole.study", BatchRequest(count=4, candidates=3))
        whole = jobs(engine)
        engine.orders.clear()
        run_batch(tmp_path / "b.study", BatchRequest(count=4, candidates=3, shard=Shard(2, 2)))
        assert jobs(engine) == [job for job in whole if (job[0] - 1) // 3 + 1 in (2, 4)]

    def test_progress_and_result_count_what_the_shard_shall_hold(
        self, engine: type[ScriptedEngine], tmp_path: Path
    ) -> None:
        seen: list[Progress] = []
        run_batch(tmp_path / "a.study", BatchRequest(count=8, shard=Shard(1, 4)), report=seen.append)
        assert (seen[-1].done, seen[-1].count, seen[-1].finished) == (2, 2, True)

    def test_one_that_was_ended_goes_on_where_it_was(self, engine: type[ScriptedEngine], tmp_path: Path) -> None:
        def ended(order: WriteDialogues, _: int) -> Iterator[Event]:
            yield heard(order.jobs[0])
            raise KeyboardInterrupt

        request, path = BatchRequest(count=9, shard=Shard(3, 3)), tmp_path / "c.study"
        engine.writing, usual = staticmethod(ended), engine.writing
        with pytest.raises(KeyboardInterrupt):
            run_batch(path, request)
        assert numbers(path) == [3]
        engine.writing = staticmethod(usual)
        assert run_batch(path, request).written == 2
        assert numbers(path) == [3, 6, 9]
        assert run_batch(path, request).written == 0

    def test_a_study_that_holds_others_too_gets_what_its_shard_lacks(
        self, engine: type[ScriptedEngine], tmp_path: Path
    ) -> None:
        path = tmp_path / "a.study"
        run_batch(path, BatchRequest(count=6, shard=Shard(1, 2)))
        result = run_batch(path, BatchRequest(count=6, shard=Shard(2, 2)))
        assert (result.written, result.done) == (3, 3)
        assert numbers(path) == [1, 2, 3, 4, 5, 6]

    def test_more_shards_than_dialogues_leave_some_with_none(
        self, engine: type[ScriptedEngine], tmp_path: Path
    ) -> None:
        result = run_batch(tmp_path / "a.study", BatchRequest(count=2, shard=Shard(3, 4)))
        assert (result.written, result.done, engine.orders) == (0, 0, [])
        with Study(tmp_path / "a.study", read_only=True) as study:
            assert len(study) == 0 and len(study.recipes()) == 1, "it is there to be merged"

    def test_the_shard_is_no_part_of_the_recipe(self, engine: type[ScriptedEngine], tmp_path: Path) -> None:
        one = run_batch(tmp_path / "a.study", BatchRequest(count=2))
        other = run_batch(tmp_path / "b.study", BatchRequest(count=2, shard=Shard(2, 2)))
        assert other.ids == one.ids[1:]


@pytest.mark.slow
class TestCommand:
    def test_it_says_what_the_shard_holds(self, engine: type[ScriptedEngine], tmp_path: Path) -> None:
        said = CliRunner().invoke(cli, ["batch", str(tmp_path / "a.study"), "--count", "7", "--shard", "1/3"])
        assert said.exit_code == 0, said.output
        assert "Wrote 3 dialogues" in said.stdout
        none = CliRunner().invoke(cli, ["batch", str(tmp_path / "b.study"), "--count", "2", "--shard", "3/3"])
        assert "Shard 3/3 of 2 dialogues has none to write" in none.stdout

    def test_what_is_no_shard_makes_no_study(self, engine: type[ScriptedEngine], tmp_path: Path) -> None:
        result = CliRunner().invoke(cli, ["batch", str(tmp_path / "a.study"), "--count", "7", "--shard", "1/"])
        assert isinstance(result.exception, SynthdialError) and "job array" in result.exception.hint
        assert list(tmp_path.glob("*.study")) == []
