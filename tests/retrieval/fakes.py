"""An embedder that counts words, a corpus of a few lines, and what holds when an index is in step with the ledger."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from coach.domain.evidence import Evidence, Retrieval
from coach.domain.ports import Embedder
from coach.domain.source import Source, SourceKind, Statement, StatementKind
from coach.retrieval.compiled import Compiled
from coach.retrieval.indexing import Indexer
from coach.retrieval.retriever import Retriever
from coach.retrieval.team import TeamSearch
from coach.retrieval.vectors import CURATED, NOTES, VectorStore
from coach.sources.boundaries import Examples
from coach.store.database import Database
from coach.store.fulltext import FullText
from coach.store.ledger import Ledger

if TYPE_CHECKING:
    from coach.domain.ports import Vectors


class Killed(BaseException):
    """Stands for the end of the process: nothing may catch it."""


class WordEmbedder:
    """A hashed bag of words: texts with the same words have cosine 1, texts without a common one 0."""

    def __init__(self, name: str = "words", *, remote: bool = False, dim: int = 1024) -> None:
        self.name, self.remote, self.dim = name, remote, dim
        #: Every text that was asked for, in order.
        self.texts: list[str] = []
        #: Called before each batch; may raise.
        self.before: Callable[[], None] = lambda: None

    def embed(self, texts: Sequence[str]) -> Vectors:
        if texts:
            self.before()
        self.texts += texts
        rows = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()) or [""]:
                row[zlib.crc32(word.encode()) % self.dim] += 1
            row /= np.linalg.norm(row)
        return rows


class NoExamples(Examples):
    """No messages at the edge: nothing is near to one."""

    @cached_property
    def by_class(self) -> dict[str, tuple[str, ...]]:
        return {}


def principle(number: int, *texts: str, situations: Sequence[str] = (), private: bool = False) -> Source:
    statements = tuple(Statement(f"P{number}.{i}", t, StatementKind.PRINCIPLE) for i, t in enumerate(texts, 1))
    title = f"Principle {number}"
    return Source(
        f"P{number}", SourceKind.PRINCIPLE, title, statements, tuple(situations), private=private, tags=("a", "b")
    )


def practice(number: int, *texts: str, situations: Sequence[str] = ()) -> Source:
    statements = tuple(
        Statement(f"C{number}.{i}", t, StatementKind.ADVICE, serves=("P1.1",)) for i, t in enumerate(texts, 1)
    )
    title = f"Practice {number}"
    return Source(f"C{number}", SourceKind.PRACTICE, title, statements, tuple(situations), when="it counts")


def note(number: int, *texts: str, day: date | None = None, private: bool = False, title: str = "") -> Source:
    statements = tuple(
        Statement(f"N{number}.{i}", t, StatementKind.NOTE, heading=("Top",), line=i) for i, t in enumerate(texts, 1)
    )
    return Source(f"N{number}", SourceKind.NOTE, title or f"Note {number}", statements, date=day, private=private)


def small_corpus() -> list[Source]:
    return [
        principle(
            1,
            "Promise dates only after measuring the model.",
            "Say early when a date slips.",
            situations=("sales promised our model too early", "the deadline is impossible"),
        ),
        principle(
            2, "Give credit by name.", situations=("my engineer did the work unseen", "someone took credit for my work")
        ),
        practice(
            1,
            "Offer a smaller scope for the same date.",
            "Ask which date is fixed by contract.",
            situations=("they want the launch sooner",),
        ),
        practice(2, "Thank people before others.", situations=("nobody praised the quiet engineer",)),
        note(1, "Retrain the fraud model monthly.", "The annotators leave in spring.", day=date(2026, 3, 1)),
    ]


#: Of the small corpus.
STATEMENTS, SITUATIONS = 8, 6


def changed(source: Source, at: int, text: str) -> Source:
    """The source with another text in one statement, which keeps its id as in the built-in corpus."""
    statements = list(source.statements)
    statements[at] = replace(statements[at], text=text)
    return replace(source, statements=tuple(statements))


@dataclass
class World:
    """One person's folder, and the rooms over it."""

    home: Path
    database: Database
    embedder: WordEmbedder = field(default_factory=WordEmbedder)

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.database)

    @property
    def compiled_path(self) -> Path:
        return self.home / "compiled.npz"

    @property
    def index_path(self) -> Path:
        return self.home / "index"

    def put(self, *sources: Source) -> None:
        for source in sources:
            self.ledger.put(source)

    def store(self, embedder: Embedder | None = None) -> VectorStore:
        return VectorStore(self.index_path, (embedder or self.embedder).name)

    def indexer(self, embedder: Embedder | None = None, *, ledger: Ledger | None = None) -> Indexer:
        used = embedder or self.embedder
        return Indexer(ledger or self.ledger, self.store(used), used, self.compiled_path)

    def retriever(self, embedder: Embedder | None = None, team: TeamSearch | None = None) -> Retriever:
        """A retriever over indexes that are brought up to date now."""
        used = embedder or self.embedder
        compiled = self.indexer(used).bring_up_to_date()
        return Retriever(self.ledger, FullText(self.database), self.store(used), used, lambda: compiled, team=team)

    def rows(self, collection: str, embedder: Embedder | None = None) -> set[str]:
        with self.store(embedder).reading() as reader:
            return set(reader.hashes(collection))

    def assert_in_step(self, compiled: Compiled, embedder: WordEmbedder | None = None) -> None:
        """Every statement has the vector of its text as it is now, nothing else has one, and nothing is pending."""
        used = embedder or self.embedder
        asked = len(used.texts)
        sources = [s for s in self.ledger.sources() if not (s.private and used.remote)]
        lines = {s.id: s.text for source in sources for s in source.statements}
        with self.store(used).reading() as reader:
            for collection, letters in ((CURATED, "PC"), (NOTES, "N")):
                ids, vectors = reader.all(collection)
                assert sorted(ids) == sorted(i for i in lines if i[0] in letters)
                for i, vector in zip(ids, vectors, strict=True):
                    if i[0] != "N":
                        np.testing.assert_allclose(vector, used.embed([lines[i]])[0], atol=1e-6)
                    else:
                        assert vector @ used.embed([lines[i]])[0] > 0.5
        assert set(compiled.statement_ids) == {i for i in lines if i[0] != "N"}
        assert not self.ledger.indexed.has_pending()
        del used.texts[asked:]


def away() -> WordEmbedder:
    """An embedder on another machine."""
    return WordEmbedder("away", remote=True)


def found(retrieval: Retrieval, any_id: str) -> Evidence:
    return next(e for e in retrieval.evidence if e.id == any_id)


def ids(evidence: Iterable[Evidence], letter: str = "") -> list[str]:
    return [e.id for e in evidence if e.id.startswith(letter)]
