from __future__ import annotations

from pathlib import Path

from coach.domain.source import Draft, SourceKind, Statement, StatementKind
from coach.store.database import open_database
from coach.store.ledger import Ledger
from coach.store.listed import Listed


def draft(title: str, kind: SourceKind = SourceKind.NOTE, *, path: str = "", private: bool = False) -> Draft:
    statements = (Statement("", f"{title} says so.", StatementKind.NOTE),)
    return Draft(kind, title, statements, path=path or f"/{title}.md", private=private, tags=("plan",))


def test_sources_are_listed_in_the_order_in_which_they_are_read(tmp_path: Path) -> None:
    database = open_database(tmp_path / "coach.db")
    ledger = Ledger(database)
    ledger.put_drafts([draft("B", private=True), draft("A"), draft("P", SourceKind.PRINCIPLE)])
    ledger.remove("N2")
    assert ledger.listed() == [
        Listed("P10", SourceKind.PRINCIPLE, "P", None, private=False, builtin=False),
        Listed("N1", SourceKind.NOTE, "B", None, private=True, builtin=False),
    ]
    assert [s.id for s in ledger.sources()] == [s.id for s in ledger.listed()]
    database.close()


def test_a_rule_makes_sources_private_once_for_each_mark(tmp_path: Path) -> None:
    database = open_database(tmp_path / "coach.db")
    ledger = Ledger(database)
    ledger.put_drafts([draft("A", path="/hr/a.md"), draft("B")])
    ledger.indexed.mark_done(["N1", "N2"])
    asked: list[str] = []

    def rule(source: object) -> bool:
        asked.append(getattr(source, "id", ""))
        return str(getattr(source, "path", "")).startswith("/hr/")

    for _ in range(2):
        ledger.make_private("one", rule)
    assert asked == ["N1", "N2"]
    assert ledger.private(["N1", "N2"]) == {"N1": True, "N2": False}
    assert ledger.indexed.pending_numbers().keys() == {"N1"}, "its vector may have to go"
    ledger.make_private("two", rule)
    assert asked[2:] == ["N2"], "what is private already stays so"
    database.close()
