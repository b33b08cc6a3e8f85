"""Choosing the statements of a page: few, fitting the situation, none saying again what another said.

The order of a page is a coach's: the principle that applies and how to act on it, what the team wrote itself, how the
other side may see it, one plan, one question.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coach.agent.decisions import decides
from coach.agent.notes import with_newer
from coach.domain.evidence import Evidence, Retrieval, SourceMatch
from coach.domain.ids import sort_key
from coach.domain.source import SourceKind, StatementKind

if TYPE_CHECKING:
    from coach.domain.ports import Vectors

#: Gives the cosine similarity of curated statements to each other, by id, shape ``(n, n)``.
Similarity = Callable[[Sequence[str]], "Vectors"]

#: A second principle or practice is taken along when its score is at most so much below the first one's. On 377 open
#: cases 0.18 for practices conveys 1.2 of a hundred points more than 0.10, and anything from 0.15 to 0.25 as many.
_PRINCIPLE_MARGIN = 0.08
_PRACTICE_MARGIN = 0.18
#: A practice fits better than its own score says by so much times its share of lines that serve the leading ones.
#: The same for every practice with any such line conveyed 0.6 of a hundred points less; 0.08 to 0.12 are alike.
_SERVES_BONUS = 0.10
#: For each chosen practice line, up to three, that a principle statement is served by.
_SERVED_BONUS = 0.06
#: A page may be so much longer than asked for before advice is left out.
_TOO_LONG = 1.15
#: Two statements more alike than this say the same thing.
_SAME = 0.72
#: A line of the team's notes is quoted from this score on; below, it only shares the topic.
NOTE_FLOOR = 0.42
#: Lines so far below the best one are beside the point.
_NOTE_MARGIN = 0.20
_NOTE_LINES = 3
_MEANING_ALONE = 0.62
#: For a line that stands among decisions, twice for one that says that it is one: so talk does not drown it.
_DECIDED_BONUS = 0.05
_TO_AN_ASSISTANT = re.compile(
    r"(?i)\b(ignore|disregard|forget|override)\b.{0,40}\b(instructions?|rules|prompts?|guidelines)\b"
)
#: Introduction and summary speak about leading as such; they lead only where nothing more specific fits as well.
_GENERAL = ("P0", "P9")
_GENERAL_HANDICAP = 0.05


@dataclass(frozen=True, slots=True)
class Page:
    """The chosen statements, each part in the order in which it is said."""

    principle: SourceMatch | None
    #: The second principle that the situation touches, where it does.
    second: SourceMatch | None
    practice: SourceMatch | None
    principles: tuple[Evidence, ...] = ()
    advice: tuple[Evidence, ...] = ()
    notes: tuple[Evidence, ...] = ()
    other_side: Evidence | None = None
    caution: Evidence | None = None
    plan: Evidence | None = None
    question: Evidence | None = None

    @property
    def all(self) -> tuple[Evidence, ...]:
        """Every chosen statement, in the order of the page."""
        single = (self.other_side, self.caution, self.plan, self.question)
        return (*self.principles, *self.advice, *self.notes, *(e for e in single if e is not None))


def choose(
    retrieval: Retrieval,
    similarity: Similarity,
    words: int = 200,
    first: Sequence[Evidence] = (),
    before: str = "",
    *,
    insists: bool = False,
) -> Page:
    """Choose what to say for what was found.

    The practice is chosen for the leading principle, and the principle's statements for what the chosen practice lines
    serve, so that a page holds together.

    Args:
        retrieval: everything that was found, best first.
        similarity: see `Similarity`.
        words: about how long the page may be; the principle, one advice, the plan and the question always stay.
        first: principle statements that the page begins with, at most two, whatever fits the situation better.
        before: earlier answers of the conversation. What was quoted there is said again only where nothing else is
            left: a follow-up goes on rather than back.
        insists: whether the person brings nothing new. Then of principles is said again what was quoted before: what
            they get to hear stays the same, not what was left over of it.
    """
    ranked = sorted(retrieval.principles, key=lambda p: -(p.score - _GENERAL_HANDICAP * (p.source_id in _GENERAL)))
    lead = ranked[0] if ranked else None
    second = None if first else _second(ranked)
    chosen = _Chosen(similarity, before)
    principles = chosen.take(first, 2, again=insists)
    practices = _practices(retrieval, [p.source_id for p in (lead, second) if p])
    notes = chosen_notes(retrieval, _NOTE_LINES, alone=_MEANING_ALONE)
    names = [p.source_id for p in practices]

    def best(kind: StatementKind, count: int = 1) -> list[Evidence]:
        fitting = [e for e in retrieval.of_kind(kind) if e.statement.source_id in names]
        return chosen.take(sorted(fitting, key=lambda e: -_fit(e, lead, names)), count)

    advice = best(StatementKind.ADVICE, 2 if notes else 3)
    plan, question = best(StatementKind.IF_THEN), best(StatementKind.QUESTION)
    other_side = best(StatementKind.OTHER_SIDE)
    served = Counter(s for e in (*advice, *plan, *other_side) for s in e.statement.serves)
    count = 2 if second is None and not principles else 1
    principles += chosen.take(_served_first(retrieval, lead, served), count, again=insists)
    if second is not None:
        principles += chosen.take(_served_first(retrieval, second, served), 1, again=insists)
    if not practices:
        principles += chosen.take(_served_first(retrieval, lead, served), 2, again=insists)
    spoken = sum(len(e.statement.text.split()) for e in (*principles, *advice, *notes, *plan, *question, *other_side))
    caution = best(StatementKind.CAUTION) if spoken + 30 <= words else []
    while spoken > words * _TOO_LONG and len(advice) > 1:
        spoken -= len(advice.pop().statement.text.split())
    advice.sort(key=lambda e: (names.index(e.statement.source_id), sort_key(e.id)))
    return Page(
        principle=lead,
        second=second,
        practice=next(iter(practices), None),
        principles=tuple(principles),
        advice=tuple(advice),
        notes=notes,
        other_side=next(iter(other_side), None),
        caution=next(iter(caution), None),
        plan=next(iter(plan), None),
        question=next(iter(question), None),
    )


def chosen_notes(
    retrieval: Retrieval, count: int, *, alone: float = NOTE_FLOOR, decided: bool = False
) -> tuple[Evidence, ...]:
    """Return up to `count` lines of the team's notes that fit, best first: one of each note before a second of any.

    A decision and the later one that replaced it are both among them, then, rather than three lines of either, and a
    line that was replaced always brings the newest one that replaced it.

    Args:
        retrieval: everything that was found.
        count: how many lines at most.
        alone: what a line must score that shares no word with the question; its note's title may be all that is near.
        decided: whether it is asked what was decided: what says so comes before what only speaks of it.
    """
    # Pasted text that gives orders to an assistant is no word of the team's.
    all_notes = [
        e
        for e in retrieval.evidence
        if e.source_kind is SourceKind.NOTE and not _TO_AN_ASSISTANT.search(e.statement.text)
    ]
    notes = [e for e in all_notes if e.score >= alone or "wording" in e.why]
    if decided:
        notes.sort(key=lambda e: -(e.score + _DECIDED_BONUS * decides(e)))
    floor = max([NOTE_FLOOR, *(e.score - _NOTE_MARGIN for e in notes)])
    fitting = [e for e in notes if e.score >= floor]
    seen: Counter[str] = Counter()
    rounds: list[tuple[int, int]] = []
    for place, e in enumerate(fitting):
        rounds.append((seen[e.statement.source_id], place))
        seen[e.statement.source_id] += 1
    return with_newer([fitting[place] for _, place in sorted(rounds)[:count]], all_notes)


class _Chosen:
    """Takes the best of what is offered, leaving out what says again what was taken before."""

    def __init__(self, similarity: Similarity, before: str) -> None:
        self._similarity = similarity
        self._before = before
        self._taken: list[Evidence] = []

    def take(self, offered: Sequence[Evidence], count: int, *, again: bool = False) -> list[Evidence]:
        """Take `count` at most: first what was not quoted before, or, `again`, what was."""
        new: list[Evidence] = []
        for e in sorted(offered[: 4 * count + 4], key=lambda e: (e.statement.text in self._before) != again):
            if len(new) == count:
                break
            if not self._said(e):
                new.append(e)
                self._taken.append(e)
        return new

    def _said(self, candidate: Evidence) -> bool:
        if not self._taken:
            return False
        alike = self._similarity([candidate.id, *(e.id for e in self._taken)])[0, 1:]
        return bool(alike.max() > _SAME) or any(e.id == candidate.id for e in self._taken)


def _served_first(retrieval: Retrieval, match: SourceMatch | None, served: Counter[str]) -> list[Evidence]:
    found = [e for e in retrieval.evidence if match and e.statement.source_id == match.source_id]
    return sorted(found, key=lambda e: -(e.score + _SERVED_BONUS * min(served[e.id], 3)))


def _second(ranked: Sequence[SourceMatch]) -> SourceMatch | None:
    if len(ranked) < 2 or ranked[1].source_id in _GENERAL:
        return None
    return ranked[1] if ranked[0].score - ranked[1].score <= _PRINCIPLE_MARGIN else None


def _practices(retrieval: Retrieval, principles: Sequence[str]) -> list[SourceMatch]:
    lines: Counter[str] = Counter()
    serving: Counter[str] = Counter()
    for e in retrieval.evidence:
        lines[e.statement.source_id] += 1
        serving[e.statement.source_id] += any(s.split(".")[0] in principles for s in e.statement.serves)
    scored = [
        (m.score + _SERVES_BONUS * serving[m.source_id] / max(1, lines[m.source_id]), m) for m in retrieval.practices
    ]
    scored.sort(key=lambda pair: (-pair[0], sort_key(pair[1].source_id)))
    return [m for score, m in scored[:2] if score >= scored[0][0] - _PRACTICE_MARGIN]


def _fit(evidence: Evidence, lead: SourceMatch | None, names: Sequence[str]) -> float:
    serves = lead is not None and any(s.split(".")[0] == lead.source_id for s in evidence.statement.serves)
    return evidence.score + 0.03 * serves - 0.03 * names.index(evidence.statement.source_id)
