"""A model's rewording of one line, taken only where it passes the gate; else the statement's own words stand."""

from __future__ import annotations

from collections.abc import Sequence

from coach.agent.composers.free import fenced
from coach.agent.talks.acts import acts as acts_of
from coach.agent.talks.dates import dates
from coach.agent.talks.fair import judges
from coach.domain.answer import Sentence, Verdict
from coach.domain.debrief import Worded
from coach.domain.errors import ModelError
from coach.domain.evidence import Evidence
from coach.domain.ports import ChatModel, Message
from coach.domain.prompts import load
from coach.domain.rehearsal import EARNING, HARDENING, Act, Turn
from coach.domain.sentences import split_sentences
from coach.domain.text import clean_line
from coach.grounding.checkers.base import Checker
from coach.grounding.citations import cite
from coach.grounding.claims import is_claim
from coach.grounding.facts import unknown_day, unknown_name, unknown_number
from coach.grounding.gate import check_sentences

_MOST_TOKENS = 80
_MOST_SENTENCES = 2
_FEWEST_WORDS = 4
_MOST_WORDS = 45
_SHOWN = 3
_WRAPPED = "\"“”‘’'*_ "


async def reword(
    model: ChatModel, checker: Checker, path: Sequence[Turn], turn: Turn, act: Act, statement: Evidence
) -> Worded | None:
    """Return a line of a rehearsal in other words, or None where what the model wrote may not stand.

    It stands only if it brings nothing that was not said, does what the statement asks (as the detectors see it) and
    nothing that hardens, says nothing of anybody's character, and whatever it asserts beside the person's own facts is
    supported by the statement.

    Args:
        model: words it.
        checker: checks it against the statement.
        path: the turns of the talk.
        turn: the one whose line is reworded.
        act: what the line did, or did not do.
        statement: says how it could be said.
    """
    before = [t for t in path if t.number < turn.number]
    talk = [text for t in before[-_SHOWN:] for text in (f"I: {t.line}", f"They: {t.reply}")]
    prompt = load("rewrite-line").fill(
        statement=fenced(clean_line(statement.statement.text)),
        talk=fenced(clean_line(" ".join(talk))) or "(nothing was said yet)",
        line=fenced(clean_line(turn.line)),
    )
    try:
        reply = await model.complete([Message("user", prompt)], max_tokens=_MOST_TOKENS)
    except ModelError:
        return None
    text = clean_line(reply.text).strip(_WRAPPED)
    said = "\n".join([*(s for t in before for s in (t.line, t.reply)), turn.line])
    if reply.finish != "stop" or not _may_stand(text, said, [t.reply for t in before], act, statement):
        return None
    for sentence in split_sentences(text):
        if not is_claim(sentence, said):
            continue
        draft = Sentence(sentence, cite(statement), Verdict.UNCITED)
        [checked] = await check_sentences([draft], {statement.id: statement}, said, checker)
        if checked.verdict not in (Verdict.SUPPORTED, Verdict.NOT_A_CLAIM):
            return None
    return Worded(text, cite(statement), model.name, turn.number)


def _may_stand(text: str, said: str, replies: Sequence[str], act: Act, statement: Evidence) -> bool:
    """Whether the rules have nothing against it."""
    if not _FEWEST_WORDS <= len(text.split()) <= _MOST_WORDS or len(split_sentences(text)) > _MOST_SENTENCES:
        return False
    did = {found.act for found in acts_of(text, replies)}
    if did & HARDENING or judges(text) or not (act in did if act in EARNING else did & (EARNING | {Act.LIMIT})):
        return False
    known = f"{said}\n{statement.statement.text}"
    lowered = known.lower()
    return not any(rule(text, "", known) for rule in (unknown_number, unknown_day, unknown_name)) and all(
        d.group().lower() in lowered for d in dates(text)
    )
