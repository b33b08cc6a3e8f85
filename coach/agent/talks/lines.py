"""What a counterpart says without a model: lines written by hand, by where it stands and by move."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

from coach.domain.counterpart import Counterpart, Standing, Style
from coach.domain.errors import CoachError
from coach.domain.rehearsal import Move

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

#: Moves that no model ever words: what is said there is not to be left to one.
FIXED = frozenset({Move.GREET, Move.WAIT, Move.SET_LIMIT, Move.END, Move.GO_SILENT})
#: One line in so many begins with a sentence that shows the style.
_LED = 4
_NOT_LED = FIXED | {Move.AGREE, Move.HALF_AGREE}


@cache
def written(standing: Standing) -> Mapping[Move, tuple[str, ...]]:
    """Return the lines of a counterpart who stands there, by move; ``{topic}`` stands for what the talk is about."""
    both = {**_load(standing.value), **{k: v for k, v in _load("common").items() if k != "leads"}}
    return {Move(name): tuple(map(str, lines)) for name, lines in both.items()}


@cache
def leads(style: Style) -> tuple[str, ...]:
    """Return the sentences that show a style, said before a line now and then."""
    return tuple(map(str, _load("common")["leads"][style.value]))


def line(counterpart: Counterpart, move: Move, random: Random, said: Collection[str] = ()) -> str:
    """Return a line for `move`, one that was not `said` as long as there is one."""
    lines = [_filled(text, counterpart.topic) for text in written(counterpart.standing)[move]]
    fresh = [text for text in lines if not any(text in earlier for earlier in said)] or lines
    chosen = random.choice(fresh)
    lead = random.choice(leads(counterpart.style))
    led = move not in _NOT_LED and random.randrange(_LED) == 0 and not any(lead in earlier for earlier in said)
    return f"{lead} {chosen}" if led else chosen


def _filled(text: str, topic: str) -> str:
    # A topic may hold braces of its own, so nothing else is a field.
    filled = text.replace("{topic}", topic)
    return filled[:1].upper() + filled[1:]


@cache
def _load(name: str) -> dict[str, Any]:
    path = Path(__file__).with_name("data") / f"{name}.yaml"
    try:
        values = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    except (OSError, yaml.YAMLError) as e:
        raise CoachError(f"What a counterpart says ({name}.yaml) is missing or damaged.", "Install coach again.") from e
    assert isinstance(values, dict)
    return values
