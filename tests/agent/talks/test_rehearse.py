from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from coach.agent.coach import Coach
from coach.agent.talks.beginning import begin, brief_of, resume
from coach.agent.talks.counterpart import counterpart_of
from coach.agent.talks.rehearse import SIMPLE, SMALL, Referred, Rehearsing, Said, Spoke, TalkEvent
from coach.domain.counterpart import Counterpart
from coach.domain.errors import InputError, ModelError, StoreError
from coach.domain.preparation import Brief
from coach.domain.rehearsal import MOST_CHARACTERS, MOST_TURNS, Act, Move, State, Turn
from coach.store.briefs import Briefs
from coach.store.rehearsals import Rehearsals
from tests.agent.talks.stage import GOOD, PERSONS, SECRETS, brief, counterpart
from tests.agent.world import World
from tests.fakes import Broken, ScriptedModel, busy


def kept_brief(coach: Coach) -> Brief:
    return Briefs(coach.database).keep(replace(brief(), id="", version=0))


def begun(coach: Coach, other: Counterpart | None = None, seed: int = 7) -> Rehearsing:
    return begin(coach, kept_brief(coach), other or counterpart(), seed=seed)


async def say(rehearsing: Rehearsing, line: str) -> list[TalkEvent]:
    return [event async for event in rehearsing.say(line)]


async def turn(rehearsing: Rehearsing, line: str) -> Turn:
    last = (await say(rehearsing, line))[-1]
    assert isinstance(last, Said)
    return last.turn


def kept(coach: Coach, rehearsing: Rehearsing) -> Any:
    return Rehearsals(coach.database).get(rehearsing.rehearsal.id).rehearsal


async def test_a_line_is_answered_streamed_and_kept(world: World) -> None:
    coach = world.open()
    rehearsing = begun(coach)
    assert rehearsing.latest == (rehearsing.rehearsal.greeting, Move.GREET)
    *spoken, said = await say(rehearsing, "  We can't go live\x1b[31m on Thursday. ")
    assert isinstance(said, Said)
    assert "".join(e.text for e in spoken if isinstance(e, Spoke)) == said.turn.reply
    assert said.turn.line == "We can't go live on Thursday."
    assert said.turn.has(Act.LIMIT)
    assert said.turn.worded_by == "template"
    assert kept(coach, rehearsing) == rehearsing.rehearsal


async def test_nothing_is_kept_before_something_was_said(world: World) -> None:
    coach = world.open()
    rehearsing = begun(coach)
    rehearsing.advise()
    with pytest.raises(InputError, match="no line 0"):
        rehearsing.again()
    assert rehearsing.stop().state is State.STOPPED
    assert Rehearsals(coach.database).list() == []


async def test_back_and_again_leave_branches_that_are_kept(world: World) -> None:
    coach = world.open()
    rehearsing = begun(coach)
    for line in GOOD[:3]:
        await turn(rehearsing, line)
    assert rehearsing.rewind(2).line == GOOD[1]
    assert rehearsing.latest[0] == rehearsing.rehearsal.turns[0].reply
    other = await turn(rehearsing, "What would help you?")
    assert (other.number, other.parent) == (4, 1)
    assert rehearsing.again().number == 4
    same, earlier = await turn(rehearsing, GOOD[1]), rehearsing.rehearsal.turns[1]
    # The same words in the same place are answered in the same way.
    assert (same.reply, same.move, same.resistance) == (
        earlier.reply, earlier.move, earlier.resistance
    )  # fmt: skip
    rehearsing.rewind(1)
    await turn(rehearsing, "No.")
    found = kept(coach, rehearsing)
    assert [[t.number for t in path] for path in found.branches] == [[1, 2, 3], [1, 4], [1, 5], [6]]
    assert [t.number for t in found.path] == [6]
    with pytest.raises(InputError, match="no line 9"):
        rehearsing.rewind(9)


async def test_it_can_be_left_and_gone_on_with(world: World) -> None:
    coach = world.open()
    rehearsing = begun(coach)
    await turn(rehearsing, GOOD[0])
    going_on = resume(coach, rehearsing.rehearsal.id[:5])
    assert going_on.rehearsal == rehearsing.rehearsal
    await turn(going_on, GOOD[1])
    going_on.stop()
    with pytest.raises(InputError, match="is over") as e:
        resume(coach, going_on.rehearsal.id)
    assert "--from 2" in e.value.hint
    back = resume(coach, going_on.rehearsal.id, 2)
    assert not back.over
    assert back.latest[0] == rehearsing.rehearsal.turns[0].reply


@pytest.mark.parametrize("person", sorted(PERSONS))
async def test_hard_persons_win_nothing(world: World, person: str) -> None:
    coach = world.open()
    rehearsing = begun(coach)
    for line in PERSONS[person]:
        if not rehearsing.over:
            await turn(rehearsing, line)
    moves = [t.move for t in rehearsing.rehearsal.turns]
    assert not {Move.AGREE, Move.HALF_AGREE} & set(moves)
    if person in ("rude", "silent"):
        assert moves[-1] is Move.END
        assert rehearsing.rehearsal.state is State.ENDED
        with pytest.raises(InputError, match="is over"):
            await say(rehearsing, "Wait.")
        rehearsing.again()
        assert await turn(rehearsing, GOOD[0])


async def test_a_matter_to_refer_stops_it_and_is_kept_nowhere(world: World) -> None:
    coach = world.open()
    rehearsing = begun(coach)
    await turn(rehearsing, GOOD[0])
    [event] = await say(rehearsing, "He waits by her car, and he touched her.")
    assert isinstance(event, Referred)
    assert any(s.citations for s in event.sentences)
    assert rehearsing.over
    found = kept(coach, rehearsing)
    assert (found.state, found.matter) == (State.REFERRED, "conduct")
    assert "touched" not in str(found.as_dict())


def test_a_matter_in_the_counterpart_is_referred_before_it_begins(world: World) -> None:
    coach = world.open()
    with pytest.raises(InputError, match="belongs to somebody else"):
        begin(coach, brief(), counterpart(stakes="he touched her at the party"))


def test_a_talk_about_a_matter_to_refer_is_not_rehearsed(world: World) -> None:
    with pytest.raises(InputError, match="not rehearsed"):
        begin(world.open(), brief(referred="conduct"), counterpart())


async def test_a_model_words_the_move_that_the_rules_chose(world: World) -> None:
    model = ScriptedModel("So what do I tell them?", name="writer")
    rehearsing = begun(world.open(model))
    assert rehearsing.notice == ""
    said = await turn(rehearsing, "We can't do it.")
    assert (said.reply, said.worded_by, said.refused) == ("So what do I tell them?", "writer", "")
    simple = begun(world.open())
    assert simple.notice == SIMPLE
    assert (await turn(simple, "We can't do it.")).move is said.move


async def test_a_small_model_says_so(world: World) -> None:
    assert begun(world.open(ScriptedModel(ability="stepwise"))).notice == SMALL
    # One that may write no answer words no line either.
    assert begun(world.open(ScriptedModel(ability="none"))).notice == SIMPLE


async def test_what_a_model_may_not_say_is_replaced_by_the_written_line(world: World) -> None:
    model = ScriptedModel("You're right, take all the time you need.", name="writer")
    rehearsing = begun(world.open(model))
    said = await turn(rehearsing, "We can't do it.")
    assert said.worded_by == "template"
    assert "agrees" in said.refused
    assert "time you need" not in said.reply


async def test_a_model_that_fails_is_not_waited_for_again(world: World) -> None:
    model = ScriptedModel(busy(), ModelError("There is no such model."))
    rehearsing = begun(world.open(model))
    for line in ("We can't do it.", "The labels are missing.", "It won't work."):
        assert (await turn(rehearsing, line)).worded_by == "template"
    assert rehearsing.notice == SIMPLE
    assert len(model.calls) == 2


async def test_words_cut_off_in_the_middle_stand_as_far_as_they_were_said(world: World) -> None:
    model = ScriptedModel(Broken("So what do I tell them? And", ModelError("The stream was cut.")))
    said = await turn(begun(world.open(model)), "We can't do it.")
    assert said.reply == "So what do I tell them?"


async def test_what_is_broken_off_leaves_it_as_it_was(world: World) -> None:
    coach = world.open(ScriptedModel("So what do I tell them? And when?"))
    rehearsing = begun(coach)
    events = rehearsing.say("We can't do it.")
    assert isinstance(await anext(events), Spoke)
    await events.aclose()
    assert rehearsing.rehearsal.turns == ()
    assert Rehearsals(coach.database).list() == []


async def test_the_counterpart_never_sees_what_the_brief_keeps_private(world: World) -> None:
    model = ScriptedModel(default_text="So what do I tell them then?", remote=True)
    coach = world.open(model)
    page = kept_brief(coach)
    rehearsing = begin(coach, page, counterpart_of(page), seed=3)
    for line in GOOD:
        if not rehearsing.over:
            await turn(rehearsing, line)
            rehearsing.advise()
    assert model.calls
    sent = "\n".join(call.text for call in model.calls).lower()
    said = str(rehearsing.rehearsal.as_dict()).lower()
    for secret in SECRETS:
        assert secret not in sent
        assert secret not in said


async def test_the_coach_can_be_asked_and_it_is_noted_with_the_next_line(world: World) -> None:
    coach = world.open()
    rehearsing = begun(coach)
    aside = rehearsing.advise()
    assert aside.why
    first = await turn(rehearsing, GOOD[0])
    assert first.coached == aside.citations
    assert (await turn(rehearsing, GOOD[1])).coached == ()


async def test_too_much_is_said_to_be_too_much(world: World) -> None:
    rehearsing = begun(world.open())
    with pytest.raises(InputError, match="characters"):
        await say(rehearsing, "no " * MOST_CHARACTERS)
    with pytest.raises(InputError, match="German"):
        await say(rehearsing, "Nein, das geht nicht am Donnerstag, weil die Labels fehlen.")
    await turn(rehearsing, "No.")
    one = rehearsing.rehearsal.turns[0]
    rehearsing.rehearsal = replace(
        rehearsing.rehearsal, turns=tuple(replace(one, number=i + 1) for i in range(MOST_TURNS))
    )
    with pytest.raises(InputError, match="lines"):
        await say(rehearsing, "No.")


async def test_what_cannot_be_kept_is_said_and_the_talk_stays_where_it_was(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    rehearsing = begun(world.open())
    await turn(rehearsing, "No.")

    def full(*_: object) -> None:
        raise StoreError("The disk is full; nothing was changed.")

    monkeypatch.setattr(Rehearsals, "keep", full)
    with pytest.raises(StoreError):
        await say(rehearsing, GOOD[0])
    assert [t.line for t in rehearsing.rehearsal.turns] == ["No."]


async def test_a_brief_that_is_gone_keeps_nobody_from_going_on(world: World) -> None:
    coach = world.open()
    rehearsing = begun(coach)
    await turn(rehearsing, "No.")
    found = brief_of(coach, rehearsing.rehearsal)
    assert found is not None
    Briefs(coach.database).delete(found.id)
    assert brief_of(coach, rehearsing.rehearsal) is None
    assert await turn(resume(coach, rehearsing.rehearsal.id), GOOD[0])
