"""What every checker keeps to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

#: From this probability on a claim counts as supported. Checkers are calibrated to it.
THRESHOLD = 0.5


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim and what it is to be checked against."""

    #: Texts of the statements, joined by line breaks. Never the person's own words: beside them models turn lenient.
    evidence: str
    #: One sentence, without ids.
    claim: str
    #: Whether the evidence must not leave this machine.
    private: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """What a checker says of one pair."""

    #: Probability that the evidence supports the claim, 0 to 1.
    probability: float
    #: Why it is not supported, in plain words; empty where it is, or where the checker cannot tell why.
    reason: str = ""
    #: Name of the checker that gave it.
    checker: str = ""

    @property
    def supported(self) -> bool:
        """Whether the probability reaches `THRESHOLD`."""
        return self.probability >= THRESHOLD


class Checker(Protocol):
    """Scores whether evidence supports claims."""

    #: As answers and reports show it.
    name: str

    async def score(self, pairs: Sequence[Pair]) -> list[Score]:
        """Return one score per pair, in order. Raises `ModelError` where a model that it needs cannot be asked."""
        ...
