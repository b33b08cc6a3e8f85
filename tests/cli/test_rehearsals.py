from __future__ import annotations

import json

from coach.domain.preparation import Brief
from coach.store.database import Database
from coach.store.rehearsals import Rehearsals
from tests.cli.conftest import Run
from tests.cli.rehearsing import ALWAYS, ASK, NO, rehearsed
from tests.cli.rehearsing import database as database
from tests.cli.rehearsing import page as page
from tests.cli.rehearsing import small as small


def test_rehearsals_are_listed_shown_and_deleted(run: Run, page: Brief, database: Database) -> None:
    assert "There are no rehearsals yet" in run("rehearsals").out
    kept = rehearsed(run, page, database, NO, ALWAYS)
    run("rehearse", "-c", kept, "--from", "2", given=f"{ASK}\n")
    run("debrief", kept)
    row = run("rehearsals").out
    assert row.startswith(kept)
    assert "No for Thursday (product director, 3 lines, open, looked back at)" in row
    assert run("rehearsals", "list", page.id).out == row
    [listed] = json.loads(run("rehearsals", "--json").out)
    assert (listed["id"], listed["brief_id"], listed["debriefed"]) == (kept, page.id, True)
    shown = run("rehearsals", "show", kept[:5]).out
    assert "1 > 2\n1 > 3 (here)" in shown
    assert "Looking back at: No for Thursday" in shown
    assert json.loads(run("rehearsals", "show", kept, "--json").out)["debrief"]["retry"]
    assert run("rehearsals", "delete", kept[:5]).code == 0
    assert Rehearsals(database).list() == []
    assert run("rehearsals", "show", kept).code == 2


def test_what_cannot_be_read_can_be_deleted(run: Run, page: Brief, database: Database) -> None:
    kept = rehearsed(run, page, database, NO)
    with database.write() as connection:
        connection.execute("UPDATE rehearsals SET body = '{'")
    ran = run("rehearsals")
    assert (ran.code, "cannot be read" in ran.err) == (1, True)
    assert run("rehearsals", "delete", kept).code == 0
