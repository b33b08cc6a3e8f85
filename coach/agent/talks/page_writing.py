"""The page of a brief as a capable model writes it: one structured call, and then the gate for each line."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from coach.agent.composers.free import fenced, usable
from coach.agent.equipment import Equipment
from coach.agent.talks.fitting import Fitting
from coach.agent.talks.sheet import Sheet
from coach.agent.talks.writing import Proposed, gated, public
from coach.domain.evidence import Evidence
from coach.domain.ids import without_citations
from coach.domain.ports import Message
from coach.domain.preparation import YOU, Interview, Line, LineKind
from coach.domain.prompts import load
from coach.domain.text import clean_line

_MOST_TOKENS = 2_500
#: How many lines each part has at most, as the prompt says.
_LINES: Mapping[str, int] = {
    "their view": 2, "my part": 2, "openings": 3, "questions": 2, "reactions": 2, "setting": 1, "follow-up": 1,
}  # fmt: skip
#: Statements that stand to choice for each line of a part, besides those that are quoted there.
_CHOICE = 2
_SHOWN_NOTES = 4
_LABELS = ("gentle", "plain", "direct")


async def write_page(sheet: Sheet, interview: Interview, fitting: Fitting, equipment: Equipment) -> None:
    """Have a capable model write the lines that rest on statements; the person's own lines stay theirs.

    Of each part that it writes for, what passes every check takes the place of what is quoted there; where a line fails
    its statement stands in for it. A part for which nothing is left stays as it is quoted.

    Raises:
        ModelError: the model or the checker cannot be asked. The page is then as it was quoted.
    """
    model = equipment.model
    if model is None:
        return
    offered = {
        part: usable(_offered(sheet, fitting, part, count), remote=model.remote) for part, count in _LINES.items()
    }
    messages = [
        Message("system", load("brief").text),
        Message("user", _turn(sheet, interview, offered, remote=model.remote)),
    ]
    reply = await model.complete(messages, max_tokens=_MOST_TOKENS, schema=_SCHEMA)
    said = _said(sheet, interview, remote=model.remote)
    written: dict[str, list[Line]] = {}
    used: set[str] = set()
    for proposed in _proposed(reply.text, offered):
        lines = written.setdefault(proposed.part, [])
        first = proposed.evidence[0]
        if len(lines) >= _LINES[proposed.part] or first.id in used:
            continue
        line = await gated(proposed, said, equipment)
        for e in proposed.evidence:
            sheet.evidence[e.id] = e
        # What fails is said as its statement says it.
        lines.append(line or sheet.cite(first, proposed.label))
        used.add(first.id)
    for part, lines in written.items():
        if any(line.written for line in lines):
            own = [line for line in sheet.parts.get(part, ()) if line.said_by or not line.citations]
            before = [line for line in own if line.said_by == YOU and line.kind is LineKind.FACT]
            sheet.parts[part] = [*before, *lines, *(line for line in own if line not in before)]


def _offered(sheet: Sheet, fitting: Fitting, part: str, count: int) -> list[Evidence]:
    quoted = [sheet.evidence[c.id] for line in sheet.parts.get(part, ()) if not line.said_by for c in line.citations]
    others = [e for e in fitting.ranked(part) if e not in quoted]
    return [*quoted, *others[: _CHOICE * count]]


def _turn(sheet: Sheet, interview: Interview, offered: Mapping[str, Sequence[Evidence]], *, remote: bool) -> str:
    statements = "\n".join(
        f"{part}:\n" + "\n".join(f"{e.id}: {fenced(clean_line(e.statement.text))}" for e in some)
        for part, some in offered.items()
        if some
    )
    told = public(interview)
    fields = {name: fenced(getattr(told, name)) or "(not said)" for name in ("who", "when", "wanted", "happened")}
    notes = "\n".join(f"{e.id} {e.date or ''}: {fenced(clean_line(e.statement.text))}" for e in _notes(sheet, remote))
    return load("brief-turn").fill(statements=statements or "(none)", notes=notes or "(none)", **fields)


def _notes(sheet: Sheet, remote: bool) -> list[Evidence]:
    """Return the lines of notes on the page that the model may see."""
    ids = [line.said_by for line in sheet.parts.get("facts", ()) if line.said_by in sheet.evidence]
    return usable([sheet.evidence[i] for i in ids], remote=remote)[:_SHOWN_NOTES]


def _said(sheet: Sheet, interview: Interview, *, remote: bool) -> str:
    return "\n".join([public(interview).said, *(e.statement.text for e in _notes(sheet, remote))])


def _proposed(written: str, offered: Mapping[str, Sequence[Evidence]]) -> list[Proposed]:
    """Return the lines that have the form asked for and cite only what stands to choice for their part."""
    try:
        rows = json.loads(written)["lines"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return []
    found: list[Proposed] = []
    for row in rows if isinstance(rows, list) else ():
        part, text, ids = (row.get(k) for k in ("part", "text", "ids")) if isinstance(row, dict) else (None, None, None)
        if not isinstance(part, str) or not isinstance(text, str) or not isinstance(ids, list):
            continue
        evidence = {e.id: e for e in offered.get(part, ())}
        cited = tuple(evidence[i] for i in dict.fromkeys(map(str, ids)) if i in evidence)
        if cited and len(cited) == len(set(map(str, ids))):
            label = str(row.get("label", "")) if part == "openings" else ""
            found.append(Proposed(part, without_citations(clean_line(text)), cited, label if label in _LABELS else ""))
    return found


_SCHEMA: dict[str, Any] = {
    "title": "page",
    "type": "object",
    "properties": {
        "lines": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "part": {"type": "string", "enum": list(_LINES)},
                    "label": {"type": "string", "enum": ["", *_LABELS]},
                    "text": {"type": "string"},
                    "ids": {"type": "array", "items": {"type": "string"}},
                },
                "required": ["part", "label", "text", "ids"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["lines"],
    "additionalProperties": False,
}
