"""Files of the training corpus: what their head must hold, and how phases and turns are read."""

from pathlib import Path

import pytest
from conversation import read_conversation, read_corpus

from synthdial.errors import SynthdialError

HEAD = """\
# Titel: Kalium na een drankje
# Vakgebied: nefrologie
# Setting: Telefonisch spreekuur.
# Aanleiding: Het kalium is 5,9.
# De arts: Nefroloog van 50.
# De patiënt: Man van 70 uit Gent.
# Gegevens: Het kalium is 5,9 mmol/l.
# Gegevens: Vorige maand was dat 4,8.
# Weet niet: dat zoutvervanger kalium bevat.
# Termen: kalium; hartfilmpje | ECG
# Feiten: Zoutvervanger is kaliumchloride.
# Nagelezen: ja
# Herkomst: geschreven voor deze test
# Licentie: CC BY 4.0

"""
BODY = """\
# Fase: opening | De arts belt op. | kalium
Arts: Ik bel over uw kalium.
Patiënt: Amai, nu al?
# Fase: plan | Zij spreken iets af. | hartfilmpje
Arts: Morgen een ECG.
Dochter: Goed.
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "nefro-kalium.txt"
    path.write_text(text, encoding="utf-8")
    return path


class TestReading:
    def test_the_head_is_a_scenario(self, tmp_path: Path) -> None:
        scenario = read_conversation(written(tmp_path, HEAD + BODY)).scenario
        assert (scenario.name, scenario.title, scenario.reason) == (
            "nefro-kalium", "Kalium na een drankje", "Het kalium is 5,9."
        )  # fmt: skip
        assert scenario.facts == ("Het kalium is 5,9 mmol/l.", "Vorige maand was dat 4,8.")
        assert scenario.patient_does_not_know == ("dat zoutvervanger kalium bevat",)
        assert scenario.terms == {"kalium": (), "hartfilmpje": ("ECG",)}

    def test_phases_begin_where_their_line_stands_and_have_the_share_that_was_spoken(self, tmp_path: Path) -> None:
        conversation = read_conversation(written(tmp_path, HEAD + BODY))
        assert conversation.begins == (0, 2)
        assert [(p.phase, p.happens, p.terms) for p in conversation.scenario.phases] == [
            ("opening", "De arts belt op.", ("kalium",)),
            ("plan", "Zij spreken iets af.", ("hartfilmpje",)),
        ]
        assert [round(p.share, 2) for p in conversation.scenario.phases] == [0.67, 0.33]  # 8 and 4 of 12 words
        assert conversation.phase_text(1) == "Morgen een ECG.\nGoed."

    def test_a_third_party_speaks_for_the_patient(self, tmp_path: Path) -> None:
        turns = read_conversation(written(tmp_path, HEAD + BODY)).dialogue.turns
        assert [str(turn.speaker) for turn in turns] == ["Arts", "Patiënt", "Arts", "Patiënt"]

    def test_a_folder_is_read_in_the_order_of_names(self, tmp_path: Path) -> None:
        for name in ("b", "a"):
            (tmp_path / f"{name}.txt").write_text(HEAD + BODY, "utf-8")
        assert [one.scenario.name for one in read_corpus([tmp_path])] == ["a", "b"]


class TestMistakes:
    @pytest.mark.parametrize(
        ("before", "after", "says"),
        [
            ("# Weet niet: dat zoutvervanger kalium bevat.\n", "", "no line '# Weet niet: ...'"),
            ("| kalium", "| natrium", "term 'natrium' of a phase is not in"),
            ("# Fase: plan", "# Fase: daarna", "no phase 'daarna'"),
            ("# Fase: opening | De arts belt op. | kalium\n", "", "must stand before the first utterance"),
            (
                "Dochter: Goed.\n",
                "Dochter: Goed.\n# Fase: closing | Einde. |\n",
                "must stand before the first utterance",
            ),
            ("Arts: Morgen", "Iemand: Morgen", "line 20"),
        ],
    )
    def test_each_is_named(self, tmp_path: Path, before: str, after: str, says: str) -> None:
        text = HEAD + BODY
        assert before in text
        with pytest.raises(SynthdialError) as caught:
            read_conversation(written(tmp_path, text.replace(before, after)))
        assert says in caught.value.message and "nefro-kalium.txt" in caught.value.message
