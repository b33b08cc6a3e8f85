"""Changing a brief by hand: from its Markdown as the person left it, or part by part."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from coach.agent.talks.brief_text import FILL_IN, HEADINGS, REVIEW, bullet, tag
from coach.agent.talks.clauses import PARTING
from coach.agent.talks.stories import is_story
from coach.agent.talks.told import LIMITS
from coach.domain.errors import InputError
from coach.domain.preparation import BLANK, PARTS, YOU, Brief, Line, LineKind, in_order
from coach.domain.text import clean, clean_line

_BULLET = re.compile(r"\s{0,3}[-*+]\s+(?=\S)")
_TAG = re.compile(rf"(?P<kind>Fact|Story|Suggestion|Question|{FILL_IN})(?P<rest>(?:, [^:([]{{1,60}})?(?: \([^)]*\))?"
                  r"(?: \[[^\]]*\])?): +(?=\S)")  # fmt: skip
_NAMES = {heading.lower(): name for name, heading in HEADINGS.items()} | {name: name for name in PARTS}


def read_back(brief: Brief, text: str) -> Brief:
    """Return the brief as `text`, its Markdown that the person has edited, says it.

    Lines that stand there as they were keep what they are and cite, wherever they stand now. Whatever else stands there
    was said by the person. What is gone from there is gone.

    Raises:
        InputError: there is a heading that is no part of a brief.
    """
    known = {_folded(bullet(line)): line for line in brief.lines}
    title = brief.title
    lines: dict[str, list[str]] = {}
    name = ""
    for number, raw in enumerate(clean(text).split("\n"), 1):
        if raw.startswith("## "):
            name = _part(raw.removeprefix("## "), number)
        elif raw.startswith("# "):
            title = clean_line(raw.removeprefix("# ")) or title
        elif not raw.strip() or raw.startswith(">") or not name:
            continue
        elif _BULLET.match(raw) or not lines.get(name) or not raw.startswith(" "):
            lines.setdefault(name, []).append(raw)
        else:
            # An editor broke the line.
            lines[name][-1] += " " + raw.strip()
    tags = sorted({tag(line): line for line in brief.lines}.items(), key=lambda t: -len(t[0]))
    parts = {
        name: [
            known.get(_folded(f"- {_BULLET.sub('', raw, count=1)}")) or _changed(raw, name, dict(tags))
            for raw in some
            if _BULLET.sub("", raw, count=1).strip()
        ]
        for name, some in lines.items()
        if name != REVIEW
    }
    return _in_step(replace(brief, title=title, parts=in_order(parts)))


def with_text(brief: Brief, part: str, text: str, *, add: bool = False) -> Brief:
    """Return the brief with each line of `text` as a line of the person's in one part.

    They take the place of what the part held; with `add` they stand behind it.

    Raises:
        InputError: there is no such part.
    """
    name = _part(part, 0)
    if name == REVIEW:
        raise InputError("The review says what is in the draft.", "Change the draft, and have it reviewed again.")
    # A line that stood there as it is stays what it was: private, or advice with what it cites.
    known = {line.text: line for line in brief.part(name)}
    said = [known.get(line) or said_in(name, line) for raw in clean(text).split("\n") if (line := clean_line(raw))]
    return _in_step(brief.with_part(name, (*brief.part(name), *said) if add else said))


def said_in(part: str, text: str, *, private: bool = False) -> Line:
    """Return what the person wrote into a part as a line of it."""
    for label, field in LIMITS.values():
        if text.startswith(field) and BLANK not in text:
            return Line(text.removeprefix(field).strip(), LineKind.FACT, YOU, private=True, label=label)
    if BLANK in text or text.endswith("?"):
        kind = LineKind.QUESTION
    elif part == "stories" or is_story(text):
        kind = LineKind.STORY
    else:
        kind = LineKind.FACT
    return Line(text, kind, YOU, private=private or part == "stories")


def _in_step(brief: Brief) -> Brief:
    """Return the brief whose interview says how far the person will go as the page now says it."""
    said = {
        name: PARTING.join(line.text for line in brief.part("outcome") if line.label == label)
        for name, (label, _) in LIMITS.items()
    }
    return replace(brief, interview=replace(brief.interview, **said))


def _part(heading: str, number: int) -> str:
    wanted = clean_line(heading).lower().rstrip(":")
    if wanted == REVIEW.lower():
        return REVIEW
    name = _NAMES.get(wanted)
    if name is None:
        where = f"Line {number} begins a part" if number else "That is a part"
        raise InputError(
            f"{where} that a brief has not: {clean_line(heading)[:60]}.", f"The parts are: {', '.join(PARTS)}."
        )
    return name


def _changed(raw: str, part: str, tags: Mapping[str, Line]) -> Line:
    text = clean_line(_BULLET.sub("", raw, count=1))
    was = next((line for t, line in tags.items() if text.startswith(f"{t}: ")), None)
    found = _TAG.match(text)
    if was is not None:
        private, rest = was.private, text[len(tag(was)) + 2 :]
    elif found:
        private, rest = "private" in found["rest"], text[found.end() :]
    else:
        return said_in(part, text)
    line = said_in(part, rest.strip(), private=private)
    if was is None or was.blank:
        return line
    # Advice that the person put into words of their own stays advice, theirs now; a fact may have become a story.
    return replace(line, label=was.label, kind=was.kind if was.kind is LineKind.SUGGESTION else line.kind)


def _folded(text: str) -> str:
    return " ".join(text.split())
