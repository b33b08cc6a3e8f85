"""Mutations of claims that hold: each is made where it surely changes the meaning, and marked with its kind.

A mutant that passes the gate is one that a reader would have been shown as supported (mutation testing: DeMillo, Lipton
& Sayward 1978, Hints on test data selection).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from coach.domain.evidence import Evidence
from coach.domain.ids import source_of
from coach.evaluation import rewrites
from coach.grounding.words import content

#: A statement that has this share of the claim's words, or more, may support it too.
_MAY_SUPPORT = 0.4


class Mutation(StrEnum):
    """How a claim is changed."""

    NEGATE = "negate"
    STRENGTHEN = "may to must"
    PRINCIPLE = "swap the principle"
    STATEMENT = "cite another statement"
    ACTOR = "swap the actor"
    NUMBER = "invent a number"
    NAME = "invent a name"
    STUDY = "invent a study"
    CONDITION = "drop a condition"


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim that holds, and what it rests on."""

    id: str
    #: Without ids.
    text: str
    #: The statements that it cites.
    cited: tuple[Evidence, ...]
    #: The person's own words.
    situation: str = ""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A claim that was changed so that it no longer holds."""

    kind: Mutation
    #: The claim that it was.
    of: Claim
    text: str
    cited: tuple[Evidence, ...]


_TEXT: Mapping[Mutation, Callable[[str, str, Random], str | None]] = {
    Mutation.NEGATE: rewrites.negate,
    Mutation.STRENGTHEN: rewrites.strengthen,
    Mutation.ACTOR: rewrites.swap_actor,
    Mutation.NUMBER: rewrites.invent_number,
    Mutation.NAME: rewrites.invent_name,
    Mutation.STUDY: rewrites.invent_study,
    Mutation.CONDITION: rewrites.drop_condition,
}


def mutants(claim: Claim, statements: Sequence[Evidence], seed: int = 0) -> list[Mutant]:
    """Return the claim changed in every way that applies to it, one mutant a kind, in the order of `Mutation`.

    Args:
        claim: one that holds.
        statements: others that could be cited, of which some are not.
        seed: the same one gives the same mutants.
    """
    said = "\n".join([*(e.statement.text for e in claim.cited), claim.situation])
    found: list[Mutant] = []
    for kind in Mutation:
        random = Random(f"{seed}|{claim.id}|{kind}")
        if rewrite := _TEXT.get(kind):
            text = rewrite(claim.text, said, random)
            if text is not None and text != claim.text:
                found.append(Mutant(kind, claim, text, claim.cited))
        elif other := _another(claim, statements, random, same_source=kind is Mutation.STATEMENT):
            found.append(Mutant(kind, claim, claim.text, (other,)))
    return found


def _another(claim: Claim, statements: Sequence[Evidence], random: Random, *, same_source: bool) -> Evidence | None:
    """Return a statement that does not support the claim, of the same source or of another one of its kind."""
    if not claim.cited:
        return None
    source = source_of(claim.cited[0].id)
    cited = {e.statement.hash for e in claim.cited}
    said = set(content(claim.text))
    fit = [
        e
        for e in statements
        if (source_of(e.id) == source) == same_source
        and (same_source or e.id[:1] == source[:1])
        and e.statement.hash not in cited
        and len(said & set(content(e.statement.text))) < _MAY_SUPPORT * len(said)
    ]
    return random.choice(sorted(fit, key=lambda e: (e.id, e.statement.hash))) if fit else None
