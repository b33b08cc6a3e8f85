from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from coach.domain.errors import SourceError
from coach.domain.source import SourceKind
from coach.sources.formats import SUFFIXES, is_known, read_document
from coach.sources.reader import read_file
from tests.sources.formats.makers import docx, p, page, pdf

PARSERS = {"pypdf", "mammoth", "selectolax", "charset_normalizer", "markdown_it"}
FILES: dict[str, tuple[bytes, set[str]]] = {
    "n.md": (b"We ship on Friday.", {"markdown_it"}),
    "n.txt": (b"We ship on Friday.", {"markdown_it"}),
    "n": (b"We ship on Friday.", {"markdown_it"}),
    "old.txt": ("Schön: we ship on Friday.".encode("cp1252"), {"markdown_it", "charset_normalizer"}),
    "n.vtt": (b"WEBVTT\n\n00:01.000 --> 00:02.000\nWe ship on Friday.", set()),
    "n.srt": (b"1\n00:00:01,000 --> 00:00:02,000\nWe ship on Friday.", set()),
    "n.html": (b"<p>We ship on Friday.</p>", {"selectolax"}),
    "n.pdf": (pdf(page("We ship on Friday.")), {"pypdf"}),
    "n.docx": (docx(p("We ship on Friday.")), {"mammoth", "selectolax"}),
}


def test_every_ending_has_a_file_here() -> None:
    assert {Path(name).suffix for name in FILES} == set(SUFFIXES) - {".markdown", ".mkd", ".text", ".htm", ".xhtml"}


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("a.md", True),
        ("A.MD", True),
        ("notes/a.PDF", True),
        ("README", True),
        (".hidden.md", True),
        (".DS_Store", False),
        (".gitignore", False),
        ("a.png", False),
        ("a.doc", False),
        ("a.md~", False),
    ],
)
def test_known_names(name: str, known: bool) -> None:
    assert is_known(name) is known
    assert is_known(Path(name)) is known


@pytest.mark.parametrize("name", FILES)
def test_each_format_is_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name][0])

    (draft,) = read_file(path, SourceKind.NOTE)

    assert "e ship on Friday." in draft.statements[0].text
    assert draft.title
    assert draft.path == str(path)


def test_a_parser_is_loaded_only_for_its_files(tmp_path: Path) -> None:
    """In processes of their own: in this one all of them are loaded."""
    program = (
        "import json, sys\nfrom coach.sources.reader import read_file\nfrom coach.domain.source import SourceKind\n"
        "import coach.sources.formats\nassert not set(json.loads(sys.argv[2])) & set(sys.modules)\n"
        "read_file(sys.argv[1], SourceKind.NOTE)\nprint(json.dumps(sorted(sys.modules)))"
    )
    for name, (data, expected) in FILES.items():
        path = tmp_path / name
        path.write_bytes(data)
        arguments = [sys.executable, "-c", program, str(path), json.dumps(sorted(PARSERS))]
        ran = subprocess.run(arguments, capture_output=True, text=True, timeout=60)
        assert ran.returncode == 0, ran.stderr
        assert set(json.loads(ran.stdout)) & PARSERS == expected, name


def test_unknown_formats_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK")

    with pytest.raises(SourceError, match=r"a\.xlsx is in no format that is read here") as caught:
        read_document(path, "a.xlsx")
    assert "PDF" in caught.value.hint


def test_what_had_to_be_guessed_is_said_with_the_note(tmp_path: Path) -> None:
    for name, text in (("a.txt", "Schöne Grüße."), ("a.html", "<p>Schöne Grüße.</p>"), ("p.md", "# Eins\nSchön.")):
        path = tmp_path / name
        path.write_bytes(text.encode("cp1252"))
        kind = SourceKind.PRINCIPLE if name == "p.md" else SourceKind.NOTE
        (draft,) = read_file(path, kind)
        assert "guess" in draft.remarks[0]
        assert "Sch" in draft.statements[0].text


@pytest.mark.parametrize("name", ["a.pdf", "a.docx"])
def test_large_office_files_are_named(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with path.open("wb") as file:
        file.truncate(50_000_001)

    with pytest.raises(SourceError, match="larger than 50 MB"):
        read_document(path, name)
