from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from coach.domain.source import Source, SourceKind, Statement, StatementKind, content_hash


def make() -> Source:
    statements = (
        Statement("C1.1", "Say no.", StatementKind.ADVICE, serves=("P8.3",), line=9),
        Statement("C1.2", "What do they need?", StatementKind.QUESTION),
    )
    return Source(
        "C1", SourceKind.PRACTICE, "Saying no", statements, situations=("vp wants date",), when="someone asks"
    )


def test_hash_folds_white_space_and_unicode_form() -> None:
    assert content_hash("caf\u00e9  au\nlait") == content_hash("cafe\u0301 au lait")
    assert content_hash("a") != content_hash("b")
    assert len(content_hash("")) == 16


def test_letters() -> None:
    assert [k.letter for k in (SourceKind.PRINCIPLE, SourceKind.PRACTICE, SourceKind.NOTE)] == ["P", "C", "N"]


def test_statement_knows_its_source() -> None:
    assert make().statements[0].source_id == "C1"


def test_digest_is_stable() -> None:
    assert make().digest == make().digest


@pytest.mark.parametrize(
    "changed",
    [
        replace(make(), title="Other"),
        replace(make(), when="other"),
        replace(make(), situations=("vp wants a date",)),
        replace(make(), situations=()),
        replace(make(), serves=("P8",)),
        replace(make(), tags=("x",)),
        replace(make(), date=date(2026, 9, 14)),
        replace(make(), private=True),
        replace(make(), path="elsewhere"),
        replace(make(), statements=make().statements[:1]),
        replace(make(), statements=(replace(make().statements[0], serves=()), make().statements[1])),
        replace(make(), statements=(replace(make().statements[0], heading=("h",)), make().statements[1])),
    ],
)
def test_digest_changes_with_everything_indexed(changed: Source) -> None:
    assert changed.digest != make().digest
