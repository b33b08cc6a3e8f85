from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from coach.domain.numbering import assign
from coach.domain.source import Draft, Source, SourceKind, Statement, StatementKind


def draft(*texts: str, builtin: bool = False) -> Draft:
    statements = tuple(Statement("", text, StatementKind.NOTE) for text in texts)
    return Draft(SourceKind.NOTE, "Title", statements, builtin=builtin)


def ids(source: Source) -> dict[str, str]:
    return {s.id: s.text for s in source.statements}


def test_a_new_source_is_numbered_from_the_given_number() -> None:
    assert ids(assign(None, draft("a", "b"), 7, 1)) == {"N7.1": "a", "N7.2": "b"}


def test_what_is_unchanged_keeps_its_number_wherever_it_stands() -> None:
    before = assign(None, draft("a", "b", "c"), 7, 1)

    after = assign(before, draft("new", "c", "a"), 7, 4)

    assert ids(after) == {"N7.4": "new", "N7.3": "c", "N7.1": "a"}
    assert [s.id for s in after.statements] == ["N7.4", "N7.3", "N7.1"]


def test_the_same_text_twice_has_two_numbers() -> None:
    before = assign(None, draft("a", "a"), 1, 1)

    assert [s.id for s in assign(before, draft("a", "a", "a"), 1, 3).statements] == ["N1.1", "N1.2", "N1.3"]


def test_white_space_does_not_make_a_statement_new() -> None:
    before = assign(None, draft("a  b"), 1, 1)

    assert [s.id for s in assign(before, draft("a b"), 1, 2).statements] == ["N1.1"]


def test_the_corpus_keeps_the_numbers_that_it_says() -> None:
    before = assign(None, draft("a", "b", builtin=True), 8, 1)

    assert ids(assign(before, draft("a", "B", builtin=True), 8, 3)) == {"N8.1": "a", "N8.2": "B"}


@given(st.lists(st.lists(st.sampled_from("abcde"), max_size=6), max_size=8))
def test_a_number_never_means_another_text(versions: list[list[str]]) -> None:
    meaning: dict[str, str] = {}
    previous: Source | None = None
    following = 1
    for texts in versions:
        previous = assign(previous, draft(*texts), 1, following)
        assert len({s.id for s in previous.statements}) == len(texts)
        for statement in previous.statements:
            assert meaning.setdefault(statement.id, statement.text) == statement.text
            following = max(following, int(statement.id.partition(".")[2]) + 1)
