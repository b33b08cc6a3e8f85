"""What the tests of commitments at the command line have in common: one plan, made and found again."""

from __future__ import annotations

import json
from datetime import datetime

from coach.agent.talks.commitments import keeper
from coach.domain.commitment import Commitment
from tests.cli.conftest import Run
from tests.cli.fakes import FakeCoach

PLAN = "If the VP wants a date, then I offer a checkpoint."
TODAY = datetime.now().astimezone().date()


def made(run: Run, *args: str) -> str:
    ran = run("commit", "--plan", PLAN, "--json", *args)
    assert ran.code == 0, ran.err
    return str(json.loads(ran.out)["id"])


def all_of(coach: FakeCoach) -> tuple[Commitment, ...]:
    return keeper(coach).all()  # type: ignore[arg-type]
