from __future__ import annotations

from dataclasses import replace

import pytest

from coach.domain.answer import Status
from coach.evaluation.cases import Kind
from coach.evaluation.statistics import NOTHING
from coach.evaluation.summary import Split, is_perfect, summarise
from tests.evaluation.making import answer, case, failed, outcome, run

SILENT = answer(status=Status.SILENT)


def test_each_split_and_kind_has_its_own_figures() -> None:
    cases = [
        case("s001"),
        case("s002", holdback=True),
        case("d001", Kind.CONVERSATION),
        case("d002", Kind.CONVERSATION),
    ]
    outcomes = [outcome("s001"), outcome("s002", SILENT), outcome("d001", SILENT), outcome("d002", cached=True)]
    found = summarise(run(cases, outcomes))
    assert found.figure("excess silence").interval.mean == 0.5
    assert found.figure("excess silence", Split.OPEN).interval.mean == pytest.approx(1 / 3)
    assert found.figure("excess silence", Split.HOLDBACK).interval.mean == 1
    assert found.figure("excess silence", kind=Kind.CONVERSATION).interval.mean == 0.5
    assert found.figure("excess silence", Split.OPEN, Kind.SITUATION).interval.mean == 0
    assert found.figure("excess silence", Split.HOLDBACK, Kind.CONVERSATION).interval == NOTHING
    assert found.kinds == (Kind.SITUATION, Kind.CONVERSATION)
    assert (found.count().cases, found.count().cached, found.count(Split.HOLDBACK).cases) == (4, 1, 1)


def test_a_metric_that_applies_to_nothing_has_no_figure() -> None:
    found = summarise(run([case("s001")]))
    assert found.figure("referral recall").interval == NOTHING
    assert "referral recall" not in found.values["s001"]


def test_repeats_are_averaged_inside_a_case() -> None:
    # The first case is right once in four, the second always: each counts once.
    cases = [case("s001"), case("s002")]
    outcomes = [outcome("s001", SILENT if r else None, repeat=r) for r in range(4)]
    outcomes += [outcome("s002", repeat=r) for r in range(4)]
    found = summarise(run(cases, outcomes, repeats=4))
    figure = found.figure("excess silence")
    assert found.values["s001"]["excess silence"] == 0.75
    assert figure.interval.mean == pytest.approx(0.375)
    assert figure.interval.n == 2
    assert (figure.interval.low, figure.interval.high) == (0.0, 0.75), "whole cases are drawn"
    # Variance in the first: (1 * 0.75^2 + 3 * 0.25^2) = 0.75; none in the second; 3 + 3 degrees of freedom.
    assert figure.spread == pytest.approx((0.75 / 6) ** 0.5)
    # pass^1: (1/4 + 1) / 2; pass^2: C(1,2) = 0 and 1.
    assert figure.passed == pytest.approx((0.625, 0.5, 0.5, 0.5))
    assert figure.as_dict()["pass_hat_k"] == [0.625, 0.5, 0.5, 0.5]
    assert found.figure("words").passed == ()
    assert found.figure("words").spread == 0


def test_one_repeat_has_no_spread() -> None:
    figure = summarise(run([case("s001")])).figure("status right")
    assert figure.spread is None
    assert not figure.passed
    assert "spread" not in figure.as_dict()


def test_an_error_is_counted_and_has_no_values() -> None:
    cases = [case("s001"), case("s002")]
    outcomes = [outcome("s001"), failed("s001", repeat=1), failed("s002"), failed("s002", repeat=1)]
    found = summarise(run(cases, outcomes, repeats=2))
    assert found.count().errors == 3
    assert found.values["s002"] == {}
    figure = found.figure("status right")
    assert (figure.interval.mean, figure.interval.n) == (1, 1)
    assert list(figure.passed) == [1], "one trial says nothing of two in a row"
    assert figure.spread is None


def test_nothing_but_errors() -> None:
    found = summarise(run([case("s001")], [failed("s001")]))
    assert found.figure("status right").interval == NOTHING
    assert found.count().errors == 1


def test_what_is_perfect() -> None:
    assert is_perfect("status right", 1.0)
    assert not is_perfect("points conveyed", 0.99)
    assert is_perfect("forbidden said", 0.0)
    assert not is_perfect("forbidden said", 1.0)


def test_the_order_of_outcomes_makes_no_difference() -> None:
    cases = [case("s001"), case("s002")]
    made = run(cases, [outcome("s001", SILENT), outcome("s002")])
    assert summarise(replace(made, outcomes=made.outcomes[::-1])).figures == summarise(made).figures
