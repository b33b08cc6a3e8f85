"""Passages one below the other; list items hang behind their markers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content

from coach.tui.passages import Passage
from coach.tui.widgets.prose import Prose


class Item(Horizontal):
    """A list item: its marker, and beside it its text."""

    DEFAULT_CSS = """
    Item {
        height: auto;
        & > .marker { width: auto; margin-right: 1; color: $foreground-muted; }
    }
    """

    def __init__(self, passage: Passage) -> None:
        super().__init__()
        self._passage = passage

    def compose(self) -> ComposeResult:
        """Marker and text."""
        yield Prose(Content("•" if self._passage.marker == "-" else self._passage.marker), classes="marker")
        yield Prose(self._passage)


class Said(Vertical):
    """Shows passages, and others in their place with as little redrawn as can be: a draft grows at its end."""

    DEFAULT_CSS = """
    Said {
        height: auto; width: 1fr;
        & > .-next { margin-top: 1; }
    }
    """

    def __init__(self, passages: Sequence[Passage] = (), *, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self._passages = list(passages)

    def compose(self) -> ComposeResult:
        """The passages."""
        yield from self._views(0)

    async def show(self, passages: Sequence[Passage]) -> None:
        """Show these passages."""
        before, self._passages = self._passages, list(passages)
        if not self.is_mounted:
            return
        same = 0
        for old, new in zip(before, passages, strict=False):
            if old.marker != new.marker:
                break
            same += 1
        for number in range(same):
            if _differ(before[number], passages[number]):
                self._prose(number).show(passages[number])
        for surplus in list(self.children)[same:]:
            await surplus.remove()
        if added := list(self._views(same)):
            await self.mount_all(added)

    def _views(self, first: int) -> Iterator[Prose | Item]:
        for number, passage in enumerate(self._passages[first:], first):
            # Items of one list stand close.
            close = not number or (passage.marker and self._passages[number - 1].marker)
            view = Item(passage) if passage.marker else Prose(passage)
            yield view if close else view.add_class("-next")

    def _prose(self, number: int) -> Prose:
        view = self.children[number]
        return view if isinstance(view, Prose) else view.query(Prose).last()


def _differ(one: Passage, other: Passage) -> bool:
    # Content that says the same in other styles counts as equal.
    return one != other or list(one.content.spans) != list(other.content.spans)
