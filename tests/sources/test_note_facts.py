from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from coach.sources.note_facts import is_private, note_date, tags_of

DAY = date(2026, 9, 14)


@pytest.mark.parametrize(
    ("front", "name", "heading", "metadata", "expected"),
    [
        ("date: [[2026-09-14]]", "2025-01-01", "1 May 2025", date(2024, 1, 1), DAY),
        ("created: 2026-09-14", "2025-01-01", "1 May 2025", date(2024, 1, 1), DAY),
        ("created: soon", "2026_09_14", "1 May 2025", date(2024, 1, 1), DAY),
        ("{}", "GMT20260914-100000_Recording.transcript", "", None, DAY),
        ("{}", "Retro", "Retro of 14 September 2026", date(2024, 1, 1), DAY),
        ("{}", "Retro 2025-01", "October 2025", DAY, DAY),
        ("{}", "Retro 2026-09", "October 2025", None, date(2026, 9, 1)),
        ("{}", "Retro", "Retro, September 2026", None, date(2026, 9, 1)),
        ("{}", "2026-W37", "", None, date(2026, 9, 7)),
        ("{}", "2026-W60 v2026-13 1.2026-09", "", None, date(2020, 1, 1)),
    ],
)
def test_where_a_date_comes_from(
    tmp_path: Path, front: str, name: str, heading: str, metadata: date | None, expected: date
) -> None:
    path = tmp_path / f"{name}.md"
    path.write_text("x")
    noon = 1577880000
    os.utime(path, (noon, noon))

    assert note_date(yaml.safe_load(front), path, heading, "n", metadata=metadata) == expected


@pytest.mark.parametrize(
    ("said", "tags"),
    [
        ("#hr #private", ("hr", "private")),
        ("sprint retro, #hr", ("sprint retro", "hr")),
        (["a", "#b", None, ["c"]], ("a", "b", "None")),
        (7, ()),
    ],
)
def test_tags(said: Any, tags: tuple[str, ...]) -> None:
    assert tags_of({"tags": said}) == tags


@pytest.mark.parametrize(
    ("tag", "private"),
    [("hr", True), ("HR", True), ("hr/reviews", True), ("hr reviews", True), ("hrx", False), ("x/hr", False)],
)
def test_a_tag_below_a_private_one_is_private(tag: str, private: bool) -> None:
    assert is_private({}, [tag], Path("/x/n.md"), folders=(), private_tags=["#hr"]) is private
