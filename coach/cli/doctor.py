"""`coach doctor`: is everything in order, and where it is not, what to do."""

from __future__ import annotations

import asyncio
import importlib.metadata
import platform
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from coach import __version__
from coach.cli import options
from coach.cli.console import say
from coach.cli.opening import opened, settings_with
from coach.cli.rows import print_json
from coach.domain.errors import CoachError

if TYPE_CHECKING:
    from coach.settings import Settings

_PACKAGES = ("langchain-core", "langgraph", "langchain-openai", "chromadb", "onnxruntime", "openai", "textual", "typer")
#: Bytes of free space under which it becomes tight for the index and conversations.
_ROOM = 200 << 20


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found."""

    name: str
    ok: bool
    #: What is the case.
    text: str
    #: What to do; empty where nothing is.
    hint: str = ""


def doctor(json: options.Json = False) -> None:
    """Check whether everything is in order.

    The installation, the data folder, the sources, the index and the model. Exits with 1 on a problem.
    """
    findings: list[Finding] = []
    for finding in examine():
        findings.append(finding)
        if not json:
            say(f"{'ok' if finding.ok else 'PROBLEM':8}{finding.name}: {finding.text}")
            if finding.hint:
                say(f"        {finding.hint}")
    if json:
        print_json([{"name": f.name, "ok": f.ok, "text": f.text, "hint": f.hint} for f in findings])
    if not all(f.ok for f in findings):
        raise typer.Exit(1)


def examine() -> Iterator[Finding]:
    """Yield what each check finds, as soon as it is found. Nothing is raised, and nothing is repaired."""
    yield _installation()
    try:
        settings = settings_with()
    except CoachError as e:
        yield Finding("settings", False, e.message, e.hint)
        return
    yield Finding("settings", True, "they can be read; see them with: coach settings")
    checks: tuple[tuple[str, Callable[[Settings], Finding]], ...] = (
        ("data folder", _home),
        ("ledger", _ledger),
        ("embedder", _embedder),
        ("index", _index),
        ("team", _team),
        ("model", _model),
        ("network", _network),
    )
    for name, check in checks:
        try:
            yield check(settings)
        except CoachError as e:
            yield Finding(name, False, e.message, e.hint)


def _installation() -> Finding:
    versions, missing = [], []
    for package in _PACKAGES:
        try:
            versions.append(f"{package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            missing.append(package)
    python = f"Coach {__version__}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    if missing:
        return Finding(
            "installation", False, f"{python}; missing: {', '.join(missing)}.", "Install Coach again with pip."
        )
    return Finding("installation", True, f"{python}, {', '.join(versions)}")


def _home(settings: Settings) -> Finding:
    name = "data folder"
    if not settings.home.exists():
        return Finding(name, True, f"{settings.home} is not there yet; it is made at the first use.")
    settings.ensure_home()
    mode = settings.home.stat().st_mode & 0o777
    if mode & 0o077:
        return Finding(
            name,
            False,
            f"Others on this machine may look into {settings.home}: its rights are {mode:o}.",
            f"Close it: chmod 700 '{settings.home}'",
        )
    free = shutil.disk_usage(settings.home).free
    if free < _ROOM:
        return Finding(name, False, f"{settings.home} has {free / 1e6:.0f} MB free.", "Make room on that disk.")
    return Finding(name, True, f"{settings.home}, yours alone, {free / 1e9:.1f} GB free")


def _ledger(settings: Settings) -> Finding:
    path = settings.database_path
    if not path.exists():
        return Finding("ledger", True, "there is none yet; it is made at the first use")
    damaged = Finding(
        "ledger",
        False,
        f"{path} is damaged or cannot be read.",
        "Save what can be read of it with: coach index verify",
    )
    try:
        # Only for reading: a doctor does not change what it looks at.
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5.0)
        try:
            [told] = connection.execute("PRAGMA quick_check(1)").fetchone()
        finally:
            connection.close()
    except sqlite3.OperationalError as e:
        if "locked" in str(e) or "busy" in str(e):
            return Finding("ledger", False, f"{path} is in use by another program.", "Wait for it or end it.")
        return damaged
    except sqlite3.DatabaseError:
        return damaged
    if told != "ok":
        return damaged
    return Finding("ledger", True, f"{path} is sound, {path.stat().st_size / 1e6:.1f} MB")


def _embedder(settings: Settings) -> Finding:
    if settings.embeddings_url:
        return Finding("embedder", True, f"{settings.embeddings_model or 'a model'} at {settings.embeddings_url}")
    from coach.retrieval.embedding import verify_weights

    verify_weights()
    return Finding("embedder", True, "the bundled one, all-MiniLM-L6-v2, has the right hash")


def _index(settings: Settings) -> Finding:
    if not settings.database_path.exists():
        return Finding("index", True, "there is none yet; it is made at the first use")
    from coach.store.database import open_database
    from coach.store.ledger import Ledger

    with open_database(settings.database_path) as database:
        ledger = Ledger(database)
        sources = sum(ledger.counts().values())
        pending = len(ledger.indexed.pending_numbers()) + len(ledger.indexed.removed_numbers())
    if pending:
        return Finding("index", True, f"{sources} sources, {pending} of them are indexed at the next use")
    if not settings.chroma_path.is_dir():
        return Finding(
            "index", False, "The ledger says that it is there, but its folder is gone.", "Run: coach index verify"
        )
    with opened(indexed=False) as coach:
        found = coach.library.search("a deadline that we cannot meet", limit=3)
    if found.missing or (sources and not found.evidence):
        text = " ".join(found.missing) or "A search finds nothing."
        return Finding("index", False, text, "Run: coach index verify")
    return Finding("index", True, f"{sources} sources, in step with the ledger, and a search finds something")


def _model(settings: Settings) -> Finding:
    from coach.domain.ports import Message
    from coach.models.choice import choose, open_model

    choice = choose(settings)
    model = open_model(choice, settings)
    if model is None:
        return Finding("model", True, f"none; answers are quoted. {choice.why}")
    close = getattr(model, "close", None)
    try:
        reply = asyncio.run(model.complete([Message("user", "Say OK.")], max_tokens=8))
    finally:
        if close is not None:
            close()
    if not reply.text.strip():
        return Finding(
            "model", False, f"{choice.label} answered with nothing.", "Try another model: coach model --help"
        )
    return Finding("model", True, f"{choice.label} answers. {choice.why}")


def _team(settings: Settings) -> Finding:
    if settings.chroma_url is None:
        return Finding("team", True, "no server of a team is set; nothing is shared")
    with opened(indexed=False) as coach:
        status = coach.vault.team.status()
    if status.trouble:
        return Finding("team", False, status.trouble, status.hint)
    shared = "you share with it" if status.sharing else "you share nothing with it"
    return Finding("team", True, f"the server at {status.host} answers, and {shared}; see: coach team")


def _network(settings: Settings) -> Finding:
    from coach.agent.team import what_leaves
    from coach.models.choice import choose

    told = [choose(settings).leaves]
    if settings.embeddings_url:
        from coach.models.addresses import host_of, is_loopback

        if not is_loopback(settings.embeddings_url):
            told.append(f"Every source and question goes to {host_of(settings.embeddings_url)} to be embedded.")
    if team := what_leaves(settings):
        told.append(team)
    return Finding("network", True, " ".join(told))
