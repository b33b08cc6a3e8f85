"""The local model's weights, for the tests that ask it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from coach.models.choice import choose
from coach.settings import load_settings

#: Set where the model must be there, so that a run cannot pass by skipping.
REQUIRED = "COACH_TEST_REQUIRE_LOCAL_MODEL"


def pulled_weights() -> Path:
    """Return the weights that whoever runs the tests has pulled; without them the test is skipped, or fails."""
    weights = choose(load_settings(model="local")).path
    if weights is None or not weights.is_file():
        missing = f"the local model is not there ({weights}); get it with: coach model pull"
        if os.environ.get(REQUIRED):
            pytest.fail(missing)
        pytest.skip(missing)
    return weights
