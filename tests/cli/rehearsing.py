"""A small coach, a brief and lines to rehearse with.

A file of tests brings the fixtures in: ``from tests.cli.rehearsing import page as page``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from coach.agent import assembly
from coach.domain.preparation import Brief
from coach.store.briefs import Briefs
from coach.store.database import Database, open_database
from coach.store.rehearsals import Kept, Rehearsals
from tests.agent.talks.stage import brief
from tests.agent.world import small_corpus
from tests.cli.conftest import Run
from tests.retrieval.fakes import WordEmbedder

NO, FACT = "We can't go live on Thursday.", "On 3 March the evaluation failed."
ALWAYS, ASK = "You always push dates on us.", "What happens on that day for you?"


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    small_corpus(monkeypatch)
    monkeypatch.setattr(assembly, "MiniLMEmbedder", lambda threads: WordEmbedder())


@pytest.fixture
def database(home: Path) -> Iterator[Database]:
    home.mkdir(mode=0o700, parents=True)
    with open_database(home / "coach.db") as opened:
        yield opened


@pytest.fixture
def page(database: Database) -> Brief:
    return Briefs(database).keep(replace(brief(), id="", version=0))


def only(database: Database) -> Kept:
    [kept] = Rehearsals(database).list()
    return kept


def rehearsed(run: Run, page: Brief, database: Database, *lines: str) -> str:
    """Return the id of a rehearsal in which these lines were said."""
    ran = run("rehearse", page.id, given="".join(f"{line}\n" for line in lines))
    assert ran.code == 0, ran.err
    return only(database).rehearsal.id
