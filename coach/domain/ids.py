"""Ids of sources (``P8``, ``C3``, ``N12``) and of statements (``P8.2``), and their citations in text (``[P8.2]``)."""

from __future__ import annotations

import re

_LETTERS = "PCN"
SOURCE_ID = re.compile(rf"[{_LETTERS}](?:0|[1-9]\d{{0,6}})")
STATEMENT_ID = re.compile(rf"({SOURCE_ID.pattern})\.([1-9]\d{{0,6}})")
#: One bracket with one or more statement ids: ``[P8.2]``, ``[P8.2, N12.4]``, ``[P8.2; C1.1]``.
CITATION = re.compile(rf"\[\s*({STATEMENT_ID.pattern}(?:\s*[,;]\s*{STATEMENT_ID.pattern})*)\s*\]")


def is_source_id(text: str) -> bool:
    """Whether `text` is the id of a source, such as ``P8``."""
    return SOURCE_ID.fullmatch(text) is not None


def is_statement_id(text: str) -> bool:
    """Whether `text` is the id of a statement, such as ``P8.2``."""
    return STATEMENT_ID.fullmatch(text) is not None


def source_of(statement_id: str) -> str:
    """Return the source part of a statement's id: ``P8`` of ``P8.2``."""
    return statement_id.partition(".")[0]


def sort_key(any_id: str) -> tuple[str, int, int]:
    """Order ids as people do: P2 before P10, P8.2 before P8.10."""
    source, _, number = any_id.partition(".")
    return source[:1], int(source[1:] or 0), int(number or 0)


def citations_in(text: str) -> tuple[str, ...]:
    """Return the statement ids that `text` cites in brackets, each once, in order of appearance."""
    found: dict[str, None] = {}
    for bracket in CITATION.finditer(text):
        for match in STATEMENT_ID.finditer(bracket.group(1)):
            found[match.group()] = None
    return tuple(found)


def without_citations(text: str) -> str:
    """Return `text` without its bracketed ids and without the space that stood before them."""
    return re.sub(r"[ \t]{2,}", " ", re.sub(rf"[ \t]*{CITATION.pattern}", "", text)).strip()
