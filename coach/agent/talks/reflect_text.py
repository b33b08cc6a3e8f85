"""A look back in plain lines and in Markdown, with its bars over the weeks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from coach.domain.commitment import Commitment
from coach.domain.reflection import Reflection, Seen, Week
from coach.domain.text import clean_line

#: Signs of the longest bar.
_LONGEST = 24
_FULL, _ASCII = "█", "#"
#: Eighths of a block, from one on.
_EIGHTHS = "▏▎▍▌▋▊▉"
_SPECIAL = re.compile(r"([\\`*_\[\]<>#|])")


def reflection_text(reflection: Reflection, *, ascii_only: bool) -> str:
    """Return the look back in plain lines.

    Args:
        reflection: what it shows.
        ascii_only: draw the bars with ``#`` rather than with block characters.
    """
    lines = [f"Looking back at {reflection.period.name}", "", *_asked(reflection), ""]
    lines += ["What was planned and kept:", *(f"  {line}" for line in _plans(reflection)), ""]
    lines += _pattern(reflection)
    if reflection.question:
        lines += ["", f"To think about: {reflection.question.text} [{reflection.question.id}]"]
    if any(w.answers for w in reflection.weeks):
        lines += ["", "Answers by week:", *(f"  {row}" for row in bars(reflection.weeks, ascii_only=ascii_only))]
    return "\n".join(lines)


def reflection_markdown(reflection: Reflection) -> str:
    """Return the look back as a Markdown document. What people wrote cannot become its markup."""
    parts = [f"# Looking back at {_escaped(reflection.period.name)}"]
    parts.append("\n".join(_listed(_asked(reflection))))
    parts += ["## What was planned and kept", "\n".join(f"- {_escaped(line)}" for line in _plans(reflection))]
    parts += ["## A pattern", "\n".join(_listed(_pattern(reflection)))]
    if reflection.question:
        parts += ["## A question", _escaped(f"{reflection.question.text} [{reflection.question.id}]")]
    if any(w.answers for w in reflection.weeks):
        # In a block of its own the bars stand under each other.
        rows = "\n".join(bars(reflection.weeks, ascii_only=False))
        parts += ["## Answers by week", f"```text\n{rows}\n```"]
    return "\n\n".join(parts) + "\n"


def bars(weeks: Sequence[Week], *, ascii_only: bool) -> list[str]:
    """Return one line for each week: its name, a bar for its answers, their number, and what else is counted."""
    most = max((w.answers for w in weeks), default=0)
    rows = []
    for week in weeks:
        told = str(week.answers)
        if week.principle:
            told += f", most often {week.principle} ({week.cited})"
        if week.settled:
            told += f"; plans kept {week.kept} of {week.settled}"
        rows.append(f"{week.name}  {_bar(week.answers, most, ascii_only=ascii_only):{_LONGEST}}  {told}")
    return rows


def _bar(value: int, most: int, *, ascii_only: bool) -> str:
    if value < 1 or most < 1:
        return ""
    eighths = max(8, round(8 * _LONGEST * value / most))
    if ascii_only:
        return _ASCII * (eighths // 8)
    whole, part = divmod(eighths, 8)
    return _FULL * whole + (_EIGHTHS[part - 1] if part else "")


def _asked(reflection: Reflection) -> list[str]:
    if not reflection.answers:
        lines = ["Nothing was asked in this time."]
    else:
        lines = [f"{_count(reflection.answers, 'answer')}. Principles that came up:"]
        lines += [f"  {p.id} {p.title}: in {_count(p.answers, 'answer')}" for p in reflection.principles]
        if not reflection.principles:
            lines = [f"{_count(reflection.answers, 'answer')}, none of which rests on a principle."]
    if reflection.unread:
        lines.append(f"{_count(reflection.unread, 'answer')} of another version could not be read.")
    return lines


def _plans(reflection: Reflection) -> list[str]:
    lines = [f"Planned: {c.plan} Due {c.due.isoformat()}." for c in reflection.committed]
    lines += [_outcome(c) for c in reflection.settled]
    open_ones = [
        f"Open since {c.due.isoformat()}: {c.plan} Tell it: coach commitments settle {c.id}" for c in reflection.due
    ]
    return [*lines, *open_ones] or ["Nothing was planned or settled in this time."]


def _outcome(commitment: Commitment) -> str:
    told = f" What happened: {clean_line(commitment.outcome)}" if commitment.outcome else ""
    return f"{commitment.state.value.capitalize()}: {commitment.plan}{told}"


def _pattern(reflection: Reflection) -> list[str]:
    if reflection.too_little:
        return [reflection.too_little]
    if reflection.pattern is None:
        return ["No principle came up more often than the others, and no plans were kept less often than others."]
    return [reflection.pattern.text, *(f"  {_seen(e)}" for e in reflection.pattern.evidence)]


def _seen(seen: Seen) -> str:
    return f"{seen.day.isoformat()}: {clean_line(seen.text)}" + (f" ({seen.state})" if seen.state else "")


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _listed(lines: Sequence[str]) -> list[str]:
    """Lines that are indented become items of a list under the one before them."""
    marked: list[str] = []
    for line in lines:
        item = line.startswith("  ")
        if item and marked and not marked[-1].startswith("- "):
            marked.append("")
        marked.append(f"- {_escaped(line.strip())}" if item else _escaped(line))
    return marked


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", clean_line(text))
