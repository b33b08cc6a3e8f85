"""Keeping the team's server in step with what one shares, and the ledger with what teammates share.

What is there is asked of the server each time, so that nothing is lost where it was wiped, and nothing written twice
where it was not. The first row of a source is written last, with the source's digest: a source without is half written,
and is written again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from coach.domain.errors import StoreError
from coach.domain.source import Source, SourceKind
from coach.retrieval.rows import collection_of, rows_of
from coach.retrieval.team import whole_sources
from coach.retrieval.team_rows import (
    FORM,
    MOST_STATEMENTS,
    Member,
    TeamRow,
    draft_of,
    may_be_shared,
    read_rows,
    rows_for,
)
from coach.retrieval.team_server import WRITE, TeamServer
from coach.retrieval.vectors import VectorStore, space_name
from coach.store.ledger import Ledger
from coach.store.team import Copy, Own, TeamSources

if TYPE_CHECKING:
    from coach.domain.ports import Embedder, Vectors

T = TypeVar("T")
#: Called with how many sources are written and how many there are to write.
Progress = Callable[[int, int], None]

_PREFIX = "coach-team-"
#: Rows that are written, and read, at once.
_ROWS, _PAGE = 400, 1000
#: Sources that are named in one request, and that are fetched whole in one.
_NAMED, _FETCHED = 100, 8
#: Sources that are counted, and principles that are taken over, at most.
_MOST_SOURCES, _MOST_PRINCIPLES = 50_000, 200


@dataclass(frozen=True, slots=True)
class Published:
    """What `TeamSharing.publish` did; numbers of sources."""

    written: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True)
class Pulled:
    """What `TeamSharing.pull` did; numbers of copies."""

    taken: int = 0
    removed: int = 0
    #: Whether principles are among them, so that the index has to be brought up to date.
    principles: bool = False


def collection_for(embedder: Embedder) -> str:
    """Return the collection of those whose embedder is the same: vectors of others are of no use."""
    return _PREFIX + space_name(embedder.name)


class TeamSharing:
    """Writes and takes over. Every method raises `TeamError` where the server cannot be used, else `StoreError`.

    Args:
        server: the team's.
        ledger: one's own sources.
        sources: copies of the team's in it.
        vectors: the local index, which has the vectors already.
        embedder: makes those that it lacks.
    """

    def __init__(
        self, server: TeamServer, ledger: Ledger, sources: TeamSources, vectors: VectorStore, embedder: Embedder
    ) -> None:
        #: Theirs.
        self.server = server
        self._ledger = ledger
        self._sources = sources
        self._vectors = vectors
        self._embedder = embedder

    def publish(self, member: Member, progress: Progress | None = None) -> Published:
        """Make what the server has of this member what may be shared now: every note and principle, no private one."""
        wanted = {member.key(own.id): own for own in self._sources.own() if shareable(own)}
        there = {row.key: row.digest for row in self._heads({"member": member.id})}
        gone = sorted(there.keys() - wanted.keys())
        for part in _parts(gone, _NAMED):
            self.server.remove(_all({"member": member.id}, {"source": {"$in": list(part)}}))
        changed = [own for key, own in wanted.items() if there.get(key) != member.digest(own.digest)]
        self._withdraw_elsewhere(member.id)
        done = 0
        for some in _parts(changed, _NAMED):
            self._write(some, member, there.keys())
            done += len(some)
            if progress is not None:
                progress(done, len(changed))
        return Published(len(changed), len(gone))

    def withdraw(self, member: str) -> int:
        """Take everything of a member off the server, whatever embedder it was made with; return how many sources."""
        count = 0
        for server in (self.server, *self._others()):
            keys = [row.key for row in _heads(server, {"member": member})]
            for part in _parts(keys, _NAMED):
                server.remove(_all({"member": member}, {"source": {"$in": list(part)}}))
            # Rows whose first is missing, too.
            server.remove({"member": member})
            count += len(keys)
        return count

    def pull(self, member: str) -> Pulled:
        """Take over the principles that teammates share, and bring the copies of their notes up to date.

        What is no longer shared goes from the ledger as well.

        Args:
            member: one's own id; empty where one never shared anything.
        """
        copies = self._sources.copies()
        there: dict[str, TeamRow] = {}
        others = [{"member": {"$ne": member}}] if member else []
        for row in self._heads({"kind": SourceKind.PRINCIPLE.value}, *others, most=_MOST_PRINCIPLES):
            if row.member != member and row.kind is SourceKind.PRINCIPLE:
                there[row.path] = row
        keys = [copy.path.rpartition("/")[2] for copy in copies.values() if copy.kind is SourceKind.NOTE]
        for part in _parts(keys, _NAMED):
            there |= {row.path: row for row in self._heads({"source": {"$in": list(part)}}) if row.path in copies}
        gone = [path for path in copies if path not in there]
        self._sources.remove(gone)
        stale = [row for row in there.values() if row.digest and _digest(copies.get(row.path)) != row.digest]
        taken: list[str] = []
        for rows in _parts(stale, _FETCHED):
            whole = whole_sources(self.server, sorted({row.key for row in rows}), seconds=WRITE)
            known = {row.path: row.kind for row in rows}
            fresh = {path: found for path, found in whole.items() if known.get(path) is found[0].kind}
            self._sources.put([(draft_of(found), found[0].digest) for found in fresh.values()])
            taken += fresh
        kinds = [there[path].kind for path in taken] + [copies[path].kind for path in gone]
        return Pulled(len(taken), len(gone), SourceKind.PRINCIPLE in kinds)

    def census(self) -> list[TeamRow]:
        """Return the first row of every source that anybody shares, without its text."""
        return self._heads()

    def _heads(self, *where: dict[str, Any], most: int = _MOST_SOURCES) -> list[TeamRow]:
        return _heads(self.server, *where, most=most)

    def _others(self) -> list[TeamServer]:
        names = (name for name in self.server.collections() if name.startswith(_PREFIX))
        return [self.server.beside(name) for name in names if name != self.server.collection]

    def _withdraw_elsewhere(self, member: str) -> None:
        """Remove what was made with another embedder, before that was changed."""
        for server in self._others():
            if server.rows({"member": member}, 1, texts=False).get("ids"):
                server.remove({"member": member})

    def _write(self, part: Sequence[Own], member: Member, known: Iterable[str]) -> None:
        digests = {own.id: own.digest for own in part}
        before = sorted({member.key(own.id) for own in part}.intersection(known))
        if before:
            # Chroma keeps what a new row does not say, so the old ones go first.
            self.server.remove(_all({"member": member.id}, {"source": {"$in": before}}))
        waiting: dict[str, list[Any]] = {}
        for source in self._ledger.sources_of(digests).values():
            if not may_be_shared(source):
                # It has become private since it was looked at.
                continue
            rows = rows_for(source, digests[source.id], self._embedded(source), member)
            if len(rows["ids"]) > _ROWS:
                self._write_long(rows)
                continue
            if waiting and len(waiting["ids"]) + len(rows["ids"]) > _ROWS:
                self.server.write(waiting)
                waiting = {}
            waiting = {name: waiting.get(name, []) + rows[name] for name in rows}
        if waiting:
            self.server.write(waiting)

    def _write_long(self, rows: dict[str, list[Any]]) -> None:
        first = {name: found[:1] for name, found in rows.items()}
        self.server.write(first | {"metadatas": [first["metadatas"][0] | {"digest": ""}]})
        for start in range(1, len(rows["ids"]), _ROWS):
            self.server.write({name: found[start : start + _ROWS] for name, found in rows.items()})
        self.server.write(first)

    def _embedded(self, source: Source) -> Vectors:
        """Return the vectors of the first statements of a source: as the local index has them, else made now."""
        import numpy as np

        rows = rows_of(source, remote=self._embedder.remote)[:MOST_STATEMENTS]
        ids = [row.id for row in rows]
        have: dict[str, Vectors] = {}
        try:
            with self._vectors.reading() as reader:
                hashes = reader.hashes(collection_of(source.id), ids)
                have = dict(zip(*reader.vectors(collection_of(source.id), ids), strict=True))
        except StoreError:
            hashes = {}
        lacking = [row for row in rows if row.id not in have or hashes.get(row.id) != row.hash]
        if lacking:
            have |= dict(zip((r.id for r in lacking), self._embedder.embed([r.text for r in lacking]), strict=True))
        return np.asarray([have[i] for i in ids], dtype=np.float32)


def shareable(own: Own) -> bool:
    """Whether a source is shared by whoever shares: it is not private, and says something."""
    return not own.private and own.statements > 0


def _heads(server: TeamServer, *where: dict[str, Any], most: int = _MOST_SOURCES) -> list[TeamRow]:
    found: list[TeamRow] = []
    wanted = _all({"form": FORM}, {"position": 0}, *where)
    for offset in range(0, most, _PAGE):
        page = server.rows(wanted, min(_PAGE, most), offset, texts=False, seconds=WRITE)
        found += read_rows(page, texts=False)
        ids = page.get("ids")
        if not isinstance(ids, list) or len(ids) < _PAGE:
            break
    return found


def _all(*where: dict[str, Any]) -> dict[str, Any]:
    return {"$and": list(where)}


def _digest(copy: Copy | None) -> str:
    return copy.digest if copy is not None else ""


def _parts(items: Sequence[T], most: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), most):
        yield items[start : start + most]
