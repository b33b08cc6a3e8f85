"""Where a word stands in the conversation, place after place."""

from __future__ import annotations

from collections.abc import Sequence

from coach.tui.widgets.prose import Prose


class Finder:
    """Marks the places in all texts and goes from one to the next, round and round."""

    def __init__(self) -> None:
        self._places: list[tuple[Prose, int]] = []
        self._marked: list[Prose] = []
        self._at = 0

    def look_for(self, term: str, texts: Sequence[Prose]) -> tuple[int, int]:
        """Mark `term` in `texts` and go to its last place, the newest; see `step` for what is returned."""
        for prose in self._marked:
            if prose.is_attached and (not term or prose not in texts):
                prose.find("")
        self._marked = [prose for prose in texts if prose.find(term)] if term else []
        self._places = [(prose, i) for prose in self._marked for i in range(prose.find(term))]
        self._at = 0
        return self.step(-1) if self._places else (0, 0)

    def step(self, by: int) -> tuple[int, int]:
        """Go to the next (1) or the previous (-1) place; return its number from 1, and how many places there are."""
        self._places = [(p, i) for p, i in self._places if p.is_attached]
        if not self._places:
            return 0, 0
        if self._at < len(self._places):
            self._places[self._at][0].find_now(None)
        self._at = (self._at + by) % len(self._places)
        prose, index = self._places[self._at]
        prose.find_now(index)
        prose.scroll_visible(animate=False)
        return self._at + 1, len(self._places)
