"""What is known of a statement, in plain sentences: the same on the command line and in the evidence panel."""

from __future__ import annotations

from datetime import datetime

from coach.agent.periods import said
from coach.agent.provenance import Why
from coach.agent.reread import Standing
from coach.domain.source import SourceKind


def file_facts(why: Why) -> list[str]:
    """Return whether the file still says it, and what it says in its place; nothing where there is no file."""
    disk = why.on_disk
    at = f", line {disk.line}" if disk.line else ""
    match disk.standing:
        case Standing.SAME if why.statement is None:
            return [f"{disk.path}{at} says it, but it was read before it did. Run: coach notes sync"]
        case Standing.SAME:
            return [f"{disk.path}{at}: it still says so."]
        case Standing.MOVED:
            return [
                f"Its file is not where it was; {disk.path}{at} says it. coach notes sync takes the new place over."
            ]
        case Standing.GONE:
            return [f"Its file is gone: {disk.path}"]
        case Standing.UNREADABLE:
            return [f"Its file cannot be read now: {disk.reason}"]
        case Standing.CHANGED:
            known = why.instead is not None and why.instead.text == disk.instead
            instead = [f"It says now: “{disk.instead}”"] if disk.instead and not known else []
            unread = why.statement is not None and why.source is not None and why.source.kind is SourceKind.NOTE
            sync = ["Coach has it as it was; to read the file again: coach notes sync"] if unread else []
            return [f"{disk.path} does not say it any more.", *instead, *sync]
        case Standing.NO_FILE:
            return []


def change_facts(why: Why) -> list[str]:
    """Return what took the place of a statement that is gone, and since when it is not what it was."""
    facts = []
    if why.instead is not None:
        facts.append(f"In its place stands {why.instead.id}: “{why.instead.text}”")
    if why.unchanged is not None or why.changed is not None:
        facts.append(_since(why.unchanged, why.changed))
    return facts


def answers_fact(why: Why) -> str:
    """Return how many past answers cite it, and in how many of them it read otherwise; empty where none does."""
    cited, stale = len(why.answers), sum(a.change is not None for a in why.answers)
    if not cited:
        return ""
    cite = f"{cited} past answers cite it" if cited > 1 else "1 past answer cites it"
    if not stale:
        return f"{cite}, as it {'was read last' if why.on_disk.standing is Standing.CHANGED else 'is now'}."
    return f"{cite}; {'it' if stale == cited == 1 else f'{stale} of them'} cited what it said before."


def _since(unchanged: datetime | None, changed: datetime | None) -> str:
    if unchanged is None:
        return f"It was changed by {_day(changed)}."
    after = f"It changed after {_day(unchanged)}, when an answer last cited it as it was"
    return f"{after}, and by {_day(changed)}." if changed else f"{after}."


def _day(moment: datetime | None) -> str:
    return f"{said(moment.astimezone().date())}, {moment.astimezone():%H:%M}" if moment else ""
