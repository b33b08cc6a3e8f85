"""What an empty conversation shows: examples, what answers, what leaves the machine, how far the index is."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
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


class Example(Horizontal, can_focus=True):
    """A situation to begin with."""

    DEFAULT_CSS = """
    Example {
        height: auto; padding: 0 1;
        & > .marker { width: 2; }
        & > .text { width: 1fr; }
        &:focus > .text { text-style: bold underline; }
        &:hover { color: $primary; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "choose", "take it over", id="example.choose")]

    class Chosen(Message):
        """This example is to stand in the prompt."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        """A marker, and behind it the text."""
        yield Static(Content("›"), markup=False, classes="marker")
        yield Static(Content(self._text), markup=False, classes="text")

    def action_choose(self) -> None:
        """Take the example over."""
        self.post_message(self.Chosen(self._text))

    def on_click(self) -> None:
        """Take the example over."""
        self.action_choose()


class Offer(Example):
    """Leads to the choice of a model."""

    DEFAULT_CSS = """
    Offer { color: $primary; margin-top: 1; }
    """

    def __init__(self) -> None:
        super().__init__(_OFFER)

    def action_choose(self) -> None:
        """Show what there is to choose from."""
        self.app.call_later(self.app.run_action, "models")


class Fact(Horizontal):
    """What is known of one thing, behind its name."""

    DEFAULT_CSS = """
    Fact {
        height: auto; color: $foreground-muted;
        & > .name { width: 9; text-style: bold; }
        & > .what { width: 1fr; }
    }
    """

    def __init__(self, name: str, what: str) -> None:
        super().__init__()
        self._called = name
        self._what = Static(safe.line(what), markup=False, classes="what")

    def compose(self) -> ComposeResult:
        """The name, and what is known."""
        yield Static(Content(self._called), markup=False, classes="name")
        yield self._what

    def tell(self, what: str) -> None:
        """Show this from now on."""
        self._what.update(safe.line(what))
        self.display = bool(what)


class Welcome(Vertical):
    """Stands where the first turn will be."""

    DEFAULT_CSS = """
    Welcome {
        height: auto; max-width: 104; padding: 0 2;
        & > .title { text-style: bold; color: $primary; margin-bottom: 1; }
        & > .introduction { margin-bottom: 1; }
        & > .facts { height: auto; margin-top: 1; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        begun = {"Model": "being looked for …", "Sent": "", "Sources": "being opened …"}
        self._facts = {name: Fact(name, what) for name, what in begun.items()}
        self._facts["Sent"].display = False

    def compose(self) -> ComposeResult:
        """Introduction, examples, facts."""
        yield Static(Content(_TITLE), markup=False, classes="title")
        yield Static(Content(_INTRODUCTION), markup=False, classes="introduction")
        for example in EXAMPLES:
            yield Example(example)
        with Vertical(classes="facts"):
            yield from self._facts.values()
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
        self._facts[name].tell(what)
