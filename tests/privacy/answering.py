"""A server that answers whatever Coach asks of a capable model, well enough that every path goes on."""

from __future__ import annotations

import json
from typing import Any

from tests.agent.world import VP
from tests.retrieval.fakes import WordEmbedder
from tests.scripts import Script, odds, say
from tests.servers import OpenAIServer

#: Cites what is private although it was never shown, and claims what nothing supports: both are checked and mended.
DRAFT = (
    "Negotiate the date of the launch [P8.1]. The launch date has moved to the end of May [N1.1]. "
    "Every VP gives in after the third refusal of a launch date."
)
_LINES = {
    "lines": [
        {
            "part": "openings",
            "label": "plain",
            "text": "Say: 'What is the date for, and who needs it?'",
            "ids": ["C1.1"],
        }
    ]
}
_BETTER = {"lines": [{"number": 1, "better": "Please move the date of the launch."}]}
#: By how the first message begins.
_SAID = {
    "You decide": "none",
    "You are Coach, a": DRAFT,
    "Rewrite the last": VP,
    "You mend": "Negotiate the date of the launch with the VP.",
    "You turn one": "Ask the VP what the date of the launch is for.",
    "You help somebody": "If the VP wants a date for the launch on the spot, then offer a checkpoint in its place.",
    "You play one": "That date is not mine alone to give, and the board expects it.",
    "You reword": "On 3 November you told the client 1 December. What is the date for?",
    "Translate": VP,
}


def answering(server: OpenAIServer) -> None:
    """Have the server answer."""
    words = WordEmbedder(dim=64)
    server.embed = lambda text: [float(x) for x in words.embed([text])[0]]
    server.next = lambda: _answer(server)  # type: ignore[method-assign]


def _answer(server: OpenAIServer) -> Script:
    body = next(a.body for a in reversed(server.asked) if a.path.endswith("/chat/completions"))
    if "logprobs" in body:
        return odds({"Yes": -0.1, "No": -2.3})
    if "response_format" in body:
        return say(json.dumps(_by_schema(body["response_format"]["json_schema"]["schema"]["properties"])))
    begin = str(body["messages"][0]["content"])
    return say(next(said for prompt, said in _SAID.items() if begin.startswith(prompt)))


def _by_schema(properties: dict[str, Any]) -> dict[str, Any]:
    if "verdict" in properties:
        return {"verdict": "unsupported", "reason": "It does not say that.", "missing": "all of it"}
    if "lines" in properties:
        return _LINES if "part" in properties["lines"]["items"]["properties"] else _BETTER
    return {name: [] for name in properties}
