"""`coach check`: does evidence support a claim, for rows of pairs or for a text against sources."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any

import typer

from coach.cli import options
from coach.cli.console import say
from coach.cli.opening import open_indexed, open_it, settings_with
from coach.cli.rows import dumps, print_json, read_rows, read_text
from coach.domain.answer import Sentence, Verdict
from coach.domain.errors import InputError
from coach.domain.layout import ids
from coach.domain.text import clean

if TYPE_CHECKING:
    from coach.agent.coach import Coach
    from coach.grounding.checkers.base import Score

#: Exit status where a claim is not supported.
NOT_ALL_SUPPORTED = 3


def check(
    file: Annotated[
        str | None,
        typer.Argument(metavar="[ANSWER.md]", help="A text to check; - reads standard input.", show_default=False),
    ] = None,
    against: Annotated[
        str | None, typer.Option("--sources", metavar="IDS", help="Sources or statements to check it against: P8,N12.4")
    ] = None,
    model: options.Model = None,
    checker: options.Checker = None,
    json: options.Json = False,
    jsonl: options.Jsonl = None,
) -> None:
    """Check claims against evidence.

    Exits with 0 where every claim is supported, with 3 where one is not.

    Rows of --jsonl look like {"id": "1", "evidence": "…", "claim": "…"}. A text is split into sentences, and each is
    checked against the statements of --sources.
    """
    settings = settings_with(model=model, checker=checker)
    if jsonl is not None:
        if file is not None or against is not None:
            raise InputError("--jsonl brings its own evidence.", "Leave the text and --sources out.")
        rows = list(read_rows(jsonl, ["evidence", "claim"]))
        supported = asyncio.run(_check_rows(open_it(settings), rows))
    else:
        if file is None or not against:
            raise InputError(
                "There is no text, or nothing to check it against.", "Say both: coach check ANSWER.md --sources P8,N12"
            )
        wanted = [part.strip() for part in against.split(",") if part.strip()]
        text = read_text(file)
        sentences = asyncio.run(_check_text(open_indexed(settings), text, wanted))
        if json:
            print_json([_sentence(s) for s in sentences])
        else:
            _print(sentences)
        supported = all(s.verdict in (Verdict.SUPPORTED, Verdict.NOT_A_CLAIM) for s in sentences)
    if not supported:
        raise typer.Exit(NOT_ALL_SUPPORTED)


async def _check_rows(coach: Coach, rows: list[dict[str, Any]]) -> bool:
    """Print a verdict for each row as soon as it is there; return whether all are supported."""
    from coach.grounding.checkers.base import Pair

    every = True
    async with coach:
        for row in rows:
            [score] = await coach.score([Pair(evidence=clean(row["evidence"]), claim=clean(row["claim"]))])
            every &= score.supported
            print(dumps({"id": row["id"], **_score(score, coach.checker.name)}), flush=True)
    return every


async def _check_text(coach: Coach, text: str, wanted: list[str]) -> list[Sentence]:
    async with coach:
        return await coach.check(text, wanted)


def _score(score: Score, checker: str) -> dict[str, Any]:
    return {"score": round(score.probability, 4), "supported": score.supported, "checker": score.checker or checker}


def _sentence(sentence: Sentence) -> dict[str, Any]:
    return {
        "text": sentence.text,
        "verdict": sentence.verdict.value,
        "score": None if sentence.score is None else round(sentence.score, 4),
        "citations": [c.id for c in sentence.citations],
        "reason": sentence.reason,
        "checker": sentence.checker,
    }


def _print(sentences: list[Sentence]) -> None:
    for s in sentences:
        score = "" if s.score is None else f" {s.score:.2f}"
        about = "; ".join(part for part in (ids(s), s.reason) if part)
        say(f"{s.verdict.value}{score}: {s.text}" + (f"\n    {about}" if about else ""))
    claims = [s for s in sentences if s.verdict is not Verdict.NOT_A_CLAIM]
    held = sum(s.verdict is Verdict.SUPPORTED for s in claims)
    say(f"{held} of {len(claims)} {'claim' if len(claims) == 1 else 'claims'} supported")
