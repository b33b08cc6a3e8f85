from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.domain.answer import Citation
from coach.domain.counterpart import Counterpart
from coach.domain.errors import InputError
from coach.domain.rehearsal import EARNING, HARDENING, Act, Found, Move, Rehearsal, State, Turn

CREATED = datetime(2026, 11, 1, tzinfo=UTC)


def turn(number: int, parent: int, line: str = "We can't wait.") -> Turn:
    acts = (Found(Act.LIMIT, 0, 8),) if line else (Found(Act.SILENT, 0, 0),)
    return Turn(number, parent, line, acts, Move.PRESS, "When?", 8, coached=(Citation("C1.1", "ab"),))


def rehearsal(*turns: Turn, at: int = 0) -> Rehearsal:
    return Rehearsal("r1", "b1", 2, "No", Counterpart("VP"), "Hello.", CREATED, turns, at)


TREE = rehearsal(turn(1, 0), turn(2, 1), turn(3, 2), turn(4, 1), turn(5, 0), at=4)


def test_what_is_written_comes_back_also_through_json() -> None:
    assert Rehearsal.from_dict(json.loads(json.dumps(TREE.as_dict()))) == TREE


def test_the_path_leads_from_the_beginning_to_where_it_stands() -> None:
    assert [t.number for t in TREE.path] == [1, 4]
    assert [t.number for t in TREE.path_to(3)] == [1, 2, 3]
    assert rehearsal().path == ()


def test_every_branch_is_kept() -> None:
    assert [[t.number for t in path] for path in TREE.branches] == [[1, 2, 3], [1, 4], [5]]
    assert rehearsal().branches == ()


def test_going_back_loses_no_turn_and_opens_what_was_over() -> None:
    over = TREE.said(turn(6, 4), State.ENDED)
    assert over.state is State.ENDED
    back = over.before(2)
    assert (back.at, back.state, back.turns) == (1, State.OPEN, over.turns)
    with pytest.raises(InputError, match="no line 7"):
        over.before(7)
    with pytest.raises(InputError, match="Nothing was said yet"):
        rehearsal().before(1)


@given(st.lists(st.integers(0, 30), max_size=30))
def test_any_tree_has_each_turn_in_some_branch(parents: list[int]) -> None:
    turns = [turn(i, min(p, i - 1)) for i, p in enumerate(parents, 1)]
    made = rehearsal(*turns, at=len(turns))
    assert {t.number for path in made.branches for t in path} == {t.number for t in turns}
    assert Rehearsal.from_dict(made.as_dict()) == made


def test_acts_whose_words_were_forgotten_go_with_them() -> None:
    data = turn(1, 0).as_dict()
    data["line"] = "(a line that was forgotten)"
    assert Turn.from_dict(data).acts == ()


@pytest.mark.parametrize(
    "change",
    [
        {"at": 9},
        {"at": -1},
        {"state": "lost"},
        {"turns": [turn(2, 0).as_dict()]},
        {"turns": [turn(1, 1).as_dict()]},
        {"turns": [{**turn(1, 0).as_dict(), "move": "shout"}]},
        {"created": "yesterday"},
    ],
)
def test_what_has_another_form_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Rehearsal.from_dict({**TREE.as_dict(), **change})


def test_no_act_both_earns_and_hardens() -> None:
    assert not EARNING & HARDENING
    assert Act.LIMIT not in EARNING | HARDENING
