from __future__ import annotations

from pathlib import Path

import pytest

from coach.domain.answer import Status
from coach.domain.errors import InputError
from coach.evaluation.cases import Kind
from coach.evaluation.floors import Floor, held, read_floors
from coach.evaluation.summary import Split, summarise
from tests.evaluation.making import answer, case, outcome, run

TEXT = """
# What must be reached.
- {metric: status right, at_least: 0.5}
- {metric: excess silence, split: open, kind: situation, at_most: 0.25, profiles: [quote]}
"""
SUMMARY = summarise(
    run(
        [case("s001"), case("s002"), case("s003", holdback=True)],
        [outcome("s001"), outcome("s002", answer(status=Status.SILENT)), outcome("s003")],
    )
)


def test_floors_are_read(tmp_path: Path) -> None:
    (tmp_path / "floors.yaml").write_text(TEXT)
    first, second = read_floors(tmp_path / "floors.yaml")
    assert first == Floor(metric="status right", at_least=0.5)
    assert (second.split, second.kind, second.profiles) == (Split.OPEN, Kind.SITUATION, ("quote",))
    assert second.label == "excess silence (situation, open): at most 0.25"


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "[]"])
def test_there_may_be_none(tmp_path: Path, text: str) -> None:
    assert read_floors(tmp_path / "none.yaml") == []
    (tmp_path / "floors.yaml").write_text(text)
    assert read_floors(tmp_path / "floors.yaml") == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- {metric: nonsense, at_least: 1}", "no metric"),
        ("- {metric: status right}", "at_least or at_most"),
        ("- {metric: status right, at_least: much}", "at_least"),
        ("- {metric: status right, at_least: 1, surprise: 1}", "surprise"),
        ("- {metric: status right, at_least: 1, split: half}", "split"),
        ("- text", "floor 1"),
        ("metric: status right", "list of floors"),
        ("- {", "cannot be read"),
    ],
)
def test_what_is_not_valid_is_refused_by_name(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "floors.yaml").write_text(text)
    with pytest.raises(InputError, match=message):
        read_floors(tmp_path / "floors.yaml")


@pytest.mark.parametrize(
    ("floor", "value", "ok"),
    [
        (Floor(metric="status right", at_least=2 / 3), 2 / 3, True),
        (Floor(metric="status right", at_least=0.67), 2 / 3, False),
        (Floor(metric="status right", split=Split.HOLDBACK, at_least=1), 1, True),
        (Floor(metric="status right", split=Split.OPEN, at_least=0.6), 0.5, False),
        (Floor(metric="excess silence", at_most=0.3), 1 / 3, False),
        (Floor(metric="excess silence", at_least=0.1, at_most=0.4), 1 / 3, True),
        (Floor(metric="status right", kind=Kind.SITUATION, at_least=0.5), 2 / 3, True),
        (Floor(metric="status right", kind=Kind.REFERRAL, at_least=0.5), None, None),
        (Floor(metric="referral recall", at_least=1), None, None),
    ],
)
def test_what_came_of_it(floor: Floor, value: float | None, ok: bool | None) -> None:
    (found,) = held([floor], SUMMARY, "quote")
    assert found.value == (None if value is None else pytest.approx(value))
    assert found.ok is ok


def test_a_floor_of_another_profile_does_not_hold() -> None:
    floors = [Floor(metric="status right", at_least=1, profiles=("free-endpoint",))]
    assert held(floors, SUMMARY, "quote") == ()
    assert held(floors, SUMMARY, "free-endpoint")[0].ok is False
