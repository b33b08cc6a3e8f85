"""What is looked up for a question: completed where it goes on with another, and in the notes of the time it names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from coach.agent.decisions import decides
from coach.agent.equipment import Equipment
from coach.agent.notes import asks_for_decisions, asks_for_notes
from coach.agent.page import chosen_notes
from coach.agent.questions import completed_by
from coach.agent.since import window
from coach.agent.times import Window
from coach.domain.evidence import Evidence, Retrieval, Turn
from coach.domain.source import Source, SourceKind, is_team_title
from coach.grounding.words import content, stem_set

#: What a question that names no subject is made of: "what did we decide", "anything new".
_NO_SUBJECT = stem_set(
    "decide decision agree agreement say write note happen change new settle plan promise commit team everything "
    "anything list show find remind discuss record please tell not all"
)
#: Notes that are listed for such a question, the newest, and lines of each.
_LISTED = 12
_LINES = 3
#: Better than what similarity finds, and falling, so that the newest stay first.
_LISTED_SCORE = 0.9


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What was found, and how the question was understood."""

    retrieval: Retrieval
    #: What the person should know of it, in plain words.
    remarks: tuple[str, ...] = ()
    #: The person asks what their own notes say, rather than for advice.
    about_notes: bool = False


async def look_up(equipment: Equipment, question: str, turns: Sequence[Turn], limit: int) -> LookedUp:
    """Return what fits `question`, at most `limit` statements.

    Raises:
        StoreError, ModelError: see `coach.retrieval.retriever.Retriever.retrieve`.
    """
    model = equipment.model
    if model is not None and model.ability == "free" and equipment.retriever.is_follow_up(question, turns):
        elsewhere = model.remote or equipment.retriever.remote
        question, turns = await completed_by(model, question, turns, remote=elsewhere), ()
    kinds = [k for k in SourceKind if equipment.practices or k is not SourceKind.PRACTICE]
    before = turns[-1].question if turns else ""
    when = window(question, equipment.today(), equipment.dated_notes, before)
    about_notes = asks_for_notes(question)
    if when and not about_notes and asks_for_notes(before):
        # The question before is asked again of another time: it says all that is to be found.
        about_notes, turns = True, ()
    if not when:
        found = equipment.retriever.retrieve(when.rest, turns, limit=limit, kinds=kinds)
        return LookedUp(found, (when.told,) if when.told else (), about_notes)
    found = equipment.retriever.retrieve(when.rest, turns, limit=limit, kinds=kinds, since=when.since, until=when.until)
    if about_notes and not set(content(when.rest)) - _NO_SUBJECT:
        return _listed(
            equipment, found, when, limit, decided=asks_for_decisions(question) or asks_for_decisions(before)
        )
    if _has_notes(found):
        return LookedUp(found, (when.told,), about_notes)
    anywhen = equipment.retriever.retrieve(when.rest, turns, limit=limit, kinds=kinds)
    told = f"{when.told} None of them fits"
    others = _has_notes(anywhen)
    return LookedUp(
        anywhen if others else found,
        (f"{told}, so the notes of all times were searched." if others else f"{told}.",),
        about_notes,
    )


def _has_notes(found: Retrieval) -> bool:
    """Whether any line of the notes is near enough to be quoted."""
    return bool(chosen_notes(found, 1))


def _listed(equipment: Equipment, found: Retrieval, when: Window, limit: int, *, decided: bool) -> LookedUp:
    """What the notes of that time decided, or began with: there is no subject that a line could be near to."""
    notes = [n for n in equipment.dated_notes() if _is_within(when, n.date.toordinal())]
    lines = [e for n in notes[:_LISTED] for e in _lines(equipment.source(n.id), decided=decided)]
    scored = [replace(e, score=_LISTED_SCORE - 0.001 * place) for place, e in enumerate(lines)]
    # What teammates share is not in that list: it is there as far as it was found.
    others = [e for e in found.evidence if e.source_kind is not SourceKind.NOTE or is_team_title(e.source_title)]
    theirs = any(e.source_kind is SourceKind.NOTE for e in others)
    told = when.told if notes or theirs else f"{when.told} There are none."
    if len(notes) > _LISTED:
        told += f" There are {len(notes)}; the newest were looked at. Ask about a subject to find others."
    return LookedUp(replace(found, evidence=(*scored, *others)[:limit]), (told,), about_notes=True)


def _is_within(when: Window, day: int) -> bool:
    return (when.since is None or day >= when.since.toordinal()) and (
        when.until is None or day <= when.until.toordinal()
    )


def _lines(source: Source | None, *, decided: bool) -> list[Evidence]:
    if source is None:
        # It was removed since the notes were listed.
        return []
    found = [
        Evidence(s, source.kind, source.title, 0.0, "in a note of that time", source.date, source.private)
        for s in source.statements
    ]
    best = sorted((e for e in found if decides(e)), key=decides, reverse=True)
    if best and decided:
        return best[:_LINES]
    # What a note is about stands at its beginning.
    return list(dict.fromkeys((*found[:1], *best[: _LINES - 1], *found)))[:_LINES]
