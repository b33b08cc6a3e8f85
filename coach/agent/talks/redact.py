"""Taking the lines of a note that is to be forgotten out of what was written with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from coach.domain.answer import Answer
from coach.domain.ids import source_of
from coach.domain.source import Source

#: Stands where a line of the note stood.
FORGOTTEN = "(a line of a note that was forgotten)"
#: A shorter text may stand anywhere without being the note's.
_LEAST = 20


class Redaction:
    """Changes JSON values of answers, briefs and rehearsals so that nothing of a note is left in them.

    Whatever cites a line of it loses its text, evidence from it goes, and so do its lines and its title wherever they
    stand word for word. What a model wrote of it in other words, citing nothing, cannot be told apart, and stays.

    Args:
        note: as the ledger has it.
    """

    def __init__(self, note: Source) -> None:
        self._id = note.id
        texts = [s.text for s in note.statements] + [note.title]
        # Leads name it in quotes, however short it is.
        self._texts = [f"“{note.title}”", *sorted((t for t in texts if len(t) >= _LEAST), key=len, reverse=True)]

    def __call__(self, value: Any) -> Any:
        """Return `value` without the note; equal to it where the note is not in it."""
        new = self._without(value)
        if new != value and isinstance(new, Mapping) and "sentences" in new:
            return _answer(new)
        return new

    def _without(self, value: Any) -> Any:
        if isinstance(value, str):
            for text in self._texts:
                value = value.replace(text, FORGOTTEN)
            return value
        if isinstance(value, list):
            return [self._without(v) for v in value if not self._is_evidence(v)]
        if isinstance(value, Mapping):
            new = {name: self._without(v) for name, v in value.items()}
            return new | self._blank(value, new) if self._rests_on_it(value) else new
        return value

    def _is_evidence(self, value: Any) -> bool:
        return isinstance(value, Mapping) and "text" in value and self._mine(value.get("id"))

    def _rests_on_it(self, value: Mapping[str, Any]) -> bool:
        return self._mine(value.get("said_by")) or any(self._mine(c.get("id")) for c in _citations(value))

    def _blank(self, value: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
        """What a line that rests on the note is instead; `new` is without the note's words already."""
        others = [c for c in _citations(new) if not self._mine(c.get("id"))]
        gone: dict[str, Any] = {
            "text": FORGOTTEN,
            "citations": others,
            "verdict": "not a claim",
            "mended_from": "",
            "reason": "",
        }
        if self._mine(value.get("said_by")):
            gone["said_by"] = ""
        # What a value did not say before it need not say now: with a text, it could pass for something else.
        return {name: instead for name, instead in gone.items() if name in value}

    def _mine(self, any_id: Any) -> bool:
        return isinstance(any_id, str) and source_of(any_id) == self._id


def _citations(value: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The citations of a value, which may be of any form."""
    cited = value.get("citations")
    return [c for c in cited if isinstance(c, Mapping)] if isinstance(cited, list) else []


def _answer(value: Mapping[str, Any]) -> dict[str, Any]:
    """An answer with its text made anew from its sentences."""
    try:
        return dict(value) | {"answer": Answer.from_dict(dict(value)).text}
    except (KeyError, TypeError, ValueError, StopIteration):
        return dict(value) | {"answer": FORGOTTEN}
