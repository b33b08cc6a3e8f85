"""A look back over weeks: which principles came up, what was planned and kept, one pattern, one question.

Everything here is counted from kept answers and commitments; nothing is read into them.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from coach.domain.answer import Answer, Status, Verdict
from coach.domain.commitment import Commitment, State
from coach.domain.ids import sort_key, source_of
from coach.domain.reflection import CameUp, Pattern, Question, Reflection, Seen, Week
from coach.domain.source import Source, SourceKind, StatementKind
from coach.domain.weeks import Period, week_of
from coach.store.commitments import Commitments
from coach.store.past import PastTurn, turns_between

if TYPE_CHECKING:
    from coach.agent.coach import Coach

#: Fewer answers, or fewer weeks with any, show no pattern.
LEAST_ANSWERS = 3
LEAST_WEEKS = 2
#: Settled plans of one principle from which on it is said how many were kept.
LEAST_PLANS = 3
_MOST_EVIDENCE = 5


@dataclass(frozen=True, slots=True)
class _Asked:
    turn: PastTurn
    day: date
    principles: frozenset[str]


def reflect(coach: Coach, period: Period, now: datetime) -> Reflection:
    """Return the look back over `period`; its pattern is one of all the weeks of the chart.

    Args:
        coach: whose answers and commitments they are.
        period: what is looked back at.
        now: the clock, in the person's zone, by which days and weeks are told.

    Raises:
        StoreError: the ledger cannot be read.
    """
    sources = {s.id: s for s in coach.library.sources() if s.kind is not SourceKind.NOTE}
    # Where somebody else is to help, a question to think about is out of place.
    referral = coach.library.boundaries.referral_sources
    begin = datetime.combine(period.chart_since, datetime.min.time(), now.tzinfo)
    end = datetime.combine(period.until + timedelta(days=1), datetime.min.time(), now.tzinfo)
    turns = turns_between(coach.database, begin, end)
    asked = [a for t in turns if (a := _asked(t, now)) is not None]
    commitments = Commitments(coach.database, lambda: now).all()
    settled = [c for c in commitments if c.settled and period.chart_since <= _day(c.settled, now) <= period.until]
    here = [a for a in asked if a.day >= period.since]
    too_little = _too_little(asked)
    pattern = None if too_little else _plans_pattern(settled, sources, now) or _asked_pattern(asked, sources)
    came_up = _came_up(here, sources)
    about = pattern.principle if pattern else came_up[0].id if came_up else ""
    unread = sum(_day(t.created, now) >= period.since for t in turns) - len(here)
    return Reflection(
        period=period,
        answers=len(here),
        unread=unread,
        principles=came_up,
        committed=tuple(c for c in commitments if period.since <= _day(c.created, now) <= period.until),
        settled=tuple(c for c in settled if c.settled and _day(c.settled, now) >= period.since),
        due=tuple(c for c in commitments if c.is_due(now.date())),
        pattern=pattern,
        question=_question(about, [s for i, s in sources.items() if i not in referral], period.until),
        weeks=tuple(_week(monday, asked, settled, now) for monday in period.mondays),
        too_little=too_little,
    )


def _asked(turn: PastTurn, now: datetime) -> _Asked | None:
    """What a turn was about; None where its answer cannot be read."""
    try:
        answer = Answer.from_dict(json.loads(turn.answer))
    except (KeyError, TypeError, ValueError, StopIteration):
        return None
    cited: set[str] = set()
    # What an answer names as nearest to a question that the sources do not cover did not apply.
    if answer.status in (Status.ANSWERED, Status.PARTIAL):
        for s in answer.sentences:
            if s.verdict is Verdict.SUPPORTED:
                cited |= {source_of(c.id) for c in s.citations if c.id.startswith(SourceKind.PRINCIPLE.letter)}
    return _Asked(turn, _day(turn.created, now), frozenset(cited))


def _came_up(asked: Iterable[_Asked], sources: Mapping[str, Source]) -> tuple[CameUp, ...]:
    counted = Counter(p for a in asked for p in a.principles)
    ordered = sorted(counted.items(), key=lambda item: (-item[1], sort_key(item[0])))
    return tuple(CameUp(i, _title(i, sources), n) for i, n in ordered)


def _title(principle: str, sources: Mapping[str, Source]) -> str:
    return sources[principle].title if principle in sources else "no longer among the sources"


def _too_little(asked: Sequence[_Asked]) -> str:
    weeks = len({week_of(a.day) for a in asked})
    if len(asked) >= LEAST_ANSWERS and weeks >= LEAST_WEEKS:
        return ""
    if not asked:
        return "Nothing was asked in these weeks, so there is nothing to see yet."
    answers = "one answer" if len(asked) == 1 else f"{len(asked)} answers"
    return (
        f"There is too little to see a pattern: {answers} in {'one week' if weeks == 1 else f'{weeks} weeks'}. "
        f"It takes {LEAST_ANSWERS} answers in {LEAST_WEEKS} weeks."
    )


def _asked_pattern(asked: Sequence[_Asked], sources: Mapping[str, Source]) -> Pattern | None:
    """The principle that more answers cited than any other one, in more than one week."""
    came_up = _came_up(asked, sources)
    if not came_up or (len(came_up) > 1 and came_up[0].answers == came_up[1].answers):
        return None
    first = came_up[0]
    by_it = [a for a in asked if first.id in a.principles]
    weeks = {week_of(a.day) for a in by_it}
    if len(weeks) < LEAST_WEEKS:
        return None
    text = (
        f"{first.id} “{first.title}” came up most often: in {first.answers} of {len(asked)} answers, "
        f"in {len(weeks)} weeks."
    )
    seen = [Seen(a.day, a.turn.title, f"session:{a.turn.session}") for a in reversed(by_it)]
    return Pattern(text, first.id, tuple(seen[:_MOST_EVIDENCE]))


def _plans_pattern(settled: Sequence[Commitment], sources: Mapping[str, Source], now: datetime) -> Pattern | None:
    """The principle on which fewer than half of the plans were kept, and fewer than on the others."""
    groups: dict[str, list[Commitment]] = defaultdict(list)
    for commitment in settled:
        for principle in _served(commitment, sources):
            groups[principle].append(commitment)
    found = []
    for principle, mine in groups.items():
        others = [c for c in settled if c not in mine]
        if len(mine) >= LEAST_PLANS and _share(mine) < 0.5 and others and _share(mine) < _share(others):
            found.append((_share(mine), -len(mine), sort_key(principle), principle, mine, others))
    if not found:
        return None
    *_, principle, mine, others = min(found, key=lambda row: row[:3])
    text = (
        f"Plans on {principle} “{_title(principle, sources)}” were kept less often: {_kept(mine)} of {len(mine)}, "
        f"against {_kept(others)} of {len(others)} of the others."
    )
    seen = [Seen(_day(c.settled, now), c.plan, f"commitment:{c.id}", c.state.value) for c in mine if c.settled]
    return Pattern(text, principle, tuple(seen[:_MOST_EVIDENCE]))


def _served(commitment: Commitment, sources: Mapping[str, Source]) -> set[str]:
    """The principles that a plan was made from: those it cites, and those that its practice lines serve."""
    served: set[str] = set()
    for citation in commitment.citations:
        source = sources.get(source_of(citation.id))
        if source is not None and source.kind is SourceKind.PRINCIPLE:
            served.add(source.id)
        elif source is not None:
            # The first is the one that a line serves most.
            served |= {source_of(i) for s in source.statements if s.id == citation.id for i in s.serves[:1]}
    return served


def _kept(commitments: Iterable[Commitment]) -> int:
    return sum(c.state is State.KEPT for c in commitments)


def _share(commitments: Sequence[Commitment]) -> float:
    return _kept(commitments) / len(commitments)


def _question(principle: str, sources: Iterable[Source], until: date) -> Question | None:
    """A question of the practices that serve a principle, each week another one."""
    fitting = [
        s
        for source in sources
        if principle in source.serves
        for s in source.statements
        if s.kind is StatementKind.QUESTION and principle in {source_of(i) for i in s.serves}
    ]
    if not fitting:
        return None
    chosen = fitting[until.toordinal() // 7 % len(fitting)]
    return Question(chosen.id, chosen.text)


def _week(monday: date, asked: Sequence[_Asked], settled: Sequence[Commitment], now: datetime) -> Week:
    name = week_of(monday)
    mine = [a for a in asked if week_of(a.day) == name]
    plans = [c for c in settled if c.settled and week_of(_day(c.settled, now)) == name]
    counted = Counter(p for a in mine for p in a.principles).most_common(2)
    leads = bool(counted) and (len(counted) == 1 or counted[0][1] > counted[1][1])
    principle, cited = counted[0] if leads else ("", 0)
    return Week(name, monday, len(mine), principle, cited, len(plans), _kept(plans))


def _day(moment: datetime, now: datetime) -> date:
    return moment.astimezone(now.tzinfo).date()
