"""What an empty conversation shows: examples, what answers, what leaves the machine, how far the index is."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from coach.tui import safe
from coach.tui.opening import Opening
from coach.tui.wording import EXAMPLES, bar

_TITLE = "Advice that shows what it rests on."
_OFFER = "Choose: an endpoint, the local model, or principles only (Ctrl+G)"
_NONE_FOUND = "none was found; the sources' own statements are quoted."
_INTRODUCTION = (
    "Type a situation below. Each sentence of the answer that asserts something carries the statement that it rests "
    "on; click it, or press Ctrl+Down, to read it in its source."
)


class Example(Static, can_focus=True):
    """A situation to begin with."""

    DEFAULT_CSS = """
    Example { width: 1fr; padding: 0 1; &:focus { text-style: bold underline; } &:hover { color: $primary; } }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "choose", "take it over", id="example.choose")]

    class Chosen(Message):
        """This example is to stand in the prompt."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, text: str) -> None:
        super().__init__(Content(f"› {text}"), markup=False)
        self._text = text

    def action_choose(self) -> None:
        """Take the example over."""
        self.post_message(self.Chosen(self._text))

    def on_click(self) -> None:
        """Take the example over."""
        self.action_choose()


class Offer(Example):
    """Leads to the choice of a model."""

    DEFAULT_CSS = """
    Offer { color: $primary; }
    """

    class Chosen(Message):
        """A model is to be chosen."""

    def __init__(self) -> None:
        super().__init__(_OFFER)

    def action_choose(self) -> None:
        """Show what there is to choose from."""
        self.post_message(self.Chosen())


class Welcome(Vertical):
    """Stands where the first turn will be."""

    DEFAULT_CSS = """
    Welcome {
        height: auto; max-width: 104; padding: 1 2 0 2;
        & > .title { text-style: bold; color: $primary; margin-bottom: 1; }
        & > .introduction { margin-bottom: 1; max-width: 84; }
        & > .facts { color: $foreground-muted; margin-top: 1; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._facts = {"Model": "being looked for …", "Sources": "being opened …"}
        self._shown = Static(self._content(), markup=False, classes="facts")

    def compose(self) -> ComposeResult:
        """Introduction, examples, facts."""
        yield Static(Content(_TITLE), markup=False, classes="title")
        yield Static(Content(_INTRODUCTION), markup=False, classes="introduction")
        for example in EXAMPLES:
            yield Example(example)
        yield self._shown
        offer = Offer()
        offer.display = False
        yield offer

    def show_opening(self, opening: Opening) -> None:
        """Show what is known of the model and the sources. One can type meanwhile."""
        if opening.model:
            model = _NONE_FOUND if opening.offers else f"{opening.model}. {opening.why}"
            if opening.pulling:
                model = f"{opening.model}. The local model is being pulled: {opening.pulling}; ask meanwhile."
            self.tell("Model", model)
            self.tell("Sent", opening.sends)
        self.query_one(Offer).display = opening.offers and not opening.pulling
        if opening.ready:
            self.tell("Sources", opening.sources)
        elif opening.indexing:
            self.tell("Sources", f"being indexed {bar(*opening.progress)}; you can type already")

    def tell(self, name: str, what: str) -> None:
        """Show one fact: Model, Sent or Sources."""
        order = ("Model", "Sent", "Sources")
        self._facts[name] = what
        self._facts = {n: self._facts[n] for n in order if n in self._facts}
        self._shown.update(self._content())

    def _content(self) -> Content:
        rows = [Content(f"{name:<9}").stylize("bold") + safe.line(what) for name, what in self._facts.items()]
        return Content("\n").join(rows)
