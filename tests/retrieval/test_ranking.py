from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from coach.retrieval.compiled import Compiled
from coach.retrieval.ranking import _PRINCIPLES, Ranking, held, rank
from coach.retrieval.router import Routing

ASKED = np.array([1, 0, 0, 0], dtype=np.float32)


def at(cosine: float) -> list[float]:
    """A unit vector with this cosine similarity to the question."""
    return [cosine, (1 - cosine**2) ** 0.5, 0, 0]


def ranked(
    statements: Mapping[str, float],
    situations: Mapping[str, Sequence[float]] | None = None,
    routing: Routing | None = None,
) -> Ranking:
    """Rank statements and situations that have these similarities to the question."""
    rows = [(source, c) for source, cosines in (situations or {}).items() for c in cosines]
    compiled = Compiled(
        key="k",
        space="words",
        statement_ids=tuple(statements),
        statements=np.array([at(c) for c in statements.values()], dtype=np.float32).reshape(-1, 4),
        situation_texts=tuple(f"{source} {c}" for source, c in rows),
        situation_sources=tuple(source for source, _ in rows),
        situations=np.array([at(c) for _, c in rows], dtype=np.float32).reshape(-1, 4),
    )
    return rank(ASKED, compiled, routing)


def test_three_best_situations_and_a_share_of_the_best_statement() -> None:
    found = ranked({"P1.1": 0.2, "P1.2": 0.6}, {"P1": [0.1, 0.6, 0.5, 0.4, 0.3, 0.2]})

    (score,) = found.principles
    assert score.score == pytest.approx(0.5 + 0.3 * 0.6, abs=1e-5)
    assert score.nearest == "P1 0.6"
    assert score.similarity == pytest.approx(0.6, abs=1e-5)
    assert found.statements == {"P1.1": pytest.approx(0.2, abs=1e-5), "P1.2": pytest.approx(0.6, abs=1e-5)}


def test_fewer_than_three_situations_are_no_drawback() -> None:
    found = ranked({"P1.1": 0, "P2.1": 0}, {"P1": [0.6, 0.4], "P2": [0.49] * 5})

    assert [s.id for s in found.principles] == ["P1", "P2"]
    assert found.principles[0].score == pytest.approx(0.5, abs=1e-5)


def test_what_is_nearly_the_same_counts_again() -> None:
    found = ranked({"P1.1": 0, "P2.1": 0}, {"P1": [0.9, 0.4, 0.4], "P2": [0.6, 0.6, 0.6]})

    assert [s.id for s in found.principles] == ["P1", "P2"]
    assert found.principles[0].score == pytest.approx(1.7 / 3 + 0.3, abs=1e-5)


def test_a_source_without_situations_is_known_by_its_statements() -> None:
    found = ranked({"P1.1": 0.5, "P10.1": 0.6}, {"P1": [0.5]})

    assert [s.id for s in found.principles] == ["P10", "P1"]
    assert found.principles[0].score == pytest.approx(1.3 * 0.6, abs=1e-5)
    assert (found.principles[0].nearest, found.principles[0].similarity) == ("", 0.0)


def test_kinds_are_ranked_apart_and_equals_by_number() -> None:
    found = ranked({"P10.1": 0.5, "C3.1": 0.9, "P2.1": 0.5, "C20.1": 0.9, "P1.1": 0.4})

    assert [s.id for s in found.principles] == ["P2", "P10", "P1"]
    assert [s.id for s in found.practices] == ["C3", "C20"]


def test_a_source_that_has_lost_its_statements_is_not_ranked() -> None:
    found = ranked({"P1.1": 0.5}, {"P1": [0.2], "C9": [0.9]})

    assert [s.id for s in (*found.principles, *found.practices)] == ["P1"]


def test_nothing_to_rank() -> None:
    empty = np.zeros((0, 0), dtype=np.float32)

    found = rank(ASKED, Compiled("k", "words", (), empty, (), (), empty))

    assert found == Ranking((), (), {})


def test_a_share_of_what_the_router_says() -> None:
    routing = Routing({"P1": 0.01, "P2": 0.99, "P3": 0.0}, {"C1": 1.0}, {"inside": 1.0})

    found = ranked(dict.fromkeys(("P1.1", "P2.1", "P3.1", "P10.1", "C1.1"), 0.5), routing=routing)

    # What the router has not learned is taken for one of ten, and what it rules out for no less than e^-8.
    assert [s.id for s in found.principles] == ["P2", "P10", "P1", "P3"]
    shares = [(s.score - 1.3 * 0.5) / _PRINCIPLES.router for s in found.principles]
    assert shares == pytest.approx([math.log(0.99), math.log(0.1), math.log(0.01), -8], abs=1e-4)
    assert found.practices[0].score == pytest.approx(1.3 * 0.5, abs=1e-5)


def test_the_router_says_more_of_practices() -> None:
    routing = Routing({"P1": 0.1}, {"C1": 0.1}, {"inside": 1.0})

    found = ranked({"P1.1": 0.5, "C1.1": 0.5}, {"P1": [0.5], "C1": [0.5]}, routing=routing)

    assert found.practices[0].score < found.principles[0].score


def test_what_was_asked_before_counts_more_than_a_turn_that_insists_on_it() -> None:
    now = ranked({"P1.1": 0.9, "P2.1": 0.1, "P3.1": 0, "C1.1": 0.4, "C2.1": 0.2})
    before = ranked({"P1.1": 0.1, "P2.1": 0.8, "P3.1": 0, "C1.1": 0, "C2.1": 0.6})

    found = held(now, before)

    assert [s.id for s in found.principles] == ["P2", "P1", "P3"]
    assert found.principles[1].score == pytest.approx(1.3 * (0.4 * 0.9 + 0.6 * 0.1), abs=1e-5)
    assert [s.id for s in found.practices] == ["C2", "C1"]
    assert found.statements == now.statements
    assert held(now, now) == now


def test_what_was_not_ranked_before_is_not_ranked() -> None:
    assert [s.id for s in held(ranked({"P1.1": 0.9, "P2.1": 0.1}), ranked({"P2.1": 0.5})).principles] == ["P2"]
