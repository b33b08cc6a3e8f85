"""What a run is held against: figures and per-case values in ``baseline.json``, and the answers beside it.

A file has one entry for each profile, such as ``quote`` or ``stepwise-local``, so that one checkout can hold several
set-ups to what each of them reached. Answers stand in a file of their own (``baseline.answers.json``): they are only
read, by people, and would bury the figures' changes in a diff. Those of held-back cases are not kept at all.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coach.domain.answer import Answer
from coach.domain.errors import InputError
from coach.domain.text import clean_line
from coach.evaluation.cases import Case
from coach.evaluation.runner import Run
from coach.evaluation.subject import Subject
from coach.evaluation.summary import Group, Split, Summary
from coach.evaluation.writing import write_whole

#: Version of the form of both files.
SCHEMA = 1
#: Digits of a kept value behind the point.
DIGITS = 4
#: Objects deeper than this are written on one line: one for each metric, and one for each case.
_EXPANDED = 4
_HERE = "(on this machine)"
_HINT = "Take it back from version control, or delete it and write it anew with --update-baseline."

M = TypeVar("M", bound=BaseModel)


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class KeptInterval(_Kept):
    """A mean with its 95% interval, over `n` cases."""

    mean: float | None
    low: float | None
    high: float | None
    n: int


class KeptCase(_Kept):
    """The values of one case."""

    #: Of everything that its values depend on: where it differs the case says something else now.
    digest: str
    values: dict[str, float]


class Entry(_Kept):
    """What one profile reached."""

    subject: dict[str, Any]
    judge: str
    repeats: int = 1
    #: By metric, and then by split: ``all``, ``open``, ``holdback``.
    metrics: dict[str, dict[str, KeptInterval]]
    cases: dict[str, KeptCase]


class KeptSentence(_Kept):
    """A sentence of an answer that the baseline was made from."""

    text: str
    cites: list[str] = []
    verdict: str


class KeptAnswer(_Kept):
    """An answer that the baseline was made from."""

    status: str
    sentences: list[KeptSentence]


class _Baseline(_Kept):
    version: Literal[1] = Field(1, alias="schema")
    profiles: dict[str, Entry] = {}


class _Answers(_Kept):
    version: Literal[1] = Field(1, alias="schema")
    #: By profile, and then by case. Each says of which subject it is, so that what is out of step is not shown.
    profiles: dict[str, dict[str, KeptAnswer]] = {}
    subjects: dict[str, dict[str, Any]] = {}


def profile_of(subject: Subject) -> str:
    """Return the name of the entry that a subject is compared with: composer and where the model runs.

    ``quote`` without a model, ``stepwise-local`` for one on this machine, ``free-endpoint`` for one elsewhere. It does
    not say which model: two models are to be compared.
    """
    if subject.model == "no model":
        return subject.composer
    return f"{subject.composer}-{'local' if subject.model.endswith(_HERE) else 'endpoint'}"


def digest(case: Case) -> str:
    """Return 12 hex digits over all that a case asks and expects; whether it is held back does not count."""
    return hashlib.sha256(case.model_dump_json(exclude={"holdback"}).encode()).hexdigest()[:12]


def read_entry(path: Path, profile: str) -> Entry | None:
    """Return the entry of a profile; None where there is no file or no such entry.

    Raises:
        InputError: the file has not the form of a baseline, or is of another version.
    """
    return _read(path, _Baseline).profiles.get(profile)


def read_answers(path: Path, profile: str, entry: Entry | None) -> Mapping[str, KeptAnswer]:
    """Return the answers by case that belong to `entry`; none where they are missing or of another run.

    Raises:
        InputError: see `read_entry`.
    """
    kept = _read(answers_path(path), _Answers)
    if entry is None or kept.subjects.get(profile) != entry.subject:
        return {}
    return kept.profiles.get(profile, {})


def answers_path(path: Path) -> Path:
    """Return where the answers of a baseline stand."""
    return path.with_name(f"{path.stem}.answers.json")


def update(path: Path, profile: str, run: Run, summary: Summary, known: Sequence[str]) -> None:
    """Write the entry of a profile, and its answers, from a run; other profiles stay as they are.

    Args:
        path: the baseline.
        profile: name of the entry.
        run: what was asked.
        summary: its figures.
        known: ids of all cases that there are, asked or not.

    Raises:
        InputError: the run had errors, or it left out cases that the entry holds.
        StoreError: a file cannot be written.
    """
    if run.errors:
        raise InputError(
            f"The baseline was not written: {len(run.errors)} of {len(run.outcomes)} outcomes are errors.",
            "Run the same command again; only what failed is asked again.",
        )
    kept, answers = _read(path, _Baseline), _read(answers_path(path), _Answers)
    asked = {c.id for c in run.cases}
    before = kept.profiles.get(profile)
    lost = sorted((before.cases.keys() if before else set()) & set(known) - asked)
    if lost:
        raise InputError(
            f"The baseline was not written: it would lose {len(lost)} cases that this run left out.",
            "Run it without --sample, --kind and --id, or give it another name with --profile.",
        )
    entry = _entry(run, summary)
    write_whole(
        answers_path(path),
        _written(
            answers.model_copy(
                update={
                    "profiles": {**answers.profiles, profile: _answers(run)},
                    "subjects": {**answers.subjects, profile: entry.subject},
                }
            )
        ),
    )
    write_whole(path, _written(kept.model_copy(update={"profiles": {**kept.profiles, profile: entry}})))


def _entry(run: Run, summary: Summary) -> Entry:
    metrics: dict[str, dict[str, KeptInterval]] = {}
    for split in Split:
        for name in summary.figures.get(Group(split), {}):
            interval = summary.figure(name, split).interval.as_dict()
            metrics.setdefault(name, {})[split.value] = KeptInterval(**interval)
    values = {
        c.id: KeptCase(digest=digest(c), values={m: round(v, DIGITS) for m, v in summary.values[c.id].items()})
        for c in run.cases
    }
    return Entry(
        subject=run.subject.as_dict(), judge=run.judge, repeats=run.repeats, metrics=metrics, cases=_sorted(values)
    )


def _answers(run: Run) -> dict[str, KeptAnswer]:
    open_cases = {c.id for c in run.cases if not c.holdback}
    first = {o.case: o.answer for o in run.outcomes if o.repeat == 0 and o.case in open_cases}
    return _sorted({case: _kept(answer) for case, answer in first.items() if answer is not None})


def _kept(answer: Answer) -> KeptAnswer:
    return KeptAnswer(
        status=answer.status.value,
        sentences=[
            KeptSentence(text=s.text, cites=[c.id for c in s.citations], verdict=s.verdict.value)
            for s in answer.sentences
        ],
    )


def _sorted(values: dict[str, Any]) -> dict[str, Any]:
    return dict(sorted(values.items()))


def _read(path: Path, form: type[M]) -> M:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return form()
    except (OSError, ValueError, RecursionError) as e:
        raise InputError(f"The baseline {path} cannot be read: {clean_line(str(e))}.", _HINT) from e
    if isinstance(data, dict) and data.get("schema") != SCHEMA:
        raise InputError(f"The baseline {path} is of another version ({clean_line(repr(data.get('schema')))}).", _HINT)
    try:
        return form.model_validate(data)
    except ValidationError as e:
        where = clean_line(".".join(str(p) for p in e.errors()[0]["loc"])) or "it"
        raise InputError(f"The baseline {path} has not the form of one: {where} is wrong.", _HINT) from e


def _written(value: BaseModel) -> str:
    return _lines(value.model_dump(by_alias=True), 0) + "\n"


def _lines(value: Any, depth: int) -> str:
    """JSON that changes line by line: one line for each metric and for each case."""
    if not isinstance(value, dict) or depth >= _EXPANDED or not value:
        return json.dumps(value, ensure_ascii=False)
    pad = " " * (depth + 1)
    rows = ",\n".join(f"{pad}{json.dumps(k, ensure_ascii=False)}: {_lines(v, depth + 1)}" for k, v in value.items())
    return f"{{\n{rows}\n{' ' * depth}}}"
