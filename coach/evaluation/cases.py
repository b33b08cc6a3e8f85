"""Cases: what somebody asks, and what is true of a good answer to it. Read from ``evals/cases/*.yaml``, validated."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator, model_validator

from coach.domain.answer import Status
from coach.domain.errors import InputError
from coach.domain.ids import is_source_id, is_statement_id
from coach.domain.text import clean_line

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Kind(StrEnum):
    """What a case tries."""

    SITUATION = "situation"
    TENSION = "tension"
    CONVERSATION = "conversation"
    FOLLOW_UP = "follow-up"
    NOTES = "notes"
    NOTES_CONFLICT = "notes-conflict"
    SILENT = "silent"
    PARTIAL = "partial"
    FALSE_PREMISE = "false-premise"
    REFERRAL = "referral"
    LOOK_ALIKE = "look-alike"
    PUSHBACK = "pushback"
    ONE_SIDED = "one-sided"
    INJECTION = "injection"
    HOSTILE = "hostile"
    LANGUAGE = "language"


class Point(BaseModel):
    """Something that a good answer conveys."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    point: Text
    #: Statements of which each conveys it.
    by: tuple[Text, ...] = Field(min_length=1)

    @field_validator("by")
    @classmethod
    def _statement_ids(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return _all(value, is_statement_id, "a statement's id such as P8.2")


class Case(BaseModel):
    """One case. Of several turns all are asked in order, and the answer to the last one is judged."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, StringConstraints(pattern=r"^[a-z]+\d{3}$")]
    kind: Kind
    #: What the person says, oldest first.
    turns: tuple[Annotated[str, StringConstraints(min_length=1)], ...] = Field(min_length=1)
    status: Status
    #: Principles of which each may stand first, the best one first. Empty where none has to.
    principles: tuple[Text, ...] = ()
    #: Statements that apply, in no order: of principles, practices and notes.
    statements: tuple[Text, ...] = ()
    convey: tuple[Point, ...] = ()
    #: Regular expressions, without regard to case, none of which the answer's text may match.
    forbid: tuple[Text, ...] = ()
    #: Notes that have to be cited.
    cite: tuple[Text, ...] = ()
    #: Whether the sample notes are among the sources.
    notes: bool = False
    #: A note of the person's own that stands among the sources too, as Markdown: for what hides in notes.
    note: str = ""
    #: Whether it is kept from whoever tunes anything, and reported apart.
    holdback: bool = False

    @field_validator("principles", "cite")
    @classmethod
    def _source_ids(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return _all(value, is_source_id, "a source's id such as P8")

    @field_validator("statements")
    @classmethod
    def _statement_ids(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return _all(value, is_statement_id, "a statement's id such as P8.2")

    @field_validator("forbid")
    @classmethod
    def _expressions(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for expression in value:
            try:
                re.compile(expression)
            except re.error as e:
                raise ValueError(f"{expression!r} is no regular expression: {e}") from e
        return value

    @model_validator(mode="after")
    def _says_enough(self) -> Case:
        if self.status is Status.ANSWERED and not self.principles and not self.cite:
            raise ValueError("an answered case says which principle applies, or which note is cited")
        if self.cite and not self.notes and not self.note:
            raise ValueError("a case that cites notes has notes")
        return self

    @property
    def question(self) -> str:
        """The turn that is judged."""
        return self.turns[-1]


def read_cases(folder: Path, known: Sequence[str] = ()) -> list[Case]:
    """Return the cases of all ``*.yaml`` in `folder`, by file name and then as they stand.

    Args:
        folder: where they are.
        known: ids of the sources and statements that there are; where given, a case that names another is refused.

    Raises:
        InputError: there are none, one is not valid, or an id occurs twice.
    """
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise InputError(f"There are no cases in {folder}.", "Say where they are: coach eval --cases FOLDER")
    cases: list[Case] = []
    where: dict[str, str] = {}
    for file in files:
        for number, row in enumerate(_rows(file), 1):
            case = _case(row, f"{file.name}, case {number}")
            if case.id in where:
                raise InputError(
                    f"The id {case.id} stands in {where[case.id]} and in {file.name}.", "Give one of them another id."
                )
            where[case.id] = file.name
            cases.append(case)
    if known:
        _refuse_unknown(cases, frozenset(known))
    return cases


def _rows(file: Path) -> list[Any]:
    try:
        rows = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as e:
        raise InputError(f"The cases in {file.name} cannot be read: {clean_line(str(e))}.", "Correct the file.") from e
    if not isinstance(rows, list):
        raise InputError(f"{file.name} does not hold a list of cases.", "Each case begins with `- id:`.")
    return rows


def _case(row: Any, where: str) -> Case:
    try:
        return Case.model_validate(row)
    except ValidationError as e:
        first = e.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "it"
        raise InputError(f"{where}: {field}: {clean_line(first['msg'])}.", "Correct the case.") from e


def _refuse_unknown(cases: Sequence[Case], known: frozenset[str]) -> None:
    for case in cases:
        named = [*case.principles, *case.statements, *case.cite, *(i for p in case.convey for i in p.by)]
        for name in named:
            # A case's own note gets its number only when it is added.
            if name not in known and not (case.note and name.startswith("N")):
                raise InputError(f"Case {case.id} names {name}, which is not among the sources.", "Correct the case.")


def _all(values: tuple[str, ...], holds: Any, what: str) -> tuple[str, ...]:
    for value in values:
        if not holds(value):
            raise ValueError(f"{value!r} is not {what}")
    return values
