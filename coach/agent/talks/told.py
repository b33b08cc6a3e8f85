"""The lines of a brief that are the person's own: what happened, what they make of it, what they want and fear."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from coach.agent.talks.clauses import sentences
from coach.agent.talks.cues import WISHED
from coach.agent.talks.dates import dates
from coach.agent.talks.interview import QUESTIONS
from coach.agent.talks.stories import is_story
from coach.agent.talks.wording import quotations
from coach.domain.preparation import BLANK, YOU, Interview, Line, LineKind
from coach.domain.text import clean_line

#: The page has room for so many facts and stories.
MOST_FACTS, MOST_STORIES = 5, 3
_FOLLOWED = re.compile(
    r"(?i)\b(?:since then|as a result|because of (?:that|it|this)|which meant|(?:led|leads) to|cost us|withdrew|had to|"
    r"delayed|ended up|after that|afterwards|lost|nobody has|no longer|so (?:we|i|they|the)\b)"
)
#: Answers of the interview that say how far the person will go: their label on the page, and their field.
LIMITS = {"concede": ("can be conceded", "What I can give way on:"), "keep": ("must stay", "What I cannot give up:")}
_MISSING = {
    "who": "with whom the talk is",
    "happened": "what happened",
    "wanted": "what I want to come of it",
    "feared": "what I fear",
    "concede": "what I could give way on",
    "keep": "what I cannot give up",
    "when": "when it is",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What happened, as the person told it."""

    facts: tuple[Line, ...]
    stories: tuple[Line, ...]
    #: How many sentences the page had no room for.
    left_out: int


def told(text: str) -> Told:
    """Return the sentences of `text`, each a fact or, where it says more than a camera could have recorded, a story."""
    found = [clean_line(s) for s in sentences(text)]
    stories = [s for s in found if is_story(s)]
    facts = [s for s in found if s not in stories]
    kept = _dated_first(facts)[:MOST_FACTS]
    return Told(
        tuple(Line(s, LineKind.FACT, YOU) for s in facts if s in kept),
        tuple(Line(s, LineKind.STORY, YOU, private=True) for s in stories[:MOST_STORIES]),
        len(facts) - len(kept) + len(stories[MOST_STORIES:]),
    )


def purpose(interview: Interview) -> list[Line]:
    """Return the person's own wish, or a field for it."""
    wanted = wishes(interview)
    return [said(wanted[0])] if wanted else [blank(f"What I want to come of this talk, in one sentence: {BLANK}")]


def outcome(interview: Interview) -> list[Line]:
    """Return what else is wanted, what can be conceded and what cannot; fields for what was not said.

    What can be conceded is private: whoever sits opposite would ask for it.
    """
    lines = [said(wish) for wish in wishes(interview)[1:3]]
    for name, (label, field) in LIMITS.items():
        texts = sentences(getattr(interview, name))
        lines += [said(s, label, private=True) for s in texts] or [blank(f"{field} {BLANK}")]
    return lines


def fears(interview: Interview) -> list[Line]:
    """Return a field for an answer to what the person fears."""
    return [
        Line(f"If what I fear comes true (“{s.rstrip('.')}”), then I {BLANK}", LineKind.QUESTION, YOU, private=True)
        for s in sentences(interview.feared)[:1]
    ]


def offers(interview: Interview) -> list[Line]:
    """Return an if-then answer to a no, made of what the person can give way on; none where they did not say it."""
    return [
        Line(
            f"If they say no, then I offer “{s.rstrip('.')}” in return for {BLANK}",
            LineKind.QUESTION,
            YOU,
            private=True,
        )
        for s in sentences(interview.concede)[:1]
    ]


def setting(interview: Interview) -> list[Line]:
    """Return when the talk is to be held, and fields for the rest."""
    if interview.when:
        return [said(interview.when, "when"), blank(f"Where, and for how long: {BLANK}")]
    return [blank(f"When, where, and for how long: {BLANK}")]


def follow_up(interview: Interview) -> list[Line]:
    """Return the if-then plan to fill in, with the date of the talk where it was said."""
    when = f" {interview.when}" if interview.when else ""
    return [blank(f"If the talk{when} is over, then I {BLANK} by {BLANK}")]


def unknown(interview: Interview, facts: Sequence[Line]) -> list[Line]:
    """Return what the person did not say. It is never guessed."""
    missing = [_MISSING[name] for name in QUESTIONS if not getattr(interview, name)]
    lines = [Line(f"Not said: {'; '.join(missing)}.", LineKind.QUESTION)] if missing else []
    if facts and not any(dates(line.text) for line in facts):
        lines.append(blank(f"None of the facts has a date. When was it: {BLANK}"))
    who = interview.who or "the other person"
    return [*lines, blank(f"So far this is one side. How {who} would tell it: {BLANK}")]


def facts_first(lines: Sequence[Line]) -> str:
    """Return the first dated one of the person's own facts and what followed from it; empty without a dated one.

    The frame is situation, behaviour and impact (Center for Creative Leadership); a part that was not told stays open.
    """
    facts = [line.text for line in lines]
    fact = next((f for f in facts if dates(f)), "")
    if not fact:
        return ""
    after = facts[facts.index(fact) + 1 :]
    impact = next((f for f in after if _FOLLOWED.search(f)), "")
    return f"“{fact}” What followed: {f'“{impact}”' if impact else BLANK}"


def said(text: str, label: str = "", *, private: bool = False) -> Line:
    """Return a line in the person's own words."""
    return Line(clean_line(text), LineKind.FACT, YOU, label=label, private=private)


def blank(text: str) -> Line:
    """Return a field to fill in."""
    return Line(text, LineKind.QUESTION)


def title_of(interview: Interview) -> str:
    """Return a title that says with whom the talk is, and when."""
    who = f"Talk with {interview.who}" if interview.who else "A talk"
    return clean_line(f"{who}, {interview.when}" if interview.when else who)


def wishes(interview: Interview) -> list[str]:
    """Return what is wanted, what is said to be wished for before what somebody should do."""
    return sorted(sentences(interview.wanted), key=lambda wish: not WISHED.search(wish))


def _dated_first(facts: Sequence[str]) -> list[str]:
    return sorted(facts, key=lambda f: not (dates(f) or quotations(f)))
