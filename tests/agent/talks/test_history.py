from __future__ import annotations

import stat
from pathlib import Path

import pytest

from coach.agent.talks.history import forget_lines
from coach.domain.errors import StoreError

QUESTION = "the quagga team wants\na date for the launch"


@pytest.fixture
def history(tmp_path: Path) -> Path:
    return tmp_path / "history"


def test_the_lines_of_a_question_go(history: Path) -> None:
    history.write_text(
        "hello\nthe quagga team wants\n/why\na date  for the launch\n/find the quagga team wants\n", "utf-8"
    )
    assert forget_lines(history, [QUESTION]) == 3
    assert history.read_text("utf-8") == "hello\n/why\n"
    assert stat.S_IMODE(history.stat().st_mode) == 0o600
    assert list(history.parent.iterdir()) == [history]


def test_a_short_text_goes_only_where_it_is_the_whole_line(history: Path) -> None:
    history.write_text("why?\nwhy? and how?\n", "utf-8")
    assert forget_lines(history, ["why?"]) == 1
    assert history.read_text("utf-8") == "why? and how?\n"


def test_blanks_as_libedit_writes_them_are_known(history: Path) -> None:
    history.write_text("_HiStOrY_V2_\nthe\\040quagga\\040team\\040wants\nhello\n", "utf-8")
    assert forget_lines(history, [QUESTION]) == 1
    assert history.read_text("utf-8") == "_HiStOrY_V2_\nhello\n"


def test_bytes_that_are_no_text_stay(history: Path) -> None:
    history.write_bytes(b"\xff\xfe\nthe quagga team wants\n")
    forget_lines(history, [QUESTION])
    assert history.read_bytes() == b"\xff\xfe\n"


def test_without_a_history_or_a_text_nothing_is_made(history: Path) -> None:
    assert forget_lines(history, [QUESTION]) == 0
    assert not history.exists()
    history.write_text("hello\n", "utf-8")
    assert forget_lines(history, [""]) == 0


def test_a_history_that_cannot_be_read_is_said(history: Path) -> None:
    history.mkdir()
    with pytest.raises(StoreError, match="could not be changed"):
        forget_lines(history, [QUESTION])
