"""What a commitment comes of: a conversation, a brief or a rehearsal, and the plans that it offers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coach.agent.talks.offers import Offer, offered_by_answer, offered_by_talk
from coach.domain.errors import InputError
from coach.domain.text import clean_line
from coach.store.forgetting import Forgetting, Talk

if TYPE_CHECKING:
    from coach.agent.coach import Coach

#: Names the conversation that was used last.
LAST = "last"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a plan comes from."""

    #: ``session:ID``, ``brief:ID`` or ``rehearsal:ID``.
    key: str
    title: str
    offers: tuple[Offer, ...]


def origin(coach: Coach, name: str = LAST) -> Origin:
    """Return what is called `name`, with the plans that it offers.

    Args:
        coach: whose it is.
        name: ``last``, the beginning of a conversation's id, ``brief:ID`` or ``rehearsal:ID``.

    Raises:
        InputError: there is no such thing, or more than one.
        StoreError: it cannot be read.
    """
    kind, colon, rest = name.strip().partition(":")
    kind = kind.lower()
    if colon and kind in ("brief", "rehearsal"):
        return _talk(coach, kind, rest.strip())
    return _session(coach, rest if colon and kind == "session" else name)


def title_of(coach: Coach, key: str) -> str:
    """Return the title of what a commitment came of; empty where that is gone, or where it came of nothing."""
    kind, _, its_id = key.partition(":")
    if kind == "session":
        return next((s.title for s in coach.sessions() if s.id == its_id), "")
    forgetting = Forgetting(coach.database)
    talks = {"brief": forgetting.brief, "rehearsal": forgetting.rehearsal}
    found = talks[kind](its_id) if kind in talks else []
    return found[0].title if found else ""


def _session(coach: Coach, name: str) -> Origin:
    if name.strip().lower() == LAST:
        session = coach.latest_session()
        if session is None:
            raise InputError(
                "There is no conversation yet that a plan could come from.",
                'Say the plan itself: coach commit --plan "If …, then I …"',
            )
    else:
        sessions = {s.id: s for s in coach.sessions()}
        session = sessions[one_of(list(sessions), name.strip(), "conversation", "coach sessions")]
    # The last answer that offers anything: what was asked after it may have been a look-up.
    offers = (offered_by_answer(answer) for answer in reversed(coach.answers(session.id)))
    return Origin(f"session:{session.id}", session.title, next((o for o in offers if o), ()))


def _talk(coach: Coach, kind: str, start: str) -> Origin:
    forgetting = Forgetting(coach.database)
    ids = forgetting.ids(f"{kind}s", start)
    found = one_of(ids, start, kind, f"coach {kind}s")
    talk = (forgetting.brief(found) if kind == "brief" else forgetting.rehearsal(found))[0]
    return Origin(f"{kind}:{talk.id}", talk.title, _offers(kind, talk))


def _offers(kind: str, talk: Talk) -> tuple[Offer, ...]:
    try:
        body = json.loads(talk.body)
    except (ValueError, RecursionError):
        return ()
    if not isinstance(body, dict):
        return ()
    if kind == "brief":
        return offered_by_talk(body)
    # What was said in a rehearsal is no plan; what its debrief comes to may be one.
    debrief = body.get("debrief") or {}
    return offered_by_talk({"plan": debrief.get("plan")})


def one_of(ids: Sequence[str], start: str, what: str, listing: str) -> str:
    """Return the one id that begins so.

    Args:
        ids: all there are.
        start: how it begins.
        what: what they are ids of, for the error.
        listing: the command that lists them.

    Raises:
        InputError: there is none, or more than one.
    """
    fitting = [start] if start in ids else [i for i in ids if start and i.startswith(start)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise InputError(f"{len(fitting)} {what}s begin with {clean_line(start)[:40]}.", "Give more of the id.")
    raise InputError(f"There is no {what} {clean_line(start)[:40]!r}.", f"List them with: {listing}")
