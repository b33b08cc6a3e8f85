"""Reading: the transcript with the evidence panel beside it, from citation to citation, from place to place."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message

from coach.domain.answer import Answer
from coach.domain.errors import CoachError
from coach.tui import safe
from coach.tui.engine import Engine
from coach.tui.finder import Finder, Hidden
from coach.tui.kept import PAGE, KeptConversation
from coach.tui.widgets.evidence_panel import EvidencePanel
from coach.tui.widgets.prose import Prose
from coach.tui.widgets.transcript import Earlier, Transcript
from coach.tui.widgets.turn_view import TurnView


class Reading(Horizontal):
    """Shows the conversation, page by page where it was kept, and beside it the evidence when it is wanted.

    Args:
        engine: gives turns and sources.
    """

    # What the screen's width and the panel change is said from above, which scoped rules could not match.
    SCOPED_CSS = False
    DEFAULT_CSS = """
    Reading {
        height: 1fr;
        & > EvidencePanel { display: none; }
    }
    .-evidence Reading > EvidencePanel { display: block; }
    """

    class Found(Message):
        """What was looked for stands in so many places; `place`, from 1, is shown, or none where it is 0."""

        def __init__(self, place: int, places: int, searching: bool) -> None:
            super().__init__()
            self.place = place
            self.places = places
            #: Whether earlier turns are still being looked through.
            self.searching = searching

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine
        self._kept = KeptConversation(engine)
        self._leaves = ""
        self._turn: TurnView | None = None
        self._number = 0
        self._finder = Finder()
        self._term = ""
        self._loading = asyncio.Lock()

    def compose(self) -> ComposeResult:
        """The two parts."""
        yield Transcript()
        yield EvidencePanel()

    @property
    def transcript(self) -> Transcript:
        """The turns."""
        return self.query_one(Transcript)

    @property
    def panel(self) -> EvidencePanel:
        """The evidence."""
        return self.query_one(EvidencePanel)

    @property
    def panel_is_open(self) -> bool:
        """Whether the evidence is shown."""
        return self.screen.has_class("-evidence")

    def close_panel(self) -> None:
        """Hide the evidence."""
        self._show_panel(False)
        if self._turn is not None and self._turn.is_attached:
            self._turn.select(None)

    def toggle_panel(self) -> None:
        """Show the evidence for the current citation, or the first of the last answer; or hide it."""
        if self.panel_is_open:
            self.close_panel()
        elif self._chosen() is None:
            self._show_panel(True)
        else:
            self.cite(0)

    def cite(self, by: int) -> None:
        """Open the next (1) or the previous (-1) citation, or the current one (0)."""
        turn = self._chosen()
        if turn is None:
            return
        if turn is not self._turn or not self.panel_is_open:
            number = self._number if turn is self._turn else 0
        else:
            number = self._number + by
        self.open(turn, number)

    def open(self, turn: TurnView, number: int) -> None:
        """Open a citation of a turn by its number (from 0), which wraps around."""
        if not turn.cited:
            return
        if self._turn is not None and self._turn is not turn and self._turn.is_attached:
            self._turn.select(None)
        self._turn, self._number = turn, number % len(turn.cited)
        self._show_panel(True)
        self._show(turn, self._number)

    async def show(self, kept: KeptConversation, answers: Sequence[Answer] = (), leaves: str = "") -> None:
        """Show another conversation: these answers are its last ones."""
        self.close_panel()
        self._kept, self._leaves = kept, leaves
        await self.transcript.show(answers, kept.more, leaves)
        self.compare()

    def find(self, term: str) -> None:
        """Look for `term` in the whole conversation; `Found` tells where it stands."""
        is_new, self._term = term != self._term, term
        self._find(0, is_new)

    def find_step(self, by: int) -> None:
        """Go to the next or the previous place, in turns that are not shown yet as well; see `find`."""
        self._find(by, False)

    @work(exclusive=True, group="find", exit_on_error=False)
    async def _find(self, by: int, is_new: bool) -> None:
        term = self._term
        if is_new:
            # What is shown is looked through at once; turns that have to be read follow.
            self._finder.look_for(term, self._said([]))
            self._tell_found(searching=bool(term and self.transcript.gaps))
        try:
            await self._look_everywhere(term)
            if by:
                self._finder.step(by)
            while (hidden := self._finder.hidden) is not None:
                self._tell_found(searching=True)
                await self._load_around(hidden).wait()
                await self._look_everywhere(term)
                if self._finder.hidden == hidden:
                    break
        except CoachError as e:
            safe.tell_error(self.app, e)
        self._tell_found(searching=False)

    async def _look_everywhere(self, term: str) -> None:
        reading = term and self.transcript.gaps
        texts = await self._kept.texts(self.transcript.added, self._leaves) if reading else []
        self._finder.look_for(term, self._said(texts))

    def _said(self, texts: Sequence[Sequence[str]]) -> list[Prose | Hidden]:
        """Return everything that is said, in order; `texts` is what the kept turns say, also those not shown."""
        said: list[Prose | Hidden] = []
        for child in self.transcript.children:
            if isinstance(child, TurnView):
                said += child.prose
            elif isinstance(child, Earlier) and texts:
                last = len(texts) if child.last is None else child.last
                said += [Hidden(i, texts[-1 - i]) for i in range(last - 1, child.first - 1, -1)]
        return said

    def _tell_found(self, *, searching: bool) -> None:
        self.post_message(self.Found(self._finder.place, self._finder.places, searching))

    def on_earlier_wanted(self, event: Earlier.Wanted) -> None:
        """Show more turns above."""
        event.stop()
        if not self._loading.locked():
            self._load_before(event.earlier)

    @work(group="earlier", exit_on_error=False)
    async def _load_before(self, earlier: Earlier) -> None:
        """Show one more page of the turns that are not shown, the newest of them."""
        added, first, last = self.transcript.added, earlier.first, earlier.last

        async def read(kept: KeptConversation) -> tuple[list[Answer], bool]:
            if last is None:
                return await kept.earlier(first + added), kept.more
            return await kept.between(first, min(first + PAGE, last), added), first + PAGE < last

        await self._load(earlier, first, read)

    @work(group="earlier", exit_on_error=False)
    async def _load_around(self, number: int) -> None:
        """Show one page of the turns that are not shown, with the turn that so many stand after."""
        added = self.transcript.added
        for earlier in self.transcript.gaps:
            if earlier.first <= number and (earlier.last is None or number < earlier.last):
                end = len(await self._kept.texts(added, self._leaves)) if earlier.last is None else earlier.last
                last = min(end, number + PAGE // 2)
                first = max(earlier.first, last - PAGE)

                async def read(
                    kept: KeptConversation, first: int = first, last: int = last, end: int = end
                ) -> tuple[list[Answer], bool]:
                    return await kept.between(first, last, added), last < end

                await self._load(earlier, first, read)
                return

    async def _load(
        self, earlier: Earlier, first: int, read: Callable[[KeptConversation], Awaitable[tuple[list[Answer], bool]]]
    ) -> None:
        async with self._loading:
            kept = self._kept
            try:
                answers, more = await read(kept)
            except CoachError as e:
                safe.tell_error(self.app, e)
                return
            if kept is self._kept and earlier.is_attached and answers:
                await self.transcript.fill(earlier, answers, first, more, self._leaves)
                self.compare()

    @work(exclusive=True, group="compare", exit_on_error=False)
    async def compare(self) -> None:
        """Say at each citation whether its statement changed since, or is gone."""
        turns = self.transcript.turns
        try:
            changes = await self._engine.changes({(c.id, c.hash) for turn in turns for c in turn.cited})
        except CoachError as e:
            safe.tell_error(self.app, e)
            return
        for turn in turns:
            if turn.is_attached:
                await turn.tell_changes(changes)

    @work(exclusive=True, group="evidence", exit_on_error=False)
    async def _show(self, turn: TurnView, number: int) -> None:
        cited = turn.cited[number]
        try:
            source = await self._engine.source(cited.id)
        except CoachError as e:
            safe.tell_error(self.app, e)
            return
        await self.panel.show(cited, f"{number + 1} of {len(turn.cited)}", source)
        # Only now: the panel takes room from the text, so the place of the citation has moved.
        self.call_after_refresh(turn.select, number)
        try:
            # It reads a file, which may take its time: what is in the ledger is shown by then.
            await self.panel.tell(await self._engine.why(cited.id))
        except CoachError as e:
            safe.tell_error(self.app, e)

    def _show_panel(self, shown: bool) -> None:
        # On the screen, not here: the prompt below makes room as well, so that it stays under the text.
        self.screen.set_class(shown, "-evidence")

    def _chosen(self) -> TurnView | None:
        """The turn whose citations are gone through: that with the focus, else the last one that has any."""
        focused = self.screen.focused
        if isinstance(focused, TurnView) and focused.cited:
            return focused
        if self._turn is not None and self._turn.is_attached and self.panel_is_open:
            return self._turn
        return next((t for t in reversed(self.transcript.turns) if t.cited), None)

    def on_turn_view_citation_chosen(self, event: TurnView.CitationChosen) -> None:
        """Open the citation that was chosen."""
        event.stop()
        self.open(event.turn, event.number)

    def on_turn_view_step_wanted(self, event: TurnView.StepWanted) -> None:
        """Go from citation to citation."""
        event.stop()
        self.cite(event.by)

    def on_evidence_panel_step_wanted(self, event: EvidencePanel.StepWanted) -> None:
        """Go from citation to citation."""
        event.stop()
        self.cite(event.by)
