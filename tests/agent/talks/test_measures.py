from __future__ import annotations

import pytest

from coach.agent.talks.measures import NOTHING_SAID, Allowed, measures, words
from coach.domain.debrief import Measure
from tests.agent.talks.stage import brief, play


def counted(*lines: str, allowed: Allowed = NOTHING_SAID) -> dict[str, Measure]:
    return {m.name: m for m in measures(play(lines).path, allowed)}


def test_the_share_of_talk_counts_words_and_not_gestures() -> None:
    assert words("(looks at the papers) Well, go on … 3 times.") == 5
    played = play(["We can't go live.", ""])
    share = measures(played.path, NOTHING_SAID)[0]
    theirs = sum(words(t.reply) for t in played.turns)
    assert (share.count, share.of, share.lines) == (4, 4 + theirs, (1,))
    assert f"4 of {4 + theirs} words" in share.text


def test_questions_and_open_ones() -> None:
    found = counted("Is it done? What happens then? Which day?", "It failed.", "Tell me more about what you need.")
    assert (found["questions"].count, found["questions"].of, found["questions"].lines) == (3, 3, (1, 1, 3))
    assert counted("Is it done?")["questions"].text == "You asked 1 question, 0 of them open."


def test_facts_before_the_first_proposal() -> None:
    found = counted("On 3 March it failed. Yesterday it broke.", "Please move it. On Tuesday it failed.", "What now?")
    facts = found["facts before proposals"]
    assert (facts.count, facts.of, facts.lines) == (2, 3, (1, 1))
    assert "line 2" in facts.text
    within = counted("On 3 March it failed. Please move it.")["facts before proposals"]
    assert (within.count, within.lines) == (1, (1,))
    assert counted("Please move it. On 3 March it failed.")["facts before proposals"].count == 0
    assert "no request" in counted("On 3 March it failed.")["facts before proposals"].text


def test_always_and_never_of_somebody() -> None:
    found = counted("You always do that. You never ask.", "I never said so.")["always and never"]
    assert (found.count, found.lines) == (2, (1, 1))


@pytest.mark.parametrize(
    ("line", "allowed", "ruled_out", "unsaid"),
    [
        ("We could go live in one market first.", 1, 0, 0),
        ("I can live with one market first.", 1, 0, 0),
        ("We can drop the person who checks the uncertain cases.", 0, 1, 0),
        ("Okay, fine.", 0, 0, 1),
        ("I will give up the budget.", 0, 0, 1),
        ("We can't drop anything.", 0, 0, 0),
        ("What would you give up?", 0, 0, 0),
        ("“You can have it”, he said.", 0, 0, 0),
    ],
)
def test_concessions_against_what_the_brief_allows(line: str, allowed: int, ruled_out: int, unsaid: int) -> None:
    page = brief()
    found = counted("No.", line, allowed=Allowed.by(page))["concessions"]
    total = allowed + ruled_out + unsaid
    assert (found.count, found.of, found.lines) == (total, allowed, (2,) * total)
    if total:
        assert f"{allowed} that the brief allows" in found.text
        assert f"{ruled_out} that it rules out" in found.text
    else:
        assert found.text == "You conceded nothing."


def test_a_brief_that_says_nothing_of_concessions_is_said_to() -> None:
    assert "does not say" in counted("Okay, fine.")["concessions"].text
    assert Allowed.by(None) == NOTHING_SAID
