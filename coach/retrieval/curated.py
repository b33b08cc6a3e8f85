"""Principles and practices among the evidence. They are few, so all of them are scored; they are kept in memory."""

from __future__ import annotations

import heapq
from collections.abc import Iterable

from coach.domain.evidence import Evidence
from coach.domain.ids import sort_key
from coach.domain.source import Source, SourceKind, Statement
from coach.retrieval.fusion import LEXICAL_HITS, WORDS_ALONE, lexical_bonus
from coach.retrieval.ranking import Ranking, SourceScore
from coach.store.fulltext import FullText
from coach.store.ledger import Ledger

#: Share of the source's score in a curated statement's score; the rest is the statement's own similarity.
_SOURCE_SHARE = 0.5


#: Score, statement, its source, and the source's score; None where only the words could find it.
_Found = tuple[float, Statement, Source, SourceScore | None]


class CuratedSearch:
    """Finds statements of principles and practices.

    Args:
        ledger: the sources.
        full_text: the lexical index.
        remote: whether the embedder is elsewhere, so that it never saw what is private.
    """

    def __init__(self, ledger: Ledger, full_text: FullText, *, remote: bool) -> None:
        self._ledger = ledger
        self._full_text = full_text
        self._remote = remote
        self._seen: tuple[int, int] | None = None
        self._fingerprint = ""
        self._sources: dict[str, Source] = {}

    def sources(self) -> dict[str, Source]:
        """Return all of them, by id; read again only where they changed."""
        seen = self._ledger.generation()
        if seen != self._seen:
            fingerprint = self._ledger.curated_fingerprint()
            if fingerprint != self._fingerprint:
                self._sources = {source.id: source for source in self._ledger.curated()}
                self._fingerprint = fingerprint
            self._seen = seen
        return self._sources

    def find(self, query: str, ranking: Ranking, kinds: Iterable[SourceKind], limit: int) -> list[Evidence]:
        """Return the statements of sources of these kinds, scored, best first.

        Args:
            query: what is searched for.
            ranking: its similarity to everything.
            kinds: of sources; those of notes are not here.
            limit: how many at most.
        """
        wanted = frozenset(kinds) - {SourceKind.NOTE}
        sources = {i: source for i, source in self.sources().items() if source.kind in wanted}
        lexical = lexical_bonus(self._full_text.curated(query, LEXICAL_HITS, wanted))
        found: list[_Found] = []
        for score in (*ranking.principles, *ranking.practices):
            source = sources.get(score.id)
            for statement in source.statements if source else ():
                similarity = ranking.statements.get(statement.id)
                if source is not None and similarity is not None:
                    own = _SOURCE_SHARE * score.score + (1 - _SOURCE_SHARE) * similarity
                    found.append((own + lexical.get(statement.id, 0.0), statement, source, score))
        for source in (s for s in sources.values() if s.private and self._remote):
            worded = (s for s in source.statements if s.id in lexical)
            found += [(WORDS_ALONE + lexical[s.id], s, source, None) for s in worded]
        # Of some four hundred, those that are asked for are worth putting in words.
        best = heapq.nsmallest(max(0, limit), found, key=lambda f: (-f[0], sort_key(f[1].id)))
        return [_evidence(f, ranking, f[1].id in lexical) for f in best]


def _evidence(found: _Found, ranking: Ranking, worded: bool) -> Evidence:
    points, statement, source, score = found
    why = _why(score, ranking.statements[statement.id], worded) if score else "wording"
    return Evidence(statement, source.kind, source.title, points, why, source.date, source.private)


def _why(score: SourceScore, similarity: float, lexical: bool) -> str:
    parts = [f"meaning {similarity:.2f}"]
    if score.nearest:
        parts.insert(0, f"situation {score.similarity:.2f} “{score.nearest}”")
    if lexical:
        parts.append("wording")
    return ", ".join(parts)
