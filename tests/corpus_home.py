"""A data folder with the real corpus and the sample notes, indexed with the real embedder: once for all test processes.

A room's ``conftest.py`` brings the fixture in: ``from tests.corpus_home import real_home as real_home``.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
from pathlib import Path

import pytest


def bare(patch: pytest.MonkeyPatch) -> None:
    """Nothing set by whoever runs the tests."""
    for name in list(os.environ):
        if name.startswith(("COACH_", "OPENAI_", "LANGCHAIN_", "LANGSMITH_")) and not name.startswith("COACH_TEST_"):
            patch.delenv(name)
    patch.setenv("COACH_OLLAMA_URL", "http://127.0.0.1:9")
    patch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture(scope="session")
def real_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the folder that this process may write to."""
    base = tmp_path_factory.getbasetemp()
    # Under xdist each process has a folder of its own below the one that they share.
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "real-corpus"
    with Path(f"{shared}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not shared.exists():
            _build(Path(f"{shared}.part"))
            Path(f"{shared}.part").rename(shared)
    return Path(shutil.copytree(shared, tmp_path_factory.mktemp("real") / "home"))


def _build(home: Path) -> None:
    from coach.agent.assembly import open_coach
    from coach.domain.source import SourceKind
    from coach.settings import load_settings
    from coach.sources.builtin import sample_notes_dir

    with pytest.MonkeyPatch.context() as patch:
        bare(patch)
        patch.setenv("XDG_CONFIG_HOME", str(home.parent / "no-config"))
        coach = open_coach(load_settings(home=home, model="none"))
        try:
            coach.library.add(sorted(sample_notes_dir().glob("*.md")), SourceKind.NOTE)
        finally:
            asyncio.run(coach.aclose())
