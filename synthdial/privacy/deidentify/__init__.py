"""De-identify conversations: find what points at a person, and put something else in its place."""

from synthdial.privacy.deidentify.find import find_identifiers, prepare
from synthdial.privacy.deidentify.kinds import Identifier, Kind
from synthdial.privacy.deidentify.marks import CheckedReference, Marks, new_secret, reference_digest
from synthdial.privacy.deidentify.replace import Deidentified, Finding, Way, deidentify
from synthdial.privacy.deidentify.tables import build_tables, shipped_tables, user_tables
from synthdial.privacy.deidentify.write import findings_record, write_references

__all__ = [
    "CheckedReference",
    "Deidentified",
    "Finding",
    "Identifier",
    "Kind",
    "Marks",
    "Way",
    "build_tables",
    "deidentify",
    "find_identifiers",
    "findings_record",
    "new_secret",
    "prepare",
    "reference_digest",
    "shipped_tables",
    "user_tables",
    "write_references",
]
