"""What is heavy is loaded where it is used, in a process of its own: this one has loaded all of it long ago."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

#: Packages that take from a tenth of a second to some seconds to import.
HEAVY = (
    "aiosqlite",
    "chromadb",
    "httpx2",
    "keyring",
    "langchain",
    "langchain_core",
    "langchain_openai",
    "langgraph",
    "langsmith",
    "numpy",
    "onnxruntime",
    "openai",
    "textual",
    "tokenizers",
    "xllamacpp",
)


def loaded(program: str) -> set[str]:
    """Return the top-level packages that a fresh Python has loaded after `program`."""
    tell = "import json, sys\nprint(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COACH_")}
    ran = subprocess.run(
        [sys.executable, "-c", f"{program}\n{tell}"], capture_output=True, text=True, timeout=60, env=environment
    )
    assert ran.returncode == 0, ran.stderr
    return set(json.loads(ran.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    "module",
    ["coach.cli.main", "coach.settings", "coach.domain.answer", "coach.agent.events", "coach.models.choice"],
)
def test_importing_it_loads_nothing_heavy(module: str) -> None:
    assert loaded(f"import {module}") & set(HEAVY) == set()


def test_help_loads_nothing_heavy() -> None:
    assert loaded("from coach.cli.main import main\nassert main(['--help']) == 0") & set(HEAVY) == set()


def test_the_list_is_of_packages_that_are_there() -> None:
    """So that a package that is renamed does not go unnoticed."""
    import importlib.util

    assert [name for name in HEAVY if name != "xllamacpp" and importlib.util.find_spec(name) is None] == []


def test_what_is_loaded_would_be_seen() -> None:
    assert "numpy" in loaded("import coach.retrieval.embedding, numpy")
