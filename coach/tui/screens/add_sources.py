"""Which files to add, and as what."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.suggester import Suggester
from textual.widgets import Input, Static

from coach.domain.errors import CoachError, InputError
from coach.domain.source import SourceKind
from coach.domain.text import clean_line
from coach.sources.formats import is_known
from coach.tui import safe

_KINDS = (SourceKind.NOTE, SourceKind.PRACTICE, SourceKind.PRINCIPLE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Files to add, and what they are."""

    paths: tuple[Path, ...]
    kind: SourceKind


class AddSources(ModalScreen[Wanted | None]):
    """Asks for files and folders; gives them with their kind, or None."""

    DEFAULT_CSS = """
    AddSources {
        align: center middle; background: $background 60%;
        & > Vertical {
            width: 84; max-width: 95%; height: auto; padding: 1 2; background: $panel;
            & > .title { text-style: bold; margin-bottom: 1; }
            & > .kind { margin-top: 1; }
            & > .hint { color: $foreground-muted; margin-top: 1; }
            & > Input { border: none; height: 1; padding: 0 1; background: $background; }
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "leave it", id="add.leave"),
        Binding("ctrl+t", "kind", "other kind", id="add.kind", priority=True),
        Binding("tab", "complete", "complete", priority=True, show=False, id="add.complete"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._kind = SourceKind.NOTE

    def compose(self) -> ComposeResult:
        """Title, input, kind, hint."""
        with Vertical():
            yield Static(Content("Add files"), markup=False, classes="title")
            yield safe.SafeInput(placeholder="notes/retro.md, or a folder", compact=True, suggester=_PathSuggester())
            yield Static(self._kinds(), markup=False, classes="kind")
            hint = (
                "Markdown, text, PDF, DOCX, HTML, VTT or SRT; a folder stands for such files in it.\n"
                "Several paths stand apart by spaces; quote those that have spaces in them.\n"
                "Tab completes · Ctrl+T other kind · Enter adds · Esc leaves it"
            )
            yield Static(Content(hint), markup=False, classes="hint")

    def action_kind(self) -> None:
        """Go to the next kind."""
        self._kind = _KINDS[(_KINDS.index(self._kind) + 1) % len(_KINDS)]
        self.query_one(".kind", Static).update(self._kinds())

    def action_complete(self) -> None:
        """Take the completion over."""
        self.query_one(Input).action_cursor_right()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Give the files, if they are there."""
        event.stop()
        try:
            paths = paths_of(event.value)
        except CoachError as e:
            safe.tell_error(self.app, e)
            return
        self.dismiss(Wanted(paths, self._kind))

    def _kinds(self) -> Content:
        names = [Content(k.value).stylize("bold reverse" if k is self._kind else "$foreground-muted") for k in _KINDS]
        return Content("as a   ") + Content("  ").join(names)


def paths_of(typed: str) -> tuple[Path, ...]:
    """Return the files that were typed; a folder stands for the files in it that can be read.

    Raises:
        InputError: nothing was typed, or something is not there or holds no such file.
    """
    try:
        names = shlex.split(typed)
    except ValueError as e:
        raise InputError("A quotation mark is not closed.", "Quote a path with spaces like this: 'my notes.md'") from e
    if not names:
        raise InputError("No file is named.", "Type the path of a file or a folder.")
    found: list[Path] = []
    for name in names:
        try:
            found += _files(Path(name).expanduser())
        except (OSError, RuntimeError, ValueError) as e:
            # Too long, not readable, no such home, or a null byte.
            raise InputError(f"{clean_line(name)} cannot be read.", "Check the path; Tab completes it.") from e
    return tuple(found)


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise InputError(f"There is no file {clean_line(str(path))}.", "Check the path; Tab completes it.")
    # A file without an ending may be anything: it is read where it is named.
    inside = sorted(p for p in path.iterdir() if p.suffix and is_known(p) and p.is_file())
    if not inside:
        raise InputError(f"{clean_line(str(path))} holds no file that can be read.", "Name the files themselves.")
    return inside


class _PathSuggester(Suggester):
    """Completes the last path that is being typed."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """Return `value` with its last path completed, or None."""
        typed = value.rpartition(" ")[2]
        if not typed:
            return None
        path = Path(typed).expanduser()
        folder, start = (path, "") if typed.endswith("/") else (path.parent, path.name)
        try:
            names = sorted(p.name + "/" * p.is_dir() for p in folder.iterdir() if p.name.startswith(start))
        except (OSError, RuntimeError, ValueError):
            return None
        fitting = [n for n in names if n == clean_line(n) and " " not in n and (start or not n.startswith("."))]
        return value + fitting[0][len(start) :] if fitting else None
