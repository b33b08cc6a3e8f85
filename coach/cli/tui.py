"""`coach` on a terminal: the Textual program, with the coach opened after its first paint."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING, Any

import typer

from coach.cli.console import plainly
from coach.cli.opening import check_session_options, open_it, settings_with

if TYPE_CHECKING:
    from coach.agent.coach import Coach


#: What draws in a browser; `coach serve` sets it for the program that it starts for each visitor.
_IN_A_BROWSER = "textual.drivers.web_driver:WebDriver"


def has_terminal(plain: bool) -> bool:
    """Whether there is something to draw on and to read keys from, and no plain lines were asked for."""
    if os.environ.get("TEXTUAL_DRIVER") == _IN_A_BROWSER:
        return True
    return sys.stdin.isatty() and not plainly(plain)


def open_tui(*, last: bool, session: str | None, keep: bool, **options: Any) -> None:
    """Run the program until it is left.

    Args:
        last: go on with the conversation that was used last.
        session: go on with this conversation.
        keep: keep conversations.
        options: settings that were given as options.

    Raises:
        InputError: the options contradict each other.
        typer.Exit: it ended with a fault.
    """
    check_session_options(last=last, session=session, keep=keep)
    # The program turns it on again after its first paint.
    gc.disable()
    from coach.tui.app import LAST, CoachApp
    from coach.tui.preferences import preferences_file

    def opener() -> Coach:
        return open_it(settings_with(**options))

    app = CoachApp(opener, session=LAST if last else session, keep=keep, preferences_path=preferences_file())
    app.run()
    if app.return_code:
        raise typer.Exit(app.return_code)
