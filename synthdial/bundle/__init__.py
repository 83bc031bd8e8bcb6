"""The standalone program as it is carried in: a folder whose manifest is signed, and what has become of it."""

from synthdial.bundle.check import Findings, check_bundle
from synthdial.bundle.manifest import Entry, Manifest, make_manifest, read_manifest
from synthdial.bundle.signature import PublicKey, check_signature, read_public_key

__all__ = [
    "Entry",
    "Findings",
    "Manifest",
    "PublicKey",
    "check_bundle",
    "check_signature",
    "make_manifest",
    "read_manifest",
    "read_public_key",
]
