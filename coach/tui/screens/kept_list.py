"""A list of what is kept: read it, filter it, keep the place in it, say how much there is."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from textual import work
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from coach.domain.errors import CoachError
from coach.tui.screens.listing import ListingScreen
from coach.tui.wording import count

T = TypeVar("T")
Item = TypeVar("Item")


class _Line(Option, Generic[Item]):
    """A line of the list, with what it stands for."""

    def __init__(self, item: Item, row: Content) -> None:
        super().__init__(row)
        self.item = item


class KeptListScreen(ListingScreen[T], Generic[T, Item]):
    """Lists what is kept; gives a `T`, from a list of `Item`.

    `WHAT` is the word for one of them, `NONE` the sentence where there are none.
    """

    WHAT: ClassVar[str] = ""
    NONE: ClassVar[str] = ""

    def __init__(self) -> None:
        super().__init__()
        self.every: Sequence[Item] = ()

    # Textual's screens have a metaclass of their own, so mypy alone sees to it that these four are written.
    @abstractmethod
    async def read(self) -> Sequence[Item]:
        """Return what is kept, in the order it is listed in.

        Raises:
            CoachError: it cannot be read; that is said above the list, which stays as it was.
        """

    @abstractmethod
    def fits(self, item: Item, term: str) -> bool:
        """Return whether it is listed; `term` is what the filter says, case-folded."""

    @abstractmethod
    def row(self, item: Item) -> Content:
        """Return how it is listed."""

    @abstractmethod
    def take(self, item: Item) -> None:
        """Do what Enter does with it."""

    def hidden(self) -> str:
        """Return what is said, after a space, of those that are not listed; empty for nothing."""
        return ""

    def place(self, shown: Sequence[Item], at: int, chosen: Item | None) -> int:
        """Return the index in `shown`, which is not empty, to highlight.

        Args:
            shown: what is listed now.
            at: the index that was highlighted before, 0 where none was.
            chosen: what was highlighted before.
        """
        return min(at, len(shown) - 1)

    def filtered(self) -> None:
        """List again what fits, after the filter has changed."""
        self.show_list()

    def chosen(self) -> Item | None:
        """Return the one that is highlighted."""
        line = self.options.highlighted_option
        return self._item(line) if line is not None else None

    @work(exclusive=True, group="list", exit_on_error=False)
    async def read_list(self) -> None:
        """Read what is kept, and list it."""
        try:
            self.every = await self.read()
        except CoachError as e:
            self.say(str(e))
            return
        self.show_list()

    def show_list(self) -> None:
        """List what fits of what was read."""
        at, chosen = self.options.highlighted or 0, self.chosen()
        term = self.filter.value.casefold()
        shown = [item for item in self.every if self.fits(item, term)]
        self.options.clear_options()
        self.options.add_options([_Line(item, self.row(item)) for item in shown])
        if shown:
            self.options.highlighted = self.place(shown, at, chosen)
        none = "Nothing fits." if term else self.NONE
        self.say((count(len(shown), self.WHAT) + "." if shown else none) + self.hidden())

    def on_mount(self) -> None:
        """List them."""
        self.options.focus()
        self.say("Reading …")
        self.read_list()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter the list."""
        event.stop()
        self.filtered()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go into the list."""
        event.stop()
        self.options.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the one that was chosen."""
        event.stop()
        self.take(self._item(event.option))

    def _item(self, line: Option) -> Item:
        assert isinstance(line, _Line)
        item: Item = line.item
        return item
