"""From a question and its turns to ranked sources and statements, each with its score and why it was found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import TYPE_CHECKING

from coach.domain.evidence import Evidence, Retrieval, SourceMatch, Turn
from coach.domain.source import Source, SourceKind
from coach.retrieval import followup, insistence
from coach.retrieval.compiled import Compiled, cosines
from coach.retrieval.curated import CuratedSearch
from coach.retrieval.fusion import order
from coach.retrieval.notes import NoteSearch
from coach.retrieval.ranking import INSIDE, OUTSIDE, Ranking, SourceScore, held, rank
from coach.retrieval.team import TeamSearch
from coach.retrieval.vectors import VectorStore
from coach.store.fulltext import FullText
from coach.store.ledger import Ledger

if TYPE_CHECKING:
    from coach.domain.ports import Embedder, Vectors
    from coach.retrieval.router import Routing

#: Routes texts; one routing for each.
Route = Callable[[Sequence[str]], "list[Routing]"]

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
        team: finds what teammates share; None where there is no server of theirs.
        weigh: tells how surely a turn only insists; None goes by its words.
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
        team: TeamSearch | None = None,
        weigh: insistence.Weigh | None = None,
    ) -> None:
        #: Whether what is searched for leaves this machine.
        self.remote = embedder.remote or (team is not None and team.remote)
        self._team = team
        self._curated = CuratedSearch(ledger, full_text, remote=embedder.remote)
        self._notes = NoteSearch(ledger, full_text, vectors)
        self._beside = ThreadPoolExecutor(1, thread_name_prefix="coach-words")
        self._embedder = embedder
        self._compiled = compiled
        self._route = route
        self._refer = refer
        self._knows_outside = knows_outside
        #: Tells how surely a turn only insists; None goes by its words.
        self.weigh = weigh

    def retrieve(
        self,
        question: str,
        turns: Sequence[Turn] = (),
        *,
        limit: int = 40,
        kinds: Iterable[SourceKind] = tuple(SourceKind),
        since: date | None = None,
        until: date | None = None,
    ) -> Retrieval:
        """Return what fits `question`, understood with the turns before it.

        Args:
            question: what the person asks or describes.
            turns: the conversation so far, oldest first.
            limit: how many statements at most.
            kinds: kinds of sources to look in.
            since: of notes, only those of this day or later ones; one without a date is then left out.
            until: of notes, only those of this day or earlier ones; one without a date is then left out.

        Raises:
            StoreError: the ledger cannot be read. A failing index of notes is reported in `Retrieval.missing` instead.
            ModelError: the embedder is an endpoint and fails.
        """
        query = self.completed(question, turns)
        wanted = frozenset(kinds)
        # Searching the words takes as long as embedding them, and neither needs the other.
        words = (
            self._beside.submit(self._notes.worded, query, since=since, until=until)
            if SourceKind.NOTE in wanted
            else None
        )
        vector = self._embedder.embed([query])[0]
        asked = None
        if self._team is not None and SourceKind.NOTE in wanted:
            asked = self._team.ask(vector, query, since=since, until=until)
        routing = self._route([query])[0] if self._route else None
        gate = self._bounds(routing)
        ranking = self._held(rank(vector, self._compiled(), routing), question, turns)
        sources = self._curated.sources()
        evidence = self._curated.find(query, ranking, wanted, limit)
        lines: list[Evidence] = []
        missing: tuple[str, ...] = ()
        if words is not None and (worded := words.result()) is not None:
            lines, missing = self._notes.find(vector, worded, since=since, until=until)
        if self._team is not None and asked is not None:
            lines, told = self._team.fused(lines, asked)
            missing += told
        evidence += lines
        evidence.sort(key=order)
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
        return followup.is_follow_up(question, turns, self._leaning, self.weigh)

    def insists(self, question: str, turns: Sequence[Turn]) -> bool:
        """Whether `question` wants another answer to what was asked before, and tells nothing new."""
        return insistence.insists(question, turns, self._leaning, self.weigh)

    def completed(self, question: str, turns: Sequence[Turn]) -> str:
        """Return `question`, led by the situation that it follows up where it cannot stand alone."""
        return followup.completed(question, turns, self._leaning, self.weigh)

    def _leaning(self, text: str) -> Mapping[str, float]:
        return self._route([text])[0].principles if self._route else {}

    def _held(self, ranking: Ranking, question: str, turns: Sequence[Turn]) -> Ranking:
        """Insistence brings nothing that would make something else apply than did before."""
        if not self.insists(question, turns):
            return ranking
        place = insistence.situation(turns, self._leaning, self.weigh)
        before = self.completed(turns[place].question, turns[:place])
        routing = self._route([before])[0] if self._route else None
        return held(ranking, rank(self._embedder.embed([before])[0], self._compiled(), routing))

    def warm_up(self) -> None:
        """Load what the first search needs, so that it can be done beside something else."""
        self._embedder.embed([""])
        if self._route:
            self._route([""])

    def close(self) -> None:
        """Let go of the index of notes, which stays open between searches."""
        self._beside.shutdown()
        self._notes.close()
        if self._team is not None:
            self._team.close()

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

    def nearer_to_refer(self, texts: Sequence[str]) -> list[float]:
        """Return how much nearer each text is to matters to refer than to ordinary ones, -2 to 2.

        The mean cosine similarity of the three nearest utterances of the one kind less that of the other; -2 where
        there are none. The router generalises; this remembers, and finds what the router has not learned.
        """
        import numpy as np

        compiled = self._compiled()
        refer = np.array([source in self._refer for source in compiled.situation_sources], dtype=bool)
        if not refer.any() or refer.all():
            return [-2.0] * len(texts)
        found = []
        for vector in self._embedder.embed(texts):
            similarities = cosines(compiled.situations, vector)
            near = [float(np.sort(similarities[kind])[-_NEAREST:].mean()) for kind in (refer, ~refer)]
            found.append(near[0] - near[1])
        return found

    def _bounds(self, routing: Routing | None) -> dict[str, float]:
        if routing is None:
            return {}
        gate = dict(routing.gate)
        if not self._knows_outside:
            gate[INSIDE] += gate.pop(OUTSIDE)
        return gate


def _matches(scores: Sequence[SourceScore], sources: dict[str, Source]) -> tuple[SourceMatch, ...]:
    return tuple(
        SourceMatch(s.id, sources[s.id].title, sources[s.id].kind, s.score, s.nearest)
        for s in scores
        if s.id in sources
    )
