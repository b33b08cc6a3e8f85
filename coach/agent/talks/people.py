"""Whom somebody speaks of: "my product director", "one of our senior engineers", "Anna"."""

from __future__ import annotations

import re

from coach.agent.talks.dates import phrases
from coach.grounding.actors import PEOPLE, ROLES
from coach.grounding.words import word_set

_MORE = phrases(
    """
    head of [\\w-]+, data scientists?, tech lead, team lead, account managers?, account executives?, reports?,
    colleagues?, peers?, co-?workers?, employees?, supervisors?, founders?, co-?founders?, officers?, pm, po, eng,
    sre, designers?, recruiters?, contractors?, consultants?, students?, professors?, assistants?, annotators?,
    labell?ers?, specialists?, hires?, technicians?, statisticians?, operators?, partners?, investors?,
    skip[- ]level, genius, friend
    """
)
#: A word for somebody by what they do or how they stand to the person.
ROLE = rf"(?:{_MORE}|{'|'.join(sorted(ROLES | PEOPLE, key=len, reverse=True))})"
_A = r"(?:my|our|the|an?|one of (?:my|our|the)|another|this|that)"
_SOMEBODY = re.compile(
    rf"\b(?:{_A} (?:(?!(?:and|or|that|who|of|to|with|for|is|was|has|had)\b)[\w-]+ ){{0,3}}?{ROLE}"
    rf"(?: {ROLE}){{0,2}}(?:,? (?-i:[A-Z][a-z]+)\b)?|(?:someone|somebody) (?:on|in|from) (?:my|our) team)"
    r"(?!['’]s? |[\w-])",
    re.IGNORECASE,
)
#: Whom a talk of two is not held with, unless the person says so.
_MANY = word_set("team members member people users user customers customer reader readers owners")
_TO = re.compile(
    r"\b(?:tell|talk (?:to|with)|speak (?:to|with)|ask|confront|meet|convince|refuse|say (?:no|this|that|it) to|call) "
    rf"(?P<name>(?-i:[A-Z])[a-z]+|(?:hr|sales|marketing|legal|finance)\b)"
    rf"(?:,? (?:{_A} )?(?:[\w-]+ ){{0,2}}{ROLE}\b)?",
    re.IGNORECASE,
)
_NO_NAME = {
    "no",
    "the",
    "my",
    "our",
    "them",
    "him",
    "her",
    "you",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
}


def somebody(text: str) -> str:
    """Return the first words of `text` that say who somebody is, as they stand there; empty where none do."""
    named = _TO.search(text)
    if named and named["name"].lower() not in _NO_NAME:
        return text[named.start("name") : named.end()]
    told = re.search(r"(?i)\b(?:tell|talk|speak|ask|confront|meet|convince|say)\b", text)
    for found in _SOMEBODY.finditer(text):
        if found.group().lower().split()[-1] not in _MANY or (told and told.end() <= found.start() <= told.end() + 6):
            return found.group()
    return ""
