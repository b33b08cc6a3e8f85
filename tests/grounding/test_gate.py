from __future__ import annotations

from datetime import date

import pytest

from coach.domain.answer import Citation, Sentence, Verdict
from coach.grounding.checkers.base import Pair
from coach.grounding.citations import cite, pinned
from coach.grounding.gate import RULES, check_sentences, check_text, nearest
from tests.grounding.fakes import ALL, N1_1, P8_1, P8_2, P8_3, FakeChecker, evidence

SITUATION = "sales promised our model two weeks early, the team is tired"


async def check(sentence: Sentence, checker: FakeChecker | None = None, situation: str = SITUATION) -> Sentence:
    [checked] = await check_sentences([sentence], ALL, situation, checker or FakeChecker())
    return checked


def claim(text: str, *ids: str) -> Sentence:
    return Sentence(text, pinned(ids, ALL), Verdict.UNCITED)


async def test_a_statement_said_as_it_stands_needs_no_checker() -> None:
    checker = FakeChecker(default=0.0)
    checked = await check(claim(P8_3.statement.text, "P8.3"), checker)
    assert (checked.verdict, checked.score, checked.checker) == (Verdict.SUPPORTED, 1.0, "verbatim")
    assert checker.asked == []


async def test_a_statement_said_under_the_id_of_another_is_not_supported() -> None:
    checked = await check(claim(P8_3.statement.text, "P8.2"), FakeChecker(default=1.0))
    assert (checked.verdict, checked.checker) == (Verdict.UNSUPPORTED, RULES)
    assert checked.reason == "These are the words of P8.3, which it does not cite."
    assert (await check(claim(P8_3.statement.text, "P8.2", "P8.3"))).verdict is Verdict.SUPPORTED


async def test_a_quoted_question_is_supported_too() -> None:
    question = evidence("C1.11", "What could your team deliver?")
    sentence = Sentence(question.statement.text, cite(question), Verdict.UNCITED, part="question")
    [checked] = await check_sentences([sentence], {question.id: question}, "", FakeChecker(default=0.0))
    assert checked.verdict is Verdict.SUPPORTED


async def test_a_composers_frame_stays_as_it_is() -> None:
    frame = Sentence("Two principles meet here: “A” and “B”.", verdict=Verdict.NOT_A_CLAIM, part="frame")
    assert await check(frame) == frame


async def test_a_frame_that_cites_is_looked_at() -> None:
    checked = await check(Sentence("Offer a raise.", cite(P8_3), Verdict.NOT_A_CLAIM), FakeChecker(default=0.1))
    assert checked.verdict is Verdict.UNSUPPORTED


async def test_the_checker_decides_what_the_rules_let_through() -> None:
    checker = FakeChecker({"Bargain over the date.": 0.8, "Bargain with a bonus.": 0.1})
    good = await check(claim("Bargain over the date.", "P8.3"), checker)
    bad = await check(claim("Bargain with a bonus.", "P8.3"), checker)
    assert (good.verdict, good.score, good.checker, good.reason) == (Verdict.SUPPORTED, 0.8, "fake", "")
    assert (bad.verdict, bad.score, bad.reason) == (Verdict.UNSUPPORTED, 0.1, "The fake says no.")


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        (claim("Negotiate the deadline.", "P99.1"), "P99.1"),
        (claim("Negotiate the deadline.", "P8.3", "P99.1"), "P99.1"),
        (Sentence("Negotiate the deadline.", (Citation("P8.3", "0123456789abcdef"),), Verdict.UNCITED), "changed"),
        (claim("Negotiate within 14 days.", "P8.3"), "14"),
        (claim("Do not negotiate deadlines and resources.", "P8.3"), "opposite"),
    ],
)
async def test_rules_veto_whatever_the_checker_would_say(sentence: Sentence, reason: str) -> None:
    checker = FakeChecker(default=1.0)
    checked = await check(sentence, checker)
    assert (checked.verdict, checked.score, checked.checker) == (Verdict.UNSUPPORTED, 0.0, RULES)
    assert reason in checked.reason
    assert checker.asked == []


async def test_a_claim_without_citations_is_uncited() -> None:
    checked = await check(claim("Offer a raise."))
    assert (checked.verdict, checked.checker) == (Verdict.UNCITED, RULES)


async def test_questions_and_facts_said_back_are_not_claims() -> None:
    for text in ("What do you want to keep?", "Sales promised your model two weeks early."):
        assert (await check(claim(text))).verdict is Verdict.NOT_A_CLAIM


async def test_the_persons_words_never_reach_the_checker() -> None:
    checker = FakeChecker()
    await check(
        claim("Negotiate the two weeks with sales.", "P8.3", "P8.2"),
        checker,
        "the salary offer is 90k, sales promised two weeks",
    )
    assert checker.asked == [
        Pair(f"{P8_3.statement.text}\n{P8_2.statement.text}", "Negotiate the two weeks with sales.")
    ]


async def test_private_evidence_is_marked() -> None:
    checker = FakeChecker()
    await check(claim("The client heard a date from sales.", "N1.1", "P8.2"), checker)
    assert checker.asked[0].private


async def test_the_date_of_a_note_may_be_said() -> None:
    note = evidence("N2.1", "The launch moves to the second.", date=date(2026, 10, 5))
    sentence = Sentence("On 5 October the launch was moved.", cite(note), Verdict.UNCITED)
    [checked] = await check_sentences([sentence], {note.id: note}, "", FakeChecker())
    assert checked.verdict is Verdict.SUPPORTED
    [other] = await check_sentences(
        [Sentence("On 6 October the launch was moved.", cite(note), Verdict.UNCITED)],
        {note.id: note},
        "",
        FakeChecker(),
    )
    assert other.verdict is Verdict.UNSUPPORTED


async def test_order_and_number_of_sentences_stay() -> None:
    sentences = [
        claim("Hello!"),
        claim("Bargain over it.", "P8.3"),
        claim("Offer a raise."),
        claim("Name them.", "P8.1"),
    ]
    checked = await check_sentences(sentences, ALL, SITUATION, FakeChecker())
    assert [s.text for s in checked] == [s.text for s in sentences]
    assert [s.verdict for s in checked] == [Verdict.NOT_A_CLAIM, Verdict.SUPPORTED, Verdict.UNCITED, Verdict.SUPPORTED]


def test_nearest() -> None:
    assert nearest("Name those who contributed before leadership.", ALL)[0] == P8_1
    assert nearest("Zebra!", ALL) == []
    assert N1_1 in nearest("What sales told the client", ALL)


async def test_a_text_without_ids_finds_its_statements() -> None:
    checker = FakeChecker({"Offer a raise to leadership.": 0.1}, default=0.9)
    text = "# Advice\n\nNegotiate the deadline.\n\nOffer a raise to leadership. Hello! Buy zebras."
    statements = [P8_1.statement, P8_3.statement]
    checked = await check_text(text, statements, checker)
    assert [s.verdict for s in checked] == [
        Verdict.NOT_A_CLAIM,
        Verdict.SUPPORTED,
        Verdict.UNCITED,
        Verdict.NOT_A_CLAIM,
        Verdict.UNCITED,
    ]
    assert checked[1].citations == cite(P8_3)
    assert "P8.1" in checked[2].reason
    assert checked[2].score == 0.1


async def test_a_text_with_ids_is_checked_against_them() -> None:
    checked = await check_text(f"{P8_3.statement.text} [P8.3] Name them [P7.1].", [P8_3.statement], FakeChecker())
    assert [s.verdict for s in checked] == [Verdict.SUPPORTED, Verdict.UNSUPPORTED]


async def test_an_empty_text() -> None:
    assert await check_text("", [P8_3.statement], FakeChecker()) == []
