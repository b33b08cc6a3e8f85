"""Every door with a capable model elsewhere, and with an embedder elsewhere: nothing private is among what they get.

What holds after each test stands in the fixture `home`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from coach.agent.coach import Coach
from coach.agent.events import Found
from coach.agent.privacy import turn_of
from coach.agent.talks.beginning import begin, brief_of, resume
from coach.agent.talks.commitments import keeper
from coach.agent.talks.counterpart import counterpart_of
from coach.agent.talks.debrief import look_back
from coach.agent.talks.interview import understood_by
from coach.agent.talks.measures import Allowed
from coach.agent.talks.origins import origin
from coach.agent.talks.prepare import prepared
from coach.agent.talks.reflect import reflect
from coach.domain.commitment import State
from coach.domain.errors import CoachError
from coach.domain.evidence import Retrieval
from coach.domain.preparation import Interview
from coach.domain.source import SourceKind
from coach.domain.weeks import Period
from coach.store.briefs import Briefs
from coach.store.rehearsals import Rehearsals
from tests.agent.world import FOLLOW_UP, VP, events
from tests.privacy.home import ABOUT_NOTES, INTERVIEW, LINES, SESSIONS, Home, said
from tests.privacy.secrets import SECRETS
from tests.scripts import status

GERMAN = "der VP will einen Termin und ich weiß nicht, wie ich ihm das sage"
DRAFT = "Hi Anna, you always change the date of the launch. This is ridiculous. On 3 November you asked for May."

Door = Callable[[Home, Coach], Awaitable[Any]]


async def ask(home: Home, coach: Coach, question: str, **options: Any) -> Retrieval:
    home.typed.append(question)
    return next(e.retrieval for e in await events(coach, question, **options) if isinstance(e, Found))


async def question(home: Home, coach: Coach) -> None:
    assert any(e.private for e in (await ask(home, coach, VP)).evidence), "something private was found"


async def notes_looked_up(home: Home, coach: Coach) -> None:
    assert any(e.private for e in (await ask(home, coach, ABOUT_NOTES)).evidence)


async def another_language(home: Home, coach: Coach) -> None:
    await ask(home, coach, GERMAN)


async def false_premise(home: Home, coach: Coach) -> None:
    await ask(home, coach, f"the principles say never refuse the launch date of a VP. {VP}")


async def follow_ups(home: Home, coach: Coach) -> None:
    for name in SESSIONS:
        await ask(home, coach, FOLLOW_UP, session=home.ids[name])
        await ask(home, coach, "and why is that?", session=home.ids[name])


async def follow_ups_kept_nowhere(home: Home, coach: Coach) -> None:
    for name in SESSIONS:
        await ask(home, coach, FOLLOW_UP, session=home.ids[name], keep=False)
        turns = [turn_of(answer) for answer in coach.answers(home.ids[name])]
        await ask(home, coach, FOLLOW_UP, keep=False, turns=turns)


async def follow_ups_to_what_the_graph_forgot(home: Home, coach: Coach) -> None:
    for path in home.world.home.glob("checkpoints.db*"):
        path.unlink()
    await follow_ups(home, coach)


async def check(home: Home, coach: Coach) -> None:
    text = "Negotiate every launch date with the VP. The launch date was moved by someone."
    home.typed.append(text)
    private = [s.id for s in coach.library.sources() if s.private]
    assert len(private) > 5
    await coach.check(text, [*private, "P8"])
    await coach.check(f"{text} It is in May [{private[0]}.1].", [private[0], "P8"])
    await coach.check(text, ["P8"])


async def interview(home: Home, coach: Coach) -> None:
    assert coach.model is not None
    home.typed.append(VP)
    await understood_by(coach.model, VP)


async def talk_prepared(home: Home, coach: Coach) -> None:
    brief = await prepared(coach, INTERVIEW)
    assert any(line.private for line in brief.lines)
    offered = any(line.said_by.startswith("N") and line.private for line in brief.lines)
    assert offered or home.far, "a private note was offered; without its vector it is not near enough"


async def draft_reviewed(home: Home, coach: Coach) -> None:
    home.typed.append(DRAFT)
    await prepared(coach, Interview(who="Anna", draft=DRAFT, feared=SECRETS["feared"], concede=SECRETS["concede"]))


async def rehearsal(home: Home, coach: Coach) -> None:
    home.typed += LINES
    brief = Briefs(coach.database).get(home.ids["brief"])
    rehearsing = begin(coach, brief, counterpart_of(brief))
    await said(rehearsing, *LINES)
    rehearsing.advise()
    rehearsing.again()
    await said(rehearsing, "What would help you with the board?")
    rehearsing.stop()
    await said(resume(coach, home.ids["rehearsal"], 1), *LINES)


async def debrief(home: Home, coach: Coach) -> None:
    home.typed += LINES
    rehearsal = Rehearsals(coach.database).get(home.ids["rehearsal"]).rehearsal
    made = await look_back(
        rehearsal,
        coach.library,
        allowed=Allowed.by(brief_of(coach, rehearsal)),
        own_view=SECRETS["own view"],
        model=coach.model,
        checker=coach.checker,
    )
    assert made.own_view == SECRETS["own view"]


async def plans(home: Home, coach: Coach) -> None:
    keeping = keeper(coach)
    for name in (f"brief:{home.ids['brief']}", f"rehearsal:{home.ids['rehearsal']}", home.ids["cited"]):
        origin(coach, name)
    plan = keeping.commit(SECRETS["plan"], origin=f"brief:{home.ids['brief']}")
    keeping.settle(plan.id, State.MISSED, SECRETS["outcome"])
    keeping.settle(home.ids["commitment"], State.KEPT, SECRETS["outcome"])
    found = await ask(home, coach, "what came of it the last time with the VP and the launch date?")
    outcome = keeping.find(plan.id).note
    assert any(e.statement.source_id == outcome for e in found.evidence), "the outcome was found"


async def look_ups(home: Home, coach: Coach) -> None:
    home.typed.append(VP)
    coach.library.search(VP)
    now = datetime.now().astimezone()
    reflect(coach, Period(now.date(), now.date(), "today", now.date()), now)
    coach.past.stale()
    for source in coach.library.sources():
        if source.private:
            coach.past.why(source.statements[0].id)
    for session in coach.sessions():
        coach.rename_session(session.id, f"About {SECRETS['flag']}")


async def indexes(home: Home, coach: Coach) -> None:
    coach.library.rebuild()
    coach.library.verify()
    coach.library.rewrite()
    coach.vault.sync()
    folder = home.world.home.parent / "more"
    folder.mkdir()
    (folder / "more.md").write_text(f"---\nprivate: true\n---\n\n{SECRETS['flag']} {SECRETS['story']}\n")
    coach.library.add([folder / "more.md"], SourceKind.NOTE)
    home.typed.append(VP)
    await ask(home, coach, VP)


#: Of those that ask no model.
SILENT = {look_ups}
DOORS: list[Door] = [
    question,
    notes_looked_up,
    another_language,
    false_premise,
    follow_ups,
    follow_ups_kept_nowhere,
    follow_ups_to_what_the_graph_forgot,
    check,
    interview,
    talk_prepared,
    draft_reviewed,
    rehearsal,
    debrief,
    plans,
    look_ups,
    indexes,
]


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
async def test_nothing_private_goes_through(home: Home, door: Door) -> None:
    await door(home, home.elsewhere())
    assert bool(home.server.chats) == (door not in SILENT)
    embedded = [a for a in home.server.asked if a.path.endswith("/embeddings")]
    assert bool(embedded) == (home.far and door not in {check, interview, debrief}), "what is asked is embedded there"


@pytest.mark.parametrize("door", [question, follow_ups, talk_prepared, rehearsal], ids=lambda door: door.__name__)
async def test_nor_with_a_model_that_applies_one_statement_at_a_time(home: Home, door: Door) -> None:
    await door(home, home.elsewhere(ability="stepwise", checker="model"))
    assert home.server.chats


async def test_nor_with_the_local_checkers_questions(home: Home) -> None:
    await question(home, home.elsewhere(checker="local"))
    assert any("logprobs" in a.body for a in home.server.chats)


async def test_nor_where_only_what_is_supported_is_said(home: Home) -> None:
    await follow_ups(home, home.elsewhere(strict=True))
    assert home.server.chats


@pytest.mark.parametrize(
    "door", [d for d in DOORS if d not in SILENT], ids=lambda door: getattr(door, "__name__", str(door))
)
async def test_what_goes_wrong_does_not_tell_it_either(home: Home, door: Door) -> None:
    if home.far:
        pytest.skip("an embedder that fails says the same")
    home.server.next = lambda: status(500, "no")  # type: ignore[method-assign]
    with suppress(AssertionError):
        # What is prepared and rehearsed goes on without the model.
        try:
            await door(home, home.elsewhere())
        except CoachError as e:
            print(f"{e} {e.message} {e.hint}")
    assert home.server.chats


def test_the_secrets_are_where_they_are_thought_to_be(home: Home) -> None:
    coach = home.here()
    private = [s for s in coach.library.sources() if s.private]
    texts = " ".join(t for s in private for t in (s.title, s.when, *s.situations, *(x.text for x in s.statements)))
    texts += " ".join(h for s in private for x in s.statements for h in x.heading)
    brief = Briefs(coach.database).get(home.ids["brief"])
    texts += " ".join(line.text for line in brief.lines if line.private)
    texts += " ".join(a.text for name in SESSIONS for a in coach.answers(home.ids[name]))
    # What somebody thinks of a rehearsal is told when they look back at it.
    missing = {place for place, secret in SECRETS.items() if secret.rstrip(".") not in texts} - {"own view"}
    assert missing == set()
    assert Path(home.world.home / "coach.db").exists()
