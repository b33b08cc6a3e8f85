from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

from coach.domain.preparation import Brief
from coach.store.database import Database
from tests.cli.conftest import Run
from tests.cli.rehearsing import ALWAYS, ASK, NO, only, rehearsed
from tests.cli.rehearsing import database as database
from tests.cli.rehearsing import page as page
from tests.cli.rehearsing import small as small


def test_a_debrief_is_made_kept_and_shown_again(run: Run, page: Brief, database: Database) -> None:
    kept = rehearsed(run, page, database, NO, ALWAYS)
    first = run("debrief", kept, "--own-view", "Loud.")
    assert first.code == 0
    assert "Your own view:\n  - Loud." in first.out
    assert f"Line 2: “{ALWAYS}”" in first.out
    assert f"coach rehearse --continue {kept} --from 2" in first.out
    assert run("debrief").out == first.out
    assert "Loud." not in run("debrief", kept, "--anew").out
    # Another way through it is looked back at anew.
    run("rehearse", "-c", kept, "--from", "2", given=f"{ASK}\n")
    assert "“You always" not in run("debrief", kept).out


def test_a_debrief_as_json_quotes_verbatim(run: Run, page: Brief, database: Database) -> None:
    kept = rehearsed(run, page, database, NO, ALWAYS)
    data: dict[str, Any] = json.loads(run("debrief", kept, "--json").out)
    assert data["rehearsal"] == kept
    assert [q["quote"]["text"] for q in data["quotes"]] == [NO, ALWAYS]
    assert [m["name"] for m in data["measures"]] == [
        "share of talk", "questions", "facts before proposals", "always and never", "concessions",
    ]  # fmt: skip


def test_a_debrief_is_exported_as_markdown_once(run: Run, page: Brief, database: Database, tmp_path: Path) -> None:
    kept = rehearsed(run, page, database, NO, ALWAYS)
    path = tmp_path / "out" / "debrief.md"
    assert run("debrief", kept, "--export", str(path)).code == 0
    assert path.read_text("utf-8").startswith("# Looking back at: No for Thursday")
    assert "## Transcript" in path.read_text("utf-8")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = run("debrief", kept, "--export", str(path))
    assert (again.code, "exists already" in again.err) == (1, True)


def test_an_own_view_that_names_a_matter_is_referred(run: Run, page: Brief, database: Database) -> None:
    kept = rehearsed(run, page, database, NO)
    ran = run("debrief", kept, "--own-view", "I don't want to live any more.")
    assert (ran.code, "Let us stop here." in ran.out) == (0, True)
    assert only(database).debrief is None


def test_nothing_to_look_back_at_is_said(run: Run, database: Database) -> None:
    ran = run("debrief")
    assert (ran.code, "no rehearsal to look back at" in ran.err) == (2, True)
