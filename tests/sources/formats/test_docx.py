from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.errors import SourceError
from coach.sources.formats import docx as docx_module
from coach.sources.formats.document import Document
from coach.sources.formats.docx import read_docx
from tests.sources.formats.makers import _W as W
from tests.sources.formats.makers import docx, p, table


def read(body: str, core: str = "") -> Document:
    return read_docx(docx(body, core), "n.docx")[0]


def said(document: Document) -> list[tuple[str, tuple[str, ...]]]:
    return [(piece.text, (*above, *piece.under)) for piece, above in document.pieces()]


BODY = "".join(
    (
        p("Sprint retro", "Title"),
        p("Decisions", "Heading2"),
        p("We ship. On Friday."),
        p("We agreed:"),
        p("No weekend work", level=0),
        p("for juniors", level=1),
        p("Tests first", level=0),
        table((("Who", "What"), ("lead", "call the VP"), ("all", ""))),
        "<w:p><w:r><w:t>Kept </w:t></w:r><w:del><w:r><w:delText>gone </w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>added #hr</w:t></w:r></w:ins></w:p>",
        "<w:p><w:r><w:rPr><w:strike/></w:rPr><w:t>May</w:t></w:r><w:r><w:t> June.</w:t></w:r></w:p>",
    )
)
CORE = (
    "<dc:title>Retro of the team</dc:title><cp:keywords>retro; #q3</cp:keywords>"
    "<dcterms:created>2026-09-14T10:00:00Z</dcterms:created>"
)


def test_a_document() -> None:
    document = read(BODY, CORE)

    above = ("Sprint retro", "Decisions")
    assert said(document) == [
        ("We ship.", above),
        ("On Friday.", above),
        ("We agreed:", above),
        ("No weekend work", (*above, "We agreed")),
        ("for juniors", (*above, "We agreed", "No weekend work")),
        ("Tests first", (*above, "We agreed")),
        ("Who: lead; What: call the VP", above),
        ("Who: all", above),
        ("Kept added #hr", above),
        ("(struck out: May) June.", above),
    ]
    assert (document.title, document.date) == ("Retro of the team", date(2026, 9, 14))
    assert document.tags == ("retro", "q3", "hr")


def test_markup_in_its_text_is_text() -> None:
    document = read(p("&lt;script&gt;alert(1)&lt;/script&gt; [x](javascript:alert(1)) &amp;lt;b&amp;gt;"))

    assert said(document) == [("<script>alert(1)</script> [x](javascript:alert(1)) &lt;b&gt;", ())]


def packed(*parts: tuple[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts:
            file.writestr(name, content)
    return made.getvalue()


def test_zip_bombs_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def note(_: zipfile.ZipFile, name: str) -> bytes:
        opened.append(name)
        return b""

    monkeypatch.setattr(zipfile.ZipFile, "read", note)
    bombs = (
        docx(p("x"), more={"word/media/a.bin": b"\0" * 5_000_000}),
        docx(p("x") + " " * 5_000_000),
        packed(*[(f"word/{n}.xml", b"") for n in range(6000)]),
        packed(*[(f"word/{n}.xml", b"\0" * 900_000) for n in range(80)]),
    )

    for bomb in bombs:
        assert len(bomb) < 1_000_000
        with pytest.raises(SourceError, match="unpacks to far more"):
            read_docx(bomb, "n.docx")
    assert opened == []


def test_a_lying_directory_unpacks_no_more_than_it_says() -> None:
    data = docx(p("x") + " " * 100_000)
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        size = file.getinfo("word/document.xml").file_size
    lying = data.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))

    with pytest.raises(SourceError, match="broken"):
        read_docx(lying, "n.docx")


@pytest.mark.parametrize(
    "entity",
    ['<!ENTITY x "yyy">', '<!ENTITY x SYSTEM "file:///etc/passwd">', '<!ENTITY % x SYSTEM "http://127.0.0.1/">'],
)
def test_entities_are_refused(entity: str) -> None:
    data = docx(p("&x;" if "%" not in entity else "x"), before=f"<!DOCTYPE w [{entity}]>")

    with pytest.raises(SourceError, match="declares entities of its own"):
        read_docx(data, "n.docx")


def test_files_from_outside_and_pictures_are_not_opened() -> None:
    drawing = (
        '<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
        '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData>'
        '<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:blipFill>'
        '<a:blip xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:link="r1"/>'
        "</pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" '
        'Target="file:///etc/passwd" TargetMode="External"/></Relationships>'
    )
    style_map = {"mammoth/style-map": b"p => script"}

    data = docx(drawing + p("Text."), more={"word/_rels/document.xml.rels": rels, **style_map})

    assert said(read_docx(data, "n.docx")[0]) == [("Text.", ())]


def test_deep_nesting_and_too_many_elements_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    deep = "<w:tbl><w:tr><w:tc>" * 5000 + p("x") + "</w:tc></w:tr></w:tbl>" * 5000
    with pytest.raises(SourceError, match="nest too deeply"):
        read(deep)
    nested = "<w:tbl><w:tr><w:tc>" * 20 + p("x") + "</w:tc></w:tr></w:tbl>" * 20
    assert said(read(nested)) == [("x", ())]
    monkeypatch.setattr(docx_module, "_MOST_ELEMENTS", 1000)
    with pytest.raises(SourceError, match="more than a thousand pages"):
        read(p("x") * 1000)


def test_what_is_no_document_is_named() -> None:
    for data, message in (
        (b"", "broken"),
        (b"PK\x03\x04", "broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "password"),
        (packed(("hello.txt", b"x")), "broken"),
        (packed(("word/document.xml", b"<w")), "broken"),
        (docx(p("x")).replace(b"PK\x01\x02\x14\x03\x14\0\0\0", b"PK\x01\x02\x14\x03\x14\0\x01\0"), "password"),
        (docx(p("x"))[:-40], "broken"),
    ):
        with pytest.raises(SourceError, match=message) as caught:
            read_docx(data, "n.docx")
        assert caught.value.hint


WHOLE = docx(BODY, CORE)


@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=8))
@settings(max_examples=100, deadline=None)
def test_any_damage_is_read_or_named(at: int, put: bytes) -> None:
    try:
        document, _ = read_docx(WHOLE[:at] + put + WHOLE[at + len(put) :], "n.docx")
    except SourceError:
        return
    assert all(text == " ".join(text.split()) for text, _ in said(document))


@given(st.text(alphabet="<>/wtbl:pr x=\"'&;!-[]", max_size=60))
@settings(max_examples=100, deadline=None)
def test_any_body_is_read_or_named(body: str) -> None:
    try:
        read(body)
    except SourceError as error:
        assert "broken" in error.message  # noqa: PT017 (not every body is)


def hidden(text: str, says: str = "<w:vanish/>") -> str:
    return f'<w:r><w:rPr>{says}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


SHOWN = '<w:r><w:t xml:space="preserve">The date is 3 May. </w:t></w:r>'
HIDING_STYLES = (
    '<w:style w:type="character" w:styleId="Gone"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Too"><w:basedOn w:val="Gone"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="GoneLine"><w:rPr><w:vanish w:val="true"/></w:rPr></w:style>'
)


@pytest.mark.parametrize(
    "body",
    [
        f"<w:p>{SHOWN}{hidden('zebrafish')}</w:p>",
        f"<w:p>{SHOWN}{hidden('zebrafish', '<w:b/><w:vanish w:val=&quot;1&quot;/>'.replace('&quot;', chr(34)))}</w:p>",
        f"<w:p>{SHOWN}</w:p><w:p><w:pPr><w:pStyle w:val='GoneLine'/></w:pPr><w:r><w:t>zebrafish</w:t></w:r></w:p>",
        f"<w:p>{SHOWN}{hidden('zebrafish', '<w:rStyle w:val=&quot;Too&quot;/>'.replace('&quot;', chr(34)))}</w:p>",
        f"<w:p>{SHOWN}<w:hyperlink w:anchor='x'>{hidden('zebrafish')}</w:hyperlink></w:p>",
        f"<w:p>{SHOWN}</w:p><w:tbl><w:tr><w:tc><w:p>{hidden('zebrafish')}</w:p></w:tc></w:tr></w:tbl>",
        f"<w:p>{SHOWN}<w:r><w:rPr><w:vanish/></w:rPr><w:fldChar w:fldCharType='begin'/></w:r>{hidden('zebrafish')}"
        "<w:r><w:fldChar w:fldCharType='end'/></w:r></w:p>",
    ],
)
def test_hidden_text_is_left_out_and_said_to_be(body: str) -> None:
    styles = docx(body, more={"word/styles.xml": f'<w:styles xmlns:w="{W}">{HIDING_STYLES}</w:styles>'})

    document, lines = read_docx(styles, "n.docx")

    assert said(document) == [("The date is 3 May.", ())]
    assert "zebrafish" not in "".join(lines)
    assert document.remarks == ("Hidden text, which Word does not show, was left out.",)


def test_what_says_that_it_is_not_hidden_is_read() -> None:
    off = '<w:rStyle w:val="Gone"/><w:vanish w:val="0"/>'
    more = {"word/styles.xml": f'<w:styles xmlns:w="{W}">{HIDING_STYLES}</w:styles>'}

    document, _ = read_docx(docx(f"<w:p>{SHOWN}{hidden('So it stays.', off)}</w:p>", more=more), "n.docx")

    assert [text for text, _ in said(document)] == ["The date is 3 May.", "So it stays."]
    assert document.remarks == ()


def test_a_mark_that_is_hidden_counts() -> None:
    assert read(f"<w:p>{SHOWN}{hidden('#private')}</w:p>").marks == ("private",)
