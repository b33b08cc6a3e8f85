from __future__ import annotations

import os

import keyring.core
import pytest
from hypothesis import settings
from keyring.backends import fail

# The same examples each time, so that a change is not refused for what it did not touch. Others, and more of them, are
# looked for with: HYPOTHESIS_PROFILE=explore make test
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("explore", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


@pytest.fixture(autouse=True)
def _no_keyring_of_the_person(monkeypatch: pytest.MonkeyPatch) -> None:
    """The keyring of whoever runs the tests is never asked, neither here nor in processes that a test starts."""
    backend = fail.Keyring()  # type: ignore[no-untyped-call]
    monkeypatch.setattr(keyring.core, "_keyring_backend", backend)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")


@pytest.fixture(autouse=True)
def _what_a_counterpart_does_is_the_same_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rehearsal draws its seed; tests that draw pass or fail by luck. COACH_TEST_SEED looks at another draw."""
    seed = int(os.environ.get("COACH_TEST_SEED", "7"))
    monkeypatch.setattr("coach.agent.talks.beginning.draw", lambda: seed)
