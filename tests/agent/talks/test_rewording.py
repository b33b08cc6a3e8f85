from __future__ import annotations

import pytest

from coach.agent.talks.debrief import look_back
from coach.agent.talks.guidance import Statements
from coach.agent.talks.rewording import reword
from coach.domain.debrief import Worded
from coach.domain.rehearsal import Act
from tests.agent.talks.stage import CREATED, SECRETS, library, play
from tests.fakes import Broken, ScriptedModel, busy
from tests.grounding.fakes import FakeChecker

LINES = ("On Tuesday the evaluation failed.", "You always push dates on us.")


def checker(probability: float = 0.9) -> FakeChecker:
    return FakeChecker(default=probability)


async def reworded(written: str | Exception, probability: float = 0.9, act: Act = Act.ALWAYS_NEVER) -> Worded | None:
    played = play(LINES)
    [statement] = Statements(library()).find(["C2.2"])
    model = ScriptedModel(written, name="writer")
    return await reword(model, checker(probability), played.path, played.turns[1], act, statement)


async def test_what_passes_the_gate_stands_in_place_of_the_line() -> None:
    made = await reworded("On Tuesday the evaluation failed; what happens for you if we wait?")
    assert made is not None
    assert made.text == "On Tuesday the evaluation failed; what happens for you if we wait?"
    assert (made.turn, made.worded_by, [c.id for c in made.citations]) == (2, "writer", ["C2.2"])


@pytest.mark.parametrize(
    "written",
    [
        "",
        "What now?",
        "You always push dates, what happens if we wait for it?",
        "On Friday the evaluation failed; what happens for you if we wait?",
        "On Tuesday 40 runs failed; what happens for you if we wait?",
        "On Tuesday Miriam said it failed; what happens if we wait?",
        "You are confident, so what happens for you if we wait?",
        "The evaluation will be better when everybody waits a bit.",
        "On Tuesday it failed. What then? What else? And what more?",
        "On Tuesday the evaluation failed, " + "and so on " * 30 + "what then?",
    ],
)
async def test_what_does_not_pass_is_not_taken(written: str) -> None:
    assert await reworded(written) is None


async def test_what_its_statement_does_not_support_is_not_taken() -> None:
    written = "Please build the feedback from three facts, and please offer the team two days off."
    assert await reworded(written, probability=0.1) is None


async def test_what_was_missing_must_be_there() -> None:
    assert await reworded("On Tuesday the evaluation failed, please wait for it.", act=Act.OPEN_QUESTION) is None


async def test_a_model_that_fails_is_no_matter() -> None:
    assert await reworded(busy()) is None
    assert await reworded(Broken("On", busy()).error) is None


async def test_the_debrief_takes_the_statements_words_where_the_model_fails() -> None:
    played = play(LINES)
    model = ScriptedModel(
        "You always do that.", "On Tuesday it failed; what happens for you if we wait?", name="writer"
    )
    first = await look_back(played, library(), model=model, checker=checker(), now=lambda: CREATED)
    assert first.rewrite is not None
    assert first.rewrite.worded_by == "statement"
    second = await look_back(
        played, library(), model=model, checker=checker(), own_view="zebrafish", now=lambda: CREATED
    )
    assert second.rewrite is not None
    assert second.rewrite.worded_by == "writer"
    sent = "\n".join(call.text for call in model.calls)
    assert not [secret for secret in SECRETS if secret in sent]
