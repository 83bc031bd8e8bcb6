"""The standalone program as it is carried in: a folder whose manifest is signed, and what has become of it."""

from synthdial.bundle.check import Findings, check_bundle
from synthdial.bundle.manifest import Entry, Manifest, read_manifest

__all__ = ["Entry", "Findings", "Manifest", "check_bundle", "read_manifest"]
