"""The licence of an exported corpus, and the terms of the models that wrote it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from synthdial import locations
from synthdial.engine.models import CatalogueEntry, read_catalogue
from synthdial.errors import SynthdialError
from synthdial.export.composition import Making
from synthdial.toml_file import read_toml

OTHER = "other"
_IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9.+-]{0,63}")
_SECTION = "README.md#licence-and-terms"


@dataclass(frozen=True)
class ModelTerms:
    """A model that wrote dialogues of an export, or an adapter that was applied to one, and its terms.

    Attributes
    ----------
    model, sha256 : str
        Its name, and the digest of its file.
    dialogues : int
        How many of the export it wrote.
    licence : str
        What the catalogue calls its licence; empty where it does not know the model.
    same_file : bool
        Whether the digest is the catalogue's; False also where the catalogue has none.
    about : str
        What the catalogue says of the model.
    name, link, says : str
        Of the licence: its name in a card, where it can be read, and what it says of what the model writes; empty where
        that is not known.
    binds, commercial : bool
        Whether it sets terms for what the model writes; whether the model may be used commercially. True and False
        where that is not known.
    """

    model: str
    sha256: str
    dialogues: int
    licence: str = ""
    same_file: bool = False
    about: str = ""
    name: str = ""
    link: str = ""
    says: str = ""
    binds: bool = True
    commercial: bool = False


@dataclass(frozen=True)
class Licence:
    """The licence of a corpus as its card has it.

    Attributes
    ----------
    id : str
        An identifier of Hugging Face's list, or ``other``.
    name, link : str
        What ``other`` stands for, and where it can be read; empty elsewhere.
    chosen : bool
        Whether who exports chose it.
    """

    id: str
    name: str = ""
    link: str = ""
    chosen: bool = False

    @property
    def shown(self) -> str:
        """What it is called."""
        return self.name or self.id


def licence_id(text: str) -> str:
    """A licence's identifier, checked.

    Raises
    ------
    SynthdialError
        When it cannot be one.
    """
    found = text.strip().lower()
    if not _IDENTIFIER.fullmatch(found) or found == OTHER:
        raise SynthdialError(
            f"'{text}' is no identifier of a licence.",
            "Give one as SPDX and Hugging Face write it, such as cc0-1.0 or mit, or none: the card then names the "
            "terms of the models.",
        )
    return found


def model_terms(makings: Sequence[Making]) -> tuple[ModelTerms, ...]:
    """The models that wrote dialogues of an export and their adapters, in the order they were first used."""
    counted: dict[tuple[str, str], int] = {}
    for making in makings:
        for kind in ("model", "adapter"):
            key = making.text(kind), making.text(f"{kind}_sha256")
            if kind == "model" or key[1]:
                counted[key] = counted.get(key, 0) + making.dialogues
    catalogue = read_catalogue()
    known = read_toml(locations.bundled("card", "licences.toml"))
    return tuple(_terms(model, sha256, count, catalogue, known) for (model, sha256), count in counted.items())


def _terms(
    model: str, sha256: str, count: int, catalogue: Mapping[str, CatalogueEntry], known: Mapping[str, Any]
) -> ModelTerms:
    entry = next((one for one in catalogue.values() if one.sha256 and one.sha256 == sha256), None)
    same = entry is not None
    entry = entry or catalogue.get(model)
    if entry is None:
        return ModelTerms(model, sha256, count)
    return ModelTerms(model, sha256, count, entry.licence, same, entry.about, **known.get(entry.licence, {}))


def corpus_licence(terms: Sequence[ModelTerms], chosen: str | None = None) -> Licence:
    """The licence of a corpus: what was chosen, else the terms of its models.

    No tool can give rights in a name that it does not have: without a choice the card says ``other`` and names the
    terms that the models set, or that none was chosen where they set none.

    Parameters
    ----------
    terms : sequence of ModelTerms
        The models that wrote it.
    chosen : str, optional
        An identifier, see `licence_id`.
    """
    if chosen is not None:
        return Licence(licence_id(chosen), chosen=True)
    binding = [one for one in terms if one.binds]
    if not binding:
        return Licence(OTHER, "no-licence-chosen", _SECTION)
    names = list(dict.fromkeys(one.name or "terms-of-a-model-not-in-the-catalogue" for one in binding))
    links = list(dict.fromkeys(one.link for one in binding))
    return Licence(OTHER, "-and-".join(names), links[0] if len(links) == 1 and links[0] else _SECTION)
