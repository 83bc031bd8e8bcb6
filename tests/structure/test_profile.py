"""The profile: aggregates that carry the turn-taking of conversations, and nothing of what was said."""

import json
import random
import re
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from synthdial import bundled_references
from synthdial.cli.main import cli
from synthdial.dialogue import Dialogue, Speaker, Turn
from synthdial.errors import SynthdialError
from synthdial.metrics import Measurer, bundled_lexicon
from synthdial.structure import Profile, build_profile, describe, read_profile, write_profile
from synthdial.structure.counts import BIN_TOPS, CLASS_NAMES, bin_of, class_of

DIALOGUES = [transcript.dialogue for transcript in bundled_references()]
PROFILE = build_profile(DIALOGUES)


def rows(profile: Profile) -> list[list[float]]:
    speakers = profile.content["speakers"].values()
    return [row for own in speakers for row in (own["turn_words"], *(cell["turn_words"] for cell in own["after"]))]


def test_bins_are_those_of_the_measures() -> None:
    assert [bin_of(words) for words in (1, 2, 3, 4, 5, 8, 9, 16, 17, 32, 33, 64, 65, 999)] == [
        0, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7,
    ]  # fmt: skip
    assert [CLASS_NAMES[class_of(words)] for words in (2, 3, 8, 9, 32, 33)] == [
        "1-2",
        "3-8",
        "3-8",
        "9-32",
        "9-32",
        "33+",
    ]


def test_shares_add_up_to_one() -> None:
    assert len(rows(PROFILE)) == 2 * 9
    for row in rows(PROFILE):
        assert sum(row) == pytest.approx(1, abs=1e-9) and min(row) > 0


def test_the_order_of_conversations_changes_nothing() -> None:
    shuffled = list(DIALOGUES)
    random.Random(1).shuffle(shuffled)
    assert build_profile(shuffled).to_json() == PROFILE.to_json()


def test_no_word_that_was_said_is_in_it() -> None:
    marked = [
        Dialogue(d.id, tuple(Turn(t.speaker, re.sub(r"\w+", "geheimpje", t.text)) for t in d.turns)) for d in DIALOGUES
    ]
    text = build_profile(marked).to_json()
    assert "geheimpje" not in text
    strings = set(re.findall(r'"([^"]*)"', PROFILE.to_json()))
    assert not any(dialogue.id in text or f"{dialogue.id}.txt" in strings for dialogue in DIALOGUES)


def test_figures_are_those_of_the_conversations() -> None:
    values = [Measurer(metrics=["cv"]).dialogue(dialogue)["cv"] for dialogue in DIALOGUES]
    cv = PROFILE.content["measures"]["cv"]
    assert cv["mean"] == pytest.approx(np.mean(values), abs=1e-4) and cv["p90"] == pytest.approx(
        np.percentile(values, 90), abs=1e-4
    )
    doctor = PROFILE.content["speakers"]["Arts"]
    assert np.mean(doctor["asks_by_quarter"]) > 4 * np.mean(PROFILE.content["speakers"]["Patiënt"]["asks_by_quarter"])
    begun = sum(dialogue.turns[0].speaker is Speaker.DOCTOR for dialogue in DIALOGUES)
    assert PROFILE.content["openings"][0]["doctor"] == pytest.approx((begun + 0.5) / 13, abs=1e-4)


def test_with_few_conversations_no_percentile_is_a_single_one() -> None:
    few = build_profile(DIALOGUES[:6])
    values = [Measurer(metrics=["cv"]).dialogue(dialogue)["cv"] for dialogue in DIALOGUES[:6]]
    cv = few.content["measures"]["cv"]
    assert cv["p90"] == pytest.approx(np.mean(values) + 1.2816 * np.std(values, ddof=1), abs=1e-3)
    assert "1.28 standard deviations" in describe(few) and "percentile" in describe(PROFILE)


def test_turns_drawn_from_it_vary_as_those_of_people() -> None:
    chance = random.Random(1)
    drawn = []
    for _ in range(60):
        length, asks, speaker, lengths = 5, False, Speaker.DOCTOR, []
        for _ in range(52):
            shares = PROFILE.lengths_after(speaker, CLASS_NAMES[class_of(length)], asks)
            place = chance.choices(range(8), shares)[0]
            low = BIN_TOPS[place - 1] + 1 if place else 1
            length = chance.randint(low, BIN_TOPS[place] if place < 7 else 115)
            asks = chance.random() < np.mean(PROFILE.content["speakers"][str(speaker)]["asks_by_quarter"])
            lengths.append(length)
            speaker = speaker.other
        drawn.append(float(np.std(lengths) / np.mean(lengths)))
    assert np.mean(drawn) == pytest.approx(PROFILE.content["measures"]["cv"]["mean"], rel=0.1)


def test_backchannels_are_counted_where_they_fall() -> None:
    assert "ja ja" in bundled_lexicon("backchannels").terms
    turns = [
        Turn(list(Speaker)[k % 2], "Ja, ja." if k % 2 else "Dit is een wat langere zin met veel woorden.")
        for k in range(40)
    ]
    patient = build_profile([Dialogue(f"d{k}", tuple(turns)) for k in range(6)]).content["speakers"]["Patiënt"]
    assert min(patient["backchannels_by_quarter"]) > 0.9
    cell = next(c for c in patient["after"] if c["previous_words"] == "9-32" and not c["previous_asks"])
    assert cell["backchannel"] > 0.9 and cell["turn_words"][1] > 0.9


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "profile.json"
    write_profile(PROFILE, path)
    assert read_profile(path) == PROFILE


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda content: "kapot", "is no turn-taking profile"),
        (lambda content: json.dumps([1]), "is no turn-taking profile"),
        (lambda content: json.dumps({**content, "schema": "x"}), "is no turn-taking profile"),
        (lambda content: json.dumps({**content, "version": 9}), "version 9"),
        (lambda content: json.dumps({**content, "speakers": {}}), "damaged"),
        (lambda content: json.dumps({**content, "openings": 3}), "damaged"),
        (lambda content: json.dumps({**content, "speakers": {"Arts": {"turn_words": [1], "after": []}}}), "damaged"),
    ],
)
def test_what_is_no_profile_is_a_clear_message(tmp_path: Path, change, message: str) -> None:
    path = tmp_path / "profile.json"
    path.write_text(change(json.loads(PROFILE.to_json())), encoding="utf-8")
    with pytest.raises(SynthdialError, match=message):
        read_profile(path)


class TestCommand:
    @staticmethod
    def run(*arguments: object) -> Result:
        return CliRunner().invoke(cli, ["profile", *map(str, arguments)])

    @staticmethod
    def folder(where: Path, count: int) -> Path:
        where.mkdir()
        for dialogue in DIALOGUES[:count]:
            (where / f"{dialogue.id}.txt").write_text(dialogue.as_text(), encoding="utf-8")
        return where

    def test_it_writes_and_says_what(self, tmp_path: Path) -> None:
        result = self.run(self.folder(tmp_path / "in", 5), "-o", tmp_path / "profile.json")
        assert result.exit_code == 0
        assert "made from 5 conversations" in result.stdout and "Not in it are: any word" in result.stdout
        assert read_profile(tmp_path / "profile.json").conversations == 5

    def test_it_refuses_fewer_than_five_unless_told_otherwise(self, tmp_path: Path) -> None:
        folder = self.folder(tmp_path / "in", 4)
        result = self.run(folder, "-o", tmp_path / "profile.json")
        assert isinstance(result.exception, SynthdialError) and "point at a person" in str(result.exception)
        assert not (tmp_path / "profile.json").exists()
        assert self.run(folder, "--few", "-o", tmp_path / "profile.json").exit_code == 0
