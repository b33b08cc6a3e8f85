"""What is said of statements that are not what an answer cited."""

from __future__ import annotations

from dataclasses import replace

from coach.domain.answer import Answer, Citation, Sentence, Status
from coach.domain.changes import Change, changes_of, cited_in, stale_line

ANSWER = Answer(
    Status.ANSWERED,
    (
        Sentence("One.", (Citation("N10.1", "a"), Citation("N2.1", "b"))),
        Sentence("Two.", (Citation("N2.1", "b"), Citation("P99.9", ""))),
    ),
    (),
)


def test_what_answers_cite_is_pinned_and_made_up_ids_are_not() -> None:
    other = replace(ANSWER, sentences=(Sentence("Three.", (Citation("N2.1", "c"),)),))
    assert cited_in([ANSWER, other]) == {("N10.1", "a"), ("N2.1", "b"), ("N2.1", "c")}


def test_only_what_this_answer_cited_is_its_own_and_in_order() -> None:
    changes = {("N10.1", "a"): Change.GONE, ("N2.1", "b"): Change.CHANGED, ("N2.1", "c"): Change.GONE}
    assert changes_of(ANSWER, changes) == [("N2.1", Change.CHANGED), ("N10.1", Change.GONE)]


def test_one_line_says_it() -> None:
    assert stale_line([]) == ""
    changed = [("N2.1", Change.CHANGED), ("N10.1", Change.GONE), ("N10.2", Change.GONE)]
    assert stale_line(iter(changed)) == (
        "Stale: N2.1 changed since; N10.1, N10.2 gone since. The answer was checked against what was said then."
    )
