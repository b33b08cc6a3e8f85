from __future__ import annotations

import json

import pytest

from coach.agent.talks.brief_text import NOTHING_FOUND, editable, markdown, plain
from coach.agent.talks.interview import MOST_CHARACTERS, understood
from coach.agent.talks.prepare import Prepared, Reviewed, prepare, prepared
from coach.agent.talks.reviewing import reviewed
from coach.domain.errors import InputError
from coach.domain.preparation import Interview
from coach.store.briefs import Briefs
from tests.agent.talks.preparing import TALK
from tests.agent.world import World
from tests.fakes import ScriptedModel, busy
from tests.grounding.fakes import FakeChecker

DRAFT = "You never answer."


async def test_a_brief_that_is_there_gets_the_review_of_a_draft(world: World) -> None:
    coach = world.open()
    brief = await prepared(coach, understood(TALK))
    found = await reviewed(coach, brief, f"  {DRAFT}\x1b[31m ")
    assert found.interview.draft.startswith(DRAFT)
    assert "\x1b" not in found.interview.draft
    assert found.review[0].quote == DRAFT
    assert found.parts == brief.parts
    # It is kept by whoever asked for it, and another draft takes its place.
    assert len(Briefs(coach.database).versions(brief.id)) == 1
    again = await reviewed(coach, found, "Could you please send the numbers by 3 December?")
    assert again.review == ()
    for text in (plain(again), markdown(again)):
        assert NOTHING_FOUND[:40] in text
    assert NOTHING_FOUND[:40] not in editable(again)
    assert NOTHING_FOUND[:40] not in plain(brief)


@pytest.mark.parametrize("draft", ["", " \n", "x" * (MOST_CHARACTERS + 1), "He waits by her car, and he touched her."])
async def test_what_cannot_be_reviewed(world: World, draft: str) -> None:
    coach = world.open()
    brief = await prepared(coach, understood(TALK), keep=False)
    with pytest.raises(InputError) as caught:
        await reviewed(coach, brief, draft)
    assert caught.value.hint


async def test_no_message_is_reviewed_for_a_matter_of_somebody_else(world: World) -> None:
    coach = world.open()
    brief = await prepared(coach, Interview(happened="He waits by her car, and he touched her."), keep=False)
    assert brief.referred
    with pytest.raises(InputError, match="is a matter for"):
        await reviewed(coach, brief, DRAFT)


async def test_a_capable_model_words_the_better_lines(world: World) -> None:
    coach = world.open(checker=FakeChecker())
    brief = await prepared(coach, understood(TALK), keep=False)
    better = {"lines": [{"number": 1, "better": "You answer."}]}
    model = ScriptedModel(json.dumps(better), name="writer", default_text='{"matter": "none"}')
    found = await reviewed(world.open(model, FakeChecker()), brief, DRAFT)
    assert found.review[0].quote == DRAFT
    failing = ScriptedModel(busy(), busy(), busy(), name="writer")
    told = await reviewed(world.open(failing, FakeChecker()), brief, DRAFT)
    assert told.review[0].quote == DRAFT
    assert any("could not be asked" in remark for remark in told.remarks)


async def test_the_review_comes_before_the_page_is_done(world: World) -> None:
    coach = world.open()
    events = [e async for e in prepare(coach, Interview(draft=DRAFT), keep=False)]
    [at] = [i for i, e in enumerate(events) if isinstance(e, Reviewed)]
    last = events[-1]
    assert isinstance(last, Prepared)
    assert events[at] == Reviewed(last.brief.review)
    assert not [e async for e in prepare(coach, understood(TALK), keep=False) if isinstance(e, Reviewed)]
