from __future__ import annotations

from dataclasses import replace

from coach.cli.plain import answer_text, claims_text, source_text, statement_text, why_text
from coach.domain.answer import Citation
from tests.cli.sample import N12_4, NOTE, PRACTICE, quoted_answer, written_answer

_PAGE = """\
This is about a moment when you must refuse.

What applies:
Name the cost of the date before you name the date. [P8.2]

How:
- Offer two scopes and one date. [C1.1]
- Write the offer down. [C1.2]

Your notes:
Your note of 2026-10-01, “Retro”: We agreed to freeze on Friday. [N12.4]

Statements cited:
C1.1 practice: Saying no
C1.2 practice: Saying no
N12.4 note of 2026-10-01: Retro
P8.2 principle: Promise less

answered; 4 of 4 claims supported, all quoted
no model wrote; checked by lexical; 0.8 s"""


def test_a_page_of_quotes() -> None:
    assert answer_text(quoted_answer()) == _PAGE


def test_a_written_answer_has_its_verdicts_in_words_and_the_statements_in_full() -> None:
    text = answer_text(written_answer(), "All of it goes to api.example.org.")
    assert text.startswith("Tell the VP what the date costs. [P8.2] (supported) Offer a raise. [P8.2] (unsupported)")
    assert "Everybody knows this. (uncited)" in text
    assert "\n  Name the cost of the date before you name the date.\n" in text
    assert text.endswith("All of it goes to api.example.org.")


def test_a_source_with_all_that_is_known_of_it() -> None:
    text = source_text(PRACTICE)
    assert text.startswith("C1 practice: Saying no\nFor a moment when you must refuse.\nServes: P8\n")
    assert "C1.2 Write the offer down." in text
    assert "Private" in source_text(NOTE)
    # The heading that is the title is not said twice.
    assert source_text(NOTE).count("Retro") == 1


def test_a_statement_with_its_place() -> None:
    text = statement_text(NOTE, N12_4)
    assert text.startswith("N12.4 We agreed to freeze on Friday.")
    assert "From: /notes/retro.md, line 7" in text


def test_claims_are_numbered_and_each_can_be_explained() -> None:
    answer = written_answer()
    assert claims_text(answer.claims).splitlines()[1] == "2. Offer a raise. [P8.2] (unsupported)"
    why = why_text(answer, answer.claims[1])
    assert "Verdict: unsupported by local, 0.12" in why
    assert "Reason: the statement says nothing of pay" in why
    assert "Found by meaning 0.80; relevance 0.90" in why
    assert "Before it was mended: Name no date." in why_text(answer, answer.claims[3])
    gone = replace(answer.claims[0], citations=(Citation("P9.9", "h"),))
    assert "P9.9: not among what was found" in why_text(answer, gone)
