"""Lines of the person's notes among the evidence: a few of perhaps a hundred thousand, from several notes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from coach.domain.errors import StoreError
from coach.domain.evidence import Evidence
from coach.retrieval.fusion import LEXICAL_HITS, MOST_NOTES, NOTE_FLOOR, WORDS_ALONE, capped, lexical_bonus
from coach.retrieval.vectors import NOTES, VectorStore
from coach.store.fulltext import FullText
from coach.store.ledger import Ledger
from coach.store.rows import Placed

if TYPE_CHECKING:
    from coach.domain.ports import Vectors

#: Nearest lines that are looked at: more where those before were of too few notes, or of other days.
_DEPTHS = (40, 400, 4000)
#: Up to so many statements of the days asked for are searched by themselves. Of more, enough are among the nearest.
_FEW = 1000


class NoteSearch:
    """Finds statements of notes.

    Args:
        ledger: texts of the statements, and their sources.
        full_text: the lexical index.
        vectors: the index; opened only where there are notes.
    """

    def __init__(self, ledger: Ledger, full_text: FullText, vectors: VectorStore) -> None:
        self._ledger = ledger
        self._full_text = full_text
        self._vectors = vectors

    def worded(self, query: str, *, since: date | None = None, until: date | None = None) -> dict[str, float] | None:
        """Return what the words of `query` add to the scores of lines; None where there are no notes at all.

        Args:
            query: what is searched for.
            since: only notes of this day or later ones; one without a date is then left out.
            until: only notes of this day or earlier ones; one without a date is then left out.
        """
        if not self._ledger.has_notes():
            return None
        return lexical_bonus(self._full_text.notes(query, LEXICAL_HITS, since=since, until=until))

    def find(
        self, vector: Vectors, worded: Mapping[str, float], *, since: date | None = None, until: date | None = None
    ) -> tuple[list[Evidence], tuple[str, ...]]:
        """Return the best lines, at most a few of each note, and what could not be searched, in plain words.

        Args:
            vector: embedding of what is searched for, shape ``(dim,)``.
            worded: what `worded` returned for it.
            since: see there.
            until: see there.
        """
        try:
            try:
                return self._near(vector, worded, since, until), ()
            except StoreError:
                # What was open may have been too old; what is opened now is not.
                return self._near(vector, worded, since, until), ()
        except StoreError as exc:
            kept = capped(_lines({}, worded, self._ledger.placed(worded)))
            return kept, (f"Your notes were searched by their words alone: {exc}",)

    def close(self) -> None:
        """Let go of the index, which stays open between searches."""
        self._vectors.close()

    def _near(
        self, vector: Vectors, worded: Mapping[str, float], since: date | None, until: date | None
    ) -> list[Evidence]:
        dated = since is not None or until is not None
        few = self._ledger.note_statements(since, until, _FEW) if dated else None
        kept: list[Evidence] = []
        with self._vectors.reading() as reader:
            # Chroma refuses a list that names a row twice.
            exact = reader.similarity(NOTES, vector, list(dict.fromkeys([*worded, *(few or ())])))
            for depth in _DEPTHS:
                near = [] if few is not None else reader.nearest(NOTES, vector, depth)
                similarity = exact | {i: cosine for i, cosine in near if cosine >= NOTE_FLOOR}
                far = {i for i, cosine in similarity.items() if cosine < NOTE_FLOOR}
                placed = self._ledger.placed((similarity.keys() | worded.keys()) - far)
                kept = capped(_lines(similarity, worded, _within(placed, since, until)))
                if len(kept) == MOST_NOTES or len(near) < depth or near[-1][1] < NOTE_FLOOR:
                    break
        return kept


def _within(placed: Mapping[str, Placed], since: date | None, until: date | None) -> dict[str, Placed]:
    if since is None and until is None:
        return dict(placed)
    first, last = since or date.min, until or date.max
    return {i: p for i, p in placed.items() if p.date is not None and first <= p.date <= last}


def _lines(
    similarity: Mapping[str, float], worded: Mapping[str, float], placed: Mapping[str, Placed]
) -> list[Evidence]:
    """Return lines with their scores. One without a vector, yet or for an embedder elsewhere, has its words alone."""
    found = []
    for statement_id, line in placed.items():
        cosine, bonus = similarity.get(statement_id, WORDS_ALONE), worded.get(statement_id, 0.0)
        parts = [f"meaning {cosine:.2f}"] if statement_id in similarity else []
        why = ", ".join([*parts, "wording"] if bonus else parts)
        found.append(Evidence(line.statement, line.kind, line.title, cosine + bonus, why, line.date, line.private))
    return found
