"""The short interview before a brief: what the first words already say, and the one question that comes next.

Rules sort the person's own clauses into answers, word for word; a capable model may sort them as well, and of what it
says only what the person typed counts. Nothing is ever put into other words here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from coach.agent.composers.free import fenced
from coach.agent.talks.clauses import PARTING, clauses, sorted_out
from coach.domain.errors import InputError
from coach.domain.ports import ChatModel, Message
from coach.domain.preparation import Interview
from coach.domain.prompts import load
from coach.domain.text import clean, clean_line

#: What is longer is a document.
MOST_CHARACTERS = 20_000
_MOST_TOKENS = 1_500

#: The questions, in the order in which they are asked.
QUESTIONS: Mapping[str, str] = {
    "who": "With whom is the talk, and in what role are they to you?",
    "happened": "What happened, with dates? Say what a camera would have recorded.",
    "wanted": "What do you want to come of it, in one sentence?",
    "feared": "What do you fear might happen?",
    "concede": "What could you give way on?",
    "keep": "And what can you not give up?",
    "when": "When is the talk?",
}
_SKIP = {"", "skip", "/skip", "-"}
_ENOUGH = {"enough", "/enough", "stop", "done"}


@dataclass(frozen=True, slots=True)
class Ask:
    """The next question: which answer it is for, and its words."""

    name: str
    question: str


class Interviewer:
    """Asks for what is missing, one question at a time.

    Args:
        begun: what is known already.
    """

    def __init__(self, begun: Interview) -> None:
        self.interview = begun
        self._passed: set[str] = set()
        self._enough = False

    def next(self) -> Ask | None:
        """Return the next question, or None where nothing is missing or the person had enough."""
        for name, question in QUESTIONS.items():
            if not (self._enough or name in self._passed or getattr(self.interview, name)):
                return Ask(name, question)
        return None

    def answer(self, text: str) -> None:
        """Take the answer to the question of `next`: an empty one and ``skip`` pass over it, ``enough`` ends them all.

        What an answer says beside what was asked is taken for the other questions, which are then not asked.
        """
        ask = self.next()
        word = clean_line(text).lower().rstrip(".!")
        if ask is None:
            return
        if word in _ENOUGH:
            self._enough = True
        elif word in _SKIP:
            self._passed.add(ask.name)
        else:
            self.interview = answered(self.interview, ask.name, text)


def answered(interview: Interview, name: str, text: str) -> Interview:
    """Return the interview with the answer to the question `name`, and what else it says where that was missing.

    Raises:
        InputError: the text is too long.
    """
    text = checked(text)
    if name in ("who", "when"):
        return replace(interview, **{name: clean_line(text)})
    rest: list[str] = []
    others: dict[str, list[str]] = {}
    for clause, other in clauses(text):
        if other in ("ask", "happened", name) or getattr(interview, other):
            rest.append(clause)
        else:
            others.setdefault(other, []).append(clause)
    if not rest:
        return replace(interview, **{name: text})
    return replace(interview, **{name: PARTING.join(rest)}, **{n: PARTING.join(c) for n, c in others.items()})


def understood(text: str) -> Interview:
    """Return what the first free text says, sorted by rules. Raises `InputError` where it is too long."""
    return sorted_out(checked(text))


async def understood_by(model: ChatModel, text: str) -> Interview:
    """Return what the first free text says, sorted by a capable model and, where that says nothing, by the rules.

    Raises:
        InputError: the text is too long.
        ModelError: the model cannot be asked. What it says in another form than asked for counts as nothing.
    """
    text = checked(text)
    by_rules = understood(text)
    messages = [Message("system", load("interview").text), Message("user", f"<<<{fenced(text)}>>>")]
    reply = await model.complete(messages, max_tokens=_MOST_TOKENS, schema=_SCHEMA)
    spans = _verbatim(reply.text, text)
    taken = [s for some in spans.values() for s in some]
    sorted_in = {name: list(some) for name, some in spans.items()}
    for name in ("happened", "wanted", "feared", "concede", "keep", "asked"):
        for clause in getattr(by_rules, name).split(PARTING):
            if clause and not any(clause in s or s in clause for s in taken):
                sorted_in.setdefault(name, []).append(clause)
    return Interview(
        **{n: (" " if n in ("who", "when") else PARTING).join(s) for n, s in sorted_in.items() if s}
        | {n: getattr(by_rules, n) for n in ("who", "when") if not sorted_in.get(n)}
    )


def checked(text: str) -> str:
    """Return `text` cleaned. Raises `InputError` where it is too long."""
    text = clean(text).strip()
    if len(text) > MOST_CHARACTERS:
        raise InputError(
            f"That has {len(text):,} characters; {MOST_CHARACTERS:,} is the most.",
            "Keep what matters for the talk, and add the rest as a note: coach sources add FILE --kind note",
        )
    return text


def _verbatim(written: str, text: str) -> dict[str, tuple[str, ...]]:
    """Return what a model sorted, by answer, of which only what stands in `text` word for word is kept."""
    try:
        data = json.loads(written)
    except (ValueError, RecursionError):
        return {}
    folded = " ".join(text.split())
    found: dict[str, tuple[str, ...]] = {}
    for name in QUESTIONS:
        values = data.get(name) if isinstance(data, dict) else None
        listed: Sequence[Any] = values if isinstance(values, list) else [values]
        spans = [" ".join(v.split()) for v in listed if isinstance(v, str)]
        if kept := tuple(dict.fromkeys(s for s in spans if s and s in folded)):
            found[name] = kept
    return found


_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {name: {"type": "array", "items": {"type": "string"}} for name in QUESTIONS},
    "required": list(QUESTIONS),
    "additionalProperties": False,
}
