"""Forgetting for good: a conversation, a brief, a rehearsal, a commitment, or a note.

First it is said what goes and what stays. Then it goes from the graph's memory, the history of the prompt, the ledger
and the indexes; the files that keep what was removed are written anew; and at last every file is looked through.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coach.agent.talks.exported import lying
from coach.agent.talks.forget_scope import Scope, Scopes, is_outcome
from coach.agent.talks.history import forget_lines
from coach.agent.talks.redact import Redaction
from coach.agent.talks.remains import found_in, pieces
from coach.store.commitments import Commitments
from coach.store.forgetting import Forgetting, scrub_file
from coach.store.ledger import Ledger
from coach.store.sessions import Sessions

if TYPE_CHECKING:
    from coach.agent.coach import Coach
    from coach.agent.library import Progress

#: In the data folder, and none of it a person's words: model weights, and what evals keep of their own cases.
NOT_LOOKED_AT = ("models", "evals")
#: What a row of a table is, as its exports are noted.
_THING = {"turns": "session", "briefs": "brief", "rehearsals": "rehearsal"}


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What forgetting did."""

    scope: Scope
    #: Files in which something of it was found all the same.
    remains: tuple[str, ...]
    #: How many answers and sheets lost lines of a note, and how many lines of the prompt's history went.
    redacted: int = 0
    history: int = 0
    #: Files that still lie there: what went was exported to them, or an answer or sheet that said lines of it.
    exports: tuple[str, ...] = ()


class Forgetter:
    """Forgets.

    Args:
        coach: whose things they are.

    Attributes:
        scopes: finds out what goes with a thing.
    """

    def __init__(self, coach: Coach) -> None:
        self.scopes = Scopes(coach)
        self._coach = coach
        self._database = coach.database
        self._forgetting = Forgetting(coach.database)
        self._commitments = Commitments(coach.database)
        self._sessions = Sessions(coach.database)
        self._ledger = Ledger(coach.database)

    async def forget(self, scope: Scope, progress: Progress | None = None) -> Forgotten:
        """Forget what `scope` says, and look through the files afterwards.

        The vectors are written anew: with many notes that takes a while, some two minutes for 100,000 lines.

        Args:
            scope: from `scopes`.
            progress: told how far the indexing is, where there is any.

        Raises:
            StoreError: a file cannot be read or written, or is in use elsewhere. What was removed until then is
                removed; `leftovers` finishes it.
        """
        redactions = [Redaction(note) for note in scope.notes]

        def redacted(value: Any) -> Any:
            for redaction in redactions:
                value = redaction(value)
            return value

        touched = self._forgetting.rewrite(redacted, dry=True) if redactions else []
        exported = lying(self._coach, [f"{_THING[table]}:{its_id}" for table, its_id in touched])
        # First what could not be found again once the ledger has forgotten it.
        for thread in [
            *([scope.session.id] if scope.session else []),
            *(i for table, i in touched if table == "turns"),
        ]:
            await self._forget_memory(thread)
        lines = forget_lines(self._coach.settings.history_path, scope.texts)
        unfinished = self._forgetting.is_unfinished()
        with self._database.write():
            self._forgetting.begin()
            if touched:
                self._forgetting.rewrite(redacted)
            self._remove(scope)
        for note in scope.notes:
            if not is_outcome(note):
                # It also sees to it that its file is not read again.
                self._coach.vault.remove(note.id)
        if scope.notes or unfinished or not scope.texts:
            self._coach.library.rewrite(progress)
        self._forgetting.scrub()
        scrub_file(self._coach.settings.checkpoints_path)
        self._forgetting.finish()
        remains = tuple(self._remains(scope.texts))
        return Forgotten(scope, remains, len(touched), lines, tuple(dict.fromkeys((*scope.exports, *exported))))

    async def _forget_memory(self, thread: str) -> None:
        from coach.agent.checkpoints import forget

        await forget(self._coach.settings.checkpoints_path, thread)

    def _remove(self, scope: Scope) -> None:
        """Remove from the ledger, within a transaction."""
        if scope.session:
            self._sessions.delete(scope.session.id)
        self._forgetting.delete("briefs", scope.briefs)
        self._forgetting.delete("rehearsals", scope.rehearsals)
        for note in filter(is_outcome, scope.notes):
            self._ledger.remove(note.id)
        for commitment in scope.commitments:
            self._commitments.delete(commitment)
        for kept in scope.kept:
            self._commitments.cut_loose(kept)

    def _remains(self, texts: Iterable[str]) -> Iterator[str]:
        found = found_in(self._coach.settings.home, pieces(texts), leave_out=NOT_LOOKED_AT)
        # What another row says as well was not to be forgotten: a statement that was quoted, a question asked twice.
        still = {p for p in {p for there in found.values() for p in there} if self._forgetting.holds(p)}
        return (path for path, there in found.items() if not still.issuperset(there))
