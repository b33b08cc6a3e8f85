from __future__ import annotations

import json

from coach.domain.answer import Answer, Citation, Sentence, Status, Usage, Verdict
from coach.domain.evidence import Evidence
from coach.domain.source import SourceKind, Statement, StatementKind


def make() -> Answer:
    statement = Statement("P8.3", "Do not overpromise.", StatementKind.PRINCIPLE)
    return Answer(
        Status.ANSWERED,
        (
            Sentence("You face a date.", part="frame"),
            Sentence("Do not overpromise.", (Citation("P8.3", statement.hash),), Verdict.SUPPORTED, 0.9, "lexical"),
            Sentence("Buy a boat.", (), Verdict.UNCITED),
            Sentence("What do they need?", part="question"),
        ),
        (Evidence(statement, SourceKind.PRINCIPLE, "Speak up", 1.23456, "meaning"),),
        question="q",
        timings={"total": 0.123456},
        usage=Usage(3, 4),
    )


def test_claims_are_the_sentences_that_assert() -> None:
    assert [s.text for s in make().claims] == ["Do not overpromise.", "Buy a boat."]
    assert make().supported == 1


def test_text_has_a_paragraph_for_each_part() -> None:
    assert make().text == "You face a date.\n\nDo not overpromise. [P8.3] Buy a boat.\n\nWhat do they need?"


def test_an_empty_answer_has_no_text() -> None:
    assert Answer(Status.SILENT, (), ()).text == ""


def test_as_dict_is_plain_json() -> None:
    values = json.loads(json.dumps(make().as_dict()))

    assert values["status"] == "answered"
    assert values["sentences"][1]["citations"][0]["id"] == "P8.3"
    assert values["sentences"][1]["verdict"] == "supported"
    assert values["evidence"][0] == {
        "id": "P8.3",
        "text": "Do not overpromise.",
        "score": 1.2346,
        "why": "meaning",
        "source": "Speak up",
        "date": None,
        "private": False,
    }
    assert values["timings"] == {"total": 0.1235}
    assert values["usage"] == {"prompt_tokens": 3, "completion_tokens": 4}
