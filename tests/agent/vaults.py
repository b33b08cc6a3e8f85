"""A vault in a test: a world whose person keeps notes in a folder."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coach.agent.coach import Coach
from coach.agent.vault_report import SyncReport
from coach.domain.source import Source, SourceKind
from coach.store.vaults import File
from tests.agent.world import World
from tests.retrieval.fakes import WordEmbedder

#: Notes of the world that lie in no folder.
EARLIER = ["N1", "N2", "N3"]


@dataclass
class Notes:
    """The folder, and the coach over it."""

    world: World
    folder: Path
    embedder: WordEmbedder = field(default_factory=WordEmbedder)
    settings: dict[str, Any] = field(default_factory=dict)
    _times: int = 0

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.coach: Coach = self.reopened()

    def reopened(self, **settings: Any) -> Coach:
        """Open another coach, as the next start of the program does."""
        self.coach = self.world.open(embedder=self.embedder, **(self.settings | settings))
        return self.coach

    def write(self, name: str, text: str) -> Path:
        """Write a file that was changed some time ago, each at another time."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        self.touch(path)
        return path

    def touch(self, path: Path) -> None:
        self._times += 1
        os.utime(path, (1_700_000_000 + self._times,) * 2)

    def note(self, name: str, *lines: str, title: str = "") -> Path:
        heading = title or name.replace("/", " ").removesuffix(".md")
        return self.write(name, f"# {heading}\n\n" + "".join(f"- {line}\n" for line in lines))

    def add(self, *paths: Path, **options: Any) -> SyncReport:
        self.coach.vault.add(list(paths) or [self.folder], **options)
        return self.sync()

    def sync(self) -> SyncReport:
        return self.coach.vault.sync()

    @property
    def sources(self) -> dict[str, Source]:
        """The notes that lie in folders, by the paths relative to the folder, of those that lie there."""
        found = [s for s in self.coach.library.sources(SourceKind.NOTE) if s.id not in EARLIER]
        return {os.path.relpath(s.path, self.folder): s for s in found}

    @property
    def ids(self) -> dict[str, str]:
        return {path: source.id for path, source in self.sources.items()}

    def lines(self, name: str) -> dict[str, str]:
        """Statements of a note by their ids."""
        return {s.id: s.text for s in self.sources[name].statements}

    @property
    def files(self) -> dict[str, File]:
        """What is known of the files, by relative path."""
        found = self.coach.vault._vaults.files()
        return {os.path.relpath(path, self.folder): file for path, file in found.items()}

    def finds(self, question: str) -> list[str]:
        """The ids of the notes' statements that a search finds."""
        return [e.id for e in self.coach.library.search(question, limit=30, kinds=[SourceKind.NOTE]).evidence]
