"""Members of a team in a test: each a world of its own, with the same embedder, over one server."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from coach.domain.evidence import Retrieval
from coach.domain.source import Source, SourceKind
from coach.retrieval.retriever import Retriever
from coach.retrieval.team import TeamSearch
from coach.retrieval.team_rows import Member
from coach.retrieval.team_server import TeamServer
from coach.retrieval.team_sharing import Published, Pulled, TeamSharing, collection_for
from coach.store.database import open_database
from coach.store.team import TeamSources
from tests.retrieval.fakes import WordEmbedder, World, ids


class Clock:
    """Stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Mate:
    """One member."""

    def __init__(self, world: World, url: str, member: Member, token: str = "", **server: Any) -> None:
        self.world = world
        self.member = member
        self.clock = Clock()
        self.server = TeamServer(
            url, collection_for(world.embedder), token, clock=self.clock, **{"connect": 2.0, "answer": 2.0} | server
        )
        self.sources = TeamSources(world.database)
        self.sharing = TeamSharing(self.server, world.ledger, self.sources, world.store(), world.embedder)
        self.search = TeamSearch(self.server, self.sources, lambda: self.member.id)
        self._retriever: Retriever | None = None

    def put(self, *sources: Source) -> None:
        self.world.put(*sources)

    def share(self) -> Published:
        self.world.indexer().bring_up_to_date()
        return self.sharing.publish(self.member)

    def pull(self) -> Pulled:
        # What the retriever has compiled may be of other principles.
        self._retriever = None
        return self.sharing.pull(self.member.id)

    @property
    def retriever(self) -> Retriever:
        self.world.indexer().bring_up_to_date()
        if self._retriever is None:
            self._retriever = self.world.retriever(team=self.search)
        return self._retriever

    def ask(self, question: str, **options: Any) -> Retrieval:
        return self.retriever.retrieve(question, **options)

    def finds(self, question: str, **options: Any) -> list[str]:
        """What the lines of notes say that are found, best first."""
        return [e.statement.text for e in self.ask(question, **options).evidence if e.source_kind is SourceKind.NOTE]

    def numbers(self, question: str) -> list[str]:
        return ids(self.ask(question).evidence, "N")

    @property
    def copies(self) -> dict[str, str]:
        """Titles of the copies, by id."""
        sources = self.world.ledger.sources_of(copy.id for copy in self.sources.copies().values())
        return {i: source.title for i, source in sources.items()}

    def close(self) -> None:
        if self._retriever is not None:
            self._retriever.close()
        self.world.store().close()


Mates = Callable[..., Mate]


def mates(folder: Path, url: str, space: str, cleanup: ExitStack) -> Mates:
    """Return what makes the members of a team, each by a name of one letter from a to f."""

    def make(name: str, **options: Any) -> Mate:
        home = folder / name
        database = cleanup.enter_context(open_database(home / "coach.db"))
        world = World(home, database, WordEmbedder(space, dim=256))
        mate = Mate(world, options.pop("url", url), Member(name * 16, name * 32, options.pop("label", "")), **options)
        cleanup.callback(mate.close)
        return mate

    return make
