"""The Croissant description of an export: JSON-LD by which programs find, check and load its files.

Croissant 1.0 (MLCommons, 2024) with the properties of its RAI vocabulary.
"""

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from synthdial.export.facts import Facts, File
from synthdial.export.markdown import one_line
from synthdial.outgoing import json_text

_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_ENCODINGS = {
    ".jsonl": "application/jsonlines",
    ".json": "application/json",
    ".csv": "text/csv",
    ".parquet": "application/x-parquet",
    ".txt": "text/plain",
    ".xml": "application/tei+xml",
    ".zip": "application/zip",
    ".md": "text/markdown",
}
_SPLITS = {
    "train": "https://mlcommons.org/definitions/training_split",
    "validation": "https://mlcommons.org/definitions/validation_split",
    "test": "https://mlcommons.org/definitions/test_split",
}
_NAME = re.compile(r"[^A-Za-z0-9_.-]+")
_WHOLE, _NUMBER, _TEXT, _BOOLEAN = "sc:Integer", "sc:Float", "sc:Text", "sc:Boolean"
Json = dict[str, Any]


def croissant(facts: Facts, root: Path, documents: Mapping[str, str]) -> str:
    """The description as JSON-LD.

    Parameters
    ----------
    facts : Facts
        What it tells.
    root : Path
        The folder in which the files lie by their names; their columns are read from them.
    documents : mapping of str to str
        SHA-256 of the documents beside them that it names, by name.
    """
    formats: dict[str, list[File]] = {}
    for file in facts.files:
        if file.dialogues:
            formats.setdefault(file.format, []).append(file)
    distribution = [_file_object(file.name, file.sha256, file.size) for file in facts.files]
    distribution += [_file_object(name, sha256, (root / name).stat().st_size) for name, sha256 in documents.items()]
    record_sets: list[Json] = []
    for form, files in formats.items():
        fields = columns(root / files[0].name)
        if not fields:
            continue
        source: Json = {"fileObject": {"@id": files[0].name}}
        if len(files) > 1:
            distribution.append(_file_set(form, files))
            source = {"fileSet": {"@id": f"{form}-files"}}
        record_sets.append(_record_set(form, files, fields, source))
    if any("/split" in field["@id"] for one in record_sets for field in one["field"]):
        record_sets.insert(0, _split_set(facts.splits))
    return json_text(_dataset(facts, distribution, record_sets), indent=1) + "\n"


def _dataset(facts: Facts, distribution: list[Json], record_sets: list[Json]) -> Json:
    total = facts.composition.total
    licence = facts.licence
    link = licence.link if licence.link.startswith("https://") else ""
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "name": _name(facts.title),
        "alternateName": one_line(facts.title),
        "description": (
            f"{total.dialogues} synthetic conversations in Dutch between a doctor and a patient ({total.turns} turns, "
            f"{total.words} words), written by a language model; no real patient is in them. See {facts.names.card}."
        ),
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "citeAs": (
            "@inproceedings{kuan2026dutchmedical, author = {Kuan and Parikh and van den Heuvel}, title = {Generating "
            "High "
            "Quality Synthetic Data for Dutch Medical Conversations}, booktitle = {LREC 2026}, year = {2026}, note = "
            "{arXiv:2604.09645}}"
        ),
        "license": link or licence.shown,
        "version": facts.version,
        "datePublished": facts.day,
        "inLanguage": "nl",
        "keywords": ["synthetic", "dialogue", "Dutch", "medical", "doctor-patient"],
        "isLiveDataset": False,
        **_responsible(facts),
        "distribution": distribution,
        "recordSet": record_sets,
    }


def _responsible(facts: Facts) -> Json:
    """The properties of the RAI vocabulary, from the facts."""
    composition, judged = facts.composition, facts.judged
    models = ", ".join(dict.fromkeys(one_line(one.model) for one in facts.terms))
    first, last = composition.span()
    held = ", ".join(f"{count} {reason}" for reason, count in facts.held.items()) or "none"
    outside = ", ".join(row.own.name for row in facts.figures.outside) or "none"
    found: Json = {
        "rai:dataCollection": (
            f"Written by a language model ({models}) on a local machine with synthdial-edge, from scenario cards "
            "and, where the "
            "recipe has any, reference conversations in the prompt. Nothing was recorded."
        ),
        "rai:dataCollectionType": ["Synthetic data generation"],
        "rai:dataPreprocessingProtocol": [
            "References were de-identified before a prompt saw them, unless they are the bundled ones, which are "
            "about nobody.",
            "Every dialogue was compared with the references for copied text; what copied was held back (held: "
            f"{held}).",
        ],
        "rai:dataBiases": [
            "The language, medicine and manners are those of the model and of the scenario cards, not of a "
            "population of "
            f"patients. Measures whose mean lies outside the range of the reference conversations: {outside}.",
        ],
        "rai:dataLimitations": [
            "Medical statements were not corrected and may be wrong. Not for decisions about care, not a source of "
            "medical "
            "facts, no evidence of how people talk.",
        ],
        "rai:dataUseCases": [
            "Research on dialogue and language",
            "Development and testing of software",
            "Training of models",
        ],
        "rai:personalSensitiveInformation": [
            "None of a real person is meant to be in it: names and facts are invented by the model. The check for "
            "copied names, "
            "dates, numbers and text cannot show that nothing was retold in other words.",
        ],
        "rai:machineAnnotationTools": ["synthdial-edge measures"],
    }
    if first:
        found["rai:dataCollectionTimeFrame"] = list(dict.fromkeys([first[:10], last[:10]]))
    if judged is not None:
        roles = ", ".join(f"{count} {one_line(role)}" for role, count in judged.raters.items())
        found |= {
            "rai:dataAnnotationProtocol": [
                f"{judged.people} reviewers ({roles}) rated {judged.dialogues} dialogues blind, on "
                f"{len(judged.criteria)} criteria from 1 to 5; the scores are summed up in {facts.names.card}."
            ],
            "rai:annotatorDemographics": [f"Reviewers by role: {roles}. Nothing else was recorded."],
        }
    return found


def _name(title: str) -> str:
    """A name that programs accept: letters, digits, points, dashes."""
    return _NAME.sub("-", title).strip("-") or "synthetic-dialogues"


def _file_object(name: str, sha256: str, size: int) -> Json:
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "contentUrl": name,
        "contentSize": f"{size} B",
        "encodingFormat": _ENCODINGS.get(PurePosixPath(name).suffix.casefold(), "application/octet-stream"),
        "sha256": sha256,
    }


def _file_set(form: str, files: Sequence[File]) -> Json:
    return {
        "@type": "cr:FileSet",
        "@id": f"{form}-files",
        "name": f"{form}-files",
        "description": f"The files of the format {form}, one a split.",
        "encodingFormat": _ENCODINGS.get(PurePosixPath(files[0].name).suffix.casefold(), "application/octet-stream"),
        "includes": [file.name for file in files],
    }


def _split_set(splits: Sequence[str]) -> Json:
    return {
        "@type": "cr:RecordSet",
        "@id": "splits",
        "name": "splits",
        "dataType": "cr:Split",
        "key": {"@id": "splits/name"},
        "field": [
            {"@type": "cr:Field", "@id": "splits/name", "name": "name", "dataType": _TEXT},
            {"@type": "cr:Field", "@id": "splits/url", "name": "url", "dataType": "sc:URL"},
        ],
        "data": [
            {"splits/name": split, "splits/url": _SPLITS[split]} for split in splits if split in _SPLITS
        ],
    }  # fmt: skip


def _record_set(form: str, files: Sequence[File], fields: Mapping[str, Any], source: Json) -> Json:
    found = [_field(form, name, kind, source) for name, kind in fields.items()]
    if len(files) > 1 and (pattern := _split_pattern(files)):
        found.append({
            "@type": "cr:Field",
            "@id": f"{form}/split",
            "name": f"{form}/split",
            "description": "The split, from the name of the file.",
            "dataType": _TEXT,
            "references": {"field": {"@id": "splits/name"}},
            "source": {**source, "extract": {"fileProperty": "fullpath"}, "transform": {"regex": pattern}},
        })  # fmt: skip
    return {
        "@type": "cr:RecordSet",
        "@id": form,
        "name": form,
        "description": f"The dialogues as the format {form} has them.",
        "field": found,
    }


def _split_pattern(files: Sequence[File]) -> str:
    """What finds the split in the name of a file, and in the split's own name; empty where nothing does."""
    if not all(file.split in _SPLITS for file in files):
        return ""
    names = "|".join(dict.fromkeys(file.split for file in files))
    pattern = f"(?:^|.*[/._-])({names})(?:[._-].*)?$"
    found = (re.match(pattern, file.name) for file in files)
    return pattern if all(one and one[1] == file.split for one, file in zip(found, files, strict=True)) else ""


def _field(form: str, name: str, kind: Any, source: Json) -> Json:
    field: Json = {"@type": "cr:Field", "@id": f"{form}/{name}", "name": f"{form}/{name}"}
    extracted = {**source, "extract": {"column": name}}
    if isinstance(kind, Mapping):  # a list of objects: a field for each of their keys, all repeated
        return field | {
            "repeated": True,
            "subField": [
                {
                    "@type": "cr:Field",
                    "@id": f"{form}/{name}/{key}",
                    "name": f"{form}/{name}/{key}",
                    "dataType": inner,
                    "repeated": True,
                    "source": {**extracted, "transform": {"jsonPath": key}},
                }
                for key, inner in kind.items()
            ],
        }
    return field | {"dataType": kind, "source": extracted}


def columns(path: Path) -> dict[str, Any]:
    """The columns of a file with their types, from its head; empty where it is none of JSON lines, CSV and Parquet.

    A list of objects is a mapping of their keys to types; what is an object itself, such as provenance, is left out.
    """
    ending = path.suffix.casefold()
    if ending == ".parquet":
        import pyarrow.parquet

        schema = pyarrow.parquet.read_schema(path)
        return {field.name: kind for field in schema if (kind := _arrow_kind(field.type)) is not None}
    if ending not in (".jsonl", ".csv"):
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        if ending == ".csv":
            rows = csv.reader(file)
            return {name: _kind_of_cell(value) for name, value in zip(next(rows, []), next(rows, []), strict=False)}
        record = json.loads(file.readline() or "{}")
    return {name: kind for name, value in record.items() if (kind := _kind(value)) is not None}


def _kind(value: Any) -> Any:
    if isinstance(value, list):
        return dict(_keys(value[0])) if value and isinstance(value[0], dict) else None
    return None if isinstance(value, dict) else _plain_kind(value)


def _keys(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in record.items():
        if not isinstance(value, (dict, list)):
            yield key, _plain_kind(value)


def _plain_kind(value: Any) -> str:
    if isinstance(value, bool):
        return _BOOLEAN
    return _WHOLE if isinstance(value, int) else _NUMBER if isinstance(value, float) else _TEXT


def _kind_of_cell(text: str) -> str:
    return _WHOLE if re.fullmatch(r"-?\d{1,15}", text) else _TEXT


def _arrow_kind(kind: Any) -> Any:
    import pyarrow.types as types

    if types.is_list(kind) or types.is_large_list(kind):
        if not types.is_struct(kind.value_type):
            return None
        return {
            field.name: _arrow_kind(field.type) for field in kind.value_type if isinstance(_arrow_kind(field.type), str)
        }
    if types.is_struct(kind) or types.is_map(kind):
        return None
    if types.is_boolean(kind):
        return _BOOLEAN
    return _WHOLE if types.is_integer(kind) else _NUMBER if types.is_floating(kind) else _TEXT
