from __future__ import annotations

from coach.domain.answer import Citation
from coach.grounding.citations import cite, look_up, pinned
from tests.grounding.fakes import ALL, P8_2, P8_3


def test_known_citations_are_found_in_order_and_once() -> None:
    cited = look_up(cite(P8_3, P8_2, P8_3), ALL)
    assert cited.known == (P8_3, P8_2)
    assert cited.reason == ""


def test_an_id_that_is_not_in_the_evidence_is_reported() -> None:
    cited = look_up(pinned(["P99.1", "P8.3"], ALL), ALL)
    assert cited.unknown == ("P99.1",)
    assert cited.known == (P8_3,)
    assert "P99.1" in cited.reason


def test_a_statement_that_has_changed_is_reported() -> None:
    cited = look_up([Citation("P8.3", "0" * 16)], ALL)
    assert (cited.known, cited.changed) == ((), ("P8.3",))
    assert "changed" in cited.reason
