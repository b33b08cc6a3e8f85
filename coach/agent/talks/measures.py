"""What is counted in a rehearsal, and in which lines: nothing here is guessed or weighed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from coach.agent.talks import spoken
from coach.agent.talks.acts import sentences
from coach.agent.talks.wording import unquoted
from coach.domain.debrief import Measure
from coach.domain.preparation import Brief
from coach.domain.rehearsal import Act, Turn
from coach.grounding.words import content

_PROPOSALS = (Act.REQUEST, Act.OPTION)
#: Words that a concession must share with a clause of the brief that speaks of it; short clauses have fewer.
_SHARED = 2
_CLAUSE = re.compile(r"[.;,\n]|\b(?:and|or|but)\b")


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the brief says can be conceded, and what cannot; empty where it says nothing."""

    concede: str = ""
    keep: str = ""

    @classmethod
    def by(cls, brief: Brief | None) -> Allowed:
        """Return what a brief allows; nothing is said of it without one."""
        return cls(brief.interview.concede, brief.interview.keep) if brief else cls()


#: Of a rehearsal whose brief is gone.
NOTHING_SAID = Allowed()


def measures(turns: Sequence[Turn], allowed: Allowed) -> tuple[Measure, ...]:
    """Return what was counted in these turns, always the same measures in the same order."""
    return (
        _share(turns),
        _questions(turns),
        _facts_first(turns),
        _counted(turns, Act.ALWAYS_NEVER, "always and never", "“Always” or “never” about somebody: {count}."),
        _concessions(turns, allowed),
    )


def words(text: str) -> int:
    """Return how many words `text` has; what stands in brackets alone, as a gesture does, is none."""
    return sum(any(c.isalnum() for c in word) for word in spoken.GESTURE.sub(" ", text).split())


def _share(turns: Sequence[Turn]) -> Measure:
    mine = sum(words(t.line) for t in turns)
    both = mine + sum(words(t.reply) for t in turns)
    percent = f" ({mine / both:.0%})" if both else ""
    spoke = tuple(t.number for t in turns if words(t.line))
    return Measure("share of talk", mine, both, f"You spoke {mine} of {both} words{percent}.", spoke)


def _questions(turns: Sequence[Turn]) -> Measure:
    lines = [t.number for t in turns for s, e in sentences(t.line) if t.line[s:e].rstrip("\"'”’)").endswith("?")]
    openly = [t.number for t in turns for a in t.acts if a.act is Act.OPEN_QUESTION]
    # An invitation such as "tell me more about it" asks without a question mark.
    asked = max(len(lines), len(openly))
    return Measure(
        "questions", len(openly), asked, f"You asked {_times(asked, 'question')}, {len(openly)} of them open.",
        tuple(sorted(openly)),
    )  # fmt: skip


def _facts_first(turns: Sequence[Turn]) -> Measure:
    facts: list[int] = []
    first = 0
    for turn in turns:
        for found in turn.acts:
            if found.act in _PROPOSALS and not first:
                first = turn.number
            if found.act is Act.FACT and not first:
                facts.append(turn.number)
    every = sum(a.act is Act.FACT for t in turns for a in t.acts)
    if first:
        text = f"{_times(len(facts), 'dated fact')} came before your first request or offer, which is in line {first}."
    else:
        text = f"You named {_times(every, 'dated fact')}, and made no request and no offer."
    return Measure("facts before proposals", len(facts), every, text, tuple(facts))


def _counted(turns: Sequence[Turn], act: Act, name: str, text: str) -> Measure:
    lines = tuple(t.number for t in turns for a in t.acts if a.act is act)
    return Measure(name, len(lines), 0, text.format(count=len(lines)), lines)


def _concessions(turns: Sequence[Turn], allowed: Allowed) -> Measure:
    """Each sentence that gives something away, against what the brief says can be given and what cannot."""
    within: list[int] = []
    against: list[int] = []
    unsaid: list[int] = []
    for turn in turns:
        for start, end in sentences(turn.line):
            said = unquoted(turn.line[start:end]).replace("’", "'")
            did = {a.act for a in turn.acts if start <= a.start < end}
            gives = Act.CAVE_IN in did or bool(spoken.CONCEDES.search(said))
            given = set(content(said))
            if gives and _shares(given, allowed.keep):
                against.append(turn.number)
            elif (gives or Act.OPTION in did) and _shares(given, allowed.concede):
                # What the brief calls a concession is one where it is offered, too.
                within.append(turn.number)
            elif gives:
                unsaid.append(turn.number)
    count = len(within) + len(against) + len(unsaid)
    if not count:
        text = "You conceded nothing."
    elif not (allowed.concede or allowed.keep):
        text = f"You made {_times(count, 'concession')}; the brief does not say what may be conceded."
    else:
        text = (
            f"You made {_times(count, 'concession')}: {len(within)} that the brief allows{_in(within)}, {len(against)} "
            f"that it rules out{_in(against)}, {len(unsaid)} that it does not speak of{_in(unsaid)}."
        )
    return Measure("concessions", count, len(within), text, tuple(sorted(within + against + unsaid)))


def _shares(given: set[str], brief: str) -> bool:
    """Whether what is given is what a clause of the brief speaks of."""
    clauses = (set(content(clause)) for clause in _CLAUSE.split(brief))
    return any(c and len(given & c) >= min(_SHARED, (len(c) + 1) // 2) for c in clauses)


def _in(lines: Sequence[int]) -> str:
    numbers = [str(n) for n in dict.fromkeys(lines)]
    return f" ({'line' if len(numbers) == 1 else 'lines'} {', '.join(numbers)})" if numbers else ""


def _times(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
