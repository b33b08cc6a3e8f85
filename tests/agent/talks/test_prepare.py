from __future__ import annotations

from typing import Any

import pytest

from coach.agent.events import Step
from coach.agent.talks.interview import understood
from coach.agent.talks.prepare import PartReady, Prepared, matter_in, prepare, prepared
from coach.domain.errors import InputError, StoreError
from coach.domain.preparation import YOU, Brief, Interview, LineKind
from coach.store.briefs import Briefs
from tests.agent.talks.preparing import TALK, sound, texts
from tests.agent.world import SECRET, World, remains
from tests.fakes import ScriptedModel
from tests.grounding.fakes import FakeChecker


async def test_without_a_model_the_page_is_the_persons_words_statements_and_fields(world: World) -> None:
    coach = world.open()
    brief = await prepared(coach, understood(TALK))
    sound(brief, coach)
    assert texts(brief, "purpose") == ["I have to tell the VP no on Thursday about the date for the launch."]
    assert texts(brief, "facts")[:2] == [
        "On 3 November the VP promised the client that we launch on 1 December.",
        "Since then two engineers work weekends.",
    ]
    [story, *_] = brief.part("stories")
    assert (story.text, story.kind, story.private) == ("The VP always ignores me.", LineKind.STORY, True)
    assert any("other stories" in t and "…" in t for t in texts(brief, "stories"))
    assert texts(brief, "their view") == ["The VP may have given their own word upstairs."]
    assert "If the VP wants a date on the spot, then offer a checkpoint in its place." in texts(brief, "reactions")
    assert any("I'm afraid the VP shouts" in t and "then I …" in t for t in texts(brief, "reactions"))
    conceded = [line for line in brief.part("outcome") if line.label == "can be conceded"]
    assert [(line.text, line.private) for line in conceded] == [("I could live with January.", True)]
    assert texts(brief, "follow-up")[-1] == "If the talk on Thursday is over, then I … by …"
    assert texts(brief, "unknown")[0] == "Not said: what I cannot give up."
    assert "How the VP would tell it" in texts(brief, "unknown")[-1]
    [frame] = [line for line in brief.part("openings") if line.label == "facts first"]
    assert "promised the client" in frame.text
    assert "Since then two engineers" in frame.text
    assert (brief.model, brief.referred, brief.version) == ("none", "", 1)
    assert Briefs(coach.database).list() == [brief]


async def test_what_was_not_said_is_a_field_and_never_guessed(world: World) -> None:
    brief = await prepared(world.open(), Interview(wanted="I want a date that holds."), keep=False)
    assert brief.title == "A talk"
    assert [line.kind for line in brief.part("facts")] == [LineKind.QUESTION]
    assert brief.part("unknown")[0].text == (
        "Not said: with whom the talk is; what happened; what I fear; what I could give way on; what I cannot give up; "
        "when it is."
    )
    assert not [line for line in brief.lines if line.said_by == YOU and line.text not in brief.interview.said]


async def test_nothing_said_is_an_error_and_nothing_is_kept_where_it_is_not_to_be(world: World) -> None:
    coach = world.open()
    with pytest.raises(InputError, match="nothing to prepare"):
        await prepared(coach, Interview())
    brief = await prepared(coach, Interview(wanted="I want walrus."), keep=False)
    assert (brief.id, brief.version) == ("", 0)
    assert Briefs(coach.database).list() == []
    assert remains(world.home, "walrus") == []


async def test_events_come_in_order_and_every_part_is_told(world: World) -> None:
    events = [e async for e in prepare(world.open(), understood(TALK), keep=False)]
    assert [e.name for e in events if isinstance(e, Step)] == ["screen", "retrieve", "check"]
    assert len({e.part.name for e in events if isinstance(e, PartReady)}) == 12
    assert isinstance(events[-1], Prepared)


async def test_a_disk_that_keeps_nothing_loses_no_brief(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Briefs, brief: Brief) -> Brief:
        raise StoreError("The disk is full; nothing was changed.", "Make room, then try again.")

    monkeypatch.setattr(Briefs, "keep", full)
    events: list[Any] = []
    coach = world.open()

    async def run() -> None:
        async for event in prepare(coach, understood(TALK)):
            events.append(event)

    with pytest.raises(StoreError, match="disk is full"):
        await run()
    assert isinstance(events[-1], Prepared)
    assert events[-1].brief.id == ""


# Referral.


@pytest.mark.parametrize(
    ("interview", "matter"),
    [
        (Interview(happened="He waits by her car every evening."), "conduct"),
        (
            Interview(wanted="I want to tell him to stop.", happened="He sexually harassed an intern on Monday."),
            "conduct",
        ),
        (Interview(wanted="I want a talk.", feared="He said he wants to kill himself."), "emergency"),
        (Interview(draft="You groped her. Stop it."), "conduct"),
    ],
)
async def test_what_belongs_to_somebody_else_is_prepared_for_them(
    world: World, interview: Interview, matter: str
) -> None:
    coach = world.open()
    assert await matter_in(coach, interview) == matter
    brief = await prepared(coach, interview)
    sound(brief, coach)
    assert brief.referred == matter
    assert "and nothing beyond it" in brief.remarks[0]
    cited = {c.id.partition(".")[0] for line in brief.lines for c in line.citations}
    assert cited == {"C16"}
    # Nothing of the talk itself is coached, and no notes are looked into.
    assert not brief.part("their view")
    assert not any(line.label in ("gentle", "direct") for line in brief.lines)
    assert brief.model == "none"


async def test_a_referral_keeps_facts_and_leaves_judgements_out(world: World) -> None:
    said = Interview(happened="On Monday he touched her. He is arrogant.")
    brief = await prepared(world.open(), said, keep=False)
    assert "On Monday he touched her." in texts(brief, "facts")
    assert [(line.text, line.label) for line in brief.part("stories")] == [("He is arrogant.", "leave this out")]


async def test_a_model_that_writes_is_not_asked_where_it_is_referred(world: World) -> None:
    model = ScriptedModel("none", name="big")
    coach = world.open(model, FakeChecker())
    await prepared(coach, Interview(happened="He waits by her car every evening."), keep=False)
    assert not [c for c in model.calls if c.options.get("schema")]


# Notes.


async def test_notes_are_offered_with_their_dates_and_the_newer_one_counts(world: World) -> None:
    said = Interview(
        who="my VP",
        wanted="I want to say when retraining of the fraud model happens.",
        happened="We decided on retraining.",
    )
    brief = await prepared(world.open(), said, keep=False)
    notes = [line for line in brief.part("facts") if line.said_by not in ("", YOU)]
    assert [line.text for line in notes] == [
        "We decided that retraining the fraud model happens monthly and no longer weekly."
    ]
    assert notes[0].source == "note of 2026-09-08, “Decision on retraining the fraud model”"
    assert not any(line.said_by not in ("", YOU) for line in (await prepared(world.open(), said, notes=False)).lines)


async def test_private_notes_are_marked(world: World) -> None:
    said = Interview(wanted=f"I want the {SECRET} budget of the fraud team back.", happened="It is cut.")
    brief = await prepared(world.open(), said, keep=False)
    [line] = [line for line in brief.part("facts") if SECRET in line.text]
    assert line.private
