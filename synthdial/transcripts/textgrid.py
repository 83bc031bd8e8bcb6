"""Praat TextGrids: one interval tier a speaker, under the speaker's name."""

from pathlib import Path

from synthdial.errors import SynthdialError
from synthdial.transcripts.assemble import Said, assemble
from synthdial.transcripts.labels import Labels
from synthdial.transcripts.text import Transcript, decode


def read_textgrid(path: Path, data: bytes, labels: Labels) -> Transcript:
    """Read a TextGrid in Praat's long or short form; places are intervals in the order in which they begin."""
    from praatio.utilities import textgrid_io

    text, encoding = decode(data, str(path))
    try:
        tiers = textgrid_io.parseTextgridStr(text, False)["tiers"]
        intervals = [
            (float(entry[0]), float(entry[1]), tier["name"], entry[2])
            for tier in tiers
            if tier["class"] == "IntervalTier"
            for entry in tier["entries"]
        ]
    # the library promises no exceptions of its own for what is damaged
    except Exception as error:
        raise SynthdialError(
            f"{path} is not a TextGrid that can be read.", "Save it in Praat as a text file, long or short."
        ) from error
    intervals.sort(key=lambda interval: interval[:2])
    said = (Said(place, words.replace('""', '"'), name) for place, (*_, name, words) in enumerate(intervals, 1))
    return assemble(path, said, labels, encoding=encoding)
