from __future__ import annotations

from dataclasses import replace

import pytest

from coach.agent.talks.matters import matter_in, referral
from coach.domain.answer import Verdict
from tests.agent.world import CONDUCT, World


@pytest.mark.parametrize(
    ("line", "matter"),
    [
        ("I don't want to live any more.", "emergency"),
        ("He touched her at the party.", "conduct"),
        ("I had a panic attack this morning.", "health"),
        (CONDUCT, "conduct"),
        ("We can't go live on Thursday.", ""),
        ("I am exhausted, and so is the team.", ""),
        ("", ""),
        ("...", ""),
    ],
)
def test_what_a_line_names(world: World, line: str, matter: str) -> None:
    assert matter_in(line, world.open().equipment()) == matter


def test_the_classifier_alone_stops_nothing(world: World) -> None:
    equipment = world.open().equipment()

    class Sure:
        """Is sure of a matter, whatever is said; no known message is near."""

        def gate(self, texts: list[str]) -> list[dict[str, float]]:
            return [{"inside": 0.01, "outside": 0.01, "health": 0.98} for _ in texts]

        def nearer_to_refer(self, texts: list[str]) -> list[float]:
            return [-0.2 for _ in texts]

    sure = replace(equipment, retriever=Sure())  # type: ignore[arg-type]
    assert matter_in("I am exhausted, and so is the team.", sure) == ""
    # A word that often goes with such a matter tips it.
    assert matter_in("I haven't slept for a week and cry every day.", sure) == "health"


def test_it_says_kindly_where_to_turn(world: World) -> None:
    equipment = world.open().equipment()
    first, *rest = referral(equipment, "conduct")
    assert "a matter for HR" in first.text
    assert [s.citations[0].id for s in rest if s.citations] == ["C16.2", "C16.3"]
    assert rest[-1].verdict is Verdict.NOT_A_CLAIM
