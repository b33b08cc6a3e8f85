"""A look back at a week: what came up, what was planned and kept, one pattern, one question, and a chart."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType

from coach.domain.answer import Citation
from coach.domain.commitment import Commitment
from coach.domain.errors import CoachError
from coach.domain.source import content_hash
from coach.tui import safe
from coach.tui.screens.export import write_as
from coach.tui.screens.talks.page import PageScreen
from coach.tui.talks import Talks
from coach.tui.widgets.sheet import Row
from coach.tui.wording import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coach.domain.reflection import Question, Reflection

_SECTIONS = (
    ("principles", "Principles that came up"),
    ("plans", "What was planned and kept"),
    ("pattern", "A pattern"),
    ("question", "To think about"),
    ("weeks", "Answers by week"),
)


class ReflectScreen(PageScreen[None]):
    """Shows the look back at one week after the other.

    Args:
        talks: counts.
    """

    KEYS = "p the week before · n the week after · x export · Up Down lines · Enter citation · Esc back"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p,left", "week(1)", "the week before", id="reflect.before"),
        Binding("n,right", "week(-1)", "the week after", id="reflect.after"),
        Binding("x,ctrl+e", "export", "export", id="reflect.export"),
    ]

    def __init__(self, talks: Talks) -> None:
        super().__init__(talks.engine, _SECTIONS)
        self._talks = talks
        self._weeks_ago = 0
        self._seen: Reflection | None = None

    def on_mount(self) -> None:
        """Look back at this week."""
        self.say("Looking back")
        self.tell("Counting …")
        self._look()

    @work(exclusive=True, group="look", exit_on_error=False)
    async def _look(self) -> None:
        try:
            seen = await self._talks.reflect(self._weeks_ago)
        except CoachError as e:
            self.tell(f"{e.message} {e.hint}")
            return
        self._seen = seen
        unread = f" {count(seen.unread, 'answer')} of another version could not be read." if seen.unread else ""
        asked = f"{count(seen.answers, 'answer')}." if seen.answers else "Nothing was asked in this time."
        self.say(f"Looking back at {seen.period.name}", asked + unread)
        self.tell()
        for name, rows in _rows(seen).items():
            await self.sheet.show(name, rows)
        self.compare()
        if self.sheet.current is None:
            self.sheet.move(1)

    def action_week(self, by: int) -> None:
        """Look back at another week."""
        self._weeks_ago = max(0, self._weeks_ago + by)
        self._look()

    @work(exclusive=True, group="change", exit_on_error=False)
    async def action_export(self) -> None:
        """Write it as Markdown."""
        from coach.agent.talks.exported import things_in
        from coach.agent.talks.reflect_text import reflection_markdown

        if self._seen is not None:
            name = f"coach-{self._seen.period.name.lower()}.md"
            asked, text = "Write this look back as Markdown to", reflection_markdown(self._seen)
            await write_as(self.app, self._talks.engine, asked, name, text, things_in(self._seen))


def _rows(seen: Reflection) -> dict[str, Sequence[Row]]:
    plans = [Row("Planned", f"{c.plan} Due {c.due.isoformat()}.", c.citations) for c in seen.committed]
    plans += [_outcome(c) for c in seen.settled]
    plans += [
        Row("Open", f"{c.plan} Due since {c.due.isoformat()}; Ctrl+T, c asks what happened.", c.citations)
        for c in seen.due
    ]
    return {
        "principles": [Row(p.id, f"{p.title}: in {count(p.answers, 'answer')}") for p in seen.principles],
        "plans": plans or [Row("", "Nothing was planned or settled in this time.")],
        "pattern": _pattern(seen),
        "question": [Row("Question", seen.question.text, _cite(seen.question))] if seen.question else [],
        "weeks": _chart(seen) if any(w.answers for w in seen.weeks) else [],
    }


def _outcome(commitment: Commitment) -> Row:
    told = f" What happened: {commitment.outcome}" if commitment.outcome else ""
    return Row(commitment.state.value.capitalize(), f"{commitment.plan}{told}", commitment.citations)


def _cite(question: Question) -> tuple[Citation, ...]:
    # It was read just now.
    return (Citation(question.id, content_hash(question.text)),)


def _pattern(seen: Reflection) -> list[Row]:
    if seen.too_little:
        return [Row("Too little", seen.too_little)]
    if seen.pattern is None:
        return [Row("", "No principle came up more often than the others, and no plans were kept less often.")]
    evidence = [Row(e.day.isoformat(), f"{e.text} ({e.state})" if e.state else e.text) for e in seen.pattern.evidence]
    return [Row("Counted", seen.pattern.text), *evidence]


def _chart(seen: Reflection) -> list[Row]:
    from coach.agent.talks.reflect_text import bars

    # The bar keeps its blanks, so that what is counted stands in one column.
    rows = bars(seen.weeks, ascii_only=False)
    return [
        Row(week.name, safe.text(row.removeprefix(week.name).strip("\n")).plain[2:])
        for week, row in zip(seen.weeks, rows, strict=True)
    ]
