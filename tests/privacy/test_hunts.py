"""Roundabout ways out: each let something private through once, or could."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from coach.agent.privacy import from_state, stays, turn_of_row
from coach.agent.talks.beginning import begin
from coach.agent.talks.counterpart import counterpart_of
from coach.agent.talks.editing import with_text
from coach.agent.talks.looking_back import looked_back
from coach.agent.talks.prepare import prepared
from coach.agent.talks.present import as_of_now, open_now
from coach.domain.answer import Citation
from coach.domain.evidence import Turn
from coach.domain.preparation import Brief, Interview, Line, LineKind, in_order
from coach.domain.source import SourceKind
from coach.settings import load_settings
from coach.store.briefs import Briefs
from coach.store.rehearsals import Rehearsals
from tests.agent.world import DELEGATE, FOLLOW_UP, VP, events
from tests.fakes import ScriptedModel
from tests.privacy.home import INTERVIEW, Home, said
from tests.privacy.secrets import SECRETS, marked
from tests.retrieval.fakes import WordEmbedder

COMPLETED = f"{VP} {SECRETS['flag']}"
CITED = (Citation("C101.1", "0123456789abcdef"),)


def far(home: Home) -> Home:
    if not home.far:
        pytest.skip("nothing is embedded elsewhere")
    return home


class Repeats(ScriptedModel):
    """A model on this machine that completes a follow-up with whatever it was told before."""

    async def complete(self, messages, **options):  # type: ignore[no-untyped-def]
        said = messages[-1].content
        if said.startswith("Rewrite the last"):
            self.enqueue(f"{VP} {said.partition('Coach: ')[2]}")
        return await super().complete(messages, **options)


async def test_a_model_here_does_not_tell_an_embedder_elsewhere(home: Home) -> None:
    model = Repeats(default_text="Negotiate the date of the launch [P8.1].")
    coach = far(home).here(model)
    home.typed.append(FOLLOW_UP)
    await events(coach, FOLLOW_UP, session=home.ids["cited"])
    assert any("Rewrite the last" in call.text and "private notes" in call.text for call in model.calls)


async def test_what_somebody_thinks_of_a_rehearsal_is_not_embedded_elsewhere(home: Home) -> None:
    rehearsal = Rehearsals((coach := home.elsewhere()).database).get(home.ids["rehearsal"]).rehearsal
    home.typed += [t.line for t in rehearsal.turns]
    # The gate is sure of these words, so known messages like them are looked for.
    await looked_back(coach, rehearsal, f"It was by her car. {SECRETS['own view']}")


@pytest.mark.parametrize("rule", [{"private_folders": ["hr", "plans"]}, {"private_tags": ["secret", "budget"]}])
async def test_what_settings_make_private_later_is_private_at_once(home: Home, rule: dict[str, list[str]]) -> None:
    folder = home.world.home.parent / "plans"
    folder.mkdir()
    (folder / "later.md").write_text(f"---\ntags: [budget]\n---\n\n- {SECRETS['tag']}\n")
    home.far = False
    coach = home.here()
    [source] = coach.library.add([folder / "later.md"], SourceKind.NOTE).sources
    assert not source.private
    coach = home.elsewhere(**rule)
    await events(coach, VP)
    found = coach.library.source(source.id)
    assert found is not None
    assert found.private
    assert home.server.chats


async def test_private_lines_of_a_talk_are_not_searched_for_where_a_search_leaves_the_machine(home: Home) -> None:
    # A team's server gets the vector of what is searched for, and from numbers a text can be guessed.
    embedder = WordEmbedder()
    home.far = False
    coach = home.world.open(embedder=embedder, **home.settings)
    await prepared(coach, INTERVIEW, keep=False)
    assert {"feared", "story"} & marked(" ".join(embedder.texts)), "on this machine all of it is searched for"
    embedder.texts.clear()
    coach.library.retriever.remote = True
    await prepared(coach, INTERVIEW, keep=False)
    assert embedder.texts
    assert marked(" ".join(embedder.texts)) == set()


async def test_an_answer_that_tells_of_nothing_private_is_sent_on(home: Home) -> None:
    first = await home.here().answer(DELEGATE)
    await events(home.elsewhere(), "and if they insist on it?", session=first.session)
    advice = next(s.text for s in first.sentences if s.citations)
    assert any(advice in a.text and "Coach:" in a.text for a in home.server.chats)


def brief_with(*views: Line, facts: tuple[Line, ...] = ()) -> Brief:
    return Brief("A talk", Interview(who="the VP"), in_order({"their view": views, "facts": facts}), id="b", version=1)


VIEW = Line(SECRETS["practice"], LineKind.SUGGESTION, citations=CITED)
OPEN_VIEW = Line("They may have given their word.", LineKind.SUGGESTION, citations=(Citation("C1.4", "0" * 16),))
NOTE = Line(
    "The Vextrall launch slipped; the Vextrall launch is late.", LineKind.FACT, "N7.1", (Citation("N7.1", "0"),)
)


@pytest.mark.parametrize("now", [{"C101": True, "N7": True, "C1": False}, {"C1": False}])
def test_a_counterpart_forgets_what_is_private_by_now(now: dict[str, bool]) -> None:
    brief = brief_with(VIEW, OPEN_VIEW, facts=(NOTE,))
    made = counterpart_of(brief)
    assert "Vextrall" in made.stakes

    def private(ids):  # type: ignore[no-untyped-def]
        return {i: now[i] for i in ids if i in now}

    assert [line.private for line in as_of_now(brief, private).lines] == [True, True, False]
    found = open_now(replace(made, stakes=f"{made.stakes} And more."), brief, private)
    assert "extrall" not in found.stakes + found.topic
    assert open_now(made, brief, lambda ids: dict.fromkeys(ids, False)) == made


async def test_no_model_words_a_counterpart_that_holds_what_is_private_now(home: Home) -> None:
    coach = home.elsewhere()
    source = next(s for s in coach.library.sources(SourceKind.PRACTICE) if s.private)
    view = replace(VIEW, citations=(Citation(source.statements[0].id, "0" * 16),))
    brief = Briefs(coach.database).keep(replace(brief_with(view, OPEN_VIEW), id="", version=0))
    begun = begin(coach, brief, counterpart_of(brief))
    assert "Vextrall" not in begun.rehearsal.counterpart.stakes
    # One that was begun while it was open.
    begun.rehearsal = replace(begun.rehearsal, counterpart=counterpart_of(brief))
    await said(begun, "We cannot keep the date.")
    assert "private now" in begun.rehearsal.path[-1].refused
    assert not home.server.chats


def test_a_line_that_stays_as_it_was_stays_private() -> None:
    brief = brief_with(replace(VIEW, private=True))
    [kept, new] = with_text(brief, "their view", f"{VIEW.text}\nHe is tired.").part("their view")
    assert (kept.private, kept.citations) == (True, CITED)
    assert not new.private


# What is known of earlier answers.


@pytest.mark.parametrize(
    ("turn", "private", "expected"),
    [
        (Turn("q", "a", sources=("N1",)), {"N1": False}, False),
        (Turn("q", "a", sources=("N1",)), {"N1": True}, True),
        (Turn("q", "a", sources=("N1",)), {}, True),
        (Turn("q", "a [N1.2]."), {"N1": True}, True),
        (Turn("q", "a", private=True), {}, True),
        # The corpus is nobody's secret, whatever of it is turned off.
        (Turn("q", "a [P8.1, C1.1].", sources=("C100",)), {}, False),
        (Turn("q", "a", sources=("P10",)), {"P10": True}, True),
    ],
)
def test_an_answer_stays_where_what_it_draws_on_is_private_or_gone(
    turn: Turn, private: dict[str, bool], expected: bool
) -> None:
    assert stays(turn, lambda ids: {i: private[i] for i in ids if i in private}) is expected


def test_an_answer_that_was_kept_before_its_sources_were_noted_stays_if_a_model_wrote_it() -> None:
    assert turn_of_row("q", {"answer": "a", "composer": "free"}).private
    assert not turn_of_row("q", {"answer": "a", "composer": "quote"}).private
    assert not turn_of_row("q", {"answer": "a", "composer": "free", "drawn_from": []}).private
    assert from_state({"question": "q", "answer": "a", "private": ""}, lambda ids: {}).private
    assert not from_state({"question": "q", "answer": "a", "private": "", "sources": ""}, lambda ids: {}).private


def test_nothing_of_a_home_is_open_to_others(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path / "new")
    settings.ensure_home()
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0
