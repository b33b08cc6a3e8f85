"""Whom somebody speaks of: "my product director", "one of our senior engineers", "Anna"."""

from __future__ import annotations

import re

from coach.agent.talks.dates import phrases
from coach.grounding.actors import PEOPLE, ROLES
from coach.grounding.words import word_set

_MORE = phrases(
    """
    head of [\\w-]+, colleagues? (?:from|in) [\\w-]+, advis[eo]rs?, bankers?, data scientists?, tech lead, team lead,
    account managers?, account executives?, reports?, colleagues?, peers?, co-?workers?, employees?, supervisors?,
    founders?, co-?founders?, officers?, pm, po, eng,
    sre, designers?, recruiters?, contractors?, consultants?, students?, professors?, assistants?, annotators?,
    labell?ers?, specialists?, hires?, technicians?, statisticians?, operators?, partners?, investors?,
    skip[- ]level, genius, friend, leader, member of (?:my |our |the )?[\\w-]+, c[a-z]o, co-?chairs?, dispatchers?,
    deputy, chair(?:man|woman|person)?, (?:union )?reps?,
    (?:lab|department|group|division|unit|area|section|shift|school|practice|office) head, co-?leads?, mentors?,
    mentees?, landlords?, landlady, tenants?, neighbou?rs?, flatmates?, husband, wife, spouse, brothers?, sisters?,
    father, mother, parents, cousins?, uncle, aunt, son, daughter, (?:sous-?)?chefs?, cooks?, waiters?, waitress,
    bakers?,
    trainers?, teachers?, principal, tutors?, pupils?, suppliers?, caterers?, plumbers?, electricians?, carpenters?,
    builders?,
    drivers?, foreman, forewoman, gardeners?, trainees?, apprentices?, volunteers?, receptionists?, secretary, clerks?,
    cashiers?, agents?, accountants?, treasurer, auditors?, lawyers?, solicitors?, nurses?, doctors?, physicians?,
    surgeons?, therapists?, pharmacists?, dentists?, patients?, editors?, co-?authors?, writers?, translators?,
    journalists?, photographers?, artists?, actors?, conductor, choreographer, producers?, postdocs?, lecturers?, dean,
    librarians?, curators?, mayor, councillors?, inspectors?, franchisees?, distributors?, dealers?, brokers?
    """
)
#: A word for somebody by what they do or how they stand to the person.
ROLE = rf"(?:{_MORE}|{'|'.join(sorted(ROLES | PEOPLE, key=len, reverse=True))})"
_A = r"(?:my|our|the|an?|one of (?:my|our|the)|one|another|this|that)"
_NO_ADJECTIVE = (
    r"(?!(?:and|or|that|who|of|to|with|for|is|was|has|had|in|on|at|by|from|told|said|asked|the|my|our|an?)\b)"
)
_TAIL = rf"{ROLE}(?:(?: {_NO_ADJECTIVE}[\w-]+)? {ROLE}){{0,2}}(?:,? (?-i:[A-Z][a-z]+)\b)?(?!['’]s? |[\w-])"
_SOMEBODY = re.compile(
    rf"\b(?:{_A} (?:{_NO_ADJECTIVE}[\w-]+ ){{0,3}}?{_TAIL}|(?:someone|somebody) (?:on|in|from) (?:my|our) team"
    r"(?!['’]s? |[\w-]))",
    re.IGNORECASE,
)
#: Whom the talk is said to be with.
_PARTNER = re.compile(
    r"\b(?:talk(?:ing)?|speak(?:ing)?|meeting|conversation|call|review|appointment|back|no|feedback) (?:to|with|on) "
    r"(?=(?:their|his|her|its|my|our|the|an?)\b)"
    r"|\b(?:tell|ask|confront|convince|persuade|refuse|(?<=\bI )(?:see|meet)|meeting) (?=(?:their|his|her|my|our|the"
    r"|an?)\b)",
    re.IGNORECASE,
)
_THEIRS = re.compile(rf"(?:their|his|her|its) (?:{_NO_ADJECTIVE}[\w-]+ ){{0,2}}?{_TAIL}", re.IGNORECASE)
#: At the beginning of a sentence stands who did something.
_BEGINS = re.compile(r"(?:\A|[.!?\n:]\s+)(?:(?:so|and|but|well|hi|hello),? )?\Z", re.IGNORECASE)
#: Whom a talk of two is not held with, unless the person says so.
_MANY = word_set("team members member people users user customers customer reader readers owners")
#: "Our conductor", "the harbour master": words that end so often name somebody by what they do.
_FORM = re.compile(
    rf"\b(?:my|our|the|an?) (?:{_NO_ADJECTIVE}[\w-]+ ){{0,2}}?[\w-]+(?:er|or|ist|ian|ant|ee|man|woman|mate|master)\b"
    r"(?=,| (?:who|has|had|wants?|[\w-]+ed|[\w-]+s|told|said|gave|took|sent|wrote|put|cut|left|came|went)\b)",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"\b(?:he|she|him|her|his)\b", re.IGNORECASE)
_SINGLE = word_set("member user customer reader")
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
    for partner in _PARTNER.finditer(text):
        if with_whom := _SOMEBODY.match(text, partner.end()) or _THEIRS.match(text, partner.end()):
            return with_whom.group()
    found = [s for s in _SOMEBODY.finditer(text) if s.group().lower().split()[-1] not in _MANY]
    first = next((s for s in found if _BEGINS.search(text[: s.start()])), None)
    return (first or found[0]).group() if found else _customer(text) or _by_form(text)


def _customer(text: str) -> str:
    """Return the first of those whom a talk is seldom held with, where they begin a sentence."""
    found = (s for s in _SOMEBODY.finditer(text) if s.group().lower().split()[-1] in _SINGLE)
    return next((s.group() for s in found if _BEGINS.search(text[: s.start()])), "")


def _by_form(text: str) -> str:
    """Return who begins a sentence and is, by the form of the word and by "he" or "she" behind it, somebody."""
    for theirs in _THEIRS.finditer(text):
        if _BEGINS.search(text[: theirs.start()]):
            return theirs.group()
    found = (f for f in _FORM.finditer(text) if _BEGINS.search(text[: f.start()]) and _PRONOUN.search(text, f.end()))
    return next((f.group() for f in found), "")


#: Roles that stand for anybody in a talk, so that a line that names them speaks of nobody in particular.
_ANYBODY = word_set(
    "team teams member colleague peer coworker co-worker lead leads report reports product user stakeholder sponsor "
    "leadership management sales marketing finance legal hr newcomer leader genius owner expert author reader person "
    "people partner teammate architect executive upstairs upstair"
)
_SAME = {"client": "customer", "boss": "manager", "supervisor": "manager"}
#: "A customer demo" names a demo.
_THING = phrases("demo, demos, call, calls, traffic, data, meeting, meetings, support, contract, interview, interviews")
_NAMED = re.compile(rf"(?<![\w-]){ROLE}(?![\w-]| {_THING}\b)", re.IGNORECASE)


def roles_of(text: str) -> set[str]:
    """Return the roles that `text` names, each by its last word, in lower case and the singular.

    "Our product managers" is "manager", and so is a boss; a client is a customer. Words for anybody are left out.
    """
    named = set()
    for found in _NAMED.finditer(text):
        words = found.group().lower().split()
        word = "head" if words[0] == "head" else words[-1]
        word = word if word in ("boss", "sales") else word.removesuffix("s")
        if word not in _ANYBODY:
            named.add(_SAME.get(word, word))
    return named
