"""Where each piece of what somebody told ended up, and where it belongs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from coach.agent.talks.clauses import sentences
from coach.agent.talks.interview import understood
from coach.agent.talks.stories import is_story
from coach.domain.preparation import Interview

#: The slots whose pieces are looked up; `stories` are sentences of what happened that say more than a camera saw.
PIECES = ("happened", "stories", "wanted", "feared", "concede", "keep")
_EVERY_NTH_HELD_BACK = 4


def held_back(cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return every fourth case, beginning with the fourth."""
    return cases[_EVERY_NTH_HELD_BACK - 1 :: _EVERY_NTH_HELD_BACK]


def slot_of(piece: str, interview: Interview) -> str:
    """Return which of `PIECES` holds `piece`, or "asked", or an empty string where none does."""
    for sentence in sentences(interview.happened):
        if piece in sentence:
            return "stories" if is_story(sentence) else "happened"
    names = ("wanted", "feared", "concede", "keep", "asked")
    return next((name for name in names if piece in getattr(interview, name)), "")


def landed(case: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield each expected piece of a case with the slot that it belongs to and the one that it ended up in.

    Whom the talk is with and when it is count as pieces, too; what was heard stands in place of the slot.
    """
    interview = understood(" ".join(case["text"].split()))
    for slot in PIECES:
        yield from ((piece, slot, slot_of(piece, interview)) for piece in case.get(slot, ()))
    yield case["who"], "who", "who" if _heard(case["who"], interview.who) else f"“{interview.who}”"
    when = case.get("when", "")
    yield when, "when", "when" if _heard(when, interview.when) else f"“{interview.when}”"


def _heard(expected: str, found: str) -> bool:
    return expected.lower() in found.lower() if expected else not found
