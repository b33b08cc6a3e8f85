"""Who does something, and to whom: whether a claim puts somebody else in the place of those its statements speak of."""

from __future__ import annotations

import re

from coach.grounding.orders import VERBS, gives_order, masked
from coach.grounding.words import tokens, word_set

#: People of this field by where they stand: above the lead, outside the team, in the team.
_STANDING = {
    "above": word_set(
        "vp ceo cto cfo board director directors manager managers boss bosses executive executives leadership "
        "management upstairs president hr"
    ),
    "outside": word_set(
        "stakeholder stakeholders client clients customer customers sales marketing finance legal user users sponsor "
        "sponsors product vendor vendors"
    ),
    "leading": word_set("lead leads"),
    "team": word_set(
        "team engineer engineers analyst analysts junior juniors senior seniors researcher researchers scientist "
        "scientists intern interns architect architects newcomer newcomers member members annotator annotators "
        "developer developers"
    ),
}
ROLES = frozenset().union(*_STANDING.values())
#: Words for people that say nothing of where they stand.
PEOPLE = word_set(
    "author authors owner owners expert experts colleague colleagues person people reader readers partner "
    "partners teammate teammates"
)
_TITLE = re.compile(r"\b(product|project|program) (?:manager|owner|lead)s?\b", re.IGNORECASE)
_WHO = r"(?:(?:the|your|an?|one of (?:the|your)) (?:[\w-]+ ){1,3}?|hr |leadership |management |marketing |sales )"
_HANDED = re.compile(
    rf"(?:\A|[;:,.] |\bthen |\band )(?:(?:have|let|make) (?P<who>{_WHO})|(?:ask|tell|expect|get) (?P<whom>{_WHO})to )"
    rf"(?:{'|'.join(sorted(VERBS))})\b",
    re.IGNORECASE,
)
_OUGHT = re.compile(rf"\A(?P<who>{_WHO})(?:should|must|has to|have to|needs? to) ", re.IGNORECASE)
_YOU = re.compile(r"\b(?:you|your|yours|yourself)\b", re.IGNORECASE)
_ASIDE = re.compile(r"\w+['’]s\b|\w+s['’](?= \w)|“[^”]*”|(?<!\w)['‘](?:[^'’]|['’](?=\w))*['’](?!\w)")


def roles(text: str) -> set[str]:
    """Return the roles that `text` names, in lower case, without a plural's s."""
    # A product manager stands outside, whatever a manager is elsewhere.
    words = [w.removesuffix("'s") for w in tokens(_TITLE.sub("stakeholder", text))]
    return {w if w in ("sales", "boss") else w.removesuffix("s") for w in words if w in ROLES}


def standing(names: set[str]) -> set[str]:
    """Return where those stand that `names`, as `roles` gives them, are: above, outside, leading, or in the team."""
    return {where for where, some in _STANDING.items() if any(n in some or f"{n}s" in some for n in names)}


def replaced_standing(claim: str, evidence: str) -> bool:
    """Whether `claim` speaks of people who stand elsewhere than those that `evidence` speaks of, and not of those.

    Of leadership instead of the team, say. A claim that speaks of both, or puts one engineer for another, may well be
    the statement applied.
    """
    mine, theirs = standing(roles(claim)), standing(roles(evidence))
    if _YOU.search(claim):
        # The reader leads.
        mine.add("leading")
    # Whose list it is, and who speaks in an example, may go unsaid.
    needed = standing(roles(_ASIDE.sub(" ", evidence)))
    return bool(mine - theirs - {"leading"}) and bool(needed - mine)


def hands_over(text: str) -> bool:
    """Whether `text` leaves it to somebody to do something, or says that somebody should."""
    plain = masked(text)
    return bool(_HANDED.search(plain) or _OUGHT.match(plain))


def handed_over(claim: str, evidence: str) -> str:
    """Return to whom `claim` hands over what `evidence` asks of its reader; empty where it does not.

    "Have your manager ask each person", "An analyst should ask each person", where the statement asks the reader to.
    """
    plain, given = masked(claim), masked(evidence)
    found = _HANDED.search(plain) if not _HANDED.search(given) else None
    found = found or (_OUGHT.match(plain) if not re.search(r"\bshould\b", given, re.IGNORECASE) else None)
    if found is None or not gives_order(evidence):
        return ""
    who = next(g for g in found.groups() if g)
    # A lead is the reader.
    return who.strip() if roles(who) - roles(evidence) - {"lead"} else ""
