from __future__ import annotations

from dataclasses import replace

from coach.agent.talks import guidance
from coach.agent.talks.aside import advise
from coach.agent.talks.guidance import OF_ACT, PLAN_OF_ACT, SAID_BETTER, TO_MOVE, WHAT, Statements, pinned, speech
from coach.domain.evidence import Evidence
from coach.domain.rehearsal import Act, Move
from coach.domain.source import SourceKind, Statement, StatementKind
from tests.agent.talks.stage import brief, counterpart, library
from tests.agent.world import World

PRESS = "the VP wants a date on the spot, which date is it?"


def test_every_act_is_tied_to_a_practice_and_a_principle_that_there_are() -> None:
    statements = Statements(library())
    for act in Act:
        found = statements.find(OF_ACT[act])
        assert [e.source_kind for e in found] == [SourceKind.PRACTICE, SourceKind.PRINCIPLE], act
        assert WHAT[act]
        # The principle is one that the practice's statement says it serves.
        assert found[1].id in found[0].statement.serves, act


def test_every_statement_that_words_are_taken_from_gives_words() -> None:
    statements = Statements(library())
    for act, statement in SAID_BETTER.items():
        [found] = statements.find([statement])
        assert speech(found), act
    for act, statement in PLAN_OF_ACT.items():
        [found] = statements.find([statement])
        assert found.statement.kind is StatementKind.IF_THEN, act


def test_every_move_has_statements_and_nearly_all_a_plan() -> None:
    statements = Statements(library())
    for move in Move:
        found = statements.find(TO_MOVE[move])
        assert len(found) == len(TO_MOVE[move]), move
        assert move is Move.GREET or any(e.statement.kind is StatementKind.IF_THEN for e in found), move


def test_statements_that_are_not_there_are_passed_over() -> None:
    assert [e.id for e in Statements(library(practices=False)).find(["C2.2", "P7.4", "X1", "P7"])] == ["P7.4"]


def test_the_coach_gives_a_line_and_why_each_as_it_stands(world: World) -> None:
    coach = world.open()
    aside = advise(coach.library, counterpart(), PRESS, Move.PRESS)
    assert 1 <= len(aside.why) <= 3
    assert "C1.6" in [c.id for c in aside.why]
    for cited in aside.why:
        source, statement = coach.library.find(cited.id)
        assert statement is not None
        assert (cited.text, cited.hash, cited.source) == (statement.text, statement.hash, source.title)
    assert aside.citations == pinned(guidance.Statements(coach.library).find([c.id for c in aside.why]))


def test_the_words_to_say_are_the_statements_own() -> None:
    statements = Statements(library())
    [found] = statements.find(["C1.9"])
    assert speech(found) == "The first evaluation is in on Friday; that afternoon I can tell you a date."
    [without] = statements.find(["P8.3"])
    assert speech(without) == ""


def test_what_the_brief_has_ready_for_it_is_shown(world: World) -> None:
    library = world.open().library
    reply = "I press you for one date."
    assert "first evaluation" in advise(library, counterpart(), reply, Move.PRESS, brief()).prepared
    assert advise(library, counterpart(), "How are you?", Move.DEFLECT, brief()).prepared == ""
    assert (
        advise(library, counterpart(), "Hello.", Move.GREET, brief()).prepared == "You and I see Thursday differently."
    )
    assert advise(library, counterpart(), reply, Move.PRESS, None).prepared == ""


def test_private_notes_are_no_advice(world: World) -> None:
    aside = advise(world.open().library, counterpart(), "the zebrafish budget of the fraud team", Move.DEFLECT)
    assert "zebrafish" not in str(aside)


def test_what_the_other_side_says_in_a_cue_is_not_offered_to_be_said() -> None:
    said = "If you hear 'no budget this year', then ask 'What would you need to see by spring?' and wait."
    statement = Statement("C5.9", said, StatementKind.IF_THEN)
    evidence = Evidence(statement, SourceKind.PRACTICE, "Making a case", 0.9, "meaning", None, False)
    assert speech(evidence) == "What would you need to see by spring?"
    silent = replace(statement, text="If you hear 'no budget this year', then wait.")
    assert speech(replace(evidence, statement=silent)) == ""
