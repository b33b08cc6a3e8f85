from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from coach.agent.assembly import open_coach
from coach.agent.coach import Coach
from coach.agent.talks.commitments import MOST_CHARACTERS, Keeper, keeper
from coach.domain.answer import Answer, Citation
from coach.domain.commitment import OUTCOME_PATH, Commitment, State
from coach.domain.errors import InputError, ModelError
from coach.domain.if_then import NotAPlanError
from coach.domain.source import Source, SourceKind
from coach.settings import load_settings
from tests.agent.world import World, delivered, events
from tests.fakes import ScriptedModel
from tests.grounding.fakes import FakeChecker
from tests.retrieval.fakes import WordEmbedder

if TYPE_CHECKING:
    from coach.domain.ports import Vectors

#: A Monday evening, behind UTC's midnight: days are those of the person's clock.
NOW = datetime(2026, 11, 23, 20, 30, tzinfo=timezone(timedelta(hours=-5)))
PLAN = "If the auditor wants a date for the telemetry move, then I offer a checkpoint."
TOLD = "The auditor accepted the checkpoint for the telemetry move. She wants slides."
ASKED = "the auditor asks about the telemetry move again, how do I refuse a date?"


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def coach(world: World) -> Coach:
    return world.open(checker=FakeChecker())


@pytest.fixture
def kept(coach: Coach, clock: Clock) -> Keeper:
    return keeper(coach, clock)


def note_of(coach: Coach, commitment: Commitment) -> Source:
    (found,) = [s for s in coach.library.sources(SourceKind.NOTE) if s.path == OUTCOME_PATH + commitment.id]
    return found


def texts(source: Source) -> list[str]:
    return [s.text for s in source.statements]


def test_a_plan_is_kept_as_it_was_understood(kept: Keeper) -> None:
    made = kept.commit("If the auditor wants a date for your move, then offer a checkpoint")
    assert made.plan == "If the auditor wants a date for my move, then I offer a checkpoint."
    assert made.due == date(2026, 11, 30)
    assert made.created == NOW
    assert kept.all() == (made,)


def test_a_plan_keeps_its_origin_citations_and_day(kept: Keeper) -> None:
    cited = (Citation("C1.6", "0123456789abcdef"),)
    made = kept.commit(PLAN, "Thursday", origin="session:0f0f", citations=cited)
    assert (made.due, made.origin, made.citations) == (date(2026, 11, 26), "session:0f0f", cited)


def test_nothing_is_kept_of_a_plan_or_a_day_that_cannot_be_read(kept: Keeper) -> None:
    with pytest.raises(NotAPlanError):
        kept.commit("Do better")
    with pytest.raises(InputError, match="can read"):
        kept.commit(PLAN, "some day")
    assert kept.all() == ()


def test_a_wish_is_sent_back_with_a_sentence_of_the_practice(real_home: Path) -> None:
    coach = open_coach(load_settings(home=real_home, model="none"))
    try:
        mine = keeper(coach)
        for wish, statement in (("When I have time, I write", "C15.3"), ("If Ana asks, then Bob calls", "C15.4")):
            with pytest.raises(NotAPlanError) as error:
                mine.commit(wish)
            said = error.value.hint.removesuffix(f" [{statement}]")
            assert said != error.value.hint
            assert coach.library.find(statement)[0].statements[int(statement[4:]) - 1].text.startswith(said)
    finally:
        asyncio.run(coach.aclose())


def test_without_the_practice_the_rule_itself_helps(kept: Keeper) -> None:
    with pytest.raises(NotAPlanError) as error:
        kept.commit("When I have time, I write")
    assert "If …, then I …" in error.value.hint


def test_one_that_is_due_comes_back_once_a_day(kept: Keeper, clock: Clock) -> None:
    made = kept.commit(PLAN, "tomorrow")
    assert kept.due(NOW) == ()
    assert kept.to_ask(NOW) is None
    later = NOW + timedelta(days=1)
    assert kept.due(later) == (made,)
    assert kept.to_ask(later) == made
    kept.asked(made, later)
    assert kept.to_ask(later + timedelta(hours=3)) is None
    assert [c.id for c in kept.due(later)] == [made.id]
    again = kept.to_ask(later + timedelta(days=1))
    assert again is not None
    assert again.id == made.id


def test_the_longest_due_is_asked_about(kept: Keeper) -> None:
    kept.commit(PLAN, "in 3 days")
    first = kept.commit(PLAN, "tomorrow")
    assert kept.to_ask(NOW + timedelta(days=9)) == first


def test_what_is_put_off_comes_back_on_its_day(kept: Keeper) -> None:
    made = kept.commit(PLAN, "today")
    kept.snooze(made.id[:4], "in 3 days")
    assert kept.due(NOW + timedelta(days=2)) == ()
    assert [c.id for c in kept.due(NOW + timedelta(days=3))] == [made.id]


def test_what_came_of_it_is_a_private_note_of_its_own(coach: Coach, kept: Keeper, clock: Clock) -> None:
    made = kept.commit(PLAN, "today")
    clock.now += timedelta(days=2)
    settled = kept.settle(made.id, State.KEPT, TOLD)
    note = note_of(coach, made)
    assert settled.note == note.id
    assert settled.state is State.KEPT
    assert note.private
    assert note.date == date(2026, 11, 25)
    assert note.title == "What came of it: if the auditor wants a date for the telemetry move"
    assert texts(note) == [f"You kept your plan “{PLAN}”", *TOLD.replace(". ", ".\n").split("\n")]


@pytest.mark.parametrize("state", [State.PARTLY, State.MISSED, State.DROPPED])
def test_every_outcome_is_told_apart(coach: Coach, kept: Keeper, state: State) -> None:
    made = kept.commit(PLAN)
    kept.settle(made.id, state)
    (line,) = texts(note_of(coach, made))
    assert PLAN in line
    assert not line.startswith("You kept your plan")


def test_a_later_answer_finds_it_and_cites_it(coach: Coach, kept: Keeper) -> None:
    settled = kept.settle(kept.commit(PLAN).id, State.KEPT, TOLD)

    async def ask() -> Answer:
        return delivered(await events(coach, ASKED))

    answer = asyncio.run(ask())
    mine = [s for s in answer.sentences if any(c.id.startswith(f"{settled.note}.") for c in s.citations)]
    assert mine
    lead = answer.sentences[answer.sentences.index(mine[0]) - 1].text
    assert lead.startswith("Last time, on 2026-11-23 (")
    assert "What came of it" in lead


def test_a_model_elsewhere_is_not_told(world: World, clock: Clock) -> None:
    model = ScriptedModel(remote=True, default_text="Negotiate the date of the launch [P8.1].", default_odds=2.0)
    coach = world.open(model=model, checker=FakeChecker())
    settled = keeper(coach, clock).settle(keeper(coach, clock).commit(PLAN).id, State.KEPT, TOLD)

    async def ask() -> Answer:
        return delivered(await events(coach, ASKED))

    answer = asyncio.run(ask())
    sent = "\n".join(call.text for call in model.calls)
    assert sent
    assert "accepted the checkpoint" not in sent
    assert f"{settled.note}." not in sent
    assert any("private line" in remark for remark in answer.remarks)


def test_told_again_it_takes_the_place_of_what_was_told(coach: Coach, kept: Keeper) -> None:
    made = kept.commit(PLAN)
    first = kept.settle(made.id, State.KEPT, "It went well.")
    again = kept.settle(made.id, State.MISSED, "It did not come up after all.")
    assert again.note == first.note
    assert texts(note_of(coach, made))[1:] == ["It did not come up after all."]


def test_what_is_told_is_text_and_nothing_else(coach: Coach, kept: Keeper) -> None:
    settled = kept.settle(kept.commit(PLAN).id, State.KEPT, "Well.\x1b[31m\n# Title\n[P8.1] ignore \u202ethis\n")
    assert texts(note_of(coach, settled))[1:] == ["Well.", "# Title", "[P8.1] ignore this"]
    assert "\x1b" not in settled.outcome


def test_a_document_is_not_what_happened(kept: Keeper) -> None:
    made = kept.commit(PLAN)
    with pytest.raises(InputError, match="characters"):
        kept.settle(made.id, State.KEPT, "x" * (MOST_CHARACTERS + 1))
    assert kept.find(made.id).state is State.OPEN


def test_settled_cannot_mean_open(kept: Keeper) -> None:
    made = kept.commit(PLAN)
    with pytest.raises(InputError, match="not open"):
        kept.settle(made.id, State.OPEN)
    kept.settle(made.id, State.KEPT)
    with pytest.raises(InputError, match="settled"):
        kept.snooze(made.id, "tomorrow")


def test_it_is_kept_where_it_cannot_be_indexed_now(world: World, clock: Clock) -> None:
    class Failing(WordEmbedder):
        fails = False

        def embed(self, texts: Sequence[str]) -> Vectors:
            if self.fails:
                raise ModelError("The endpoint is away.")
            return super().embed(texts)

    embedder = Failing()
    coach = world.open(checker=FakeChecker(), embedder=embedder)
    mine = keeper(coach, clock)
    made = mine.commit(PLAN)
    embedder.fails = True
    settled = mine.settle(made.id, State.KEPT, TOLD)
    assert mine.find(made.id) == settled
    embedder.fails = False
    coach.library.bring_up_to_date()
    found = coach.library.search(ASKED, kinds=[SourceKind.NOTE])
    assert settled.note in {e.statement.source_id for e in found.evidence}
