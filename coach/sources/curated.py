"""The format of the corpus: front matter, then numbered statements, one a line.

A principle's line is ``3. Text``; a practice's is ``3. advice P8.3, P8.2: Text``. Numbers have no gaps: a number is
an id, and a line that went missing would move every citation after it.
"""

from __future__ import annotations

import re
from typing import Any

from coach.domain.errors import SourceError
from coach.domain.ids import STATEMENT_ID, is_source_id
from coach.domain.source import Draft, SourceKind, Statement, StatementKind
from coach.domain.text import clean_line
from coach.sources.front_matter import FrontMatter
from coach.sources.limits import MAX_STATEMENT

_NUMBERED = re.compile(r"(\d{1,6})\.[ \t]+(\S.*)")
_IDS = rf"{STATEMENT_ID.pattern}(?:, ?{STATEMENT_ID.pattern})*"
_PRACTICE = re.compile(rf"([a-z-]+)[ \t]+({_IDS}):[ \t]+(\S.*)")
_PRACTICE_KINDS = (
    StatementKind.ADVICE,
    StatementKind.OTHER_SIDE,
    StatementKind.CAUTION,
    StatementKind.IF_THEN,
    StatementKind.QUESTION,
)


def read_curated(front: FrontMatter, kind: SourceKind, name: str, *, path: str, builtin: bool = False) -> Draft:
    """Return the one draft of a file in the corpus's format.

    Args:
        front: the file, split.
        kind: principle or practice.
        name: the file, as errors name it.
        path: kept with the draft.
        builtin: whether it comes with the package.

    Raises:
        SourceError: a field is missing or wrong, a line is not a statement, or a number is out of order.
    """
    values = front.values
    number = _number(values.get("id"), kind, name)
    statements: list[Statement] = []
    for line, text in enumerate(front.body.split("\n"), start=front.first_line):
        if text.strip():
            statements.append(_statement(text.strip(), kind, len(statements) + 1, name, line))
    if not statements:
        raise SourceError(f"{name} has no statements.", "Write them as numbered lines, one a line: 1. Text")
    serves = _texts(values, "serves", name)
    for wrong in (s for s in serves if not is_source_id(s)):
        raise SourceError(
            f"{name}: “serves” names {wrong}, which is not an id.", "Write ids of principles, such as P8."
        )
    return Draft(
        kind=kind,
        title=_text(values, "title", name, required=True),
        statements=tuple(statements),
        number=number,
        situations=_texts(values, "situations", name),
        when=_text(values, "when", name, required=kind is SourceKind.PRACTICE),
        serves=serves,
        draws_on=_texts(values, "draws-on", name),
        tags=_texts(values, "tags", name),
        path=path,
        builtin=builtin,
    )


def _number(value: Any, kind: SourceKind, name: str) -> int:
    text = str(value).strip()
    if not is_source_id(text) or text[0] != kind.letter:
        raise SourceError(
            f"{name}: “id” is {clean_line(text)[:40]}, which is not the id of a {kind.value}.",
            f"Write {kind.letter} and a number, such as id: {kind.letter}8.",
        )
    return int(text[1:])


def _statement(text: str, kind: SourceKind, number: int, name: str, line: int) -> Statement:
    form = "N. Text" if kind is SourceKind.PRINCIPLE else "N. KIND IDS: Text, for instance 3. advice P8.3: Text"
    numbered = _NUMBERED.fullmatch(text)
    if numbered is None:
        raise SourceError(f"{name}, line {line}: this is not a numbered statement.", f"Write it as {form}.")
    if int(numbered.group(1)) != number:
        raise SourceError(
            f"{name}, line {line}: the statement has number {numbered.group(1)} where {number} should follow.",
            "Number the statements from 1 without gaps.",
        )
    content = numbered.group(2)
    statement_kind = StatementKind.PRINCIPLE
    serves: tuple[str, ...] = ()
    if kind is SourceKind.PRACTICE:
        parts = _PRACTICE.fullmatch(content)
        if parts is None:
            raise SourceError(f"{name}, line {line}: this is not a practice statement.", f"Write it as {form}.")
        if parts.group(1) not in _PRACTICE_KINDS:
            known = ", ".join(_PRACTICE_KINDS)
            raise SourceError(f"{name}, line {line}: there is no kind “{parts.group(1)}”.", f"The kinds are {known}.")
        statement_kind = StatementKind(parts.group(1))
        serves = tuple(m.group() for m in STATEMENT_ID.finditer(parts.group(2)))
        content = parts.group(parts.re.groups)
    content = clean_line(content)
    if len(content) > MAX_STATEMENT:
        raise SourceError(
            f"{name}, line {line}: the statement has more than {MAX_STATEMENT} characters.", "Split it into several."
        )
    return Statement("", content, statement_kind, serves=serves, line=line)


def _text(values: dict[str, Any], key: str, name: str, *, required: bool = False) -> str:
    value = values.get(key)
    text = "" if value is None else clean_line(str(value))
    if isinstance(value, list | dict) or (required and not text):
        raise SourceError(f"{name}: “{key}” is missing or is not text.", f"Add {key}: … to the front matter.")
    return text


def _texts(values: dict[str, Any], key: str, name: str) -> tuple[str, ...]:
    value = values.get(key)
    if value is None:
        return ()
    if not isinstance(value, list) or any(isinstance(v, list | dict) or v is None for v in value):
        raise SourceError(
            f"{name}: “{key}” is not a list of texts.", "Write one a line with a dash in front, and quotes around it."
        )
    return tuple(clean_line(str(v)) for v in value)
