from __future__ import annotations

import zlib
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.errors import SourceError
from coach.sources.formats import pdf as pdf_module
from coach.sources.formats.document import Document, Heading
from coach.sources.formats.pdf import read_pdf
from tests.sources.formats.makers import page, pdf


def read(*pages: bytes, info: str = "") -> Document:
    return read_pdf(pdf(*pages, info=info), "n.pdf")[0]


def said(document: Document) -> list[tuple[str, tuple[str, ...]]]:
    return [(piece.text, (*above, *piece.under)) for piece, above in document.pieces()]


RETRO = (
    page(
        ("Retro", 20),
        "We ship on Friday because the evalua-",
        "tion is done, and a well-known long-",
        "term risk is gone. The team agrees.",
        ("Decisions", 14),
        "• No weekend work for anybody in the",
        "team. #agreed",
        "• Tests first",
        "This goes on",
    ),
    page("and ends here, with a long-term view (see the plan).", "Another oﬃce."),
)


def test_a_pdf() -> None:
    document = read(*RETRO, info="/Title (Retro of the team) /CreationDate (D:20260914100000Z) /Keywords (retro; #hr)")

    assert said(document) == [
        (
            "We ship on Friday because the evaluation is done, and a well-known long-term risk is gone.",
            ("Retro", "Page 1"),
        ),
        ("The team agrees.", ("Retro", "Page 1")),
        ("No weekend work for anybody in the team. #agreed", ("Retro", "Decisions", "Page 1")),
        ("Tests first", ("Retro", "Decisions", "Page 1")),
        ("This goes on and ends here, with a long-term view (see the plan).", ("Retro", "Decisions", "Page 1")),
        ("Another o?ce.", ("Retro", "Decisions", "Page 2")),
    ]
    assert [b.level for b in document.blocks if isinstance(b, Heading)] == [1, 2]
    assert (document.title, document.date) == ("Retro of the team", date(2026, 9, 14))
    assert document.tags == ("retro", "hr", "agreed")
    assert document.remarks == ()


def test_what_stands_on_every_page_is_said_by_none() -> None:
    starts = ("We ship.", "They wait.", "All rest.")
    pages = [
        page(f"ACME, page {n} of 3 pages", start, "Number.", *["Text."] * n, f"End of {start}", str(n))
        for n, start in enumerate(starts, start=1)
    ]

    texts = [text for text, _ in said(read(*pages))]

    assert texts == [
        *("We ship.", "Number.", "Text.", "End of We ship."),
        *("They wait.", "Number.", "Text.", "Text.", "End of They wait."),
        *("All rest.", "Number.", "Text.", "Text.", "Text.", "End of All rest."),
    ]


def test_a_gap_parts_paragraphs() -> None:
    first = page(
        "This line is of the usual length for a page", "and this one goes on.", "Then it goes on some more here"
    )
    lines = page("after the gap", top=680)

    assert [text for text, _ in said(read(first + b"\n" + lines))] == [
        "This line is of the usual length for a page and this one goes on.",
        "Then it goes on some more here",
        "after the gap",
    ]


@pytest.mark.parametrize("title", ["Untitled", "Microsoft Word - retro.docx", "retro.pdf", ""])
def test_titles_that_nobody_chose(title: str) -> None:
    assert read(page("Text."), info=f"/Title ({title}) /CreationDate (soon)").title == ""


def test_pages_without_text_are_said() -> None:
    document = read(page("Text."), b"0 0 100 100 re f", b"")

    assert document.remarks == ("No text is on 2 pages (2, 3): a picture, or nothing.",)


def test_a_scan_is_named() -> None:
    with pytest.raises(SourceError, match="only pictures of it: it was scanned") as caught:
        read(b"0 0 100 100 re f", b"q 1 0 0 1 0 0 cm Q")

    assert "OCR" in caught.value.hint


def test_an_encrypted_file_is_named() -> None:
    locked = f"/Filter /Standard /V 1 /R 2 /O <{'41' * 32}> /U <{'42' * 32}> /P -4 /Length 40"
    data = pdf(page("Text."), trailer=f"/Encrypt << {locked} >> /ID [<00> <00>]")

    with pytest.raises(SourceError, match="encrypted with a password"):
        read_pdf(data, "n.pdf")


def test_letters_that_nobody_knows() -> None:
    with pytest.raises(SourceError, match="which letters its signs stand for"):
        read(page("/g12/g13 /g7"))


@pytest.mark.parametrize(
    "data",
    [b"%PDF", b"%PDF-1.4 x", b"\0" * 100, pdf(page("Text."))[:300], pdf(page("Text.")).replace(b"/Pages", b"/Pag")],
)
def test_broken_files_are_named(data: bytes) -> None:
    with pytest.raises(SourceError, match=r"n\.pdf") as caught:
        read_pdf(data, "n.pdf")
    assert caught.value.hint


def test_a_page_that_is_broken_does_not_spoil_the_others() -> None:
    data = pdf(page("First."), page("Second."), page("Third.")).replace(b"7 0 R", b"99 0 R", 1)

    document, _ = read_pdf(data, "n.pdf")

    assert [text for text, _ in said(document)] == ["First.", "Third."]
    assert document.remarks


def test_a_stream_that_unpacks_without_end_is_not_unpacked() -> None:
    bomb = zlib.compress(b" " * 50_000_000 + page("Text."))

    with pytest.raises(SourceError, match=r"n\.pdf"):
        read_pdf(pdf(bomb, stream="/Filter /FlateDecode"), "n.pdf")


def test_too_long_a_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_module, "_MOST_OPERATIONS", 100)
    with pytest.raises(SourceError, match="longer than can be read"):
        read(page(*["x"] * 100))
    monkeypatch.setattr(pdf_module, "_MOST_PAGES", 2)
    with pytest.raises(SourceError, match="more than 2 pages"):
        read(page("x"), page("x"), page("x"))


def test_nothing_is_printed_about_broken_files(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SourceError):
        read_pdf(pdf(page("Secret."))[:400], "n.pdf")
    read_pdf(pdf(page("Secret.")).replace(b"startxref\n", b"startxref\n9"), "n.pdf")

    assert capfd.readouterr() == ("", "")


WHOLE = pdf(*RETRO)


@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=8))
@settings(max_examples=150, deadline=None)
def test_any_damage_is_read_or_named(at: int, put: bytes) -> None:
    try:
        document, _ = read_pdf(WHOLE[:at] + put + WHOLE[at + len(put) :], "n.pdf")
    except SourceError:
        return
    assert all(text == " ".join(text.split()) for text, _ in said(document))
