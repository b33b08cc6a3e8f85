"""`coach why`: a statement in its file, whether it changed, and the past answers that cite it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from coach.cli import options
from coach.cli.console import say
from coach.cli.opening import opened
from coach.cli.rows import print_json
from coach.domain.text import clean_line

if TYPE_CHECKING:
    from coach.agent.provenance import PastAnswer, Why

#: Past answers that are listed; --json has all of them.
_LISTED = 20


def why(
    statement_id: Annotated[str, typer.Argument(metavar="ID", help="Id of a statement, such as N12.4 or P8.2.")],
    json: options.Json = False,
) -> None:
    """Show a statement in its file, whether it changed since answers cited it, and which these are."""
    with opened() as coach:
        found = coach.past.why(statement_id)
    if json:
        print_json(_as_dict(found))
    else:
        say("\n".join(why_lines(found)))


def why_lines(found: Why) -> Iterator[str]:
    """Yield what `coach why` prints, line by line."""
    from coach.agent.why_words import answers_fact, change_facts, file_facts

    yield f"{found.id} {clean_line(found.text)}" if found.text else f"{found.id} (what it said was not kept)"
    yield ""
    if found.source is not None:
        dated = f" of {found.source.date.isoformat()}" if found.source.date else ""
        private = "; private, it never leaves this machine" if found.source.private else ""
        yield f"{found.source.kind.value}{dated} {found.source.id}: {clean_line(found.source.title)}{private}"
    if found.statement is not None and found.statement.heading:
        yield "Under: " + clean_line(" › ".join(found.statement.heading))
    if found.statement is None:
        yield f"{found.id} is gone from the sources." if found.source else f"{found.id} is gone with its source."
    yield from (clean_line(fact) for fact in (*file_facts(found), *change_facts(found)))
    if found.on_disk.lines:
        yield ""
        width = len(str(found.on_disk.lines[-1].number))
        for line in found.on_disk.lines:
            number = f"{line.number:>{width}}  " if line.number else ""
            yield f"{'>' if line.cited else ' '} {number}{line.text}".rstrip()
    yield ""
    yield answers_fact(found) or "No past answer cites it."
    yield from (_line(answer) for answer in found.answers[:_LISTED])
    if len(found.answers) > _LISTED:
        yield f"… and {len(found.answers) - _LISTED} more; --json lists all of them."


def _line(answer: PastAnswer) -> str:
    then = f": “{clean_line(answer.text)}”" if answer.text and answer.change else ""
    became = f"stale, {answer.change.value} since{then}" if answer.change else "as it is now"
    when = f"{answer.asked.astimezone():%Y-%m-%d %H:%M}"
    return f"{when}  {answer.session}, question {answer.turn}, {clean_line(answer.title)}; {became}"


def _as_dict(found: Why) -> dict[str, Any]:
    source, statement, disk = found.source, found.statement, found.on_disk
    return {
        "id": found.id,
        "text": found.text,
        "state": "same" if statement else "gone",
        "hash": statement.hash if statement else None,
        "heading": list(statement.heading) if statement else [],
        "source": {
            "id": source.id,
            "kind": source.kind.value,
            "title": source.title,
            "date": source.date.isoformat() if source.date else None,
            "path": source.path,
            "private": source.private,
            "builtin": source.builtin,
        }
        if source
        else None,
        "file": {
            "state": disk.standing.value,
            "path": disk.path,
            "line": disk.line,
            "written": disk.written.isoformat() if disk.written else None,
            "instead": disk.instead,
            "reason": disk.reason,
            "lines": [{"number": line.number, "text": line.text, "cited": line.cited} for line in disk.lines],
        },
        "instead": {"id": found.instead.id, "text": found.instead.text} if found.instead else None,
        "unchanged": found.unchanged.isoformat() if found.unchanged else None,
        "changed": found.changed.isoformat() if found.changed else None,
        "answers": [
            {
                "session": a.session,
                "title": a.title,
                "turn": a.turn,
                "question": a.question,
                "asked": a.asked.isoformat(),
                "hash": a.hash,
                "text": a.text,
                "state": a.change.value if a.change else "same",
            }
            for a in found.answers
        ],
    }
