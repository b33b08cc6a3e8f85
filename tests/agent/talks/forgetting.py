"""What is to be forgotten: words that stand nowhere else, where they are kept, and where they are still found.

A file of tests brings the fixtures in: ``from tests.agent.talks.forgetting import coach as coach``.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest

from coach.agent.coach import Coach
from coach.agent.talks.commitments import Keeper, keeper
from coach.agent.talks.forget import Forgetter, Forgotten
from coach.agent.talks.forget_scope import Scope
from coach.domain.answer import Answer
from coach.domain.commitment import Commitment, State
from tests.agent.world import World, remains
from tests.grounding.fakes import FakeChecker

#: Words that stand nowhere else.
RARE = "quagga"
QUESTION = f"the {RARE} team wants a date for the telemetry launch, how do I refuse?"
PLAN = f"If the {RARE} team wants a date, then I offer a checkpoint."
TOLD = f"They liked it, and the {RARE} lead\nasked for “slides”."


@pytest.fixture
def coach(world: World) -> Coach:
    return world.open(checker=FakeChecker())


@pytest.fixture
def kept(coach: Coach) -> Keeper:
    return keeper(coach)


@pytest.fixture
def forgetter(coach: Coach) -> Forgetter:
    return Forgetter(coach)


def ask(coach: Coach, question: str = QUESTION, session: str | None = None) -> Answer:
    return asyncio.run(coach.answer(question, session=session))


def do(forgetter: Forgetter, scope: Scope) -> Forgotten:
    return asyncio.run(forgetter.forget(scope))


def held(world: World, text: str = RARE) -> list[str]:
    """The files that hold the text, and the full-text index where it does, on whatever pages its parts stand."""
    found = remains(world.home, text)
    with closing(sqlite3.connect(world.home / "coach.db")) as connection:
        blocks = connection.execute("SELECT block FROM statements_text_data").fetchall()
    return [*found, "the full-text index"] if text.encode() in b"".join(block for (block,) in blocks) else found


def talk(coach: Coach, table: str, its_id: str, body: dict[str, Any], of: str = "") -> None:
    """Keep a brief or a rehearsal."""
    title, stamp = f"Telling {RARE} no", datetime.now(UTC).isoformat()
    rows = {
        "briefs": ("INSERT INTO briefs VALUES (?, ?, ?, ?, ?)", (its_id, len(of) + 1, title, json.dumps(body), stamp)),
        "rehearsals": (
            "INSERT INTO rehearsals VALUES (?, ?, ?, ?, ?, ?)",
            (its_id, of, title, json.dumps(body), stamp, stamp),
        ),
    }
    with coach.database.write() as connection:
        connection.execute(*rows[table])


def with_outcome(kept: Keeper, origin: str = "") -> Commitment:
    return kept.settle(kept.commit(PLAN, origin=origin).id, State.KEPT, TOLD)
