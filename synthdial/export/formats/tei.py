"""TEI P5, transcriptions of speech: a ``teiCorpus`` with one ``TEI`` a dialogue and one ``u`` a turn."""

import re
from xml.sax.saxutils import escape, quoteattr

from synthdial.dialogue import Dialogue, Speaker
from synthdial.export.formats.base import WriterOptions
from synthdial.outgoing import printable
from synthdial.version import __version__

_IDS = {Speaker.DOCTOR: "arts", Speaker.PATIENT: "patient"}
_FORBIDDEN = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what no XML file may hold
_HEAD = f"""<?xml version="1.0" encoding="UTF-8"?>
<teiCorpus xmlns="http://www.tei-c.org/ns/1.0">
<teiHeader>
<fileDesc>
<titleStmt><title>Synthetische gesprekken tussen arts en patiënt</title></titleStmt>
<publicationStmt><p>Uitgevoerd door synthdial-edge {__version__}.</p></publicationStmt>
<sourceDesc><p>Geschreven door een taalmodel; niemand heeft zo gesproken.</p></sourceDesc>
</fileDesc>
<profileDesc>
<langUsage><language ident="nl">Nederlands</language></langUsage>
<particDesc><listPerson>
<person xml:id="{_IDS[Speaker.DOCTOR]}" role="doctor"><persName>{Speaker.DOCTOR}</persName></person>
<person xml:id="{_IDS[Speaker.PATIENT]}" role="patient"><persName>{Speaker.PATIENT}</persName></person>
</listPerson></particDesc>
</profileDesc>
</teiHeader>
"""


class TeiWriter:
    """Each dialogue has a header of its own, with id, scenario, preset, model and seed."""

    def __init__(self, options: WriterOptions) -> None:
        self._count = 0

    def begin(self) -> bytes:
        """The header of the corpus, with the two speakers."""
        return _HEAD.encode()

    def add(self, dialogue: Dialogue) -> bytes:
        """A ``TEI`` element."""
        self._count += 1
        made = dialogue.provenance
        told = ", ".join(f"{key} {made[key]}" for key in ("scenario", "preset", "model", "seed") if made.get(key))
        said = "".join(f'<u who="#{_IDS[turn.speaker]}">{_text(turn.text)}</u>\n' for turn in dialogue.turns)
        return (
            f'<TEI xml:id="gesprek{self._count}" n={quoteattr(_characters(dialogue.id))}>\n'
            f"<teiHeader><fileDesc><titleStmt><title>{_text(dialogue.id)}</title></titleStmt>\n"
            "<publicationStmt><p>Deel van het corpus.</p></publicationStmt>\n"
            f"<sourceDesc><p>{_text(told) or 'Onbekend.'}</p></sourceDesc></fileDesc></teiHeader>\n"
            f"<text><body>\n{said or '<p/>'}</body></text>\n</TEI>\n"
        ).encode()

    def end(self) -> bytes:
        """The end of the corpus."""
        return b"</teiCorpus>\n"


def _text(text: str) -> str:
    return escape(_characters(text))


def _characters(text: str) -> str:
    """The text with everything made visible that XML cannot hold, or that a terminal would obey."""
    return _FORBIDDEN.sub(lambda found: f"\\u{ord(found.group()):04x}", printable(text))
