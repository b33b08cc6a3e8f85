"""Pictures of the program that come out the same on every machine, at every time, and under every load."""

from __future__ import annotations

import difflib
import html
import re
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import PosixPath
from typing import Any

from syrupy.extensions.image import SVGImageSnapshotExtension
from textual.widgets import Input, TextArea

from coach.tui import themes
from tests.tui.driving import Driver, running_app
from tests.tui.fakes import Gate, ScriptedCoach, app_over

#: Frames, one after the other, that have to be the same before a picture is taken.
_SAME = 4
#: What no picture needs: where a browser may fetch a font. It takes one that is there.
_FONT_FACES = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)
#: A number made of everything that is shown, so that each line would differ where one does.
_UNIQUE = re.compile(r"terminal-\d+-")
#: A line of text in a picture, and what stands in it.
_TEXT = re.compile(r'<text class="terminal-r\d+" x="([\d.]+)" y="([\d.]+)"[^>]*>(.*?)</text>')


class HomePath(PosixPath):
    """A path on a machine whose current folder is always the same."""

    @classmethod
    def cwd(cls) -> HomePath:
        return cls("/home/ada/talks")


class Picture(SVGImageSnapshotExtension):
    """Keeps pictures as SVG files; what differs is told as lines of text rather than as SVG."""

    def diff_lines(self, serialized_data: Any, snapshot_data: Any) -> Iterator[str]:
        now, before = (rows(data.decode() if data else "") for data in (serialized_data, snapshot_data))
        told = list(difflib.unified_diff(before, now, "as it was", "as it is", n=1, lineterm=""))
        yield from told or ["The words are the same; colours or places differ."]


def rows(svg: str) -> list[str]:
    """Return the text of a picture, line by line."""
    lines: dict[float, str] = {}
    for x, y, said in _TEXT.findall(svg):
        # Cells are 12.2 units wide.
        lines[float(y)] = lines.get(float(y), "").ljust(round(float(x) / 12.2)) + html.unescape(said)
    return [line.replace("\xa0", " ").rstrip() for _, line in sorted(lines.items())]


class Stage:
    """Where a scene is played, at one size, until its pictures have been taken.

    Args:
        stack: ends what was begun.
        size: columns and rows.
    """

    def __init__(self, stack: AsyncExitStack, size: tuple[int, int]) -> None:
        self._stack = stack
        self._size = size
        self._begun: Driver | None = None
        self._gates: list[Gate] = []

    async def begin(self, coach: ScriptedCoach, *, ready: bool = True, **options: Any) -> Driver:
        """Start the program over this coach."""
        app = app_over(coach, **options)
        # Nothing that moves or blinks.
        app.animation_level = "none"
        self._begun = await self._stack.enter_async_context(running_app(app, size=self._size, ready=ready))
        return self._begun

    @property
    def tui(self) -> Driver:
        """The running program."""
        assert self._begun is not None
        return self._begun

    def gate(self) -> Gate:
        """Return a gate that stays closed until the picture has been taken."""
        self._gates.append(Gate())
        return self._gates[-1]

    def open_gates(self) -> None:
        """Let what waits go on, so that the program can end."""
        for gate in self._gates:
            gate.open()

    async def picture(self, theme: str = themes.DEFAULT) -> str:
        """Return the picture as SVG, once nothing changes any more."""
        tui = self.tui
        tui.app.theme = theme
        for widget in tui.app.screen.query("*"):
            if isinstance(widget, Input | TextArea):
                widget.cursor_blink = False
        before, same = None, 0
        while same < _SAME:
            await tui.pilot.pause(0.01)
            now = [list(strip) for strip in tui.app.screen._compositor.render_strips()]
            before, same = now, same + 1 if now == before else 0
        assert not tui.toasts, tui.toasts
        svg = tui.app.export_screenshot(title="Coach", simplify=True)
        return _FONT_FACES.sub("", _UNIQUE.sub("terminal-", svg))
