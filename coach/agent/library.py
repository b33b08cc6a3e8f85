"""What Coach knows: its sources, kept in the ledger and in the indexes, and searching them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from coach.domain.errors import CoachError, InputError
from coach.domain.evidence import Retrieval, Turn
from coach.domain.finding import Finding
from coach.domain.ids import is_source_id, is_statement_id, source_of
from coach.domain.source import Draft, Source, SourceKind, Statement, content_hash
from coach.retrieval.compiled import Compiled
from coach.retrieval.indexing import Indexer
from coach.retrieval.retriever import Retriever
from coach.retrieval.verify import Verifier
from coach.sources.boundaries import Boundaries
from coach.sources.note_facts import is_private
from coach.sources.reader import read_file
from coach.store.dated import DatedNote
from coach.store.ledger import Ledger
from coach.store.listed import Listed

if TYPE_CHECKING:
    from coach.retrieval.langchain import StatementRetriever

#: Called with how many texts are indexed and how many there are to index.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Added:
    """What `Library.add` did."""

    sources: tuple[Source, ...]
    #: What had to be left out or guessed, in plain words.
    remarks: tuple[str, ...] = ()


class Library:
    """Sources and search. Everything here is synchronous; nothing here asks a model."""

    def __init__(
        self,
        ledger: Ledger,
        indexer: Indexer,
        retriever: Callable[[Callable[[], Compiled]], Retriever],
        builtin: Callable[[], Sequence[Draft]],
        boundaries: Boundaries,
        verifier: Verifier,
        *,
        builtin_mark: str = "",
        private_folders: Sequence[str] = (),
        private_tags: Sequence[str] = (),
    ) -> None:
        self._ledger = ledger
        self._indexer = indexer
        self._builtin = builtin
        self._private_folders = tuple(private_folders)
        self._private_tags = tuple(private_tags)
        self._builtin_mark = builtin_mark
        self._verifier = verifier
        self._compiled: Compiled | None = None
        self.boundaries = boundaries
        self.retriever = retriever(self.compiled)

    def bring_up_to_date(self, progress: Progress | None = None, *, wait: bool = True) -> None:
        """Read the built-in corpus where it changed and index what is pending. Costs little where nothing changed.

        Args:
            progress: told how far it is.
            wait: wait for another process that is indexing; see `coach.retrieval.indexing.Indexer.bring_up_to_date`.
        """
        if not self._builtin_mark or self._builtin_mark != self._ledger.builtin_mark():
            self._ledger.sync_builtin(self._builtin(), self._builtin_mark)
        # Whoever makes a folder or a tag private makes what was read before private as well.
        rules = repr((sorted(self._private_folders), sorted(self._private_tags)))
        self._ledger.make_private(content_hash(rules), self._is_private)
        self._compiled = self._indexer.bring_up_to_date(progress, wait=wait)

    def foresee(self, sources: Iterable[Source]) -> None:
        """Say which sources were just written and will be indexed shortly; see `Indexer.foresee`."""
        self._indexer.foresee(sources)

    def _is_private(self, source: Source) -> bool:
        path = Path(source.path)
        folders = self._private_folders if path.is_absolute() else ()
        return is_private({}, source.tags, path, folders=folders, private_tags=self._private_tags)

    def rebuild(self, progress: Progress | None = None) -> None:
        """Throw the indexes away and build them again from the ledger."""
        self._ledger.sync_builtin(self._builtin(), self._builtin_mark)
        self._compiled = self._indexer.rebuild(progress)

    def rewrite(self, progress: Progress | None = None) -> None:
        """Write the indexes into files that hold nothing of removed sources any more. Little is embedded for that."""
        self._compiled = self._indexer.rewrite(progress)

    def verify(self, progress: Progress | None = None) -> list[Finding]:
        """Compare the indexes with the ledger and repair what differs; return what was found, nothing where all agrees.

        Raises:
            StoreError: an index cannot be written.
            ModelError: the embedder is an endpoint and fails.
        """
        self._ledger.sync_builtin(self._builtin(), self._builtin_mark)
        found = self._verifier.verify(progress)
        self.bring_up_to_date(progress)
        return found

    def close(self) -> None:
        """Let go of what is kept open between searches."""
        self.retriever.close()

    def compiled(self) -> Compiled:
        """Return the compiled corpus, brought up to date if that has not happened yet."""
        if self._compiled is None:
            self.bring_up_to_date()
        assert self._compiled is not None
        return self._compiled

    def search(
        self,
        question: str,
        turns: Sequence[Turn] = (),
        *,
        limit: int = 12,
        kinds: Sequence[SourceKind] = tuple(SourceKind),
    ) -> Retrieval:
        """Return what fits `question`; see `coach.retrieval.retriever.Retriever.retrieve`."""
        return self.retriever.retrieve(question, turns, limit=limit, kinds=kinds)

    def as_langchain(self, limit: int = 12) -> StatementRetriever:
        """Return the retriever as LangChain knows one."""
        from coach.retrieval.langchain import StatementRetriever

        return StatementRetriever(retriever=self.retriever, limit=limit)

    def sources(self, kind: SourceKind | None = None) -> list[Source]:
        """Return every source, in the order of their ids."""
        return self._ledger.sources(kind)

    def listed(self) -> list[Listed]:
        """Return every source in that order, without what it says: for a list, of however many."""
        return self._ledger.listed()

    def curated(self) -> list[Source]:
        """Return the principles and practices, in the order of their ids."""
        return self._ledger.curated()

    def counts(self) -> dict[SourceKind, int]:
        """Return how many sources of each kind there are."""
        return self._ledger.counts()

    def statement_count(self) -> int:
        """Return how many statements there are."""
        return self._ledger.statement_count()

    def private(self, source_ids: Iterable[str]) -> dict[str, bool]:
        """Return whether each of those of the sources that there are is private, by id."""
        return self._ledger.private(source_ids)

    def find(self, any_id: str) -> tuple[Source, Statement | None]:
        """Return the source with this id, and the statement where the id is one's.

        Raises:
            InputError: there is no such source or statement.
        """
        wanted = any_id.strip().strip("[]").upper()
        known = is_source_id(wanted) or is_statement_id(wanted)
        source = self._ledger.source(source_of(wanted)) if known else None
        if source is None:
            raise InputError(f"There is no source {any_id!r}.", "List them with: coach sources")
        if not is_statement_id(wanted):
            return source, None
        statement = next((s for s in source.statements if s.id == wanted), None)
        if statement is None:
            raise InputError(f"{source.id} has no statement {wanted}.", f"Read it with: coach sources show {source.id}")
        return source, statement

    def source(self, source_id: str) -> Source | None:
        """Return a source; None where there is no such one."""
        return self._ledger.source(source_id)

    def statements(self, ids: Iterable[str]) -> dict[str, Statement]:
        """Return those of the statements that there are, by id."""
        return self._ledger.statements(ids)

    def dated_notes(self) -> list[DatedNote]:
        """Return the notes that have a date, newest first, without what they say."""
        return self._ledger.dated_notes()

    def add(self, paths: Sequence[Path], kind: SourceKind, progress: Progress | None = None) -> Added:
        """Read files and add or update what they hold, all of them or none.

        Raises:
            SourceError: a file cannot be read or does not have the form of its kind.
        """
        drafts: list[Draft] = []
        for path in paths:
            drafts += read_file(path, kind, private_folders=self._private_folders, private_tags=self._private_tags)
        changes = self._ledger.put_drafts(drafts)
        self.bring_up_to_date(progress)
        return Added(changes.sources, tuple(r for d in drafts for r in d.remarks))

    def read_again(self, sources: Iterable[Source]) -> list[Source]:
        """Read what was saved of sources anew from their files; return those whose files cannot be read.

        They are indexed at the next `bring_up_to_date`.
        """
        failed = []
        for source in sources:
            if source.from_team:
                # It stands in no file; what the team's server has is taken over when it is next found there.
                continue
            private = {"private_folders": self._private_folders, "private_tags": self._private_tags}
            try:
                drafts = read_file(Path(source.path), source.kind, **private) if source.path else []
            except CoachError:
                drafts = []
            self._ledger.put_drafts(drafts)
            if not drafts:
                failed.append(source)
        return failed

    def remove(self, source_id: str) -> Source:
        """Remove a source of the person's from the ledger and the indexes.

        Raises:
            InputError: there is no such source, it is a statement, or it comes with the package.
        """
        source, statement = self.find(source_id)
        if source.builtin:
            setting = "COACH_BUILTIN_PRINCIPLES" if source.kind is SourceKind.PRINCIPLE else "COACH_PRACTICES"
            raise InputError(
                f"{source.id} comes with Coach and cannot be removed.", f"Turn its kind off with {setting}=false."
            )
        if statement is not None:
            raise InputError(
                f"{statement.id} is one statement of {source.id}; a source is removed as a whole.",
                f"Take it out of its file and add that again, or remove all of it: coach sources remove {source.id}",
            )
        self._ledger.remove(source.id)
        self.bring_up_to_date()
        return source

    def whens(self) -> Mapping[str, str]:
        """Return what each practice is for, by id."""
        return {s.id: s.when for s in self._ledger.sources(SourceKind.PRACTICE)}
