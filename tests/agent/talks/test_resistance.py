from __future__ import annotations

from itertools import pairwise, product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.agent.talks import resistance
from coach.agent.talks.resistance import MOST, choose, heard, may_agree, mood, start
from coach.domain.counterpart import Style
from coach.domain.rehearsal import EARNING, HARDENING, Act, Found, Move, State
from tests.agent.talks.stage import CAVES, FLATTERS, GOOD, PERSONS, RUDE, SILENT, counterpart, play, said_in

_SOFT = {Move.HALF_AGREE, Move.AGREE}
_DIFFICULTIES = st.integers(1, 5)
_STYLES = st.sampled_from(list(Style))
_ACTS = st.sets(st.sampled_from([a for a in Act if a is not Act.SILENT]), max_size=4)


def found(*acts: Act) -> tuple[Found, ...]:
    return tuple(Found(a, 0, 1) for a in sorted(acts))


@given(_DIFFICULTIES, _STYLES, st.lists(_ACTS, min_size=1, max_size=12), st.integers(0, 10_000))
def test_it_softens_only_for_what_earns_it(difficulty: int, style: Style, lines: list[set[Act]], seed: int) -> None:
    other = counterpart(difficulty=difficulty, style=style)
    now, random = start(other), Random(seed)
    for acts in lines:
        before, now = now, heard(other, now, found(*acts))
        assert 0 <= now.resistance <= MOST
        if not acts & EARNING:
            assert now.resistance >= before.resistance
        if not acts & HARDENING:
            assert now.resistance <= before.resistance
        move = choose(other, now, found(*acts), random)
        if move in _SOFT:
            assert now.kinds_earned
            assert not acts & HARDENING
        if move is Move.AGREE:
            assert may_agree(other, now, found(*acts))
            assert now.kinds_earned >= 2
            assert acts & {Act.REQUEST, Act.OPTION}
        now = resistance.answered(now, move)


@given(_DIFFICULTIES, _STYLES, st.integers(0, 1000))
def test_nobody_is_won_by_rudeness_silence_flattery_or_giving_in(difficulty: int, style: Style, seed: int) -> None:
    for lines in PERSONS.values():
        played = play(lines, counterpart(difficulty=difficulty, style=style), seed)
        assert not {t.move for t in played.turns} & _SOFT
        assert played.path[-1].resistance >= start(played.counterpart).resistance


def test_rudeness_is_met_with_a_limit_and_then_a_kind_end() -> None:
    played = play(RUDE)
    assert [t.move for t in played.turns] == [Move.SET_LIMIT, Move.SET_LIMIT, Move.END]
    assert played.state is State.ENDED


def test_silence_is_waited_for_and_then_the_talk_ends() -> None:
    played = play(SILENT)
    assert [t.move for t in played.turns] == [Move.WAIT] * 4 + [Move.END]


def test_a_word_in_between_begins_the_silences_anew() -> None:
    played = play(["", "", "What now?", "", "", ""])
    assert played.state is State.OPEN


def test_giving_in_is_pressed_further() -> None:
    moves = [t.move for seed in range(20) for t in play(CAVES, seed=seed).turns]
    assert moves.count(Move.PRESS) >= len(moves) / 3


def test_flattery_hardens() -> None:
    resistances = [t.resistance for t in play(FLATTERS).turns]
    assert resistances == sorted(resistances)
    assert resistances[-1] > start(counterpart()).resistance


def test_labels_are_answered_with_a_counter_accusation_more_often_than_facts() -> None:
    def count(line: str) -> int:
        return sum(play([line], seed=s).turns[0].move is Move.COUNTER_ACCUSE for s in range(100))

    assert count("You are lazy.") > 3 * max(1, count("On 3 March the evaluation failed."))


@pytest.mark.parametrize("difficulty", [1, 2, 3, 4, 5])
def test_a_good_talk_reaches_an_agreement_sooner_the_easier_it_is(difficulty: int) -> None:
    def agreed(difficulty: int) -> int:
        turns = play(GOOD, counterpart(difficulty=difficulty)).turns
        return next((t.number for t in turns if t.move is Move.AGREE), 99)

    assert agreed(difficulty) <= agreed(min(difficulty + 1, 5))
    assert agreed(difficulty) <= len(GOOD) or difficulty > 3


def test_the_hardest_gives_a_part_away_within_eight_good_lines_and_no_more() -> None:
    softened: dict[int, list[int]] = {d: [] for d in (1, 3, 5)}
    for seed, difficulty in product(range(30), softened):
        played = play(GOOD, counterpart(difficulty=difficulty), seed)
        softened[difficulty].append(next((t.number for t in played.turns if t.move in _SOFT), 99))
        if difficulty == 5:
            assert Move.AGREE not in {t.move for t in played.turns}
            assert played.path[-1].resistance < start(played.counterpart).resistance
    assert sum(softened[1]) + 30 <= sum(softened[3])
    assert sum(softened[3]) + 60 <= sum(softened[5])


@pytest.mark.parametrize("difficulty", [4, 5])
def test_a_slip_has_to_be_earned_back_where_it_is_hard(difficulty: int) -> None:
    other = counterpart(difficulty=difficulty)
    now = start(other)
    for act in (Act.FACT, Act.OPEN_QUESTION, Act.PARAPHRASE):
        now = heard(other, now, found(act))
    slipped = heard(other, now, found(Act.TRAIT))
    assert (now.kinds_earned, slipped.kinds_earned) == (3, 0)
    assert slipped.resistance > now.resistance
    easy = counterpart(difficulty=1)
    assert heard(easy, heard(easy, start(easy), found(Act.FACT)), found(Act.TRAIT)).kinds_earned == 1


def test_one_earning_act_said_over_and_over_does_not_win() -> None:
    played = play(
        [f"What happens on day number {word} then?" for word in ["one", "two", "three", "four", "five", "six", "seven"]]
    )
    assert played.path[-1].resistance > 1
    assert Move.AGREE not in {t.move for t in played.turns}


def test_styles_draw_their_own_moves() -> None:
    def share(style: Style, move: Move) -> int:
        lines = ["We can't do that.", "It does not work.", "The labels are missing."]
        played = [play(lines, counterpart(style=style), seed) for seed in range(60)]
        return sum(t.move is move for p in played for t in p.turns)

    assert share(Style.ANALYTICAL, Move.SHARP_QUESTION) > share(Style.FRIENDLY_EVASIVE, Move.SHARP_QUESTION)
    assert share(Style.FRIENDLY_EVASIVE, Move.DEFLECT) > share(Style.ANALYTICAL, Move.DEFLECT)
    assert share(Style.GUARDED, Move.GO_SILENT) > share(Style.BLUNT, Move.GO_SILENT)
    assert share(Style.HURRIED, Move.PRESS) > share(Style.GUARDED, Move.PRESS)


def test_no_move_but_half_agreeing_comes_twice_in_a_row() -> None:
    for seed in range(30):
        moves = [t.move for t in play(["It does not work."] + [f"No, {i} of it." for i in range(8)], seed=seed).turns]
        assert all(a is not b for a, b in pairwise(moves))


def test_how_it_stands_follows_from_the_turns_alone() -> None:
    played = play(GOOD[:4])
    other = played.counterpart
    back = played.before(3)
    assert mood(other, back.path).resistance == played.turns[1].resistance
    assert mood(other, ()) == start(other)
    # Said again in the same words it is answered in the same way.
    again = said_in(back, GOOD[2])
    assert (again.turns[-1].move, again.turns[-1].reply) == (played.turns[2].move, played.turns[2].reply)
