"""What two versions of a brief say differently."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from coach.agent.talks.brief_text import HEADINGS, REVIEW, bullet, finding_lines
from coach.domain.preparation import Brief


@dataclass(frozen=True, slots=True)
class Difference:
    """What one part says in one of two versions and not in the other, line by line as it stands on the page."""

    #: Heading of the part.
    heading: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The difference as plain JSON values."""
        return asdict(self)


def compare(before: Brief, after: Brief) -> tuple[Difference, ...]:
    """Return the parts that are not the same in both, in the order of the page. A line that moved within one is."""
    pairs = [("Title", [before.title], [after.title]), (REVIEW, _review(before), _review(after))]
    pairs += [(heading, _lines(before, name), _lines(after, name)) for name, heading in HEADINGS.items()]
    found = (
        Difference(
            heading, tuple(line for line in old if line not in new), tuple(line for line in new if line not in old)
        )
        for heading, old, new in pairs
    )
    return tuple(d for d in found if d.before or d.after)


def summary(differences: Sequence[Difference]) -> str:
    """Return how much differs, such as ``2 lines new, 1 gone``; empty where nothing does."""
    new, gone = sum(len(d.after) for d in differences), sum(len(d.before) for d in differences)
    told = [f"{new} {'line' if new == 1 else 'lines'} new"] if new else []
    told += [f"{gone}{'' if new else ' line' if gone == 1 else ' lines'} gone"] if gone else []
    return ", ".join(told)


def _lines(brief: Brief, part: str) -> list[str]:
    return [bullet(line).removeprefix("- ") for line in brief.part(part)]


def _review(brief: Brief) -> list[str]:
    return [line for finding in brief.review for line in finding_lines(finding)]
