"""Absolute floors: what a figure must reach whatever it was before. Read from ``evals/floors.yaml``, validated."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator, model_validator

from coach.domain.errors import InputError
from coach.domain.text import clean_line
from coach.evaluation.cases import Kind
from coach.evaluation.metrics import BY_NAME
from coach.evaluation.summary import Split, Summary

#: Figures are sums of fractions: one that reaches its floor may miss it in the last digits.
_ROUNDING = 1e-9


class Floor(BaseModel):
    """One floor, or ceiling, for the mean of a metric."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    metric: str
    split: Split = Split.ALL
    #: Cases of this kind only; None for all kinds.
    kind: Kind | None = None
    at_least: float | None = None
    at_most: float | None = None
    #: Profiles that it holds for; empty for all.
    profiles: tuple[str, ...] = ()

    @field_validator("metric")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in BY_NAME:
            raise ValueError(f"there is no metric {value!r}")
        return value

    @model_validator(mode="after")
    def _demands(self) -> Floor:
        if self.at_least is None and self.at_most is None:
            raise ValueError("a floor says at_least or at_most")
        return self

    @property
    def label(self) -> str:
        """What it demands, in words."""
        of = [w for w in (self.kind, self.split if self.split is not Split.ALL else None) if w]
        demands = [
            *([f"at least {self.at_least:g}"] if self.at_least is not None else []),
            *([f"at most {self.at_most:g}"] if self.at_most is not None else []),
        ]
        where = f" ({', '.join(of)})" if of else ""
        return f"{self.metric}{where}: {', '.join(demands)}"


@dataclass(frozen=True, slots=True)
class Held:
    """What came of one floor."""

    floor: Floor
    #: Mean of the metric; None where no case that it applies to was asked.
    value: float | None
    #: Whether it is held; None where it was not measured.
    ok: bool | None


def read_floors(path: Path) -> list[Floor]:
    """Return the floors of a file; none where there is no file.

    Raises:
        InputError: it cannot be read, or a floor is not valid.
    """
    try:
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as e:
        raise InputError(f"The floors in {path} cannot be read: {clean_line(str(e))}.", "Correct the file.") from e
    if rows is None:
        return []
    if not isinstance(rows, list):
        raise InputError(f"{path} does not hold a list of floors.", "Each floor begins with `- metric:`.")
    floors = []
    for number, row in enumerate(rows, 1):
        try:
            floors.append(Floor.model_validate(row))
        except ValidationError as e:
            first = e.errors()[0]
            field = clean_line(".".join(str(part) for part in first["loc"])) or "it"
            raise InputError(
                f"{path.name}, floor {number}: {field}: {clean_line(first['msg'])}.", "Correct the floor."
            ) from e
    return floors


def held(floors: list[Floor], summary: Summary, profile: str) -> tuple[Held, ...]:
    """Return what came of each floor that holds for this profile."""
    return tuple(_held(f, summary) for f in floors if not f.profiles or profile in f.profiles)


def _held(floor: Floor, summary: Summary) -> Held:
    value = summary.figure(floor.metric, floor.split, floor.kind).interval.mean
    if value is None:
        return Held(floor, None, None)
    low = floor.at_least is None or value >= floor.at_least - _ROUNDING
    high = floor.at_most is None or value <= floor.at_most + _ROUNDING
    return Held(floor, value, low and high)
