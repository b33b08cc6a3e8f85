from __future__ import annotations

import time

import pytest

from coach.agent.talks.dates import dates, first_date, is_future


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I have to tell her no on Thursday.", ["on Thursday"]),
        ("On 3 November she promised 1 December.", ["On 3 November", "1 December"]),
        ("We met in March 2026, and on May 5, too.", ["in March 2026", "on May 5"]),
        ("tomorrow 9am with the staff engineer", ["tomorrow 9am"]),
        ("our 1:1 is next Tuesday at 10:30", ["next Tuesday at 10:30"]),
        ("It broke on 2026-03-17 at noon.", ["on 2026-03-17 at noon"]),
        ("two weeks ago, and again last week", ["two weeks ago", "last week"]),
        ("He may leave, and we march on; the second run was fine.", []),
        ("recall fell from 0.91 to 0.84 in 3 of 12 regions", []),
        ("sec. 4.2 of RFC 2119", []),
    ],
)
def test_what_says_when(text: str, found: list[str]) -> None:
    assert [d.group() for d in dates(text)] == found
    assert first_date(text) == (found or [""])[0]


@pytest.mark.parametrize(("words", "ahead"), [("tomorrow 9am", True), ("next week", True), ("on Thursday", False)])
def test_what_lies_ahead(words: str, ahead: bool) -> None:
    assert is_future(words) is ahead


@pytest.mark.parametrize("text", ["on " * 7000, "1 " * 10_000, "the end of " * 2000, "last " * 4000])
def test_a_hostile_text_takes_no_time(text: str) -> None:
    began = time.perf_counter()
    dates(text)
    assert time.perf_counter() - began < 2
