"""Full-text search over statements: SQLite's FTS5 with Porter stems, ranked by BM25."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from coach.domain.source import SourceKind
from coach.store.database import Database

#: More words of a query than these add nothing but time.
_MAX_WORDS = 64
#: How much a word in a heading counts against one in the statement's text.
_HEADING_WEIGHT = 0.3
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
    """Searches the statements of a database; the index is kept by triggers, in the transactions of its writers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def search(self, query: str, limit: int, kinds: Iterable[SourceKind] | None = None) -> list[tuple[str, float]]:
        """Return ids of statements that share a word with `query`, best first, with their BM25 scores.

        Args:
            query: a person's words; nothing in it is taken as search syntax. Stop words are left out.
            limit: how many at most.
            kinds: of sources to search; all of them if None.

        Scores are positive, higher is better, and comparable within one search only
        (https://www.sqlite.org/fts5.html#the_bm25_function, with its sign turned).
        """
        words = query_words(query)
        wanted: Sequence[str] = [kind.value for kind in (SourceKind if kinds is None else kinds)]
        if not words or not wanted or limit < 1:
            return []
        marks = ", ".join("?" * len(wanted))
        sql = f"""
            SELECT statements.id, -bm25(statements_text, 1.0, {_HEADING_WEIGHT}) AS score
            FROM statements_text
            JOIN statements ON statements.key = statements_text.rowid
            JOIN sources ON sources.id = statements.source_id
            WHERE statements_text MATCH ? AND sources.kind IN ({marks})
            ORDER BY score DESC, statements.key
            LIMIT ?
        """
        match = " OR ".join(f'"{word}"' for word in words)
        with self._database.read() as connection:
            rows = connection.execute(sql, (match, *wanted, limit)).fetchall()
        return [(row["id"], float(row["score"])) for row in rows]


def query_words(query: str) -> list[str]:
    """Return the words of `query` that are worth searching for, in lower case, each once, in order."""
    words = dict.fromkeys(word for word in _WORD.findall(query.lower()) if word not in _STOP_WORDS)
    return list(words)[:_MAX_WORDS]
