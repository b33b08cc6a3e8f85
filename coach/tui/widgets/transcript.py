"""The turns of a conversation, one below the other; follows what is written, unless somebody is reading elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from coach.domain.answer import Answer
from coach.tui.widgets.turn_view import TurnView

#: So many lines from the bottom still count as being there.
_NEAR = 2


class Follow(Enum):
    """What happens to the view when text is added at the end."""

    #: The end comes into view, but the question of the last turn is not pushed out at the top.
    ANSWER = "answer"
    #: The end stays in view.
    END = "end"
    #: The view stays where it is: somebody is reading there.
    NOTHING = "nothing"


class Earlier(Static, can_focus=True):
    """Stands for kept turns that are not shown, and brings them.

    Args:
        first: how many kept turns stand after them, without those that were made here.
        last: the same, and they themselves; None where nobody has counted them, at the top.
    """

    DEFAULT_CSS = """
    Earlier { width: 1fr; max-width: 104; color: $primary; padding: 0 2; margin-bottom: 1; }
    Earlier:focus { text-style: bold underline; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "more", "show earlier turns", id="earlier.more")]

    class Wanted(Message):
        """Earlier turns are wanted."""

        def __init__(self, earlier: Earlier) -> None:
            super().__init__()
            self.earlier = earlier

    def __init__(self, first: int, last: int | None = None) -> None:
        super().__init__(Content("↑ There are earlier turns. Press Enter or click to show more."), markup=False)
        self.first = first
        self.last = last

    def action_more(self) -> None:
        """Ask for earlier turns."""
        self.post_message(self.Wanted(self))

    def on_click(self) -> None:
        """Ask for earlier turns."""
        self.action_more()


class Transcript(VerticalScroll, can_focus=False):
    """Holds `TurnView`s. Its keys work while one of them has the focus."""

    DEFAULT_CSS = """
    Transcript {
        height: 1fr; padding: 1 1 0 2; align-horizontal: center; scrollbar-size-vertical: 1;
        scrollbar-gutter: stable;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", "scroll", show=False, id="transcript.down"),
        Binding("k", "scroll_up", "scroll", show=False, id="transcript.up"),
        Binding("g,home", "top", "to the top", show=False, id="transcript.top"),
        Binding("G,end", "follow", "to the end, and follow", show=False, id="transcript.end"),
    ]

    class Below(Message):
        """Whether there is text below what is shown changed."""

        def __init__(self, there_is: bool) -> None:
            super().__init__()
            self.there_is = there_is

    def __init__(self) -> None:
        super().__init__()
        self._follow = Follow.END
        self._scrolling = False
        self._below = False
        self._grown = False

    def on_mount(self) -> None:
        """Watch how long the conversation gets."""
        self.watch(self, "virtual_size", self._on_growth, init=False)
        self.watch(self, "scroll_y", self._on_scroll, init=False)

    @property
    def turns(self) -> list[TurnView]:
        """The turns that are shown, oldest first."""
        return list(self.query(TurnView))

    @property
    def last(self) -> TurnView | None:
        """The last turn, or None."""
        turns = self.turns
        return turns[-1] if turns else None

    @property
    def gaps(self) -> list[Earlier]:
        """What stands for turns that are not shown, from top to bottom."""
        return list(self.query(Earlier))

    @property
    def added(self) -> int:
        """How many of the turns were made here and kept."""
        return sum(t.is_kept for t in self.turns)

    async def begin(self, question: str, leaves: str) -> TurnView:
        """Add a turn that is to be answered, and follow it."""
        turn = TurnView(question, leaves=leaves)
        self._follow = Follow.ANSWER
        self._grown = True
        await self.mount(turn)
        return turn

    async def show(self, answers: Sequence[Answer], more: bool, leaves: str) -> None:
        """Show these answers in place of all that was shown, the end in view; `more`: there are earlier ones."""
        with self.app.batch_update():
            await self.remove_children("*")
            await self.mount_all(([Earlier(len(answers))] if more else []) + self._views(answers, leaves))
        self.action_follow()

    async def fill(self, earlier: Earlier, answers: Sequence[Answer], first: int, more: bool, leaves: str) -> None:
        """Show some of the turns that `earlier` stands for, without moving what is read.

        Args:
            earlier: what stands for the rest from then on, above and below.
            answers: what is to be shown.
            first: how many kept turns stand after them; see `Earlier`.
            more: whether `earlier` stands for turns before them.
            leaves: see `TurnView`.
        """
        above = [Earlier(first + len(answers), earlier.last)] if more else []
        below = [Earlier(earlier.first, first)] if first > earlier.first else []
        from_end = self.virtual_size.height - self.scroll_y
        self._follow = Follow.NOTHING
        with self.app.batch_update():
            await self.mount_all([*above, *self._views(answers, leaves), *below], after=earlier)
            await earlier.remove()
        self.call_after_refresh(lambda: self._scroll(self.virtual_size.height - from_end))

    def action_follow(self) -> None:
        """Go to the end and stay there while text is added."""
        self._follow = Follow.END
        self._grown = False
        self.call_after_refresh(lambda: self._scroll(self.max_scroll_y))

    def action_top(self) -> None:
        """Go to the top."""
        self.scroll_home(animate=False)

    def _views(self, answers: Sequence[Answer], leaves: str) -> list[Widget]:
        return [TurnView(a.question, a, leaves) for a in answers]

    def on_turn_view_grew(self, event: TurnView.Grew) -> None:
        """Remember that there is new text, for those who read elsewhere."""
        event.stop()
        self._grown = True
        self.call_after_refresh(self._settle)

    def _on_growth(self) -> None:
        self.call_after_refresh(self._settle)

    def _settle(self) -> None:
        self._keep_up()
        if not self._is_far and not (self.last and self.last.answering):
            self._grown = False

    def _keep_up(self) -> None:
        if self._follow is Follow.END:
            self._scroll(self.max_scroll_y)
        elif self._follow is Follow.ANSWER and self.last is not None:
            self._scroll(min(self.max_scroll_y, max(0, self.last.virtual_region.y - 1)))
        self._tell_below()

    def _scroll(self, y: float) -> None:
        self._scrolling = True
        self.scroll_to(y=y, animate=False, immediate=True, force=True)
        self._scrolling = False

    def _on_scroll(self) -> None:
        if not self._scrolling:
            self._follow = Follow.NOTHING if self._is_far else Follow.END
            self._grown = self._grown and self._is_far
        self._tell_below()

    @property
    def _is_far(self) -> bool:
        return bool(self.max_scroll_y - self.scroll_y > _NEAR)

    def _tell_below(self) -> None:
        below = self._is_far and self._grown
        if below != self._below:
            self._below = below
            self.post_message(self.Below(below))
