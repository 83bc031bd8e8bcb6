"""What an export holds in memory does not grow with the number of dialogues, whatever the format."""

import tracemalloc
from pathlib import Path

import pytest
from samples import PASSED, RECIPE, dialogue

from synthdial.export import FORMATS, ExportOptions, export_study
from synthdial.export.formats import table
from synthdial.study import Study

pytestmark = pytest.mark.slow

FEW, MANY = 60, 240
TURNS = tuple(f"Dit is beurt {n}, en er wordt van alles in gezegd over de nieren en het zout." for n in range(20))
KEPT = 100  # bytes a dialogue, for the verification of the log: digests of 32 bytes, sorted


@pytest.fixture(scope="module")
def studies(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    made = {}
    for count in (FEW, MANY):
        made[count] = tmp_path_factory.mktemp("studies") / f"{count}.study"
        with Study(made[count], create=True) as study:
            study._db.execute("PRAGMA synchronous = OFF")
            study.add_recipe(RECIPE)
            for number in range(1, count + 1):
                study.add_dialogue(RECIPE, number, dialogue(number, *TURNS), PASSED)
    return made


def peak(path: Path, target: Path, name: str) -> int:
    """Bytes that an export held at most."""
    with Study(path) as study:
        tracemalloc.start()
        try:
            export_study(study, target, format_name=name, options=ExportOptions(documents=False))
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()


@pytest.mark.parametrize("name", FORMATS)
def test_four_times_as_many_dialogues_take_no_more(
    name: str, studies: dict[int, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "_GROUP_TURNS", 500)  # as a group is of a corpus, so of this one
    target = tmp_path / f"uit{FORMATS[name].ending}"
    peak(studies[FEW], target, name)  # what is loaded once
    few, many = (peak(studies[count], target, name) for count in (FEW, MANY))
    assert target.stat().st_size > 50_000 or name == "parquet"
    assert many < 1.1 * few + KEPT * (MANY - FEW)


def test_no_query_sorts_in_memory(studies: dict[int, Path], tmp_path: Path) -> None:
    """What SQLite holds is not counted above: it would hold all rows of a query that it has to sort."""
    asked: set[str] = set()
    options = ExportOptions(documents=True, splits={"train": 1.0})
    with Study(studies[FEW]) as study:
        study._db.set_trace_callback(asked.add)
        export_study(study, tmp_path / "corpus", options=options)
        study._db.set_trace_callback(None)
        queries = [text for text in asked if text.startswith("SELECT")]
        assert len(queries) > 10
        for query in queries:
            plan = " ".join(str(row) for row in study._db.execute(f"EXPLAIN QUERY PLAN {query}"))
            assert "TEMP B-TREE" not in plan, query
