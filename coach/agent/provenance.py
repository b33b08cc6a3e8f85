"""Where a statement stands and what past answers made of it: behind `coach why`, and behind what is marked stale."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from coach.agent.reread import OnDisk, Standing, nearest, reread
from coach.domain.changes import Change
from coach.domain.errors import InputError
from coach.domain.ids import is_source_id, is_statement_id, sort_key, source_of
from coach.domain.source import Source, Statement
from coach.domain.text import clean_line

if TYPE_CHECKING:
    from coach.agent.library import Library
    from coach.store.citing import CitedIn
    from coach.store.sessions import Sessions


@dataclass(frozen=True, slots=True)
class PastAnswer:
    """An answer of a kept conversation that cites the statement."""

    session: str
    title: str
    #: Place of the question in the conversation, from 1.
    turn: int
    question: str
    #: In UTC.
    asked: datetime
    #: Content hash that the statement had then.
    hash: str
    #: What it said then; empty where that was not kept.
    text: str
    #: What became of it since; None where it is as it was.
    change: Change | None


@dataclass(frozen=True, slots=True)
class Why:
    """Everything that is known of one statement."""

    id: str
    #: Its source; None where that is gone.
    source: Source | None
    #: As the sources have it now; None where it is gone from them.
    statement: Statement | None
    #: What it says, or what it said when it was cited last.
    text: str
    on_disk: OnDisk
    #: The statement of its source that is much like it and took its place, where it is gone; else None.
    instead: Statement | None
    #: Newest first.
    answers: tuple[PastAnswer, ...]
    #: The last time that it was surely as it was before it changed, and the first that it surely was not any more, in
    #: UTC; None where that is not known, or nothing changed.
    unchanged: datetime | None
    changed: datetime | None


@dataclass(frozen=True, slots=True)
class Stale:
    """An answer that cites statements which are not what they were."""

    session: str
    #: Place of the question in the conversation, from 1.
    turn: int
    #: What became of each of them, by its id.
    changes: tuple[tuple[str, Change], ...]


class Provenance:
    """Looks at statements and at the answers that cite them. Every method raises `StoreError`.

    Args:
        library: the sources as they are now.
        sessions: the conversations that were kept.
        read: looks into files; see `coach.agent.reread.reread`.
    """

    def __init__(
        self, library: Library, sessions: Sessions, read: Callable[[Source, str, int], OnDisk] = reread
    ) -> None:
        self._library = library
        self._sessions = sessions
        self._read = read

    def why(self, statement_id: str) -> Why:
        """Return what is known of a statement, one that is gone included where an answer cites it.

        Raises:
            InputError: it is no statement, or nothing is known of it.
        """
        wanted = statement_id.strip().strip("[]").upper()
        if not is_statement_id(wanted):
            source_id = wanted if is_source_id(wanted) else "N12"
            raise InputError(
                f"{clean_line(statement_id)[:40]!r} is no statement.",
                f"Name one, such as {source_id}.4; coach sources show {source_id} lists those of a source.",
            )
        source = self._library.source(source_of(wanted))
        statement = next((s for s in source.statements if s.id == wanted), None) if source else None
        cited = self._sessions.citing(wanted)
        if statement is None and not cited:
            # Raises, with what can be done about it.
            self._library.find(wanted)
        answers = tuple(_past(c, statement) for c in cited)
        text = statement.text if statement else next((a.text for a in answers if a.text), "")
        on_disk = OnDisk(Standing.NO_FILE)
        if source is not None and text:
            on_disk = self._read(source, text, statement.line if statement else 0)
        instead = nearest(text, source.statements) if source and text and statement is None else None
        unchanged, changed = _between(answers, on_disk)
        return Why(wanted, source, statement, text, on_disk, instead, answers, unchanged, changed)

    def changes(self, cited: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Change]:
        """Return what became of statements, given by id and by the hash that each had when it was cited."""
        pairs = list(cited)
        now = self._library.statements({statement_id for statement_id, _ in pairs})
        found: dict[tuple[str, str], Change] = {}
        for statement_id, was in pairs:
            if change := _change(now.get(statement_id), was):
                found[statement_id, was] = change
        return found

    def stale(self, session: str | None = None) -> list[Stale]:
        """Return the answers, of one conversation or of all, that cite what changed or is gone, in their order."""
        cited = self._sessions.citations(session)
        became = self.changes({pair for turn in cited for pair in turn.cited})
        found = []
        for turn in cited:
            gone = {(c[0], became[c]) for c in turn.cited if c in became}
            mine = tuple(sorted(gone, key=lambda pair: sort_key(pair[0])))
            if mine:
                found.append(Stale(turn.session, turn.position + 1, mine))
        return found


def _change(now: Statement | None, was: str) -> Change | None:
    if now is None:
        return Change.GONE
    return Change.CHANGED if now.hash != was else None


def _past(cited: CitedIn, now: Statement | None) -> PastAnswer:
    change = _change(now, cited.hash)
    return PastAnswer(
        cited.session, cited.title, cited.position + 1, cited.question, cited.asked, cited.hash, cited.text, change
    )


def _between(answers: Sequence[PastAnswer], on_disk: OnDisk) -> tuple[datetime | None, datetime | None]:
    """When it changed: after the last answer that cites it otherwise, before the first that cites it as it is now.

    A file that does not say it any more was last written after that, too, unless that was before the last answer: then
    it is an old copy.
    """
    on_file = on_disk.standing is Standing.CHANGED
    then = [a.asked for a in answers if a.change is not None or on_file]
    if not then and not on_file:
        return None, None
    before = max(then, default=None)
    after = [a.asked for a in answers if a.change is None and not on_file and (before is None or a.asked > before)]
    if on_file and on_disk.written is not None and (before is None or on_disk.written > before):
        after.append(on_disk.written)
    return before, min(after, default=None)
