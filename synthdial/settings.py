"""The user's settings: one small TOML file that need not exist.

``[labels]`` adds speaker labels to those known: ``"Zuster" = "Arts"``. ``model`` names the model to use when neither
``--model`` nor ``SYNTHDIAL_MODEL`` does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from synthdial import locations
from synthdial.toml_file import check_keys, expect, read_toml


@dataclass(frozen=True)
class Settings:
    """What the user has set.

    Attributes
    ----------
    model : str or None
        Name or path of the model to use by default.
    labels : mapping of str to str
        Speaker labels of transcripts and the role each stands for, ``Arts`` or ``Patiënt``.
    """

    model: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)


def load_settings() -> Settings:
    """Read the settings file, or the defaults where there is none.

    Raises
    ------
    SynthdialError
        When the file has a mistake; the message names it.
    """
    path = locations.user_settings()
    if not path.exists():
        return Settings()
    table = read_toml(path)
    check_keys(table, str(path), (), ("model", "labels"))
    model = table.get("model")
    if model is not None:
        expect(model, str, f"{path}: model", "a name or a path")
    labels = expect(table.get("labels", {}), dict, f"{path}: [labels]", "a table of labels and roles")
    for label, role in labels.items():
        expect(role, str, f"{path}: the label '{label}'", "'Arts' or 'Patiënt'")
    return Settings(model, labels)
