"""Do the difficulties of a counterpart differ, for somebody who does well? Scripted persons, every style, fixed seeds.

No coach and no model: what a line did, how the counterpart stands, and the move that it draws are rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from random import Random
from statistics import mean, median
from typing import Any

import pytest

from coach.agent.talks import resistance
from coach.agent.talks.acts import acts
from coach.agent.talks.lines import line as written_line
from coach.domain.counterpart import Counterpart, Standing, Style
from coach.domain.rehearsal import EARNING, HARDENING, Move
from evals.talk_checks import WORDS, table

GOOD: dict[str, Any] = table("good_persons")
LATER: tuple[str, ...] = tuple(GOOD["later"])
PERSONS = [name for name in GOOD["persons"] if name != "slips"]
_SEEDS = range(30)
_LINES = 8
_DIFFICULTIES = range(1, 6)
#: Where a talk did not get there.
_NEVER = 99

Talk = tuple[tuple[Move, ...], tuple[str, ...]]


@cache
def talks(person: str, difficulty: int) -> tuple[Talk, ...]:
    """Every talk of one person at one difficulty: what the counterpart did and said, line by line."""
    lines = (*GOOD["persons"][person], *LATER)
    return tuple(_talk(lines, difficulty, style, seed) for style in Style for seed in _SEEDS)


def _talk(lines: Sequence[str], difficulty: int, style: Style, seed: int) -> Talk:
    other = Counterpart(
        "department head", "Gave their word to the board.", "the date", style, difficulty, Standing.ABOVE
    )
    random, mood = Random(f"{seed}"), resistance.start(other)
    moves: list[Move] = []
    replies: list[str] = []
    for place, line in enumerate(lines):
        found = acts(line, replies, lines[:place])
        mood = resistance.heard(other, mood, found)
        moves.append(resistance.choose(other, mood, found, random))
        mood = resistance.answered(mood, moves[-1])
        replies.append(written_line(other, moves[-1], random, replies))
    return tuple(moves), tuple(replies)


def _first(talk: Talk, *wanted: Move) -> int:
    return next((number for number, move in enumerate(talk[0], 1) if move in wanted), _NEVER)


def softens(person: str, difficulty: int) -> list[int]:
    """After how many lines something is granted or agreed to, talk by talk."""
    return [_first(t, Move.HALF_AGREE, Move.AGREE) for t in talks(person, difficulty)]


def agrees(person: str, difficulty: int) -> list[int]:
    """After how many lines one thing is agreed to, talk by talk."""
    return [_first(t, Move.AGREE) for t in talks(person, difficulty)]


@pytest.mark.parametrize("person", PERSONS)
def test_every_line_of_a_good_person_earns_something(person: str) -> None:
    lines = GOOD["persons"][person]
    did = [{f.act for f in acts(line, (), lines[:place])} for place, line in enumerate(lines)]
    assert [line for line, some in zip(lines, did, strict=True) if not some & EARNING or some & HARDENING] == []


@pytest.mark.parametrize("person", PERSONS)
def test_the_harder_the_later_it_softens(person: str) -> None:
    after = [mean(softens(person, d)) for d in _DIFFICULTIES]
    assert after == sorted(after)
    assert all(later - earlier >= 0.3 for earlier, later in pairwise(after)), after
    assert [median(agrees(person, d)) for d in _DIFFICULTIES] == sorted(
        median(agrees(person, d)) for d in _DIFFICULTIES
    )


def test_agreement_comes_later_at_each_difficulty_for_who_offers_early() -> None:
    after = [median(agrees("offers-early", d)) for d in _DIFFICULTIES]
    assert len(set(after)) >= 4, after


@pytest.mark.parametrize("person", PERSONS)
def test_the_hardest_grants_a_part_and_agrees_to_nothing_within_eight_good_lines(person: str) -> None:
    assert min(agrees(person, 5)) > _LINES
    assert sum(n <= _LINES for n in softens(person, 5)) >= 0.7 * len(talks(person, 5))
    assert min(softens(person, 5)) >= 6


@pytest.mark.parametrize("person", GOOD["persons"])
def test_no_difficulty_goes_on_for_ever(person: str) -> None:
    for difficulty in _DIFFICULTIES:
        assert max(agrees(person, difficulty)) < _NEVER, difficulty


@pytest.mark.parametrize("difficulty", _DIFFICULTIES)
def test_a_slip_costs_more_the_harder_it_is(difficulty: int) -> None:
    lost = [mean(some("slips", difficulty)) - mean(some("facts-first", difficulty)) for some in (softens, agrees)]
    assert max(lost) >= (0, 0.5, 0.5, 1, 2.5, 3.5)[difficulty], lost


@pytest.mark.parametrize("person", GOOD["persons"])
def test_nobody_is_abused_however_hard(person: str) -> None:
    replies = {r for d in _DIFFICULTIES for _, some in talks(person, d) for r in some}
    assert [r for r in replies if WORDS["abuse"].search(r) or WORDS["advice"].search(r)] == []


def test_figures_of_difficulties(figure: list[str]) -> None:
    figure.append(f"difficulties, {len(GOOD['persons'])} good persons, {len(Style) * len(_SEEDS)} talks each:")
    for person in GOOD["persons"]:
        for d in _DIFFICULTIES:
            soft, full = softens(person, d), agrees(person, d)
            granted, agreed = (sum(n <= _LINES for n in some) / len(some) for some in (soft, full))
            figure.append(
                f"  {person:14s} difficulty {d}: softens after {median(soft):.0f} (first {min(soft)}), agrees after "
                f"{median(full):.0f} (first {min(full)}); in {_LINES} lines granted {granted:.0%}, agreed {agreed:.0%}"
            )
