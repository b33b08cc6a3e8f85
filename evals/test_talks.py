"""Are briefs, rehearsals, debriefs and commitments what they promise to be? With the quote composer, without a model.

What must hold is asserted for every case; rates are printed with their counts. The inputs are in ``evals/talks``.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

import pytest

from coach.agent.coach import Coach
from coach.agent.talks.brief_text import plain as brief_plain
from coach.agent.talks.offers import Offer, offered_by_answer, offered_by_talk
from coach.domain.if_then import NotAPlanError
from coach.domain.preparation import BLANK, PARTS, YOU, Line, LineKind
from evals.conftest import cases
from evals.talk_checks import (
    NOW,
    PLANS,
    WORDS,
    Made,
    all_lines,
    coach_says,
    each,
    flat,
    invented,
    is_grounded,
    is_plan,
    keeper,
    made,
    rate,
    roles_in,
)

BRIEFS: dict[str, Any] = {str(c["id"]): c for c in cases("talks/briefs")}
REFERRED = [i for i, c in BRIEFS.items() if c.get("refer")]
COACHED = [i for i in BRIEFS if i not in REFERRED]
ONE_SIDED = [i for i, c in BRIEFS.items() if c.get("one_sided")]
WITH_NOTES = [i for i, c in BRIEFS.items() if c.get("notes")]


@pytest.fixture(scope="session")
def briefs(coaches: tuple[Coach, Coach]) -> dict[str, Made]:
    """The brief of each case."""
    return {name: made(coaches[bool(case.get("notes"))], case) for name, case in BRIEFS.items()}


@pytest.mark.parametrize("case", each("complete", COACHED))
def test_brief_is_complete(case: str, briefs: dict[str, Made]) -> None:
    brief = briefs[case].brief
    assert brief.referred == ""
    assert tuple(p.name for p in brief.parts) == PARTS
    assert [p.name for p in brief.parts if not p.lines] == []
    text = {p: "\n".join(f"{line.label}: {line.text}" for line in brief.part(p)) for p in PARTS}
    assert len(brief.part("purpose")) == 1
    assert "two other stories" in text["stories"].lower()
    assert 2 <= len([line for line in brief.part("openings") if line.label != "facts first"]) <= 3
    assert all(re.search(rf"(?m)^{a}: |{b}", text["outcome"]) for a, b in _LIMITS)
    reactions = [line.text for line in brief.part("reactions") if re.search(r"(?i)\bif\b.+(?:then|, )", line.text)]
    assert len(reactions) >= 2
    assert any(line.citations for line in brief.lines)


_LIMITS = (("can be conceded", "can give way on"), ("must stay", "cannot give up"))


@pytest.mark.parametrize("case", each("grounded", BRIEFS))
def test_brief_is_grounded(case: str, briefs: dict[str, Made]) -> None:
    made = briefs[case]
    assert [(line.kind.value, line.text) for line in all_lines(made.brief) if not is_grounded(line, made)] == []
    assert [f.quote for f in made.brief.review if flat(f.quote) not in flat(made.typed)] == []


@pytest.mark.parametrize("case", each("invented", BRIEFS))
def test_brief_invents_nothing_about_people(case: str, briefs: dict[str, Made]) -> None:
    assert invented(briefs[case]) == []


@pytest.mark.parametrize("case", each("sides", ONE_SIDED))
def test_one_sided_story_gets_the_other_side(case: str, briefs: dict[str, Made]) -> None:
    brief = briefs[case].brief
    assert [p for p in ("their view", "my part", "questions") if not any(n.citations for n in brief.part(p))] == []
    assert any(line.blank for line in brief.part("stories"))
    own = [t for t in coach_says(brief) if WORDS["sides"].search(t)]
    assert own == []
    facts = [line.text for line in brief.part("facts") if line.said_by == YOU]
    assert [f for f in facts if WORDS["traits"].search(f)] == [], "a trait is no fact"


@pytest.mark.parametrize("case", each("facts", ONE_SIDED))
def test_what_no_camera_saw_is_no_fact(case: str, briefs: dict[str, Made]) -> None:
    facts = "\n".join(line.text for line in briefs[case].brief.part("facts"))
    assert [claim for claim in BRIEFS[case]["not_facts"] if claim in facts] == []


@pytest.mark.parametrize("case", each("referred", REFERRED))
def test_what_belongs_elsewhere_is_referred(case: str, briefs: dict[str, Made]) -> None:
    brief = briefs[case].brief
    assert brief.referred
    assert {c.id.partition(".")[0] for line in brief.lines for c in line.citations} == {"C16"}
    assert [p for p in ("their view", "my part", "outcome") if brief.part(p)] == []


def test_figures_of_briefs(briefs: dict[str, Made], figure: list[str]) -> None:
    every = [(m, line) for m in briefs.values() for line in all_lines(m.brief)]
    quoted = [(m, line) for m, line in every if line.citations]
    facts = [(m, line) for m, line in every if line.kind is LineKind.FACT]
    seconds = sorted(m.brief.seconds for m in briefs.values())
    labels = [[n.label for n in briefs[c].brief.part("openings") if n.label != "facts first"] for c in COACHED]
    strange = [
        line.text for m, line in quoted if set(roles_in(line.text)) - set(roles_in(m.typed)) and not line.said_by
    ]
    dated = [c for c in WITH_NOTES if any(n.said_by.startswith("N") for n in briefs[c].brief.part("facts"))]
    figure += [
        f"briefs, quote composer, no model: {len(briefs)} cases",
        rate("  lines that cite, grounded", sum(is_grounded(n, m) for m, n in quoted), len(quoted)),
        rate("  facts, verbatim", sum(is_grounded(n, m) for m, n in facts), len(facts)),
        rate(
            "  parts with lines", sum(bool(briefs[c].brief.part(p)) for c in COACHED for p in PARTS), len(COACHED) * 12
        ),
        f"  invented about people: {sum(len(invented(m)) for m in briefs.values())}",
        rate("  openings all differ in directness", sum(len(set(n)) == len(n) for n in labels), len(labels)),
        rate("  sample notes found", len(dated), len(WITH_NOTES)),
        rate("  referred that should be", sum(bool(briefs[c].brief.referred) for c in REFERRED), len(REFERRED)),
        rate("  referred that should not be", sum(bool(briefs[c].brief.referred) for c in COACHED), len(COACHED)),
        rate(
            "  whom the talk is with was heard", sum(bool(briefs[c].brief.interview.who) for c in COACHED), len(COACHED)
        ),
        rate("  quoted lines with a role that nobody named", len(strange), len(quoted)),
        f"  seconds: median {seconds[len(seconds) // 2]:.2f}, slowest {seconds[-1]:.2f}; "
        f"{sum(s > 3 for s in seconds)} of {len(seconds)} over 3",
    ]


@pytest.fixture(scope="session")
def offers(coaches: tuple[Coach, Coach], briefs: dict[str, Made]) -> dict[str, tuple[Offer, ...]]:
    """The plans that each answer and brief offers."""
    answers = {q: asyncio.run(coaches[0].answer(q, keep=False)) for q in PLANS["questions"]}
    by_brief = {b: offered_by_talk(briefs[b].brief.as_dict()) for b in PLANS["briefs"]}
    return {q: offered_by_answer(a) for q, a in answers.items()} | by_brief


@pytest.mark.parametrize("origin", each("plan", [*PLANS["questions"], *PLANS["briefs"]]))
def test_what_is_offered_is_an_if_then_plan_with_a_date(
    origin: str, offers: dict[str, tuple[Offer, ...]], coaches: tuple[Coach, Coach]
) -> None:
    whole = [o for o in offers[origin] if BLANK not in o.plan]
    assert [o.plan for o in whole if not is_plan(o.plan)] == []
    keeping = keeper(coaches[0])
    for offer, due in product(whole, PLANS["dues"]):
        kept = keeping.commit(offer.plan, due, citations=offer.citations)
        assert kept.plan == offer.plan
        assert isinstance(kept.due, date)
        assert 0 <= (kept.due - NOW.date()).days <= 31


@pytest.mark.parametrize("origin", each("blank", [*PLANS["questions"], *PLANS["briefs"]]))
def test_no_field_to_fill_in_is_offered_as_a_plan(origin: str, offers: dict[str, tuple[Offer, ...]]) -> None:
    assert [o.plan for o in offers[origin] if BLANK in o.plan] == []


@pytest.mark.parametrize("plan", each("refused", PLANS["refused"]))
def test_plan_without_cue_or_deed_is_refused(plan: str, coaches: tuple[Coach, Coach]) -> None:
    with pytest.raises(NotAPlanError):
        keeper(coaches[0]).commit(plan)


@pytest.mark.parametrize("plan", each("taken", PLANS["taken"]))
def test_own_plan_is_taken(plan: str, coaches: tuple[Coach, Coach]) -> None:
    assert is_plan(keeper(coaches[0]).commit(plan).plan)


def test_figures_of_plans(offers: dict[str, tuple[Offer, ...]], figure: list[str]) -> None:
    every = [o for some in offers.values() for o in some]
    figure.append(rate("plans offered, if-then", sum(is_plan(o.plan) for o in every), len(every)))
    figure.append(rate("  answers and briefs that offer one", sum(bool(o) for o in offers.values()), len(offers)))


def test_no_referred_page_reads_like_coaching(briefs: dict[str, Made]) -> None:
    for case in REFERRED:
        assert "prepares" in brief_plain(briefs[case].brief)


def test_the_checks_can_fail(briefs: dict[str, Made]) -> None:
    made = briefs["terse-no"]
    fact = Line("My director Ines is lazy since 3 May.", LineKind.FACT, YOU)
    advice = replace(next(n for n in made.brief.lines if n.citations), text="Give in.")
    worse = replace(made, brief=made.brief.with_part("facts", [fact]))
    assert not is_grounded(fact, made)
    assert not is_grounded(advice, made)
    assert {found.split()[0] for found in invented(worse)} == {"name", "number", "traits"}
    assert WORDS["sides"].search("You are right, she is wrong.")
