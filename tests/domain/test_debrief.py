from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.domain.answer import Citation
from coach.domain.debrief import Cited, Debrief, Measure, Noted, Quote, Worded
from coach.domain.rehearsal import Act
from tests.domain.test_rehearsal import TREE, rehearsal, turn

CITED = (Citation("C1.5", "ab"),)


def debrief() -> Debrief:
    noted = Noted(Quote(TREE.turn(1), 0, 8), (Act.LIMIT,), "It says the no.", CITED)
    return Debrief(
        own_view="Loud.",
        lines=(1, 4),
        quotes=(noted,),
        strength=noted,
        change=Noted(None, (Act.OPEN_QUESTION,), "None asks.", CITED),
        rewrite=Worded("What now?", CITED, turn=4),
        plan=Worded("If they press, then I wait.", CITED),
        measures=(Measure("questions", 0, 0, "None.", ()),),
        retry=4,
        statements=(Cited("C1.5", "ab", "Put the no first.", "Saying no"),),
        created=datetime(2026, 11, 1, tzinfo=UTC),
        remarks=("So.",),
    )


def test_what_is_written_comes_back_also_through_json() -> None:
    assert Debrief.from_dict(json.loads(json.dumps(debrief().as_dict())), TREE) == debrief()


@given(st.text(min_size=1, max_size=60), st.integers(-3, 70), st.integers(-3, 70))
def test_a_quote_is_words_of_its_line_or_nothing(line: str, start: int, end: int) -> None:
    said = turn(1, 0, line)
    try:
        quote = Quote(said, start, end)
    except ValueError:
        assert not 0 <= start < end <= len(line)
        return
    assert quote.text
    assert quote.text in line
    assert Quote.from_dict(quote.as_dict(), rehearsal(said, at=1)) == quote


def test_a_quote_cannot_be_given_other_words() -> None:
    data = Quote(TREE.turn(1), 0, 8).as_dict()
    with pytest.raises(ValueError, match="changed"):
        Quote.from_dict({**data, "text": "You are weak"}, TREE)


def test_a_quote_whose_line_changed_is_left_out() -> None:
    data = debrief().as_dict()
    data["quotes"][0]["quote"]["text"] = "We can"
    data["strength"]["quote"]["turn"] = 99
    made = Debrief.from_dict(data, TREE)
    assert (made.quotes, made.strength) == ((), None)
    assert made.change is not None
