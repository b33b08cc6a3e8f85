from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from coach.domain.source import Draft, SourceKind, Statement, StatementKind
from coach.store.database import Database, open_database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path / "home" / "coach.db") as opened:
        yield opened


def note(*texts: str, path: str = "/notes/a.md", title: str = "Retro") -> Draft:
    """A note as a reader gives it."""
    statements = tuple(
        Statement("", text, StatementKind.NOTE, heading=("Top",), line=i) for i, text in enumerate(texts, 1)
    )
    return Draft(SourceKind.NOTE, title, statements, path=path)


def principle(number: int, *texts: str, builtin: bool = True, title: str = "", path: str = "") -> Draft:
    """A principle, built in unless said otherwise."""
    return Draft(
        SourceKind.PRINCIPLE,
        title or f"Principle {number}",
        tuple(Statement("", text, StatementKind.PRINCIPLE) for text in texts),
        number=number,
        situations=("vp wants date",),
        path=path or f"corpus/principles/P{number}.md",
        builtin=builtin,
    )
