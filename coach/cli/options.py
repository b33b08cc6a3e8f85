"""Options that several commands have."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from coach.domain.source import SourceKind

Model = Annotated[
    str | None,
    typer.Option(
        "--model",
        metavar="NAME",
        help="Which model answers: auto, none, local, ollama, a .gguf file, or a name that the endpoint knows.",
    ),
]
Composer = Annotated[
    Literal["auto", "quote", "stepwise", "free"] | None,
    typer.Option("--composer", help="How a draft is made: quoted from the sources, one sentence at a time, or freely."),
]
Checker = Annotated[
    Literal["auto", "lexical", "local", "model"] | None,
    typer.Option("--checker", help="What checks each claim: rules, the local model, or the model that answers."),
]
Strict = Annotated[
    bool, typer.Option("--strict", help="Drop what cannot be shown to be supported, rather than mend it.")
]
Continue = Annotated[bool, typer.Option("--continue", "-c", help="Go on with the conversation that was used last.")]
InSession = Annotated[str | None, typer.Option("--session", metavar="ID", help="Go on with this conversation.")]
NoKeep = Annotated[bool, typer.Option("--no-keep", help="Keep nothing of this conversation.")]
Plain = Annotated[
    bool, typer.Option("--plain", help="No colour and no redrawing; the way it is where output is not a terminal.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Jsonl = Annotated[
    str | None,
    typer.Option(
        "--jsonl",
        metavar="FILE",
        help="Read rows from a JSON Lines file, or - for standard input; print one JSON row for each.",
    ),
]
Kind = Annotated[SourceKind | None, typer.Option("--kind", help="Only sources of this kind.")]
