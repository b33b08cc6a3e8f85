"""Who judges the answers: the checker that checked them, or another one, opened beside the coach under test."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

from coach.agent.assembly import open_coach
from coach.agent.coach import Coach
from coach.evaluation.homes import Opener
from coach.grounding.checkers.base import Checker
from coach.settings import Settings

Judge = Literal["auto", "lexical", "local", "model"]


@asynccontextmanager
async def opened_judge(
    which: Judge, settings: Settings, home: Path, opener: Opener = open_coach
) -> AsyncGenerator[Callable[[Coach], Checker]]:
    """Give what `coach.evaluation.runner.Runner` takes as its judge, and close it in the end.

    Args:
        which: ``auto`` is the checker of whatever coach is under test. The others are the same for every coach:
            ``lexical`` needs no model, ``local`` is the local model, ``model`` the one that the settings choose.
        settings: what is under test.
        home: an empty folder for the judge's own coach.
        opener: opens a coach.

    Raises:
        SettingsError: the judge needs a model, and there is none.
        StoreError: its folder cannot be used.
    """
    if which == "auto":
        yield lambda coach: coach.checker
        return
    model = {"lexical": "none", "local": "local", "model": settings.model}[which]
    changes = {"home": home, "model": model, "checker": which, "composer": "quote"}
    if settings.models_path.is_dir():
        home.mkdir(parents=True, exist_ok=True)
        (home / "models").symlink_to(settings.models_path, target_is_directory=True)
    async with opener(settings.model_copy(update=changes)) as coach:
        checker = coach.checker
        yield lambda _: checker
