"""One indexed library for all evals; figures are printed at the end, beside the floors that the tests hold."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from coach.agent.assembly import open_coach
from coach.agent.coach import Coach
from coach.evaluation.homes import NOTHING_MORE, Homes
from coach.settings import load_settings

FOLDER = Path(__file__).parent
_FIGURES: list[str] = []


def cases(name: str) -> list[dict[str, object]]:
    """Return the questions of ``evals/NAME.yaml``."""
    rows: list[dict[str, object]] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return rows


@pytest.fixture(scope="session")
def coach(tmp_path_factory: pytest.TempPathFactory) -> Coach:
    """A Coach without a model, its sources indexed."""
    home = tmp_path_factory.mktemp("home")
    made = open_coach(load_settings(home=home, model="none"))
    made.library.bring_up_to_date()
    return made


@pytest.fixture(scope="session")
def coaches(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Coach, Coach]]:
    """A Coach without a model, and one that has the sample notes besides."""
    settings = load_settings(model="none", composer="quote", checker="lexical")
    homes = Homes(tmp_path_factory.mktemp("talks"), settings)
    bare, noted = homes.open(NOTHING_MORE), homes.open((True, ""))
    bare.library.retriever.warm_up()
    noted.library.retriever.warm_up()
    yield bare, noted
    asyncio.run(bare.aclose())
    asyncio.run(noted.aclose())


@pytest.fixture(scope="session")
def local_home() -> Path:
    """The data folder that holds the pulled local model; skipped where there is none, unless CI asks for it."""
    settings = load_settings()
    if not any(settings.models_path.glob("*.gguf")):
        if os.environ.get("COACH_TEST_REQUIRE_LOCAL_MODEL"):
            pytest.fail("The local model is not there. Run: coach model pull")
        pytest.skip("the local model has not been pulled (coach model pull)")
    return settings.home


@pytest.fixture
def figure() -> Iterator[list[str]]:
    """Lines appended here are printed when all evals are done."""
    lines: list[str] = []
    yield lines
    _FIGURES.extend(lines)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures."""
    if _FIGURES:
        terminalreporter.section("figures")
        for line in _FIGURES:
            terminalreporter.write_line(line)
