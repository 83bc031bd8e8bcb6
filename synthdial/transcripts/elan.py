"""ELAN annotation files: a tier is a speaker, by its participant or its name."""

from pathlib import Path

from synthdial.errors import SynthdialError
from synthdial.transcripts.assemble import Said, assemble
from synthdial.transcripts.labels import Labels
from synthdial.transcripts.text import Transcript

_LARGEST = 16 << 20  # its elements take thirty times as much memory as the shortest of them do in the file


def read_elan(path: Path, data: bytes, labels: Labels) -> Transcript:
    """Read an ``.eaf`` file; places are annotations in the order in which they begin.

    Tiers that depend on another (translations, glosses) are left out. XML with entities of its own is refused.
    """
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    if len(data) > _LARGEST:
        raise SynthdialError(f"{path} is larger than 16 MiB: that is no ELAN file of one conversation.")
    try:
        root = fromstring(data)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise SynthdialError(f"{path} is not an ELAN file: its XML cannot be read.") from error
    times: dict[str, int] = {}
    for slot in root.iterfind("TIME_ORDER/TIME_SLOT"):
        value = slot.get("TIME_VALUE", "")
        if value.isascii() and value.isdecimal() and len(value) < 18:
            times[slot.get("TIME_SLOT_ID", "")] = int(value)
    found: list[tuple[int, int, str, str]] = []
    for tier in root.iterfind("TIER"):
        if tier.get("PARENT_REF"):
            continue
        speaker = tier.get("PARTICIPANT") or tier.get("TIER_ID") or ""
        begin = 0
        for annotation in tier.iterfind("ANNOTATION/ALIGNABLE_ANNOTATION"):
            # a slot between two known times may carry none: it comes after the one before
            begin = times.get(annotation.get("TIME_SLOT_REF1", ""), begin)
            found.append((begin, len(found), speaker, annotation.findtext("ANNOTATION_VALUE") or ""))
    found.sort()
    return assemble(path, (Said(k, text, name) for k, (*_, name, text) in enumerate(found, 1)), labels)
