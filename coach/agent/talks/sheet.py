"""The page that no model writes: the person's own lines, lines of notes, fitting statements, and fields to fill in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from coach.agent.equipment import Referral
from coach.agent.talks import told
from coach.agent.talks.fitting import Fitting
from coach.agent.talks.review import facts_of
from coach.agent.talks.wording import quotations
from coach.domain.answer import Citation, Verdict
from coach.domain.evidence import Evidence
from coach.domain.preparation import BLANK, YOU, Interview, Line, LineKind
from coach.domain.source import StatementKind

#: How directly a way to open speaks, from the words that the statement puts into the person's mouth.
_TENTATIVE = ("would like", "your view", "part is mine", "perhaps", "sorry", "differently", "what i don't know")
_BLUNT = ("cannot", "can't", "we stop", "i am ending", "recommend", "i need", "wrong", "not ready", "no longer")
_DIRECTNESS = ("asks first", "gentle", "plain", "direct")


@dataclass
class Sheet:
    """The lines of each part as they are quoted, and what they rest on."""

    parts: dict[str, list[Line]] = field(default_factory=dict)
    #: Everything that the page cites, by id.
    evidence: dict[str, Evidence] = field(default_factory=dict)
    #: What should be known about the page.
    remarks: list[str] = field(default_factory=list)

    def cite(self, e: Evidence, label: str = "") -> Line:
        """Return a statement, said as it stands, as a line of the page."""
        self.evidence[e.id] = e
        kind = LineKind.QUESTION if e.statement.kind is StatementKind.QUESTION else LineKind.SUGGESTION
        return Line(
            e.statement.text,
            kind,
            citations=(Citation(e.id, e.statement.hash),),
            verdict=Verdict.UNCITED,
            private=e.private,
            label=label,
            source=e.source_title,
        )

    def note(self, e: Evidence) -> Line:
        """Return a line of the person's notes as a fact with its date."""
        self.evidence[e.id] = e
        dated = f" of {e.date.isoformat()}" if e.date else ""
        return replace(self.cite(e), kind=LineKind.FACT, said_by=e.id, source=f"note{dated}, “{e.source_title}”")


def quoted_sheet(interview: Interview, fitting: Fitting, notes: Sequence[Evidence]) -> Sheet:
    """Return the page for a conversation, in the person's words and the sources' own."""
    sheet = Sheet()
    happened = told.told(interview.happened or facts_of(interview.draft))
    taken = {name: fitting.take(name, count) for name, count in _COUNTS.items()}
    lines = {name: [sheet.cite(e) for e in some] for name, some in taken.items()}
    facts = [*happened.facts, *(sheet.note(e) for e in notes)]
    sheet.parts = {
        "purpose": told.purpose(interview),
        "facts": facts or [told.blank(f"What happened, with its date, as a camera would have recorded it: {BLANK}")],
        "stories": [
            *happened.stories,
            *lines["stories"],
            told.blank(f"Two other stories that fit the same facts: {BLANK} Or: {BLANK}"),
        ],
        "their view": lines["their view"] or [told.blank(f"What they may want to protect, and fear: {BLANK}")],
        "my part": lines["my part"] or [told.blank(f"What I did or left undone that is part of this: {BLANK}")],
        "openings": [*_openings(sheet, fitting, taken["openings"]), *_frame(sheet, happened.facts, taken["frame"])],
        "questions": lines["questions"] or [told.blank(f"What I ask before I propose anything: {BLANK}")],
        "outcome": [*told.outcome(interview), *lines["outcome"]],
        "reactions": [
            *lines["reactions"],
            *told.offers(interview),
            *told.fears(interview),
            told.blank(f"If they say {BLANK}, then I {BLANK}"),
        ],
        "setting": [*told.setting(interview), *lines["setting"]],
        "follow-up": [*lines["follow-up"], *told.follow_up(interview)],
        "unknown": told.unknown(interview, happened.facts),
    }
    if happened.left_out:
        more = "One more sentence" if happened.left_out == 1 else f"{happened.left_out} more sentences"
        sheet.remarks.append(f"{more} of what you said had no room on one page; the interview keeps all of it.")
    return sheet


def referred_sheet(interview: Interview, referral: Referral) -> Sheet:
    """Return the page for the conversation with whom the matter belongs to, and nothing beyond it."""
    sheet = Sheet()
    happened = told.told(interview.happened or interview.said)
    parts: dict[str, list[Line]] = {}
    for number, e in enumerate(referral.evidence):
        parts.setdefault("purpose" if number == 0 else _place(e), []).append(sheet.cite(e))
    parts["facts"] = [
        *happened.facts,
        told.blank(f"Who was there, and what has been done since: {BLANK}"),
        told.blank(f"What the person concerned asked for: {BLANK}"),
    ]
    parts["stories"] = [replace(line, label="leave this out") for line in happened.stories]
    parts["unknown"] = [told.blank(f"What I do not know: {BLANK}")]
    sheet.parts = parts
    sheet.remarks.append(
        f"This sounds like {referral.name}, and it deserves more than a page from a program. What follows prepares "
        "that conversation, and nothing beyond it."
    )
    return sheet


_COUNTS: Mapping[str, int] = {
    "questions": 2, "openings": 6, "their view": 2, "my part": 2, "reactions": 2, "follow-up": 1, "outcome": 1,
    "setting": 1, "stories": 1, "frame": 1,
}  # fmt: skip
_MOST_OPENINGS, _FEWEST_OPENINGS = 3, 2


def _openings(sheet: Sheet, fitting: Fitting, found: Sequence[Evidence]) -> list[Line]:
    """Return the best way to open of each directness, gentle ones first."""
    best: dict[int, Evidence] = {}
    for e in found:
        best.setdefault(directness(e.statement.text), e)
    kept = sorted(list(best.items())[:_MOST_OPENINGS])
    if len(kept) < _FEWEST_OPENINGS:
        # Two that speak alike are better than one.
        kept += [(directness(e.statement.text), e) for e in found if e not in best.values()][
            : _FEWEST_OPENINGS - len(kept)
        ]
    for e in found:
        if e not in [e for _, e in kept]:
            fitting.taken.pop(e.id, None)
    return [sheet.cite(e, _DIRECTNESS[level]) for level, e in kept]


def _frame(sheet: Sheet, facts: Sequence[Line], found: Sequence[Evidence]) -> list[Line]:
    text = told.facts_first(facts)
    if not text:
        return []
    cited = [sheet.cite(e) for e in found]
    if not cited:
        return [Line(text, LineKind.FACT, YOU, label="facts first")]
    return [replace(cited[0], text=text, said_by=YOU, label="facts first", verdict=Verdict.NOT_A_CLAIM)]


def directness(text: str) -> int:
    """Return how directly the words that a statement puts into the reader's mouth speak: 0 asks, 3 says it outright."""
    spoken = max(quotations(text), key=len, default="").lower().replace("’", "'")
    if spoken.partition("?")[1] and "." not in spoken.partition("?")[0]:
        return 0
    if any(words in spoken for words in _TENTATIVE):
        return 1
    return 3 if any(words in spoken for words in _BLUNT) else 2


def _place(e: Evidence) -> str:
    match e.statement.kind:
        case StatementKind.QUESTION:
            return "questions"
        case StatementKind.IF_THEN:
            return "reactions"
        case StatementKind.ADVICE if quotations(e.statement.text):
            return "openings"
        case _:
            return "setting"
