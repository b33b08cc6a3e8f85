"""The body of an answer: the draft while it is written, then the page with its labels."""

from __future__ import annotations

import re

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from coach.agent.events import Checked, Drafted, Found
from coach.domain.answer import Answer, Sentence
from coach.domain.changes import Changes
from coach.domain.ids import CITATION
from coach.domain.text import Cleaner, clean_line
from coach.tui.passages import Block, draft, page
from coach.tui.widgets.prose import Prose
from coach.tui.widgets.said import Said

#: What could be read as Markdown in a statement.
_MARKS = re.compile(r"[*_~`\[\\#]")


class Row(Horizontal):
    """A label, and beside it (or above it, where the window is narrow) what it stands for."""

    # What the screen's width and the panel change is said from above, which scoped rules could not match.
    SCOPED_CSS = False
    DEFAULT_CSS = """
    Row {
        height: auto; margin-bottom: 1;
        & > .label { width: 16; color: $foreground-muted; padding-right: 2; }
    }
    .-tiny Row, .-evidence.-wide Row {
        layout: vertical;
        & > .label { width: 1fr; height: auto; }
        & > .label.-empty { display: none; }
    }
    """

    def __init__(self, block: Block) -> None:
        super().__init__()
        self._block = block
        self.said = Said(block.passages)

    def compose(self) -> ComposeResult:
        """The label and the passages."""
        label = self._block.label
        yield Prose(label, classes="label" if label.plain else "label -empty")
        yield self.said


class AnswerBody(Vertical):
    """Shows a draft as it comes, with marks as the checks finish, and then the delivered answer."""

    # What the screen's width and the panel change is said from above, which scoped rules could not match.
    SCOPED_CSS = False
    DEFAULT_CSS = """
    AnswerBody {
        height: auto;
        & > .draft { padding: 0 0 1 16; }
    }
    .-tiny AnswerBody > .draft, .-evidence.-wide AnswerBody > .draft { padding-left: 0; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._cleaner = Cleaner()
        self._text = ""
        self._marks: dict[int, Sentence] = {}
        #: Where the search for the next checked sentence begins in the draft.
        self._checked_to = 0
        self._quotes: list[str] = []
        self._draft: Said | None = None

    @property
    def begun(self) -> bool:
        """Whether there is anything of a draft."""
        return bool(self._text.strip())

    def found(self, event: Found) -> None:
        """Remember the statements that look like Markdown: they are shown as they are, also in a draft."""
        texts = (clean_line(e.statement.text) for e in event.retrieval.evidence)
        self._quotes = [t for t in texts if _MARKS.search(t)]

    def drafted(self, event: Drafted) -> None:
        """Add to the draft; `redraw` shows it."""
        self._text += self._cleaner.feed(event.text)

    def checked(self, event: Checked) -> None:
        """Remember the verdict on a sentence at the place where it stands in the draft, if it is found there."""
        text = event.sentence.text
        at = self._text.find(text, self._checked_to) if text else -1
        if at < 0:
            return
        end = at + len(text)
        while cited := CITATION.match(self._text, end + (self._text[end : end + 1] == " ")):
            end = cited.end()
        self._checked_to = end
        self._marks[end] = event.sentence

    async def redraw(self) -> None:
        """Show the draft as it is now."""
        if self._draft is None:
            self._draft = Said(classes="draft")
            await self.mount(self._draft)
        await self._draft.show(draft(self._text, self._marks, self._quotes))

    async def deliver(self, answer: Answer) -> None:
        """Show the page of a delivered answer in place of the draft."""
        old = list(self.children)
        with self.app.batch_update():
            await self.mount_all([Row(block) for block in page(answer)])
            for child in old:
                await child.remove()
        self._draft = None

    async def tell_changes(self, answer: Answer, changes: Changes) -> None:
        """Show at the citations of the delivered answer what became of their statements."""
        for row, block in zip(self.query(Row), page(answer, changes), strict=True):
            await row.said.show(block.passages)
