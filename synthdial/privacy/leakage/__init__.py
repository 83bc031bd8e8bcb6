"""Find what a generated dialogue copied from the references in its prompt."""

from synthdial.privacy.leakage.checker import LeakageChecker, ReferenceText
from synthdial.privacy.leakage.findings import Finding, Kind, LeakageReport, ReferenceFigures
from synthdial.privacy.leakage.identifiers import Original
from synthdial.privacy.leakage.left import names_left
from synthdial.settings import Thresholds

__all__ = [
    "Finding",
    "Kind",
    "LeakageChecker",
    "LeakageReport",
    "Original",
    "ReferenceFigures",
    "ReferenceText",
    "Thresholds",
    "names_left",
]
