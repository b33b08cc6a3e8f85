from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.retrieval import work
from coach.retrieval.rows import Row
from coach.retrieval.work import Work, ahead, portions

TEXTS = st.sampled_from(["one", "two two", "three three three", "four", "", "two  two"])


@given(st.lists(st.lists(TEXTS, max_size=6), max_size=8), st.integers(1, 4), st.integers(1, 9))
def test_each_row_is_in_one_portion_with_its_text_and_each_source_done_after_its_rows(
    sources: list[list[str]], at_once: int, window: int
) -> None:
    all_work = [
        Work(f"N{n}", f"d{n}", [Row(f"N{n}.{i}", "h", text) for i, text in enumerate(texts, 1)])
        for n, texts in enumerate(sources, 1)
        if texts
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(work, "_TEXTS_AT_ONCE", at_once)
        patch.setattr(work, "_WINDOW", window)
        found = list(portions(all_work))

    missing = {row.id: row.text for each in all_work for row in each.rows}
    done: dict[str, str] = {}
    for portion in found:
        assert 1 <= len(portion.texts) <= at_once
        assert len(set(portion.texts)) == len(portion.texts)
        for at, row in portion.rows:
            assert missing.pop(row.id) == portion.texts[at]
        done.update(portion.done)
        assert not {i.partition(".")[0] for i in missing} & portion.done.keys()
    assert missing == {}
    assert done == {each.id: each.digest for each in all_work}


def test_a_window_with_curated_lines_is_not_plain() -> None:
    notes = [Work("N1", "d", [Row("N1.1", "h", "a")])]

    assert [p.plain for p in portions(notes)] == [True]
    assert [p.plain for p in portions([*notes, Work("P1", "d", [Row("P1.1", "h", "b")])])] == [False]


@given(st.lists(st.integers(), max_size=20), st.integers(1, 5))
def test_what_is_worked_at_ahead_comes_in_order(items: list[int], most: int) -> None:
    assert list(ahead(lambda x: x * 2, items, most)) == [(x, x * 2) for x in items]


def test_so_many_are_worked_at_while_one_is_taken() -> None:
    both = threading.Barrier(2)
    taken = ahead(lambda x: x if x == 0 else both.wait(10) * 0 + x, range(3), 2)

    # The second and third wait for each other, so that they end only where both are begun beside the first.
    assert [x for x, _ in taken] == [0, 1, 2]


def test_a_fault_is_raised_in_its_turn_and_nothing_further_is_begun() -> None:
    begun: list[int] = []

    def run(x: int) -> int:
        begun.append(x)
        if x == 2:
            raise ValueError("the third")
        return x

    taken: list[int] = []
    with pytest.raises(ValueError, match="the third"):
        taken.extend(x for x, _ in ahead(run, range(100), 2))
    assert taken == [0, 1]
    assert max(begun) <= 5


def test_who_stops_taking_leaves_the_rest_undone() -> None:
    begun: list[int] = []

    def run(x: int) -> int:
        begun.append(x)
        return x

    taken = ahead(run, range(1_000_000), 2)
    assert next(taken) == (0, 0)
    taken.close()
    assert len(begun) <= 3
    assert not [t for t in threading.enumerate() if t.name.startswith("coach-ahead")]
