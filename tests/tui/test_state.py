"""What the screens remember: little, and nothing that would be missed."""

import json
from pathlib import Path

import pytest

from synthdial import locations
from synthdial.tui.state import MOST_RECENT, State, load_state, save_state


def test_what_was_saved_is_there_the_next_time() -> None:
    state = State(("/a.study", "/b.study"), "nl", "light", "Els", "clinician")
    save_state(state)
    assert load_state() == state


def test_only_its_owner_may_read_it() -> None:
    save_state(State())
    assert locations.user_state().stat().st_mode & 0o777 == 0o600


def test_the_study_opened_last_comes_first_and_stands_there_once() -> None:
    state = State().opened(Path("/a")).opened(Path("/b")).opened(Path("/a"))
    assert state.recent == ("/a", "/b")


def test_no_more_are_kept_than_a_list_can_show() -> None:
    state = State()
    for number in range(MOST_RECENT + 5):
        state = state.opened(Path(f"/{number}"))
    assert len(state.recent) == MOST_RECENT and state.recent[0] == f"/{MOST_RECENT + 4}"


def test_one_can_be_forgotten() -> None:
    assert State(("/a", "/b")).forgotten(Path("/a")).recent == ("/b",)


def test_a_path_is_kept_whole_however_it_was_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert State().opened(Path("a.study")).recent == (str(tmp_path / "a.study"),)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        pytest.param(b"[" * 100_000, id="nested"),
        b"\xff\xfe",
        b'{"recent": 3}',
        b'{"recent": [1, null]}',
        b'{"language": "fr", "theme": []}',
    ],
)
def test_a_damaged_file_is_nothing_remembered(content: bytes) -> None:
    locations.user_state().parent.mkdir(parents=True, exist_ok=True)
    locations.user_state().write_bytes(content)
    assert load_state() == State()


def test_what_is_sound_in_a_damaged_file_is_kept() -> None:
    locations.user_state().parent.mkdir(parents=True, exist_ok=True)
    locations.user_state().write_text(json.dumps({"recent": ["/a", 3], "language": "nl", "theme": "pink"}), "utf-8")
    assert load_state() == State(recent=("/a",), language="nl")


def test_a_place_that_cannot_be_written_is_no_trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SYNTHDIAL_HOME", str(tmp_path / "file"))
    save_state(State(recent=("/a",)))
    assert load_state() == State()
