from __future__ import annotations

import pytest

from coach.domain.errors import SourceError
from coach.domain.source import Draft, SourceKind, StatementKind
from coach.sources.curated import read_curated
from coach.sources.front_matter import split_front_matter

PRINCIPLE = """---
id: P8
title: Speak up
situations:
  - "vp wants date: help"
  - no to 3 asks
---

1. Bring achievements to leadership.

2. Do not overpromise. Negotiate.
"""
PRACTICE = """---
id: C1
title: Saying no
when: somebody wants a date
serves: [P8]
draws-on:
  - "A book: a fact"
situations:
  - "they want may"
---
1. advice P8.3, P8.2: Say 'Not by then': it is honest.
2. if-then P8.2: If asked, then wait.
"""


def read(text: str, kind: SourceKind = SourceKind.PRACTICE) -> Draft:
    return read_curated(split_front_matter(text, "x.md"), kind, "x.md", path="corpus/x.md", builtin=True)


def test_a_principle() -> None:
    draft = read(PRINCIPLE, SourceKind.PRINCIPLE)

    assert (draft.number, draft.title, draft.builtin, draft.path) == (8, "Speak up", True, "corpus/x.md")
    assert draft.situations == ("vp wants date: help", "no to 3 asks")
    assert [(s.text, s.kind, s.line) for s in draft.statements] == [
        ("Bring achievements to leadership.", StatementKind.PRINCIPLE, 9),
        ("Do not overpromise. Negotiate.", StatementKind.PRINCIPLE, 11),
    ]


def test_a_practice() -> None:
    draft = read(PRACTICE)

    assert (draft.number, draft.when, draft.serves, draft.draws_on) == (
        1,
        "somebody wants a date",
        ("P8",),
        ("A book: a fact",),
    )
    assert [(s.kind, s.serves, s.text, s.line) for s in draft.statements] == [
        (StatementKind.ADVICE, ("P8.3", "P8.2"), "Say 'Not by then': it is honest.", 11),
        (StatementKind.IF_THEN, ("P8.2",), "If asked, then wait.", 12),
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("2. if-then", "3. if-then", "line 12: the statement has number 3 where 2 should follow"),
        ("2. if-then", "1. if-then", "line 12: the statement has number 1 where 2 should follow"),
        ("2. if-then", "if-then", "line 12: this is not a numbered statement"),
        ("if-then P8.2:", "wisdom P8.2:", "line 12: there is no kind “wisdom”"),
        ("if-then P8.2:", "principle P8.2:", "line 12: there is no kind “principle”"),
        ("if-then P8.2:", "if-then P8:", "line 12: this is not a practice statement"),
        ("if-then P8.2:", "if-then:", "line 12: this is not a practice statement"),
        ("If asked", "If asked" + " x" * 600, "line 12: the statement has more than 1000"),
        ("id: C1", "id: P1", "“id” is P1, which is not the id of a practice"),
        ("id: C1", "id: C01", "“id” is C01"),
        ("id: C1\n", "", "“id” is None"),
        ("title: Saying no\n", "", "“title” is missing"),
        ("title: Saying no", "title: [a]", "“title” is missing or is not text"),
        ("when: somebody wants a date\n", "", "“when” is missing"),
        ("serves: [P8]", "serves: P8", "“serves” is not a list"),
        ("serves: [P8]", "serves: [P8.1]", "“serves” names P8.1"),
        ('  - "they want may"', "  - a: b", "“situations” is not a list of texts"),
        (
            "1. advice P8.3, P8.2: Say 'Not by then': it is honest.\n2. if-then P8.2: If asked, then wait.\n",
            "",
            "no st",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(old: str, new: str, message: str) -> None:
    assert old in PRACTICE
    with pytest.raises(SourceError) as caught:
        read(PRACTICE.replace(old, new))

    assert caught.value.message.startswith("x.md")
    assert message in caught.value.message
    assert caught.value.hint
