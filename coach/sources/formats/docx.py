"""Word documents: turned into HTML by mammoth, and read as that."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree
from xml.parsers import expat

from coach.domain.errors import SourceError
from coach.domain.text import clean, clean_line
from coach.sources.formats.document import Document
from coach.sources.formats.docx_hidden import without_hidden
from coach.sources.formats.faults import BROKEN
from coach.sources.formats.html import read_html
from coach.sources.inline import marks
from coach.sources.note_facts import date_in

#: What an honest document stays under: its parts, their size unpacked in bytes, how much they shrink by packing.
_MOST_PARTS = 5_000
_MOST_BYTES = 200_000_000
_MOST_RATIO = 200
#: Parts smaller than this may shrink by as much as they like, in bytes.
_SMALL = 1_000_000
#: Of the parts that hold text: size in bytes, elements in all, and one in another. Word nests a table in a table in a
#: text box to some forty; a thousand pages have some 300,000 elements.
_MOST_XML_BYTES = 60_000_000
_MOST_ELEMENTS = 300_000
_DEEPEST = 100
_TITLE = "p[style-name='Title'] => h1:fresh"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CORE = "docProps/core.xml"
_DC = "{http://purl.org/dc/elements/1.1/}"
_DCTERMS = "{http://purl.org/dc/terms/}"
_CP = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}"
_BROKEN: tuple[type[Exception], ...] = (*BROKEN, zipfile.BadZipFile, expat.ExpatError, ElementTree.ParseError)
_HIDDEN = "Hidden text, which Word does not show, was left out."
_HINT = "Save it again in Word or LibreOffice, or as text, and add that."


def read_docx(data: bytes, name: str) -> tuple[Document, str]:
    """Return what a document says, and its paragraphs as plain lines; no pictures, comments, deleted or hidden text.

    Raises:
        SourceError: it is encrypted, broken, unpacks to far more than it is, or nests too deeply.
    """
    import mammoth

    if data.startswith(_OLE):
        raise SourceError(f"{name} is protected by a password, or in Word's old format.", _HINT)
    parts = _parts(data, name)
    try:
        parts, hidden = without_hidden(parts)
        made = mammoth.convert_to_html(
            _packed(parts),
            style_map=_TITLE,
            include_embedded_style_map=False,
            convert_image=lambda image: [],
            external_file_access=False,
        )
        title, day, keywords = _facts(parts.get(_CORE, b""))
    except _BROKEN as error:
        raise SourceError(f"{name} is not a Word document that can be read: it is broken.", _HINT) from error
    document, lines = read_html(clean(str(made.value)), name)
    # Whoever hid "#private" in it meant it.
    said = (*document.marks, *marks(clean(hidden)))
    remarks = (*document.remarks, _HIDDEN) if hidden else document.remarks
    tags = (*keywords, *document.tags)
    return replace(document, title=title, date=day, tags=tags, marks=said, remarks=remarks), lines


def _parts(data: bytes, name: str) -> dict[str, bytes]:
    """Return the parts in XML by name, checked: nothing else is unpacked."""
    found: dict[str, bytes] = {}
    elements = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            infos = {info.filename: info for info in file.infolist()}
            _check_directory(list(infos.values()), name)
            for info in infos.values():
                if info.filename.endswith((".xml", ".rels")):
                    found[info.filename] = file.read(info)
                    elements += _check_xml(found[info.filename], name, _MOST_ELEMENTS - elements)
    except _BROKEN as error:
        raise SourceError(f"{name} is not a Word document that can be read: it is broken.", _HINT) from error
    return found


def _check_directory(infos: list[zipfile.ZipInfo], name: str) -> None:
    """Refuse what would unpack to far more than it is, before anything is unpacked."""
    size = sum(info.file_size for info in infos)
    text = sum(info.file_size for info in infos if info.filename.endswith((".xml", ".rels")))
    swollen = any(
        info.file_size > _SMALL and info.file_size > _MOST_RATIO * max(info.compress_size, 1) for info in infos
    )
    if len(infos) > _MOST_PARTS or size > _MOST_BYTES or text > _MOST_XML_BYTES or swollen:
        raise SourceError(f"{name} unpacks to far more than a document holds, and is left alone.", _HINT)
    if any(info.flag_bits & 1 for info in infos):
        raise SourceError(f"{name} is protected by a password.", "Save it without the password.")


def _check_xml(part: bytes, name: str, most: int) -> int:
    """Return how many elements a part has; refuse one that declares entities, nests too deeply or has too many."""
    count = depth = 0

    def opened(element: str, attributes: dict[str, str]) -> None:
        nonlocal count, depth
        count += 1
        depth += 1
        if depth > _DEEPEST:
            raise SourceError(f"{name}: its tables nest too deeply.", _HINT)
        if count > most:
            raise SourceError(f"{name} has more than a thousand pages.", "Split it, one document for each subject.")

    def closed(element: str) -> None:
        nonlocal depth
        depth -= 1

    def declared(*_: object) -> None:
        raise SourceError(f"{name} declares entities of its own, as no document does, and is left alone.", _HINT)

    parser = expat.ParserCreate()
    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parser.StartDoctypeDeclHandler = declared
    parser.Parse(part, True)
    return count


def _packed(parts: dict[str, bytes]) -> io.BytesIO:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as file:
        for name, part in parts.items():
            file.writestr(name, part)
    packed.seek(0)
    return packed


def _facts(core: bytes) -> tuple[str, date | None, tuple[str, ...]]:
    """Return the title, the day it was begun, and the keywords that a document says of itself."""
    if not core:
        return "", None, ()
    root = ElementTree.fromstring(core)
    keywords = (root.findtext(f"{_CP}keywords") or "").replace(";", ",").split(",")
    return (
        clean_line(root.findtext(f"{_DC}title") or ""),
        date_in(root.findtext(f"{_DCTERMS}created") or ""),
        tuple(tag for keyword in keywords if (tag := clean_line(keyword).lstrip("#"))),
    )
