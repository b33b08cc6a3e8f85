"""Forgetting one thing for good, from a list: what goes and what stays is said first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from coach.domain.errors import CoachError
from coach.tui import safe
from coach.tui.forgetting import Forgetting
from coach.tui.wording import bar, count

if TYPE_CHECKING:
    from textual.app import App

    from coach.agent.talks.forget_scope import Kind, Scope

_NOT_REACHED = (
    "Coach cannot take back what lies elsewhere: backups, files that were exported and moved, the history of your "
    "shell, what was sent to a model elsewhere."
)


async def forget(app: App[Any], forgetting: Forgetting, kind: Kind, its_id: str) -> bool:
    """Say what goes with a thing, and forget it if that is wished; return whether it is gone.

    To be called in a worker.
    """
    try:
        scope = await forgetting.scope(kind, its_id, keep_commitments=False)
    except CoachError as e:
        safe.tell_error(app, e)
        return False
    gone: bool = await app.push_screen_wait(ForgetScreen(forgetting, kind, its_id, scope))
    return gone


class ForgetScreen(ModalScreen[bool]):
    """Says what goes and what stays, and forgets it on y; gives whether it did.

    Args:
        forgetting: does it.
        kind: what kind of thing it is.
        its_id: which one.
        scope: what goes with it.
    """

    DEFAULT_CSS = """
    ForgetScreen {
        align: center middle; background: $background 60%;
        & > Vertical {
            width: 88; max-width: 96%; height: auto; max-height: 100%; padding: 1 2; background: $panel;
            & > .title { text-style: bold; margin-bottom: 1; }
            & > VerticalScroll { height: auto; max-height: 14; scrollbar-size-vertical: 1; }
            & > .state { color: $primary; height: auto; margin-top: 1; display: none; }
            & > .hint { color: $foreground-muted; margin-top: 1; }
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "forget", "forget it", id="forget.yes"),
        Binding("k", "keep", "keep the commitments, or let them go", id="forget.keep"),
        Binding("n,escape", "leave", "leave it", id="forget.no"),
    ]

    def __init__(self, forgetting: Forgetting, kind: Kind, its_id: str, scope: Scope) -> None:
        super().__init__()
        self._forgetting = forgetting
        self._kind = kind
        self._its_id = its_id
        self._scope = scope
        self._keeps = False
        self._busy = False

    def compose(self) -> ComposeResult:
        """Title, what goes and stays, keys."""
        with Vertical():
            yield Static(Content("Forget this for good?"), markup=False, classes="title")
            with VerticalScroll():
                yield Static(markup=False, classes="scope")
            yield Static("", markup=False, classes="state")
            yield Static(Content(self._keys()), markup=False, classes="hint")

    def on_mount(self) -> None:
        """Say what goes."""
        self.query_one(VerticalScroll).focus()
        self._show_scope()

    def _keys(self) -> str:
        # A commitment that is forgotten itself cannot be kept.
        may_keep = self._kind != "commitment" and (self._scope.commitments or self._scope.kept)
        both = "k lets the commitments go, too" if self._keeps else "k keeps the commitments"
        return "y forgets it · " + (f"{both} · " if may_keep else "") + "n leaves it"

    def _show_scope(self) -> None:
        exported = [f"the file {path}, which you exported; delete it yourself" for path in self._scope.exports]
        parts = [("This goes:", self._scope.goes), ("This stays:", (*self._scope.stays, *exported))]
        lines = [line for head, told in parts if told for line in (head, *(f"  • {what}" for what in told))]
        self.query_one(".scope", Static).update(safe.text("\n".join([*lines, "", _NOT_REACHED])))
        self.query_one(".hint", Static).update(Content(self._keys()))

    @work(exclusive=True, group="scope", exit_on_error=False)
    async def action_keep(self) -> None:
        """Keep the commitments that came of it, or let them go after all."""
        if self._busy or self._kind == "commitment":
            return
        try:
            self._scope = await self._forgetting.scope(self._kind, self._its_id, keep_commitments=not self._keeps)
        except CoachError as e:
            safe.tell_error(self.app, e)
            return
        self._keeps = not self._keeps
        self._show_scope()

    @work(exclusive=True, group="forget", exit_on_error=False)
    async def action_forget(self) -> None:
        """Forget it, and say whether anything of it was found afterwards."""
        if self._busy:
            return
        self._busy = True
        self._tell("Forgetting …")
        try:
            done = await self._forgetting.forget(
                self._scope, lambda n, total: self._tell(f"Writing the index anew: {bar(n, total)}")
            )
        except CoachError as e:
            safe.tell(self.app, e.message, f"{e.hint} coach forget leftovers finishes what was begun.", "error")
            self.dismiss(True)
            return
        if done.remains:
            hint = "Close other windows of Coach, then run: coach forget leftovers"
            safe.tell(self.app, f"Something of it still stands in {', '.join(done.remains)}.", hint, "error")
        else:
            others = f"Lines of it went from {count(done.redacted, 'answer or sheet')}." if done.redacted else ""
            safe.tell(self.app, "Forgotten; nothing of it was found in Coach's files afterwards.", others)
        if done.exports:
            safe.tell(self.app, f"Still there, since you exported it: {', '.join(done.exports)}", "", "warning")
        self.dismiss(True)

    def action_leave(self) -> None:
        """Leave it as it is."""
        if not self._busy:
            self.dismiss(False)

    def _tell(self, what: str) -> None:
        if self.is_attached:
            shown = self.query_one(".state", Static)
            shown.update(safe.text(what))
            shown.display = True
