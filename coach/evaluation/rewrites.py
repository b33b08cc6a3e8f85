"""Rewritings of a claim that change what it says: the mutations of its text.

Each takes the claim, the statements that it cites and a random number generator, and returns the changed claim, or None
where it finds no place at which the change would surely change the meaning. What stands in quotation marks is left
alone, since an example may be worded freely.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random

from coach.grounding.orders import ORDER, VERBS, masked
from coach.grounding.quantities import allowed_numbers
from coach.grounding.words import content, stem, stem_set, stems, word_set


def _picked(random: Random, options: Sequence[str]) -> str | None:
    return random.choice(options) if options else None


def _replaced(text: str, start: int, end: int, by: str) -> str:
    new = text[:start] + by + text[end:]
    return new[:1].upper() + new[1:] if text[:1].isupper() else new


# Negation.

#: What is put in place of an auxiliary verb to deny it.
_DENIED = {
    "can": "cannot", "may": "will not", "might": "will not", "could": "could not", "should": "should not",
    "must": "need not", "will": "will not", "would": "would not", "is": "is not", "are": "are not", "was": "was not",
    "were": "were not", "has to": "does not have to", "have to": "do not have to", "helps": "does not help",
    "makes": "does not make", "takes": "does not take", "needs": "does not need", "means": "does not mean",
    "keeps": "does not keep", "builds": "does not build", "gives": "does not give", "hides": "does not hide",
    "leaves": "does not leave", "brings": "does not bring", "deserves": "does not deserve", "often": "seldom",
    "usually": "seldom",
}  # fmt: skip
_AUXILIARY = re.compile(
    rf"(?<!that )\b({'|'.join(sorted(_DENIED, key=len, reverse=True))})\b(?! not\b| no\b|n't|-)", re.IGNORECASE
)
#: What is put in place of a denial.
_AFFIRMED = {
    "do not": "", "don't": "", "does not": "does", "doesn't": "does", "cannot": "can", "can't": "can",
    "is not": "is", "isn't": "is", "are not": "are", "aren't": "are", "never": "always", "no longer": "still",
    "without": "with", "rather than": "and", "instead of": "and", "nobody": "everybody", "should not": "should",
    "shouldn't": "should", "must not": "must", "avoid": "encourage", "not": "",
}  # fmt: skip
_DENIAL = re.compile(rf"\b({'|'.join(sorted(_AFFIRMED, key=len, reverse=True))})\b ?", re.IGNORECASE)


def negate(claim: str, evidence: str, random: Random) -> str | None:
    """Deny what the claim affirms, or affirm what it denies, at one place."""
    plain = masked(claim)
    made = []
    for found in ORDER.finditer(plain):
        start, end = found.span("verb")
        made.append(
            _replaced(claim, start, end, f"{random.choice(('do not', 'never', 'do not'))} {found['verb'].lower()}")
        )
    # In front of the advice stands the asker's own story: "His part isn't finished: cut the scope."
    story = re.match(rf".*?(?:: |, so )(?=(?:{'|'.join(sorted(VERBS))})\b)", plain)
    advice = story.end() if story else 0
    for found in _AUXILIARY.finditer(plain, advice):
        made.append(_replaced(claim, *found.span(), _DENIED[found[1].lower()]))
    for found in _DENIAL.finditer(plain.replace("’", "'"), advice):
        # "Not only" and "not the same as" turn into nonsense, and so does "instead of" where a sentence begins with it.
        if (not found.start() and " of" in found[1]) or re.match(r"only|yet|the same|least", plain[found.end() :]):
            continue
        put = _AFFIRMED[found[1].lower()]
        space = " " if put and found.group().endswith(" ") else ""
        made.append(_replaced(claim, *found.span(), put + space))
    return _picked(random, made)


# Strength.

_STRONGER = {
    "may": "must", "might": "must", "could": "must", "can": "must", "often": "always", "sometimes": "always",
    "usually": "always", "mostly": "always", "rarely": "never", "seldom": "never", "likely": "certain",
    "probably": "certainly", "perhaps": "certainly", "tends to": "will always", "nearly": "absolutely",
    "almost": "absolutely", "is part of": "is all of",
}  # fmt: skip
#: Of words that may be followed by what they count.
_ALL = ("some", "many", "most")
_HEDGED = re.compile(
    rf"(?<!most )\b({'|'.join(_STRONGER)})\b(?! not\b|'t)|(?<!the )(?<!how )(?<!so )(?<!too )(?<!as )(?<!learn )"
    rf"\b({'|'.join(_ALL)})\b(?= \w+s\b| of (?:the|your|them|these|that)\b| people\b)",
    re.IGNORECASE,
)


def strengthen(claim: str, evidence: str, random: Random) -> str | None:
    """Turn what may be into what must be, what is often so into what is always so."""
    made: list[str] = []
    if not _HEDGED.search(masked(evidence)):
        # Where the statement is no weaker, nothing is overstated.
        return None
    for found in _HEDGED.finditer(masked(claim)):
        put = _STRONGER[found[1].lower()] if found[1] else "all"
        if not set(stems(put)) <= set(stems(evidence)):
            made.append(_replaced(claim, *found.span(), put))
    return _picked(random, made)


# Actors.

_PERSONS = (
    "product manager", "data scientist", "tech lead", "team lead", "engineer", "director", "manager", "executive",
    "client", "customer", "sponsor", "researcher", "analyst", "intern", "architect", "VP", "CEO", "owner", "author",
    "expert",
)  # fmt: skip
_GROUPS = (
    "engineers", "stakeholders", "clients", "customers", "executives", "directors", "managers", "researchers",
    "analysts", "seniors", "juniors", "leads", "users", "data scientists", "newcomers",
)  # fmt: skip
_BODIES = ("the team", "leadership", "management", "marketing", "sales", "finance", "legal")
#: Of which one may be said for the other. "People", "a person" and "a colleague" are left out: whoever it is, they are
#: that too.
_ALIKE = (
    {"management", "leadership"}, {"client", "customer"}, {"clients", "customers", "users"},
    {"executive", "director", "manager"}, {"tech lead", "team lead"}, {"executives", "directors", "managers"},
    {"engineer", "analyst", "expert", "owner", "author"},
)  # fmt: skip
_ACTORS = tuple(frozenset(names) for names in (_PERSONS, _GROUPS, _BODIES))
_ACTOR = re.compile(
    rf"\b(?:(?P<article>an?) )?(?P<role>{'|'.join(sorted((*_PERSONS, *_GROUPS, *_BODIES), key=len, reverse=True))})\b"
    r"(?!-)(?! \w+er\b| manager| lead\b| work\b| to\b)"
)
_OTHERS = ("your manager", "the client", "your most senior engineer", "the product manager", "an intern", "your VP",
           "the sales team", "HR")  # fmt: skip
_YOU = re.compile(r"\b(?P<you>you)(?= (?:can|may|have to|should|must|need to|might|could) )", re.IGNORECASE)


def swap_actor(claim: str, evidence: str, random: Random) -> str | None:
    """Let somebody else do it, or do it to somebody else: of those alone of whom the statements speak."""
    plain = masked(claim)
    # Roles of an example may be others.
    known, all_known = set(stems(masked(evidence))), set(stems(evidence))
    made = []
    for found in _ACTOR.finditer(plain):
        role = found["role"]
        if not set(stems(role)) <= known:
            # A person of the asker's own story, who may be anybody.
            continue
        kind = next(names for names in _ACTORS if role in names)
        others = [o for o in sorted(kind) if _another(o, role, claim, all_known)]
        if others:
            put = random.choice(others)
            if found["article"]:
                put = ("an " if put[0] in "aeiou" else "a ") + put
            made.append(_replaced(claim, *found.span(), put))
    other = _picked(random, [o for o in _OTHERS if not set(content(o)) & all_known])
    order = ORDER.match(plain)
    if other and order and not re.search(r"\w[.;!?] \w", plain):
        verb = claim[0].lower() + claim[1:]
        made.append(random.choice((f"Have {other} {verb}", f"Let {other} {verb}", f"Ask {other} to {verb}",
                                   f"{other[0].upper()}{other[1:]} should {verb}")))  # fmt: skip
    elif you := _YOU.search(plain):
        made.append(_replaced(claim, *you.span(), random.choice(("your stakeholders", "your engineers", "they"))))
    return _picked(random, made)


def _another(other: str, role: str, claim: str, known: set[str]) -> bool:
    if set(stems(other)) <= known or other in claim or stem(other) == stem(role):
        return False
    return not any(other in alike and role in alike for alike in _ALIKE)


# What is invented.

_COUNT = re.compile(
    r"\b(two|three|four|five|six|seven|eight|nine|ten|fifteen|twenty|thirty|forty|fifty|\d{1,3})\b(?![.,:]\d)(?!-)",
    re.IGNORECASE,
)
_WORDS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
          "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}  # fmt: skip
_NUMBERED = (
    " within {n} days", ", at least {n} times a year", " for {n} minutes", " in {n} per cent of cases",
    ", which saves {n} per cent of the effort", " every {n} weeks", ", with no more than {n} people in the room",
    " at least {n} times", ", about {n} hours a week",
)  # fmt: skip
_NAMED = (
    ", as Netflix does", ", the way Spotify's squads work", ", using Jira", ", as Marta Keller advises",
    " together with Priya", ", as Andy Grove put it", ", following the Basecamp method", ", as is usual at Google",
    ", with the help of Confluence", ", as Dr Osei from Stanford teaches",
)  # fmt: skip
_STUDIED = (
    "A {y} study shows: {c}", "Research has shown time and again: {c}", "Psychologists have found: {c}",
    "{s}, as studies of software teams have found.", "{s}; surveys of engineers confirm it.",
    "{s}, which experiments at several universities support.", "{s}, a finding that has been replicated many times.",
    "There is strong scientific evidence for this: {c}", "{s}; a {y} report by a consultancy came to the same result.",
    "According to recent research: {c}", "{s}, and the literature agrees.", "{s}; data from many teams prove it.",
)  # fmt: skip


def invent_number(claim: str, evidence: str, random: Random) -> str | None:
    """Change a number of the claim, or add one."""
    known = allowed_numbers(evidence)
    made = []
    for found in _COUNT.finditer(masked(claim)):
        # "The two" speaks of what is known; another number there says little that is checked.
        if not re.search(r"\b(?:the|these|those|your|their|or|and|to) \Z", claim[: found.start()], re.IGNORECASE):
            new = _new_number(known, random, words=found[1].lower() in _WORDS)
            made.append(_replaced(claim, *found.span(), new))
    if not made:
        put = random.choice(_NUMBERED).format(n=_new_number(known, random, words=random.random() < 0.5))
        made.append(_appended(claim, put))
    return _picked(random, made)


def _new_number(known: set[float], random: Random, *, words: bool) -> str:
    if words:
        return random.choice([w for w, n in _WORDS.items() if n not in known] or ["ninety"])
    return str(random.choice([n for n in range(3, 97) if n not in known]))


def invent_name(claim: str, evidence: str, random: Random) -> str | None:
    """Add a company, a product or a person that nobody has named."""
    name = _picked(random, [n for n in _NAMED if not set(content(n)) & set(content(evidence))])
    return _appended(claim, name) if name else None


def invent_study(claim: str, evidence: str, random: Random) -> str | None:
    """Appeal to research that nobody has mentioned."""
    whole = random.choice(_STUDIED)
    if stem_set("study research survey experiment") & set(stems(evidence)):
        return None
    lowered = claim if re.match(r"(?:I|ML|VP|[A-Z]{2,})\b", claim) else claim[0].lower() + claim[1:]
    return whole.format(y=random.choice((2014, 2018, 2021, 2023)), c=lowered, s=claim.rstrip(".!"))


def _appended(claim: str, more: str) -> str:
    stop = re.search(r"[.!]['’”\"]?\Z", claim)
    end = stop.start() if stop and stop.group() in ".!" else len(claim)
    return f"{claim[:end]}{more}{claim[end:] or '.'}"


# Conditions.

_WHEN = (
    r"(?:only |but only |except )?(?:if|when|whenever|unless|until|as long as|provided that|"
    r"once(?= (?:the|an?|you|your|they|their|he|she|it|its|somebody|someone|people|each)\b))"
)
_LEADING = re.compile(rf"\A{_WHEN} (?P<condition>[^.;:]{{8,}}?),(?: then)? (?=\w)", re.IGNORECASE)
_LEADING_THEN = re.compile(rf"\A{_WHEN} (?P<condition>[^.;:]{{8,}}?),? then (?=\w)", re.IGNORECASE)
_TRAILING = re.compile(rf"(?<=[\w’'])(?<! even)(?<! as),? {_WHEN} (?P<condition>[^.,;:]{{8,}})(?=[.,;])", re.IGNORECASE)
#: Behind these the word opens a question and no condition: "see if it holds", "agree when it grows".
_INDIRECT = word_set("know see ask say tell check decide find test agree explain wonder sure and or on about just that")
_CONDITIONAL = re.compile(rf"(?<!by )(?<!and )\b{_WHEN}\b(.*)", re.IGNORECASE | re.DOTALL)


def drop_condition(claim: str, evidence: str, random: Random) -> str | None:
    """Leave out the condition under which the statements say it."""
    theirs = _CONDITIONAL.search(masked(evidence))
    if theirs is None:
        # The condition is the asker's own story.
        return None
    known = set(content(theirs[1]))
    plain = masked(claim)
    made = []
    leading = _LEADING_THEN.match(plain) or _LEADING.match(plain)
    if leading and _weighs(leading["condition"], plain[leading.end() :], known):
        made.append(claim[leading.end()].upper() + claim[leading.end() + 1 :])
    for found in _TRAILING.finditer(plain):
        before = re.findall(r"\w+", plain[: found.start()])
        rest = plain[: found.start()] + plain[found.end() :]
        if before and before[-1].lower() not in _INDIRECT and _weighs(found["condition"], rest, known):
            made.append(claim[: found.start()] + claim[found.end() :])
    return _picked(random, made)


def _weighs(condition: str, rest: str, known: set[str]) -> bool:
    """Whether the condition says something that the statements make a condition too, and enough is left without it."""
    return len(content(condition)) >= 2 and len(content(rest)) >= 3 and bool(set(content(condition)) & known)
