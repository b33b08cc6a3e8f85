from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from coach.domain.errors import ModelError
from coach.models import pull as pulling
from coach.models.pull import Progress
from tests.cli.conftest import Run


def test_which_model_and_what_leaves(run: Run) -> None:
    ran = run("model")
    assert ran.out == (
        "Model: no model\nWhy: The settings say to use no model.\n"
        "It writes: nothing; the sources are quoted, and a model only checks or reads\n"
        "Network: Nothing leaves this machine.\n"
    )


def test_a_remote_model_is_named_with_its_host_and_its_key_is_not_shown(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COACH_MODEL", "big-7b")
    monkeypatch.setenv("COACH_BASE_URL", "https://api.example.org/v1")
    monkeypatch.setenv("COACH_API_KEY", "sk-very-secret")
    told = json.loads(run("model", "--json").out)
    assert (told["label"], told["remote"], told["ability"]) == ("big-7b (api.example.org)", True, "free")
    assert "api.example.org" in told["leaves"]
    ran = run("model")
    assert "sk-very-secret" not in ran.out + json.dumps(told)


def _pull(monkeypatch: pytest.MonkeyPatch, error: Exception | None = None) -> list[str]:
    routes: list[str] = []

    def pull(settings: Any, route: str, progress: Callable[[Progress], None]) -> Path:
        routes.append(route)
        for done in (0, 30, 60, 100):
            progress(Progress("hub", done, 100))
        if error:
            raise error
        progress(Progress("verify", 100, 100))
        progress(Progress("done", 100, 100))
        return Path("/home/models/m.gguf")

    monkeypatch.setattr(pulling, "pull", pull)
    return routes


def test_pull_prints_plain_lines_without_a_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    routes = _pull(monkeypatch)
    ran = run("model", "pull", "--route", "index")
    assert routes == ["index"]
    assert ran.err.splitlines() == [
        "Downloading from the model hub: 0%",
        "Downloading from the model hub: 25%",
        "Downloading from the model hub: 50%",
        "Downloading from the model hub: 100%",
        "Checking the file: 100%",
    ]
    assert ran.out == "The local model is here: /home/models/m.gguf\n"


def test_a_pull_that_fails_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    _pull(monkeypatch, ModelError("The disk is full.", "Make room."))
    ran = run("model", "pull")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.endswith("The disk is full.\nMake room.\n")


def test_a_pull_that_is_interrupted(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(pulling, "pull", interrupted)
    assert run("model", "pull").code == 130


def test_a_route_that_is_none(run: Run) -> None:
    assert run("model", "pull", "--route", "pigeon").code == 2
