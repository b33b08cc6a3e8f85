"""Do the citations of a sentence point to statements of this turn, unchanged since they were cited?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from coach.domain.answer import Citation
from coach.domain.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Cited:
    """The citations of a sentence, looked up."""

    #: Evidence that is there and unchanged, in the order of the citations.
    known: tuple[Evidence, ...] = ()
    #: Cited ids that are not in the evidence of this turn.
    unknown: tuple[str, ...] = ()
    #: Cited ids whose statement has another text now.
    changed: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """What is wrong with the citations, in plain words; empty where nothing is."""
        if self.unknown:
            return f"It cites {', '.join(self.unknown)}, which is not among the statements of this answer."
        if self.changed:
            return f"{', '.join(self.changed)} has changed since it was cited."
        return ""


def look_up(citations: Iterable[Citation], evidence: Mapping[str, Evidence]) -> Cited:
    """Return which citations hold in `evidence` (by id)."""
    known: dict[str, Evidence] = {}
    unknown: list[str] = []
    changed: list[str] = []
    for citation in citations:
        found = evidence.get(citation.id)
        if found is None:
            unknown.append(citation.id)
        elif found.statement.hash != citation.hash:
            changed.append(citation.id)
        else:
            known[citation.id] = found
    return Cited(tuple(known.values()), tuple(dict.fromkeys(unknown)), tuple(dict.fromkeys(changed)))


def pinned(ids: Sequence[str], evidence: Mapping[str, Evidence]) -> tuple[Citation, ...]:
    """Return citations with the hash that each statement has now, an empty one for an id that is not in `evidence`."""
    return tuple(Citation(i, evidence[i].statement.hash if i in evidence else "") for i in dict.fromkeys(ids))


def cite(*evidence: Evidence) -> tuple[Citation, ...]:
    """Return citations of `evidence`."""
    return tuple(Citation(e.id, e.statement.hash) for e in evidence)
