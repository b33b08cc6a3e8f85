from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.agent.talks.debrief import NO_SOURCES, NO_STRENGTH, look_back
from coach.agent.talks.fair import judges
from coach.agent.talks.measures import Allowed
from coach.domain.counterpart import Standing, Style
from coach.domain.debrief import Debrief
from coach.domain.errors import InputError
from coach.domain.rehearsal import EARNING, HARDENING, Act, Rehearsal
from tests.agent.talks.stage import (
    CAVES,
    CREATED,
    FLATTERS,
    GOOD,
    RUDE,
    SILENT,
    brief,
    counterpart,
    library,
    play,
    said_in,
)  # fmt: skip

MIXED = ("We can't do it.", "You always push dates on us.", "On 3 March it failed twice.", "Please move the date.")


async def back(played: Rehearsal, *, practices: bool = True, own_view: str = "") -> Debrief:
    return await look_back(
        played, library(practices=practices), allowed=Allowed.by(brief()), own_view=own_view, now=lambda: CREATED
    )


_LINES = st.lists(
    st.one_of(
        st.sampled_from([*GOOD, *RUDE, *FLATTERS, *CAVES, *MIXED, "", "What now?\nOn 3 March  it failed — twice."]),
        st.text(max_size=120),
    ),
    min_size=1,
    max_size=8,
)


@settings(deadline=None, max_examples=60)
@given(_LINES, st.integers(0, 99))
async def test_quotes_are_verbatim_whatever_was_said(lines: list[str], seed: int) -> None:
    played = play(lines, seed=seed)
    made = await back(played)
    by_number = {t.number: t.line for t in played.turns}
    noted = [*made.quotes, *(n for n in (made.strength, made.change) if n)]
    for quote in [n.quote for n in noted if n.quote]:
        assert quote.text
        assert quote.text in by_number[quote.turn.number]
    written = made.as_dict()
    for quote in [n["quote"] for n in [*written["quotes"], written["strength"], written["change"]] if n and n["quote"]]:
        assert quote["text"] in by_number[quote["turn"]]
    assert Debrief.from_dict(written, played) == made
    assert made.retry in by_number


@settings(deadline=None, max_examples=40)
@given(_LINES)
async def test_nothing_judges_a_character(lines: list[str]) -> None:
    made = await back(play(lines))
    cited = {s.text for s in made.statements}
    frames = [n.text for n in made.quotes] + [n.text for n in (made.strength, made.change) if n]
    frames += [m.text for m in made.measures] + list(made.remarks)
    assert not [text for text in frames if judges(text)]
    # What is worded for the person is a statement's, word for word.
    for worded in (made.rewrite, made.plan):
        assert worded is None or any(worded.text in text for text in cited)


@settings(deadline=None, max_examples=25)
@given(_LINES, st.sampled_from(["my intern", "our CEO", "a client", "my report"]), st.integers(1, 5))
async def test_the_same_lines_get_the_same_debrief_whoever_is_in_them(lines: list[str], role: str, hard: int) -> None:
    played = play(lines)
    other = replace(
        played,
        title="Another talk",
        counterpart=counterpart(role=role, stakes="everything", style=Style.GUARDED, difficulty=hard,
                                standing=Standing.TEAM),
    )  # fmt: skip
    assert await back(played) == await back(other)


async def test_it_names_one_strength_one_change_and_the_line_to_try_again() -> None:
    made = await back(play(MIXED))
    assert made.strength is not None
    assert made.strength.quote is not None
    assert made.strength.quote.text == "On 3 March it failed twice."
    assert [c.id for c in made.strength.citations] == ["C2.2", "P7.4"]
    assert made.change is not None
    assert made.change.quote is not None
    assert made.change.quote.text == "You always push dates on us."
    assert made.change.acts == (Act.ALWAYS_NEVER,)
    assert made.retry == 2
    assert made.rewrite is not None
    assert (made.rewrite.turn, made.rewrite.worded_by) == (2, "statement")
    assert made.rewrite.text.startswith("In Tuesday's review you showed no baseline")
    assert made.plan is not None
    assert made.plan.text.startswith("If ")


async def test_every_citation_is_pinned_to_a_statement_that_it_carries() -> None:
    made = await back(play([*MIXED, *GOOD]))
    carried = {(s.id, s.hash) for s in made.statements}
    cited = [c for n in [*made.quotes, made.strength, made.change, made.rewrite, made.plan] if n for c in n.citations]
    assert cited
    assert {(c.id, c.hash) for c in cited} == carried
    for noted in made.quotes:
        assert any(c.id.startswith("C") for c in noted.citations)
        assert any(c.id.startswith("P") for c in noted.citations)


async def test_what_a_quote_did_is_what_the_detectors_found() -> None:
    made = await back(play([*MIXED, *GOOD]))
    for noted in made.quotes:
        assert noted.quote is not None
        assert set(noted.acts) <= {a.act for a in noted.quote.turn.acts}


async def test_what_is_missing_is_the_change_where_nothing_did_harm() -> None:
    made = await back(play(["We can't do it.", "On 3 March it failed."]))
    assert made.change is not None
    assert made.change.quote is None
    assert made.change.text == "None of your lines asks an open question."
    assert made.retry == 1


async def test_an_offer_before_the_facts_is_the_change() -> None:
    made = await back(play(["We could wait.", "On 3 March it failed.", *GOOD[1:3], "Please wait."]))
    assert made.change is not None
    assert made.change.quote is not None
    assert made.change.quote.text == "We could wait."
    assert made.change.text == "Your first request or offer came before any dated fact."


async def test_a_talk_that_lacks_nothing_has_no_change() -> None:
    made = await back(play(GOOD, counterpart(difficulty=1)))
    assert made.change is None
    assert made.rewrite is None
    assert made.strength is not None


async def test_silence_and_rudeness_are_looked_back_at_too() -> None:
    silent = await back(play(SILENT))
    assert silent.quotes == ()
    assert silent.change is not None
    assert silent.change.acts == (Act.SILENT,)
    assert silent.rewrite is not None
    assert NO_STRENGTH in silent.remarks
    rude = await back(play(RUDE))
    assert rude.strength is None
    assert rude.change is not None
    assert rude.change.acts == (Act.INSULT,)


async def test_a_line_that_also_does_harm_is_no_strength() -> None:
    made = await back(play(["You are lazy. On 3 March it failed.", "What now?"]))
    assert made.strength is not None
    assert made.strength.quote is not None
    assert made.strength.quote.text == "What now?"
    assert not set(made.strength.acts) & HARDENING
    assert set(made.strength.acts) <= EARNING | {Act.LIMIT}


async def test_only_the_way_that_was_gone_in_the_end_is_looked_at() -> None:
    played = said_in(play(MIXED).before(2), "What happens then?")
    made = await back(played)
    assert made.lines == (1, 5)
    assert {n.quote.turn.number for n in made.quotes if n.quote} <= {1, 5}


async def test_the_own_view_comes_first_and_is_kept_as_it_is() -> None:
    made = await back(play(MIXED), own_view="  I was loud.\x1b[2J ")
    assert made.own_view == "I was loud."


async def test_without_practices_principles_alone_are_cited() -> None:
    made = await back(play(MIXED), practices=False)
    assert {s.id[0] for s in made.statements} == {"P"}
    assert made.rewrite is None
    assert made.plan is None
    assert NO_SOURCES in made.remarks


async def test_nothing_said_is_nothing_to_look_back_at() -> None:
    with pytest.raises(InputError):
        await back(play([]))


async def test_a_long_talk_is_quoted_in_part() -> None:
    made = await back(play([f"What about number {i} of {i * 7}? Which one then?" for i in range(30)]))
    assert 1 <= len(made.quotes) <= 12


async def test_a_forgotten_line_takes_its_quotes_with_it() -> None:
    played = play(MIXED)
    written = (await back(played)).as_dict()
    gone = replace(played, turns=tuple(replace(t, line="(forgotten)", acts=()) for t in played.turns))
    assert Debrief.from_dict(written, gone).quotes == ()
