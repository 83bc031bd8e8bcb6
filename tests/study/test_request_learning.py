"""A batch that learns from reviewers: exemplars in the references' place, and instructions."""

import subprocess
import sys
from pathlib import Path

import pytest
from samples import turns
from scripted import ScriptedEngine, scripted_engine

from synthdial.dialogue import Dialogue
from synthdial.errors import SynthdialError
from synthdial.prompt.choose import Exemplar
from synthdial.structure import build_profile, write_profile
from synthdial.study import Study
from synthdial.study.batch import run_batch
from synthdial.study.request import BatchRequest, Prepared, prepare_batch

TOLD = Dialogue("old-0007", turns("Uw nierfunctie is goed gebleven.", "Mooi, daar ben ik blij om."))
LOWER = Dialogue("old-0008", turns("Uw nierfunctie is ook goed.", "Ja."))
EXEMPLARS = (Exemplar(TOLD, {"fluency": 5.0, "safety": 13 / 3}, 2, 0), Exemplar(LOWER, {"fluency": 4.0}, 1, 0))
SENTENCE = "Niemand noemt een naam."


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> type[ScriptedEngine]:
    return scripted_engine(monkeypatch, tmp_path)


def prepared(engine: type[ScriptedEngine], **options: object) -> Prepared:
    return prepare_batch(BatchRequest(count=1, **options), engine())  # type: ignore[arg-type]


def test_a_batch_knows_nothing_of_reviews() -> None:
    program = "import sys, synthdial.study.batch\nprint([name for name in sys.modules if 'synthdial.review' in name])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


class TestPrompt:
    def test_the_best_exemplar_stands_in_it_and_no_reference(self, engine: type[ScriptedEngine]) -> None:
        prompt = prepared(engine, exemplars=EXEMPLARS).prompt
        assert [told.dialogue.id for told in prompt.chosen] == ["old-0007"]
        assert "Mooi, daar ben ik blij om." in prompt.text and prompt.text.count("Arts: ") == 1

    def test_turn_taking_still_comes_from_the_references(self, engine: type[ScriptedEngine]) -> None:
        before, after = prepared(engine), prepared(engine, exemplars=EXEMPLARS)
        assert before.profile is not None and after.profile is not None
        assert after.profile.digest == before.profile.digest
        assert after.plan(7) == before.plan(7) != []

    def test_turn_taking_may_come_from_a_profile(self, engine: type[ScriptedEngine], tmp_path: Path) -> None:
        profile = tmp_path / "profile.json"
        write_profile(build_profile([TOLD, LOWER] * 4), profile)
        ready = prepared(engine, exemplars=EXEMPLARS, profile=profile)
        assert len(ready.prompt.exemplars) == 1 and ready.profile is not None

    def test_references_that_serve_nothing_are_named(
        self, engine: type[ScriptedEngine], small_reference: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("synthdial.study.admission.deidentified", lambda dialogue, marks: (dialogue, ()))
        options = {"references": [small_reference], "unchecked_references": True, "exemplars": EXEMPLARS}
        assert any("references are not used" in text for text in prepared(engine, preset="plain", **options).warnings)
        assert not any("not used" in text for text in prepared(engine, **options).warnings)

    def test_instructions_stand_in_it(self, engine: type[ScriptedEngine]) -> None:
        assert SENTENCE in prepared(engine, instructions=[SENTENCE]).prompt.text


class TestRecipe:
    def test_another_prompt_is_another_recipe(self, engine: type[ScriptedEngine]) -> None:
        recipes = [
            prepared(engine).recipe,
            prepared(engine, exemplars=EXEMPLARS).recipe,
            prepared(engine, exemplars=EXEMPLARS, max_references=2).recipe,
            prepared(engine, instructions=[SENTENCE]).recipe,
            prepared(engine, exemplars=EXEMPLARS, instructions=[SENTENCE]).recipe,
        ]
        assert len({recipe.id for recipe in recipes}) == 5
        assert recipes[2].exemplars == ("old-0007", "old-0008")
        assert recipes[4].instructions == (SENTENCE,)

    def test_without_either_it_holds_nothing_of_them(self, engine: type[ScriptedEngine]) -> None:
        recipe = prepared(engine, exemplars=(), instructions=()).recipe
        assert recipe.id == prepared(engine).recipe.id
        assert not {"exemplars", "instructions"} & set(recipe.as_dict())

    def test_it_stays_the_same_when_others_rate_the_exemplar(self, engine: type[ScriptedEngine]) -> None:
        later = (Exemplar(TOLD, {"fluency": 4.9, "safety": 4.5}, 3, 1), EXEMPLARS[1])
        assert prepared(engine, exemplars=later).recipe.id == prepared(engine, exemplars=EXEMPLARS).recipe.id


class TestStudy:
    def test_each_dialogue_says_which_exemplars_and_instructions_it_was_written_with(
        self, engine: type[ScriptedEngine], tmp_path: Path
    ) -> None:
        path = tmp_path / "new.study"
        run_batch(path, BatchRequest(count=2, exemplars=EXEMPLARS, instructions=[SENTENCE], max_references=2))
        with Study(path, read_only=True) as study:
            written = list(study.dialogues())
            (content,) = study.recipes().values()
        assert len(written) == 2
        for dialogue in written:
            made = dialogue.provenance
            assert made["exemplars"] == content["exemplars"] == ["old-0007", "old-0008"]
            assert made["exemplar_scores"] == [4.667, 4.0]  # (5 + 13/3) / 2
            assert made["instructions"] == content["instructions"] == [SENTENCE]
            assert made["references"] == 0

    def test_without_either_provenance_is_as_it_was(self, engine: type[ScriptedEngine], tmp_path: Path) -> None:
        path = tmp_path / "new.study"
        run_batch(path, BatchRequest(count=1))
        with Study(path, read_only=True) as study:
            (dialogue,) = study.dialogues()
        assert not {"exemplars", "exemplar_scores", "instructions"} & set(dialogue.provenance)
        assert dialogue.provenance["references"] == 1

    def test_the_same_request_tops_up_and_another_adds(self, engine: type[ScriptedEngine], tmp_path: Path) -> None:
        path = tmp_path / "new.study"
        assert run_batch(path, BatchRequest(count=2, exemplars=EXEMPLARS)).written == 2
        assert run_batch(path, BatchRequest(count=3, exemplars=EXEMPLARS)).written == 1
        assert run_batch(path, BatchRequest(count=3)).written == 3

    def test_a_candidate_that_copies_its_exemplar_scores_lower(
        self, engine: type[ScriptedEngine], tmp_path: Path
    ) -> None:
        from scripted import heard

        copied = turns("Uw nierfunctie is goed gebleven.", "Mooi, daar ben ik blij om.")
        engine.writing = staticmethod(lambda order, _: (heard(job, copied) for job in order.jobs))
        path = tmp_path / "new.study"
        run_batch(path, BatchRequest(count=1, candidates=2, exemplars=EXEMPLARS))
        with Study(path, read_only=True) as study:
            (dialogue,) = study.dialogues()
        assert dialogue.provenance["score"]["leakage"] == 0.0


class TestRefusals:
    def test_exemplars_need_room_in_the_prompt(self) -> None:
        with pytest.raises(SynthdialError, match="max_references is 0"):
            BatchRequest(count=1, exemplars=EXEMPLARS, max_references=0)

    @pytest.mark.parametrize("sentence", ["", "  ", "Een.\nTwee.", "Een\x1b[2J."])
    def test_an_instruction_is_one_line(self, sentence: str) -> None:
        with pytest.raises(SynthdialError, match="An instruction must be one line of text"):
            BatchRequest(count=1, instructions=[sentence])
