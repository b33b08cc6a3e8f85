"""Files in formats that nobody writes by hand, made by hand all the same."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_NUMBERING = "".join(
    f'<w:abstractNum w:abstractNumId="{n}">'
    + "".join(f'<w:lvl w:ilvl="{level}"><w:numFmt w:val="{form}"/></w:lvl>' for level in range(3))
    + f'</w:abstractNum><w:num w:numId="{n}"><w:abstractNumId w:val="{n}"/></w:num>'
    for n, form in ((1, "bullet"), (2, "decimal"))
)
_STYLES = "".join(
    f'<w:style w:type="paragraph" w:styleId="{ident}"><w:name w:val="{name}"/></w:style>'
    for ident, name in (("Heading1", "heading 1"), ("Heading2", "heading 2"), ("Title", "Title"))
)


def p(text: str, style: str = "", level: int | None = None) -> str:
    """A paragraph of a Word document, a heading or a list item."""
    made = f'<w:pStyle w:val="{style}"/>' if style else ""
    if level is not None:
        made += f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>'
    return f'<w:p><w:pPr>{made}</w:pPr><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def table(rows: Sequence[Sequence[str]]) -> str:
    """A table of a Word document."""
    cells = ("".join(f"<w:tc>{p(cell)}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def docx(body: str, core: str = "", more: Mapping[str, str | bytes] | None = None, *, before: str = "") -> bytes:
    """A Word document with this body; `before` stands before its root element."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "word/document.xml": f'{before}<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>',
        "word/numbering.xml": f'<w:numbering xmlns:w="{_W}">{_NUMBERING}</w:numbering>',
        "word/styles.xml": f'<w:styles xmlns:w="{_W}">{_STYLES}</w:styles>',
    }
    if core:
        names = (
            f'xmlns:cp="{_CORE}" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        )
        parts["docProps/core.xml"] = f"<cp:coreProperties {names}>{core}</cp:coreProperties>"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in {**parts, **(more or {})}.items():
            file.writestr(name, content)
    return packed.getvalue()


def page(*lines: tuple[str, int] | str, top: int = 760, gap: int = 14) -> bytes:
    """The content of a PDF page: its lines from the top, each with its size, 11 where none is given."""
    drawn = []
    for number, line in enumerate(lines):
        text, size = (line, 11) if isinstance(line, str) else line
        escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)").encode("cp1252", "replace")
        drawn.append(b"/F1 %d Tf 1 0 0 1 72 %d Tm (%s) Tj" % (size, top - gap * number, escaped))
    return b"BT\n" + b"\n".join(drawn) + b"\nET"


def pdf(*pages: bytes, info: str = "", trailer: str = "", stream: str = "") -> bytes:
    """A PDF with these pages; `stream` goes into the dictionary of each page's content."""
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids.encode(), len(pages)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, content in enumerate(pages):
        resources = f"/Resources << /Font << /F1 3 0 R >> >> /Contents {5 + 2 * number} 0 R"
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] {resources} >>".encode())
        objects.append(b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), stream.encode(), content))
    objects.append(f"<< {info} >>".encode())
    made = b"%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    entries = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    ends = f"trailer << /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R {trailer} >>"
    return made + b"xref\n0 %d\n0000000000 65535 f \n%s%s\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1,
        entries,
        ends.encode(),
        len(made),
    )
