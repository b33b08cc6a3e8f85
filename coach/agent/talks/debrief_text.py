"""A debrief and its transcript as text: plain lines, and a Markdown document that prints well."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from coach.domain.answer import Citation
from coach.domain.debrief import Debrief, Noted, Worded
from coach.domain.rehearsal import Rehearsal
from coach.domain.text import clean_line

_SPECIAL = re.compile(r"([\\`*_\[\]<>#])")
_SILENT = "(says nothing)"

_Said = Callable[[str], str]


def plain(debrief: Debrief, rehearsal: Rehearsal) -> str:
    """Return a debrief as plain text, without its transcript."""
    return _joined(f"Looking back at: {rehearsal.title}", _sections(debrief), clean_line, "{}:", indent="  ")


def markdown(debrief: Debrief, rehearsal: Rehearsal) -> str:
    """Return a debrief with its transcript as a Markdown document. What people and models wrote is no markup."""
    title = f"# Looking back at: {_escaped(rehearsal.title)}"
    body = _joined(title, _sections(debrief), _escaped, "## {}", indent="")
    return f"{body}\n\n## Transcript\n\n{_transcript(rehearsal, _escaped)}\n"


def transcript(rehearsal: Rehearsal) -> str:
    """Return everything that was said, as plain text; a line that was said again goes on from where it went back to."""
    return _transcript(rehearsal, clean_line)


def _transcript(rehearsal: Rehearsal, said: _Said) -> str:
    role = said(rehearsal.counterpart.role)
    lines = [f"{role}: {said(rehearsal.greeting)}"]
    before = 0
    for turn in rehearsal.turns:
        if turn.parent != before:
            place = "the beginning" if turn.parent == 0 else f"line {turn.parent}"
            lines.append(f"(back to {place})")
        lines += [f"{turn.number}. You: {said(turn.line) or _SILENT}", f"{role}: {said(turn.reply)}"]
        before = turn.number
    return "\n\n".join(lines)


def branches(rehearsal: Rehearsal) -> str:
    """Return the ways through a rehearsal, one to a line, by the numbers of their lines."""
    rows = []
    for path in rehearsal.branches:
        here = " (here)" if path[-1].number == rehearsal.at else ""
        rows.append(" > ".join(str(t.number) for t in path) + here)
    return "\n".join(rows)


def _sections(debrief: Debrief) -> Iterable[tuple[str, list[str]]]:
    """Yield heading and lines of each section; text in guillemets of the person's is as they said it."""
    if debrief.own_view:
        yield "Your own view", [debrief.own_view]
    yield "Your lines, and what each did", [_noted(n) for n in debrief.quotes]
    yield "One strength", [_noted(debrief.strength)] if debrief.strength else []
    yield "One change", [_noted(debrief.change)] if debrief.change else []
    if debrief.rewrite:
        yield "One line rewritten", [_rewritten(debrief.rewrite)]
    if debrief.plan:
        yield "A plan for next time", [f"{debrief.plan.text}{_ids(debrief.plan.citations)}"]
    yield "Counted", [f"{m.text}{_lines(m.lines)}" for m in debrief.measures]
    yield "Remarks", list(debrief.remarks)
    yield "Statements cited", [f"{c.id} {c.source}: {c.text}" for c in debrief.statements]


def _joined(title: str, sections: Iterable[tuple[str, list[str]]], said: _Said, heading: str, *, indent: str) -> str:
    blocks = [title]
    for name, lines in sections:
        if lines:
            head = heading.format(name)
            rows = "\n".join(f"{indent}- {said(line)}" for line in lines)
            blocks.append(f"{head}\n\n{rows}" if heading.startswith("#") else f"{head}\n{rows}")
    return "\n\n".join(blocks)


def _noted(noted: Noted) -> str:
    quote = f"Line {noted.quote.turn.number}: “{noted.quote.text}” " if noted.quote else ""
    return f"{quote}{noted.text}{_ids(noted.citations)}"


def _rewritten(worded: Worded) -> str:
    by = "in the words of the statement" if worded.worded_by == "statement" else f"written by {worded.worded_by}"
    return (
        f"In place of line {worded.turn}: “{worded.text}” ({by}; put in what happened with you){_ids(worded.citations)}"
    )


def _ids(citations: Sequence[Citation]) -> str:
    return f" [{', '.join(c.id for c in citations)}]" if citations else ""


def _lines(numbers: Sequence[int]) -> str:
    shown = ", ".join(str(n) for n in dict.fromkeys(numbers))
    return f" Counted: {'line' if len(set(numbers)) == 1 else 'lines'} {shown}." if shown else ""


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", clean_line(text))
