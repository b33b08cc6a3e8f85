"""Full-text search over statements: SQLite's FTS5 with Porter stems, ranked by BM25.

Notes are searched on disk. Principles and practices, a few hundred statements among perhaps a hundred thousand of
notes, have an index of their own in memory: searching them takes no time, and notes do not make their words common.
"""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from datetime import date

from coach.domain.source import SourceKind
from coach.store.database import DAMAGED, Database, code_of
from coach.store.rows import CURATED, NOTE, TEAM

#: More words of a query than these add nothing but time.
_MAX_WORDS = 64
#: How much a word in a heading counts against one in the statement's text.
_HEADING_WEIGHT = 0.3
#: Of notes, about so many statements at most are scored: those with the rarest words of the query. All of a long
#: query's matches in 100,000 statements take 40 ms and more; these give the same first hits in 98 of 100 queries in 5.
_SCORED = 4000
#: Share of the notes above which their statements are not listed one by one.
_MOST_LISTED = 0.2
_TOKENIZER = "porter unicode61"
#: Statements that are no lines of the person's own notes: what a teammate shared is searched on the team's server.
_OTHERS = f"""
    SELECT key FROM statements WHERE {CURATED} UNION ALL
    SELECT key FROM sources CROSS JOIN statements ON source_id = sources.id WHERE {TEAM}
"""
_WORD = re.compile(r"[^\W_]+")
_STOP_WORDS = frozenset(
    """
    a about above after again against all also am an and any are aren as at be because been before being below between
    both but by can cannot could couldn d did didn do does doesn doing don down during each few for from further get
    had hadn has hasn have haven having he her here hers herself him himself his how i if in into is isn it its itself
    just ll m me more most mustn my myself no nor not of off on once only or other our ours ourselves out over own re s
    same shan she should shouldn so some such t than that the their theirs them themselves then there these they this
    those through to too under until up us ve very was wasn we were weren what when where which while who whom why will
    with won would wouldn you your yours yourself yourselves
    """.split()  # noqa: SIM905 (three hundred quotes would not make it clearer)
)


class FullText:
    """Searches the statements of a database; the index is kept by triggers, in the transactions of its writers.

    Nothing in a query is taken as search syntax, and its stop words are left out. Scores are positive, higher is
    better, and comparable within one search only (https://www.sqlite.org/fts5.html#the_bm25_function, with its sign
    turned). Every method raises `StoreError` where the file cannot be used.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._curated = _Curated(database)

    def curated(self, query: str, limit: int, kinds: Iterable[SourceKind] | None = None) -> list[tuple[str, float]]:
        """Return ids and scores of principle and practice statements that share a word with `query`, best first.

        Args:
            query: a person's words.
            limit: how many at most.
            kinds: of sources to search; principles and practices if None.
        """
        words = query_words(query)
        letters = {kind.letter for kind in (SourceKind if kinds is None else kinds)}
        return self._curated.search(words, limit, letters) if words and letters and limit > 0 else []

    def notes(
        self, query: str, limit: int, *, since: date | None = None, until: date | None = None
    ) -> list[tuple[str, float]]:
        """Return ids and scores of statements of notes that share a word with `query`, best first.

        Args:
            query: a person's words.
            limit: how many at most.
            since: only notes of this day or later ones; one without a date is then left out.
            until: only notes of this day or earlier ones; one without a date is then left out.
        """
        words = query_words(query)
        if not words or limit < 1:
            return []
        first, last = (since or date.min).isoformat(), (until or date.max).isoformat()
        dated = since is not None or until is not None
        # The plus keeps SQLite from asking the index once for each of these rows.
        among, most = f"+rowid NOT IN ({_OTHERS})", limit
        with self._database.read() as connection:
            share = _share(connection, first, last) if dated else 1.0
            if share > _MOST_LISTED:
                # Looking more of the best hits up is cheaper than listing every statement of these days.
                most = round(4 * limit / share) if dated else limit
            else:
                among = f"""+rowid IN (
                    SELECT statements.key FROM sources CROSS JOIN statements ON source_id = sources.id
                    WHERE {NOTE.replace("id", "sources.id")} AND date >= :first AND date <= :last AND NOT {TEAM}
                )"""
            if not (match := _expression(connection, words, share)):
                return []
            rows = connection.execute(
                f"""
                SELECT statements.id, score FROM (
                    SELECT rowid AS hit, -bm25(statements_text, 1.0, {_HEADING_WEIGHT}) AS score
                    FROM statements_text WHERE statements_text MATCH :match AND {among}
                    ORDER BY score DESC, rowid LIMIT :most
                )
                CROSS JOIN statements ON statements.key = hit CROSS JOIN sources ON sources.id = source_id
                WHERE NOT :dated OR date >= :first AND date <= :last ORDER BY score DESC, hit LIMIT :limit
                """,
                {"match": match, "first": first, "last": last, "dated": dated, "most": most, "limit": limit},
            ).fetchall()
        return [(row["id"], float(row["score"])) for row in rows]

    def damage(self) -> str:
        """Return how the index of notes differs from the statements, in plain words; empty where it does not."""
        with self._database.write() as connection:
            indexed, there = (
                connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                for table in ("statements_text_docsize", "statements")
            )
            if indexed != there:
                return f"It has {indexed} of {there} statements."
            try:
                # With rank 1 it is compared with the statements, too (https://www.sqlite.org/fts5.html, 6.4).
                connection.execute("INSERT INTO statements_text (statements_text, rank) VALUES ('integrity-check', 1)")
            except sqlite3.DatabaseError as error:
                if code_of(error) not in DAMAGED:
                    raise
                return "It does not say what the statements say."
        return ""

    def rebuild(self) -> None:
        """Make the index of notes anew from the statements."""
        with self._database.write() as connection:
            connection.execute("INSERT INTO statements_text (statements_text) VALUES ('rebuild')")


def ranked(query: str, texts: Sequence[str], limit: int) -> list[tuple[int, float]]:
    """Return places and scores of the `texts` that share a word with `query`, best first, at most so many.

    For a few hundred texts that are in no database; how rare a word is, they say among themselves.
    """
    words = query_words(query)
    if not words or not texts or limit < 1:
        return []
    here = sqlite3.connect(":memory:", isolation_level=None)
    try:
        here.execute(f"CREATE VIRTUAL TABLE here USING fts5 (text, tokenize='{_TOKENIZER}')")
        here.executemany("INSERT INTO here (rowid, text) VALUES (?, ?)", enumerate(texts))
        query = "SELECT rowid, -bm25(here) AS score FROM here WHERE here MATCH ? ORDER BY score DESC, rowid LIMIT ?"
        return [(row[0], float(row[1])) for row in here.execute(query, (_any(words), limit))]
    finally:
        here.close()


def query_words(query: str) -> list[str]:
    """Return the words of `query` that are worth searching for, in lower case, each once, in order."""
    words = dict.fromkeys(word for word in _WORD.findall(query.lower()) if word not in _STOP_WORDS)
    return list(words)[:_MAX_WORDS]


def _share(connection: sqlite3.Connection, first: str, last: str) -> float:
    """The share of the notes that are of these days, both included."""
    row = connection.execute(
        f"SELECT count(*), total(date >= ? AND date <= ?) FROM sources WHERE {NOTE} AND state != 'deleting'",
        (first, last),
    ).fetchone()
    return float(row[1] / max(1, row[0]))


def _expression(connection: sqlite3.Connection, words: Sequence[str], share: float) -> str:
    """Return what to match, so that about `_SCORED` statements are; empty where no word is to be found.

    A statement must have one of the rarer words; the common ones only add to its score. FTS5 knows no optional terms,
    but in ``(a OR b) AND (a OR b OR c OR c)`` each word counts twice for a statement that has an a or a b.
    """
    counted = []
    for word in words:
        count = "SELECT count(*) FROM statements_text WHERE statements_text MATCH ?"
        counted.append((connection.execute(count, (f'"{word}"',)).fetchone()[0], word))
    rare: list[str] = []
    common: list[str] = []
    scored = 0
    for count, word in sorted(c for c in counted if c[0]):
        scored += count
        (common if rare and scored * share > _SCORED else rare).append(word)
    if not common:
        return _any(rare)
    return f"({_any(rare)}) AND ({_any([*rare, *common, *common])})"


def _any(words: Iterable[str]) -> str:
    return " OR ".join(f'"{word}"' for word in words)


class _Curated:
    """Principles and practices in memory, read again when they changed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._seen: tuple[int, int] | None = None
        self._rows: list[tuple[str, str, str]] = []
        self._index: sqlite3.Connection | None = None

    def search(self, words: Sequence[str], limit: int, letters: Iterable[str]) -> list[tuple[str, float]]:
        with self._lock:
            found = self._up_to_date().execute(
                f"""
                SELECT id, -bm25(here, 1.0, {_HEADING_WEIGHT}) AS score FROM here
                WHERE here MATCH ? AND instr(?, substr(id, 1, 1)) ORDER BY score DESC, rowid LIMIT ?
                """,
                (_any(words), "".join(letters), limit),
            )
            return [(row[0], float(row[1])) for row in found]

    def _up_to_date(self) -> sqlite3.Connection:
        seen = self._database.generation()
        if self._index is not None and seen == self._seen:
            return self._index
        with self._database.read() as connection:
            query = f"SELECT text, heading, id FROM statements WHERE {CURATED} ORDER BY key"
            rows = [tuple(row) for row in connection.execute(query)]
        if self._index is None or rows != self._rows:
            index = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
            index.execute(
                f"CREATE VIRTUAL TABLE here USING fts5 (text, heading, id UNINDEXED, tokenize='{_TOKENIZER}')"
            )
            index.execute("BEGIN")
            index.executemany("INSERT INTO here VALUES (?, ?, ?)", rows)
            index.execute("COMMIT")
            self._index, self._rows = index, rows
        self._seen = seen
        return self._index
