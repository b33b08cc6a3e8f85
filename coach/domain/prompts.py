"""Prompts: files in ``prompts/``, read once, with a hash that every eval report names."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from coach.domain.errors import CoachError

_FIELD = re.compile(r"\{\{(\w+)\}\}")


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt's text and the first 12 hex digits of its SHA-256."""

    name: str
    text: str
    hash: str

    def fill(self, **fields: str) -> str:
        """Return the text with each ``{{field}}`` replaced. What is put in is never looked at for fields itself.

        Raises:
            KeyError: the prompt has a field that is not given.
        """
        return _FIELD.sub(lambda match: fields[match[1]], self.text)


@cache
def load(name: str) -> Prompt:
    """Return the prompt ``prompts/NAME.md``. Raises `CoachError` where the package lacks it."""
    package = Path(str(files("coach")))
    for folder in (package / "_data" / "prompts", package.parent / "prompts"):
        path = folder / f"{name}.md"
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            return Prompt(name, text, hashlib.sha256(text.encode()).hexdigest()[:12])
    raise CoachError(f"The prompt {name} that belongs to coach is missing.", "Install coach again.")
