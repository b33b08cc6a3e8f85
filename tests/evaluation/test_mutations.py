from __future__ import annotations

import pytest

from coach.evaluation.mutations import Claim, Mutation, mutants
from tests.grounding.fakes import evidence

P8_1 = evidence("P8.1", "If the VP wants a date on the spot, then ask the engineers, who may know two dates.")
P8_2 = evidence("P8.2", "Belonging grows where people teach each other.")
P3_1 = evidence("P3.1", "Infrastructure lets small teams iterate.")
C1_1 = evidence("C1.1", "Sort the calendar by colour.")
ALL = [P8_1, P8_2, P3_1, C1_1]
CLAIM = Claim("a", P8_1.statement.text, (P8_1,))


def test_every_kind_is_made_once_and_the_same_again() -> None:
    made = mutants(CLAIM, ALL)
    assert [m.kind for m in made] == list(Mutation)
    assert made == mutants(CLAIM, ALL)
    assert any(mutants(CLAIM, ALL, seed) != made for seed in range(1, 4))
    assert all(m.of is CLAIM for m in made)


def test_a_swapped_citation_leaves_the_words_and_a_changed_text_the_citation() -> None:
    for m in mutants(CLAIM, ALL):
        if m.kind in (Mutation.PRINCIPLE, Mutation.STATEMENT):
            assert m.text == CLAIM.text
        else:
            assert m.cited == CLAIM.cited
            assert m.text != CLAIM.text


def test_another_statement_is_of_the_same_source_and_another_principle_is_not() -> None:
    cited = {m.kind: m.cited for m in mutants(CLAIM, ALL)}
    assert cited[Mutation.STATEMENT] == (P8_2,)
    assert cited[Mutation.PRINCIPLE] == (P3_1,)


@pytest.mark.parametrize(
    "others", [[P8_1], [P8_1, evidence("P8.3", "The VP wants a date on the spot; ask engineers.")]]
)
def test_what_may_support_the_claim_too_is_not_cited_instead(others: list[object]) -> None:
    kinds = {m.kind for m in mutants(CLAIM, others)}  # type: ignore[arg-type]
    assert not kinds & {Mutation.PRINCIPLE, Mutation.STATEMENT}


def test_a_claim_without_a_citation_has_none_to_swap() -> None:
    assert {m.kind for m in mutants(Claim("b", "Ask first.", ()), ALL)} & {
        Mutation.PRINCIPLE,
        Mutation.STATEMENT,
    } == set()


def test_what_the_person_said_is_not_invented() -> None:
    said = Claim("c", "Wait five days.", (P8_2,), situation=" ".join(map(str, range(3, 97))) + " ninety")
    numbers = [m.text for s in range(20) for m in mutants(said, ALL, s) if m.kind is Mutation.NUMBER]
    assert all(not any(c.isdigit() for c in text) for text in numbers)
