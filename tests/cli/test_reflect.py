from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from coach.store.sessions import Sessions
from tests.cli.conftest import Run
from tests.cli.fakes import FakeCoach
from tests.cli.sample import FORBIDDEN, HOSTILE, quoted_answer

NOW = datetime.now().astimezone()
WEEK = "{}-W{:02}".format(*NOW.isocalendar()[:2])


@pytest.fixture
def past(coach: FakeCoach, home: Path) -> FakeCoach:
    """Three answers in three weeks, the last of them today."""
    home.mkdir(parents=True)
    coach.settings.home = home
    at = [NOW]
    sessions = Sessions(coach.database, lambda: at[0])
    for weeks in (2, 1, 0):
        at[0] = NOW - timedelta(weeks=weeks)
        sessions.append(sessions.new_id(), "q", json.dumps(quoted_answer().as_dict()), title=f"Week {weeks} {HOSTILE}")
    return coach


def test_too_little_is_said_plainly(run: Run, coach: FakeCoach) -> None:
    ran = run("reflect")
    assert ran.code == 0
    assert f"Looking back at {WEEK}" in ran.out
    assert "Nothing was asked" in ran.out
    assert json.loads(run("reflect", "--json").out)["too_little"]


def test_the_week_with_its_pattern_and_bars(run: Run, past: FakeCoach) -> None:
    out = run("reflect").out
    assert "P8 Promise less: in 1 answer" in out
    assert "in 3 of 3 answers, in 3 weeks" in out
    assert f"{WEEK}  ########################  1, most often P8 (1)" in out
    assert not any(mark in out for mark in (*FORBIDDEN, "\x1b"))


@pytest.mark.usefixtures("terminal")
def test_a_terminal_has_blocks_unless_it_shall_be_plain(
    run: Run, past: FakeCoach, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "████" in run("reflect", tty=True).out
    assert "████" not in run("reflect", "--plain", tty=True).out
    monkeypatch.setenv("NO_COLOR", "1")
    out = run("reflect", tty=True).out
    assert "####" in out
    assert "█" not in out


def test_a_past_week_and_since_a_day(run: Run, past: FakeCoach) -> None:
    before = NOW - timedelta(weeks=1)
    week = "{}-W{:02}".format(*before.isocalendar()[:2])
    row = json.loads(run("reflect", "--week", week, "--json").out)
    assert (row["name"], row["answers"]) == (week, 1)
    row = json.loads(run("reflect", "--since", before.date().isoformat(), "--json").out)
    assert row["answers"] == 2


@pytest.mark.parametrize("args", [("--week", "W1"), ("--since", "May"), ("--week", WEEK, "--since", "2026-01-01")])
def test_what_cannot_be_looked_back_at(run: Run, coach: FakeCoach, args: tuple[str, ...]) -> None:
    assert run("reflect", *args).code == 2


def test_as_markdown(run: Run, past: FakeCoach, tmp_path: Path) -> None:
    file = tmp_path / "week.md"
    assert f"Written to {file}" in run("reflect", "--markdown", str(file)).out
    text = file.read_text("utf-8")
    assert text.startswith(f"# Looking back at {WEEK}\n")
    assert "█" in text
    assert file.stat().st_mode & 0o777 == 0o600
    assert run("reflect", "--markdown", str(file)).code == 1
