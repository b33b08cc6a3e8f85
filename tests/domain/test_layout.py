from __future__ import annotations

from dataclasses import replace

from coach.domain.answer import Citation, Sentence, Status, Verdict
from coach.domain.layout import LABELS, blocks, cited, footer, ids, is_quoted, tells, verdict
from tests.cli.sample import C1_1, P8_2, quoted, quoted_answer, written_answer


def test_blocks_follow_the_parts_with_calm_labels() -> None:
    found = blocks(quoted_answer())
    assert [(b.label, len(b.sentences)) for b in found] == [("", 1), ("What applies", 1), ("How", 2), ("Your notes", 2)]
    assert [b.listed for b in found] == [False, False, True, False]


def test_a_freely_written_answer_has_no_label() -> None:
    assert [b.label for b in blocks(written_answer())] == [""]


def test_a_part_that_is_not_known_has_no_label() -> None:
    answer = quoted_answer(sentences=(Sentence("Hello.", part="greeting"),))
    assert blocks(answer)[0].label == ""
    assert "greeting" not in LABELS


def test_a_quote_is_what_has_the_hash_of_its_statement() -> None:
    assert is_quoted(quoted(P8_2, "point"))
    assert not is_quoted(replace(quoted(P8_2, "point"), text="Name the cost."))
    assert not is_quoted(Sentence("No citation."))


def test_verdicts_in_words() -> None:
    assert [verdict(s) for s in written_answer().sentences] == [
        "supported",
        "unsupported",
        "uncited",
        "supported, mended",
    ]
    assert verdict(quoted(P8_2, "point")) == "quoted"
    assert verdict(Sentence("Hm?")) == ""
    # A quote that the checks refused is not passed off as one that they let through.
    assert verdict(replace(quoted(P8_2, "point"), verdict=Verdict.UNSUPPORTED)) == "unsupported"


def test_marks_are_shown_only_where_they_tell_something() -> None:
    assert not tells(quoted_answer())
    assert tells(written_answer())


def test_ids_in_brackets() -> None:
    two = Sentence("x", (Citation("P8.2", "h"), Citation("C1.4", "h")))
    assert ids(two) == "[P8.2, C1.4]"
    assert ids(Sentence("x")) == ""


def test_statements_are_listed_once_in_order_and_quotes_without_their_text() -> None:
    listed = cited(quoted_answer())
    assert [c.id for c in listed] == ["C1.1", "C1.2", "N12.4", "P8.2"]
    assert {c.text for c in listed} == {""}
    assert listed[2].source == "note of 2026-10-01: Retro"
    [only] = cited(written_answer())
    assert (only.id, only.text) == ("P8.2", P8_2.text)


def test_a_citation_of_nothing_is_said_to_be_one() -> None:
    answer = quoted_answer(sentences=(Sentence("x", (Citation("P9.9", "h"),), Verdict.UNSUPPORTED),))
    assert "no such statement" in cited(answer)[0].source


def test_footer_counts_names_and_says_what_left() -> None:
    assert footer(quoted_answer()) == [
        "answered · 4 of 4 claims supported, all quoted",
        "no model wrote · checked by lexical · 0.8 s",
    ]
    lines = footer(written_answer(), "What you type goes to api.example.org.")
    assert lines[0] == "2 private lines were left out."
    assert "2 of 4 claims supported · 1 mended · 2 dropped" in lines[1]
    assert "written by gpt (api.example.org) · checked by local · 3.0 s" in lines[2]
    assert lines[-1] == "What you type goes to api.example.org."


def test_footer_of_a_silent_answer() -> None:
    answer = quoted_answer(status=Status.SILENT, sentences=(Sentence("Nothing covers this.", part="gap"),))
    assert footer(answer)[0] == "the sources do not cover this"
    one = quoted_answer(sentences=(quoted(C1_1, "how"),))
    assert "1 of 1 claim supported" in footer(one)[0]
