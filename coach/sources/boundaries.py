"""Utterances that are not about any one source: what the sources do not cover, and what belongs to somebody else.

``corpus/boundaries`` holds examples of messages outside what the sources cover, of matters to refer, and of ordinary
matters that sound like one; ``matters.yaml`` says where each matter belongs and which statements say what to do.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from coach.domain.errors import SourceError
from coach.domain.ids import source_of
from coach.domain.text import clean_line

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

INSIDE = "inside"
OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Matter:
    """A matter to refer: what it is called, and the statements that a referred answer gives, in order."""

    name: str
    statements: tuple[str, ...]
    #: Completes "If …, this comes first", where it is not sure that it is one.
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """Regular expressions of the screen; see ``corpus/boundaries/rules.yaml``."""

    trade: tuple[str, ...]
    #: By matter.
    certain: dict[str, tuple[str, ...]]
    likely: dict[str, tuple[str, ...]]


class Examples:
    """Messages by class: "inside" (sounds like a matter to refer and is not), "outside", and each matter.

    There are thousands, and only indexing and training need them, so they are read when they are first asked for.

    Args:
        folder: ``corpus/boundaries``.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def by_class(self) -> dict[str, tuple[str, ...]]:
        """All of them. Raises `SourceError` where a file is missing or has not the form that it should have."""
        referral = _mapping(self._folder / "referral.yaml", "matters")
        return {
            INSIDE: _texts(_load(self._folder / "lookalikes.yaml")["examples"]),
            OUTSIDE: _texts(_load(self._folder / "outside.yaml")["examples"]),
            **{name: _texts(lines) for name, lines in referral.items()},
        }

    @cached_property
    def mark(self) -> str:
        """Hash of the files: another one means that the examples may be others."""
        found = hashlib.sha256()
        for name in ("lookalikes.yaml", "outside.yaml", "referral.yaml"):
            path = self._folder / name
            try:
                found.update(path.read_bytes())
            except OSError as exc:
                raise _unreadable(path) from exc
        return found.hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Boundaries:
    """Examples by class, the matters by name, and the rules of the screen."""

    examples: Examples
    matters: dict[str, Matter]
    rules: Rules

    @property
    def referral_sources(self) -> frozenset[str]:
        """Sources that speak about referral: their situations are matters to refer, not what the coach answers."""
        return frozenset(source_of(i) for m in self.matters.values() for i in m.statements)


def read_boundaries(folder: Path) -> Boundaries:
    """Return what stands in ``folder`` (``corpus/boundaries``).

    Raises:
        SourceError: a file is missing or has not the form that it should have.
    """
    matters = {
        name: Matter(clean_line(str(values["name"])), tuple(values["statements"]), clean_line(str(values["doubt"])))
        for name, values in _load(folder / "matters.yaml").items()
    }
    return Boundaries(Examples(folder), matters, _rules(folder / "rules.yaml"))


def _rules(path: Path) -> Rules:
    tiers = {tier: _mapping(path, tier) for tier in ("certain", "likely")}
    by_matter = {tier: {m: tuple(map(str, lines)) for m, lines in rules.items()} for tier, rules in tiers.items()}
    return Rules(tuple(map(str, _load(path)["trade"])), by_matter["certain"], by_matter["likely"])


def read_situations(folder: Path) -> dict[str, tuple[str, ...]]:
    """Return the further situations by source id in ``folder`` (``corpus/situations``), none where it is missing."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.glob("*.yaml")):
        for source, lines in _load(path).items():
            found.setdefault(str(source), []).extend(_texts(lines))
    return {source: tuple(lines) for source, lines in found.items()}


def _mapping(path: Path, key: str) -> dict[str, Any]:
    values = _load(path).get(key)
    if not isinstance(values, dict):
        raise SourceError(f"corpus/boundaries/{path.name} has no {key}.", "Install coach again.")
    return values


def _load(path: Path) -> dict[str, Any]:
    try:
        values = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    except (OSError, yaml.YAMLError) as exc:
        raise _unreadable(path) from exc
    if not isinstance(values, dict):
        raise SourceError(f"corpus/{path.parent.name}/{path.name} is not a mapping.", "Install coach again.")
    return values


def _unreadable(path: Path) -> SourceError:
    return SourceError(f"corpus/{path.parent.name}/{path.name} cannot be read.", "Install coach again.")


def _texts(lines: Any) -> tuple[str, ...]:
    return tuple(clean_line(str(line)) for line in lines)
