"""Is what somebody tells in a lump sorted as they meant it, and is an opinion kept out of the facts? Rules, no"
" model."""

from __future__ import annotations

from collections import Counter
from typing import Any

from coach.agent.talks.interview import understood
from evals.conftest import cases
from evals.talk_checks import rate
from evals.told_checks import PIECES, held_back, landed, slot_of

TOLD: list[dict[str, Any]] = cases("talks/told")
LATER: list[dict[str, Any]] = cases("talks/told_later")
ONE_SIDED: list[dict[str, Any]] = cases("talks/one_sided")
_HELD_BACK = held_back(TOLD)
_SETS = {"open": [c for c in TOLD if c not in _HELD_BACK], "held back": _HELD_BACK, "later": LATER}
_DOZEN = 12
#: Shares that a change of the rules must not fall below.
_FLOORS = {"open": 0.97, "held back": 0.95, "later": 0.93}
_OPINIONS_FLOOR = 0.78


def test_every_expected_piece_stands_in_its_text() -> None:
    for case in (*TOLD, *LATER):
        text = " ".join(case["text"].split())
        pieces = [p for slot in PIECES for p in case.get(slot, ())] + [case["who"], case.get("when", "")]
        assert [p for p in pieces if p not in text] == [], case["id"]
    for case in ONE_SIDED:
        text = " ".join(case["text"].split())
        assert [p for p in (*case["opinions"], *case["facts"]) if p not in text] == [], case["id"]


def test_what_is_told_ends_up_where_it_belongs(figure: list[str]) -> None:
    shares = {}
    for name, some in _SETS.items():
        right, every = Counter[str](), Counter[str]()
        for case in some:
            for _, slot, found in landed(case):
                every[slot] += 1
                right[slot] += found == slot
        figure.append(rate(f"told, {name} ({len(some)} tellings), pieces in their slot", right.total(), every.total()))
        figure.append("  " + ", ".join(f"{slot} {right[slot]}/{every[slot]}" for slot in every))
        shares[name] = right.total() / every.total()
    assert {n: s for n, s in shares.items() if s < _FLOORS[n]} == {}


def test_opinions_are_no_facts_and_facts_no_opinions(figure: list[str]) -> None:
    kept_out, opinions, kept, facts = [0, 0, 0], [0, 0, 0], 0, 0
    for place, case in enumerate(ONE_SIDED):
        interview = understood(" ".join(case["text"].split()))
        dozen = place // _DOZEN
        opinions[dozen] += len(case["opinions"])
        kept_out[dozen] += sum(slot_of(p, interview) != "happened" for p in case["opinions"])
        facts += len(case["facts"])
        kept += sum(slot_of(p, interview) == "happened" for p in case["facts"])
    for number, (right, every) in enumerate(zip(kept_out, opinions, strict=True), 1):
        figure.append(rate(f"one-sided, dozen {number}: opinions kept out of the facts", right, every))
    figure.append(rate("one-sided: facts kept among the facts", kept, facts))
    assert sum(kept_out) >= _OPINIONS_FLOOR * sum(opinions)
    assert kept == facts


def test_the_check_can_fail() -> None:
    case = {"text": "He is a liar. I could wait.", "who": "he", "happened": ["He is a liar"], "keep": ["I could wait"]}
    assert [(slot, found) for _, slot, found in landed(case)][:2] == [("happened", "stories"), ("keep", "concede")]
