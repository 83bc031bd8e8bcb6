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
_LARGEST_XML = 12 << 20  # its elements take sixty times as much memory as the shortest of them do in the file
_MOST_PARTS = 50_000
# pictures, fonts and embedded documents by their first bytes: whatever else stands in the archive may be read as XML,
# under any name
_NO_XML = (
    b"\x89PNG",
    b"\xff\xd8",
    b"GIF8",
    b"BM",
    b"II*\0",
    b"MM\0*",
    b"\x01\0\0\0",
    b"\xd7\xcd",
    b"\xd0\xcf",
    b"PK",
    b"RIFF",
)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# tracked insertions, content controls, fields and the like: what stands in them stands in the text
_AROUND = tuple(
    _W + name for name in ("ins", "moveTo", "sdt", "sdtContent", "fldSimple", "smartTag", "customXml", "dir", "bdo")
)
_GONE = (_W + "del", _W + "moveFrom")
_PARTS = (*(_W + name for name in ("p", "tbl", "tr", "tc")), *_AROUND, *_GONE)


def read_word(path: Path, data: bytes, labels: Labels) -> Transcript:
    """Read a ``.docx`` file; places are paragraphs and rows. Headers, footnotes and remarks are left out."""
    import docx

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_size(path, archive)
        document = docx.Document(io.BytesIO(data))
        if document.element.getroottree().docinfo.doctype:
            raise SynthdialError(f"{path} declares XML entities of its own, which Word never does, and is not read.")
        if sum(1 for _ in document.element.body.iter(*_PARTS)) > _MOST_PARTS:
            raise SynthdialError(
                f"{path} holds more than {_MOST_PARTS} paragraphs, cells and changes: that is no transcript of a "
                "conversation."
            )
        _unwrap(document)
        said = list(_said(document))
    except SynthdialError:
        raise
    # a damaged archive or document fails in many ways inside the library
    except Exception as error:
        raise SynthdialError(f"{path} is not a Word document that can be read.", "Save it anew as .docx.") from error
    return assemble(path, said, labels, encoding="docx")


def _check_size(path: Path, archive: zipfile.ZipFile) -> None:
    """Refuse what unpacks to more than it should; an archive that tells less than it holds is cut off there."""
    members = archive.infolist()
    if sum(member.file_size for member in members) > _LARGEST:
        raise SynthdialError(f"{path} unpacks to more than 256 MiB: that is no transcript of a conversation.")
    text = 0
    for member in members:
        with archive.open(member) as file:
            text += 0 if file.read(4).startswith(_NO_XML) else member.file_size
    if text > _LARGEST_XML:
        raise SynthdialError(f"{path} unpacks to more than 12 MiB of text.", "Save it as plain text (.txt).")


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
