"""Where a word stands in the conversation, place after place, also in the turns that are not shown yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coach.tui.matching import occurrences
from coach.tui.widgets.prose import Prose


@dataclass(frozen=True, slots=True)
class Hidden:
    """A turn that is not shown."""

    #: Tells it from others.
    number: int
    #: Everything that it says.
    texts: Sequence[str]


class Finder:
    """Marks the places in all texts that are shown and goes from one to the next, round and round."""

    def __init__(self) -> None:
        self._term = ""
        #: From the oldest to the newest: a text and which place in it, or the number of a hidden turn.
        self._places: list[tuple[Prose, int] | int] = []
        self._marked: list[Prose] = []
        #: Counted from the end, where nothing changes when earlier turns come in; None before one was gone to.
        self._from_end: int | None = None
        self._now: Prose | None = None

    @property
    def places(self) -> int:
        """How many places there are."""
        return len(self._places)

    @property
    def place(self) -> int:
        """Which of them is the current one, from 1; 0 for none."""
        return 0 if self._from_end is None else self.places - self._from_end

    @property
    def hidden(self) -> int | None:
        """The number of the turn with the current place, where that turn is not shown."""
        now = self._places[self.place - 1] if self.place else None
        return now if isinstance(now, int) else None

    def look_for(self, term: str, said: Sequence[Prose | Hidden]) -> None:
        """Mark `term` in what is shown, and count it in turns that are not.

        A new term goes to its last place that is shown, the newest; for the same one the place stays the current one.
        """
        marked, self._marked, self._places = self._marked, [], []
        for text in said if term else ():
            if isinstance(text, Hidden):
                self._places += [text.number for t in text.texts for _ in occurrences(t, term)]
            elif count := text.find(term):
                self._marked.append(text)
                self._places += [(text, i) for i in range(count)]
        for prose in set(marked).difference(self._marked):
            if prose.is_attached:
                prose.find("")
        if term != self._term:
            self._term = term
            self._from_end = next((i for i, p in enumerate(reversed(self._places)) if not isinstance(p, int)), None)
        elif self._from_end is not None:
            self._from_end = min(self._from_end, self.places - 1) if self.places else None
        self._go()

    def step(self, by: int) -> None:
        """Go to the next (1) or the previous (-1) place, and show it where it can be shown."""
        if self.places:
            at = self.places - 1 if self._from_end is None else (self.place - 1 + by) % self.places
            self._from_end = self.places - 1 - at
            self._go()

    def _go(self) -> None:
        if self._now is not None and self._now.is_attached:
            self._now.find_now(None)
        now, self._now = self._places[self.place - 1] if self.place else None, None
        if isinstance(now, tuple) and now[0].is_attached:
            self._now, index = now
            self._now.find_now(index)
            self._now.scroll_visible(animate=False)
