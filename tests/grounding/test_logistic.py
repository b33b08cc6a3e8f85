from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.domain.errors import CoachError
from coach.grounding import logistic
from coach.grounding.logistic import Logistic, fit


def test_fit_finds_what_separates_and_ignores_noise() -> None:
    chance = random.Random(0)
    rows = [{"signal": chance.gauss(2 * (i % 2), 1), "noise": chance.gauss(0, 1), "same": 1.0} for i in range(400)]
    model = fit(rows, [i % 2 for i in range(400)], ["signal", "noise", "same"], l2=1.0)
    assert model.features["signal"][2] > 1.0
    assert abs(model.features["noise"][2]) < 0.4
    assert model.features["same"][2] == pytest.approx(0.0)
    assert model.probability({"signal": 4.0, "noise": 0.0, "same": 1.0}) > 0.9
    assert model.probability({"signal": -2.0, "noise": 0.0, "same": 1.0}) < 0.1


def test_a_weight_counts_like_as_many_copies() -> None:
    rows = [{"x": float(i % 5)} for i in range(20)]
    labels = [int(i % 3 == 0) for i in range(20)]
    weighed = fit(rows, labels, ["x"], weights=[3.0 if y else 1.0 for y in labels])
    copied = [i for i in range(20) for _ in range(3 if labels[i] else 1)]
    copies = fit([rows[i] for i in copied], [labels[i] for i in copied], ["x"])
    assert weighed.intercept == pytest.approx(copies.intercept)
    assert weighed.features["x"] == pytest.approx(copies.features["x"])


def test_perfect_separation_does_not_blow_up() -> None:
    model = fit([{"x": float(i)} for i in range(10)], [int(i > 4) for i in range(10)], ["x"])
    assert 0.5 < model.probability({"x": 9.0}) < 1.0


@given(st.floats(-1e9, 1e9))
def test_a_probability_is_one(value: float) -> None:
    assert 0.0 <= Logistic({"x": (0.0, 1.0, 3.0)}, 0.5).probability({"x": value}) <= 1.0


def test_what_is_written_is_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = Logistic({"x": (1.0, 2.0, 3.0)}, -0.5, {"idf": {"team": 0.5}})
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "mine.json").write_text(model.as_json())
    monkeypatch.setattr(logistic, "files", lambda _: tmp_path)
    logistic.load.cache_clear()
    assert logistic.load("mine") == model
    tiny = Logistic({"x": (0.0, 1.23456e-8, 1.0)}, 0.0)
    (tmp_path / "data" / "tiny.json").write_text(tiny.as_json())
    assert logistic.load("tiny") == tiny
    (tmp_path / "data" / "bad.json").write_text(json.dumps({"features": []}))
    for name in ("bad", "missing"):
        with pytest.raises(CoachError, match="missing or damaged"):
            logistic.load(name)
    logistic.load.cache_clear()
