"""Which of the cases are asked: some kinds, some ids, or a fixed sample that is spread over the kinds."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import zip_longest

from coach.domain.errors import InputError
from coach.evaluation.cases import Case, Kind


def selected(
    cases: Sequence[Case], kinds: Sequence[str] = (), ids: Sequence[str] = (), sample: int | None = None
) -> list[Case]:
    """Return the cases of these kinds and ids, in their order; of them a sample where that is asked for.

    Args:
        cases: all of them.
        kinds: names of kinds; none means every kind.
        ids: none means every id.
        sample: how many; the same ones each time, taken from the kinds in turn.

    Raises:
        InputError: there is no such kind or id, or nothing is left.
    """
    known = {k.value for k in Kind}
    for kind in kinds:
        if kind not in known:
            raise InputError(f"There is no kind of case {kind!r}.", f"The kinds are: {', '.join(sorted(known))}.")
    for name in ids:
        if name not in {c.id for c in cases}:
            raise InputError(f"There is no case {name!r}.", "See which there are: coach eval cases --list")
    found = [c for c in cases if (not kinds or c.kind.value in kinds) and (not ids or c.id in ids)]
    if not found:
        raise InputError("No case has one of these kinds and ids.", "Leave --kind or --id out.")
    return found if sample is None else _sampled(found, sample)


def _sampled(cases: Sequence[Case], size: int) -> list[Case]:
    by_kind = [sorted((c for c in cases if c.kind is k), key=_shuffled) for k in Kind]
    in_turn = [c for row in zip_longest(*by_kind) for c in row if c is not None]
    taken = {c.id for c in in_turn[:size]}
    return [c for c in cases if c.id in taken]


def _shuffled(case: Case) -> str:
    """An order that has nothing to do with how the cases were written, and that no new case changes."""
    return hashlib.sha256(f"sample {case.id}".encode()).hexdigest()
