"""What of a kept brief has become private since it was made: a note that it quotes may be marked so at any time."""

from __future__ import annotations

from dataclasses import replace

from coach.agent.privacy import Private, stays
from coach.agent.talks.counterpart import counterpart_of
from coach.domain.counterpart import Counterpart
from coach.domain.evidence import Turn
from coach.domain.ids import is_statement_id, source_of
from coach.domain.preparation import Brief, Line, in_order

#: What of a counterpart is made from lines.
_MADE = ("stakes", "topic")


def as_of_now(brief: Brief, private: Private) -> Brief:
    """Return the brief whose lines are private where a source of theirs is now, or is gone and may have been."""
    parts = {p.name: [replace(line, private=line.private or _is_private(line, private)) for line in p.lines]
             for p in brief.parts}  # fmt: skip
    return replace(brief, parts=in_order(parts))


def open_now(counterpart: Counterpart, brief: Brief, private: Private) -> Counterpart:
    """Return the counterpart without what it has from lines of its brief that have become private since."""
    now = as_of_now(brief, private)
    if now.parts == brief.parts:
        return counterpart
    then, made = counterpart_of(brief), counterpart_of(now)
    for name in _MADE:
        was, kept = getattr(then, name), getattr(made, name)
        if was != kept and was in getattr(counterpart, name):
            counterpart = replace(counterpart, **{name: kept})
    return counterpart


def _is_private(line: Line, private: Private) -> bool:
    ids = [i for i in (line.said_by, *(c.id for c in line.citations)) if is_statement_id(i)]
    return bool(ids) and stays(Turn("", sources=tuple(source_of(i) for i in ids)), private)
