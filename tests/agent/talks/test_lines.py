from __future__ import annotations

import re
from random import Random

import pytest

from coach.agent.talks.acts import acts
from coach.agent.talks.lines import FIXED, leads, line, written
from coach.agent.talks.role_rules import Said, objection
from coach.domain.counterpart import Standing, Style
from coach.domain.rehearsal import Act, Move
from tests.agent.talks.stage import counterpart

_ALL = [(s, m, text) for s in Standing for m, texts in written(s).items() for text in texts]


@pytest.mark.parametrize("standing", list(Standing))
def test_every_move_has_twelve_lines_or_more_that_differ(standing: Standing) -> None:
    for move in Move:
        lines = written(standing)[move]
        assert len(lines) >= 12, move
        assert len({re.sub(r"\W+", " ", text).lower() for text in lines}) == len(lines), move


@pytest.mark.parametrize("style", list(Style))
def test_every_style_has_sentences_that_show_it(style: Style) -> None:
    assert len(set(leads(style))) >= 6


@pytest.mark.parametrize("standing", list(Standing))
def test_a_line_is_one_that_a_counterpart_may_say(standing: Standing) -> None:
    for move, texts in written(standing).items():
        for text in texts:
            said = text.replace("{topic}", "the launch date")
            assert "{" not in said
            assert not {a.act for a in acts(said)} & {Act.INSULT, Act.TRAIT, Act.THREAT}, said
            # No names: a capital inside a sentence is "I".
            assert set(re.findall(r"(?<![.!?:(] )(?<!\A)(?<!\()\b[A-Z]\w*", said)) <= {"I", "HR"}, said
            # No figures either: what the other side counts, it has from nobody.
            assert not re.search(r"\d", said), said
            assert len(said.split()) <= 30, (move, said)


def test_lines_that_resist_agree_to_nothing_and_stay_in_role() -> None:
    known = Said(counterpart(), [], "")
    for standing, move, text in _ALL:
        if move in FIXED or move is Move.AGREE:
            continue
        for sentence in re.split(r"(?<=[.!?])\s+", text.replace("{topic}", "this")):
            why = objection(sentence, move, known)
            for trouble in ("role", "rude", "advises", "agrees"):
                # "Okay, but when?" begins with a word of agreement and agrees to nothing.
                polite = trouble == "agrees" and re.match(r"Sure|Yes|Okay|Fine|Good|All right", sentence)
                assert trouble not in why or polite, (standing, move, text)


def test_the_topic_stands_in_a_line_as_it_is() -> None:
    other = counterpart(topic="the {odd} topic of {0}")
    found = {line(other, Move.DEFLECT, Random(i)) for i in range(60)}
    assert any("the {odd} topic of {0}" in text for text in found)
    assert all("{topic}" not in text for text in found)


def test_a_line_that_was_said_is_not_said_again_as_long_as_there_is_another() -> None:
    other = counterpart()
    said: list[str] = []
    for i in range(12):
        said.append(line(other, Move.PRESS, Random(i), said))
    assert len({t[-30:] for t in said}) == 12
    assert line(other, Move.PRESS, Random(1), said)


def test_the_style_shows_now_and_then_and_never_where_something_is_granted() -> None:
    other = counterpart(style=Style.HURRIED)
    led = [any(line(other, Move.PRESS, Random(i)).startswith(lead) for lead in leads(Style.HURRIED)) for i in range(80)]
    assert 5 < sum(led) < 40
    for move in (Move.AGREE, Move.END, Move.SET_LIMIT):
        assert not any(line(other, move, Random(i)).startswith(leads(Style.HURRIED)) for i in range(40))
