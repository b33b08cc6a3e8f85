"""The evidence panel: a cited statement in its source, why it was found, and whether it changed since it was cited."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message

from coach.agent.provenance import Why
from coach.agent.why_words import answers_fact, change_facts, file_facts
from coach.domain.layout import verdict
from coach.domain.source import Source, Statement
from coach.tui import safe
from coach.tui.passages import Cited, sign
from coach.tui.widgets.prose import Prose
from coach.tui.wording import origin_line, source_line, why_found

#: Statements that are shown before and after the cited one.
_AROUND = 25
#: Cells of a title or a reason, so that the statement stays in sight.
_LONGEST = 300


class Line(Horizontal):
    """A statement of the source, with its id."""

    DEFAULT_CSS = """
    Line {
        height: auto; margin-bottom: 1; padding-left: 1; border-left: blank;
        & > .id { width: 7; color: $foreground-muted; }
        & > .text { padding-right: 1; }
        &.-cited {
            border-left: outer $primary;
            & > .id { color: $primary; }
            & > .text { text-style: bold; }
        }
    }
    """

    def __init__(self, statement: Statement, *, cited: bool) -> None:
        super().__init__(classes="-cited" if cited else "")
        self._statement = statement

    def compose(self) -> ComposeResult:
        """The id and the text."""
        yield Prose(safe.line(self._statement.id), classes="id")
        yield Prose(safe.text(self._statement.text), classes="text")


class EvidencePanel(VerticalScroll, can_focus=True):
    """Shows one citation of the current answer."""

    # What the screen's width and the panel change is said from above, which scoped rules could not match.
    SCOPED_CSS = False
    DEFAULT_CSS = """
    EvidencePanel {
        width: 46; height: 1fr; padding: 1 2 0 2; background: $background; border-left: vkey $foreground 15%;
        scrollbar-size-vertical: 1;
        &:focus { border-left: outer $primary; }
        & > Prose { padding-right: 1; }
        & > .head { text-style: bold; }
        & > .about { color: $foreground-muted; margin-bottom: 1; }
        & > .changed { color: $text-warning; margin-bottom: 1; }
        & > .facts { color: $foreground-muted; margin-bottom: 1; }
        & > .heading { color: $foreground-muted; text-style: italic; margin-bottom: 1; }
        & > .keys { color: $foreground-muted; margin: 1 0; }
        & > Line > .text { color: $foreground-muted; }
        & > Line.-cited > .text { color: $foreground; }
    }
    .-tiny EvidencePanel, .-narrow EvidencePanel {
        dock: bottom; width: 1fr; height: 45%; padding: 0 1 0 2; border-left: none; border-top: solid $foreground 15%;
        &:focus { border-left: none; border-top: heavy $primary; }
    }
    .-very-wide EvidencePanel { width: 68; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,right", "cite(1)", "next citation", id="panel.next"),
        Binding("p,left", "cite(-1)", "previous citation", id="panel.previous"),
        Binding("o", "open_file", "open its file", id="panel.open-file"),
        Binding("j", "scroll_down", show=False, id="panel.down"),
        Binding("k", "scroll_up", show=False, id="panel.up"),
        Binding("g", "scroll_home", show=False, id="panel.top"),
        Binding("G", "scroll_end", show=False, id="panel.end"),
    ]

    class StepWanted(Message):
        """The next (1) or the previous (-1) citation is wanted."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    class FileWanted(Message):
        """The file of a source is to be opened at a line (from 1; 0 where it is not known)."""

        def __init__(self, path: str, line: int) -> None:
            super().__init__()
            self.path = path
            self.line = line

    def __init__(self) -> None:
        super().__init__()
        self._file: tuple[str, int] | None = None

    def compose(self) -> ComposeResult:
        """What is shown before anything was chosen."""
        yield Prose(Content("Evidence"), classes="head")
        yield Prose(Content("Click a citation such as [P8.2], or press Ctrl+Down, to see it here."), classes="about")

    async def show(self, cited: Cited, place: str, source: Source | None) -> None:
        """Show a citation.

        Args:
            cited: what was cited.
            place: which of how many it is, such as ``2 of 5``.
            source: its source as it is now; None where it is gone.
        """
        now = next((s for s in source.statements if s.id == cited.id), None) if source else None
        self._file = (source.file, now.line if now else 0) if source and source.file else None
        widgets: list[Prose | Line] = [
            Prose(self._head(cited, place), classes="head"),
            Prose(self._about(cited, source), classes="about"),
        ]
        if (change := _change(cited, now)).plain:
            widgets.append(Prose(change, classes="changed"))
        target: Line | None = None
        heading: tuple[str, ...] = ()
        for statement in _around(source, cited.id) if source else ():
            if statement.heading != heading:
                heading = statement.heading
                if heading and source and heading[-1] != source.title:
                    widgets.append(Prose(safe.line(" › ".join(heading), _LONGEST), classes="heading"))
            row = Line(statement, cited=statement.id == cited.id)
            target = row if statement.id == cited.id else target
            widgets.append(row)
        # These work wherever the focus is; opening the file takes it here.
        keys = "Ctrl+↓ ↑ citations · Esc close" + ("\nShift+Tab here, then o opens the file" if self._file else "")
        widgets.append(Prose(Content(keys), classes="keys"))
        with self.app.batch_update():
            await self.remove_children("*")
            await self.mount_all(widgets)
        self.call_after_refresh(lambda: self._into_view(target))

    async def tell(self, why: Why | None) -> None:
        """Add what is known of the statement that is shown: its file, what took its place, the answers that cite it."""
        if why is None:
            return
        answers = [answers_fact(why)] if len(why.answers) > 1 or any(a.change for a in why.answers) else []
        facts = [*file_facts(why), *change_facts(why), *answers]
        if facts:
            said = Content("\n").join(safe.line(fact, _LONGEST) for fact in facts)
            await self.mount(Prose(said, classes="facts"), after=self.query(".about, .changed").last())

    def action_cite(self, by: int) -> None:
        """Ask for another citation."""
        self.post_message(self.StepWanted(by))

    def action_open_file(self) -> None:
        """Ask for the file to be opened, where there is one."""
        if self._file is not None:
            self.post_message(self.FileWanted(*self._file))

    def _head(self, cited: Cited, place: str) -> Content:
        return Content.assemble(safe.line(f"[{cited.id}]").stylize("$primary"), f"   citation {place}")

    def _about(self, cited: Cited, source: Source | None) -> Content:
        evidence, sentence = cited.evidence, cited.sentence
        lines: list[Content] = []
        if source is not None:
            lines += [_title(source.title), safe.line(source_line(source))]
        elif evidence is not None:
            lines += [_title(evidence.source_title), safe.line(origin_line(evidence))]
        if evidence is not None:
            lines.append(safe.line(why_found(evidence), _LONGEST))
        score = f" {sentence.score:.2f}" if sentence.score is not None else ""
        by = f" ({sentence.checker}{score})" if sentence.checker else ""
        if verdict(sentence):
            said = safe.line(f"{verdict(sentence)}{by}", _LONGEST)
            lines.append(Content("The sentence is ") + sign(sentence) + " " + said)
        if sentence.reason:
            lines.append(safe.line(f"Why: {sentence.reason}", _LONGEST))
        if sentence.mended_from:
            lines.append(safe.line(f"Before it was mended: {sentence.mended_from}"))
        return Content("\n").join(lines)

    def _into_view(self, target: Line | None) -> None:
        if target is None or not target.is_attached:
            self.scroll_home(animate=False)
            return
        # With what stands before it in sight, but never so far that its own beginning is cut off.
        y = target.virtual_region.y
        if y + target.size.height <= self.size.height - 1:
            self.scroll_home(animate=False)
        else:
            self.scroll_to(y=max(0, y - max(1, self.size.height // 3)), animate=False)


def _around(source: Source, statement_id: str) -> tuple[Statement, ...]:
    at = next((i for i, s in enumerate(source.statements) if s.id == statement_id), 0)
    return source.statements[max(0, at - _AROUND) : at + _AROUND + 1]


def _title(title: str) -> Content:
    return safe.line(title, _LONGEST).stylize("bold $foreground")


def _change(cited: Cited, now: Statement | None) -> Content:
    """Return what became of the statement since it was cited, with its words then and now; nothing where it stands."""
    if now is not None and now.hash == cited.hash:
        return Content("")
    kept = cited.evidence.statement if cited.evidence else None
    text = kept.text if kept and kept.hash == cited.hash else cited.then
    then = f"“{text}”" if text else "not kept."
    said = (
        "This statement is gone from the sources." if now is None else "This statement changed since it was cited.",
        "The sentence was checked against what it said then.",
    )
    words = [("Then", then)] + ([("Now", f"“{now.text}”")] if now else [])
    return Content("\n").join(
        [Content(" ".join(said)), *(Content(f"{when}: ").stylize("bold") + safe.line(text) for when, text in words)]
    )
