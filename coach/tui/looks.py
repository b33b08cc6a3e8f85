"""Theme, keys and movement as the person set them, and keeping what is changed while the program runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from textual.app import App
from textual.filter import Monochrome, NoColor

from coach.domain.errors import CoachError
from coach.tui import preferences, safe, themes

#: Where no colour or shade tells things apart, these do. Textual draws a whole line or widget never in reverse.
#: Sixteen colours have no shades either: on a line of the accent's colour, an id in it could not be seen.
NO_COLOR_CSS = """
OptionList:nocolor > .option-list--option-highlighted { text-style: underline; }
OptionList:nocolor:focus > .option-list--option-highlighted { text-style: bold underline; }
OptionList:ansi > .option-list--option-highlighted { background: $background; text-style: underline; }
OptionList:ansi:focus > .option-list--option-highlighted { background: $background; text-style: bold underline; }
TextArea:nocolor .text-area--selection { text-style: reverse; }
Input:nocolor > .input--selection { text-style: reverse; }
TextArea:nocolor:ansi:focus .text-area--cursor { text-style: reverse; }
Input:nocolor:ansi:focus > .input--cursor { text-style: reverse; }
Screen:nocolor > .screen--selection { text-style: reverse; }
ModalScreen:ansi > Vertical, ModalScreen:ansi > VerticalScroll { border: round $foreground; }
"""


class Looks:
    """Applies preferences to the program and keeps what changes.

    Args:
        app: the program.
        path: where they are kept; None keeps them nowhere.
    """

    def __init__(self, app: App[Any], path: Path | None) -> None:
        self._app = app
        self._path = path
        self._theme = ""

    def apply(self) -> None:
        """Apply what was set. To be called once, when the program is mounted."""
        app = self._app
        app.theme = themes.DEFAULT
        if self._path is not None:
            try:
                wanted = preferences.load(self._path)
            except CoachError as e:
                safe.tell_error(app, e)
            else:
                if wanted.theme in app.available_themes:
                    app.theme = wanted.theme
                if wanted.keymap:
                    app.set_keymap(wanted.keymap)
                if not wanted.animations:
                    app.animation_level = "none"
        self._theme = app.theme
        self._drop_colors()
        app.theme_changed_signal.subscribe(app, lambda _: self._theme_changed())

    def toggle_animations(self) -> None:
        """Let things move, or let nothing move any more, and keep that."""
        app = self._app
        moves = app.animation_level == "none"
        app.animation_level = "full" if moves else "none"
        for screen in app.screen_stack:
            for widget in screen.query("Composer, SafeInput"):
                safe.calm(widget)
        safe.tell(app, "Scrolling is animated and the cursor blinks." if moves else "Nothing moves by itself any more.")
        if self._path is not None:
            try:
                preferences.save_animations(self._path, moves)
            except CoachError as e:
                safe.tell_error(app, e)

    def _theme_changed(self) -> None:
        self._drop_colors()
        if self._path is None or self._app.theme == self._theme:
            return
        self._theme = self._app.theme
        try:
            preferences.save_theme(self._path, self._theme)
        except CoachError as e:
            safe.tell_error(self._app, e)

    def _drop_colors(self) -> None:
        # With NO_COLOR, Textual chooses what takes colours away when it starts; where the theme changes later to the
        # terminal's own colours, that would make all of them black.
        if self._app.no_color:
            others = [f for f in self._app._filters if not isinstance(f, Monochrome | NoColor)]
            self._app._filters = [*others, NoColor() if self._app.native_ansi_color else Monochrome()]
