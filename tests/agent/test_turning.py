"""Where to turn, beside an answer."""

from __future__ import annotations

from coach.agent.equipment import Referral
from coach.agent.material import framed, quoted
from coach.agent.turning import pointed
from coach.domain.evidence import Evidence, Turn
from coach.domain.source import SourceKind, Statement, StatementKind


def evidence(statement_id: str) -> Evidence:
    statement = Statement(statement_id, "Reach HR that day.", StatementKind.ADVICE)
    return Evidence(statement, SourceKind.PRACTICE, "Referral", 1.0, "says where to turn")


MATTER = Referral("a matter for HR", (evidence("C16.2"), evidence("C16.5")), "somebody is being wronged here")


def test_the_first_statement_stands_behind_what_is_in_doubt() -> None:
    lead, where = pointed(MATTER, [framed("This is about trust.")], ())
    assert lead.text == "If somebody is being wronged here, this comes first:"
    assert [c.id for c in where.citations] == ["C16.2"]
    assert {lead.part, where.part} == {"referral"}


def test_nothing_is_said_twice() -> None:
    said = pointed(MATTER, [], ())
    assert pointed(MATTER, [quoted(evidence("C16.2"), "how")], ()) == []
    assert pointed(MATTER, [], [Turn("what now?", " ".join(s.text for s in said))]) == []
    assert pointed(MATTER, [quoted(evidence("C16.5"), "how")], [Turn("what now?", "Something else.")])


def test_without_a_statement_nothing_is_said() -> None:
    assert pointed(Referral("a matter for HR", (), "somebody is wronged"), [], ()) == []
