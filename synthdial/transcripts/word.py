"""Word documents: a paragraph an utterance, ``Arts: ...``, or a table of speaker and text."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from synthdial.errors import SynthdialError
from synthdial.transcripts.assemble import Said, assemble
from synthdial.transcripts.labels import Labels
from synthdial.transcripts.text import Transcript

if TYPE_CHECKING:
    from docx.document import Document

_LARGEST = 256 << 20
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# tracked insertions, content controls, fields and the like: what stands in them stands in the text
_AROUND = tuple(
    _W + name for name in ("ins", "moveTo", "sdt", "sdtContent", "fldSimple", "smartTag", "customXml", "dir", "bdo")
)
_GONE = (_W + "del", _W + "moveFrom")


def read_word(path: Path, data: bytes, labels: Labels) -> Transcript:
    """Read a ``.docx`` file; places are paragraphs and rows. Headers, footnotes and remarks are left out."""
    import docx

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(member.file_size for member in archive.infolist()) > _LARGEST:
                raise SynthdialError(f"{path} unpacks to more than 256 MiB: that is no transcript of a conversation.")
        document = docx.Document(io.BytesIO(data))
        _unwrap(document)
        said = list(_said(document))
    except SynthdialError:
        raise
    # a damaged archive or document fails in many ways inside the library
    except Exception as error:
        raise SynthdialError(f"{path} is not a Word document that can be read.", "Save it anew as .docx.") from error
    return assemble(path, said, labels, encoding="docx")


def _unwrap(document: "Document") -> None:
    """Put text where the library looks for it, which is directly in a paragraph, a row or the body."""
    body = document.element.body
    for control in body.iter(_W + "sdt"):
        if control.find(f"{_W}sdtPr/{_W}showingPlcHdr") is not None:
            # nothing was filled in: what stands there is the form's own
            for text in control.iter(_W + "t"):
                text.text = ""
    # a list, since elements cannot move while they are gone through; who is outside comes first
    for element in list(body.iter(*_GONE, *_AROUND)):
        if element.tag in _AROUND:
            for child in list(element):
                element.addprevious(child)
        element.getparent().remove(element)


def _said(document: "Document") -> Iterator[Said]:
    from docx.table import Table

    place = 0
    for block in document.iter_inner_content():
        if not isinstance(block, Table):
            for line in block.text.splitlines():
                place += 1
                yield Said(place, line)
            continue
        for row in block.rows:
            place += 1
            cells = [cell.text for cell in row.cells]
            if len(cells) >= 2:
                yield Said(place, cells[1], cells[0].strip().removesuffix(":"))
