from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.cli.rows import dumps, read_rows, read_text, turns_of
from coach.domain.errors import InputError
from coach.domain.evidence import Turn
from tests.cli.conftest import Input
from tests.cli.sample import FORBIDDEN, HOSTILE

_ANY_TEXT = st.text(st.characters(exclude_categories=[]))
_JSON = st.recursive(
    _ANY_TEXT | st.integers() | st.none(), lambda v: st.lists(v) | st.dictionaries(_ANY_TEXT, v), max_leaves=8
)


@given(_JSON)
def test_what_is_printed_reads_back_as_it_was_and_can_be_encoded(value: Any) -> None:
    printed = dumps(value)
    assert json.loads(printed) == value
    printed.encode("utf-8")


def test_what_is_printed_holds_nothing_that_a_terminal_obeys() -> None:
    printed = dumps({"id": HOSTILE})
    assert json.loads(printed)["id"] == HOSTILE
    assert not any(mark in printed for mark in (*FORBIDDEN, "\x1b"))
    assert "ä✓" in dumps("ä✓")


def _file(folder: Path, text: str | bytes) -> str:
    path = folder / "rows.jsonl"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def test_rows_are_read_and_empty_lines_passed_over(tmp_path: Path) -> None:
    name = _file(tmp_path, '\ufeff{"id": "a", "question": "one?"}\n\n{"id": 2, "question": "two\u2028?"}\r\n')
    assert list(read_rows(name, ["question"])) == [{"id": "a", "question": "one?"}, {"id": 2, "question": "two\u2028?"}]


def test_rows_come_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Input('{"id": "a", "question": "one?"}', tty=False))
    assert [r["id"] for r in read_rows("-", ["question"])] == ["a"]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[1]", "not a JSON object"),
        ('{"question": "x"}', 'no "id"'),
        ('{"id": true, "question": "x"}', 'no "id"'),
        ('{"id": 1.5, "question": "x"}', 'no "id"'),
        ('{"id": "b"}', 'no "question"'),
        ('{"id": "b", "question": " "}', 'no "question"'),
        ('{"id": "b", "question": 3}', 'no "question"'),
        ('{"id": "b", "question": "x", "turns": {}}', '"turns"'),
        ('{"id": "b", "question": "x", "turns": [{"question": "x"}]}', '"turns"'),
        ('{"id": "a", "question": "x"}', "an id that an earlier line has"),
    ],
)
def test_a_malformed_row_is_named_by_its_line_before_anything_is_done(tmp_path: Path, line: str, problem: str) -> None:
    name = _file(tmp_path, '{"id": "a", "question": "x"}\n\n' + line + "\n")
    with pytest.raises(InputError) as caught:
        next(read_rows(name, ["question"]))
    assert caught.value.message.startswith("Line 3 of ")
    assert problem in caught.value.message


@given(st.binary(max_size=200))
def test_any_bytes_give_rows_or_an_error_of_ours(data: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        try:
            rows = list(read_rows(_file(Path(folder), data), ["question"]))
        except InputError:
            return
        assert rows


@pytest.mark.parametrize(
    ("name", "problem"),
    [("absent", "There is no file"), ("", "is a folder"), ("binary", "not UTF-8"), ("a\0b", "cannot be read")],
)
def test_files_that_cannot_be_read_are_explained(tmp_path: Path, name: str, problem: str) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match=problem):
        read_text(f"{tmp_path}/{name}")


def test_a_file_without_rows_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no rows"):
        list(read_rows(_file(tmp_path, "\n \n"), ["question"]))


def test_turns_are_cleaned() -> None:
    [turn] = turns_of({"turns": [{"question": "a\x1b[31m", "answer": "\u202eb"}]})
    assert (turn.question, turn.answer) == ("a", "b")
    assert turns_of({}) == ()
    assert isinstance(turn, Turn)
