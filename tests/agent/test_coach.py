"""The door: what may be asked, what is kept, and what is forgotten."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest

from coach.agent.assembly import open_coach
from coach.agent.coach import MOST_CHARACTERS
from coach.domain.answer import Answer, Status, Verdict
from coach.domain.errors import InputError, SettingsError, StoreError
from coach.domain.ids import source_of
from coach.domain.source import SourceKind
from coach.settings import load_settings
from tests.agent.world import DELEGATE, FOLLOW_UP, PRIVATE, VP, World, cited, events, remains, write_notes
from tests.fakes import ScriptedModel
from tests.grounding.fakes import FakeChecker

#: In one question and nowhere else.
RARE = "quagga"


@pytest.mark.parametrize("question", ["", "   \n\t", "\x1b[31m\x1b[0m", "\u200b\u202e\ufeff"])
async def test_an_empty_question(world: World, question: str) -> None:
    with pytest.raises(InputError, match="no question") as caught:
        await world.open().answer(question)
    assert caught.value.hint


async def test_a_question_that_is_a_document(world: World) -> None:
    coach = world.open()
    with pytest.raises(InputError, match="20,001 characters") as caught:
        await coach.answer("x" * (MOST_CHARACTERS + 1))
    assert "sources add" in caught.value.hint
    assert coach.sessions() == []
    longest = (f"{VP} " * 1000)[: MOST_CHARACTERS - 1] + "x"
    assert (await coach.answer(longest, keep=False)).question == longest


@pytest.mark.parametrize("session", ["nobody", "", "'; DROP TABLE sessions; --"])
async def test_an_unknown_conversation(world: World, session: str) -> None:
    with pytest.raises(InputError, match="no conversation") as caught:
        await world.open().answer(VP, session=session)
    assert "coach sessions" in caught.value.hint


async def test_a_question_is_cleaned_where_it_enters(world: World) -> None:
    coach = world.open()
    answer = await coach.answer(f"  \x1b]0;owned\x07{VP}\u202e\x00 ")
    assert answer.question == VP
    assert coach.turns(answer.session)[0].question == VP


def sources(answer: Answer) -> set[str]:
    """Return the sources that an answer cites."""
    return {source_of(i) for i in cited(answer)}


async def test_a_follow_up_goes_on_from_the_turns_before_it(world: World) -> None:
    coach = world.open()
    first = await coach.answer(DELEGATE)
    second = await coach.answer(FOLLOW_UP, session=first.session)
    alone = await coach.answer(FOLLOW_UP)
    assert second.session == first.session != alone.session
    assert sources(second) == sources(first) != sources(alone)
    assert cited(second) != cited(first), "a follow-up goes on rather than back"
    assert [t.question for t in coach.turns(first.session)] == [DELEGATE, FOLLOW_UP]
    assert [s.id for s in coach.sessions()] == [alone.session, first.session]
    latest = coach.latest_session()
    assert latest is not None
    assert latest.id == alone.session


async def test_a_conversation_goes_on_in_another_process(world: World) -> None:
    first = await world.open().answer(VP)
    second = await world.open().answer(FOLLOW_UP, session=first.session)
    assert sources(second) == sources(first)


async def test_a_kept_conversation_may_be_asked_without_keeping_the_turn(world: World) -> None:
    coach = world.open()
    first = await coach.answer(DELEGATE)
    aside = await coach.answer(FOLLOW_UP, session=first.session, keep=False)
    assert sources(aside) == sources(first)
    assert [t.question for t in coach.turns(first.session)] == [DELEGATE]


async def test_titles(world: World) -> None:
    coach = world.open()
    await coach.answer("vp wants date")
    await coach.answer(f"  {VP}\n\nplease")
    assert [s.title for s in coach.sessions()] == ["the VP wants a date for the launch that…", "vp wants date"]
    [found] = coach.sessions("LAUNCH")
    coach.rename_session(found.id, "  The \x1b[1mlaunch\n date ")
    assert coach.sessions("The launch date")[0].id == found.id
    with pytest.raises(InputError, match="no conversation"):
        coach.rename_session("nobody", "x")


async def test_turns_and_answers_come_back_as_they_were_delivered(world: World) -> None:
    coach = world.open()
    first = await coach.answer(VP)
    second = await coach.answer(DELEGATE, session=first.session)
    assert [t.answer for t in coach.turns(first.session)] == [first.text, second.text]
    answers = coach.answers(first.session)
    assert [a.sentences for a in answers] == [first.sentences, second.sentences]
    assert [a.status for a in answers] == [Status.ANSWERED] * 2
    assert [a.question for a in coach.answers(first.session, 1)] == [DELEGATE]
    assert coach.turns("nobody") == []


async def test_a_turn_is_private_while_what_it_cites_is_or_when_that_is_gone(world: World) -> None:
    coach = world.open()
    open_, private = await coach.answer(VP), await coach.answer(PRIVATE)
    assert [t.private for t in coach.turns(open_.session)] == [False]
    assert [t.private for t in coach.turns(private.session)] == [True]
    coach.library.remove("N3")
    assert [t.private for t in coach.turns(private.session)] == [True]


@pytest.mark.parametrize("kept", ["{", "[]", '{"text": "no answer"}', "null"])
async def test_an_answer_that_cannot_be_read_is_told_in_plain_words(world: World, kept: str) -> None:
    coach = world.open()
    session = (await coach.answer(VP)).session
    with closing(sqlite3.connect(world.home / "coach.db")) as connection:
        connection.execute("UPDATE turns SET answer = ?", (kept,))
        connection.commit()
    for read in (coach.turns, coach.answers):
        with pytest.raises(StoreError, match="cannot be read") as caught:
            read(session)
        assert caught.value.hint


async def test_a_deleted_conversation_leaves_nothing_on_disk(world: World) -> None:
    coach = world.open()
    kept = await coach.answer(DELEGATE)
    gone = await coach.answer(f"{VP} Think of a {RARE}.")
    await coach.answer(f"And what would a {RARE} do?", session=gone.session)
    assert remains(world.home, RARE)
    await coach.delete_session(gone.session)
    assert [s.id for s in coach.sessions()] == [kept.session]
    assert coach.turns(gone.session) == []
    await coach.aclose()
    assert remains(world.home, RARE) == []
    assert remains(world.home, gone.session) == []
    again = world.open()
    assert [t.question for t in again.turns(kept.session)] == [DELEGATE]
    with pytest.raises(InputError):
        await again.answer(FOLLOW_UP, session=gone.session)


async def test_what_is_deleted_does_not_stay_in_the_log_that_another_process_holds_open(world: World) -> None:
    coach = world.open()
    session = (await coach.answer(f"{VP} Think of a {RARE}.")).session
    with closing(sqlite3.connect(world.home / "checkpoints.db")) as other:
        other.execute("SELECT count(*) FROM checkpoints").fetchone()
        await coach.delete_session(session)
        assert [name for name in remains(world.home, RARE) if name.startswith("checkpoints")] == []


async def test_an_unknown_conversation_cannot_be_deleted(world: World) -> None:
    with pytest.raises(InputError, match="no conversation"):
        await world.open().delete_session("nobody")
    assert not (world.home / "checkpoints.db").exists()


async def test_a_conversation_is_deleted_though_the_graph_s_file_is_lost(world: World) -> None:
    coach = world.open()
    session = (await coach.answer(VP)).session
    (world.home / "checkpoints.db").unlink()
    await coach.delete_session(session)
    assert coach.sessions() == []


async def test_check_gives_verdicts_against_sources_and_statements(world: World) -> None:
    coach = world.open(checker=FakeChecker({"Buy a boat.": 0.1}))
    sentences = await coach.check(
        "Negotiate deadlines and resources, and do not overpromise [P8.1]. Buy a boat.", ["P8.1"]
    )
    assert [s.verdict for s in sentences] == [Verdict.SUPPORTED, Verdict.UNCITED]
    assert len(await coach.check("Thank people for bad news.", ["P7", "C1"])) == 1
    with pytest.raises(InputError, match="no source"):
        await coach.check("Thank people.", ["P99"])


@pytest.mark.parametrize("composer", ["free", "stepwise"])
async def test_a_composer_that_writes_needs_a_model(world: World, composer: str) -> None:
    with pytest.raises(SettingsError, match=composer) as caught:
        world.open(composer=composer)
    assert "--composer quote" in caught.value.hint


@pytest.mark.parametrize("checker", ["local", "model"])
async def test_a_checker_that_asks_needs_a_model(world: World, checker: str) -> None:
    with pytest.raises(SettingsError, match=checker) as caught:
        world.open(checker_name=checker)
    assert "--checker lexical" in caught.value.hint


async def test_sources_that_come_while_it_is_open_are_used_at_once(world: World) -> None:
    model = ScriptedModel("none", "Keep a rota [P10.1].", "none", "Keep a rota [P10.1].")
    coach = world.open(model, FakeChecker())
    before = await coach.answer(VP, keep=False)
    assert before.claims == ()
    own = world.home / "own.md"
    own.write_text("# On call\n\nKeep a rota that everybody can read.\n")
    coach.library.add([own], SourceKind.PRINCIPLE)
    after = await coach.answer(VP, keep=False)
    assert [c.id for s in after.claims for c in s.citations] == ["P10.1"]
    assert "P10.1: Keep a rota that everybody can read." in model.calls[-1].messages[0].content


async def test_a_fresh_home_is_indexed_by_its_first_question(world: World) -> None:
    world.home = world.home.parent / "fresh"
    coach = world.open()
    answer = await coach.answer(VP)
    assert answer.status is Status.ANSWERED
    assert coach.equipment().principles()
    assert coach.equipment().whens()["C1"]
    assert all(r.evidence for r in coach.equipment().referrals.values())


async def test_a_note_added_to_a_fresh_home_does_not_hide_the_corpus(world: World) -> None:
    world.home = world.home.parent / "fresh"
    world.open(home=world.home.parent / "unused")
    # Opened without asking for anything that would bring it up to date.
    coach = open_coach(load_settings(home=world.home))
    world.opened.append(coach)
    coach.library.add(write_notes(world.home.parent / "notes"), SourceKind.NOTE)
    assert "P8.1" in (await coach.answer(VP)).text


async def test_answers_are_plain_json_and_come_back_from_it(world: World) -> None:
    answer = await world.open().answer(VP)
    again = Answer.from_dict(json.loads(json.dumps(answer.as_dict())))
    assert again.sentences == answer.sentences
    assert again.text == answer.text
    assert [e.id for e in again.evidence] == [e.id for e in answer.evidence]


async def test_every_turn_of_a_long_conversation_is_kept(world: World) -> None:
    coach = world.open()
    session = (await coach.answer(VP)).session
    for _ in range(3):
        found = await events(coach, FOLLOW_UP, session=session)
        assert found
    assert len(coach.turns(session)) == 4
