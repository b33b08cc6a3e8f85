"""What a conversation in plain lines leads to: its plan kept as a commitment, what is due, a talk prepared from it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from coach.cli.console import complain, say
from coach.cli.conversation import Conversation
from coach.cli.line_editing import can_prefill
from coach.domain.due import DEFAULT, read_due, said_day
from coach.domain.errors import InputError
from coach.domain.if_then import NotAPlanError

if TYPE_CHECKING:
    from coach.agent.coach import Coach
    from coach.agent.talks.commitments import Keeper
    from coach.agent.talks.offers import Offer
    from coach.domain.commitment import Commitment

#: Shows a prompt, with what stands in it already, and returns a line; EOFError at the end of input.
Read = Callable[[str, str], str]
_DUE = re.compile(r"\A(?P<plan>.*?)(?:\A|[\s,;])due (?P<day>[^;]{1,40})\Z", re.IGNORECASE | re.DOTALL)
_NOTHING = "Nothing was kept."


class ChatTalks:
    """The commands of a conversation that lead to what is done after it.

    Args:
        coach: whose commitments and briefs they are.
        conversation: the one that is open.
        read: asks somebody.
        alone: whether nobody is there to be asked.
        plain: whether to print without what changes in place.
    """

    def __init__(self, coach: Coach, conversation: Conversation, read: Read, *, alone: bool, plain: bool) -> None:
        self._coach = coach
        self._conversation = conversation
        self._read = read
        self._alone = alone
        self._plain = plain

    def commit(self, rest: str) -> str:
        """Keep a plan of the last answer that offers any, or the person's own; return what is said of it.

        Args:
            rest: nothing, the number of an offered plan, or a plan; then, if wished, ``due`` and a day.

        Raises:
            InputError: nothing is to be kept here, there is no such plan, or nobody can be asked for a better one.
        """
        if not self._conversation.keep:
            raise InputError(
                "Nothing of this conversation is kept, and so no plan is.", "Start again without --no-keep."
            )
        from coach.agent.talks.commitments import keeper

        kept = keeper(self._coach, _now)
        wanted, day = _parted(rest)
        offers = self._offers()
        if self._alone:
            return self._kept(self._made(kept, self._chosen(wanted, offers), day, offers))
        try:
            return self._asked(kept, self._chosen(wanted, offers), day, offers)
        except (EOFError, KeyboardInterrupt):
            say()
            return _NOTHING

    def commitments(self) -> str:
        """Return what is open, each in a line or two."""
        from coach.agent.talks.commitments import keeper
        from coach.agent.talks.origins import title_of
        from coach.cli.commitments import commitment_text
        from coach.domain.commitment import State

        open_ones = [c for c in keeper(self._coach, _now).all() if c.state is State.OPEN]
        rows = [commitment_text(c, _now(), title_of(self._coach, c.origin)) for c in open_ones]
        if not rows:
            return "Nothing is open. /commit keeps a plan."
        return "\n".join([*rows, "To say what happened, leave and run: coach commitments settle ID"])

    def prepare(self, text: str, runner: asyncio.Runner) -> str:
        """Ask for what is missing and make a brief, which is printed; return how to go on with it."""
        from coach.cli.prepare import prepare_now

        try:
            brief = prepare_now(
                self._coach, runner, text, ask=not self._alone, keep=self._conversation.keep, plain=self._plain
            )
        except KeyboardInterrupt:
            if self._alone:
                raise
            say()
            return "Stopped. No brief was made."
        if not brief.id:
            return "It is kept nowhere, as nothing of this conversation is."
        return f"To change it, leave and run: coach briefs edit {brief.id}. To practise it: coach rehearse {brief.id}"

    def _offers(self) -> Sequence[Offer]:
        from coach.agent.talks.offers import offered_by_answer

        shown = self._conversation.shown
        answers = ([shown] if shown else []) + self._conversation.answers[::-1]
        return next((found for answer in answers if (found := offered_by_answer(answer))), ())

    def _chosen(self, wanted: str, offers: Sequence[Offer]) -> str:
        """Return the plan that is meant, to be changed yet; empty where it is still to be typed."""
        if wanted.isascii() and wanted.isdigit():
            if len(wanted) > 3 or not 1 <= int(wanted) <= len(offers):
                told = f"There are {len(offers)}." if offers else "No answer here offers one."
                raise InputError(f"There is no offered plan {wanted[:6]}.", f"{told} Or type your own: /commit If …")
            return offers[int(wanted) - 1].plan
        if wanted:
            return wanted
        if self._alone or len(offers) == 1:
            if not offers:
                raise InputError("No answer here offers a plan.", "Type your own: /commit If …, then I …")
            return offers[0].plan
        if not offers:
            say("No answer here offers a plan; type your own.")
            return ""
        for number, offer in enumerate(offers, 1):
            say(f"{number}. {offer.plan}")
        line = self._line("Which one? Its number, or your own plan: ")
        if not line:
            raise EOFError
        return self._chosen(line, offers)

    def _asked(self, kept: Keeper, plan: str, day: str, offers: Sequence[Offer]) -> str:
        """Let the plan be changed and a day be said, until both can be read."""
        while True:
            if plan and not can_prefill():
                say(f"The plan: {plan}")
            how = ("change it, or press Enter" if can_prefill() else "type it anew, or press Enter") if plan else ""
            plan = self._line(f"Your plan{f' ({how})' if how else ''}: ", plan) or ("" if can_prefill() else plan)
            if not plan:
                return _NOTHING
            try:
                while True:
                    day = day or self._line(f"When shall I ask what happened? (Enter for {DEFAULT}): ") or DEFAULT
                    try:
                        return self._kept(self._made(kept, plan, day, offers))
                    except NotAPlanError:
                        raise
                    except InputError as e:
                        complain(e)
                        day = ""
            except NotAPlanError as e:
                # What was typed stands there again; the day that was said stays said.
                complain(e)

    def _made(self, kept: Keeper, plan: str, day: str, offers: Sequence[Offer]) -> Commitment:
        session = self._conversation.session
        citations = next((o.citations for o in offers if o.plan == plan), ())
        return kept.commit(plan, day or DEFAULT, origin=f"session:{session}" if session else "", citations=citations)

    def _kept(self, made: Commitment) -> str:
        day = said_day(made.due, _now().date())
        return f"Kept as {made.id}: {made.plan}\nIt comes back on {day}. /commitments lists what is open."

    def _line(self, prompt: str, put: str = "") -> str:
        return self._read(prompt, put).strip()


def _parted(rest: str) -> tuple[str, str]:
    """Return the plan and the day that ``… due DAY`` says; all of it and nothing where that is no day."""
    if found := _DUE.match(rest):
        try:
            read_due(found["day"], _now().date())
        except InputError:
            return rest.strip(), ""
        return found["plan"].strip(" ,;"), found["day"].strip()
    return rest.strip(), ""


def _now() -> datetime:
    return datetime.now().astimezone()
