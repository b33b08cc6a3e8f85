"""Fits the coefficients of ``coach/retrieval/insisting.py``. ``python -m evals.fit_insistence`` writes them, and prints
how well they do on the turns of a writer that they were not fitted on.

``evals/insistence/turns.jsonl`` holds 1,280 second turns of invented conversations, by four writers: those that insist
and tell nothing new, and others (facts, other situations, questions on the advice, details, what was tried). Beside
them, questions that begin something new, each behind another question: a short one is soon taken for insistence.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from coach.agent.assembly import open_coach
from coach.domain.evidence import Turn
from coach.grounding.logistic import Logistic, fit
from coach.retrieval import insisting
from coach.retrieval.embedding import MiniLMEmbedder
from coach.retrieval.insistence import LIKELY, Weigh
from coach.retrieval.insisting import Insisting, features
from coach.settings import load_settings

TURNS = Path(__file__).parent / "insistence" / "turns.jsonl"
#: Of a fifth writer; nothing is fitted on them.
HELD_OUT = TURNS.with_name("heldout.jsonl")
FILE = Path(insisting.__file__).parent / "data" / f"{insisting.MODEL}.json"
#: Single questions, each of one principle: the first for fitting, the second for measuring.
QUESTIONS = TURNS.parents[1] / "retrieval" / "dev.yaml"
OTHER_QUESTIONS = QUESTIONS.with_name("dev2.yaml")
#: Behind the questions so many places further on, if those are of another principle.
AWAY = (11, 37, 53)
#: Strong, for nearly half as many features as rows.
L2 = 100.0


def read(path: Path = TURNS) -> list[dict[str, Any]]:
    """Return the rows: writer, first turn, second turn, and whether it insists."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def beginning(path: Path = QUESTIONS) -> list[dict[str, Any]]:
    """Return questions as second turns behind others of another principle: none of them insists."""
    asked = yaml.safe_load(path.read_text(encoding="utf-8"))
    pairs = [(asked[(i + away) % len(asked)], now) for away in AWAY for i, now in enumerate(asked)]
    return [
        {"writer": "questions", "first": before["question"], "second": now["question"], "insists": False}
        for before, now in pairs
        if before["principle"] != now["principle"]
    ]


def values_of(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, float]]:
    """Return the features of each row."""
    embedder = MiniLMEmbedder()
    now, before = (embedder.embed([row[turn] for row in rows]) for turn in ("second", "first"))
    return [features(r["second"], r["first"], v, b) for r, v, b in zip(rows, now, before, strict=True)]


def fitted(rows: Sequence[Mapping[str, Any]], values: Sequence[Mapping[str, float]]) -> Logistic:
    """Return the model of these rows."""
    return fit(values, [int(row["insists"]) for row in rows], list(values[0]), l2=L2)


def held(rows: Sequence[Mapping[str, Any]], weigh: Weigh | None) -> int:
    """Return after how many of these second turns the same principle leads as after the first alone."""
    with tempfile.TemporaryDirectory() as home:
        library = open_coach(load_settings(home=Path(home), model="none")).library
        library.bring_up_to_date()
        library.retriever.weigh = weigh

        def leading(question: str, turns: Sequence[Turn] = ()) -> str:
            return library.retriever.retrieve(question, turns).principles[0].source_id

        return sum(leading(r["first"]) == leading(r["second"], [Turn(r["first"])]) for r in rows)


def main() -> None:
    """Fit, write and print."""
    rows = read()
    values = values_of(rows)
    questions = beginning()
    values_asked = values_of(questions)
    whole = fitted([*rows, *questions], [*values, *values_asked])
    FILE.write_text(whole.as_json(), encoding="utf-8")
    print(f"{len(rows)} turns, {sum(row['insists'] for row in rows)} of them insist; taken for insistence:")
    for writer in sorted({row["writer"] for row in rows}):
        here = [i for i, row in enumerate(rows) if row["writer"] == writer]
        others = [i for i, row in enumerate(rows) if row["writer"] != writer]
        model = fitted([*(rows[i] for i in others), *questions], [*(values[i] for i in others), *values_asked])
        print(f"  writer {writer}, by a model of the others: ", end="")
        tell([rows[i] for i in here], [values[i] for i in here], model)
    print("  another writer, of whom nothing was fitted: ", end="")
    tell(new := read(HELD_OUT), values_of(new), whole)
    other = beginning(OTHER_QUESTIONS)
    taken = sum(whole.probability(value) >= LIKELY for value in values_of(other))
    print(f"  questions of another set that begin something new: {taken} of {len(other)} taken for insistence")


def tell(rows: Sequence[Mapping[str, Any]], values: Sequence[Mapping[str, float]], model: Logistic) -> None:
    """Print how a model judges these rows."""
    taken = {i for i, v in enumerate(values) if model.probability(v) >= LIKELY}
    insist = {i for i, row in enumerate(rows) if row["insists"]}
    print(f"{len(taken & insist)} of {len(insist)} that do, {len(taken - insist)} of {len(rows) - len(insist)}", end="")
    by_lists, by_model = (held([rows[i] for i in insist], way) for way in (None, Insisting(MiniLMEmbedder(), model)))
    print(f" that do not; the leading principle stays in {by_model} of those that do, and by the lists in {by_lists}")


if __name__ == "__main__":
    main()
