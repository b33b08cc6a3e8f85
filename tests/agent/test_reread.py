"""A statement in its file, read again."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from coach.agent.reread import OnDisk, Standing, nearest, reread
from coach.domain.source import Source, SourceKind, Statement, StatementKind
from coach.sources.reader import read_file

NOTE = """---
title: Retro
date: 2026-09-14
---

# Retro

Seven of eight were there;
the mood vote was 2.6 out of 5,
the lowest since we started. Nobody was surprised.

## What we try

- Requests from outside come to me first.
- **No** weekend work without my word.
- Cake for the shadow run.
"""


def of(path: Path, kind: SourceKind = SourceKind.NOTE) -> Source:
    """The file as the ledger would have it."""
    [draft] = read_file(path, kind)
    statements = tuple(replace(s, id=f"N1.{i}") for i, s in enumerate(draft.statements, 1))
    return Source("N1", kind, draft.title, statements, path=str(path))


def again(source: Source, containing: str, text: str = "") -> OnDisk:
    statement = next(s for s in source.statements if containing in s.text)
    return reread(source, text or statement.text, statement.line)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "vault" / "retros"
    folder.mkdir(parents=True)
    path = folder / "retro.md"
    path.write_text(NOTE)
    return path


def marked(found: OnDisk) -> list[str]:
    return [line.text for line in found.lines if line.cited]


def test_it_stands_between_its_lines(path: Path) -> None:
    found = again(of(path), "weekend")
    assert (found.standing, found.path, found.line) == (Standing.SAME, str(path), 15)
    assert [(line.number, line.text, line.cited) for line in found.lines] == [
        (12, "## What we try", False),
        (13, "", False),
        (14, "- Requests from outside come to me first.", False),
        (15, "- **No** weekend work without my word.", True),
        (16, "- Cake for the shadow run.", False),
        (17, "", False),
    ]
    assert found.written is not None
    assert found.written.tzinfo is UTC


def test_a_wrapped_sentence_is_marked_over_its_lines(path: Path) -> None:
    assert marked(again(of(path), "mood vote")) == NOTE.split("\n")[7:10]


def test_a_moved_line_is_found_where_it_is_now(path: Path) -> None:
    source = of(path)
    path.write_text(NOTE.replace("- Requests", "- Something new.\n- Requests"))
    found = again(source, "weekend")
    assert (found.standing, found.line, marked(found)) == (
        Standing.SAME, 16, ["- **No** weekend work without my word."],
    )  # fmt: skip


def test_an_edited_line_is_shown_as_it_is_now(path: Path) -> None:
    source = of(path)
    path.write_text(NOTE.replace("without my word", "without our word"))
    os.utime(path, (0, 1_790_000_000))
    found = again(source, "weekend")
    assert (found.standing, found.line) == (Standing.CHANGED, 0)
    assert "weekend work without our word" in found.instead
    assert marked(found) == ["- **No** weekend work without our word."]
    assert found.written == datetime.fromtimestamp(1_790_000_000, UTC)


def test_a_line_that_was_taken_out_has_nothing_in_its_place(path: Path) -> None:
    source = of(path)
    path.write_text(NOTE.replace("- **No** weekend work without my word.\n", ""))
    found = again(source, "weekend")
    assert (found.standing, found.instead, found.lines) == (Standing.CHANGED, "", ())


def test_a_file_that_is_gone_or_moved(path: Path) -> None:
    source = of(path)
    other = path.parent.parent / "2026" / path.name
    other.parent.mkdir()
    path.rename(other)
    assert (again(source, "weekend").standing, again(source, "weekend").path) == (Standing.MOVED, str(other))
    other.write_text("# Retro\n\nSomething else.\n")
    assert again(source, "weekend") == OnDisk(Standing.GONE, str(path))


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\xfa\x00\x01" * 9, b"\0\1\2" * 50])
def test_a_file_that_cannot_be_read_says_why(path: Path, data: bytes) -> None:
    source = of(path)
    path.write_bytes(data)
    found = again(source, "weekend")
    assert found.standing is Standing.UNREADABLE
    assert "retro.md" in found.reason


def test_a_pipe_in_its_place_is_not_waited_for(path: Path) -> None:
    source = of(path)
    path.unlink()
    os.mkfifo(path)
    assert again(source, "weekend").standing is Standing.UNREADABLE


def test_a_line_without_end_and_escapes_are_cut_and_cleaned(path: Path) -> None:
    path.write_text(f"# Retro\n\n- \x1b[31mNo\x1b[0m \u202eweekend work.\n- {'word ' * 200_000}\n")
    found = again(of(path), "weekend")
    assert marked(found) == ["- No weekend work."]
    assert all(len(line.text) < 500 for line in found.lines)


def test_what_comes_with_the_package_is_read_there() -> None:
    from coach.sources.builtin import read_builtin

    draft = next(d for d in read_builtin() if d.kind is SourceKind.PRINCIPLE and d.number == 8)
    statements = tuple(replace(s, id=f"P8.{i}") for i, s in enumerate(draft.statements, 1))
    source = Source("P8", draft.kind, draft.title, statements, path=draft.path, builtin=True)
    found = reread(source, statements[1].text, statements[1].line)
    assert (found.standing, found.path, found.written) == (Standing.SAME, draft.path, None)
    assert any(statements[1].text[:30] in line for line in marked(found))


def test_where_a_format_has_no_lines_statements_stand_around_it(path: Path) -> None:
    page = path.with_suffix(".html")
    page.write_text("<h1>Retro</h1><p>One thing.</p><p>Another thing.</p><p>A third thing.</p>")
    found = again(of(page), "Another")
    assert [(line.number, line.text, line.cited) for line in found.lines] == [
        (0, "One thing.", False), (0, "Another thing.", True), (0, "A third thing.", False),
    ]  # fmt: skip


def test_without_a_file_there_is_nothing_to_read() -> None:
    assert reread(Source("N1", SourceKind.NOTE, "x", ()), "text", 1) == OnDisk(Standing.NO_FILE)


def test_the_nearest_is_much_alike_or_none() -> None:
    def statements(*texts: str) -> list[Statement]:
        return [Statement(f"N1.{i}", t, StatementKind.NOTE) for i, t in enumerate(texts, 1)]

    some = statements("The team meets on Tuesday at ten.", "Lunch is at noon.", "Tuesday.")
    found = nearest("The team meets on Thursday at ten.", some)
    assert found is some[0]
    assert nearest("Nothing of the kind was ever said.", some) is None
    assert nearest("", some) is None
    assert nearest("x", []) is None
