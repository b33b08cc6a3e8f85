from __future__ import annotations

import keyring.core
import pytest
from keyring.backends import fail


@pytest.fixture(autouse=True)
def _no_keyring_of_the_person(monkeypatch: pytest.MonkeyPatch) -> None:
    """The keyring of whoever runs the tests is never asked, neither here nor in processes that a test starts."""
    backend = fail.Keyring()  # type: ignore[no-untyped-call]
    monkeypatch.setattr(keyring.core, "_keyring_backend", backend)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
