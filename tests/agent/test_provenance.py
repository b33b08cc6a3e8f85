"""What became of statements and of the answers that cite them, over the real library and real files."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from coach.agent.coach import Coach
from coach.agent.reread import Standing
from coach.agent.why_words import answers_fact, change_facts, file_facts
from coach.domain.changes import Change, cited_in
from coach.domain.errors import InputError
from coach.domain.source import SourceKind, content_hash
from tests.agent.world import VP, World, cited

LUNCH = "what did we decide about lunch with the interns?"
TUESDAYS = "We decided that lunch with the interns is on Tuesdays."


@pytest.fixture
def path(world: World) -> Path:
    folder = world.home.parent / "vault" / "notes"
    folder.mkdir(parents=True)
    return folder / "lunch.md"


def written(coach: Coach, path: Path, *lines: str) -> None:
    path.write_text("# Lunch\n\n" + "".join(f"- {line}\n" for line in lines))
    coach.library.add([path], SourceKind.NOTE)


async def asked(coach: Coach, path: Path) -> str:
    """Add the note and ask about it; return the conversation."""
    written(coach, path, TUESDAYS, "Bring your own cup.")
    answer = await coach.answer(LUNCH)
    assert "N4.1" in cited(answer)
    return answer.session


async def test_a_statement_that_stands_and_the_answers_that_cite_it(world: World, path: Path) -> None:
    coach = world.open()
    session = await asked(coach, path)
    why = coach.past.why("[n4.1]")
    assert (why.id, why.text, why.on_disk.standing) == ("N4.1", TUESDAYS, Standing.SAME)
    assert why.source is not None
    assert (why.source.title, why.source.path) == ("Lunch", str(path))
    [answer] = why.answers
    assert (answer.session, answer.turn, answer.question, answer.change) == (session, 1, LUNCH, None)
    assert (answer.hash, answer.text) == (content_hash(TUESDAYS), TUESDAYS)
    assert (why.unchanged, why.changed, why.instead) == (None, None, None)
    assert file_facts(why) == [f"{path}, line 3: it still says so."]
    assert change_facts(why) == []
    assert answers_fact(why) == "1 past answer cites it, as it is now."
    assert coach.past.stale() == []


async def test_an_edit_is_seen_in_the_file_before_it_is_read_again(world: World, path: Path) -> None:
    coach = world.open()
    await asked(coach, path)
    path.write_text(path.read_text().replace("Tuesdays", "Fridays"))
    os.utime(path, (0, datetime(2031, 3, 4, 12, tzinfo=UTC).timestamp()))
    why = coach.past.why("N4.1")
    assert why.on_disk.standing is Standing.CHANGED
    assert file_facts(why)[1] == f"It says now: “{TUESDAYS.replace('Tuesdays', 'Fridays')}”"
    assert why.answers[0].change is None
    assert "by 4 March 2031" in change_facts(why)[0]


async def test_an_edited_line_makes_its_answers_stale_and_names_what_took_its_place(world: World, path: Path) -> None:
    coach = world.open()
    session = await asked(coach, path)
    written(coach, path, TUESDAYS.replace("Tuesdays", "Fridays"), "Bring your own cup.")
    why = coach.past.why("N4.1")
    assert (why.statement, why.text) == (None, TUESDAYS)
    assert why.instead is not None
    assert why.instead.id == "N4.3"
    assert [a.change for a in why.answers] == [Change.GONE]
    assert why.unchanged == why.answers[0].asked
    assert file_facts(why) == [f"{path} does not say it any more."]
    assert change_facts(why)[0] == f"In its place stands N4.3: “{why.instead.text}”"
    assert answers_fact(why) == "1 past answer cites it; it cited what it said before."
    [stale] = coach.past.stale()
    assert (stale.session, stale.turn, stale.changes) == (session, 1, (("N4.1", Change.GONE),))
    assert coach.past.stale("another") == []
    # What the transcript marks when the conversation is opened again.
    became = coach.past.changes(cited_in(coach.answers(session)))
    assert became[("N4.1", content_hash(TUESDAYS))] is Change.GONE


async def test_a_removed_note_leaves_what_answers_kept_of_it(world: World, path: Path) -> None:
    coach = world.open()
    await asked(coach, path)
    coach.library.remove("N4")
    why = coach.past.why("N4.1")
    assert (why.source, why.statement, why.text, why.on_disk.standing) == (None, None, TUESDAYS, Standing.NO_FILE)
    assert coach.past.stale()[0].changes == (("N4.1", Change.GONE),)


async def test_principles_and_practices_have_their_answers_too(world: World) -> None:
    coach = world.open()
    answer = await coach.answer(VP)
    for wanted in ("P8.1", next(i for i in cited(answer) if i[0] == "C")):
        why = coach.past.why(wanted)
        assert [a.session for a in why.answers] == [answer.session]
        # This small corpus is in no file.
        assert why.on_disk.standing is Standing.GONE
    assert coach.past.changes({("P8.1", "0" * 16), ("P8.99", "0" * 16)}) == {
        ("P8.1", "0" * 16): Change.CHANGED,
        ("P8.99", "0" * 16): Change.GONE,
    }


@pytest.mark.parametrize("wanted", ["N99.1", "N1.99", "N1", "", "[]", "P0", "x\x1b[31m", "N1.1; DROP TABLE turns"])
def test_what_is_no_statement_or_unknown_says_so(world: World, wanted: str) -> None:
    with pytest.raises(InputError) as raised:
        world.open().past.why(wanted)
    assert "\x1b" not in str(raised.value)


async def test_what_says_its_own_number_keeps_it_when_it_changes(
    world: World, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    coach = world.open()
    first = await coach.answer(VP)
    monkeypatch.setattr("tests.agent.world._PRINCIPLES", changed_principles())
    coach.library.rebuild()
    second = await coach.answer(VP)
    why = coach.past.why("P8.1")
    assert why.statement is not None
    assert [(a.session, a.change) for a in why.answers] == [(second.session, None), (first.session, Change.CHANGED)]
    assert why.answers[1].text.startswith("Negotiate deadlines and resources")
    assert (why.unchanged, why.changed) == (why.answers[1].asked, why.answers[0].asked)
    assert answers_fact(why) == "2 past answers cite it; 1 of them cited what it said before."
    assert [(s.session, s.changes) for s in coach.past.stale()] == [(first.session, (("P8.1", Change.CHANGED),))]


def changed_principles() -> dict[int, tuple[str, list[str], list[str]]]:
    from tests.agent import world

    principles = dict(world._PRINCIPLES)
    title, texts, situations = principles[8]
    principles[8] = (title, ["Negotiate every deadline and do not overpromise.", *texts[1:]], situations)
    return principles
