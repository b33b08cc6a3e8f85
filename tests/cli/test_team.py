"""`coach team`, and what `coach notes sync` says of it: two homes over a real server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from coach.agent.vault_report import SyncReport, TeamReport
from coach.cli.notes_text import report_text
from tests.agent.world import boundaries, builtin
from tests.chroma import Proxy, free_port
from tests.chroma import chroma_server as chroma_server
from tests.chroma import proxy as proxy
from tests.cli.conftest import Run
from tests.retrieval.fakes import WordEmbedder

DECISION = "We decided that the ranking model ships behind a flag."


@pytest.fixture
def real(monkeypatch: pytest.MonkeyPatch, proxy: Proxy, tmp_path: Path) -> Path:
    """A folder of notes of somebody whose server is behind the proxy, with the small corpus."""
    import uuid

    from coach.agent import assembly
    from tests.agent.world import StubRouter

    name = f"words-{uuid.uuid4().hex}"
    monkeypatch.setattr(assembly, "read_builtin", builtin)
    monkeypatch.setattr(assembly, "read_boundaries", lambda _: boundaries())
    monkeypatch.setattr(assembly, "Router", StubRouter)
    monkeypatch.setattr(assembly, "MiniLMEmbedder", lambda threads: WordEmbedder(name, dim=256))
    monkeypatch.setenv("COACH_MODEL", "none")
    monkeypatch.setenv("COACH_CHROMA_URL", proxy.url)
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "decision.md").write_text(f"---\ndate: 2026-09-20\n---\n# Ranking\n\n- {DECISION}\n", "utf-8")
    (folder / "diary.md").write_text("---\nprivate: true\n---\n# Diary\n\n- I fear the quagmire.\n", "utf-8")
    return folder


def status(run: Run) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("team", "--json").out)
    return found


def test_sharing_asks_first_and_leaving_takes_all_back(
    run: Run, real: Path, proxy: Proxy, home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert run("notes", "add", str(real)).code == 0
    assert not any(path.endswith("/upsert") for path in proxy.paths)
    ran = run("team")
    assert "Chroma 1." in ran.out
    assert "You share nothing. To begin: coach team share" in ran.out
    assert "Shared by whoever shares: 1 note and 0 principles. Private, and staying here: 1 note" in ran.out
    assert "nothing leaves it" in ran.out

    ran = run("team", "share")
    assert ran.code == 2
    assert "--yes" in ran.err
    assert run("team", "share", given="\n", tty=True).out.endswith("Nothing is shared.\n")
    assert not any(path.endswith("/upsert") for path in proxy.paths)
    ran = run("team", "share", "--as", "Ann\x1b[2J", given="y\n", tty=True)
    assert "go 1 note and 0 principles, with 1 statement" in ran.out
    assert "Whoever reaches that server can read and change them." in ran.out
    assert "Shared with your team: 1 source." in ran.out
    told = status(run)
    assert (told["sharing"], told["label"], told["mine"]) == (True, "Ann", {"notes": 1, "principles": 0})

    # Somebody else, in a home of their own.
    monkeypatch.setenv("COACH_HOME", str(tmp_path / "ben"))
    told = status(run)
    assert told["team"] == {"notes": 1, "principles": 0, "members": 1, "labels": ["Ann"]}
    found = json.loads(run("search", "ranking model flag", "--json").out)
    theirs = next(e for e in found["statements"] if e["id"].startswith("N"))
    ran = run("why", theirs["id"])
    assert DECISION in ran.out
    assert "Ranking (team: Ann)" in ran.out
    assert "its file" not in ran.out.lower()
    assert DECISION in run("sources", "show", theirs["id"]).out
    assert "quagmire" not in run("search", "quagmire").out
    assert "Nothing changed." in run("notes", "sync").out

    monkeypatch.setenv("COACH_HOME", str(home))
    (real / "new.md").write_text("# New\n\n- The pager moved.\n", "utf-8")
    assert "Shared with your team: 1 source." in run("notes", "sync").out
    (real / "new.md").unlink()
    assert "Taken off your team's server: 1 source." in run("notes", "sync").out
    assert run("team", "leave").code == 2
    assert run("team", "leave", given="n\n", tty=True).out == "Nothing was changed.\n"
    assert "Taken off your team's server: 1 source. You share nothing any more." in run("team", "leave", "--yes").out
    assert status(run)["mine"] == {"notes": 0, "principles": 0}
    assert b"quagmire" not in proxy.sent
    assert str(real).encode() not in proxy.sent


def test_forgetting_everything_says_what_the_server_still_has(run: Run, real: Path, home: Path, proxy: Proxy) -> None:
    run("notes", "add", str(real))
    assert json.loads(run("team", "share", "--yes", "--json").out)["shared"] == 1
    ran = run("forget", "everything", "--yes")
    assert f"what {proxy.url} has of yours" in ran.out
    # Who one is stays, so that it can be taken back.
    assert json.loads(run("team", "leave", "--yes", "--json").out) == {"removed": 1}


def test_a_server_that_is_down_or_refuses(run: Run, real: Path, proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy.token = "right"
    ran = run("team")
    assert ran.code == 1
    assert "asks for a token. Set COACH_CHROMA_TOKEN." in ran.out
    monkeypatch.setenv("COACH_CHROMA_TOKEN", "wr0ng")
    ran = run("team")
    assert "refuses the token" in ran.out
    assert "wr0ng" not in ran.out + ran.err
    assert "wr0ng" not in run("settings").out
    ran = run("doctor")
    assert "PROBLEM team: The team's server" in ran.out
    assert "wr0ng" not in ran.out
    monkeypatch.setenv("COACH_CHROMA_URL", f"http://127.0.0.1:{free_port()}")
    ran = run("notes", "add", str(real))
    assert ran.code == 3
    assert "cannot be reached" in ran.err
    ran = run("team", "share", "--yes")
    assert ran.code == 1
    assert "cannot be reached" in ran.err
    assert "That you share is remembered" in ran.err
    assert "was not searched" in run("ask", "what did we decide about the ranking model?", "--no-keep").out


def test_without_a_server(run: Run, real: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COACH_CHROMA_URL")
    ran = run("team")
    assert (ran.code, ran.out.splitlines()[0]) == (0, "No server of your team's is set, and nothing is shared.")
    assert status(run)["server"] is None
    for command in ("share", "leave"):
        ran = run("team", command, "--yes")
        assert ran.code == 2
        assert "No server of your team's is set." in ran.err
    assert "ok      team: no server of a team is set; nothing is shared" in run("doctor").out


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://x:8000", "must be a web address"),
        ("team-server:8000", "must be a web address"),
        ("http://", "must be a web address"),
        ("http://x:99999", "must be a web address"),
        ("http://me:secret@x:8000", "must not hold a user name or password"),
    ],
)
def test_an_address_that_cannot_be_used(
    run: Run, real: Path, monkeypatch: pytest.MonkeyPatch, url: str, said: str
) -> None:
    monkeypatch.setenv("COACH_CHROMA_URL", url)
    ran = run("team")
    assert ran.code == 2
    assert said in ran.err
    assert "COACH_CHROMA_URL" in ran.err
    assert "secret" not in ran.err


def test_what_a_sync_says() -> None:
    report = SyncReport(read=1, team=TeamReport(shared=2, unshared=1, taken=1, gone=3, trouble="It is down."))
    done, failed = report_text(report)
    assert "Shared with your team: 2 sources.\nTaken off your team's server: 1 source." in done
    assert "Taken over from your team: 1 source.\nNo longer shared by your team: 3 sources." in done
    assert failed == "It is down."
    assert not report.whole
