from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.domain.errors import InputError
from coach.evaluation.checkers import FloorChecker, Labelled, every_nth, measure, read_labelled
from coach.grounding.checkers.base import Pair
from tests.cli.sample import FORBIDDEN, HOSTILE
from tests.grounding.fakes import FakeChecker


def rows_of(**claims: bool) -> list[Labelled]:
    return [
        Labelled(name, Pair(f"evidence {i // 2}", name), label, "good" if label else "bad")
        for i, (name, label) in enumerate(claims.items())
    ]


async def test_a_checker_that_is_always_right() -> None:
    rows = rows_of(a=True, b=False, c=True, d=False)
    seen: list[tuple[int, int]] = []
    report = await measure(
        FakeChecker({"a": 1.0, "b": 0.0, "c": 1.0, "d": 0.0}), rows, lambda done, of: seen.append((done, of))
    )
    assert report.checker == "fake"
    assert report.balanced_accuracy.mean == report.balanced_accuracy.low == 1.0
    assert report.auc.mean == 1.0
    assert report.brier.mean == report.calibration_error.mean == 0.0
    assert [(k.kind, k.supported, k.called_supported.mean) for k in report.kinds] == [
        ("good", True, 1.0), ("bad", False, 0.0),
    ]  # fmt: skip
    assert seen == [(4, 4)]


async def test_a_checker_that_errs_in_one_of_two() -> None:
    report = await measure(FakeChecker({"d": 0.1}), rows_of(a=True, b=False, c=True, d=False))
    assert report.balanced_accuracy.mean == 0.75
    assert report.kinds[1].called_supported.mean == 0.5
    assert report.as_dict()["kinds"][1]["called_supported"]["n"] == 2
    json.dumps(report.as_dict(), allow_nan=False)


async def test_pairs_of_one_label_give_no_figure_rather_than_nan() -> None:
    report = await measure(FakeChecker(), rows_of(a=True, b=True))
    assert report.auc.mean is report.balanced_accuracy.mean is None
    assert report.brier.mean == pytest.approx(0.01)
    json.dumps(report.as_dict(), allow_nan=False)


async def test_the_floor_counts_shared_words() -> None:
    same, other, empty = await FloorChecker().score(
        [Pair("Name the price.", "Name the price."), Pair("Name the price.", "Buy zebras."), Pair("Name it.", "the")]
    )
    assert same.probability == pytest.approx(1.0)
    assert other.probability == empty.probability == 0.0
    assert same.checker == "floor (shared words)"


def test_rows_are_read_cleaned_and_in_order(tmp_path: Path) -> None:
    file = tmp_path / "pairs.jsonl"
    rows: list[dict[str, object]] = [
        {"id": 7, "evidence": f"One.\nTwo {HOSTILE}", "claim": f"Three {HOSTILE}", "label": True, "kind": HOSTILE},
        {"id": "b", "evidence": "x", "claim": "y", "label": 0, "source": "P8.2"},
    ]
    file.write_text("\n".join(json.dumps(r) for r in rows) + "\n\n", encoding="utf-8")
    first, second = read_labelled(file)
    assert (first.id, first.supported, second.supported, second.kind, second.source) == ("7", True, False, "", "P8.2")
    assert "\n" in first.pair.evidence
    assert "\n" not in first.pair.claim
    assert not any(mark in text for text in (first.pair.evidence, first.pair.claim, first.kind) for mark in FORBIDDEN)


GOOD = '{"id": 1, "evidence": "x", "claim": "y", "label": 1}'


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("{", "Line 2 of p.jsonl is not JSON"),
        ("[" * 100_000, "Line 2 of p.jsonl is not JSON"),
        ("[]", "Line 2 of p.jsonl is not a JSON object"),
        ('{"evidence": "x", "claim": "y", "label": 1}', 'Line 2 of p.jsonl has no "id"'),
        ('{"id": " ", "evidence": "x", "claim": "y", "label": 1}', 'Line 2 of p.jsonl has no "id"'),
        ('{"id": 2, "evidence": "", "claim": "y", "label": 1}', 'Line 2 of p.jsonl has no "evidence"'),
        ('{"id": 2, "evidence": "x", "claim": "\\u200b", "label": 1}', 'Line 2 of p.jsonl has no "claim"'),
        ('{"id": 2, "evidence": "x", "claim": "y", "label": 2}', 'Line 2 of p.jsonl has no "label"'),
        ('{"id": 2, "evidence": "x", "claim": "y", "label": "1"}', 'Line 2 of p.jsonl has no "label"'),
        ('{"id": 2, "evidence": "x", "claim": "y", "label": [1]}', 'Line 2 of p.jsonl has no "label"'),
        ('{"id": 2, "evidence": "x", "claim": "y"}', 'Line 2 of p.jsonl has no "label"'),
        ('{"id": 2, "evidence": "x", "claim": "y", "label": 1, "kind": 3}', 'Line 2 of p.jsonl has a "kind"'),
        (GOOD, "Line 2 of p.jsonl has an id that an earlier line has"),
    ],
)
def test_a_malformed_row_is_named_by_its_line(tmp_path: Path, line: str, what: str) -> None:
    file = tmp_path / "p.jsonl"
    file.write_text(f"{GOOD}\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError) as failed:
        read_labelled(file)
    assert failed.value.message.startswith(what)
    assert failed.value.hint


@pytest.mark.parametrize(("data", "what"), [(b"\n \n", "no rows"), (b"\xff\xfe{", "not UTF-8")])
def test_files_that_hold_no_rows(tmp_path: Path, data: bytes, what: str) -> None:
    file = tmp_path / "p.jsonl"
    file.write_bytes(data)
    with pytest.raises(InputError, match=what):
        read_labelled(file)


def test_files_that_are_not_there(tmp_path: Path) -> None:
    for path in (tmp_path / "none.jsonl", tmp_path, Path("\0")):
        with pytest.raises(InputError):
            read_labelled(path)


def test_a_sample_holds_every_kind_in_its_share() -> None:
    rows = [Labelled(f"{i:02}", Pair("x", "y"), True, "ab"[i % 2]) for i in range(12)]
    assert [r.kind for r in every_nth(rows, 3)] == ["a", "a", "b", "b"]
    assert len(every_nth(rows, 1)) == 12


@given(st.text(max_size=80))
def test_no_line_breaks_the_reader(line: str) -> None:
    from coach.evaluation.checkers import _labelled

    with pytest.raises(InputError):
        _labelled(line, "Line 1")
