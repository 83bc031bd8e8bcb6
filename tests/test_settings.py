"""The user's settings file, and the labels it adds."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from synthdial.dialogue import Speaker
from synthdial.errors import SynthdialError
from synthdial.settings import Settings, Thresholds, load_settings
from synthdial.transcripts import known_labels, read_transcript


@pytest.fixture
def settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("SYNTHDIAL_HOME", str(tmp_path))
    known_labels.cache_clear()
    yield tmp_path / "settings.toml"
    known_labels.cache_clear()


def test_no_file_means_the_defaults(settings_file: Path) -> None:
    assert load_settings() == Settings(model=None, labels={})
    assert known_labels().role("Zuster") is None


def test_a_model_and_labels(settings_file: Path) -> None:
    settings_file.write_text('model = "gemma"\n[labels]\n"Zuster" = "Arts"\n', "utf-8")
    assert load_settings() == Settings("gemma", {"Zuster": "Arts"})


def test_a_language_and_a_theme(settings_file: Path) -> None:
    settings_file.write_text('language = "nl"\ntheme = "contrast"\n', "utf-8")
    assert load_settings() == Settings(language="nl", theme="contrast")


def test_limits_of_what_a_dialogue_may_share_with_a_reference(settings_file: Path) -> None:
    settings_file.write_text("[leakage]\nlongest_run = 9\nsimilarity = 0.2\n", "utf-8")
    limits = load_settings().leakage
    assert limits == Thresholds(longest_run=9, similarity=0.2)
    assert (limits.rare_five_grams, limits.identifiers) == (Thresholds().rare_five_grams, 0)


def test_an_added_label_is_read_in_a_transcript(settings_file: Path, tmp_path: Path) -> None:
    settings_file.write_text('[labels]\nZuster = "Arts"\n"Oma van der Berg" = "Patiënt"\n', "utf-8")
    transcript = tmp_path / "a.txt"
    transcript.write_text("ZUSTER: Zo.\nOma van der Berg: Ja.\nArts: Goed.\n", "utf-8")
    speakers = [turn.speaker for turn in read_transcript(transcript).dialogue.turns]
    assert speakers == [Speaker.DOCTOR, Speaker.PATIENT, Speaker.DOCTOR]


def test_an_added_label_is_found_inside_a_text(settings_file: Path) -> None:
    settings_file.write_text('[labels]\n"Zuster (2)" = "Arts"\n', "utf-8")
    assert known_labels().inside_text().search("Goed. Zuster (2): ja")


def test_a_settings_label_may_change_a_bundled_role(settings_file: Path) -> None:
    settings_file.write_text('[labels]\nPartner = "Arts"\n', "utf-8")
    assert known_labels().role("partner") is Speaker.DOCTOR


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('[labels]\nZuster = "Verpleger"\n', "'Zuster' stands for 'Verpleger'.*'Arts' or 'Patiënt'"),
        ("[labels]\nZuster = 1\n", "the label 'Zuster' must be 'Arts' or 'Patiënt'"),
        ('labels = "x"\n', "a table of labels and roles"),
        ("model = 3\n", "a name or a path"),
        ('language = "ned"\n', "language must be one of nl, en, not 'ned'"),
        ("language = true\n", "language must be one of nl, en, not True"),
        ('theme = "contrst"\n', "theme must be one of dark, light, contrast.*Did you mean 'contrast'"),
        ("leakage = 3\n", "a table of limits"),
        ("[leakage]\nlongest_run = 7.5\n", "longest_run must be a whole number, 0 or more, not 7.5"),
        ("[leakage]\nidentifiers = -1\n", "identifiers must be a whole number, 0 or more, not -1"),
        ("[leakage]\nidentifiers = true\n", "identifiers must be a whole number"),
        ("[leakage]\nsimilarity = 15\n", "similarity must be a number from 0 to 1, not 15"),
        ("[leakage]\nsimilarity = nan\n", "similarity must be a number from 0 to 1"),
        ("[leakage]\nlongest_runs = 9\n", "unknown key 'longest_runs'.*Did you mean 'longest_run'"),
        ('modell = "x"\n', "unknown key 'modell'.*Did you mean 'model'"),
        ("model\n", "not valid TOML"),
    ],
)
def test_a_mistake_is_named_with_the_file(settings_file: Path, content: str, message: str) -> None:
    settings_file.write_text(content, "utf-8")
    with pytest.raises(SynthdialError, match=message) as caught:
        known_labels()
    assert str(settings_file) in str(caught.value)
