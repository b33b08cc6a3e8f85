"""A brief as the lines of a page: each with what it is in a word, and where it comes from."""

from __future__ import annotations

from collections.abc import Sequence

from coach.domain.preparation import PARTS, YOU, Brief, Finding, Line
from coach.tui.widgets.sheet import Row

REVIEW = "review"


def sections() -> list[tuple[str, str]]:
    """Return name and heading of each section of a brief's page, in order."""
    from coach.agent.talks import brief_text

    # Whoever pastes a draft wants to know of that first.
    return [(REVIEW, brief_text.REVIEW), *((name, brief_text.HEADINGS[name]) for name in PARTS)]


def rows(lines: Sequence[Line]) -> list[Row]:
    """Return the lines of a part."""
    return [_row(line) for line in lines]


def findings(review: Sequence[Finding]) -> list[Row]:
    """Return what the review of a draft found: a line for each finding, how it may be read, and a better one."""
    found: list[Row] = []
    for finding in review:
        said = f"“{finding.quote}” {finding.why}" if finding.quote else finding.why
        found.append(Row(finding.what.capitalize(), said))
        for kind, line in (("How it is read", finding.reader), ("Better", finding.better)):
            if line is not None:
                found.append(Row(kind, line.text, line.citations, line.verdict, _source(line)))
    return found


def review(brief: Brief) -> list[Row]:
    """Return the review of a brief's draft, with the draft before it; none where there was no draft to review."""
    from coach.agent.talks import brief_text

    draft = [Row("Your draft", brief.interview.draft)] if brief.interview.draft and not brief.referred else []
    clean = [Row("", brief_text.NOTHING_FOUND)] if brief_text.was_clean(brief) else []
    return [*draft, *clean, *findings(brief.review)]


def note(brief: Brief) -> str:
    """Return what stands over the page: its version, and what should be known about it."""
    from coach.agent.talks import brief_text

    made = "No model wrote." if brief.model == "none" else f"Lines marked so were written by {brief.model}."
    checked = f"Checked by {brief.checker}." if brief.checker else ""
    return "\n".join([*brief_text.notices(brief), f"{made} {checked}".strip()])


def _row(line: Line) -> Row:
    kind = "To fill in" if line.blank else line.kind.value.capitalize()
    kind += f" ({line.said_by})" if line.said_by == YOU and not line.blank else ""
    marks = [line.label, "private" if line.private else "", "by a model" if line.written else ""]
    return Row(", ".join([kind, *(m for m in marks if m)]), line.text, line.citations, line.verdict, _source(line))


def _source(line: Line) -> str:
    return line.source if line.said_by not in ("", YOU) or line.citations else ""
