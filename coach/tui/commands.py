"""Every action, for the command palette."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING

from textual.app import SystemCommand

if TYPE_CHECKING:
    from coach.tui.app import CoachApp

#: Title, help, action.
_COMMANDS = (
    ("New conversation", "Begin anew (Ctrl+N)", "app.new"),
    ("Conversations", "Open, rename, delete or export one (Ctrl+S)", "app.sessions"),
    ("Sources", "Read, search, add and remove sources (Ctrl+L)", "app.sources"),
    ("Model", "Choose which one answers: an endpoint, the local one, or none (Ctrl+G)", "app.models"),
    ("Talks", "Prepare, rehearse, look back, come back to a plan (Ctrl+T)", "app.talk"),
    ("Prepare a talk", "A short interview, then a brief of one page (Ctrl+T, p)", "app.talk('prepare')"),
    ("Briefs", "Read, edit, rehearse or export one (Ctrl+T, b)", "app.talk('briefs')"),
    ("Rehearsals", "Go on with one, or look back at it (Ctrl+T, r)", "app.talk('rehearsals')"),
    ("Commitments", "What you decided to do, and what came of it (Ctrl+T, c)", "app.talk('commitments')"),
    ("Look back", "At your week: what came up, what was kept (Ctrl+T, l)", "app.talk('reflect')"),
    ("Keep a plan", "Of the last answer, as a commitment (Ctrl+T, k)", "app.talk('plan')"),
    ("Ask again", "Ask the last question again (Ctrl+R)", "screen.retry"),
    ("Edit the last question", "Put it back into the prompt", "screen.edit_last"),
    ("Copy the answer", "The last answer, without its ids", "app.copy_answer(False)"),
    ("Copy the answer with sources", "The last answer, with its ids and statements", "app.copy_answer(True)"),
    ("Export the conversation", "Write it as Markdown (Ctrl+E)", "app.export"),
    ("Evidence", "Show or hide the evidence panel (Ctrl+B)", "screen.evidence"),
    ("Next citation", "Open it in its source (Ctrl+Down)", "screen.cite(1)"),
    ("Previous citation", "Open it in its source (Ctrl+Up)", "screen.cite(-1)"),
    ("Find in the conversation", "Look for words (Ctrl+F)", "screen.find"),
    ("Edit the prompt elsewhere", "In your own editor (Ctrl+O)", "app.editor"),
    ("Stop", "Stop the answer, and get the prompt back (Esc)", "screen.escape"),
    ("Theme", "Light, dark, high contrast, the terminal's own colours", "app.change_theme"),
    ("Animations", "Whether anything moves by itself", "app.animations"),
    ("Help", "Three things to know, and the keys (F1)", "app.help"),
    ("Quit", "Everything is kept (Ctrl+Q)", "app.quit"),
)


def commands(app: CoachApp) -> Iterable[SystemCommand]:
    """Return what can be done; what belongs to the conversation is done there."""
    for title, help_text, action in _COMMANDS:
        yield SystemCommand(title, help_text, _runner(app, action))


def _runner(app: CoachApp, action: str) -> Callable[[], Awaitable[bool]]:
    return lambda: app.run_action(action, app.conversation)
