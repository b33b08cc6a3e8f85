"""What the evals of talks look for: in a page, in what a counterpart says, in a debrief and in a plan."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest
import yaml

from coach.agent.coach import Coach
from coach.agent.talks.commitments import Keeper
from coach.agent.talks.interview import understood
from coach.agent.talks.prepare import prepared
from coach.agent.talks.review import from_draft
from coach.domain.debrief import Debrief, Noted
from coach.domain.preparation import BLANK, YOU, Brief, Interview, Line, LineKind
from coach.domain.rehearsal import Move, Rehearsal
from evals.conftest import FOLDER

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


def table(name: str) -> dict[str, Any]:
    """Return the mapping in ``evals/talks/NAME.yaml``."""
    found: dict[str, Any] = yaml.safe_load((FOLDER / "talks" / f"{name}.yaml").read_text(encoding="utf-8"))
    return found


TALKS, PLANS = table("rehearsals"), table("commitments")
WORDS = {name: re.compile(rf"(?i)\b(?:{'|'.join(some)})") for name, some in table("words").items()}
SECRET = re.compile("|".join(TALKS["secrets"]), re.IGNORECASE)


#: Must-hold checks that fail today: test and case, and what is wrong.
FAULTS: dict[tuple[str, str], str] = {}


def each(test: str, ids: Iterable[str]) -> list[Any]:
    """Return the cases of a test; one that is known to fail is expected to, and complains once it no longer does."""
    return [
        pytest.param(i, marks=[pytest.mark.xfail(strict=True, reason=FAULTS[test, i])] if (test, i) in FAULTS else [])
        for i in ids
    ]


@dataclass(frozen=True)
class Made:
    """A brief, and everything that the person typed for it."""

    coach: Coach
    brief: Brief
    typed: str


def made(coach: Coach, case: Mapping[str, Any]) -> Made:
    """Return the brief of a case of ``evals/talks/briefs.yaml``."""
    answers: Mapping[str, str] = case.get("answers", {})
    draft = str(case.get("draft", "")).strip()
    if draft:
        interview = replace(from_draft(draft), draft=draft)
    elif "text" in case:
        interview = understood(str(case["text"]))
    else:
        interview = Interview.from_dict(dict(answers))
    typed = "\n".join([str(case.get("text", "")), str(case.get("draft", "")), *answers.values()])
    return Made(coach, asyncio.run(prepared(coach, interview)), typed)


@dataclass(frozen=True)
class Played:
    """A talk that a scripted person had, at one style and difficulty."""

    person: str
    rehearsal: Rehearsal
    brief: Brief
    debrief: Debrief

    @property
    def replies(self) -> list[str]:
        return [self.rehearsal.greeting, *(t.reply for t in self.rehearsal.path)]

    @property
    def name(self) -> str:
        c = self.rehearsal.counterpart
        return f"{self.person}, {c.standing.value}, {c.style.value}, {c.difficulty}, seed {self.rehearsal.seed}"


def keeper(coach: Coach) -> Keeper:
    """Return a keeper whose clock stands still."""
    return Keeper(coach.library, coach.database, lambda: NOW)


def is_plan(text: str) -> bool:
    """If-then, with a deed of the person's, and no field that is still to be filled in."""
    lead = r"(?:If|When|Whenever|Once|As soon as|Each time|Every time|(?:The )?[Nn]ext time|The moment|After|Before)"
    return BLANK not in text and re.fullmatch(rf"{lead}\b.+?\bthen (?:I\b|[“\"]).+[.!?…][”’'\"]?", text) is not None


def softened(talk: Played) -> bool:
    """Whether the counterpart resists less at the end, and agreed to something."""
    path = talk.rehearsal.path
    return path[-1].resistance < path[0].resistance and any(n.move in (Move.AGREE, Move.HALF_AGREE) for n in path)


def points(debrief: Debrief) -> list[Noted]:
    """Return what the debrief noted: quotes, strength and change."""
    return [n for n in (*debrief.quotes, debrief.strength, debrief.change) if n]


def debrief_says(debrief: Debrief) -> Iterator[str]:
    """Yield what the debrief itself says: no quotes of the person's."""
    yield from (n.text for n in points(debrief))
    yield from (w.text for w in (debrief.rewrite, debrief.plan) if w)
    yield from (m.text for m in debrief.measures)
    yield from debrief.remarks


def all_lines(brief: Brief) -> list[Line]:
    return [*brief.lines, *(n for f in brief.review for n in (f.reader, f.better) if n)]


def coach_says(brief: Brief) -> list[str]:
    """Return what stands on the page that the person did not say."""
    lines = [line.text for line in all_lines(brief) if line.said_by != YOU]
    return [*lines, *brief.remarks, *(f.why for f in brief.review)]


def flat(text: str) -> str:
    return " ".join(text.split())


def is_grounded(line: Line, made: Made) -> bool:
    """Whether a line says what it cites, word for word, or what the person typed, or is a field to fill in."""
    typed = flat(made.typed)
    found = [made.coach.library.find(c.id)[1] for c in line.citations]
    if any(s is None or s.hash != c.hash for s, c in zip(found, line.citations, strict=True)):
        return False
    if line.said_by == YOU and line.label == "facts first":
        return all(flat(q) in typed for q in re.findall("“([^”]+)”", line.text))
    if found:
        named = line.said_by in ("", *(c.id for c in line.citations))
        return named and any(s is not None and flat(s.text) == flat(line.text) for s in found)
    match line.kind:
        case LineKind.FACT | LineKind.STORY:
            return line.said_by == YOU and bool(line.text) and flat(line.text) in typed
        case LineKind.QUESTION:
            return True
    return False


_WHOLE = re.compile(r"s?(?![\w-])(?! (?:demos?|calls?|traffic|data|meetings?)\b)", re.IGNORECASE)


def roles_in(text: str) -> list[str]:
    """Return the roles named in `text`, in lower case; a client is a customer, and a customer demo is a demo."""
    found = (m for m in WORDS["roles"].finditer(text) if _WHOLE.match(text, m.end()))
    return [m.group().lower().replace("client", "customer") for m in found]


def invented(made: Made) -> list[str]:
    """Return names, numbers, dates, roles and traits that neither the input, nor what is cited, nor a note has."""
    brief = made.brief
    rows = [(f"{n.label} {n.text} {n.source}", n.citations) for n in all_lines(brief)]
    rows += [(t, ()) for t in (brief.title, *brief.remarks, *(f"{f.quote} {f.why}" for f in brief.review))]
    found = []
    for text, citations in rows:
        sources = [made.coach.library.find(c.id) for c in citations]
        cited = [f"{s.title} {s.date or ''} {n.text if n else ''}" for s, n in sources]
        known = flat(" ".join([made.typed, *cited])).lower()
        for kind, token in claims(text):
            if not re.search(rf"(?<!\w){re.escape(token.lower())}", known):
                found.append(f"{kind} {token!r} in {text!r}")
    return found


def claims(text: str) -> Iterator[tuple[str, str]]:
    """Yield what a text may say of somebody: each with its kind."""
    for kind in ("roles", "traits", "dates"):
        yield from ((kind, m.group()) for m in WORDS[kind].finditer(text))
    yield from (("number", m.group()) for m in re.finditer(r"\d[\d.,:-]*\d|\d", text))
    inside = re.finditer(r"(?<=[\w,;] )[A-Z][\w-]+", text)
    yield from (("name", m.group()) for m in inside if m.group() not in ("HR",))


def rate(name: str, count: int, of: int) -> str:
    """Return a line with the share and its counts."""
    return f"{name}: {count} of {of}" + (f" ({count / of:.1%})" if of else "")
