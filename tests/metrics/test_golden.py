"""The compiled measures against values taken from other people's libraries, where the shared data is there."""

import json
from pathlib import Path

import pytest

from synthdial._core.dialogue import NAMES, DialogueMeasurer
from synthdial._core.terms import Lexicons
from synthdial.dialogue import Speaker
from synthdial.transcripts import read_transcript

SHARED = Path(__file__).parents[3] / "shared" / "data"
GOLDEN = SHARED / "golden" / "primock57.json"

pytestmark = pytest.mark.skipif(not GOLDEN.exists(), reason="the shared golden values are not here")


def test_agrees_with_the_golden_values() -> None:
    measurer = DialogueMeasurer(Lexicons())
    for name, expected in json.loads(GOLDEN.read_text()).items():
        turns = read_transcript(SHARED / "primock57" / name).dialogue.turns
        speakers = bytes(0 if turn.speaker is Speaker.DOCTOR else 1 for turn in turns)
        row = dict(zip(NAMES, measurer.measure(speakers, [turn.text for turn in turns]).tolist(), strict=True))
        assert {key: row[key] for key in expected} == pytest.approx(expected, rel=1e-9), name
