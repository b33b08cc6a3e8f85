"""One if-then plan: a cue that is sure to come, and a deed of the person's own.

"If a request reaches me in chat, then I reply with the day on which I will decide." Plans of this form help goals along
(10.1080/10463283.2024.2334563); a plan without its cue or its deed is a wish.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from coach.domain.errors import InputError
from coach.domain.first_person import in_first_person
from coach.domain.quotations import MARK, put_aside, put_back
from coach.domain.sentences import split_sentences
from coach.domain.text import clean_line

#: A plan longer than this is not remembered in the moment that it is for.
MOST_CHARACTERS = 500

_LEAD = re.compile(
    r"(?i)(?:if|when|whenever|once|as soon as|each time|every time|(?:the )?next time|the moment|after|before)\b"
)
_THEN = re.compile(r"(?i)[,;:]?\s+then\b[,:]?(?:\s+|(?=\W*\Z))")
_COMMA_I = re.compile(r"[,;:]\s+(?=I\b)")
_COMMA = re.compile(r"[,:]\s+")
_SMALL_I = re.compile(r"\bi(?=['’]|\s)")
_AGAIN = re.compile(r"(?i)[;,.]\s*(?:and |but |or )?(?:if|when|whenever)\b.*(?:\bthen\b|,\s*I\b)")
#: Times that come when they like. "When I have time" is no cue.
_NO_CUE = re.compile(
    r"(?i)(?:i|there|we)(?:['’]s| is| have| has| get| find| am| can| ever)*"
    r"(?: (?:the|some|more|enough|a little|a bit of|any|spare|free|good))* (?:time|chance|occasion|opportunity)"
    r"|time (?:permits|allows)|possible|needed|necessary|appropriate|i can"
    r"|i (?:feel like|want|remember|have)(?: it| to)?"
    r"|i(?: am|['’]m| feel) ready|i get (?:a?round) to it|things (?:calm|quiet|settle|slow|get quieter).*"
    r"|it(?: is|['’]s) (?:convenient|quiet|possible|needed|necessary)|the (?:time|moment) (?:is right|comes)"
    r"|an? (?:day|week|month|quarter|year|while)"
)
#: A deed that begins so is somebody else's, or none: no order begins with these.
_NOT_AN_ORDER = frozenset(
    """
    a an the this that these those there it he she they we you who what which somebody someone anybody anyone nobody
    everybody everyone people things something everything nothing all my our your his her their its one both some any
    every no is are was were be am will would should shall could can may might must has have had to of in on by for
    with from within during because so maybe perhaps probably let's lets please
    """.split()  # noqa: SIM905
)
_ORDERS_IN_ING = frozenset({"bring", "ring", "ping", "sing", "swing", "string"})


class NotAPlanError(InputError):
    """What was given is not one if-then plan.

    Args:
        message: what it lacks.
        hint: how it looks, in plain words.
        statement: id of the built-in practice's statement that helps, such as ``C15.3``.
    """

    def __init__(self, message: str, hint: str, statement: str) -> None:
        super().__init__(message, hint)
        self.statement = statement


@dataclass(frozen=True, slots=True)
class IfThen:
    """A plan in its two halves."""

    #: With the word that leads it: "If the director asks for a date".
    cue: str
    #: "I name its cost first"
    deed: str

    @property
    def text(self) -> str:
        """The plan as one sentence."""
        ended = re.search(r"[.!?…][\"'”’)]*$", self.deed)
        return f"{self.cue}, then {self.deed}{'' if ended else '.'}"


def read_plan(text: str) -> IfThen:
    """Return the plan that `text` says, in the first person.

    "You" becomes "I", and an order ("ask for the cost first") becomes a deed of the person's own.

    Raises:
        NotAPlanError: it has no cue, no deed of the person's own, or is more than one plan.
    """
    line = clean_line(text).removeprefix("- ").strip("*_ ")
    if not line:
        raise _no_cue("There is no plan.")
    if len(line) > MOST_CHARACTERS:
        raise _several(f"A plan of {len(line):,} characters is too long; {MOST_CHARACTERS} is the most.")
    if len(split_sentences(line)) > 1:
        raise _several("This is more than one sentence.")
    bare, quotations = put_aside(in_first_person(line))
    bare = _SMALL_I.sub("I", bare)
    if len(split_sentences(bare)) > 1:  # ". you" began none before it was ". I".
        raise _several("This is more than one sentence.")
    if "…" in bare or "..." in bare:
        raise _no_cue("Something in this plan is still to be filled in.")
    lead = _LEAD.match(bare)
    if lead is None:
        raise _no_cue("This plan does not say when: it does not begin with “If” or “When”.")
    cue, deed = _halves(bare)
    if len(cue[lead.end() :].split()) < 2 and MARK not in cue and not re.match(r"(?i)after|before", cue):
        raise _no_cue("This plan has no cue.")
    if _NO_CUE.fullmatch(cue[lead.end() :].strip(" ,")):
        raise _no_cue(f"“{put_back(cue, quotations)}” is no cue: it may never come.")
    if _AGAIN.search(f", {deed}" if _LEAD.match(deed) else deed):
        raise _several("These are two plans in one.")
    said = cue.count(MARK)
    return IfThen(
        put_back(cue[:1].upper() + cue[1:], quotations), put_back(_own(deed), quotations[said:]).rstrip(" ,;:")
    )


def is_plan(text: str) -> bool:
    """Whether `read_plan` reads it."""
    try:
        read_plan(text)
    except NotAPlanError:
        return False
    return True


def _halves(bare: str) -> tuple[str, str]:
    found = _THEN.search(bare) or _COMMA_I.search(bare)
    if found is None:
        commas = list(_COMMA.finditer(bare))
        # Of several commas nobody knows which one ends the cue.
        found = commas[0] if len(commas) == 1 else None
    if found is None:
        raise _no_deed("This plan does not say what you then do.")
    return bare[: found.start()].rstrip(" ,;:"), bare[found.end() :].strip(" .,;:")


def _own(deed: str) -> str:
    """The deed with "I" before it."""
    words = deed.split()
    if not words or words in (["I"], [MARK]):
        raise _no_deed("This plan does not say what you then do.")
    first = words[0].strip(",;:").lower()
    if re.match(r"I\b", words[0]):
        if len(words) < 2:
            raise _no_deed("This plan does not say what you then do.")
        return deed
    gerund = first.endswith("ing") and first not in _ORDERS_IN_ING
    # A capital inside the sentence is a name: somebody else would do it.
    named = words[0][:1].isupper() and words[0].lower() not in ("ask", "say", "do", "do not", "don't", "never", "first")
    if first in _NOT_AN_ORDER or gerund or named or not first[:1].isalpha():
        raise _no_deed("What this plan has done is not a deed of yours.")
    return f"I {deed}"


def _no_cue(message: str) -> NotAPlanError:
    return NotAPlanError(message, "Begin with what you will see or hear: “If …, then I …”", "C15.3")


def _no_deed(message: str) -> NotAPlanError:
    return NotAPlanError(message, "Say what you yourself will do: “If …, then I …”", "C15.4")


def _several(message: str) -> NotAPlanError:
    return NotAPlanError(message, "Keep one, in one sentence: “If …, then I …”", "C15.1")
