"""Finding, taking in and verifying model files."""

import hashlib
from pathlib import Path

import pytest
from gguf_files import STRING, gguf

from synthdial.engine.models import add_model, find_model, installed_models, model_digest, verify_model
from synthdial.errors import SynthdialError

MODEL, OTHER = gguf(), gguf({"general.name": (STRING, "Anders")})
CATALOGUE = f"""
[piep]
file = "Piep-Q4.gguf"
sha256 = "{hashlib.sha256(MODEL).hexdigest()}"
bytes = {len(MODEL)}
licence = "MIT"
prompt_style = "base"
about = "Klein."

[toeter]
file = "toeter.gguf"
bytes = 5
licence = "MIT"
prompt_style = "chat"
about = "Groot."
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's folder, empty."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("SYNTHDIAL_HOME", str(folder))
    monkeypatch.delenv("SYNTHDIAL_MODEL", raising=False)
    return folder


@pytest.fixture(autouse=True)
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of models beside the program, empty; no demo package; a catalogue of two."""
    folder = tmp_path / "program"
    folder.mkdir()
    (tmp_path / "catalogue.toml").write_text(CATALOGUE, "utf-8")
    monkeypatch.setattr("synthdial.locations.program_models", lambda: folder)
    monkeypatch.setattr("synthdial.locations.catalogue", lambda: tmp_path / "catalogue.toml")
    monkeypatch.setattr("synthdial.engine.models._DEMO_PACKAGE", "no_such_package")
    return folder


def put(folder: Path, name: str, content: bytes = MODEL) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    return folder / name


class TestFinding:
    def test_nothing_anywhere_says_where_was_looked_and_what_to_do(self, home: Path, beside: Path) -> None:
        with pytest.raises(SynthdialError) as caught:
            find_model()
        for part in ("No model was found", "--model", "SYNTHDIAL_MODEL", str(beside), str(home / "models")):
            assert part in caught.value.message
        assert "models add" in caught.value.hint

    def test_what_is_wanted_comes_before_all_else(
        self, home: Path, beside: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("a", "b", "c", "d"):
            put(home / "models", f"{name}.gguf")
        assert find_model().name == "a"
        (home / "settings.toml").write_text('model = "b"', "utf-8")
        assert find_model().name == "b"
        monkeypatch.setenv("SYNTHDIAL_MODEL", "c")
        assert find_model().name == "c"
        assert find_model("d").name == "d"

    def test_models_beside_the_program_come_before_the_users(self, home: Path, beside: Path) -> None:
        put(home / "models", "a.gguf")
        put(beside, "z.gguf")
        assert [model.name for model in installed_models()] == ["z", "a"]
        assert find_model().path == beside / "z.gguf"

    def test_a_model_is_known_by_its_catalogue_name_and_its_files(self, home: Path) -> None:
        path = put(home / "models", "piep-q4.GGUF".replace("GGUF", "gguf"))
        for name in ("piep", "piep-q4.gguf", str(path)):
            found = find_model(name)
            assert (found.name, found.path) == ("piep", path)
            assert found.entry is not None

    def test_a_path_need_not_be_in_a_models_folder(self, tmp_path: Path) -> None:
        path = put(tmp_path / "elders", "mijn.gguf")
        found = find_model(str(path))
        assert (found.name, found.path, found.entry) == ("mijn", path, None)

    def test_an_unknown_name_suggests_the_nearest(self, home: Path) -> None:
        put(home / "models", "piep-q4.gguf")
        with pytest.raises(SynthdialError, match=r"There is no model 'piepp' on this machine.*Did you mean 'piep'"):
            find_model("piepp")

    def test_a_model_of_the_catalogue_that_is_not_here_says_how_to_bring_it(self) -> None:
        with pytest.raises(SynthdialError, match=r"no model 'toeter' on this machine.*Fetch toeter\.gguf.*models add"):
            find_model("toeter")


class TestTakingIn:
    def test_the_file_is_copied_and_its_digest_remembered(self, home: Path, tmp_path: Path) -> None:
        model, header = add_model(put(tmp_path / "usb", "mijn.gguf"))
        assert model.path == home / "models" / "mijn.gguf"
        assert model.path.read_bytes() == MODEL
        assert header.architecture == "llama"
        assert hashlib.sha256(MODEL).hexdigest() in (home / "digests.json").read_text("utf-8")
        assert find_model("mijn").path == model.path

    @pytest.mark.parametrize("content", [b"", b"[]", pytest.param(b"[" * 100_000, id="nested"), b'{"a": 3}', b"\xff"])
    def test_digests_that_are_damaged_are_made_anew(self, home: Path, tmp_path: Path, content: bytes) -> None:
        put(home, "digests.json", content)
        add_model(put(tmp_path / "usb", "mijn.gguf"))
        assert hashlib.sha256(MODEL).hexdigest() in (home / "digests.json").read_text("utf-8")

    def test_taking_in_twice_is_no_problem(self, home: Path, tmp_path: Path) -> None:
        path = put(tmp_path / "usb", "mijn.gguf")
        first, _ = add_model(path)
        again, _ = add_model(path)
        assert first == again == add_model(first.path)[0]

    def test_another_file_of_the_same_name_is_refused(self, home: Path, tmp_path: Path) -> None:
        put(home / "models", "mijn.gguf")
        with pytest.raises(SynthdialError, match="exists and is another file"):
            add_model(put(tmp_path / "usb", "mijn.gguf", OTHER))
        assert (home / "models" / "mijn.gguf").read_bytes() == MODEL

    @pytest.mark.parametrize("content", [b"", b"GGUF", MODEL[:-1], b"Arts: ja"])
    def test_a_file_that_is_no_sound_model_is_not_copied(self, home: Path, tmp_path: Path, content: bytes) -> None:
        with pytest.raises(SynthdialError):
            add_model(put(tmp_path / "usb", "mijn.gguf", content))
        assert not (home / "models").exists()

    def test_an_ending_in_capitals_is_an_ending(self, home: Path, tmp_path: Path) -> None:
        model, _ = add_model(put(tmp_path / "usb", "MIJN.GGUF"))
        assert find_model(model.name).path.read_bytes() == MODEL

    def test_a_name_that_would_not_be_found_again_is_refused(self, home: Path, tmp_path: Path) -> None:
        with pytest.raises(SynthdialError, match=r"\.gguf"):
            add_model(put(tmp_path / "usb", "mijn.bin"))
        assert not (home / "models" / "mijn.bin").exists()

    def test_no_room_is_a_message(self, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        class Usage:
            free = 10

        monkeypatch.setattr("synthdial.engine.models.shutil.disk_usage", lambda path: Usage)
        with pytest.raises(SynthdialError, match=r"mijn\.gguf takes .* GB; .* has 0\.0 GB left"):
            add_model(put(tmp_path / "usb", "mijn.gguf"))


class TestVerifying:
    def test_the_catalogues_file_matches(self, home: Path) -> None:
        put(home / "models", "Piep-Q4.gguf")
        assert verify_model(find_model("piep")).matches is True

    def test_another_file_of_that_name_does_not(self, home: Path) -> None:
        put(home / "models", "Piep-Q4.gguf", OTHER)
        verdict = verify_model(find_model("piep"))
        assert verdict.matches is False
        assert verdict.sha256 == hashlib.sha256(OTHER).hexdigest()

    def test_a_file_that_the_catalogue_does_not_know_is_neither(self, home: Path) -> None:
        put(home / "models", "mijn.gguf")
        assert verify_model(find_model("mijn")).matches is None

    def test_a_damaged_file_is_a_message(self, home: Path) -> None:
        put(home / "models", "mijn.gguf", MODEL[:-1])
        with pytest.raises(SynthdialError, match="truncated"):
            verify_model(find_model("mijn"))


class TestDigests:
    def test_a_changed_file_has_another_digest(self, home: Path) -> None:
        path = put(home / "models", "mijn.gguf")
        assert model_digest(path) == model_digest(path) == hashlib.sha256(MODEL).hexdigest()
        path.write_bytes(OTHER)
        assert model_digest(path) == hashlib.sha256(OTHER).hexdigest()

    @pytest.mark.parametrize("content", ["", "{", "[]", '{"x": 3}', '{"x": [1, 2]}', "\0"])
    def test_damaged_memory_of_digests_is_made_anew(self, home: Path, content: str) -> None:
        (home / "digests.json").write_text(content, "utf-8")
        path = put(home / "models", "mijn.gguf")
        assert model_digest(path) == hashlib.sha256(MODEL).hexdigest()

    def test_a_home_that_cannot_be_written_does_not_matter(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = put(tmp_path / "elders", "mijn.gguf")
        monkeypatch.setenv("SYNTHDIAL_HOME", str(path / "no folder"))
        assert model_digest(path) == hashlib.sha256(MODEL).hexdigest()
