from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.agent.talks.role_rules import Said, objection
from coach.domain.rehearsal import Move
from tests.agent.talks.stage import counterpart

KNOWN = Said(
    counterpart(),
    ["You wanted to talk.", "On 3 March the evaluation showed 14 false alarms.", "Nobody outside will notice that."],
    "We can't go live on Thursday, the annotator left and you promised the client a demo.",
)


@pytest.mark.parametrize(
    ("move", "said"),
    [
        (Move.PRESS, "So what do I write into the plan today, then?"),
        (Move.PRESS, "Okay, but when?"),
        (Move.PRESS, "Is Thursday really out of reach?"),
        (Move.MINIMISE, "Fourteen false alarms are not the end of the world."),
        (Move.COUNTER_ACCUSE, "And why do I hear of this only now?"),
        (Move.APPEAL, "That is decided by management, not by me."),
        (Move.SHARP_QUESTION, "What did the annotator have to do with it?"),
        (Move.HALF_AGREE, "You may be right about the alarms, but I still need something on Thursday."),
        (Move.HALF_AGREE, "That makes sense, though I am not convinced."),
        (Move.AGREE, "All right, I will do that."),
        (Move.COUNTER_ACCUSE, "You promised the client a demo."),
    ],
)
def test_what_stays_in_role_may_be_said(move: Move, said: str) -> None:
    assert objection(said, move, KNOWN) == ""


@pytest.mark.parametrize(
    ("move", "said", "why"),
    [
        (Move.PRESS, "As an AI language model I cannot have meetings.", "role"),
        (Move.PRESS, "In this role-play I would press you for a date.", "role"),
        (Move.PRESS, "(leans back) When?", "role"),
        (Move.PRESS, "Here is my response in the character of the director.", "role"),
        (Move.PRESS, "You should try an open question next.", "advises"),
        (Move.PRESS, "Well said, that was a good opening.", "advises"),
        (Move.PRESS, "I would suggest that you start with the facts.", "advises"),
        (Move.COUNTER_ACCUSE, "You are an idiot.", "rude"),
        (Move.COUNTER_ACCUSE, "You are lazy and unreliable.", "rude"),
        (Move.PRESS, "Okay, we can move it.", "agrees"),
        (Move.PRESS, "You're right, take all the time you need.", "agrees"),
        (Move.MINIMISE, "Deal.", "agrees"),
        (Move.HALF_AGREE, "You have convinced me, but only today.", "agrees"),
        (Move.HALF_AGREE, "Agreed.", "agrees"),
        (Move.SHARP_QUESTION, "Sounds good, what else?", "agrees"),
        (Move.PRESS, "I need it by Friday.", "Friday"),
        (Move.PRESS, "We lose 40 customers over this.", "40"),
        (Move.MINIMISE, "It happened two weeks ago as well.", "nobody"),
        (Move.PRESS, "Ask Miriam about it.", "Miriam"),
        (Move.COUNTER_ACCUSE, "Your engineer complained to me about you.", "nobody"),
        (Move.COUNTER_ACCUSE, "You missed the budget meeting.", "nobody"),
        (Move.APPEAL, "I already promised this to the investors.", "nobody"),
        (Move.COUNTER_ACCUSE, "You always come too late.", "nobody"),
        (Move.MINIMISE, "The VP of sales wants it.", "nobody"),
        (Move.PRESS, "On 3 March the evaluation showed false alarms, fourteen of them.", "repeats"),
        (Move.PRESS, "word " * 60, "long"),
    ],
)
def test_what_may_not_be_said(move: Move, said: str, why: str) -> None:
    assert why in objection(said, move, KNOWN)


def test_people_above_may_be_pointed_to_only_by_appealing_to_them() -> None:
    assert objection("Leadership will ask me.", Move.APPEAL, KNOWN) == ""
    assert objection("Leadership will ask me.", Move.MINIMISE, KNOWN)


@given(st.text(max_size=300), st.sampled_from(list(Move)))
def test_any_text_is_looked_at(said: str, move: Move) -> None:
    assert isinstance(objection(said, move, KNOWN), str)
