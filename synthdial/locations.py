"""Where everything lives: the program's own files, and the user's."""

import os
import sys
from pathlib import Path

import platformdirs

_APP = "synthdial-edge"
_PACKAGE = Path(__file__).parent


def bundled(*parts: str) -> Path:
    """A file or folder that comes with the program."""
    return _PACKAGE.joinpath("data", *parts)


def catalogue() -> Path:
    """The catalogue of models: beside the package in a checkout, inside it when installed."""
    inside = bundled("catalogue.toml")
    return inside if inside.exists() else _PACKAGE.parent / "models" / "catalogue.toml"


def program_models() -> Path:
    """The folder ``models/`` beside the program, where a bundle or a checkout keeps model files."""
    frozen = getattr(sys, "frozen", False)
    return (Path(sys.executable).parent if frozen else _PACKAGE.parent) / "models"


def home() -> Path | None:
    """The folder that ``SYNTHDIAL_HOME`` names for everything of the user's, if it is set."""
    value = os.environ.get("SYNTHDIAL_HOME", "").strip()
    return Path(value) if value else None


def user_data() -> Path:
    """The user's data folder; models are in ``models/`` below it."""
    return home() or Path(platformdirs.user_data_dir(_APP, appauthor=False))


def user_models() -> Path:
    """Where the user's models are."""
    return user_data() / "models"


def user_settings() -> Path:
    """The user's settings file; it need not exist."""
    return (home() or Path(platformdirs.user_config_dir(_APP, appauthor=False))) / "settings.toml"


def user_digests() -> Path:
    """Where the SHA-256 of model files are remembered, so that gigabytes are read once."""
    return (home() or Path(platformdirs.user_cache_dir(_APP, appauthor=False))) / "digests.json"


def user_lexicons() -> Path:
    """Where a user's lexicons take the place of the bundled ones of the same name."""
    return user_settings().parent / "lexicons"


def user_state() -> Path:
    """Where the screens remember what they were last used for: recent studies, language, theme, the rater's name."""
    return user_data() / "state.json"


def trusted_keys() -> Path:
    """The user's folder of public keys, ``*.pub``, whose bundles are trusted."""
    return user_settings().parent / "trusted-keys"
