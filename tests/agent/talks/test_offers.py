from __future__ import annotations

from typing import Any

from coach.agent.talks.offers import Offer, offered_by_answer, offered_by_talk
from coach.domain.answer import Answer, Citation, Sentence, Status, Verdict

CITED = (Citation("C1.6", "0123456789abcdef"),)


def answer(*sentences: Sentence) -> Answer:
    return Answer(Status.ANSWERED, sentences, ())


def test_the_plan_of_an_answer_is_offered_in_the_first_person() -> None:
    given = answer(
        Sentence("Negotiate deadlines.", CITED, Verdict.SUPPORTED),
        Sentence("If they insist on your date, then ask what it is for.", CITED, Verdict.SUPPORTED, part="how"),
        Sentence("If the VP wants your date, then offer a checkpoint.", CITED, Verdict.SUPPORTED, part="plan"),
    )
    assert offered_by_answer(given) == (
        Offer("If the VP wants my date, then I offer a checkpoint.", CITED),
        Offer("If they insist on my date, then I ask what it is for.", CITED),
    )


def test_what_is_unsupported_is_not_offered() -> None:
    given = answer(Sentence("If the VP asks again, then offer weekends.", CITED, Verdict.UNSUPPORTED, part="plan"))
    assert offered_by_answer(given) == ()


def test_the_lines_of_a_brief_are_offered() -> None:
    brief: dict[str, Any] = {
        "title": "If this were a plan, then I would not",
        "parts": [
            {"name": "facts", "lines": [{"text": "She asked on 3 November.", "citations": []}]},
            {
                "name": "reactions",
                "lines": [
                    {
                        "text": "If she goes quiet, then wait.",
                        "citations": [{"id": "C1.6", "hash": "0123456789abcdef"}],
                    },
                    {"text": "If she goes quiet, then wait.", "citations": [{"id": 5}]},
                    {"text": 7, "citations": "C1"},
                ],
            },
        ],
    }
    assert offered_by_talk(brief) == (Offer("If she goes quiet, then I wait.", CITED),)


def test_the_plan_of_a_debrief_is_offered() -> None:
    assert offered_by_talk({"debrief": {"plan": "When she interrupts, I finish my sentence."}}) == (
        Offer("When she interrupts, then I finish my sentence."),
    )
    assert offered_by_talk({"debrief": None}) == ()
    assert offered_by_talk({"debrief": {"plan": {"if_then": {"text": "If she asks, then I wait."}}}}) == (
        Offer("If she asks, then I wait."),
    )


def test_a_list_is_no_offer() -> None:
    lines = [{"text": f"If she asks for date {n}, then I wait."} for n in range(30)]
    assert len(offered_by_talk({"lines": lines})) == 5


def test_a_talk_that_was_not_read_from_json_yet_offers_the_same() -> None:
    line = {"text": "If she goes quiet, then wait.", "citations": ({"id": "C1.6", "hash": "0123456789abcdef"},)}
    assert offered_by_talk({"plan": line, "lines": (line,)}) == (Offer("If she goes quiet, then I wait.", CITED),)
