"""What goes with one thing that is to be forgotten, and what stays."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from coach.agent.talks.exported import lying
from coach.agent.talks.origins import one_of
from coach.agent.team import shares
from coach.domain.answer import Answer
from coach.domain.commitment import OUTCOME_PATH, Commitment
from coach.domain.errors import InputError, StoreError
from coach.domain.layout import is_quoted
from coach.domain.source import Source, SourceKind
from coach.store.commitments import Commitments
from coach.store.forgetting import Forgetting, Talk
from coach.store.ledger import Ledger
from coach.store.sessions import Session, Sessions
from coach.store.vaults import Vaults

if TYPE_CHECKING:
    from coach.agent.coach import Coach


@dataclass(frozen=True, slots=True)
class Scope:
    """Everything that goes with one thing, and what stays."""

    #: In plain words, the thing itself first.
    goes: tuple[str, ...] = ()
    stays: tuple[str, ...] = ()
    session: Session | None = None
    briefs: tuple[str, ...] = ()
    rehearsals: tuple[str, ...] = ()
    #: Ids. Those that stay are cut loose from what goes.
    commitments: tuple[str, ...] = ()
    kept: tuple[Commitment, ...] = ()
    #: A note of the person's own, or what came of the commitments.
    notes: tuple[Source, ...] = ()
    #: The words that go, to look for what remains of them.
    texts: tuple[str, ...] = ()
    #: Files that any of it was exported to and that still lie there. They stay.
    exports: tuple[str, ...] = ()


#: What a thing may be that is forgotten by itself.
Kind = Literal["session", "brief", "rehearsal", "commitment", "note"]


class Scopes:
    """Finds out what belongs to a thing.

    Args:
        coach: whose it is.
    """

    def __init__(self, coach: Coach) -> None:
        self._coach = coach
        self._forgetting = Forgetting(coach.database)
        self._commitments = Commitments(coach.database)
        self._sessions = Sessions(coach.database)
        self._ledger = Ledger(coach.database)
        self._vaults = Vaults(coach.database)

    # Each raises `InputError` where there is no such thing, or more than one.

    def of(self, kind: Kind, start: str, *, keep_commitments: bool = False) -> Scope:
        """Return what belongs to a thing of this kind; see the methods of these names."""
        match kind:
            case "session":
                return self.session(start, keep_commitments=keep_commitments)
            case "brief":
                return self.brief(start, keep_commitments=keep_commitments)
            case "rehearsal":
                return self.rehearsal(start, keep_commitments=keep_commitments)
            case "commitment":
                return self.commitment(start)
            case "note":
                return self.note(start)

    def session(self, start: str, *, keep_commitments: bool = False) -> Scope:
        """Return what goes with the conversation whose id begins so."""
        every = {s.id: s for s in self._coach.sessions()}
        session = every[one_of(list(every), start, "conversation", "coach sessions")]
        turns = self._sessions.turns(session.id)
        texts = [session.title, *(t.question for t in turns), *(s for t in turns for s in _written(t.answer))]
        goes = [f"the conversation “{session.title}” with {_count(len(turns), 'answer')}"]
        return self._with_commitments(
            goes, texts, [f"session:{session.id}"], keep_commitments=keep_commitments, session=session
        )

    def brief(self, start: str, *, keep_commitments: bool = False) -> Scope:
        """Return what goes with a brief: all its versions, and the rehearsals of it."""
        brief = one_of(self._forgetting.ids("briefs", start), start, "brief", "coach briefs")
        versions, rehearsals = self._forgetting.brief(brief), self._forgetting.rehearsals_of(brief)
        goes = [f"the brief “{versions[0].title}” in {_count(len(versions), 'version')}"]
        goes += [f"the rehearsal “{r.title}”" for r in rehearsals]
        origins = [f"brief:{brief}", *(f"rehearsal:{r.id}" for r in rehearsals)]
        texts = _said_in([*versions, *rehearsals])
        return self._with_commitments(
            goes,
            texts,
            origins,
            keep_commitments=keep_commitments,
            briefs=(brief,),
            rehearsals=tuple(r.id for r in rehearsals),
        )

    def rehearsal(self, start: str, *, keep_commitments: bool = False) -> Scope:
        """Return what goes with a rehearsal and its debrief; its brief stays."""
        rehearsal = one_of(self._forgetting.ids("rehearsals", start), start, "rehearsal", "coach rehearsals")
        kept = self._forgetting.rehearsal(rehearsal)
        return self._with_commitments(
            [f"the rehearsal “{kept[0].title}”"],
            _said_in(kept),
            [f"rehearsal:{rehearsal}"],
            keep_commitments=keep_commitments,
            rehearsals=(rehearsal,),
        )

    def commitment(self, start: str) -> Scope:
        """Return what goes with a commitment: it, and what came of it."""
        found = self._commitments.find_id(start)
        try:
            commitment = self._commitments.find(found)
        except StoreError:
            # What nobody can read can go all the same.
            return Scope((f"the commitment {found}, which cannot be read",), commitments=(found,))
        return Scope(
            goes=tuple(self._told([commitment])),
            commitments=(commitment.id,),
            notes=tuple(self._notes([commitment])),
            texts=tuple(self._words([commitment])),
            exports=lying(self._coach, [f"commitment:{commitment.id}"]),
        )

    def note(self, note_id: str) -> Scope:
        """Return what goes with a note: its lines wherever they stand, in answers, briefs and rehearsals too."""
        source, statement = self._coach.library.find(note_id)
        if statement is not None:
            raise InputError(
                f"{statement.id} is one line of {source.id}; a note is forgotten as a whole.",
                f"Take it out of its file and sync, or forget all of it: coach forget note {source.id}",
            )
        if source.kind is not SourceKind.NOTE or source.builtin:
            raise InputError(
                f"{source.id} is not a note.", f"Remove a source of your own with: coach sources remove {source.id}"
            )
        if is_outcome(source):
            raise InputError(
                f"{source.id} keeps what came of a commitment.",
                f"Forget both: coach forget commitment {source.path.removeprefix(OUTCOME_PATH)}",
            )
        goes = [
            f"the note {source.id} “{source.title}” with {_count(len(source.statements), 'line')}",
            "its lines in answers, briefs and rehearsals that cite them",
        ]
        stays = [f"the file {source.file}, which is not read any more"] if source.file else []
        if source.from_team:
            stays.append("the note on your team's server, which is a teammate's")
        elif not source.private and shares(self._coach.settings):
            stays.append("what your team's server has of it, until the next: coach notes sync")
        stays.append("what a model wrote of it in other words without citing it")
        return Scope(tuple(goes), tuple(stays), notes=(source,), texts=tuple(_lines(source)))

    def leftovers(self) -> Scope:
        """Return what goes where forgetting was broken off: what the files still hold of removed things."""
        return Scope(("what the files still hold of things that were removed",))

    def _with_commitments(
        self, goes: list[str], texts: Sequence[str], origins: Sequence[str], *, keep_commitments: bool, **what: Any
    ) -> Scope:
        came_of_it = self._commitments.of_origins(origins)
        if keep_commitments:
            stays = self._told(came_of_it)
            return Scope(
                tuple(goes),
                tuple(stays),
                kept=tuple(came_of_it),
                texts=tuple(texts),
                exports=lying(self._coach, origins),
                **what,
            )
        return Scope(
            (*goes, *self._told(came_of_it)),
            commitments=tuple(c.id for c in came_of_it),
            notes=tuple(self._notes(came_of_it)),
            texts=(*texts, *self._words(came_of_it)),
            exports=lying(self._coach, [*origins, *(f"commitment:{c.id}" for c in came_of_it)]),
            **what,
        )

    def _notes(self, commitments: Iterable[Commitment]) -> Iterator[Source]:
        for commitment in commitments:
            yield from self._ledger.sources_of(self._vaults.note_ids(OUTCOME_PATH + commitment.id)).values()

    def _words(self, commitments: Sequence[Commitment]) -> Iterator[str]:
        for commitment in commitments:
            yield from (commitment.plan, commitment.outcome)
        for note in self._notes(commitments):
            yield from _lines(note)

    def _told(self, commitments: Iterable[Commitment]) -> Iterator[str]:
        for commitment in commitments:
            yield f"the commitment {commitment.id} “{commitment.plan}”"
            if commitment.note:
                yield f"the note {commitment.note}, which keeps what came of it"


def is_outcome(note: Source) -> bool:
    """Whether a note keeps what came of a commitment."""
    return note.path.startswith(OUTCOME_PATH)


def _lines(note: Source) -> Iterator[str]:
    yield note.title
    for statement in note.statements:
        yield statement.text


def _said_in(talks: Iterable[Talk]) -> list[str]:
    return [text for talk in talks for text in (talk.title, *_strings(talk.body))]


def _written(answer: str) -> Iterator[str]:
    """What an answer says in words of its own; of one that cannot be read, everything."""
    try:
        sentences = Answer.from_dict(json.loads(answer)).sentences
    except (KeyError, TypeError, ValueError, StopIteration):
        yield from _strings(answer)
        return
    for sentence in sentences:
        if not is_quoted(sentence):
            yield from (sentence.text, sentence.mended_from)


def _strings(text: str) -> Iterator[str]:
    """Every text in a JSON value, as it stands there."""
    try:
        waiting = [json.loads(text)]
    except (ValueError, RecursionError):
        return
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting += reversed(value.values())
        elif isinstance(value, list):
            waiting += reversed(value)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
