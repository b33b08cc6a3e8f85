"""Numbers of statements: what is unchanged keeps its number, what is new gets one that was never used before."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import replace

from coach.domain.source import Draft, Source, content_hash


def assign(previous: Source | None, draft: Draft, number: int, next_statement: int) -> Source:
    """Return `draft` as a source whose statements have ids.

    A statement with the content hash of one in `previous` keeps that one's number, the first for the first where the
    same text stands there twice. The built-in corpus says its own numbers, so there a changed text keeps its number;
    the hash that a citation pins tells the two apart.

    Args:
        previous: the source as it was; None for a new one.
        draft: the source as it was read now.
        number: of the source.
        next_statement: the lowest statement number that this source never used, 1 or more.
    """
    source_id = f"{draft.kind.letter}{number}"
    kept: dict[str, deque[str]] = defaultdict(deque)
    for old in previous.statements if previous else ():
        kept[old.hash].append(old.id)
    statements = []
    for position, statement in enumerate(draft.statements, start=1):
        if draft.builtin:
            new_id = f"{source_id}.{position}"
        elif ids := kept[content_hash(statement.text)]:
            new_id = ids.popleft()
        else:
            new_id = f"{source_id}.{next_statement}"
            next_statement += 1
        statements.append(replace(statement, id=new_id))
    return Source(
        id=source_id,
        kind=draft.kind,
        title=draft.title,
        statements=tuple(statements),
        situations=draft.situations,
        when=draft.when,
        serves=draft.serves,
        draws_on=draft.draws_on,
        tags=draft.tags,
        date=draft.date,
        path=draft.path,
        private=draft.private,
        builtin=draft.builtin,
    )
