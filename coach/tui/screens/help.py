"""Help: three things to know first, what the marks mean, and the keys."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

_FIRST = (
    ("Say what happened.", "Type a situation in your own words and press Enter. What follows is taken as a follow-up."),
    (
        "Check what you are told.",
        "Ids such as [P8.2] are statements. Click one, or press Ctrl+Down, and it opens in its source. "
        "P is a principle, C a coaching practice, N one of your notes.",
    ),
    (
        "Stay in charge.",
        "Esc stops an answer and gives your words back. Where the sources are silent, the answer says so.",
    ),
)
_MARKS = (
    ("✓ quoted", "the sentence is the statement, word for word"),
    ("✓ supported", "the checker finds it in the statement"),
    ("…, mended", "it was rewritten, or replaced by its statement"),
    ("✗ unsupported", "the checker does not find it there: do not rely on it"),
    ("? uncited", "it names no statement: do not rely on it"),
    ("[P8.2·changed]", "it changed since it was cited, or it is ·gone"),
)
_KEYS = (
    ("Enter", "send", "Ctrl+J", "new line"),
    ("Esc", "stop, close, go back", "Up, Down", "earlier questions"),
    ("Ctrl+Down, Up", "next, previous citation", "Ctrl+B", "evidence panel"),
    ("Ctrl+F", "find in the conversation", "Ctrl+R", "ask again"),
    ("PgUp, PgDn, End", "scroll; follow", "Shift+Tab", "into the answers"),
    ("Ctrl+N", "new conversation", "Ctrl+S", "conversations"),
    ("Ctrl+L", "sources", "Ctrl+G", "model"),
    ("Ctrl+O", "external editor", "Ctrl+P", "every command"),
    ("Ctrl+T", "talks: see below", "Ctrl+Q", "quit"),
)
_IN_ANSWERS = (
    "In an answer: n p citations · 1-9 open one · y copy · Y with sources\ne edit · r ask again · c keep its plan"
)
_TALKS = (
    "Talks, Ctrl+T: prepare one, briefs, rehearsals, commitments, look back. f in a list forgets for good.\n"
    "Preparing: Enter answers, or skips where nothing is typed · Ctrl+D that is enough · Ctrl+Y a draft instead\n"
    "Brief: e edit · a add · d delete · v versions · m review a message · x export · r rehearse · c keep a plan\n"
    "Rehearsing: Ctrl+G what would you say · Ctrl+R again · Ctrl+B rewind · Ctrl+D stop, look back · Esc pause"
)


class HelpScreen(ModalScreen[None]):
    """Shows the help."""

    DEFAULT_CSS = """
    HelpScreen {
        align: center middle; background: $background 60%;
        & > VerticalScroll {
            width: 88; max-width: 96%; height: auto; max-height: 94%; padding: 1 3; background: $panel;
            scrollbar-size-vertical: 1;
            & > .heading { text-style: bold; color: $primary; margin-bottom: 1; }
            & > .part { margin-bottom: 1; height: auto; }
            & > .keys > .first { width: 42; }
            & > .keys > .second { width: 1fr; }
        }
    }
    HelpScreen.-tiny .keys, HelpScreen.-narrow .keys {
        layout: vertical;
        & > .first { width: 1fr; }
        & > .second { width: 1fr; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f1,q", "dismiss(None)", "close", id="help.close")]

    def compose(self) -> ComposeResult:
        """Three things, marks, keys."""
        with VerticalScroll():
            yield _static("Three things to know", "heading")
            for number, (title, text) in enumerate(_FIRST, 1):
                yield _static(Content(f"{number}  {title} ").stylize("bold") + text, "part")
            yield _static("What the marks mean", "heading")
            rows = [Content(f"{mark:<15}").stylize("bold") + meaning for mark, meaning in _MARKS]
            yield _static(Content("\n").join(rows), "part")
            yield _static("Keys", "heading")
            with Horizontal(classes="part keys"):
                yield _static(Content("\n").join(_row(first, does) for first, does, _, _ in _KEYS), "first")
                yield _static(Content("\n").join(_row(second, too) for _, _, second, too in _KEYS if second), "second")
            yield _static(_IN_ANSWERS, "part")
            yield _static(_TALKS, "last")


def _static(text: str | Content, name: str) -> Static:
    return Static(Content(text) if isinstance(text, str) else text, markup=False, classes=name)


def _row(key: str, does: str) -> Content:
    return Content(f"{key:<16}").stylize("bold") + does
