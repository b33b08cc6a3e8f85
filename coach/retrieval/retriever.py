"""From a question and its turns to ranked sources and statements, each with its score and why it was found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from coach.domain.errors import StoreError
from coach.domain.evidence import Evidence, Retrieval, SourceMatch, Turn
from coach.domain.ids import sort_key, source_of
from coach.domain.source import Source, SourceKind, Statement
from coach.retrieval import followup
from coach.retrieval.compiled import Compiled
from coach.retrieval.ranking import INSIDE, OUTSIDE, Ranking, SourceScore, rank
from coach.retrieval.vectors import NOTES, VectorStore
from coach.store.fulltext import FullText
from coach.store.ledger import Ledger

if TYPE_CHECKING:
    from coach.domain.ports import Embedder, Vectors
    from coach.retrieval.router import Routing

#: Routes texts; one routing for each.
Route = Callable[[Sequence[str]], "list[Routing]"]

#: Share of the source's score in a curated statement's score; the rest is the statement's own similarity.
_SOURCE_SHARE = 0.5
#: Added to the first lexical hit, a half of it to the second, a third to the third, and so on.
_LEXICAL_BONUS = 0.1
#: Notes below this cosine similarity are about something else (all-MiniLM-L6-v2 rarely gives less to one topic).
_NOTE_FLOOR = 0.30
#: What a line scores that only its words could find, before their bonus: as one that is just near enough.
_WORDS_ALONE = _NOTE_FLOOR
#: Statements of one note among the evidence, so that a long transcript does not drown a short decision.
_MOST_OF_ONE_NOTE = 3
_MOST_NOTES = 8
_OVERFETCH = 5
_LEXICAL_HITS = 30
_NEAREST = 3


class Retriever:
    """Finds statements for a situation.

    Args:
        ledger: texts of the statements.
        full_text: the lexical index.
        vectors: the index of notes; opened only where there are notes.
        embedder: the one that the index was made with.
        compiled: gives the compiled corpus, brought up to date.
        route: see `coach.retrieval.router.Router.predict`; None ranks by similarity alone and knows no boundaries.
        refer: names of the compiled utterances that are matters to refer; all others are ordinary.
        knows_outside: whether what the router calls outside is not covered; False where a person's own principles,
            which the router has never seen, stand in place of the built-in ones.
    """

    def __init__(
        self,
        ledger: Ledger,
        full_text: FullText,
        vectors: VectorStore,
        embedder: Embedder,
        compiled: Callable[[], Compiled],
        route: Route | None = None,
        *,
        refer: frozenset[str] = frozenset(),
        knows_outside: bool = True,
    ) -> None:
        self._ledger = ledger
        self._full_text = full_text
        self._vectors = vectors
        self._embedder = embedder
        self._compiled = compiled
        self._route = route
        self._refer = refer
        self._knows_outside = knows_outside

    def retrieve(
        self,
        question: str,
        turns: Sequence[Turn] = (),
        *,
        limit: int = 40,
        kinds: Iterable[SourceKind] = tuple(SourceKind),
    ) -> Retrieval:
        """Return what fits `question`, understood with the turns before it.

        Args:
            question: what the person asks or describes.
            turns: the conversation so far, oldest first.
            limit: how many statements at most.
            kinds: kinds of sources to look in.

        Raises:
            StoreError: the ledger cannot be read. A failing index of notes is reported in `Retrieval.missing` instead.
            ModelError: the embedder is an endpoint and fails.
        """
        query = self.completed(question, turns)
        wanted = frozenset(kinds)
        vector = self._embedder.embed([query])[0]
        routing = self._route([query])[0] if self._route else None
        gate = self._bounds(routing)
        ranking = rank(vector, self._compiled(), routing)
        sources = {s.id: s for s in self._ledger.sources()}
        curated = {i: s for i, s in sources.items() if s.kind in wanted and s.kind is not SourceKind.NOTE}
        notes = {i: s for i, s in sources.items() if s.kind in wanted and s.kind is SourceKind.NOTE}
        evidence = self._curated(ranking, curated, self._lexical(query, wanted - {SourceKind.NOTE}))
        lines, missing = self._notes(vector, notes, self._lexical(query, wanted & {SourceKind.NOTE}))
        evidence = sorted([*evidence, *lines], key=_order)
        return Retrieval(
            query=query,
            principles=_matches(ranking.principles, sources),
            practices=_matches(ranking.practices, sources) if SourceKind.PRACTICE in wanted else (),
            evidence=tuple(evidence[:limit]),
            coverage=gate.get(INSIDE, 1.0),
            gate=gate,
            missing=missing,
        )

    def is_follow_up(self, question: str, turns: Sequence[Turn]) -> bool:
        """Whether `question` can only be understood with the turns before it."""
        return followup.is_follow_up(question, turns, self._sureness)

    def completed(self, question: str, turns: Sequence[Turn]) -> str:
        """Return `question`, led by the situation that it follows up where it cannot stand alone."""
        return followup.completed(question, turns, self._sureness)

    def _sureness(self, text: str) -> float:
        return max(self._route([text])[0].principles.values(), default=1.0) if self._route else 1.0

    def warm_up(self) -> None:
        """Load what the first search needs, so that it can be done beside something else."""
        self._embedder.embed([""])
        if self._route:
            self._route([""])

    def similarity(self, statement_ids: Sequence[str]) -> Vectors:
        """Return the cosine similarity of curated statements to each other, shape ``(n, n)``; 0 for unknown ids."""
        import numpy as np

        compiled = self._compiled()
        row = {s: i for i, s in enumerate(compiled.statement_ids)}
        vectors = np.zeros((len(statement_ids), compiled.statements.shape[1]), dtype=np.float32)
        for i, statement in enumerate(statement_ids):
            if statement in row:
                vectors[i] = compiled.statements[row[statement]]
        return np.asarray(vectors @ vectors.T, dtype=np.float32)

    def gate(self, texts: Sequence[str]) -> list[dict[str, float]]:
        """Return P("inside"), P("outside") and those of the matters to refer for each text; empty without a gate."""
        return [self._bounds(routing) for routing in self._route(texts)] if self._route else [{} for _ in texts]

    def nearer_to_refer(self, text: str) -> float:
        """Return how much nearer `text` is to matters to refer than to ordinary ones, -2 to 2.

        The mean cosine similarity of the three nearest utterances of the one kind less that of the other; -2 where
        there are none. The router generalises; this remembers, and finds what the router has not learned.
        """
        import numpy as np

        compiled = self._compiled()
        refer = np.array([source in self._refer for source in compiled.situation_sources], dtype=bool)
        if not refer.any() or refer.all():
            return -2.0
        similarities = compiled.situations @ self._embedder.embed([text])[0]
        near = [float(np.sort(similarities[kind])[-_NEAREST:].mean()) for kind in (refer, ~refer)]
        return near[0] - near[1]

    def _bounds(self, routing: Routing | None) -> dict[str, float]:
        if routing is None:
            return {}
        gate = dict(routing.gate)
        if not self._knows_outside:
            gate[INSIDE] += gate.pop(OUTSIDE)
        return gate

    def _lexical(self, query: str, kinds: Iterable[SourceKind]) -> dict[str, float]:
        """The bonus of each lexical hit among sources of these kinds; hits with the same score share a place."""
        bonus: dict[str, float] = {}
        first, last = 0, None
        for place, (statement, score) in enumerate(self._full_text.search(query, _LEXICAL_HITS, kinds)):
            if score != last:
                first, last = place, score
            bonus[statement] = _LEXICAL_BONUS / (1 + first)
        return bonus

    def _unseen(self, source: Source) -> bool:
        """Whether the embedder never saw a source: what is private is not sent to one elsewhere."""
        return source.private and self._embedder.remote

    def _curated(self, ranking: Ranking, sources: dict[str, Source], lexical: dict[str, float]) -> list[Evidence]:
        found: list[Evidence] = []
        for score in (*ranking.principles, *ranking.practices):
            source = sources.get(score.id)
            for statement in source.statements if source else ():
                similarity = ranking.statements.get(statement.id)
                if source is None or similarity is None:
                    continue
                own = _SOURCE_SHARE * score.score + (1 - _SOURCE_SHARE) * similarity
                why = _why(score, similarity, statement.id in lexical)
                found.append(_evidence(statement, source, own + lexical.get(statement.id, 0.0), why))
        for source in filter(self._unseen, sources.values()):
            worded = (s for s in source.statements if s.id in lexical)
            found += [_evidence(s, source, _WORDS_ALONE + lexical[s.id], "wording") for s in worded]
        return found

    def _notes(
        self, vector: Vectors, sources: dict[str, Source], lexical: dict[str, float]
    ) -> tuple[list[Evidence], tuple[str, ...]]:
        if not sources:
            return [], ()
        similarity: dict[str, float] = {}
        missing: tuple[str, ...] = ()
        try:
            with self._vectors.reading() as reader:
                similarity = dict(reader.nearest(NOTES, vector, _MOST_NOTES * _OVERFETCH))
        except StoreError as exc:
            missing = (f"Your notes were searched by their words alone: {exc}",)
        statements = {s.id: s for source in sources.values() for s in source.statements}
        found: list[Evidence] = []
        for statement_id in {*similarity, *lexical} & statements.keys():
            statement, source = statements[statement_id], sources[source_of(statement_id)]
            cosine, bonus = similarity.get(statement_id, 0.0), lexical.get(statement_id, 0.0)
            if cosine >= _NOTE_FLOOR:
                why = f"meaning {cosine:.2f}" + (", wording" if bonus else "")
                found.append(_evidence(statement, source, cosine + bonus, why))
            elif bonus and (missing or self._unseen(source)):
                found.append(_evidence(statement, source, _WORDS_ALONE + bonus, "wording"))
        return _capped(found), missing


def _capped(found: list[Evidence]) -> list[Evidence]:
    """The best notes, at most a few lines of each, newer ones first among equals."""
    taken: dict[str, int] = {}
    kept: list[Evidence] = []
    for e in sorted(found, key=_order):
        source = e.statement.source_id
        if taken.get(source, 0) < _MOST_OF_ONE_NOTE and len(kept) < _MOST_NOTES:
            taken[source] = taken.get(source, 0) + 1
            kept.append(e)
    return kept


def _order(evidence: Evidence) -> tuple[float, int, tuple[str, int, int]]:
    """Best first, newer first among equals."""
    return -evidence.score, -(evidence.date.toordinal() if evidence.date else 0), sort_key(evidence.id)


def _matches(scores: Sequence[SourceScore], sources: dict[str, Source]) -> tuple[SourceMatch, ...]:
    return tuple(
        SourceMatch(s.id, sources[s.id].title, sources[s.id].kind, s.score, s.nearest)
        for s in scores
        if s.id in sources
    )


def _evidence(statement: Statement, source: Source, score: float, why: str) -> Evidence:
    return Evidence(statement, source.kind, source.title, score, why, source.date, source.private)


def _why(score: SourceScore, similarity: float, lexical: bool) -> str:
    parts = [f"meaning {similarity:.2f}"]
    if score.nearest:
        parts.insert(0, f"situation {score.similarity:.2f} “{score.nearest}”")
    if lexical:
        parts.append("wording")
    return ", ".join(parts)
