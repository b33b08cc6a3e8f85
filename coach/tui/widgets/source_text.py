"""A source with all its statements."""

from __future__ import annotations

from textual.containers import Vertical
from textual.content import Content

from coach.domain.source import Source
from coach.tui import safe
from coach.tui.widgets.evidence_panel import Line
from coach.tui.widgets.prose import Prose
from coach.tui.wording import source_line


class SourceText(Vertical):
    """Shows a source; the statement that was asked for is marked."""

    DEFAULT_CSS = """
    SourceText {
        height: auto;
        & > .head { text-style: bold; }
        & > .about { color: $foreground-muted; margin-bottom: 1; }
        & > .heading { color: $foreground-muted; text-style: italic; margin-bottom: 1; }
    }
    """

    async def show(self, source: Source, any_id: str) -> None:
        """Show `source`; `any_id` is its id, or that of the statement to mark."""
        about = [source_line(source)]
        if source.when:
            about.append(f"For a moment when {source.when}")
        if source.serves:
            about.append(f"Serves {', '.join(source.serves)}")
        if source.draws_on:
            about.append(f"Draws on {'; '.join(source.draws_on)}")
        if source.path and not source.builtin:
            about.append(source.path)
        widgets: list[Prose | Line] = [
            Prose(safe.line(source.id).stylize("$primary") + "  " + safe.line(source.title), classes="head"),
            Prose(Content("\n").join([safe.line(a) for a in about]), classes="about"),
        ]
        heading: tuple[str, ...] = ()
        marked: Line | None = None
        for statement in source.statements:
            if statement.heading != heading:
                heading = statement.heading
                if heading and heading[-1] != source.title:
                    widgets.append(Prose(safe.line(" › ".join(heading)), classes="heading"))
            row = Line(statement, cited=statement.id == any_id)
            marked = row if statement.id == any_id else marked
            widgets.append(row)
        with self.app.batch_update():
            await self.remove_children("*")
            await self.mount_all(widgets)
        if marked is not None:
            self.call_after_refresh(marked.scroll_visible, animate=False)
