from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from coach.store.leaves import rows_on_pages

VALUES: list[object] = [
    None,
    0,
    1,
    -1,
    127,
    -128,
    128,
    32_767,
    -8_388_608,
    2**31,
    2**40,
    -(2**63),
    1.5,
    "",
    "text",
    "ünï " * 9,
    b"\x00\xff",
    "long " * 900,
    "very long " * 5_000,
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "x.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE things (key INTEGER PRIMARY KEY, a, b)")
        connection.executemany("INSERT INTO things VALUES (?, ?, ?)", [(i * 7, v, i) for i, v in enumerate(VALUES)])
        connection.executemany("INSERT INTO things VALUES (?, ?, ?)", [(2**40 + i, "x" * 50, i) for i in range(300)])
        connection.commit()
    return path


def read(path: Path) -> dict[int, tuple[object, ...]]:
    return {n: row[1:] for page in rows_on_pages(path, 4096) for n, row in page if len(row) == 3}


def test_rows_are_read_as_sqlite_reads_them(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        expected = {row[0]: row[1:] for row in connection.execute("SELECT key, a, b FROM things")}

    assert read(path) == expected


def test_rows_are_found_though_nothing_leads_to_them(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        [root] = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'things'").fetchone()
    whole = read(path)
    data = path.read_bytes()
    path.write_bytes(data[: (root - 1) * 4096] + b"\xff" * 4096 + data[root * 4096 :])
    with closing(sqlite3.connect(path)) as connection, pytest.raises(sqlite3.DatabaseError):
        connection.execute("SELECT * FROM things").fetchall()

    assert read(path) == whole


def test_no_page_is_an_error(path: Path) -> None:
    data = path.read_bytes()
    for seed in range(12):
        chance = random.Random(seed)
        spoilt = bytearray(data)
        for _ in range(chance.choice([3, 300])):
            spoilt[chance.randrange(100, len(data))] = chance.randrange(256)
        if seed % 3 == 0:
            spoilt = bytearray(chance.randbytes(len(data)))
            spoilt[0::4096] = b"\x0d" * len(spoilt[0::4096])
        path.write_bytes(spoilt)
        list(rows_on_pages(path, 4096))
    path.write_bytes(data[:5000])
    list(rows_on_pages(path, 4096))
