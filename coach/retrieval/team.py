"""Lines that teammates share, among the evidence: searched on the team's server with the vector of the question.

The server's answer is what counts: a copy in the ledger gives a line its number, so that it can be cited and opened,
and is evidence only where the server has just found that line.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from coach.domain.errors import StoreError
from coach.domain.evidence import Evidence
from coach.domain.source import Source, SourceKind, Statement
from coach.retrieval.compiled import cosines
from coach.retrieval.fusion import LEXICAL_HITS, MOST_NOTES, MOST_OF_ONE_NOTE, NOTE_FLOOR, capped, lexical_bonus
from coach.retrieval.team_rows import FORM, MOST_STATEMENTS, TeamRow, day_number, draft_of, read_rows, same_text
from coach.retrieval.team_server import TeamError, TeamServer, Where
from coach.store.fulltext import ranked
from coach.store.team import TeamSources

if TYPE_CHECKING:
    from coach.domain.ports import Vectors

T = TypeVar("T")
#: Nearest rows of all members, one's own and principles included: the quickest search. Where they are not enough, only
#: those of others are searched, which takes Chroma several times as long, and then more of them.
_NEAREST = 120
_OF_OTHERS = (60, 600)
#: Where Chroma's search misses most rows, so many are compared one by one: 16 MB of an answer.
_COMPARED = 2000


@dataclass(frozen=True, slots=True)
class _Line:
    """A row with its score."""

    row: TeamRow
    score: float
    why: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A search that is on its way, or why there is none."""

    found: Future[list[_Line]] | None
    trouble: str = ""


class TeamSearch:
    """Finds what teammates share.

    Args:
        server: theirs.
        sources: the copies.
        member: one's own id, whose rows are left out; empty where one never shared anything.
    """

    def __init__(self, server: TeamServer, sources: TeamSources, member: Callable[[], str]) -> None:
        self._server = server
        self._sources = sources
        self._member = member

    @property
    def remote(self) -> bool:
        """Whether the server is on another machine."""
        return self._server.remote

    def ask(self, vector: Vectors, query: str, *, since: date | None = None, until: date | None = None) -> Asked:
        """Begin a search, beside everything else.

        Args:
            vector: embedding of what is searched for, shape ``(dim,)``; it is sent.
            query: its words, which are not.
            since: only notes of this day or later ones; one without a date is then left out.
            until: only notes of this day or earlier ones; one without a date is then left out.
        """
        if trouble := self._server.trouble:
            return Asked(None, trouble)
        numbers = [float(x) for x in vector]
        return Asked(_beside(lambda: self._find(numbers, query, since, until)))

    def fused(self, lines: Sequence[Evidence], asked: Asked) -> tuple[list[Evidence], tuple[str, ...]]:
        """Return the best of one's own lines and the team's, and what could not be searched, in plain words.

        Args:
            lines: one's own, best first, at most a few of each note.
            asked: what `ask` returned.
        """
        if asked.found is None:
            return list(lines), (f"What your team shares was not searched: {asked.trouble}",)
        try:
            searched = self._in_time(asked.found)
            found = _best(searched)
            if len(lines) >= MOST_NOTES:
                # Nothing worse than the last of them can take its place.
                found = [line for line in found if line.score >= lines[-1].score]
            theirs = self._placed(found) if found else []
        except TeamError as exc:
            self._server.failed(exc)
            return list(lines), (f"What your team shares was not searched: {exc.message}",)
        except StoreError as exc:
            return list(lines), (f"What your team shares could not be taken over: {exc.message}",)
        return capped([*lines, *theirs]), ()

    def close(self) -> None:
        """Let go of the connection."""
        self._server.close()

    def _in_time(self, found: Future[T]) -> T:
        try:
            # Neither looking up a name nor connecting to several addresses knows a limit.
            return found.result(self._server.patience)
        except TimeoutError as exc:
            raise TeamError(f"The team's server at {self._server.host} takes too long to answer.") from exc

    def _find(self, vector: Sequence[float], query: str, since: date | None, until: date | None) -> list[_Line]:
        me = self._member()
        others = _where(me, since, until)
        tries: list[tuple[int, dict[str, Any] | None]] = [(depth, others) for depth in _OF_OTHERS]
        if since is None and until is None:
            tries.insert(0, (_NEAREST, None))
        rows: list[TeamRow] = []
        for depth, where in tries:
            answer = self._nearest(vector, depth, where)
            rows = [
                row
                for row in read_rows(answer, least=NOTE_FLOOR)
                if row.digest and row.member != me and row.kind is SourceKind.NOTE and _is_within(row, since, until)
            ]
            enough = len(_best([_Line(row, row.similarity, "") for row in rows])) == MOST_NOTES
            # Fewer than were asked for are near: there are no others.
            near = sum(isinstance(d, int | float) and 1 - d >= NOTE_FLOOR for d in answer.get("distances", ()))
            if enough or near < depth:
                break
        bonus = lexical_bonus(
            (str(place), score) for place, score in ranked(query, [row.text for row in rows], LEXICAL_HITS)
        )
        return [_line(row, bonus.get(str(place), 0.0)) for place, row in enumerate(rows)]

    def _nearest(self, vector: Sequence[float], depth: int, where: Where | None) -> dict[str, Any]:
        """Return the nearest rows, also where Chroma's graph leads to few of them.

        Rows that were removed stay in the graph. Where many that are nearly the same (a log) were removed and written
        anew, searches end among the removed ones: tried with chromadb 1.5.9, one in ten such graphs found nothing.
        """
        found = self._server.nearest(vector, depth, where)
        count = _count(found)
        if 2 * count >= depth or 2 * count >= _count(self._server.rows(where, depth, texts=False)):
            return found
        rows = self._server.rows(where, _COMPARED + 1, vectors=True)
        if _count(rows) > _COMPARED:
            raise TeamError("The team's server finds hardly any of the lines that it holds.")
        return _compared(vector, rows, depth)

    def _placed(self, found: Sequence[_Line]) -> list[Evidence]:
        """Return lines as evidence, with the numbers that their copies give them."""
        copies = self._sources.at({f.row.path for f in found})
        known = {path: source for path, (source, _) in copies.items()}
        changed = {f.row.path for f in found if f.row.path not in copies or copies[f.row.path][1] != f.row.digest}
        changed |= {f.row.path for f in found if f.row.path in known and _statement(known[f.row.path], f.row) is None}
        if changed:
            known |= self._taken_over([f.row for f in found if f.row.path in changed])
        placed = []
        for line in found:
            source = known.get(line.row.path)
            statement = _statement(source, line.row) if source else None
            if source is not None and statement is not None:
                placed.append(
                    Evidence(statement, source.kind, source.title, line.score, line.why, source.date, source.private)
                )
        return placed

    def _taken_over(self, rows: Sequence[TeamRow]) -> Mapping[str, Source]:
        """Put the sources of rows into the ledger as they are on the server now."""
        keys = sorted({row.key for row in rows})
        whole = self._in_time(_beside(lambda: whole_sources(self._server, keys)))
        wanted = {row.path for row in rows}
        return self._sources.put([(draft_of(whole[path]), whole[path][0].digest) for path in whole if path in wanted])


def whole_sources(server: TeamServer, keys: Sequence[str], *, seconds: float | None = None) -> dict[str, list[TeamRow]]:
    """Return the rows of sources, by path, in order; those that are being written are left out.

    Raises:
        TeamError: the server cannot be asked.
    """
    where = {"$and": [{"form": FORM}, {"source": {"$in": list(keys)}}]}
    found = server.rows(where, len(keys) * MOST_STATEMENTS, seconds=seconds)
    by_path: dict[str, dict[int, TeamRow]] = {}
    for row in read_rows(found):
        by_path.setdefault(row.path, {})[row.position] = row
    return {
        path: sorted((r for r in rows.values() if r.digest == rows[0].digest), key=lambda r: r.position)
        for path, rows in by_path.items()
        if 0 in rows and rows[0].digest
    }


def _count(found: Mapping[str, Any]) -> int:
    ids = found.get("ids")
    return len(ids) if isinstance(ids, list) else 0


def _compared(vector: Sequence[float], rows: Mapping[str, Any], depth: int) -> dict[str, Any]:
    """What a search would give, had it looked at each of these rows."""
    import numpy as np

    try:
        embeddings = np.asarray(rows["embeddings"], dtype=np.float32).reshape(len(rows["ids"]), len(vector))
        distances = 1 - cosines(embeddings, np.asarray(vector, dtype=np.float32))
        nearest = np.argsort(distances, kind="stable")[:depth]
        named = {name: [rows[name][i] for i in nearest] for name in ("ids", "documents", "metadatas")}
    except (LookupError, TypeError, ValueError) as exc:
        raise TeamError("The team's server gives rows that cannot be read.") from exc
    return named | {"distances": distances[nearest].tolist()}


def _where(me: str, since: date | None, until: date | None) -> dict[str, Any]:
    wanted: list[dict[str, Any]] = [{"form": FORM}, {"kind": SourceKind.NOTE.value}]
    wanted += [{"member": {"$ne": me}}] if me else []
    wanted += [{"day": {"$gte": day_number(since)}}] if since else []
    wanted += [{"day": {"$lte": day_number(until)}}] if until else []
    return {"$and": wanted}


def _is_within(row: TeamRow, since: date | None, until: date | None) -> bool:
    if since is None and until is None:
        return True
    return row.date is not None and (since or date.min) <= row.date <= (until or date.max)


def _line(row: TeamRow, bonus: float) -> _Line:
    why = f"meaning {row.similarity:.2f}"
    return _Line(row, row.similarity + bonus, f"{why}, wording" if bonus else why)


def _best(found: Iterable[_Line]) -> list[_Line]:
    """The best lines, at most a few of each source, newer ones first among equals."""
    taken: dict[str, int] = {}
    kept: list[_Line] = []
    for line in sorted(found, key=lambda f: (-f.score, -(f.row.date.toordinal() if f.row.date else 0), f.row.path)):
        if taken.get(line.row.path, 0) < MOST_OF_ONE_NOTE and len(kept) < MOST_NOTES:
            taken[line.row.path] = taken.get(line.row.path, 0) + 1
            kept.append(line)
    return kept


def _statement(source: Source, row: TeamRow) -> Statement | None:
    """The statement of a copy that says what a row says: the one nearest to its place."""
    same = [(abs(at - row.position), s) for at, s in enumerate(source.statements) if same_text(row, s)]
    return min(same, key=lambda pair: pair[0])[1] if same else None


def _beside(work: Callable[[], T]) -> Future[T]:
    """Do some work in a thread that keeps nobody from leaving."""
    done: Future[T] = Future()

    def run() -> None:
        try:
            done.set_result(work())
        except BaseException as exc:  # noqa: BLE001 - raised again in the thread that waits
            done.set_exception(exc)

    threading.Thread(target=run, name="coach-team", daemon=True).start()
    return done
