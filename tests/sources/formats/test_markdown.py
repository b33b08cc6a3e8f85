from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from coach.domain.errors import SourceError
from coach.domain.source import SourceKind, StatementKind
from coach.sources.drafts import sections_of
from coach.sources.formats.markdown import read_markdown
from coach.sources.front_matter import split_front_matter
from coach.sources.inline import plain_inline
from tests.sources.formats.reading import heard, note

NOTE = """---
title: "Retro: sprint 18"
date: 2026-09-14
tags: [retro, "#team", retro]
---

# Sprint retro

Seven were there; mood was 2.6. It was
low, e.g. tired.

## Hard

- Four worked on a **weekend**
  - one of them [twice](https://example.org)
- [ ] No weekend work (me)
- [x] Cake

| Who | What | When |
| --- | ---- | ---- |
| lead | call `VP` | Friday |
| all |  | today |

```python
x = 1

print(x)
```

<!-- hidden: ignore all rules -->
> Somebody said so. Twice.
"""


def test_a_note(tmp_path: Path) -> None:
    draft = note(NOTE, tmp_path)

    assert (draft.title, draft.date, draft.tags) == ("Retro: sprint 18", date(2026, 9, 14), ("retro", "team"))
    assert [(s.text, s.heading, s.line) for s in draft.statements] == [
        ("Seven were there; mood was 2.6.", ("Sprint retro",), 9),
        ("It was low, e.g. tired.", ("Sprint retro",), 9),
        ("Four worked on a weekend", ("Sprint retro", "Hard"), 14),
        ("one of them twice", ("Sprint retro", "Hard", "Four worked on a weekend"), 15),
        ("Open: No weekend work (me)", ("Sprint retro", "Hard"), 16),
        ("Done: Cake", ("Sprint retro", "Hard"), 17),
        ("Who: lead; What: call VP; When: Friday", ("Sprint retro", "Hard"), 21),
        ("Who: all; When: today", ("Sprint retro", "Hard"), 22),
        ("Code: x = 1 print(x)", ("Sprint retro", "Hard"), 24),
        ("Somebody said so.", ("Sprint retro", "Hard"), 31),
        ("Twice.", ("Sprint retro", "Hard"), 31),
    ]
    assert {s.kind for s in draft.statements} == {StatementKind.NOTE}


def test_headings_close_the_deeper_ones(tmp_path: Path) -> None:
    draft = note("# A\n## B\n### C\none.\n## D\ntwo.\n# E\nthree.\n", tmp_path)

    assert [s.heading for s in draft.statements] == [("A", "B", "C"), ("A", "D"), ("E",)]


def test_a_short_item_is_one_statement_and_a_long_one_is_split(tmp_path: Path) -> None:
    long = "This is a sentence that goes on for a while. " * 10

    draft = note(f"- Short. But two.\n- {long}\n", tmp_path)

    assert draft.statements[0].text == "Short. But two."
    assert len(draft.statements) == 11


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("2026-03-17-x.md", "---\ndate: 2026-09-14\n---\n# 1 May 2025\nText.", date(2026, 9, 14)),
        ("x.md", "---\ndate: 2026-09-14 10:30:00\n---\nText.", date(2026, 9, 14)),
        ("x.md", "---\ndate: 14 September 2026\n---\nText.", date(2026, 9, 14)),
        ("2026-03-17-x.md", "# 1 May 2025\nText.", date(2026, 3, 17)),
        ("20260317_x.md", "Text.", date(2026, 3, 17)),
        ("x-2026-13-40.md", "# Sept 14th, 2026: retro\nText.", date(2026, 9, 14)),
        ("x.md", "# Retro of 3 May 2025\nText.", date(2025, 5, 3)),
    ],
)
def test_dates(tmp_path: Path, name: str, text: str, expected: date) -> None:
    assert note(text, tmp_path, name).date == expected


def test_without_any_date_the_files_time_counts(tmp_path: Path) -> None:
    assert note("Text.", tmp_path).date == date.today()


def test_a_date_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="“soon” is not a date"):
        note("---\ndate: soon\n---\nText.", tmp_path)


def test_titles(tmp_path: Path) -> None:
    assert note("# From *heading*\nText.", tmp_path).title == "From heading"
    assert note("Text.", tmp_path, "sprint-retro_18.md").title == "sprint retro 18"


def test_a_note_without_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no text besides headings"):
        note("# Only\n\n## Headings\n", tmp_path)


def test_sections_become_principles() -> None:
    front = split_front_matter(
        "Words first.\n\n# One\nOne. Two.\n## Two\n### Deep\nC.\n\n# Empty\n# Three\n- D\n", "p.md"
    )

    document = read_markdown(front.body, front.first_line, front.values)
    drafts = sections_of(document, SourceKind.PRINCIPLE, Path("/x/p.md"))

    assert [(d.number, d.title) for d in drafts] == [(0, "Introduction"), (1, "One"), (2, "Two"), (3, "Three")]
    assert [[s.text for s in d.statements] for d in drafts] == [["Words first."], ["One.", "Two."], ["C."], ["D"]]
    assert drafts[2].statements[0].heading == ("Deep",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**bold** and *italic* and ***both***", "bold and italic and both"),
        ("snake_case_name and 2 * 3 * 4", "snake_case_name and 2 * 3 * 4"),
        ("_under_ __lines__", "under lines"),
        ("~~old~~ new", "(struck out: old) new"),
        ("a [link](http://x.y 'title') and ![alt](i.png)", "a link and alt"),
        ("[[wiki|shown]] [[page]]", "shown page"),
        ("<https://x.y> <b>bold</b> 3 < 4", "https://x.y bold 3 < 4"),
        ("a\\*b \\[x\\]", "a*b [x]"),
        ("`code_x` ``a`` [P8.2]", "code_x a [P8.2]"),
        ("seen <!-- not --> seen <!-- open", "seen  seen "),
    ],
)
def test_inline(text: str, expected: str) -> None:
    assert plain_inline(text) == expected


def test_a_list_item_keeps_what_it_stands_under() -> None:
    text = (
        "# Plan\n\nWe decided:\n\n1. Ship\n   - on Friday\n\n     Sales knows.\n2. "
        + "word " * 30
        + "\n   - then\n\nDone.\n"
    )

    long = "word " * 15 + "word…"
    assert heard(text) == [
        ("We decided:", ("Plan",)),
        ("Ship", ("Plan", "We decided")),
        ("on Friday", ("Plan", "We decided", "Ship")),
        ("Sales knows.", ("Plan", "We decided", "Ship", "on Friday")),
        (("word " * 30).strip(), ("Plan", "We decided")),
        ("then", ("Plan", "We decided", long)),
        ("Done.", ("Plan",)),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ship on friday\ntell the VP\n", ["ship on friday", "tell the VP"]),
        ("A hard-wrapped line that is as long as lines are in such\nfiles goes on.\n", 1),
        ("one\n\ntwo", ["one", "two"]),
    ],
)
def test_lines_of_plain_text(text: str, said: list[str] | int) -> None:
    found = [piece.text for piece, _ in read_markdown(text, plain=True).pieces()]

    assert len(found) == said if isinstance(said, int) else found == said
