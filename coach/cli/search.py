"""`coach search`: the statements that fit a question, with scores and why they were found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from coach.cli import options
from coach.cli.console import say
from coach.cli.opening import opened
from coach.cli.rows import dumps, print_json, read_rows, turns_of
from coach.domain.errors import InputError
from coach.domain.source import SourceKind
from coach.domain.text import clean_line

if TYPE_CHECKING:
    from coach.domain.evidence import Retrieval


def search(
    question: Annotated[
        list[str] | None,
        typer.Argument(metavar="QUESTION", help="What to look for, in your own words.", show_default=False),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many statements at most.")] = 12,
    kind: options.Kind = None,
    json: options.Json = False,
    jsonl: options.Jsonl = None,
) -> None:
    """Show the statements that fit a question.

    Best first, with scores and why they were found. No model is asked.

    Rows of --jsonl look like {"id": "1", "question": "…"}, with "turns": [{"question": "…", "answer": "…"}] where
    there was a conversation before it.
    """
    kinds = (kind,) if kind else tuple(SourceKind)
    if jsonl is not None:
        if question:
            raise InputError("--jsonl brings its own questions.", "Leave the question out.")
        rows = list(read_rows(jsonl, ["question"]))
        with opened() as coach:
            for row in rows:
                found = coach.library.search(clean_line(row["question"]), turns_of(row), limit=limit, kinds=kinds)
                print(dumps({"id": row["id"], **_as_dict(found)}), flush=True)
        return
    asked = clean_line(" ".join(question or ()))
    if not asked:
        raise InputError("There is nothing to look for.", 'Say what: coach search "a deadline that we cannot meet"')
    with opened() as coach:
        found = coach.library.search(asked, limit=limit, kinds=kinds)
    if json:
        print_json(_as_dict(found))
    else:
        say(_as_text(found))


def _as_dict(found: Retrieval) -> dict[str, Any]:
    return {
        "statements": [
            {"id": e.id, "text": e.statement.text, "source": e.source_title, "score": round(e.score, 4), "why": e.why}
            for e in found.evidence
        ],
        "principles": [p.source_id for p in found.principles],
    }


def _as_text(found: Retrieval) -> str:
    lines = [
        f"{e.id}  {e.score:.2f}  {e.statement.text}\n"
        f"    {e.source_kind.value}{f' of {e.date.isoformat()}' if e.date else ''}: {e.source_title}; {e.why}"
        for e in found.evidence
    ]
    return "\n".join([*(lines or ["Nothing was found."]), *found.missing])
