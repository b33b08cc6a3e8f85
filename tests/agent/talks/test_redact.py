from __future__ import annotations

import copy
import json
from datetime import date
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from coach.agent.talks.redact import FORGOTTEN, Redaction
from coach.domain.answer import Answer, Citation, Sentence, Status, Verdict
from coach.domain.evidence import Evidence
from coach.domain.source import Source, SourceKind, Statement, StatementKind

LINE = Statement("N4.1", "The quagga team gets the launch in March.", StatementKind.NOTE)
SHORT = Statement("N4.2", "Yes.", StatementKind.NOTE)
OTHER = Statement("N40.1", "Yes.", StatementKind.NOTE)
NOTE = Source("N4", SourceKind.NOTE, "Quagga", (LINE, SHORT), date=date(2026, 11, 2))


@pytest.fixture
def redaction() -> Redaction:
    return Redaction(NOTE)


def cited(text: str, *statements: Statement, **more: Any) -> Sentence:
    return Sentence(text, tuple(Citation(s.id, s.hash) for s in statements), Verdict.SUPPORTED, 0.9, **more)


def found(statement: Statement, title: str) -> Evidence:
    return Evidence(statement, SourceKind.NOTE, title, 0.9, "meaning", date(2026, 11, 2))


def answer(*sentences: Sentence) -> dict[str, Any]:
    evidence = (found(LINE, "Quagga"), found(OTHER, "Another"))
    made = Answer(Status.ANSWERED, sentences, evidence, question="what about it?")
    as_kept: dict[str, Any] = json.loads(json.dumps(made.as_dict()))
    return as_kept


def test_nothing_of_the_note_is_left_in_an_answer(redaction: Redaction) -> None:
    given_ = answer(
        Sentence("Your note of 2026-11-02, “Quagga”:", part="notes"),
        cited(LINE.text, LINE),
        cited("In spring they come.", LINE, OTHER, mended_from="They all come in spring.", reason="so the note says"),
        cited("Yes.", SHORT),
        cited("Yes.", OTHER),
    )
    before = copy.deepcopy(given_)
    new = redaction(given_)
    assert given_ == before
    read = Answer.from_dict(new)
    assert [s.text for s in read.sentences] == [f"Your note of 2026-11-02, {FORGOTTEN}:", *[FORGOTTEN] * 3, "Yes."]
    assert [[c.id for c in s.citations] for s in read.sentences] == [[], [], ["N40.1"], [], ["N40.1"]]
    assert [e.id for e in read.evidence] == ["N40.1"]
    assert new["answer"] == read.text
    for word in ("Quagga", "quagga", "spring", "N4.", LINE.hash):
        assert word not in str(new)


def test_lines_of_a_brief_that_the_note_said_go(redaction: Redaction) -> None:
    line = {"text": "They come in spring.", "said_by": "N4.1", "citations": [], "verdict": "supported"}
    stays = {"text": "They come at all.", "said_by": "N40.1", "citations": [{"id": "C1.1", "hash": "x"}]}
    new = redaction({"parts": [{"lines": [line, stays]}]})
    assert new["parts"][0]["lines"] == [
        {"text": FORGOTTEN, "said_by": "", "citations": [], "verdict": "not a claim"},
        stays,
    ]


def test_its_words_go_wherever_they_stand(redaction: Redaction) -> None:
    assert redaction(f"Is it so that {LINE.text}") == f"Is it so that {FORGOTTEN}"
    assert redaction("Yes. The quagga team?") == "Yes. The quagga team?"


def test_an_answer_of_another_version_loses_its_whole_text(redaction: Redaction) -> None:
    new = redaction({"sentences": [{"text": LINE.text}], "answer": f"{LINE.text} And more of it."})
    assert new == {"sentences": [{"text": FORGOTTEN}], "answer": FORGOTTEN}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from(["N4.1", "N40.1", LINE.text]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["id", "text", "citations", "said_by", "sentences", "evidence"]), inner, max_size=5
        )
    ),
    max_leaves=25,
)


@given(JSON)
@example([{"said_by": "N4", "id": "N4"}])
@example({"citations": [{"id": "N4"}, {"id": LINE.text}]})
def test_any_value_is_taken_and_a_second_time_changes_nothing(value: Any) -> None:
    redaction = Redaction(NOTE)
    before = copy.deepcopy(value)
    new = redaction(value)
    assert value == before
    assert LINE.text not in str(new)
    assert redaction(new) == new
