from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest
from rich.console import Console

from coach.agent.events import Drafted, Step
from coach.cli.render import Watch, print_answer
from coach.domain.answer import Answer, Sentence
from tests.cli.sample import FORBIDDEN, HOSTILE, quoted_answer, written_answer

_STYLE = re.compile(r"\x1b\[[0-9;]*m")


def _printed(answer: Answer, leaves: str = "", *, width: int = 60, colour: bool = False) -> str:
    file = io.StringIO()
    out = Console(
        file=file,
        width=width,
        force_terminal=colour,
        color_system="truecolor" if colour else None,
        markup=False,
        emoji=False,
    )
    print_answer(answer, leaves, out)
    return file.getvalue()


def test_a_page_of_quotes_reads_like_a_page() -> None:
    text = _printed(quoted_answer())
    assert "What applies\nName the cost of the date before you name the date. [P8.2]\n" in text
    assert "How\n• Offer two scopes and one date. [C1.1]\n• Write the offer down. [C1.2]\n" in text
    assert "supported" not in text.split("Statements cited")[0]
    assert "4 of 4 claims supported, all quoted" in text


def test_verdicts_are_words_and_colours() -> None:
    plain = _printed(written_answer(), width=200)
    assert "✓ supported" in plain
    assert "✗ unsupported" in plain
    assert "? uncited" in plain
    coloured = _printed(written_answer(), width=200, colour=True)
    assert "\x1b[31m✗ unsupported" in coloured
    assert "\x1b[32m✓ supported" in coloured


@pytest.mark.parametrize("width", [2, 20, 33, 80, 400])
def test_no_line_is_wider_than_the_window_or_ends_in_spaces(width: int) -> None:
    lines = _printed(written_answer(), "x" * 500, width=width).splitlines()
    if width >= 20:
        assert max(map(len, lines)) <= min(width, 100)
    assert not any(line != line.rstrip() for line in lines)


def test_no_color_is_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    text = _printed(written_answer(), width=200, colour=True)
    assert "\x1b[31m" not in text
    assert "\x1b[32m" not in text


def test_hostile_text_is_shown_as_text() -> None:
    sentence = Sentence(HOSTILE, part="frame")
    answer = quoted_answer(sentences=(sentence, *quoted_answer().sentences), remarks=(HOSTILE,), checker=HOSTILE)
    answer = replace(answer, evidence=tuple(replace(e, source_title=HOSTILE) for e in answer.evidence))
    text = _STYLE.sub("", _printed(answer, HOSTILE, width=300, colour=True))
    assert not any(mark in text for mark in (*FORBIDDEN, "\x1b"))
    assert text.count("red [/INST] [@click=app.bell]x[/] [bold]b[/bold] evil") >= 4
    assert ":smile:" in text


def test_the_watch_shows_step_and_draft_and_takes_them_away() -> None:
    file = io.StringIO()
    out = Console(file=file, width=60, height=20, force_terminal=True, color_system=None)
    with Watch(out) as watch:
        watch(Step("draft"))
        watch(Drafted("Name the cost [/INST] "))
        watch(Drafted("\x1b]52;c;aGk=\x07first."))
    text = file.getvalue()
    assert "Writing …" in text
    assert "Name the cost [/INST] first." in text
    assert "\x1b]" not in text
    # Erases the line that it stands on, for each line that it took.
    assert text.rstrip().endswith("\x1b[2K") or "\x1b[1A\x1b[2K" in text


def test_the_watch_shows_the_end_of_a_long_draft() -> None:
    file = io.StringIO()
    out = Console(file=file, width=40, height=8, force_terminal=True, color_system=None)
    with Watch(out) as watch:
        watch(Drafted(" ".join(f"word{i}" for i in range(200))))
    assert "word199" in file.getvalue()
    assert "word10 " not in file.getvalue()
