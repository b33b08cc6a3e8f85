from __future__ import annotations

import pytest

from coach.domain.errors import InputError
from coach.evaluation.cases import Kind
from coach.evaluation.selection import selected
from tests.evaluation.making import case

CASES = [case(f"{k.value[0]}{i:03d}", k) for i in range(8) for k in (Kind.SITUATION, Kind.TENSION, Kind.REFERRAL)]


def test_everything_by_default() -> None:
    assert selected(CASES) == CASES


def test_kinds_and_ids() -> None:
    assert [c.id for c in selected(CASES, ids=["t002", "s001"])] == ["s001", "t002"]
    assert {c.kind for c in selected(CASES, ["referral"])} == {Kind.REFERRAL}
    assert len(selected(CASES, ["referral", "tension"])) == 16


@pytest.mark.parametrize("size", [1, 3, 7, 24, 100])
def test_a_sample_is_spread_over_kinds_and_always_the_same(size: int) -> None:
    found = selected(CASES, sample=size)
    assert len(found) == min(size, 24)
    counts = [sum(c.kind is k for c in found) for k in (Kind.SITUATION, Kind.TENSION, Kind.REFERRAL)]
    assert max(counts) - min(counts) <= 1
    assert found == [c for c in CASES if c in found], "in the order of the cases"
    assert {c.id for c in selected(CASES[::-1], sample=size)} == {c.id for c in found}


def test_a_smaller_sample_is_part_of_a_larger_one() -> None:
    assert {c.id for c in selected(CASES, sample=5)} < {c.id for c in selected(CASES, sample=9)}


def test_it_is_not_simply_the_first() -> None:
    assert selected(CASES, sample=3) != CASES[:3]


@pytest.mark.parametrize(
    ("kinds", "ids", "message"),
    [(["nonsense"], [], "nonsense"), ([], ["x999"], "x999"), (["tension"], ["s001"], "No case")],
)
def test_what_is_not_there(kinds: list[str], ids: list[str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        selected(CASES, kinds, ids)
