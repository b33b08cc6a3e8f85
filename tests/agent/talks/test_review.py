from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.agent.assembly import open_coach
from coach.agent.coach import Coach
from coach.agent.talks.brief_text import plain
from coach.agent.talks.interview import understood
from coach.agent.talks.prepare import prepared
from coach.agent.talks.review import MOST_FINDINGS, asks_for, facts_of, from_draft, review
from coach.domain.answer import Verdict
from coach.domain.preparation import Finding
from coach.settings import load_settings
from tests.agent.world import World
from tests.fakes import ScriptedModel, busy
from tests.grounding.fakes import FakeChecker

DRAFT = """Hi Anna,

as I already told you, your notebook is careless and you never write tests. On 3 March the job failed because nobody
checked the labels. You clearly don't care about the team. I think everyone agrees!!

Best"""


@pytest.fixture
def real(real_home: Path) -> Iterator[Coach]:
    coach = open_coach(load_settings(home=real_home, model="none"))
    yield coach
    asyncio.run(coach.aclose())


def whats(findings: list[Finding]) -> list[str]:
    return [f.what for f in findings]


def test_the_drafts_own_lines_are_quoted_word_for_word(real: Coach) -> None:
    found = review(DRAFT, real.library)
    folded = " ".join(DRAFT.split())
    assert all(f.quote in folded for f in found)
    assert whats(found) == [
        "trait word", "always or never", "sharp tone", "mind-reading", "no fact", "no fact", "sharp tone", "no request",
    ]  # fmt: skip
    assert "“careless”" in found[0].why
    assert found[-1].quote == ""


def test_how_it_is_read_and_what_to_write_instead_is_said_by_statements_each_once(real: Coach) -> None:
    lines = [line for f in review(DRAFT, real.library) for line in (f.reader, f.better) if line]
    assert len(lines) >= 5
    assert len({line.text for line in lines}) == len(lines)
    for line in lines:
        _, statement = real.library.find(line.citations[0].id)
        assert statement is not None
        assert (line.text, line.verdict) == (statement.text, Verdict.SUPPORTED)
        assert not line.citations[0].id.startswith("C16.")


def test_a_fair_draft_gets_no_finding_but_what_it_lacks(real: Coach) -> None:
    fair = "Hi Anna, on Tuesday the job failed for two hours. Could you check the labels with me by Thursday?"
    assert review(fair, real.library) == []
    assert whats(review("Could you check the labels with me?", real.library)) == ["no date"]
    assert whats(review("On Tuesday the job failed.", real.library)) == ["no request"]


def test_a_review_has_an_end(real: Coach) -> None:
    found = review("You never listen. " * 200, real.library)
    assert len(found) == MOST_FINDINGS + 2


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    interview = from_draft(text)
    assert interview.draft == text
    assert isinstance(facts_of(text), str)


def test_what_a_draft_says_for_the_interview() -> None:
    said = from_draft("Dear Karin, on 3 March it broke. Could you call me on Friday?")
    assert (said.who, said.wanted) == ("Karin", "Could you call me on Friday?")
    assert from_draft("team, it broke").who == ""
    assert facts_of("Hi Anna, on 3 March the job failed. Please call. Why?") == "on 3 March the job failed."
    assert asks_for("I’d like you to look at it.")
    assert not asks_for("She said 'please' twice.")


async def test_a_draft_is_reviewed_and_makes_a_brief(real: Coach) -> None:
    brief = await prepared(real, from_draft(DRAFT), keep=False)
    assert brief.review
    assert brief.interview.draft == DRAFT
    assert [line.text for line in brief.part("facts")] == [
        "On 3 March the job failed because nobody checked the labels."
    ]
    text = plain(brief)
    assert text.index("Review of the draft:") < text.index("Purpose:")
    assert (await prepared(real, understood("I want a date from my VP."), keep=False)).review == ()


def rewritten(*lines: Any) -> str:
    return json.dumps({"lines": [{"number": n, "better": text} for n, text in lines]})


def capable(*answers: Any) -> ScriptedModel:
    return ScriptedModel("none", '{"lines": []}', *answers, name="big", ability="free")


async def test_a_capable_model_writes_a_better_line_from_the_drafts_own_words(world: World) -> None:
    draft = "You carelessly never check the labels, which is unacceptable. On 3 March the job failed."
    model = capable(rewritten((1, "On 3 March the labels were not checked and the job failed.")))
    brief = await prepared(world.open(model, FakeChecker()), from_draft(draft), keep=False)
    [better] = [f.better for f in brief.review if f.better and f.better.written]
    assert better.text == "On 3 March the labels were not checked and the job failed."
    assert brief.model == "big"


@pytest.mark.parametrize(
    "reply",
    [
        # A reason, a name, a date, a judgement, a swap: none of it stands in the draft.
        rewritten((1, "You did not check the labels because you were tired.")),
        rewritten((1, "Karin did not check the labels.")),
        rewritten((1, "You did not check the labels on 5 May.")),
        rewritten((1, "You always check the labels carelessly.")),
        rewritten((1, "I never check the labels.")),
        rewritten((7, "On 3 March the job failed.")), rewritten((0, "On 3 March the job failed.")),
        rewritten(("x", 3)), "", "[]", '{"lines": 3}', "[" * 9000,
    ],
)  # fmt: skip
async def test_a_better_line_that_adds_anything_is_left_out(world: World, reply: str) -> None:
    draft = "You never check the labels. On 3 March the job failed."
    brief = await prepared(world.open(capable(reply), FakeChecker()), from_draft(draft), keep=False)
    assert brief.review
    assert not [f for f in brief.review if f.better and f.better.written]


async def test_a_model_that_fails_leaves_the_review(world: World) -> None:
    brief = await prepared(world.open(capable(busy()), FakeChecker()), from_draft("You never listen."), keep=False)
    assert whats(list(brief.review))[0] == "always or never"
    assert any("could not be asked" in r for r in brief.remarks)
