"""One turn from the question to what is delivered and kept, over the small corpus."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from coach.agent.events import Checked, Delivered, Drafted, Event, Found, Step
from coach.domain.answer import Status, Usage, Verdict
from coach.domain.evidence import Turn
from tests.agent.world import (
    CONDUCT,
    DELEGATE,
    FOLLOW_UP,
    IN_DOUBT,
    OUTSIDE,
    PRIVATE,
    VP,
    World,
    cited,
    delivered,
    events,
    part,
    remembered,
)
from tests.fakes import ScriptedModel
from tests.grounding.fakes import FakeChecker

GOOD = "Negotiate the date of the launch instead of accepting it"
BAD = "Offer the VP a free month of support"
BOTH = f"{GOOD} [P8.1]. {BAD} [P8.1]. What would move them?"


def refusing(*claims: str) -> FakeChecker:
    """A checker that supports everything but these."""
    return FakeChecker({f"{c}.": 0.1 for c in claims})


def steps(found: Sequence[Event]) -> list[str]:
    return [e.name for e in found if isinstance(e, Step)]


# What is told, and in which order.


async def test_events_come_in_order_and_the_answer_last(world: World) -> None:
    found = await events(world.open(), VP)
    assert steps(found) == ["screen", "retrieve", "draft", "check", "mend", "deliver"]
    kinds = [type(e) for e in found if not isinstance(e, Step)]
    first = {kind: kinds.index(kind) for kind in (Found, Drafted, Checked, Delivered)}
    assert sorted(first, key=lambda k: first[k]) == [Found, Drafted, Checked, Delivered]
    assert kinds.count(Delivered) == 1
    assert isinstance(found[-1], Delivered)
    checked = [e for e in found if isinstance(e, Checked)]
    assert [e.index for e in checked] == list(range(len(checked)))
    answer = delivered(found)
    assert tuple(e.sentence for e in checked) == answer.sentences
    drafted = "".join(e.text for e in found if isinstance(e, Drafted))
    assert all(s.text in drafted for s in answer.sentences)
    assert set(answer.timings) == {"screen", "retrieve", "draft", "check", "mend", "deliver", "total"}
    assert answer.timings["total"] >= answer.timings["retrieve"] > 0


async def test_nothing_is_delivered_before_it_is_kept(world: World) -> None:
    coach = world.open()
    async for event in coach.ask(VP):
        if isinstance(event, Delivered):
            [session] = coach.sessions()
            assert session.id == event.answer.session
            assert [t.question for t in coach.turns(session.id)] == [VP]
        else:
            assert coach.sessions() == []
    answer = coach.answers(session.id)[0]
    assert await asyncio.to_thread(remembered, world, session.id) == [
        {"question": VP, "answer": " ".join(s.text for s in answer.sentences), "private": "", "sources": ""}
    ]


async def test_evidence_that_is_cited_comes_with_the_answer_and_says_why_it_was_found(world: World) -> None:
    answer = await world.open().answer(VP)
    shown = {e.id: e for e in answer.evidence}
    assert cited(answer) <= shown.keys()
    assert all(e.why != "always given" for i, e in shown.items() if i in cited(answer))
    assert all(shown[c.id].statement.hash == c.hash for s in answer.sentences for c in s.citations)


# How an answer stands to its question.


async def test_silence_where_the_sources_do_not_cover_it(world: World) -> None:
    answer = await world.open().answer(OUTSIDE)
    assert answer.status is Status.SILENT
    assert {s.part for s in answer.sentences} == {"gap", "nearest"}
    assert "Nothing in the sources covers this" in answer.text


async def test_a_model_is_not_asked_to_fill_a_silence(world: World) -> None:
    model = ScriptedModel("none")
    answer = await world.open(model, FakeChecker()).answer(OUTSIDE)
    assert answer.status is Status.SILENT
    assert (answer.model, answer.composer) == ("none", "quote")
    assert [c.kind for c in model.calls] == ["complete"]


async def test_a_part_that_is_not_covered_is_named(world: World) -> None:
    answer = await world.open().answer(f"{VP} And which cloud is cheapest?")
    assert answer.status is Status.PARTIAL
    assert "P8.1" in cited(answer)
    [gap] = part(answer, "gap")
    assert "which cloud is cheapest" in gap.text


async def test_a_matter_for_somebody_else_is_referred_and_nothing_is_retrieved(world: World) -> None:
    found = await events(world.open(), CONDUCT)
    assert steps(found) == ["screen", "refer", "check", "mend", "deliver"]
    answer = delivered(found)
    assert answer.status is Status.REFERRED
    assert cited(answer) == {"C16.2", "C16.3"}
    assert "HR" in answer.sentences[0].text
    assert all(s.verdict in (Verdict.SUPPORTED, Verdict.NOT_A_CLAIM) for s in answer.sentences)
    assert answer.dropped == answer.mended == 0


async def test_what_may_be_graver_is_answered_and_where_to_turn_is_said_once(world: World) -> None:
    coach = world.open()
    first = await coach.answer(IN_DOUBT)
    assert first.status is Status.ANSWERED
    assert part(first, "point")
    lead, where = part(first, "referral")
    assert "somebody is wronged" in lead.text
    assert [c.id for c in where.citations] == ["C16.2"]
    assert where.verdict is Verdict.SUPPORTED
    assert not part(await coach.answer(IN_DOUBT, session=first.session), "referral")
    assert not part(await coach.answer(DELEGATE), "referral")


async def test_a_capable_model_may_refer_too_and_never_writes_then(world: World) -> None:
    model = ScriptedModel("conduct")
    answer = await world.open(model).answer("she asked me what to do about what her lead does to her")
    assert answer.status is Status.REFERRED
    assert answer.model == "none"
    assert model.unused == 0


async def test_a_line_of_the_notes_answers_where_principles_do_not(world: World) -> None:
    answer = await world.open().answer(PRIVATE)
    assert answer.status is Status.ANSWERED
    assert "N3.1" in cited(answer)


# A false premise.


@pytest.mark.parametrize("composer", ["quote", "stepwise"])
async def test_a_false_premise_is_put_right_with_the_nearest_statements(world: World, composer: str) -> None:
    said = "leads overpromise and negotiate no deadlines"
    model = ScriptedModel(ability="stepwise", default_text="Ask her what the date is really for.")
    coach = world.open(model, refusing(said[:-1], said + "."), composer=composer)
    world_checker = coach.checker
    assert isinstance(world_checker, FakeChecker)
    world_checker.by_claim[said] = 0.1
    answer = await coach.answer(f"the principles say {said}. {DELEGATE}")
    first, second = answer.sentences[:2]
    assert said in first.text
    assert "do not say" in first.text
    assert first.verdict is Verdict.NOT_A_CLAIM
    assert second.citations[0].id == "P8.1"
    assert {"P2.1", "P2.2", "P2.3"} & cited(answer), "the question itself is answered too"


async def test_what_the_coach_is_said_to_have_said_is_put_right_by_the_principle_that_applies(world: World) -> None:
    said = "leads must overpromise and negotiate no deadlines"
    checker = FakeChecker(default=0.9)
    checker.by_claim[said] = 0.1
    coach = world.open(checker=checker)
    earlier = Turn(DELEGATE, "…")

    insisting = await coach.answer(f"Earlier you told me that {said}. So just say yes.", turns=[earlier])
    asking = await coach.answer(f"the principles say {said}. How do I delegate then?", turns=[earlier])

    assert "do not say" in insisting.sentences[0].text
    assert insisting.sentences[1].citations[0].id.startswith("P2.")
    assert asking.sentences[1].citations[0].id == "P8.1"


async def test_a_premise_that_the_sources_support_is_not_disputed(world: World) -> None:
    checker = FakeChecker(default=0.9)
    answer = await world.open(checker=checker).answer(f"the principles say deadlines are to be negotiated. {VP}")
    assert "do not say" not in answer.text
    asked = [p for p in checker.asked if p.claim == "deadlines are to be negotiated"]
    assert any("Negotiate deadlines" in p.evidence for p in asked)


async def test_without_a_stated_premise_no_checker_is_asked_about_one(world: World) -> None:
    checker = FakeChecker()
    await world.open(checker=checker).answer(VP)
    assert checker.asked == []


# Checking and mending what a model wrote.


async def test_an_unsupported_claim_is_rewritten_and_counted(world: World) -> None:
    model = ScriptedModel("none", BOTH, "Negotiate with the VP and do not overpromise.")
    answer = await world.open(model, refusing(BAD)).answer(VP)
    assert (answer.mended, answer.dropped) == (1, 0)
    [mended] = [s for s in answer.sentences if s.mended_from]
    assert mended.mended_from == f"{BAD}."
    assert mended.text == "Negotiate with the VP and do not overpromise."
    assert BAD not in answer.text


async def test_what_cannot_be_rewritten_is_replaced_by_its_statement(world: World) -> None:
    model = ScriptedModel("none", BOTH, "Send the VP flowers.")
    answer = await world.open(model, refusing(BAD, "Send the VP flowers")).answer(VP)
    assert (answer.mended, answer.dropped) == (1, 0)
    assert "Negotiate deadlines and resources, and do not overpromise. [P8.1]" in answer.text
    assert "flowers" not in answer.text


async def test_what_rests_on_nothing_is_dropped_and_counted(world: World) -> None:
    model = ScriptedModel("none", f"{GOOD} [P8.1]. Buy xylophones for everyone. Paint the kitchen yellow [P99.1].")
    answer = await world.open(model, refusing("Buy xylophones for everyone")).answer(VP)
    assert (answer.mended, answer.dropped) == (0, 2)
    assert [s.text for s in answer.claims] == [f"{GOOD}."]
    assert answer.status is Status.ANSWERED


async def test_strict_delivers_nothing_that_is_not_supported(world: World) -> None:
    model = ScriptedModel("none", f"{BOTH} Buy xylophones for everyone.")
    answer = await world.open(model, refusing(BAD), strict=True).answer(VP)
    assert {s.verdict for s in answer.sentences} == {Verdict.SUPPORTED, Verdict.NOT_A_CLAIM}
    assert (answer.mended, answer.dropped) == (0, 2)
    assert model.unused == 0


async def test_an_answer_of_which_nothing_is_left_says_so(world: World) -> None:
    model = ScriptedModel("none", f"{BAD} [P8.1]. What would move them?")
    answer = await world.open(model, refusing(BAD), strict=True).answer(VP)
    assert answer.status is Status.SILENT
    assert answer.claims == ()
    assert "Nothing in the sources supports" in part(answer, "gap")[0].text


async def test_a_question_asked_first_is_no_silence(world: World) -> None:
    model = ScriptedModel("none", "What is the date for?")
    answer = await world.open(model, FakeChecker()).answer(VP)
    assert answer.status is Status.ANSWERED
    assert [s.text for s in answer.sentences] == ["What is the date for?"]


async def test_usage_counts_one_turn_and_none_before_it(world: World) -> None:
    model = ScriptedModel("none", f"{GOOD} [P8.1].", "none", f"{GOOD} [P8.1].")
    coach = world.open(model, FakeChecker())
    first = await coach.answer(VP, keep=False)
    second = await coach.answer(VP, keep=False)
    assert first.usage == second.usage
    assert first.usage.completion_tokens == 12


async def test_usage_that_cannot_be_set_is_only_read(world: World) -> None:
    class Local(ScriptedModel):
        """Its usage is a property, as that of the model on this machine."""

        def __setattr__(self, name: str, value: object) -> None:
            if name == "usage" and "usage" in vars(self) and value == Usage():
                raise AttributeError("it has no setter")
            super().__setattr__(name, value)

    answer = await world.open(Local("none", f"{GOOD} [P8.1]."), FakeChecker()).answer(VP)
    assert answer.usage.completion_tokens > 0


async def test_every_message_to_a_model_comes_from_a_known_prompt(world: World) -> None:
    model = ScriptedModel("none", BOTH, "Negotiate with the VP.", "none", VP, f"{GOOD} [P8.1].")
    coach = world.open(model, refusing(BAD))
    session = (await coach.answer(VP)).session
    await coach.answer(FOLLOW_UP, session=session)
    begins = [c.messages[0].content.splitlines()[0] for c in model.calls]
    assert [b.split()[0:4] for b in begins] == [
        ["You", "decide", "whether", "a"],
        ["You", "are", "Coach,", "a"],
        ["You", "mend", "one", "sentence"],
        ["You", "decide", "whether", "a"],
        ["Rewrite", "the", "last", "message"],
        ["You", "are", "Coach,", "a"],
    ]
