"""A model's wording of a move that was chosen without it: asked for in role, looked at sentence by sentence.

Nothing is shown before rules have passed it. A first sentence that fails is replaced by the written line; a second one
that fails is left out.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, cast

from coach.agent.composers.free import fenced
from coach.agent.talks import spoken
from coach.agent.talks.role_rules import Said, objection
from coach.domain.counterpart import Counterpart, Style
from coach.domain.ports import ChatModel, Message
from coach.domain.prompts import load
from coach.domain.rehearsal import Move, Turn
from coach.domain.text import Cleaner, clean_line

_MOST_TOKENS = 70
_MOST_SENTENCES = 2
#: Turns that the model is shown: the talk of the moment, short enough for a small model.
_SHOWN = 4
_LABEL = re.compile(
    r"\A\W{0,3}(?:you|me|counterpart|answer|response|reply|(?:[\w-]+ ){0,3}[\w-]+)\W{0,2}:\s+", re.IGNORECASE
)
_WRAPPED = '"“”*_ '

_STYLES = {
    Style.GUARDED: "guarded; you say little, commit to nothing and keep your reasons to yourself.",
    Style.BLUNT: "blunt; you say things directly, without softening them and without insulting anybody.",
    Style.FRIENDLY_EVASIVE: "friendly and evasive; you are warm, and you slip away from whatever is asked of you.",
    Style.ANALYTICAL: "analytical; you ask for reasons and evidence and take arguments apart.",
    Style.HURRIED: "hurried; you have no time, and you want the short version.",
}
_HOW = {
    Move.DEFLECT: "You steer away from the subject and do not answer it.",
    Move.PRESS: "You insist on a firm date or a clear answer, now.",
    Move.MINIMISE: "You make the problem smaller than the other person says that it is.",
    Move.COUNTER_ACCUSE: "You turn it round: you ask what the other person did or failed to do, without insults.",
    Move.APPEAL: "You say that it is not only yours to decide and that others above you expect it.",
    Move.SHARP_QUESTION: "You ask one short, critical question that goes to the point.",
    Move.HALF_AGREE: "You grant that there is something in it, and you say with a 'but' that you are not convinced.",
    Move.AGREE: "You agree to the one thing that the other person asked for or offered, and to nothing else.",
}


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing of what the model wrote was said; the last thing that `worded` yields."""

    why: str


async def worded(
    model: ChatModel,
    counterpart: Counterpart,
    turns: Sequence[Turn],
    greeting: str,
    line: str,
    move: Move,
    example: str,
) -> AsyncGenerator[str | Refused, None]:
    """Yield a model's wording of `move`, sentence by sentence; or `Refused`, where the first one may not be said.

    Args:
        model: words it.
        counterpart: in whose role.
        turns: what was said before, from the beginning.
        greeting: what the counterpart said first.
        line: what it answers.
        move: what it does; one that is in `coach.agent.talks.lines.FIXED` is never worded by a model.
        example: the written line for the move.

    Raises:
        ModelError: the model cannot be asked.
    """
    known = Said(counterpart, [greeting, *(text for t in turns for text in (t.line, t.reply))], line)
    said: list[str] = []
    async with aclosing(_sentences(model, messages(counterpart, turns, greeting, line, move, example))) as sentences:
        async for sentence in sentences:
            why = objection(sentence, move, known)
            if why and not said:
                yield Refused(why)
                return
            if why:
                return
            yield sentence if not said else f" {sentence}"
            said.append(sentence)
            if len(said) == _MOST_SENTENCES:
                return
    if not said:
        yield Refused("It wrote nothing.")


def messages(
    counterpart: Counterpart, turns: Sequence[Turn], greeting: str, line: str, move: Move, example: str
) -> list[Message]:
    """Return what is sent: the role, what was said in the talk, and the move. Nothing of the brief beside these."""
    system = load("counterpart").fill(
        role=fenced(counterpart.role),
        stakes=fenced(counterpart.stakes) or "(nothing was said about that)",
        topic=fenced(counterpart.topic),
        style=_STYLES[counterpart.style],
    )
    shown = [f"You: {fenced(greeting)}"] if len(turns) <= _SHOWN else []
    for turn in turns[-_SHOWN:]:
        shown += [f"Other: {fenced(clean_line(turn.line)) or '(says nothing)'}", f"You: {fenced(turn.reply)}"]
    turn_text = load("counterpart-turn").fill(
        turns="\n".join(shown), line=fenced(clean_line(line)), move=move.value, how=_HOW[move], example=example
    )
    return [Message("system", system), Message("user", turn_text)]


async def _sentences(model: ChatModel, asked: Sequence[Message]) -> AsyncGenerator[str, None]:
    """Yield each sentence that the model writes, as soon as it is complete, without what is put around it."""
    cleaner, text, told = Cleaner(), "", 0
    # Every model streams with a generator, which is closed where it is left early; the port only promises an iterator.
    stream = cast("Any", model.stream(asked, max_tokens=_MOST_TOKENS, temperature=0.7))
    async with aclosing(stream) as pieces:
        async for piece in pieces:
            text += cleaner.feed(piece)
            complete = _split(text)[:-1]
            for sentence in complete[told:]:
                yield sentence
            told = max(told, len(complete))
    for sentence in _split(text + cleaner.finish())[told:]:
        yield sentence


def _split(text: str) -> list[str]:
    """Return the sentences of `text`; the last one may still go on."""
    bare = _LABEL.sub("", text.lstrip())
    found = (clean_line(m.group()).strip(_WRAPPED) for m in spoken.SENTENCE.finditer(bare))
    return [s for s in found if any(c.isalnum() for c in s)]
