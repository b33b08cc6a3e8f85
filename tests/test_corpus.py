"""The corpus is data that people read as it stands: its structure is held here."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

import pytest

from coach.domain.ids import source_of
from coach.domain.source import Draft, SourceKind, StatementKind, content_hash
from coach.sources.boundaries import read_boundaries
from coach.sources.builtin import boundaries_dir, read_builtin, sample_notes_dir
from coach.sources.reader import read_file

DRAFTS = read_builtin()
PRINCIPLES = [d for d in DRAFTS if d.kind is SourceKind.PRINCIPLE]
PRACTICES = [d for d in DRAFTS if d.kind is SourceKind.PRACTICE]
NOTES = [read_file(path, SourceKind.NOTE)[0] for path in sorted(sample_notes_dir().glob("*.md"))]
#: The introduction and the summary speak about leadership as a whole.
FRAMES = ("P0", "P9")
LEAST_SITUATIONS = {SourceKind.PRINCIPLE: 40, SourceKind.PRACTICE: 15}


def source_id(draft: Draft) -> str:
    return f"{draft.kind.letter}{draft.number}"


STATEMENTS = {f"{source_id(d)}.{i}": s for d in DRAFTS for i, s in enumerate(d.statements, start=1)}

each_draft = pytest.mark.parametrize("draft", DRAFTS, ids=source_id)
each_practice = pytest.mark.parametrize("draft", PRACTICES, ids=source_id)


def test_ids_have_no_gaps() -> None:
    assert [source_id(d) for d in PRINCIPLES] == [f"P{i}" for i in range(10)]
    assert [source_id(d) for d in PRACTICES] == [f"C{i}" for i in range(1, len(PRACTICES) + 1)]
    assert len(PRACTICES) >= 20


@each_draft
def test_files_are_named_by_their_ids(draft: Draft) -> None:
    assert re.search(rf"/{source_id(draft)}-[a-z0-9-]+\.md$", draft.path)


@each_draft
def test_titles_are_headings(draft: Draft) -> None:
    assert draft.title[0].isupper()
    assert draft.title[-1] not in ".!;:,"


def test_titles_differ() -> None:
    assert len({d.title.casefold() for d in DRAFTS}) == len(DRAFTS)


@each_draft
def test_statements_can_be_said_as_they_stand(draft: Draft) -> None:
    for statement in draft.statements:
        assert re.search(r"[.?!…][\"'”’)]*$", statement.text), f"does not end as a sentence: {statement.text}"
        assert len(statement.text.split()) <= 60, f"too long: {statement.text}"
        assert statement.text[0].isupper() or statement.text[0] in "'\"“‘", f"does not begin as one: {statement.text}"
        assert not re.search(r"\*\*|[\[\]<>{}]|https?:|  ", statement.text), f"has marks: {statement.text}"


def test_no_statement_is_the_same_as_another() -> None:
    by_hash = Counter(content_hash(s.text.casefold()) for s in STATEMENTS.values())

    assert [i for i, s in STATEMENTS.items() if by_hash[content_hash(s.text.casefold())] > 1] == []


@each_draft
def test_there_are_enough_situations(draft: Draft) -> None:
    if source_id(draft) not in FRAMES:
        assert len(draft.situations) >= LEAST_SITUATIONS[draft.kind]
    assert all(3 <= len(s) <= 600 for s in draft.situations if source_id(draft) not in FRAMES)


def test_no_situation_stands_twice() -> None:
    said = Counter(" ".join(s.casefold().split()) for d in DRAFTS if source_id(d) not in FRAMES for s in d.situations)

    assert [s for s, times in said.items() if times > 1] == []


@each_draft
def test_no_placeholders(draft: Draft) -> None:
    texts = [draft.title, draft.when, *draft.situations, *(s.text for s in draft.statements)]

    assert not [t for t in texts if re.search(r"placeholder|lorem ipsum|\bTBD\b", t, re.IGNORECASE)]


@each_practice
def test_practices_serve_statements_that_exist(draft: Draft) -> None:
    principles = {source_id(d) for d in PRINCIPLES}

    assert draft.serves
    assert set(draft.serves) <= principles
    for statement in draft.statements:
        assert statement.serves
        assert all(i in STATEMENTS and source_of(i) in principles for i in statement.serves), statement.text


@each_practice
def test_practices_have_what_a_page_is_made_of(draft: Draft) -> None:
    kinds = Counter(s.kind for s in draft.statements)

    assert 11 <= len(draft.statements) <= 13
    assert 5 <= kinds[StatementKind.ADVICE] <= 7
    assert kinds[StatementKind.OTHER_SIDE] >= 1
    assert kinds[StatementKind.IF_THEN] >= 2
    assert kinds[StatementKind.QUESTION] >= 2
    assert kinds[StatementKind.CAUTION] >= 1
    assert draft.when[-1] not in ".!?"
    for statement in draft.statements:
        if statement.kind is StatementKind.QUESTION:
            assert statement.text.rstrip("'\"").endswith("?"), statement.text
        if statement.kind is StatementKind.IF_THEN:
            assert re.match(r"If .+, then ", statement.text), statement.text


def test_what_the_boundaries_say_exists() -> None:
    boundaries = read_boundaries(boundaries_dir())

    assert all(i in STATEMENTS for matter in boundaries.matters.values() for i in matter.statements)
    assert boundaries.examples.by_class.keys() == {"inside", "outside", *boundaries.matters}
    assert all(len(texts) > 200 for texts in boundaries.examples.by_class.values())


def test_sample_notes() -> None:
    assert len(NOTES) >= 12
    assert sum(note.private for note in NOTES) == 1
    assert len({note.date for note in NOTES}) == len(NOTES)
    for note in NOTES:
        assert isinstance(note.date, date)
        assert note.tags
        assert not note.remarks
        assert note.path.rsplit("/", 1)[1].startswith(note.date.isoformat())
