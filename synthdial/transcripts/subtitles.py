"""Subtitles, WebVTT and SubRip: who speaks stands in a voice tag or before a colon."""

import html
import io
import re
from collections.abc import Iterator
from pathlib import Path

from synthdial.errors import SynthdialError
from synthdial.transcripts.assemble import Said, assemble
from synthdial.transcripts.labels import Labels
from synthdial.transcripts.text import Transcript, decode

# no two parts can take the same character, so that a damaged tag is given up in one pass over it
_VOICE = re.compile(r"<v(?:\.[^\s.<>]*)*\s+([^\s<>][^<>]*)>")
_TAG = re.compile(r"<[^<>]{0,200}>")


def read_subtitles(path: Path, data: bytes, labels: Labels) -> Transcript:
    """Read a ``.vtt`` or ``.srt`` file; places are cues."""
    import webvtt

    text, encoding = decode(data, str(path))
    form = "vtt" if path.suffix.lower() == ".vtt" else "srt"
    try:
        cues = [cue.raw_text for cue in webvtt.from_buffer(io.StringIO(text), format=form).captions]
    except (webvtt.errors.MalformedFileError, webvtt.errors.MalformedCaptionError, ValueError, IndexError) as error:
        kind, begin = (
            ("a VTT", "'WEBVTT'")
            if form == "vtt"
            else ("an SRT", "a number and a time such as 00:00:01,000 --> 00:00:02,000")
        )
        raise SynthdialError(f"{path} is not {kind} file.", f"One begins with {begin}.") from error
    said = (item for place, cue in enumerate(cues, 1) for item in _voices(place, cue))
    return assemble(path, said, labels, encoding=encoding)


def _voices(place: int, cue: str) -> Iterator[Said]:
    before, *rest = _VOICE.split(cue)
    # without a voice each line of a cue may name another speaker
    for line in before.splitlines():
        yield Said(place, _plain(line))
    for voice, text in zip(rest[::2], rest[1::2], strict=True):
        yield Said(place, _plain(text), _plain(voice).strip())


def _plain(text: str) -> str:
    return html.unescape(_TAG.sub("", text)).removeprefix("- ")
