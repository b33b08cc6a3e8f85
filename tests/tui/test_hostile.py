"""Whatever a model, a note, a title or an error says: nothing runs, nothing crashes, no escape reaches the frame."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.content import Content

from coach.agent.events import Checked, Delivered, Drafted, Step
from coach.domain.answer import Citation, Sentence, Verdict
from coach.domain.errors import ModelError
from coach.domain.evidence import Evidence
from coach.domain.source import Source, SourceKind, Statement, StatementKind
from coach.domain.text import clean
from coach.tui import safe
from coach.tui.app import CoachApp
from coach.tui.widgets.prose import Prose
from tests.cli.sample import quoted_answer
from tests.tui.driving import Driver, running
from tests.tui.fakes import ScriptedCoach

HOSTILE = [
    "[/INST] end",
    "[@click=app.pwn]press[/]",
    "[@click='app.pwn']press[/@click] [link=file:///etc/passwd]x[/link]",
    "[bold]never closed [red on",
    "\x1b[2J\x1b[31mred\x1b[0m",
    "\x1b]52;c;aGFjaw==\x07 and \x1b]0;title\x07",
    "\x9b31mC1 \x9d52;c;aGk=\x9c \x90q\x9c",
    "\u202eevil\u2066 \u200bhidden\u2069 \ufeff",
    "a\x00b\x08\x08c\x7f\x0bd\r\ne",
    "\x1b unfinished \x1b[",
    "[$secret] {braces} %s :smile: \\[x] `md` **b** <b>",
    "\ud800 lone surrogate",
    "e\u0301" * 20 + "👩‍👩‍👧‍👦" * 5,
    "w" * 3000,
]
MARKDOWN = [
    "[x](javascript:alert(1)) [y](file:///etc/passwd) <javascript:a> [z](data:text/html,x)",
    "**[@click=app.pwn]press[/]** `[@click=app.pwn]c[/]` [[@click=app.pwn]l](https://a.example/[@click=app.pwn])",
    "- [@click=app.pwn]item[/]\n1. **[/INST]**\n# [bold]never closed\n> [red on",
    "&#27;[2J &#x202e;evil <http://a.example/%1b[2J%E2%80%AE> [a](https://a.example/%1b%E2%80%AE)",
    "![p](https://a.example/p.png) [![p](https://a.example/p.png)](https://a.example) <img src=x> <!-- c -->",
    "[" * 500 + "x" + "](https://a.example)" * 500,
    "**\x1b[2J** `\x9b31m` ~~\u202eevil~~ *\x00*",
    '⁘⁙⁛⁜⁝⸖⸗ **b** [N1.1] `⁘ [N1.1]` [t](https://a.example "[N1.1]") **[N1.1](https://a.example)**',
]
#: The same together, for the flows that take long.
MIXED = [" ".join(HOSTILE[:4]), " ".join(HOSTILE[4:9]), " ".join(HOSTILE[9:])]
#: Everything that models could write.
WRITTEN = [*MIXED, " ".join(MARKDOWN[:4]), " ".join(MARKDOWN[4:])]
#: What no frame may hold: controls other than line breaks, bidi and zero-width characters, lone surrogates.
_FORBIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


@pytest.fixture(autouse=True)
def pwned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Actions that a text had run."""
    ran: list[str] = []
    monkeypatch.setattr(CoachApp, "action_pwn", lambda self: ran.append("pwn"), raising=False)
    return ran


async def inspect(tui: Driver, pwned: list[str]) -> None:
    """Look at every cell, and click everywhere."""
    assert _FORBIDDEN.search(tui.frame) is None, repr(_FORBIDDEN.search(tui.frame))
    for strip in tui.app.screen._compositor.render_strips():
        for segment in strip:
            meta = segment.style.meta if segment.style else {}
            assert "@click" not in meta, segment
            assert not (segment.style and segment.style.link), segment
    await tui.pilot.pause()
    assert pwned == []


def storable(text: str) -> str:
    """`text` as the store could hold it: nothing that is not Unicode."""
    return text.encode("utf-8", "replace").decode()


def answer_with(text: str) -> Any:
    statement = Statement("N1.1", storable(text), StatementKind.NOTE, heading=(text,))
    sentence = Sentence(
        text, (Citation("N1.1", statement.hash), Citation(text, "x")), Verdict.UNSUPPORTED, 0.1, text, text, text
    )
    return quoted_answer(
        sentences=(sentence, replace(sentence, part="notes"), replace(sentence, part="notes")),
        evidence=(Evidence(statement, SourceKind.NOTE, text, 0.5, text),),
        model=text,
        composer="free",
        checker=text,
        remarks=(text,),
    )


def coach_with(text: str) -> ScriptedCoach:
    coach = ScriptedCoach()
    coach.choice = replace(coach.choice, kind="ollama", name=text, why=text, leaves=text, remote=False)
    statements = tuple(
        Statement(f"N1.{i}", storable(text), StatementKind.NOTE, heading=(text, str(i))) for i in range(1, 4)
    )
    coach.library.all.append(
        Source("N1", SourceKind.NOTE, text, statements, path=f"/tmp/{text}", tags=(text,), when=text, draws_on=(text,))
    )
    coach.keep(text, quoted_answer(question=text))
    answer = answer_with(text)
    coach.scripts.append(
        [
            Step(text),
            *(Drafted(c) for c in text[:200]),
            Drafted(text + " [N1.1]"),
            *(Checked(i, s) for i, s in enumerate(answer.sentences)),
            Delivered(answer),
        ]
    )
    return coach


@pytest.mark.parametrize("text", WRITTEN)
async def test_an_answer_and_its_evidence(text: str, pwned: list[str]) -> None:
    async with running(coach_with(text), size=(120, 40)) as tui:
        await inspect(tui, pwned)
        await tui.ask(text if text.isprintable() else f"say {text}")
        await inspect(tui, pwned)
        await tui.press("ctrl+down")
        await tui.until(lambda: any("citation 1 of 3" in p.plain for p in tui.app.screen.query(Prose)))
        await inspect(tui, pwned)
        for x, y in ((3, 3), (25, 5), (40, 6), (90, 3), (90, 9)):
            await tui.pilot.click(offset=(x, y))
        await inspect(tui, pwned)
        await tui.press("ctrl+f")
        await tui.type("press")
        await inspect(tui, pwned)


@pytest.mark.parametrize("text", HOSTILE + MARKDOWN)
async def test_a_draft_that_is_cut_in_the_middle_of_anything(text: str, pwned: list[str]) -> None:
    coach = ScriptedCoach()
    coach.scripts.append([*(Drafted(c) for c in text[:300]), ModelError(text, text)])
    async with running(coach) as tui:
        await tui.ask("what do I say?")
        await inspect(tui, pwned)
        assert tui.prompt == "what do I say?"


@pytest.mark.parametrize("text", MIXED)
async def test_lists_of_conversations_and_sources(text: str, pwned: list[str]) -> None:
    async with running(coach_with(text), size=(120, 40)) as tui:
        await tui.press("ctrl+s")
        await tui.until(lambda: "1 conversation." in tui.frame)
        await inspect(tui, pwned)
        await tui.press("r")
        await tui.shows("Title of this conversation")
        await inspect(tui, pwned)
        await tui.press("escape")
        await tui.press("enter")
        await tui.until(lambda: len(tui.turns) == 1)
        await inspect(tui, pwned)
        await tui.press("ctrl+l")
        await tui.shows("4 sources.")
        await tui.press("3")
        await tui.shows("2 sources.")
        await tui.press("down")
        await tui.until(lambda: "N1.1" in [p.plain for p in tui.app.screen.query(Prose)])
        await inspect(tui, pwned)
        await tui.press("x")
        await tui.shows("y yes")
        await inspect(tui, pwned)
        await tui.press("y")
        await tui.until(lambda: "Removed N1" in tui.toasts)
        await inspect(tui, pwned)


@pytest.mark.parametrize("text", MIXED)
async def test_toasts_and_errors(text: str, pwned: list[str]) -> None:
    coach = ScriptedCoach()
    coach.library.failure = ModelError(text, text)
    async with running(coach, ready=False) as tui:
        await tui.until(lambda: tui.toasts)
        safe.tell(tui.app, text, text, "warning")
        await tui.pilot.pause()
        await inspect(tui, pwned)
        assert _FORBIDDEN.search(tui.toasts.replace("\n", "")) is None


@pytest.mark.parametrize("text", MIXED)
async def test_what_is_pasted_typed_and_copied(text: str, pwned: list[str]) -> None:
    from textual import events

    async with running() as tui:
        tui.app.post_message(events.Paste(text))
        await tui.pilot.pause()
        await inspect(tui, pwned)
        assert tui.prompt == clean(text)
        await tui.press("ctrl+f")
        tui.app.post_message(events.Paste(text))
        await tui.pilot.pause()
        await inspect(tui, pwned)


@pytest.mark.parametrize("text", MIXED)
async def test_preferences_and_file_names(text: str, pwned: list[str], tmp_path: Path) -> None:
    path = tmp_path / "tui.json"
    path.write_text(text.encode("utf-8", "replace").decode())
    async with running(preferences_path=path) as tui:
        await tui.until(lambda: "cannot be read as preferences" in tui.toasts)
        await tui.press("ctrl+l", "a")
        await tui.shows("Add files")
        from textual.widgets import Input

        tui.app.screen.query_one(Input).value = clean(f"'{text.replace(chr(39), '')}'")
        await tui.press("enter")
        await tui.pilot.pause()
        await inspect(tui, pwned)


@pytest.mark.parametrize("text", HOSTILE)
def test_content_says_what_it_was_given(text: str) -> None:
    for made in (safe.text(text), safe.line(text), safe.line(text, 20)):
        assert isinstance(made, Content)
        assert made.spans in ([], ())
        assert _FORBIDDEN.search(made.plain.replace("\n", "")) is None
    assert safe.line(text, 20).cell_length <= 20
