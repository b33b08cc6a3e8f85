from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from coach.domain.errors import ModelError, StoreError
from coach.domain.ports import Message, Reply
from coach.models import choice as choosing
from coach.models.choice import ModelChoice
from coach.retrieval import embedding
from coach.store.database import open_database
from coach.store.ledger import Ledger
from tests.cli.conftest import Ran, Run
from tests.cli.fakes import FakeCoach
from tests.cli.sample import PRINCIPLE


@pytest.fixture
def used(home: Path, coach: FakeCoach) -> Path:
    """A data folder in which everything is in order."""
    home.mkdir(mode=0o700)
    with open_database(home / "coach.db") as database:
        ledger = Ledger(database)
        ledger.put(PRINCIPLE)
        ledger.indexed.mark_done(["P8"])
    (home / "chroma").mkdir()
    return home


def _findings(ran: Ran) -> dict[str, dict[str, Any]]:
    return {f["name"]: f for f in json.loads(ran.out)}


def test_a_fresh_installation_has_no_problem_and_nothing_is_made(run: Run, coach: FakeCoach, home: Path) -> None:
    ran = run("doctor")
    assert ran.code == 0
    assert "PROBLEM" not in ran.out
    assert "ok      network: Nothing leaves this machine." in ran.out
    assert not home.exists()


def test_everything_in_order(run: Run, used: Path) -> None:
    ran = run("doctor", "--json")
    assert ran.code == 0
    findings = _findings(ran)
    assert set(findings) == {
        "installation",
        "settings",
        "data folder",
        "ledger",
        "embedder",
        "index",
        "team",
        "model",
        "network",
    }
    assert "is sound" in findings["ledger"]["text"]
    assert "in step" in findings["index"]["text"]


def _open_to_others(home: Path) -> None:
    home.chmod(0o755)


def _damaged_ledger(home: Path) -> None:
    (home / "coach.db").write_bytes(b"SQLite format 3\0" + b"x" * 5000)


def _damaged_page(home: Path) -> None:
    data = bytearray((home / "coach.db").read_bytes())
    for suffix in ("-wal", "-shm"):
        (home / f"coach.db{suffix}").unlink(missing_ok=True)
    data[4096 : 4096 * 4] = b"\xab" * (4096 * 3)
    (home / "coach.db").write_bytes(data)


def _no_index(home: Path) -> None:
    (home / "chroma").rmdir()


@pytest.mark.parametrize(
    ("damage", "name", "hint"),
    [
        (_open_to_others, "data folder", "chmod 700"),
        (_damaged_ledger, "ledger", "coach index verify"),
        (_damaged_page, "ledger", "coach index verify"),
        (_no_index, "index", "coach index verify"),
    ],
)
def test_what_is_wrong_is_found_and_what_to_do_said(
    run: Run, used: Path, damage: Callable[[Path], None], name: str, hint: str
) -> None:
    damage(used)
    ran = run("doctor", "--json")
    assert ran.code == 1
    found = _findings(ran)[name]
    assert found["ok"] is False
    assert hint in found["hint"]


def test_what_is_pending_is_no_problem(run: Run, used: Path) -> None:
    with open_database(used / "coach.db") as database:
        Ledger(database).indexed.mark_all_pending()
    ran = run("doctor", "--json")
    assert ran.code == 0
    assert "1 of them" in _findings(ran)["index"]["text"]


def test_a_search_that_misses_something(run: Run, used: Path, coach: FakeCoach) -> None:
    coach.library.missing = ("Your notes were searched by their words alone.",)
    assert _findings(run("doctor", "--json"))["index"]["ok"] is False


def test_a_damaged_embedder(run: Run, used: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged() -> None:
        raise StoreError("The bundled embedding model is damaged.", "Install it again.")

    monkeypatch.setattr(embedding, "verify_weights", damaged)
    ran = run("doctor")
    assert ran.code == 1
    assert "PROBLEM embedder: The bundled embedding model is damaged.\n        Install it again.\n" in ran.out
    # The others are looked at all the same.
    assert "ok      network" in ran.out


def test_settings_that_cannot_be_read_end_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACH_THREADS", "many")
    ran = run("doctor")
    assert ran.code == 1
    assert "PROBLEM settings: COACH_THREADS must be a whole number" in ran.out


class _Model:
    def __init__(self, answer: str | ModelError) -> None:
        self._answer = answer

    async def complete(self, messages: Sequence[Message], *, max_tokens: int) -> Reply:
        if isinstance(self._answer, ModelError):
            raise self._answer
        return Reply(self._answer)


@pytest.mark.parametrize(
    ("answer", "ok", "text"),
    [
        ("OK.", True, "m (api.example.org) answers"),
        (" ", False, "answered with nothing"),
        (ModelError("It is busy.", "Wait."), False, "It is busy."),
    ],
)
def test_whether_the_model_answers(
    run: Run, coach: FakeCoach, monkeypatch: pytest.MonkeyPatch, answer: str | ModelError, ok: bool, text: str
) -> None:
    chosen = ModelChoice("endpoint", "m", "https://api.example.org/v1", True, leaves="All goes to api.example.org.")
    monkeypatch.setattr(choosing, "choose", lambda settings: chosen)
    monkeypatch.setattr(choosing, "open_model", lambda choice, settings: _Model(answer))
    ran = run("doctor", "--json")
    found = _findings(ran)
    assert found["model"]["ok"] is ok
    assert text in found["model"]["text"]
    assert found["network"]["text"] == "All goes to api.example.org."
    assert ran.code == (0 if ok else 1)


def test_a_local_model_that_is_not_there(run: Run, coach: FakeCoach, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACH_MODEL", "local")
    ran = run("doctor", "--json")
    assert ran.code == 1
    assert "coach model pull" in _findings(ran)["model"]["hint"]


def test_a_remote_embedder_is_said(run: Run, coach: FakeCoach, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACH_EMBEDDINGS_URL", "https://api.example.org/v1")
    monkeypatch.setenv("COACH_EMBEDDINGS_MODEL", "e")
    found = _findings(run("doctor", "--json"))
    assert "Every source and question goes to api.example.org" in found["network"]["text"]
