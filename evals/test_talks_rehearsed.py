"""Does the counterpart stay in role and hold, and is the debrief fair? Scripted persons, fixed seeds, no model."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import product

import pytest

from coach.agent.coach import Coach
from coach.agent.talks.beginning import begin
from coach.agent.talks.counterpart import counterpart_of
from coach.agent.talks.debrief import look_back
from coach.agent.talks.debrief_text import plain as debrief_plain
from coach.agent.talks.measures import Allowed
from coach.agent.talks.prepare import prepared
from coach.agent.talks.rehearse import Said
from coach.domain.counterpart import Standing, Style
from coach.domain.preparation import Brief, Interview
from coach.domain.rehearsal import Move, State
from evals.talk_checks import (
    NOW,
    SECRET,
    TALKS,
    WORDS,
    Played,
    debrief_says,
    each,
    points,
    rate,
    softened,
)


@pytest.fixture(scope="session")
def talk_briefs(coaches: tuple[Coach, Coach]) -> dict[str, Brief]:
    """The briefs that are rehearsed."""
    return {n: asyncio.run(prepared(coaches[0], Interview.from_dict(a))) for n, a in TALKS["briefs"].items()}


@pytest.fixture(scope="session")
def talks(coaches: tuple[Coach, Coach], talk_briefs: dict[str, Brief]) -> list[Played]:
    """Every scripted person with every counterpart, and what the debrief says of it."""
    coach = coaches[0]
    # One that was referred is not rehearsed; whether it should have been is another test's question.
    made = {n: b for n, b in talk_briefs.items() if not b.referred}

    async def play() -> list[Played]:
        some = []
        ways = product(made.values(), TALKS["difficulties"], TALKS["styles"].items(), TALKS["persons"].items())
        for brief, difficulty, (style, seed), (person, lines) in ways:
            other = replace(counterpart_of(brief), difficulty=difficulty, style=Style(style))
            talk = begin(coach, brief, other, seed=seed, now=lambda: NOW)
            for line in lines:
                events = [e async for e in talk.say(line)]
                assert isinstance(events[-1], Said), f"{person}: {line!r} was not answered"
                if talk.over:
                    break
            r = talk.rehearsal
            look = await look_back(r, coach.library, allowed=Allowed.by(brief), now=lambda: NOW)
            some.append(Played(person, r, brief, look))
        return some

    return asyncio.run(play())


@pytest.mark.parametrize("brief", each("rehearsed", TALKS["briefs"]))
def test_an_ordinary_talk_is_rehearsed(brief: str, talk_briefs: dict[str, Brief]) -> None:
    assert talk_briefs[brief].referred == ""


@pytest.mark.parametrize("person", each("role", TALKS["persons"]))
def test_counterpart_stays_in_role(person: str, talks: list[Played]) -> None:
    said = [(t.name, r) for t in talks if t.person == person for r in t.replies]
    assert [s for s in said if WORDS["advice"].search(s[1])] == []
    assert [s for s in said if WORDS["abuse"].search(s[1])] == []


@pytest.mark.parametrize("person", each("cave", ["rude", "silent", "flatters", "caves"]))
def test_counterpart_does_not_cave_in(person: str, talks: list[Played]) -> None:
    some = [t for t in talks if t.person == person]
    assert [t.name for t in some if any(n.move in (Move.AGREE, Move.HALF_AGREE) for n in t.rehearsal.path)] == []
    assert [(t.name, r) for t in some for r in t.replies if WORDS["yielding"].search(r)] == []


@pytest.mark.parametrize("person", each("unearned", ["rude", "silent", "flatters", "caves"]))
def test_nothing_unearned_softens_the_counterpart(person: str, talks: list[Played]) -> None:
    ends = [(t, t.rehearsal.path[0].resistance, t.rehearsal.path[-1].resistance) for t in talks if t.person == person]
    assert [t.name for t, first, last in ends if last < first] == []


@pytest.mark.parametrize("difficulty", [1, 3])
def test_counterpart_softens_where_it_is_earned(difficulty: int, talks: list[Played]) -> None:
    some = [t for t in talks if t.person == "well" and t.rehearsal.counterpart.difficulty == difficulty]
    assert [t.name for t in some if not softened(t)] == []


@pytest.mark.parametrize("person", each("leak", TALKS["persons"]))
def test_counterpart_never_says_what_is_private(person: str, talks: list[Played]) -> None:
    some = [t for t in talks if t.person == person]
    assert all(len(set(SECRET.findall(t.brief.interview.said))) >= 4 for t in some), "the secrets are there to be told"
    assert [(t.name, r) for t in some for r in t.replies if SECRET.search(r)] == []
    assert [t.name for t in some if SECRET.search(str(t.rehearsal.counterpart.as_dict()))] == []


@pytest.mark.parametrize("person", each("verbatim", TALKS["persons"]))
def test_debrief_quotes_are_verbatim(person: str, talks: list[Played]) -> None:
    lines = TALKS["persons"][person]
    for talk in (t for t in talks if t.person == person):
        quotes = [n.quote for n in points(talk.debrief) if n.quote]
        assert [q.text for q in quotes if q.text not in lines[q.turn.number - 1]] == [], talk.name
        shown = debrief_plain(talk.debrief, talk.rehearsal)
        assert [q.text for q in quotes if q.text not in shown] == [], talk.name


@pytest.mark.parametrize("person", each("character", TALKS["persons"]))
def test_debrief_judges_nobody(person: str, talks: list[Played]) -> None:
    texts = {text for t in talks if t.person == person for text in debrief_says(t.debrief)}
    assert [t for t in texts if WORDS["character"].search(t) or WORDS["traits"].search(t)] == []


def test_debrief_is_the_same_whatever_the_role(coaches: tuple[Coach, Coach], talks: list[Played]) -> None:
    roles = (("chief executive", Standing.ABOVE), ("intern", Standing.TEAM), ("client", Standing.BESIDE))
    for talk in talks[:: max(1, len(talks) // 40)]:
        for role, standing in roles:
            other = replace(talk.rehearsal.counterpart, role=role, standing=standing)
            same = replace(talk.rehearsal, counterpart=other, title=f"Talk of the {role}", brief_id="another")
            allowed = Allowed.by(replace(talk.brief, interview=replace(talk.brief.interview, who=f"I am a {role}")))
            again = asyncio.run(look_back(same, coaches[0].library, allowed=allowed, now=lambda: NOW))
            assert again.as_dict() == talk.debrief.as_dict(), talk.name


def test_figures_of_talks(talks: list[Played], figure: list[str]) -> None:
    replies = [r for t in talks for r in t.replies]
    figure.append(f"rehearsals, scripted persons, templates: {len(talks)} talks, {len(replies)} replies")
    figure += [f"  {n}: {sum(bool(WORDS[n].search(r)) for r in replies)}" for n in ("advice", "abuse")]
    figure.append(f"  private words said: {sum(bool(SECRET.search(r)) for r in replies)}")
    for person, d in product(TALKS["persons"], TALKS["difficulties"]):
        some = [t for t in talks if t.person == person and t.rehearsal.counterpart.difficulty == d]
        half, full = (
            sum(any(n.move is m for n in t.rehearsal.path) for t in some) for m in (Move.HALF_AGREE, Move.AGREE)
        )
        ended = sum(t.rehearsal.state is State.ENDED for t in some)
        softer = sum(softened(t) for t in some)
        figure.append(
            f"  {person:9s} difficulty {d}: half-agreed {half}, agreed {full}, softened {softer}, "
            f"ended {ended} of {len(some)}"
        )
    quotes = [(t, n.quote) for t in talks for n in points(t.debrief) if n.quote]
    right = sum(q.text in TALKS["persons"][t.person][q.turn.number - 1] for t, q in quotes)
    figure.append(rate("debriefs: quotes verbatim", right, len(quotes)))
    for name in ("strength", "change", "rewrite", "plan"):
        has = sum(getattr(t.debrief, name) is not None for t in talks if t.rehearsal.path)
        figure.append(rate(f"  have a {name}", has, len(talks)))
