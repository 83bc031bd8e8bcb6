"""Real conversations that stood in a prompt are recognised, as they are and de-identified."""

from dataclasses import replace
from pathlib import Path

from planted import corpus
from samples import RECIPE, dialogue

from synthdial.dialogue import Dialogue, Turn
from synthdial.privacy.deidentify import Marks, reference_digest
from synthdial.prompt.build import references_digest
from synthdial.study import Study
from synthdial.study.references import ReferenceChecks
from synthdial.utility.prompted import find_prompted

REAL = corpus("real", 6, 1)


def made_with(*references: Dialogue) -> Dialogue:
    digest = references_digest(one.as_text() for one in references)
    return Dialogue("made", (), {"references_sha256": digest, "references": len(references)})


def masked(dialogue: Dialogue, marks: Marks | None) -> Dialogue:
    return Dialogue(
        dialogue.id, tuple(Turn(turn.speaker, turn.text.replace("dochter", "zoon")) for turn in dialogue.turns)
    )


def test_one_that_stood_in_a_prompt_as_it_is() -> None:
    found = find_prompted([made_with(REAL[2]), made_with(REAL[4])], REAL, deidentifier=masked)
    assert (found.found, found.prompts, found.recognised) == ({2, 4}, 2, 2)


def test_several_in_one_prompt_in_any_order() -> None:
    found = find_prompted([made_with(REAL[5], REAL[0], REAL[3])], REAL, deidentifier=masked)
    assert found.found == {0, 3, 5}


def test_one_that_stood_there_de_identified() -> None:
    told = masked(REAL[1], None)
    assert told.turns != REAL[1].turns
    found = find_prompted([made_with(told)], REAL, deidentifier=masked)
    assert found.found == {1} and found.recognised == 1


def test_others_are_not_mistaken_for_it() -> None:
    (other,) = corpus("other", 1, 9)
    found = find_prompted([made_with(other)], REAL, deidentifier=masked)
    assert (found.found, found.prompts, found.recognised) == (frozenset(), 1, 0)


def test_one_prompt_may_be_known_and_another_not() -> None:
    (other,) = corpus("other", 1, 9)
    found = find_prompted([made_with(other), made_with(REAL[0])], REAL, deidentifier=masked)
    assert (found.found, found.prompts, found.recognised) == ({0}, 2, 1)


def test_what_does_not_tell_is_counted_apart_from_what_had_none() -> None:
    silent = [Dialogue("a", ()), Dialogue("b", (), {"references_sha256": 3, "references": "1"})]
    none = Dialogue("c", (), {"references_sha256": "a" * 64, "references": 0})
    found = find_prompted([*silent, none], REAL, deidentifier=masked)
    assert (found.untold, found.without, found.prompts) == (2, 1, 0)


def test_one_that_was_checked_for_the_study_counts_too(tmp_path: Path) -> None:
    path = tmp_path / "a.study"
    recipe = replace(RECIPE, references_sha256="e" * 64)
    with Study(path, create=True) as study:
        study.add_recipe(recipe)
        study.add_dialogue(recipe, 1, dialogue(1, recipe=recipe))
        ReferenceChecks(study).note_checked([reference_digest(masked(REAL[3], None))])
    (other,) = corpus("other", 1, 9)
    assert find_prompted([made_with(other)], REAL, study=path, deidentifier=masked).found == {3}
    assert not find_prompted([made_with(other)], REAL, deidentifier=masked).found
