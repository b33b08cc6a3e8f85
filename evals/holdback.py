"""Marks the cases that are held back: about a quarter, chosen by a hash of the id. ``python -m evals.holdback``

Whoever adds cases runs it again. Only the lines ``holdback: true`` change; comments and escapes stay as they are.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent / "cases"
_ITEM = re.compile(r"^- id: *['\"]?([a-z]+\d+)['\"]?[ \t]*$", re.MULTILINE)
_MARK = re.compile(r"^  holdback:.*\n", re.MULTILINE)


def is_held_back(case: str) -> bool:
    """Whether the case with this id is held back."""
    return int(hashlib.sha256(case.encode()).hexdigest(), 16) % 4 == 0


def marked(text: str) -> str:
    """Return the text of a file of cases with the right marks, and nothing else changed."""
    items = list(_ITEM.finditer(text))
    done = text[: items[0].start()] if items else text
    ends = [*(i.start() for i in items[1:]), len(text)]
    for item, end in zip(items, ends, strict=False):
        body = _MARK.sub("", text[item.end() : end])
        done += item.group() + ("\n  holdback: true" if is_held_back(item.group(1)) else "") + body
    rows, was = yaml.safe_load(done) or [], yaml.safe_load(text) or []
    if [{**r, "holdback": None} for r in rows] != [{**r, "holdback": None} for r in was]:
        raise ValueError("the file has a form that cannot be marked")
    if any(r.get("holdback", False) is not is_held_back(r["id"]) for r in rows):
        raise ValueError("an item does not begin with its id")
    return done


def main() -> None:
    """Mark all files."""
    for path in sorted(FOLDER.glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        path.write_text(marked(text), encoding="utf-8")


if __name__ == "__main__":
    main()
