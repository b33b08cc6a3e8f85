"""Data folders of their own for the cases: none of the person's notes and conversations takes part in an eval."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from coach.agent.assembly import open_coach
from coach.agent.coach import Coach
from coach.domain.errors import StoreError
from coach.domain.source import SourceKind
from coach.evaluation.cases import Case
from coach.settings import Settings
from coach.sources.builtin import sample_notes_dir

#: Opens a coach for settings; the runner's tests put another one here.
Opener = Callable[[Settings], Coach]
#: What a case needs among its sources: the sample notes, and a note of its own.
Sources = tuple[bool, str]
NOTHING_MORE: Sources = (False, "")


def sources_of(case: Case) -> Sources:
    """Return what the case needs among its sources."""
    return case.notes, case.note


class Homes:
    """Makes coaches whose data folders hold just what a case needs.

    Args:
        root: folder that theirs are made in; whoever made it removes it.
        settings: what is under test. Model weights are read where they are; nothing else of its data folder is.
        opener: opens a coach.
    """

    def __init__(self, root: Path, settings: Settings, opener: Opener = open_coach) -> None:
        self._root = root
        self._settings = settings
        self._opener = opener
        self._made: dict[Sources, Path] = {}

    def open(self, sources: Sources) -> Coach:
        """Return a coach with these sources, indexed. Whoever asked closes it.

        Raises:
            CoachError: it cannot be made.
        """
        home = self._made.get(sources)
        fresh = home is None
        if home is None:
            home = self._root / str(len(self._made))
            base = self._made.get(NOTHING_MORE)
            try:
                if base is not None:
                    shutil.copytree(base, home, symlinks=True)
                else:
                    home.mkdir(parents=True)
                    self._link_models(home)
            except OSError as e:
                raise StoreError(f"A data folder for the evals cannot be made: {e.strerror or e}.", "Make room.") from e
            self._made[sources] = home
        coach = self._opener(self._settings.model_copy(update={"home": home}))
        if fresh:
            coach.library.bring_up_to_date()
            self._add_notes(coach, sources, home)
        return coach

    def _link_models(self, home: Path) -> None:
        if self._settings.models_path.is_dir():
            (home / "models").symlink_to(self._settings.models_path, target_is_directory=True)

    def _add_notes(self, coach: Coach, sources: Sources, home: Path) -> None:
        sample, own = sources
        if sample:
            coach.library.add(sorted(sample_notes_dir().glob("*.md")), SourceKind.NOTE)
        if own:
            file = home / "note.md"
            file.write_text(own, encoding="utf-8")
            coach.library.add([file], SourceKind.NOTE)
