"""The counterpart of a rehearsal: a role, what depends on it, and how hard it makes it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from coach.domain.errors import InputError


class Style(StrEnum):
    """How a counterpart talks."""

    GUARDED = "guarded"
    BLUNT = "blunt"
    FRIENDLY_EVASIVE = "friendly-evasive"
    ANALYTICAL = "analytical"
    HURRIED = "hurried"


class Standing(StrEnum):
    """Where a counterpart stands, seen from the person: which family of lines fits the role."""

    ABOVE = "above"
    BESIDE = "beside"
    TEAM = "team"


@dataclass(frozen=True, slots=True)
class Counterpart:
    """Whom the person talks with. Nothing of what a brief keeps private is in here."""

    role: str
    #: What depends on it for them, in the person's words; empty where nobody said.
    stakes: str = ""
    #: What the talk is about, as it fits behind "about": "the launch date"; "this" where nobody said.
    topic: str = "this"
    style: Style = Style.GUARDED
    #: 1 (gives way soon) to 5 (hardly ever).
    difficulty: int = 3
    standing: Standing = Standing.BESIDE

    def __post_init__(self) -> None:
        if not 1 <= self.difficulty <= 5:
            raise InputError("Difficulty goes from 1 to 5.", "1 gives way soon, 5 hardly ever.")

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Counterpart:
        """Return what `as_dict` wrote. Raises KeyError, TypeError or ValueError where it has not that form."""
        return cls(
            role=str(data["role"]),
            stakes=str(data["stakes"]),
            topic=str(data["topic"]),
            style=Style(data["style"]),
            difficulty=int(data["difficulty"]),
            standing=Standing(data["standing"]),
        )

    def as_dict(self) -> dict[str, Any]:
        """The counterpart as plain JSON values."""
        return {**asdict(self), "style": self.style.value, "standing": self.standing.value}
