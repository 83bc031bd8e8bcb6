"""The boxes over a review: flags, comments, edits, search and help."""

from pathlib import Path

import pytest
from reviews import TALK, Reviewing, reviewing, study_of
from showing import scene
from textual import events

from synthdial.review.events import FLAG_KINDS, SEVERITIES
from synthdial.tui.screens.comment import CommentScreen
from synthdial.tui.screens.edit import EditScreen
from synthdial.tui.screens.flag import FlagScreen
from synthdial.tui.screens.help import HelpScreen
from synthdial.tui.widgets.flag_names import KINDS
from synthdial.tui.widgets.flag_names import SEVERITIES as NAMED_SEVERITIES


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A study that is too small for a calibration round."""
    return study_of(tmp_path / "demo.study", 4)


def flags_of(at: Reviewing) -> list[tuple[int, str, str, str]]:
    return [(flag.turn, flag.kind, flag.severity, flag.note) for flag in at.stored().flags.values()]


def test_every_kind_of_flag_that_a_study_holds_has_its_key() -> None:
    assert tuple(KINDS) == FLAG_KINDS and tuple(NAMED_SEVERITIES) == SEVERITIES


class TestFlags:
    @scene
    async def test_three_keys_flag_the_turn_under_the_cursor(self, path: Path) -> None:
        async with reviewing(path) as at:
            await at.press("down", "f")
            assert isinstance(at.app.screen, FlagScreen) and TALK[1] in at.text
            await at.press("2", "enter")
            assert flags_of(at) == [(1, "unnatural", "minor", "")]
            assert "⚑ Unnatural, minor" in at.text

    @scene
    async def test_every_number_is_its_kind(self, path: Path) -> None:
        async with reviewing(path) as at:
            for number, kind in enumerate(FLAG_KINDS, 1):
                await at.press("f", str(number), "enter")
                assert flags_of(at)[-1][1] == kind

    @scene
    async def test_c_makes_it_critical_and_tab_leads_to_a_note(self, path: Path) -> None:
        async with reviewing(path) as at:
            await at.press("f", "1", "m", "c", "tab", *"1 c", "enter")
            assert flags_of(at) == [(0, "wrong fact", "critical", "1 c")]
            assert "⚑ Wrong fact, critical: 1 c" in at.text

    @scene
    async def test_the_kind_must_be_said(self, path: Path) -> None:
        async with reviewing(path) as at:
            await at.press("f", "c", "enter")
            assert "Say what is wrong: a number from 1 to 5." in at.text and not flags_of(at)
            await at.press("escape")
            assert not flags_of(at) and at.app.screen is at.screen

    @scene
    async def test_arrows_choose_too(self, path: Path) -> None:
        async with reviewing(path) as at:
            await at.press("f", "down", "down", "down", "up", "enter")
            assert flags_of(at) == [(0, "unnatural", "minor", "")]

    @scene
    async def test_d_takes_the_last_flag_of_the_turn_away(self, path: Path) -> None:
        async with reviewing(path) as at:
            await at.press("f", "1", "enter", "f", "4", "enter", "down", "f", "d")
            assert isinstance(at.app.screen, FlagScreen)  # there is none on this turn
            await at.press("escape", "up", "f")
            assert "Flagged already: Privacy, minor" in at.text
            await at.press("d")
            assert flags_of(at) == [(0, "wrong fact", "minor", "")]


class TestComments:
    @scene
    async def test_c_comments_on_the_turn_and_shows_it_there(self, path: Path) -> None:
        async with reviewing(path) as at:
            await at.press("down", "c")
            assert isinstance(at.app.screen, CommentScreen) and TALK[1] in at.text
            await at.press(*"mooi", "ctrl+j", *"zo", "enter")
            assert at.stored().comments == {1: "mooi\nzo"}
            assert "» mooi" in at.text

    @scene
    async def test_capital_c_comments_on_the_whole(self, path: Path) -> None:
        async with reviewing(path, size=(160, 50)) as at:
            await at.press("C", *"kort", "enter")
            assert at.stored().comments == {None: "kort"}
            assert "» On the whole conversation: kort" in at.text

    @scene
    async def test_a_comment_is_changed_and_taken_away(self, path: Path) -> None:
        async with reviewing(path) as at:
            await at.press("c", *"ja", "enter", "c", "!", "enter")
            assert at.stored().comments == {0: "ja!"}
            await at.press("c", "backspace", "backspace", "backspace", "enter")
            assert at.stored().comments == {} and "The comment is gone." in at.status

    @scene
    async def test_what_is_not_saved_is_not_thrown_away_at_the_first_key(self, path: Path) -> None:
        async with reviewing(path) as at:
            await at.press("c", *"ja", "escape")
            assert "Not saved yet" in at.text and isinstance(at.app.screen, CommentScreen)
            await at.press("!", "escape")
            assert isinstance(at.app.screen, CommentScreen)  # warned again, since it was gone on with
            await at.press("escape")
            assert at.app.screen is at.screen and at.stored().comments == {}


class TestEdits:
    @scene
    async def test_the_new_text_is_shown_and_the_original_kept(self, path: Path) -> None:
        async with reviewing(path) as at:
            await at.press("down", "e")
            assert isinstance(at.app.screen, EditScreen) and "Original, which is kept" in at.text
            await at.press("backspace", *", dokter.", "enter")
            edit = at.stored().edits[1]
            assert edit.text == "Ja, gaat wel. Nog steeds moe, dokter."
            assert edit.distance == 8  # the characters of ', dokter' were put in
            assert "dokter." in at.text and "✎ Edited (o: original)" in at.text
            assert at.session.dialogue(at.session.items[0]).turns[1].text == TALK[1]

    @scene
    async def test_o_shows_the_original_and_hides_it(self, path: Path) -> None:
        async with reviewing(path, size=(160, 50)) as at:
            await at.press("down", "e", "!", "enter", "o")
            assert f"Original: {TALK[1]}" in at.text
            await at.press("o")
            assert "Original:" not in at.text
            await at.press("up", "o")
            assert "This turn is as it was." in at.status

    @scene
    async def test_the_time_at_it_is_measured_without_pauses(self, path: Path) -> None:
        async with reviewing(path) as at:
            await at.press("e")
            at.clock.now += 8
            await at.press("!")
            at.clock.now += 3600
            await at.press("!")
            at.clock.now += 4
            await at.press("enter")
            assert at.stored().edits[0].seconds == 8 + 120 + 4

    @scene
    async def test_time_at_an_edit_is_time_at_the_dialogue(self, path: Path) -> None:
        async with reviewing(path) as at:
            await at.press("e")
            for _ in range(5):
                at.clock.now += 100
                await at.press("!")
            await at.press("enter", "n")
            assert at.stored().seconds == 500

    @scene
    async def test_writing_the_original_again_takes_the_edit_away(self, path: Path) -> None:
        async with reviewing(path) as at:
            await at.press("e", "!", "enter")
            assert 0 in at.stored().edits
            await at.press("e", "ctrl+o", "enter")
            assert at.stored().edits == {} and "✎" not in at.text

    @scene
    async def test_a_turn_cannot_be_empty_and_nothing_new_is_no_edit(self, path: Path) -> None:
        async with reviewing(path) as at:
            await at.press("down", "down", "down", "down", "e", *["backspace"] * 8, "enter")
            assert "A turn must have words" in at.text and isinstance(at.app.screen, EditScreen)
            await at.press("ctrl+o", "enter")
            assert at.app.screen is at.screen and at.stored().edits == {}

    @scene
    async def test_a_line_break_becomes_a_space(self, path: Path) -> None:
        async with reviewing(path) as at:
            await at.press("down", "e", "ctrl+j", "enter")
            assert at.stored().edits == {}  # the key makes no line here
            await at.press("e")
            at.app.screen.query_one("#writing").insert("\neven")  # type: ignore[attr-defined]  # as a paste would
            await at.press("enter")
            assert at.stored().edits[1].text == f"{TALK[1]} even"


class TestSearch:
    @scene
    async def test_a_hit_leads_to_its_turn(self, path: Path) -> None:
        async with reviewing(path) as at:
            await at.press("slash", *"BANAAN")
            assert "4 found." in at.text and "conversation 1, turn 8, Patient" in at.text
            await at.press("down", "down", "enter")
            assert "Conversation 3 of 4" in at.text and "turn 8 of 8" in at.status
            assert "▶□ Patient Ik eet elke dag een" in at.text

    @scene
    async def test_the_words_round_a_hit_are_text_of(self, path: Path) -> None:
        async with reviewing(path) as at:
            await at.press("slash", *"tomaten")
            assert all("tomaten" in line for line in at.lines if "… " in line)
            assert sum("tomaten en" in line for line in at.lines) >= 4

    @scene
    async def test_one_letter_is_too_little_and_nothing_found_is_said(self, path: Path) -> None:
        async with reviewing(path) as at:
            await at.press("slash", "a")
            assert "found" not in at.text
            await at.press(*"xolotl")
            assert "Nothing was found." in at.text
            await at.press("enter")
            assert "Nothing was found." in at.text
            await at.press("escape")
            assert at.app.screen is at.screen and "Conversation 1 of 4" in at.text

    @scene
    async def test_only_some_of_very_many_hits_are_text_of(self, tmp_path: Path) -> None:
        path = study_of(tmp_path / "many.study", 70, turns=("Ja ja.", "Nee ja.", "Ach ja."))
        async with reviewing(path) as at:
            await at.press("enter", "slash", *"ja")
            assert "210 found; the first 200 are shown." in at.text


class TestHelp:
    @scene
    async def test_question_mark_shows_all_keys(self, path: Path) -> None:
        async with reviewing(path, size=(160, 50)) as at:
            await at.press("question_mark")
            assert isinstance(at.app.screen, HelpScreen)
            told = at.text
            await at.press("end")
            told += at.text
            for words in (
                "Answer the question", "Next question", "Next conversation", "Flag the turn", "Comment on the turn",
                "Comment on the whole", "Edit the turn", "Show the original", "Accept for the corpus", "Undo", "Search",
                "Finish the conversation", "Leave", "Next turn",
            ):  # fmt: skip
                assert words in told
            await at.press("escape")
            assert at.app.screen is at.screen


class TestFastHands:
    @staticmethod
    async def burst(at: Reviewing, *keys: str) -> None:
        """Press keys before the application has answered the first."""
        for key in keys:
            at.app.post_message(events.Key(key, key if len(key) == 1 else None))
        for _ in range(5):
            await at.pilot.pause()

    @scene
    async def test_enter_twice_closes_one_box(self, path: Path) -> None:
        async with reviewing(path) as at:
            for keys in (["c", *"ja"], ["e", "!"], ["f", "2"], ["slash", *"banaan"]):
                await at.press(*keys)
                await self.burst(at, "enter", "enter")
                assert at.app.screen is at.screen
            assert at.stored().comments == {0: "ja"} and len(at.stored().flags) == 1

    @scene
    async def test_escape_twice_leaves_one_screen(self, path: Path) -> None:
        async with reviewing(path) as at:
            await self.burst(at, "escape", "escape")
            assert type(at.app.screen).__name__ == "HomeScreen"

    @scene
    async def test_keys_of_a_box_that_is_just_opening_do_not_rate(self, path: Path) -> None:
        async with reviewing(path) as at:
            await self.burst(at, "f", "2", "c", "enter", "4")
            assert flags_of(at) == [(0, "unnatural", "critical", "")]
            assert at.stored().scores == {"fluency": 4}
