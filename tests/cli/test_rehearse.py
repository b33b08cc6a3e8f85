from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from coach.agent import assembly
from coach.cli.debrief import OWN_VIEW
from coach.domain.preparation import Brief
from coach.domain.rehearsal import Move, State
from coach.models.choice import ModelChoice
from coach.store.database import Database
from coach.store.rehearsals import Rehearsals
from tests.agent.talks.stage import SECRETS
from tests.cli.conftest import Run
from tests.cli.rehearsing import ALWAYS, ASK, FACT, NO, only, rehearsed
from tests.cli.rehearsing import database as database
from tests.cli.rehearsing import page as page
from tests.cli.rehearsing import small as small
from tests.cli.sample import FORBIDDEN, HOSTILE
from tests.fakes import ScriptedModel


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> ScriptedModel:
    """A capable model elsewhere, which words what the counterpart says."""
    made = ScriptedModel(name="writer", remote=True)
    choice = ModelChoice("endpoint", "writer", "http://127.0.0.1:9/v1", True, "free", "a test", "Lines go to writer.")
    monkeypatch.setattr(assembly, "choose", lambda _: choice)
    monkeypatch.setattr(assembly, "open_model", lambda *_: made)
    return made


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Answers what is asked at the terminal, in order; what is asked after that meets the end of input."""

    def answer(*lines: str | type[BaseException]) -> list[str]:
        left = iter(lines)
        asked: list[str] = []

        def input_(prompt: str = "") -> str:
            asked.append(prompt)
            line = next(left, EOFError)
            if isinstance(line, str):
                return line
            raise line

        monkeypatch.setattr("builtins.input", input_)
        return asked

    return answer


def test_lines_from_a_pipe_are_answered_in_role(run: Run, page: Brief, database: Database) -> None:
    ran = run(
        "rehearse", page.id[:6], "--style", "blunt", "--difficulty", "4", given=f"{NO}\n{FACT}\n/pause\nnot read\n"
    )
    assert ran.code == 0
    assert "You rehearse: No for Thursday" in ran.out
    assert "Product director, blunt, difficulty 4 of 5, about the launch date." in ran.out
    assert "the counterpart is simple" in ran.out
    kept = only(database).rehearsal
    assert [t.line for t in kept.turns] == [NO, FACT]
    assert kept.state is State.OPEN
    for turn in kept.turns:
        assert f"Product director: {turn.reply}\n" in ran.out
    assert f"Go on with: coach rehearse --continue {kept.id}" in ran.out
    assert not [s for s in SECRETS if s in ran.out.lower()]


def test_the_end_of_input_pauses(run: Run, page: Brief, database: Database) -> None:
    rehearsed(run, page, database, NO)
    assert only(database).rehearsal.state is State.OPEN


def test_commands_go_back_again_aside_and_show_the_lines(run: Run, page: Brief, database: Database) -> None:
    given = f"/help\n{NO}\n{ALWAYS}\n/again\n{ASK}\n/rewind 1\n{FACT}\n/coach\n/lines\n/stop\n"
    ran = run("rehearse", page.id, given=given)
    kept = only(database).rehearsal
    assert [[t.number for t in path] for path in kept.branches] == [[1, 2], [1, 3], [4]]
    assert kept.state is State.STOPPED
    assert "Back before line 2." in ran.out
    assert "Why:" in ran.out
    assert "(back to the beginning)" in ran.out
    assert f"Look back at it with: coach debrief {kept.id}" in ran.out
    assert "/rewind 3    go back" in ran.out


def test_what_cannot_be_done_is_said_and_the_talk_goes_on(run: Run, page: Brief, database: Database) -> None:
    ran = run("rehearse", page.id, given=f"/again\n/rewind\n/rewind 8\n/shout\n{NO}\n")
    assert ran.code == 0
    for said in ("Nothing was said yet", "Which line?", "no line 8", "no command /shout"):
        assert said in ran.err
    assert len(only(database).rehearsal.turns) == 1


def test_an_empty_line_is_silence(run: Run, page: Brief, database: Database) -> None:
    rehearsed(run, page, database, "", "...")
    assert [t.move for t in only(database).rehearsal.turns] == [Move.WAIT, Move.WAIT]


def test_rudeness_ends_it_kindly(run: Run, page: Brief, database: Database) -> None:
    ran = run("rehearse", page.id, given="You idiot.\nShut up.\nScrew you.\nnot read\n")
    assert "Product director ended the talk." in ran.out
    assert only(database).rehearsal.state is State.ENDED


def test_a_matter_to_refer_stops_it(run: Run, page: Brief, database: Database) -> None:
    ran = run("rehearse", page.id, given=f"{NO}\nHe touched her, and I don't want to live any more.\nnot read\n")
    assert ran.code == 0
    assert "Let us stop here." in ran.out
    assert "[C16.1]" in ran.out
    kept = only(database).rehearsal
    assert (kept.state, kept.matter, len(kept.turns)) == (State.REFERRED, "emergency", 1)


def test_hostile_text_gets_neither_in_nor_out(run: Run, page: Brief, database: Database) -> None:
    ran = run("rehearse", page.id, "--role", f"director {HOSTILE}", given=f"{HOSTILE}\n/lines\n".encode() + b"\xff\n")
    assert ran.code == 0
    assert not [f for f in FORBIDDEN if f in ran.out + ran.err]
    assert not [f for f in FORBIDDEN if f in str(only(database).as_dict())]


def test_json_is_all_that_is_printed(run: Run, page: Brief, database: Database) -> None:
    ran = run("rehearse", page.id, "--json", given=f"{NO}\n/coach\n{ASK}\n/stop\n")
    data = json.loads(ran.out)
    assert data == only(database).rehearsal.as_dict()
    assert data["turns"][0]["acts"][0] == {"act": "said no plainly", "start": 0, "end": 8, "words": "We can't"}
    assert data["turns"][1]["coached"]


def test_a_model_words_it_and_what_leaves_is_said(
    run: Run, page: Brief, database: Database, model: ScriptedModel
) -> None:
    model.enqueue("So what do I tell them then?", "You are right, take all the time you need.")
    ran = run("rehearse", page.id, given=f"{NO}\n{NO} Really.\n")
    assert "Lines go to writer." in ran.out
    assert "the counterpart is simple" not in ran.out
    assert "Product director: So what do I tell them then?" in ran.out
    assert "time you need" not in ran.out
    assert [t.worded_by for t in only(database).rehearsal.turns] == ["writer", "template"]
    assert not [s for s in SECRETS if any(s in call.text for call in model.calls)]


def test_it_goes_on_where_it_was_or_from_a_line(run: Run, page: Brief, database: Database) -> None:
    kept = rehearsed(run, page, database, NO, ALWAYS)
    run("rehearse", "--continue", kept[:5], given=f"{FACT}\n/stop\n")
    over = run("rehearse", "-c", kept, given="")
    assert (over.code, "--from 3" in over.err) == (2, True)
    ran = run("rehearse", "-c", kept, "--from", "2", given=f"{ASK}\n")
    assert ran.code == 0
    assert [[t.number for t in p] for p in only(database).rehearsal.branches] == [[1, 2, 3], [1, 4]]


@pytest.mark.parametrize(
    "args",
    [
        [],
        ["b", "--continue", "r"],
        ["--continue", "nothing"],
        ["--continue", "r", "--role", "VP"],
        ["nothing"],
        ["b", "--from", "2"],
    ],
)
def test_what_makes_no_sense_is_said(run: Run, database: Database, args: list[str]) -> None:
    ran = run("rehearse", *args)
    assert ran.code == 2
    assert ran.err.count("\n") >= 2
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(("option", "value"), [("--style", "mean"), ("--difficulty", "9"), ("--standing", "below")])
def test_a_counterpart_that_cannot_be_is_said(run: Run, page: Brief, option: str, value: str) -> None:
    ran = run("rehearse", page.id, option, value)
    assert ran.code == 2
    assert ran.err


# At a terminal.


def test_the_counterpart_is_seen_and_changed_first(
    run: Run, page: Brief, database: Database, typed: Callable[..., list[str]]
) -> None:
    asked = typed("difficulty: 5", "style: mean", "role: my intern", "", NO)
    ran = run("rehearse", page.id, tty=True)
    assert ran.code == 0
    assert ran.out.index("The counterpart:\nrole: product director") < ran.out.index("You rehearse")
    assert "There is no style 'mean'" in ran.err
    other = only(database).rehearsal.counterpart
    assert (other.role, other.difficulty, other.standing.value) == ("intern", 5, "team")
    assert asked[4:] == ["\nYou (1): ", "\nYou (2): "]
    assert "Paused." in ran.out


def test_leaving_before_it_begins_keeps_nothing(
    run: Run, page: Brief, database: Database, typed: Callable[..., list[str]]
) -> None:
    typed(KeyboardInterrupt)
    assert run("rehearse", page.id, tty=True).code == 130
    typed(KeyboardInterrupt)
    ran = run("rehearse", page.id, "--yes", tty=True)
    assert (ran.code, "Nothing was said" in ran.err) == (0, True)
    assert Rehearsals(database).list() == []


def test_stopping_leads_to_the_debrief_and_from_there_to_the_line(
    run: Run, page: Brief, database: Database, typed: Callable[..., list[str]]
) -> None:
    asked = typed(NO, ALWAYS, "/stop", "", "It was loud.", "y", ASK, "/stop", "n")
    ran = run("rehearse", page.id, "--yes", tty=True)
    assert ran.code == 0
    assert asked[3].startswith("\nLook back at it now?")
    # The person's own view is asked for before anything is said of their lines.
    assert asked[4] == OWN_VIEW
    assert ran.out.index("It was loud.") < ran.out.index(f"“{ALWAYS}”")
    assert "Back before line 2." in ran.out
    kept = only(database)
    assert [[t.number for t in p] for p in kept.rehearsal.branches] == [[1, 2], [1, 3]]
    assert kept.debrief is not None
    assert kept.debrief.own_view == "It was loud."
