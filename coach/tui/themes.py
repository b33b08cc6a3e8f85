"""How it looks: light, dark, high contrast, and the terminal's own colours. One accent each."""

from __future__ import annotations

from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

DEFAULT = "coach-dark"
#: Variable of a theme: what stands behind a word that was found.
FOUND = "found-background"


def themes() -> list[Theme]:
    """Return the themes that come with the program."""
    return [
        Theme(
            name="coach-dark",
            primary="#7fb6c9",
            secondary="#5f8f9f",
            accent="#7fb6c9",
            foreground="#d9dce1",
            background="#15181c",
            surface="#1d2126",
            panel="#23282e",
            success="#93b987",
            warning="#d8b06a",
            error="#dd8080",
            dark=True,
            variables=_variables("#d9dce1", "#15181c", "#8b929c", "#7fb6c9", "#d8b06a"),
        ),
        Theme(
            name="coach-light",
            primary="#1f6b85",
            secondary="#4b8698",
            accent="#1f6b85",
            foreground="#26292e",
            background="#fbfaf7",
            surface="#f1efe9",
            panel="#e8e5dd",
            success="#3c7134",
            warning="#8a5a00",
            error="#a83232",
            dark=False,
            variables=_variables("#26292e", "#fbfaf7", "#676c74", "#1f6b85", "#8a5a00"),
        ),
        Theme(
            name="coach-contrast",
            primary="#ffd75f",
            secondary="#ffd75f",
            accent="#ffd75f",
            foreground="#ffffff",
            background="#000000",
            surface="#1a1a1a",
            panel="#262626",
            success="#5fff5f",
            warning="#ffd75f",
            error="#ff8787",
            dark=True,
            text_alpha=1.0,
            variables=_variables("#ffffff", "#000000", "#d0d0d0", "#ffd75f", "#ffd75f"),
        ),
        _terminal("coach-ansi", "ansi-dark"),
        _terminal("coach-ansi-light", "ansi-light"),
    ]


def _variables(foreground: str, background: str, muted: str, accent: str, found: str) -> dict[str, str]:
    return {
        FOUND: Color.parse(background).blend(Color.parse(found), 0.3).hex,
        "foreground-muted": muted,
        "block-cursor-background": accent,
        "block-cursor-foreground": background,
        "block-cursor-text-style": "none",
        "input-selection-background": f"{accent} 35%",
        "screen-selection-background": f"{accent} 35%",
        "screen-selection-foreground": foreground,
        "scrollbar": f"{foreground} 18%",
        "scrollbar-hover": f"{foreground} 35%",
        "scrollbar-active": accent,
        "scrollbar-background": background,
        "scrollbar-background-hover": background,
        "scrollbar-background-active": background,
        "footer-background": background,
    }


def _terminal(name: str, builtin: str) -> Theme:
    theme = BUILTIN_THEMES[builtin]
    # Sixteen colours have no shades: a background of one of them would hide the word on it.
    return Theme(**{**vars(theme), "name": name, "variables": {**theme.variables, FOUND: "ansi_default"}})
