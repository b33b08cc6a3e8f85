"""What a model is asked beside the answer: is it a matter to refer, what a follow-up means, the same in English."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from coach.agent.composers.free import fenced, seen
from coach.agent.language import other_language
from coach.agent.screening import Matter
from coach.domain.evidence import Evidence, Turn
from coach.domain.ports import ChatModel, Message
from coach.domain.prompts import load
from coach.domain.text import clean_line

_MOST_TOKENS = 120
#: Tokens of a translation: as many as the text has characters are enough in any script.
_LEAST_TRANSLATED, _MOST_TRANSLATED = 40, 1000

#: Rewrites a claim so that it says what its statement says, or returns None.
Rewriter = Callable[[str, Evidence], Awaitable[str | None]]


async def asked_matter(model: ChatModel, question: str) -> Matter | None:
    """Return the matter that the model says `question` must be referred for, or None."""
    prompt = load("screen").text
    reply = await model.complete(
        [Message("system", prompt), Message("user", f"<<<{fenced(question)}>>>")], max_tokens=8
    )
    word = clean_line(reply.text).strip(" .\"'").lower()
    return Matter(word) if word in set(Matter) else None


async def in_english(model: ChatModel, text: str) -> str:
    """Return `text`, which is in another language, in English; as it is where the model does not manage that."""
    tokens = min(_MOST_TRANSLATED, _LEAST_TRANSLATED + len(text))
    messages = [Message("system", load("translate").text), Message("user", f"<<<{fenced(text)}>>>")]
    reply = await model.complete(messages, max_tokens=tokens)
    said = clean_line(reply.text).removeprefix("->").strip(" <>‹›")
    return said if reply.finish == "stop" and said and not other_language(said) else text


async def completed_by(model: ChatModel, question: str, turns: Sequence[Turn], *, remote: bool) -> str:
    """Return the follow-up `question`, rewritten so that it can be searched for alone.

    Args:
        model: rewrites it.
        question: what was typed.
        turns: what was said before.
        remote: whether what it writes leaves this machine, by the model or by the search; it sees nothing private then.
    """
    talk = "\n".join(f"Person: {fenced(t.question)}\nCoach: {fenced(seen(t, remote=remote))}" for t in turns)
    prompt = load("complete-question").fill(turns=talk, question=fenced(question))
    reply = await model.complete([Message("user", prompt)], max_tokens=_MOST_TOKENS)
    return clean_line(reply.text) or question


def rewriter(model: ChatModel | None) -> Rewriter | None:
    """Return how claims are rewritten, or None where no model writes."""
    if model is None:
        return None

    async def rewrite(claim: str, statement: Evidence) -> str | None:
        if statement.private and model.remote:
            return None
        prompt = load("rewrite-claim").fill(
            statement=fenced(clean_line(statement.statement.text)), sentence=fenced(clean_line(claim))
        )
        reply = await model.complete([Message("user", prompt)], max_tokens=_MOST_TOKENS)
        return clean_line(reply.text) if reply.finish == "stop" else None

    return rewrite
