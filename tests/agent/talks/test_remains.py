from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.agent.talks.remains import found_in, pieces
from coach.domain.errors import StoreError

TEXT = "the quagga team wants a date for the launch, and “soon” is\nnot one that we can name"


def test_pieces_are_words_of_the_text() -> None:
    found = pieces([TEXT])
    assert found
    assert all(piece in TEXT and 12 <= len(piece) <= 28 for piece in found)


def test_a_hash_a_word_or_a_few_letters_are_no_piece() -> None:
    assert pieces(["0123456789abcdef0123456789abcdef", "supercalifragilistic", "a b c", ""]) == []


def test_each_of_many_texts_has_its_piece() -> None:
    texts = [f"{n:05} is the number of a longer text that has several pieces" for n in range(30)]
    assert {piece[:5] for piece in pieces(texts)} >= {f"{n:05}" for n in range(30)}


@given(st.text(max_size=300))
def test_pieces_stand_in_json_as_they_are(text: str) -> None:
    written = json.dumps(text, ensure_ascii=False)
    assert all(piece in written for piece in pieces([text]))


def test_files_that_hold_a_piece_are_named(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    held = tmp_path / "deep" / "er" / "notes.bin"
    held.write_bytes(b"\x00\xff" * 5000 + TEXT.encode() + b"\x00")
    (tmp_path / "other").write_text("something else", "utf-8")
    (tmp_path / "empty").touch()
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "weights").write_text(TEXT, "utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "models" / "weights")
    found = found_in(tmp_path, pieces([TEXT]), leave_out=["models"])
    assert list(found) == [str(held)]


def test_a_deleted_row_that_sqlite_kept_is_found(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete = OFF")
        connection.execute("CREATE TABLE t (text)")
        connection.executemany("INSERT INTO t VALUES (?)", [(TEXT,), ("something else",)])
        connection.execute("DELETE FROM t WHERE text = ?", (TEXT,))
    assert found_in(tmp_path, pieces([TEXT]), leave_out=[])


@pytest.mark.skipif(os.geteuid() == 0, reason="who may read everything is refused nothing")
def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(TEXT, "utf-8")
    (tmp_path / "a").chmod(0)
    with pytest.raises(StoreError, match="cannot be read"):
        found_in(tmp_path, pieces([TEXT]), leave_out=[])
