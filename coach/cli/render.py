"""An answer on a terminal: steps and draft while it is made, then the page, with labels, verdicts and what it cites."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import TYPE_CHECKING

from coach.cli.console import console
from coach.domain.answer import Answer, Sentence, Verdict
from coach.domain.layout import Block, blocks, cited, footer, ids, is_quoted, tells, verdict
from coach.domain.text import clean

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.live import Live
    from rich.text import Text

    from coach.agent.events import Event

#: Wider lines are hard to read.
_WIDEST = 100
_STEPS = {
    "screen": "Reading the question",
    "retrieve": "Looking in the sources",
    "draft": "Writing",
    "check": "Checking each claim",
    "mend": "Mending what is not supported",
    "deliver": "Finishing",
}
_STYLES = {Verdict.SUPPORTED: "green", Verdict.UNSUPPORTED: "red", Verdict.UNCITED: "yellow", Verdict.NOT_A_CLAIM: ""}
_SIGNS = {Verdict.SUPPORTED: "✓ ", Verdict.UNSUPPORTED: "✗ ", Verdict.UNCITED: "? ", Verdict.NOT_A_CLAIM: ""}


class Watch:
    """Shows the events of a turn while it runs, and takes them away at its end. A context manager."""

    def __init__(self, out: Console | None = None) -> None:
        self._console = out or console()
        self._step = "Getting ready"
        self._draft = ""
        self._live: Live | None = None

    def __enter__(self) -> Watch:
        from rich.live import Live

        self._live = Live(
            console=self._console,
            get_renderable=self._shown,
            transient=True,
            refresh_per_second=12,
            redirect_stderr=False,
        )
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def __call__(self, event: Event) -> None:
        """Show `event`."""
        from coach.agent.events import Drafted, Step

        if isinstance(event, Step):
            self._step = _STEPS.get(event.name, event.name)
        elif isinstance(event, Drafted):
            self._draft += clean(event.text)

    def _shown(self) -> RenderableType:
        """The end of the draft, as much as the window holds, and the step."""
        from rich.console import Group
        from rich.text import Text

        width = _width(self._console)
        lines = list(Text(self._draft).wrap(self._console, width)) if self._draft else []
        tail = lines[-max(1, self._console.height - 4) :]
        return Group(*tail, *([Text("")] if tail else []), Text(f"{self._step} …", "dim"))


def print_answer(answer: Answer, leaves: str = "", out: Console | None = None) -> None:
    """Print a delivered answer.

    Args:
        answer: the answer.
        leaves: what left the machine; see `coach.domain.layout.footer`.
        out: where to; standard output by default.
    """
    from rich.text import Text

    out = out or console()
    marked = tells(answer)
    for block in blocks(answer):
        for line in _block(block, out, marked=marked):
            out.print(line, soft_wrap=True)
        out.print()
    statements = cited(answer)
    if statements:
        out.print(Text("Statements cited", "bold"), soft_wrap=True)
        for c in statements:
            line = Text.assemble((clean(c.id), "cyan"), "  ", (clean(c.source), "dim"))
            for wrapped in _hanging(line, out, "", "  "):
                out.print(wrapped, soft_wrap=True)
            if c.text:
                for wrapped in _hanging(Text(clean(c.text)), out, "  ", "  "):
                    out.print(wrapped, soft_wrap=True)
        out.print()
    for text in footer(answer, leaves):
        for wrapped in _hanging(Text(clean(text), "dim"), out, "", "  "):
            out.print(wrapped, soft_wrap=True)


def _block(block: Block, out: Console, *, marked: bool) -> Iterator[Text]:
    from rich.text import Text

    if block.label:
        yield Text(block.label, "bold")
    if not block.listed:
        yield from _hanging(Text(" ").join(_sentence(s, marked=marked) for s in block.sentences), out, "", "")
        return
    for sentence in block.sentences:
        first, rest = ("• ", "  ") if sentence.citations else ("", "")
        yield from _hanging(_sentence(sentence, marked=marked), out, first, rest)


def _sentence(sentence: Sentence, *, marked: bool) -> Text:
    from rich.text import Text

    text = Text(clean(sentence.text))
    if sentence.citations:
        text.append(" ").append(clean(ids(sentence)), "cyan")
    word = verdict(sentence) if marked else ""
    if word:
        sign = "" if is_quoted(sentence) and sentence.verdict is Verdict.SUPPORTED else _SIGNS[sentence.verdict]
        text.append(" ").append(sign + word, _STYLES[sentence.verdict])
    return text


def _hanging(text: Text, out: Console, first: str, rest: str) -> Iterator[Text]:
    """Wrap `text`; the lines carry no trailing spaces, so that what is copied is what was said."""
    from rich.text import Text

    for i, line in enumerate(text.wrap(out, _width(out) - len(rest or first))):
        line.rstrip()
        yield Text(first if i == 0 else rest).append_text(line)


def _width(out: Console) -> int:
    return max(20, min(out.width, _WIDEST))
