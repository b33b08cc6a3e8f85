"""How often is a checker itself wrong? Measured on labelled pairs, beside the floor that counts shared words alone."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Any

from coach.domain.errors import InputError
from coach.domain.text import clean, clean_line
from coach.evaluation.statistics import (
    Interval,
    auc,
    balanced_accuracy,
    bootstrap,
    brier,
    expected_calibration_error,
    resampled,
)
from coach.grounding.checkers.base import THRESHOLD, Checker, Pair, Score
from coach.grounding.words import content

#: Largest file that is read, in bytes.
_MOST = 64 << 20
_FORM = 'A row looks like this: {"id": "1", "evidence": "…", "claim": "…", "label": 1}, label 0 for not supported.'
#: Pairs that are scored between two reports of progress.
_AT_ONCE = 16
#: Resamples for figures that are no means: each computes the figure anew.
_DRAWS = 1000


@dataclass(frozen=True, slots=True)
class Labelled:
    """A pair of which a person has said whether the evidence supports the claim."""

    id: str
    pair: Pair
    supported: bool
    #: What the pair tries, such as "paraphrase" or "overreach"; empty where the file does not say.
    kind: str = ""
    #: Statements that the evidence consists of, such as "P8.2"; empty where the file does not say.
    source: str = ""


@dataclass(frozen=True, slots=True)
class KindShare:
    """Share of the pairs of one kind and label that a checker calls supported."""

    kind: str
    #: Whether they are supported, so that the share should be 1, else 0.
    supported: bool
    called_supported: Interval

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {"kind": self.kind, "supported": self.supported, "called_supported": self.called_supported.as_dict()}


@dataclass(frozen=True, slots=True)
class CheckerReport:
    """How good a checker is, with 95% intervals in which claims about the same evidence are drawn together."""

    checker: str
    n: int
    #: At the threshold that delivery uses; 0.5 is chance.
    balanced_accuracy: Interval
    #: Over all thresholds; 0.5 is chance.
    auc: Interval
    #: Squared error of its probabilities; 0 is best.
    brier: Interval
    #: Distance of its probabilities from the shares that they foretell; 0 is best.
    calibration_error: Interval
    kinds: tuple[KindShare, ...]
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "checker": self.checker,
            "n": self.n,
            "balanced_accuracy": self.balanced_accuracy.as_dict(),
            "auc": self.auc.as_dict(),
            "brier": self.brier.as_dict(),
            "calibration_error": self.calibration_error.as_dict(),
            "kinds": [k.as_dict() for k in self.kinds],
            "seconds": round(self.seconds, 2),
        }


class FloorChecker:
    """The floor that every checker has to beat: the cosine of the counts of content words. It is no probability."""

    name = "floor (shared words)"

    async def score(self, pairs: Sequence[Pair]) -> list[Score]:
        """See `coach.grounding.checkers.base.Checker.score`."""
        return [Score(_cosine(Counter(content(p.claim)), Counter(content(p.evidence))), "", self.name) for p in pairs]


def _cosine(a: Counter[str], b: Counter[str]) -> float:
    length = sqrt(sum(n * n for n in a.values()) * sum(n * n for n in b.values()))
    return min(1.0, sum(n * b[word] for word, n in a.items()) / length) if length else 0.0


def read_labelled(path: Path) -> list[Labelled]:
    """Return the labelled pairs of a JSON Lines file, cleaned, in order. Empty lines are passed over.

    Raises:
        InputError: naming the line, where a row is malformed or has an id that an earlier one has; or the file cannot
            be read, is too large, is not UTF-8 or holds no rows.
    """
    rows: list[Labelled] = []
    seen: set[str] = set()
    for number, line in enumerate(_text(path).split("\n"), 1):
        if not line.strip():
            continue
        where = f"Line {number} of {path.name}"
        row = _labelled(line, where)
        if row.id in seen:
            raise InputError(f"{where} has an id that an earlier line has.", "Give each row its own.")
        seen.add(row.id)
        rows.append(row)
    if not rows:
        raise InputError(f"There are no rows in {path.name}.", _FORM)
    return rows


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_MOST + 1)
    except FileNotFoundError as e:
        raise InputError(f"There are no labelled pairs at {path}.", "Say where they are: --file FILE.jsonl") from e
    except (OSError, ValueError) as e:
        reason = (e.strerror if isinstance(e, OSError) else "") or "its name is not one that a file can have"
        raise InputError(f"{path} cannot be read: {reason}.", "Check its name and permissions.") from e
    if len(data) > _MOST:
        raise InputError(f"{path} is larger than {_MOST >> 20} MB.", "Split it into smaller files.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as e:
        raise InputError(f"{path} is not UTF-8 text.", "Save it as UTF-8.") from e


def _labelled(line: str, where: str) -> Labelled:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as e:
        raise InputError(f"{where} is not JSON.", _FORM) from e
    if not isinstance(row, dict):
        raise InputError(f"{where} is not a JSON object.", _FORM)
    name, label = row.get("id"), row.get("label")
    if not isinstance(name, str | int) or isinstance(name, bool) or not clean_line(str(name)):
        raise InputError(f'{where} has no "id" (text or a whole number).', _FORM)
    # JSON's true and 1.0 are equal to 1 here.
    if label not in (0, 1):
        raise InputError(f'{where} has no "label" (1 for supported, 0 for not).', _FORM)
    for key in ("evidence", "claim"):
        if not isinstance(row.get(key), str) or not clean_line(row[key]):
            raise InputError(f'{where} has no "{key}" (text).', _FORM)
    for key in ("kind", "source"):
        if not isinstance(row.get(key, ""), str):
            raise InputError(f'{where} has a "{key}" that is no text.', _FORM)
    return Labelled(
        clean_line(str(name)),
        Pair(clean(row["evidence"]).strip(), clean_line(row["claim"])),
        bool(label),
        clean_line(row.get("kind", "")),
        clean_line(row.get("source", "")),
    )


def every_nth(rows: Sequence[Labelled], every: int) -> list[Labelled]:
    """Return every `every`-th row of each kind, kind by kind, so that a sample holds the kinds in their shares."""
    return sorted(rows, key=lambda r: (r.kind, r.id))[::every]


async def measure(
    checker: Checker, rows: Sequence[Labelled], progress: Callable[[int, int], None] | None = None
) -> CheckerReport:
    """Return how good `checker` is on `rows`.

    Args:
        checker: any checker.
        rows: labelled pairs.
        progress: is told how many pairs have been scored, and of how many.

    Raises:
        ModelError: the checker's model cannot be asked.
    """
    begun = time.perf_counter()
    scores: list[float] = []
    for start in range(0, len(rows), _AT_ONCE):
        scores += [s.probability for s in await checker.score([r.pair for r in rows[start : start + _AT_ONCE]])]
        if progress is not None:
            progress(len(scores), len(rows))
    seconds = time.perf_counter() - begun
    return _report(checker.name, rows, scores, seconds)


def _report(checker: str, rows: Sequence[Labelled], scores: Sequence[float], seconds: float) -> CheckerReport:
    import numpy as np

    got, true = np.array(scores), np.array([r.supported for r in rows], dtype=bool)
    groups = [r.pair.evidence for r in rows]

    def figure(of: Callable[..., float | None], values: Any) -> Interval:
        return resampled(lambda at: of(values[at], true[at]), len(rows), groups, draws=_DRAWS)

    kinds = []
    for kind, supported in sorted({(r.kind, r.supported) for r in rows}, key=lambda k: (not k[1], k[0])):
        at = [i for i, r in enumerate(rows) if (r.kind, r.supported) == (kind, supported)]
        share = bootstrap([float(scores[i] >= THRESHOLD) for i in at], [groups[i] for i in at])
        kinds.append(KindShare(kind, supported, share))
    return CheckerReport(
        checker,
        len(rows),
        figure(balanced_accuracy, got >= THRESHOLD),
        figure(auc, got),
        figure(brier, got),
        figure(expected_calibration_error, got),
        tuple(kinds),
        seconds,
    )
