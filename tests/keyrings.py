"""Keyrings in memory, and ones that fail in the ways that real ones do."""

from __future__ import annotations

import threading
from typing import Any

import keyring.core
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from keyring.errors import KeyringLocked


class MemoryKeyring(KeyringBackend):
    """Keeps what it is given for as long as the test runs."""

    priority = 9

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}
        self.asked = 0
        self.fault: BaseException | None = None
        #: Where it waits until the test opens it, as a locked one waits for its password.
        self.gate = threading.Event()
        self.gate.set()

    def get_password(self, service: str, username: str) -> str | None:
        self._go(1)
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._go(0)
        self.kept[service, username] = password

    def _go(self, asked: int) -> None:
        self.asked += asked
        self.gate.wait(10)
        if self.fault is not None:
            raise self.fault


class FileKeyring(MemoryKeyring):
    """Like those that keep keys in plain files, which their package does not recommend."""

    priority = 0.5  # type: ignore[assignment]


def put_in(monkeypatch: pytest.MonkeyPatch, backend: Any) -> Any:
    """Make this the system's keyring for one test, and return it."""
    monkeypatch.setattr(keyring.core, "_keyring_backend", backend)
    return backend


@pytest.fixture
def keyring_in_memory(monkeypatch: pytest.MonkeyPatch) -> MemoryKeyring:
    backend: MemoryKeyring = put_in(monkeypatch, MemoryKeyring())
    return backend


def absent() -> list[Any]:
    """What a system without a keyring has in its place."""
    return [make() for make in (fail.Keyring, null.Keyring, FileKeyring)]


def locked() -> MemoryKeyring:
    backend = MemoryKeyring()
    backend.fault = KeyringLocked("dismissed")
    return backend
