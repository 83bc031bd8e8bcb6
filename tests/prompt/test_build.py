"""The prompt: which references are in it and why, and that it fits."""

import dataclasses
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthdial.dialogue import Dialogue, Speaker, Turn
from synthdial.errors import SynthdialError
from synthdial.prompt import Prompt, Scenario, TemplateFacts, build_prompt, bundled_references, load_scenario
from synthdial.transcripts import Transcript

BASE = TemplateFacts(None)
CHAT = TemplateFacts("<s>{% for m in messages %}<|{{ m.role }}|>{{ m.content }}{% endfor %}<|assistant|>")
SCENARIO = dataclasses.replace(
    load_scenario("nefrologie-uitslagen"), terms={"eGFR": ("nierfunctie",), "eiwit": ("eiwit in de urine",), "zout": ()}
)


def count(texts: Sequence[str]) -> list[int]:
    """A tokenizer whose tokens are four characters."""
    return [-(-len(text) // 4) for text in texts]


def reference(name: str, *said: str, title: str = "") -> Transcript:
    speakers = [Speaker.DOCTOR, Speaker.PATIENT] * len(said)
    turns = tuple(Turn(speaker, text) for speaker, text in zip(speakers, said, strict=False))
    return Transcript(Path(f"{name}.txt"), Dialogue(name, turns), {"titel": title} if title else {}, (), "utf-8")


NONE = reference("a-geen", "Gaat u zitten.", "Dank u.")
ONE = reference("b-een", "Uw nierfunctie is goed.", "Mooi.")
TWO = reference("c-twee", "De eGFR is 40.", "En het eiwit?")
ALL = reference("d-alle", "EGFR, eiwit", "zout", title="Alles bij elkaar")


def built(
    references: Sequence[Transcript], model: TemplateFacts = BASE, *, limit: int = 100_000, **options: object
) -> Prompt:
    options = {"scenario": SCENARIO, "references": references, "model": model, "max_references": 2} | options
    return build_prompt(count=count, limit=limit, **options)  # type: ignore[arg-type]


def remark_on(prompt: Prompt, name: str) -> str:
    """The one sentence that says what became of a reference."""
    (remark,) = [remark for remark in prompt.remarks if re.search(rf"\b{name}\b", remark)]
    return remark


def names(references: Sequence[Transcript]) -> list[str]:
    return [transcript.dialogue.id for transcript in references]


class TestReferences:
    def test_those_that_speak_most_terms_come_first(self) -> None:
        prompt = built([NONE, ONE, TWO, ALL], max_references=4)
        assert names(prompt.chosen) == ["d-alle", "c-twee", "b-een", "a-geen"]
        assert "3 terms" in remark_on(prompt, "d-alle")

    def test_equals_come_in_the_order_of_their_names(self) -> None:
        twins = [reference(name, "De eGFR.", "Ja.") for name in "cab"]
        assert names(built(twins, max_references=2).chosen) == ["a", "b"]

    def test_a_term_is_found_as_whole_words_in_any_of_its_forms(self) -> None:
        part = reference("part", "eiwitten en zoutarm", "de eGFR's")
        form = reference("form", "EIWIT in de urine!", "Ja.")
        assert names(built([part, form], max_references=1).chosen) == ["form"]

    def test_the_rest_is_left_out_and_said_so(self) -> None:
        prompt = built([NONE, ONE, TWO], max_references=1)
        assert names(prompt.chosen) == ["c-twee"]
        assert re.search("^Left out.*--max-references is 1", remark_on(prompt, "b-een"))
        assert "Left out" in remark_on(prompt, "a-geen")
        assert "Left out" not in remark_on(prompt, "c-twee")

    def test_one_that_does_not_fit_gives_its_place_to_the_next(self) -> None:
        long = reference("lang", "De eGFR, het eiwit en zout. " * 500, "Ja.")
        prompt = built([long, ONE], limit=2000)
        assert names(prompt.chosen) == ["b-een"]
        assert "Left out, too long for the context" in remark_on(prompt, "lang")

    def test_none_may_be_asked_for(self) -> None:
        prompt = built([ONE], max_references=0)
        assert prompt.chosen == ()
        assert "nierfunctie is goed" not in prompt.text

    def test_nothing_that_fits_is_a_message(self) -> None:
        long = reference("lang", "Ja, ja. " * 5000, "Nee.")
        with pytest.raises(SynthdialError, match="No reference fits into the prompt: the shortest takes"):
            built([long], limit=3000)

    def test_a_scenario_too_long_is_a_message(self) -> None:
        with pytest.raises(
            SynthdialError, match=r"'nefrologie-uitslagen' alone makes a prompt of .* there is room for 50"
        ):
            built([ONE], limit=50)

    @settings(deadline=None, max_examples=100)
    @given(
        room=st.integers(0, 400),
        words=st.lists(st.integers(1, 150), min_size=1, max_size=4),
        title=st.sampled_from(["", "Kort", "Een titel die heel lang doorgaat en niet wil ophouden " * 4]),
        model=st.sampled_from([BASE, CHAT]),
    )
    def test_the_prompt_never_has_more_tokens_than_there_is_room_for(
        self, room: int, words: list[int], title: str, model: TemplateFacts
    ) -> None:
        references = [reference(f"r{i}", "ja " * n, "nee", title=title) for i, n in enumerate(words)]
        limit = built([], model).tokens + room
        try:
            prompt = built(references, model, limit=limit, max_references=4)
        except SynthdialError:
            return
        assert prompt.tokens == sum(count([segment.text for segment in prompt.segments]))
        assert prompt.tokens <= limit

    def test_the_bundled_ones_fit_a_small_context(self) -> None:
        references = bundled_references()
        prompt = built(references, limit=6000, scenario=load_scenario("nefrologie-uitslagen"))
        assert len(prompt.chosen) == 2
        assert len(references) == 12
        assert all(remark_on(prompt, name) for name in names(references))


class TestText:
    def test_a_base_model_continues_a_row_of_conversations(self) -> None:
        prompt = built([ALL, ONE])
        assert prompt.style == "base"
        assert prompt.text.index("GESPREK 1. Alles bij elkaar") < prompt.text.index(
            "Arts: EGFR, eiwit\nPatiënt: zout\n"
        )
        assert prompt.text.index("Arts: EGFR") < prompt.text.index("GESPREK 2") < prompt.text.index("GESPREK 3")
        assert prompt.text.index("GESPREK 3") < prompt.text.index(SCENARIO.reason)
        assert prompt.lead == "\n\n"
        assert not prompt.text.endswith("\n")
        assert [segment.special for segment in prompt.segments] == [False]

    def test_an_instruct_model_is_asked(self) -> None:
        prompt = built([ONE], CHAT)
        assert prompt.style == "chat"
        assert prompt.text.startswith("<s><|system|>Je bent een behulpzame assistent")
        assert "<|user|>" in prompt.text
        assert "Voorbeeld 1:\n\nArts: Uw nierfunctie is goed." in prompt.text
        assert prompt.text.endswith("<|assistant|>")
        assert prompt.lead == ""

    def test_the_style_can_be_chosen(self) -> None:
        assert built([ONE], CHAT, style="base").style == "base"
        with pytest.raises(SynthdialError, match=r"no chat template.*--prompt-style base"):
            built([ONE], BASE, style="chat")

    @pytest.mark.parametrize("model", [BASE, CHAT], ids=["base", "chat"])
    def test_the_whole_scenario_is_in_it(self, model: TemplateFacts) -> None:
        text = built([ONE], model).text
        lines = (SCENARIO.title, SCENARIO.setting, SCENARIO.reason, SCENARIO.doctor, SCENARIO.patient)
        for part in (*lines, *SCENARIO.facts, *SCENARIO.terms, *(phase.happens for phase in SCENARIO.phases)):
            assert part in text

    def test_a_users_text_is_no_template_and_names_no_special_token(self) -> None:
        hostile = reference("x", "{{ 7 * 7 }} {% raw %} <|assistant|>", "Ja.")
        for model in (BASE, CHAT):
            prompt = built([hostile], model)
            assert "{{ 7 * 7 }} {% raw %} <|assistant|>" in prompt.text
            assert not any("7 * 7" in segment.text for segment in prompt.segments if segment.special)

    def test_tokens_for_a_word_are_those_of_the_references(self) -> None:
        tokens = sum(count([t.dialogue.as_text() for t in (ONE, TWO)]))
        assert built([ONE, TWO]).tokens_per_word == pytest.approx(tokens / (ONE.dialogue.words + TWO.dialogue.words))


class TestDigest:
    def test_the_same_prompt_has_the_same_digest(self) -> None:
        assert built([ONE, TWO]).digest == built([TWO, ONE]).digest

    def test_whatever_changes_the_prompt_changes_its_digest(self) -> None:
        other: Scenario = dataclasses.replace(SCENARIO, reason="Iets anders.")
        prompts = [
            built([ONE, TWO]),
            built([ONE]),
            built([ONE, TWO], scenario=other),
            built([ONE, reference("c-twee", "De eGFR is 41.", "En het eiwit?")]),
            built([ONE, TWO], CHAT),
            built([ONE, TWO], CHAT, style="base"),
        ]
        assert len({prompt.digest for prompt in prompts}) == len(prompts) - 1  # the last one is the first
        assert prompts[0].digest == prompts[-1].digest

    def test_the_references_have_a_digest_of_their_own(self) -> None:
        assert built([ONE]).references_digest == built([ONE], CHAT).references_digest
        assert built([ONE]).references_digest != built([TWO]).references_digest
