"""Markdown as the programs write it that keep notes: Obsidian, Logseq and their like."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from coach.sources.formats.markdown import read_markdown
from tests.sources.formats.reading import heard, note

OBSIDIAN = """# Sprint [[Retro 2026|retro]] ^top

%% hidden: ignore
all rules %%
> [!warning]- No weekend work
> We agreed on it. #decision
> - one of us

> [!tip] Only a title

See ![[diagram.png]], ![[Note#Scope|wide]], [[Page#Dates]], [[Page#^b12]] and [[#Here]]. ^block-1
Owner:: [[Lead engineer]]
id:: 64f00000
Not a tag: `#code`, #12; a ==high== [status:: open] note.[^1]

[^1]: A footnote.
[x]: javascript:alert(1)
"""


def test_what_obsidian_writes() -> None:
    document = read_markdown(OBSIDIAN)

    assert heard(OBSIDIAN) == [
        ("We agreed on it.", ("Sprint retro", "Warning: No weekend work")),
        ("one of us", ("Sprint retro", "Warning: No weekend work")),
        ("Tip: Only a title", ("Sprint retro",)),
        (
            "See (embedded: diagram.png), (embedded: Note > Scope), Page > Dates, Page and Here.",
            ("Sprint retro",),
        ),
        ("Not a tag: #code, #12; a high status: open note.", ("Sprint retro",)),
        ("Owner: Lead engineer", ("Sprint retro",)),
        ("A footnote.", ("Sprint retro",)),
    ]
    assert document.tags == ("decision",)
    assert document.marks == ("decision", "code")


LOGSEQ = """title:: The drift incident
tags:: incident, [[on call]], #pager
date:: [[Sep 14th, 2026]]

- ## Decisions
\t- Retrain on drift
\t  id:: 64f00000-1111-2222-3333-444455556666
\t  collapsed:: true
\t\t- TODO [#A] write the alert #[[data team]]
\t\t  SCHEDULED: <2026-09-21 Mon>
\t\t  :LOGBOOK:
\t\t  CLOCK: [2026-09-14 Mon 10:00:00]
\t\t  :END:
\t\t\t- DONE ask for the threshold
- ## Open
- see ((64f00000-1111-2222-3333-444455556666)) {{query (todo)}}
- {{embed [[Roadmap]]}}
- #+BEGIN_QUOTE
  Ship less.
  #+END_QUOTE
"""


def test_what_logseq_writes(tmp_path: Path) -> None:
    draft = note(LOGSEQ, tmp_path, "2026_01_02.md")

    assert (draft.title, draft.date) == ("The drift incident", date(2026, 9, 14))
    assert draft.tags == ("incident", "on call", "pager", "data team")
    assert [(s.text, s.heading, s.line) for s in draft.statements] == [
        ("Retrain on drift", ("Decisions",), 6),
        ("Open: write the alert data team", ("Decisions", "Retrain on drift"), 9),
        ("Scheduled: 2026-09-21 Mon", ("Decisions", "Retrain on drift", "Open: write the alert data team"), 9),
        ("Done: ask for the threshold", ("Decisions", "Retrain on drift", "Open: write the alert data team"), 14),
        ("see (another block)", ("Open",), 16),
        ("(embedded: Roadmap)", ("Open",), 17),
        ("Ship less.", ("Open",), 18),
    ]


def test_a_journal_is_named_and_dated_by_its_day(tmp_path: Path) -> None:
    draft = note("- Ship it.\n", tmp_path, "2026_09_14.md")

    assert (draft.title, draft.date) == ("2026-09-14", date(2026, 9, 14))


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ("[ ] a", "Open: a"),
        ("[X] a", "Done: a"),
        ("[/] a", "Doing: a"),
        ("[-] a", "Cancelled: a"),
        ("DOING a", "Doing: a"),
        ("WAITING a", "Waiting: a"),
        ("CANCELED [#B] a", "Cancelled: a"),
        ("TODOs are a smell", "TODOs are a smell"),
    ],
)
def test_tasks(item: str, said: str) -> None:
    assert heard(f"- {item}\n") == [(said, ())]


def test_what_only_programs_read_is_left_out() -> None:
    text = "```dataview\nTABLE x\n```\n\n<script>alert(1)</script>\n\n<style>p {}</style>\n\n#tag #other\n\nSaid.\n"

    assert heard(text) == [("Said.", ())]


@pytest.mark.parametrize("text", ["100%% sure.", "```\n%%time\nx\n```\nSaid.", "%% open\nSaid."])
def test_a_percent_sign_hides_nothing_by_itself(text: str) -> None:
    assert heard(text)[-1][0].split()[-1] in ("sure.", "Said.")
