"""Choosing practice statements for the parts of a brief: what fits the situation, and what the part is for.

A statement is chosen by what it scores for the situation and what it scores for the part's own words. Practices about
the matter at hand come first; the one that is about talks as such is always among them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from coach.agent.talks.people import roles_of
from coach.agent.talks.wording import quotations
from coach.domain.evidence import Evidence, Retrieval, SourceMatch
from coach.domain.source import SourceKind, StatementKind

if TYPE_CHECKING:
    from coach.agent.library import Library

#: Enough for every statement that there is.
_ALL = 2_000
#: Practices so far below the best one are about something else; and so many at most are about the matter.
_MARGIN = 0.10
_TOPICAL = 4
#: Practices about talks as such.
_TALK_PRACTICES = 4
#: What a statement scores for the part's words counts so much beside what it scores for the situation.
_PART_SHARE = 0.7
#: A practice that scores so much for the part's words alone is about that part of a talk.
_OF_PART = 0.25
#: A statement is about what the words of its part say only from this score on.
_SURE = 0.3
#: In parts that speak of the matter itself, a statement so far below the best one speaks of another.
_BESIDE = 0.25
#: From this score on it is about the matter, wherever it stands.
_NEAR = 0.1
#: Below this score it is about something else, however well it would fit the part.
_NOT_FAR = -0.1
#: Two statements more alike than this say the same thing.
_SAME = 0.72

#: Where a statement says what somebody else may see or fear, it begins with them.
_THEIRS = re.compile(r"(?i)^(?:the|an?|two|somebody|someone|whoever|people|engineers|specialists|from \w+['’]s seat)\b")
_MINE = re.compile(
    r"(?i)\byour (?:own|part|doing|waiting|silence|refusal|sentences|quick|last|path|plan|earlier|face|coding)\b"
    r"|\byou (?:yourself|left|set|approved|assigned|keep)\b|\b(?:through|from) you\b|\bin your head\b"
)
#: Is not how a talk begins, but how it ends, or how a team works.
_NOT_IN_A_TALK = re.compile(
    r"(?i)^(?:close|end|send|write|after|afterwards|before|label|note|list|show|read|replace|give|book|take|keep|run"
    r"|spend|"
    r"test|mark|build|choose|make|freeze|start|open the|put your|with people|walk a)\b"
)
#: Speaks to one kind of person only.
_TO_ONE = re.compile(r"(?i)^(?:to|tell|say to|ask) (?:an?|the|someone|somebody)\b")
_SPOKEN = re.compile(r"(?i)\b(?:I|we|you|your|our|us)\b")
_OWN_CUE = re.compile(
    r"(?i)^if (?:you (?!hear ['‘])|your (?!no\b)|the cue|a (?:week|deadline|job|release|small test)|it |priorities)"
)
_LATER_ON = re.compile(r"(?i)\b(?:send|date|day|days|week|month|agreed|a month later)\b")


class From(StrEnum):
    """Which practices the statements of a part may come from."""

    #: Those about the matter at hand, and what the one about talks says of it.
    MATTER = "matter"
    #: Those about the matter, and whatever the one about talks says.
    TALK = "talk"
    #: And the one that the part's words are about.
    PART = "part"
    #: Any: the part is about talks as such, whatever the matter.
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Need:
    """What a part of a brief needs."""

    #: Searched for, beside the situation.
    words: str
    kinds: tuple[StatementKind, ...]
    source: From
    fits: Callable[[str], bool] = lambda text: True


def _asks(text: str) -> bool:
    return _NOT_IN_A_TALK.match(text) is None and any(q.endswith("?") for q in quotations(text))


def _opens(text: str) -> bool:
    spoken = [q for q in quotations(text) if len(q.split()) >= _LEAST_SPOKEN and _SPOKEN.search(q)]
    return bool(spoken) and _NOT_IN_A_TALK.match(text) is None


_LEAST_SPOKEN = 5
_ADVICE, _SIDE, _ASK = (StatementKind.ADVICE,), (StatementKind.OTHER_SIDE,), (StatementKind.QUESTION,)

NEEDS = {
    "questions": Need("ask the other person what they need and how they see it", _ADVICE, From.PART, _asks),
    "openings": Need("the first sentence of the talk: how to open it and say it plainly", _ADVICE, From.TALK, _opens),
    "their view": Need(
        "how the other person may see it, what they want to protect and what they may fear",
        _SIDE,
        From.MATTER,
        lambda text: _THEIRS.match(text) is not None,
    ),
    "my part": Need(
        "your own part in the trouble, what you did or left unsaid yourself",
        (*_SIDE, *_ASK),
        From.TALK,
        lambda text: _MINE.search(text) is not None,
    ),
    "reactions": Need(
        "if the other person objects, gets angry or falls silent, then answer",
        (StatementKind.IF_THEN,),
        From.MATTER,
        lambda text: _OWN_CUE.match(text) is None,
    ),
    "follow-up": Need(
        "close with one request and a date, write down what was agreed and look again",
        _ADVICE,
        From.TALK,
        lambda text: _LATER_ON.search(text) is not None,
    ),
    "outcome": Need("the smallest outcome that makes the talk worth holding, what you could let go of", _ASK, From.ANY),
    "setting": Need(
        "where and when to hold the talk: book time behind a closed door", (StatementKind.CAUTION, *_ADVICE), From.ANY
    ),
    "stories": Need("the story you tell yourself, and other stories that fit the same facts", _ADVICE, From.ANY),
    "frame": Need("build feedback from facts: when it was, what the person did and what followed", _ADVICE, From.ANY),
}


#: These speak of this talk and of no other.
_OF_THE_MATTER = ("their view", "my part")


class Fitting:
    """Chooses for one situation; what was taken for one part is not taken for another.

    Args:
        library: searched.
        situation: in the person's words, in English.
        told: everything that the person said. A line that names somebody whom they did not name is not chosen: "your
        VP"
            has no place in a talk with a cook.
        practices: whether there are practices to choose from.
    """

    def __init__(self, library: Library, situation: str, *, told: str = "", practices: bool = True) -> None:
        self._library = library
        self._roles = roles_of(told or situation)
        #: Everything that was found for the situation.
        self.found = self._search(situation) if practices else Retrieval(situation)
        self._scores = {e.id: e.score for e in self.found.evidence}
        self._parts = {name: self._search(need.words) for name, need in NEEDS.items()} if practices else {}
        about = self._about()
        self._sources = [m.source_id for m in about]
        #: How far each of them scores below the first: its statements begin with so much less.
        self._behind = {m.source_id: about[0].score - m.score for m in about}
        self._talks = self._about_talks()
        self._craft = self._talks[:1]
        #: What was taken, by id.
        self.taken: dict[str, Evidence] = {}

    def take(self, part: str, count: int) -> list[Evidence]:
        """Return up to `count` statements for a part, best first, none of which says what a taken one says.

        None of them names anybody whom the person did not. What is lost by that is made up for by the best of the other
        practices, so that the page has as many lines as it would have had.
        """
        chosen: list[Evidence] = []
        fitting = self.ranked(part)
        own = [e for e in fitting if not self._is_of_others(e)]
        wanted = min(count, len(fitting))
        for e in (*own, *(self._elsewhere(part) if len(own) < wanted else ())):
            if len(chosen) == wanted:
                break
            if not self._said(e):
                chosen.append(e)
                self.taken[e.id] = e
        return chosen

    def ranked(self, part: str) -> list[Evidence]:
        """Return every statement that could stand in a part, best first, whomever it names."""
        if part not in self._parts:
            return []
        need, found = NEEDS[part], self._parts[part]
        if need.source is From.MATTER and not self._sources:
            return []
        fitting = [
            (e, self._scores.get(e.id, 0.0))
            for e in found.evidence
            if e.statement.kind in need.kinds and self._allows(need, found, e) and need.fits(e.statement.text)
        ]
        if need.source is From.ANY:
            return [e for e, _ in fitting if e.score >= _SURE]
        ranked = sorted(fitting, key=lambda pair: -self._worth(*pair))
        # What is not about the matter but only about this part of a talk: the best of it will do.
        others = [e for e, _ in ranked if e.statement.source_id not in {*self._sources, *self._craft}]
        ranked = [pair for pair in ranked if pair[0] not in others[1:]]
        best = max((score for _, score in fitting), default=0.0)
        return [e for e, score in ranked if need.source is not From.MATTER or self._is_about(e, score, best)]

    def _worth(self, e: Evidence, score: float) -> float:
        return score + _PART_SHARE * e.score - self._behind.get(e.statement.source_id, 0.0)

    def _elsewhere(self, part: str) -> list[Evidence]:
        """Return what the practices about talks have for a part that is about talks as such, best first.

        How somebody else may see this matter cannot be had from another one: a field to fill in is better than that.
        """
        need = NEEDS[part]
        found = [
            e
            for e in self._parts[part].evidence
            if part not in _OF_THE_MATTER
            and e.statement.kind in need.kinds
            and e.statement.source_id in self._talks
            and self._scores.get(e.id, 0.0) >= _NOT_FAR
            and need.fits(e.statement.text)
            and not (_TO_ONE.match(e.statement.text) or self._is_of_others(e))
        ]
        return sorted(found, key=lambda e: -(self._scores.get(e.id, 0.0) + _PART_SHARE * e.score))

    def _is_of_others(self, e: Evidence) -> bool:
        return bool(roles_of(e.statement.text) - self._roles)

    def _is_about(self, e: Evidence, score: float, best: float) -> bool:
        """Whether a statement speaks of the matter itself."""
        return score >= best - _BESIDE and (e.statement.source_id in self._sources or score >= _NEAR)

    def _allows(self, need: Need, found: Retrieval, e: Evidence) -> bool:
        source = e.statement.source_id
        if source in self._library.boundaries.referral_sources:
            return False
        if need.source is From.ANY or source in self._sources:
            return True
        if _TO_ONE.match(e.statement.text):
            return False
        own = need.source is From.PART and source in [m.source_id for m in found.practices[:1] if m.score >= _OF_PART]
        return own or source in self._craft

    def leave_out_matter(self) -> None:
        """Choose from now on only what holds for any talk: the sources do not cover what this one is about."""
        self._sources = []

    def _search(self, words: str) -> Retrieval:
        return self._library.search(words, limit=_ALL, kinds=[SourceKind.PRACTICE])

    def _about(self) -> list[SourceMatch]:
        referral = self._library.boundaries.referral_sources
        practices = [m for m in self.found.practices if m.source_id not in referral]
        return [m for m in practices[:_TOPICAL] if m.score >= practices[0].score - _MARGIN]

    def _about_talks(self) -> list[str]:
        """Return the practices that score best for the words of all parts together: those about talks, the best"
        " first."""
        total: dict[str, float] = {}
        for found in self._parts.values():
            for match in found.practices:
                total[match.source_id] = total.get(match.source_id, 0.0) + match.score
        referral = self._library.boundaries.referral_sources
        return sorted((s for s in total if s not in referral), key=lambda source: -total[source])[:_TALK_PRACTICES]

    def _said(self, candidate: Evidence) -> bool:
        if not self.taken:
            return False
        alike = self._library.retriever.similarity([candidate.id, *self.taken])[0, 1:]
        return bool(alike.max() > _SAME) or candidate.id in self.taken
