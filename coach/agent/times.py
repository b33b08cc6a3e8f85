"""The times that a sentence asks of: "since the September retro", "in Q3", "between June and August".

A time is read only where it surely says when something was written or decided, and not of what: "the Q4 plan", "before
the launch ships", "since the vendor is late" and "this summer" are none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from coach.agent.gatherings import find_gathering, is_gathering
from coach.agent.periods import Period, both, period, said
from coach.domain.text import clean_line
from coach.grounding.words import word_set
from coach.store.dated import DatedNote

_WITHIN = word_set("in during over within")
#: What a time that nothing leads begins with: "what did we decide last week".
_BARE = word_set("last this past the yesterday today previous")
#: Behind these it is what was spoken of, or a date to keep: "about last week", "the plan for this quarter".
_OF_SOMETHING = word_set("about for of by until till on to from than the a our my your their and or as")
_TOPIC = word_set("about on for with regarding concerning")
#: A time ends before these, or at the end of a part of the sentence.
_FOLLOWS = word_set(
    "about on what did have has had we i my our the a with regarding concerning and or that which who when why how "
    "where was were is are to do does please in there for at anything any"
)
#: The name of a gathering ends before these.
_ENDS = word_set(
    "about what did have has had we i regarding concerning and or which who that when why how where do does please but "
    "because so is are was were will can could would should may might wants needs before after since until than"
)
#: Where its name ends so, something is said of it, and "since" means "because".
_SAID_OF_IT = word_set("is are was were has will can could would should might wants needs before")
_WE = word_set("we i our the my anyone anybody someone somebody people they")
_ASKING = word_set("what who when how why whether if which where")
_BEGINS = word_set("what which who when where did have has had is was were anything list show find remind please tell")
_LINKS = word_set("with of on in at from for")
_LED = word_set("the our my this that last latest")
_LONGEST = 10
#: What is longer than so many words tells a story and asks nothing.
_MOST_WORDS = 100
_TITLE = 60
#: "In December", said in November, may be the next one.
_SOON = timedelta(days=150)
_EDGES = " \t\"'“”‘’()[],.;:?!"


@dataclass(frozen=True, slots=True)
class Window:
    """The days whose notes are asked for, both included; None where it is open. False if it has neither."""

    since: date | None = None
    until: date | None = None
    #: How the question was understood, to be told: "Notes since 14 September 2026 (Sprint retro)". Or what a time was
    #: not found for. Empty where no time is named. May hold the title of a private note.
    told: str = ""
    #: The question without the words that say when.
    rest: str = ""

    def __bool__(self) -> bool:
        return self.since is not None or self.until is not None


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a sentence, without the marks around it."""

    text: str
    start: int
    end: int
    #: Whether a part of the sentence ends behind it.
    last: bool

    @property
    def low(self) -> str:
        return self.text.lower()


@dataclass(frozen=True, slots=True)
class _Time:
    """What a few words mean: a span, or a gathering that no note tells of."""

    span: Period | None
    #: Number of the first word that is no more part of it.
    end: int
    #: Title of the gathering's note, or what it was called if there is none.
    title: str = ""


class Reader:
    """Reads the times of one sentence.

    Args:
        sentence: in English.
        today: nothing later is meant.
        notes: gives the notes that have a date; asked only where a gathering is named.
    """

    def __init__(self, sentence: str, today: date, notes: Callable[[], Sequence[DatedNote]]) -> None:
        self._sentence = sentence
        self._today = today
        self._notes = notes
        self._words = [w for f in re.finditer(r"\S+", sentence) if (w := _word(f)).text]
        if len(self._words) > _MOST_WORDS:
            self._words = []

    def windows(self) -> list[Window]:
        """Return every time that the sentence surely asks the notes of."""
        found: list[Window] = []
        at = 0
        while at < len(self._words):
            read = self._at(at)
            if read is None:
                at += 1
                continue
            window, end = read
            if at == 0 and not self._words[end - 1].last and self._after(end) not in _BEGINS:
                # "Yesterday I said what we all thought": it tells when that was.
                at += 1
                continue
            found.append(Window(window.since, window.until, window.told, self._without(at, end)))
            at = end
        return found

    def _after(self, at: int) -> str:
        return self._words[at].low if at < len(self._words) else ""

    def _at(self, at: int) -> tuple[Window, int] | None:
        word = self._words[at].low
        pair = f"{word} {self._words[at + 1].low}" if at + 1 < len(self._words) else ""
        if word == "since":
            return self._from(at, at + 1, lambda s: Window(since=s.first))
        if word == "between":
            return self._pair(at, at + 1, ("and",))
        if word == "from":
            return self._pair(at, at + 1, ("to", "until", "till", "through"))
        if self._is_of_another(at):
            return None
        if word in ("after", "following"):
            return self._from(at, at + 1, lambda s: Window(since=s.last + timedelta(days=1)))
        if word == "before" or pair == "prior to":
            return self._from(at, at + len(pair.split()[: 1 + (word == "prior")]), self._before)
        if word in _WITHIN:
            return self._inside(at, at + 1)
        if word in _BARE and (at == 0 or self._words[at - 1].last or self._words[at - 1].low not in _OF_SOMETHING):
            return self._inside(at, at)
        return None

    def _before(self, span: Period) -> Window:
        return Window(until=span.first - timedelta(days=1))

    def _from(self, at: int, start: int, made: Callable[[Period], Window]) -> tuple[Window, int] | None:
        time = self._period(start) or self._gathering(start)
        if time is None:
            return None
        if time.span is None:
            missing = (
                f"No note was found for “{clean_line(time.title)[:_TITLE]}”, so the notes of all times were searched."
            )
            return Window(told=missing), time.end
        window = made(time.span)
        if window.since is not None and window.since > self._today:
            return None
        return self._told(window, at, time.end, time.title, plain=time.span.plain), time.end

    def _inside(self, at: int, start: int) -> tuple[Window, int] | None:
        time = self._period(start)
        if time is None or time.span is None:
            return None
        span = time.span
        said_year = re.search(r"\d{4}", self._text(start, time.end)) is not None
        if span.plain and not said_year and span.first.year < self._today.year:
            again = date(self._today.year, span.first.month, min(span.first.day, 28))
            again = again if again > self._today else date(self._today.year + 1, span.first.month, 1)
            if again - self._today < _SOON:
                return None
        about = any(w.low in _TOPIC for w in self._words[:at])
        if about and span.last >= self._today:
            # "What did we decide about the launch this quarter": it may be the launch's.
            return None
        window = Window(span.first, span.last)
        return self._told(window, at, time.end, "", plain=span.plain), time.end

    def _pair(self, at: int, start: int, joints: tuple[str, ...]) -> tuple[Window, int] | None:
        for joint in range(start + 1, min(len(self._words), start + _LONGEST)):
            if self._words[joint].low not in joints:
                continue
            last = self._period(joint + 1) or self._gathering(joint + 1)
            if last is None or last.span is None:
                continue
            first = self._text(start, joint)
            span = both(first, self._text(joint + 1, last.end), self._today) if not last.title else None
            title = ""
            if span is None and (begin := self._named(first)) is not None and begin[0].first <= last.span.first:
                span = Period(begin[0].first, last.span.last, begin[0].plain and last.span.plain)
                title = " and ".join(t for t in (begin[1], last.title) if t)
            if span is not None:
                window = Window(span.first, span.last)
                return self._told(window, at, last.end, title, plain=span.plain), last.end
        return None

    def _named(self, text: str) -> tuple[Period, str] | None:
        if span := period(text, self._today):
            return span, ""
        note = find_gathering(text, self._today, self._notes())
        return (Period(note.date, note.date), note.title) if note else None

    def _period(self, start: int) -> _Time | None:
        """The longest span of the calendar that the words from `start` on name, if it stands for itself."""
        for end in range(min(len(self._words), start + _LONGEST), start, -1):
            text = " ".join(w.text for w in self._words[start:end])
            span = Period(self._today, self._today) if text.lower() == "now" else period(text, self._today)
            if span is not None:
                # "The Q3 roadmap" and "last week's incident" are no times.
                free = end == len(self._words) or self._words[end - 1].last or self._words[end].low in _FOLLOWS
                return _Time(span, end) if free else None
        return None

    def _gathering(self, start: int) -> _Time | None:
        end = start
        while end < min(len(self._words), start + _LONGEST) and self._words[end].low not in _ENDS:
            end += 1
            if self._words[end - 1].last:
                break
        else:
            if end < len(self._words) and self._is_clause(end):
                return None
        if end == start:
            return None
        name = self._text(start, end)
        if self._words[start].low not in _LED and not is_gathering(name):
            return None
        links = [i for i in range(start + 1, end) if self._words[i].low in _LINKS]
        for cut in (end, *reversed(links)):
            if note := find_gathering(self._text(start, cut), self._today, self._notes()):
                return _Time(Period(note.date, note.date), cut, note.title)
        return _Time(None, end, name) if is_gathering(name) else None

    def _is_clause(self, at: int) -> bool:
        """Whether something is said of what was named before: "since the review is late"."""
        word, after = self._words[at].low, self._after(at + 1)
        return word in _SAID_OF_IT or (word in ("did", "have", "had", "do", "does") and after not in _WE)

    def _is_of_another(self, at: int) -> bool:
        """Whether it is the time of something else: "what did we agree to ship before the review"."""
        before = [w.low for w in self._words[:at]]
        to_do = any(a == "to" and b not in _WE for a, b in pairwise(before))
        return to_do or "by" in before or sum(w in _ASKING for w in before) > 1

    def _told(self, window: Window, at: int, end: int, title: str, *, plain: bool) -> Window:
        meant = clean_line(title)[:_TITLE] if title else "" if plain else f"“{self._text(at, end)}”"
        told = f"Notes {_span_said(window.since, window.until, self._today)}" + (f" ({meant})" if meant else "") + "."
        return replace(window, told=told)

    def _text(self, start: int, end: int) -> str:
        return " ".join(w.text for w in self._words[start:end])

    def _without(self, start: int, end: int) -> str:
        left, right = self._sentence[: self._words[start].start], self._sentence[self._words[end - 1].end :]
        rest = " ".join(f"{left} {right}".split())
        return re.sub(r"\s+(?=[,.;:?!])", "", rest).lstrip(" ,;:")


def _span_said(first: date | None, last: date | None, today: date) -> str:
    if first is not None and last is not None and first < last >= today:
        # "From 1 to 31 October", said on the 8th, sounds as if the rest had been.
        last = None
    if first is None or last is None:
        return f"since {said(first)}" if first is not None else f"up to {said(last or date.max)}"
    if first == last:
        return f"of {said(first)}"
    begin = said(first)
    if first.year == last.year:
        begin = begin.removesuffix(f" {first.year}")
        begin = begin.partition(" ")[0] if first.month == last.month else begin
    return f"from {begin} to {said(last)}"


def _word(found: re.Match[str]) -> _Word:
    text = found.group()
    bare = text.strip(_EDGES)
    start = found.start() + len(text) - len(text.lstrip(_EDGES))
    after = text[len(text.rstrip(_EDGES)) :]
    return _Word(bare, start, start + len(bare), any(c in ",;:?!)" for c in after))
