"""A brief as text: one page of Markdown that prints well, and as it is put into an editor."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime

from coach.agent.periods import said
from coach.domain.preparation import YOU, Brief, Finding, Line, LineKind
from coach.domain.text import clean_line

_SPECIAL = re.compile(r"([\\`*_\[\]<>#])")

#: Headings of the parts.
HEADINGS = {
    "purpose": "Purpose",
    "facts": "Facts",
    "stories": "Stories",
    "their view": "Their view",
    "my part": "My part",
    "openings": "Ways to open",
    "questions": "Questions before proposing",
    "outcome": "Outcome",
    "reactions": "Likely reactions",
    "setting": "Setting",
    "follow-up": "Follow-up",
    "unknown": "What I don't know",
}
REVIEW = "Review of the draft"
#: Stands there where a draft was reviewed and nothing was found.
NOTHING_FOUND = (
    "Nothing that is looked for was found: no word for a person, no always or never, no guess at what somebody thinks, "
    "no sharp tone; it asks for something and names a day."
)
_KINDS = {
    LineKind.FACT: "Fact",
    LineKind.STORY: "Story",
    LineKind.SUGGESTION: "Suggestion",
    LineKind.QUESTION: "Question",
}
FILL_IN = "To fill in"


def markdown(brief: Brief) -> str:
    """Return the brief as a Markdown document, to be printed; what people, notes and models wrote is no markup."""
    return _document(brief, _escaped)


def editable(brief: Brief) -> str:
    """Return the brief as it is put into an editor, marks and all as they were written; every part has its heading."""
    return _document(brief, clean_line, empty=True)


def plain(brief: Brief) -> str:
    """Return the brief as plain text: for pipes, and for those who have the screen read to them."""
    blocks = [brief.title, "\n".join(notices(brief))]
    if found := _review(brief):
        blocks.append(_block(f"{REVIEW}:", (f"- {line}" for line in found)))
    blocks += [_block(f"{HEADINGS[p.name]}:", map(bullet, p.lines)) for p in brief.parts if p.lines]
    return "\n\n".join(b for b in blocks if b)


def bullet(line: Line) -> str:
    """Return a line as it stands on the page: what it is and where it comes from, a colon, and its text."""
    return f"- {tag(line)}: {line.text}"


def tag(line: Line) -> str:
    """Return what a line is and where it comes from, such as ``Fact (you)`` or ``Suggestion, gentle [C3.4]``."""
    words = [FILL_IN if line.blank else _KINDS[line.kind]]
    words += [line.label] if line.label else []
    words += ["written by a model"] if line.written else []
    words += ["private"] if line.private else []
    found = ", ".join(words)
    if line.said_by and not line.blank:
        found += f" ({', '.join(s for s in (line.said_by, line.source if line.said_by != YOU else '') if s)})"
    # A fact from a note names its id already.
    ids = [c.id for c in line.citations if c.id != line.said_by]
    return found + (f" [{', '.join(ids)}]" if ids else "")


def finding_lines(finding: Finding) -> list[str]:
    """Return what a finding says, a line each: what was found, how it may be read, a better line."""
    lines = [f"“{finding.quote}” {finding.why}" if finding.quote else finding.why]
    if finding.reader:
        lines.append(f"How it may be read: {_cited(finding.reader)}")
    if finding.better:
        lines.append(f"Better: {_cited(finding.better)}")
    return lines


def was_clean(brief: Brief) -> bool:
    """Whether a draft was reviewed and nothing was found in it."""
    return bool(brief.interview.draft) and not brief.review and not brief.referred


def notices(brief: Brief) -> list[str]:
    """Return what stands above the page: which version it is, what it is for, what should be known about it."""
    lines = []
    if brief.version:
        day = datetime.fromisoformat(brief.created).astimezone()
        lines.append(f"Version {brief.version} of {said(day)}, {day:%H:%M}. Brief {brief.id}.")
    return [*lines, *brief.remarks]


def _document(brief: Brief, said: Callable[[str], str], *, empty: bool = False) -> str:
    blocks = [f"# {said(brief.title)}", "\n".join(f"> {said(line)}" for line in notices(brief))]
    if not empty and (found := _review(brief)):
        blocks.append(_block(f"## {REVIEW}", (f"- {said(line)}" for line in found)))
    for part in brief.parts:
        if part.lines or empty:
            lines = ("- " + said(bullet(line).removeprefix("- ")) for line in part.lines)
            blocks.append(_block(f"## {HEADINGS[part.name]}", lines))
    return "\n\n".join(b for b in blocks if b) + "\n"


def _review(brief: Brief) -> list[str]:
    return [NOTHING_FOUND] if was_clean(brief) else [line for f in brief.review for line in finding_lines(f)]


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", clean_line(text))


def _cited(line: Line) -> str:
    ids = f" [{', '.join(c.id for c in line.citations)}]" if line.citations else ""
    return f"{line.text}{ids}" + (" (written by a model)" if line.written else "")


def _block(heading: str, lines: Iterable[str]) -> str:
    return "\n".join([heading, *lines])
