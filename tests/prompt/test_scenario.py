"""Scenario cards: the bundled ones load, and a mistake in one's own is named."""

import hashlib
from pathlib import Path

import pytest

from synthdial.errors import SynthdialError
from synthdial.prompt import DEFAULT_SCENARIO, Phase, bundled_scenarios, load_scenario

CARD = """
title = "Moe"
specialty = "nefrologie"
setting = "Polikliniek."
reason = "Moeheid."
doctor = "Vrouw van 40."
patient = "Man van 60."
facts = ["De eGFR is 40."]
patient_does_not_know = ["dat de nieren epo maken"]

[terms]
moe = ["moeheid"]
epo = []

[[phases]]
phase = "opening"
share = 0.25
happens = "Zij groeten elkaar."
terms = []

[[phases]]
phase = "history"
share = 0.5
happens = "De arts vraagt naar de moeheid."
terms = ["moe"]

[[phases]]
phase = "closing"
share = 0.25
happens = "Zij nemen afscheid."
terms = ["epo"]
"""


@pytest.fixture
def card(tmp_path: Path) -> Path:
    return tmp_path / "moe.toml"


def refusal(card: Path, content: str) -> str:
    card.write_text(content, "utf-8")
    with pytest.raises(SynthdialError) as caught:
        load_scenario(str(card))
    return str(caught.value)


class TestBundled:
    def test_there_are_sixteen_of_which_ten_are_nephrology(self) -> None:
        cards = [load_scenario(name) for name in bundled_scenarios()]
        assert len(cards) == 16
        assert sum(card.specialty == "nefrologie" for card in cards) == 10

    @pytest.mark.parametrize("name", bundled_scenarios())
    def test_each_is_whole(self, name: str) -> None:
        card = load_scenario(name)
        assert card.name == name
        assert sum(phase.share for phase in card.phases) == pytest.approx(1, abs=0.01)
        assert card.phases[0].phase is Phase.OPENING
        assert card.phases[-1].phase is Phase.CLOSING
        assert card.facts
        assert card.patient_does_not_know
        assert {term for phase in card.phases for term in phase.terms} <= set(card.terms)
        assert len(card.terms) >= 5

    def test_the_default_is_one_of_them(self) -> None:
        assert DEFAULT_SCENARIO in bundled_scenarios()


class TestOwn:
    def test_a_card_of_ones_own_is_read_from_its_path(self, card: Path) -> None:
        card.write_text(CARD, "utf-8")
        read = load_scenario(str(card))
        assert (read.name, read.title, read.facts) == ("moe", "Moe", ("De eGFR is 40.",))
        assert read.terms == {"moe": ("moeheid",), "epo": ()}
        assert [phase.phase for phase in read.phases] == [Phase.OPENING, Phase.HISTORY, Phase.CLOSING]
        assert read.digest == hashlib.sha256(CARD.encode()).hexdigest()

    def test_facts_may_be_left_out(self, card: Path) -> None:
        card.write_text(CARD.replace('facts = ["De eGFR is 40."]\n', ""), "utf-8")
        assert load_scenario(str(card)).facts == ()

    def test_results_and_examination_may_come_in_either_order(self, card: Path) -> None:
        for first, second in (("results", "examination"), ("examination", "results")):
            content = CARD.replace('"opening"', f'"{first}"').replace('"history"', f'"{second}"')
            card.write_text(content, "utf-8")
            assert [phase.phase for phase in load_scenario(str(card)).phases] == [first, second, Phase.CLOSING]

    def test_an_unknown_name_suggests_the_nearest(self) -> None:
        with pytest.raises(SynthdialError, match=r"no scenario 'nefrologie-uitslag'.*Did you mean 'nefrologie-uitsl"):
            load_scenario("nefrologie-uitslag")

    def test_a_path_that_is_not_there_is_a_message(self, tmp_path: Path) -> None:
        with pytest.raises(SynthdialError, match="cannot be read"):
            load_scenario(str(tmp_path / "absent.toml"))

    @pytest.mark.parametrize(
        ("old", "new", "message"),
        [
            ('title = "Moe"', 'titel = "Moe"', "unknown key 'titel'. Did you mean 'title'?"),
            ('title = "Moe"\n', "", "lacks the key 'title'"),
            ('title = "Moe"', "title = 3", "'title' must be a line of text"),
            ('title = "Moe"', 'title = "  "', "'title' must be one line of text"),
            ('title = "Moe"', 'title = """a\nb"""', "'title' must be one line of text"),
            ("share = 0.5", "share = 0.6", "sum to 1.10. They must sum to 1"),
            ("share = 0.5", "share = 0", "'share' is 0.0; it must lie above 0"),
            ("share = 0.5", "share = -0.5", "it must lie above 0"),
            ("share = 0.5", "share = nan", "it must lie above 0"),
            ("share = 0.5", "share = true", "'share' must be a number"),
            ("share = 0.5", "shares = 0.5", "unknown key 'shares'. Did you mean 'share'?"),
            ("share = 0.5\n", "", "lacks the key 'share'"),
            ('"history"', '"hystory"', "there is no phase 'hystory'"),
            ('"opening"', '"plan"', "phases are out of order"),
            ('terms = ["moe"]', 'terms = ["moee"]', "the term 'moee' is not in [terms]. Did you mean 'moe'?"),
            ('moe = ["moeheid"]', 'moe = "moeheid"', "the forms of the term 'moe' must be a list of texts"),
            ("[[phases]]", "[[phase]]", "unknown key 'phase'. Did you mean 'phases'?"),
            ("[terms]", "[terms", "not valid TOML"),
        ],
    )
    def test_a_mistake_is_named(self, card: Path, old: str, new: str, message: str) -> None:
        assert message in refusal(card, CARD.replace(old, new))

    def test_a_card_without_phases(self, card: Path) -> None:
        head = CARD.partition("[[phases]]")[0]
        assert "has no [[phases]]" in refusal(card, "phases = []\n" + head)
        assert "lacks the key 'phases'" in refusal(card, head)
        assert "[[phases]] must be a table" in refusal(card, "phases = [1]\n" + head)
