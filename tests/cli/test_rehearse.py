from __future__ import annotations

import json
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from coach.agent import assembly
from coach.cli.debrief import OWN_VIEW
from coach.domain.preparation import Brief
from coach.domain.rehearsal import Move, State
from coach.models.choice import ModelChoice
from coach.store.briefs import Briefs
from coach.store.database import Database, open_database
from coach.store.rehearsals import Kept, Rehearsals
from tests.agent.talks.stage import SECRETS, brief
from tests.agent.world import small_corpus
from tests.cli.conftest import Run
from tests.cli.fakes import FORBIDDEN, HOSTILE
from tests.fakes import ScriptedModel
from tests.retrieval.fakes import WordEmbedder

NO, FACT = "We can't go live on Thursday.", "On 3 March the evaluation failed."
ALWAYS, ASK = "You always push dates on us.", "What happens on that day for you?"


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    small_corpus(monkeypatch)
    monkeypatch.setattr(assembly, "MiniLMEmbedder", lambda threads: WordEmbedder())


@pytest.fixture
def database(home: Path) -> Iterator[Database]:
    home.mkdir(mode=0o700, parents=True)
    with open_database(home / "coach.db") as opened:
        yield opened


@pytest.fixture
def page(database: Database) -> Brief:
    return Briefs(database).keep(replace(brief(), id="", version=0))


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


def only(database: Database) -> Kept:
    [kept] = Rehearsals(database).list()
    return kept


def rehearsed(run: Run, page: Brief, database: Database, *lines: str) -> str:
    """Return the id of a rehearsal in which these lines were said."""
    ran = run("rehearse", page.id, given="".join(f"{line}\n" for line in lines))
    assert ran.code == 0, ran.err
    return only(database).rehearsal.id


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


# Looking back.


def test_a_debrief_is_made_kept_and_shown_again(run: Run, page: Brief, database: Database) -> None:
    kept = rehearsed(run, page, database, NO, ALWAYS)
    first = run("debrief", kept, "--own-view", "Loud.")
    assert first.code == 0
    assert "Your own view:\n  - Loud." in first.out
    assert f"Line 2: “{ALWAYS}”" in first.out
    assert f"coach rehearse --continue {kept} --from 2" in first.out
    assert run("debrief").out == first.out
    assert "Loud." not in run("debrief", kept, "--anew").out
    # Another way through it is looked back at anew.
    run("rehearse", "-c", kept, "--from", "2", given=f"{ASK}\n")
    assert "“You always" not in run("debrief", kept).out


def test_a_debrief_as_json_quotes_verbatim(run: Run, page: Brief, database: Database) -> None:
    kept = rehearsed(run, page, database, NO, ALWAYS)
    data: dict[str, Any] = json.loads(run("debrief", kept, "--json").out)
    assert data["rehearsal"] == kept
    assert [q["quote"]["text"] for q in data["quotes"]] == [NO, ALWAYS]
    assert [m["name"] for m in data["measures"]] == [
        "share of talk", "questions", "facts before proposals", "always and never", "concessions",
    ]  # fmt: skip


def test_a_debrief_is_exported_as_markdown_once(run: Run, page: Brief, database: Database, tmp_path: Path) -> None:
    kept = rehearsed(run, page, database, NO, ALWAYS)
    path = tmp_path / "out" / "debrief.md"
    assert run("debrief", kept, "--export", str(path)).code == 0
    assert path.read_text("utf-8").startswith("# Looking back at: No for Thursday")
    assert "## Transcript" in path.read_text("utf-8")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = run("debrief", kept, "--export", str(path))
    assert (again.code, "exists already" in again.err) == (1, True)


def test_an_own_view_that_names_a_matter_is_referred(run: Run, page: Brief, database: Database) -> None:
    kept = rehearsed(run, page, database, NO)
    ran = run("debrief", kept, "--own-view", "I don't want to live any more.")
    assert (ran.code, "Let us stop here." in ran.out) == (0, True)
    assert only(database).debrief is None


def test_nothing_to_look_back_at_is_said(run: Run, database: Database) -> None:
    ran = run("debrief")
    assert (ran.code, "no rehearsal to look back at" in ran.err) == (2, True)


# The list.


def test_rehearsals_are_listed_shown_and_deleted(run: Run, page: Brief, database: Database) -> None:
    assert "There are no rehearsals yet" in run("rehearsals").out
    kept = rehearsed(run, page, database, NO, ALWAYS)
    run("rehearse", "-c", kept, "--from", "2", given=f"{ASK}\n")
    run("debrief", kept)
    row = run("rehearsals").out
    assert row.startswith(kept)
    assert "No for Thursday (product director, 3 lines, open, looked back at)" in row
    assert run("rehearsals", "list", page.id).out == row
    [listed] = json.loads(run("rehearsals", "--json").out)
    assert (listed["id"], listed["brief_id"], listed["debriefed"]) == (kept, page.id, True)
    shown = run("rehearsals", "show", kept[:5]).out
    assert "1 > 2\n1 > 3 (here)" in shown
    assert "Looking back at: No for Thursday" in shown
    assert json.loads(run("rehearsals", "show", kept, "--json").out)["debrief"]["retry"]
    assert run("rehearsals", "delete", kept[:5]).code == 0
    assert Rehearsals(database).list() == []
    assert run("rehearsals", "show", kept).code == 2


def test_what_cannot_be_read_can_be_deleted(run: Run, page: Brief, database: Database) -> None:
    kept = rehearsed(run, page, database, NO)
    with database.write() as connection:
        connection.execute("UPDATE rehearsals SET body = '{'")
    ran = run("rehearsals")
    assert (ran.code, "cannot be read" in ran.err) == (1, True)
    assert run("rehearsals", "delete", kept).code == 0
