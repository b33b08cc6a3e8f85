"""Signs that a claim may not follow from its statements, as numbers that a checker weighs.

None of them decides by itself: each is also found in good paraphrases, only less often (what is surer is a rule in
`coach.grounding.facts`). The weights stand in ``data/lexical.json``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from difflib import SequenceMatcher

from coach.grounding import actors, facts, orders, strength
from coach.grounding.polarity import denials, flipped, opposed
from coach.grounding.words import bigrams, clauses, content, stem, stem_set, stems, tokens, word_set

#: Verbs and phrases that turn advice into its opposite when only the claim has them.
_WITHDRAW = stem_set(
    "refuse drop skip hide spare ignore wait postpone delay stop avoid conceal forget blame lower cut double "
    "silence demand insist force order forbid punish"
)
_WITHDRAW_PHRASE = re.compile(
    r"\b(?:leave (?:it|that|this|out|them|him|her)|keep (?:it|that|them|this|[\w ]{1,30}) to yourself|to themselves|"
    r"give in|give up|put off|do without|free of|rather than|instead of|for another day|until|at once|right away|"
    r"let [\w' ]{1,40}? decide|out of (?:your|the))\b",
    re.IGNORECASE,
)
#: "Have the engineers …", "let your team …", "ask her to …": the advice is addressed to somebody else.
_DELEGATE = re.compile(
    r"(?:^|[,;:] |\bso )(?:have|let|get|make|ask|tell|expect|wait for) "
    r"(?:the|your|a|an|each|every|one of|all|both|her|him|them)\b",
    re.IGNORECASE,
)
#: The reader is at the receiving end: "ask you", "from you", "for yourself".
_TO_READER = re.compile(
    r"\b(?:ask|tell|give|show|offer|thank|teach|send|come|help|let|by|from|for|to|with|of)s? (?:you|yours|yourself)\b"
    r"|\byour own\b|\bof yours\b",
    re.IGNORECASE,
)
#: Somebody else is left to do it.
_HANDED_OVER = re.compile(
    r"\b(?:leave it to|leave (?:the|that|this)\b.{1,40}\bto\b|wait for|up to (?:the|your|them)|get your|"
    r"have (?:the|your|him|her|them|each|a))\b",
    re.IGNORECASE,
)
_SPAN = re.compile(r"\b(?:minute|hour|day|week|month|quarter|year)s?\b", re.IGNORECASE)
_UNTIL = re.compile(r"\b(?:until|as long as|once|only (?:if|when|after))\b", re.IGNORECASE)
#: A further step at the end: ", and have her confirm it".
_STEP = re.compile(r",? (?:and|then|and then) (\w+(?: [\w'’-]+){2,})[.!]?$")
_PLAIN_DENIAL = re.compile(
    r"\b(?:not|never|cannot|no longer|(?:do|does|is|are|was|ca|wo|should|must|need)n?['’]t)\b", re.IGNORECASE
)
_SECOND = word_set("you your yours yourself")
_THIRD = word_set("they them their he him his she her it its who themselves himself herself")
_ADDITION = re.compile(
    r",? (?:and|as long as|so that|provided|after|until|with|by|in order to|preferably|ideally|for example|such as) "
    r"([^,;]+)\.?$"
)

#: A last step is new where less than this of it stands in the statements.
_UNKNOWN_STEP = 0.3

NAMES = (
    "recall", "recall_idf", "coverage", "bigrams", "worst_clause", "last_clause", "novel_words", "rarest_novel",
    "length", "claim_words", "absolutes", "hedges_lost", "future_added", "condition_lost", "condition_added",
    "cause_added", "denials_added", "denials_lost", "flips", "opposites", "withdraws", "delegates",
    "you_added", "others_added", "order", "numbers", "names", "rules", "to_reader", "handed_over", "span_added",
    "until_added", "step_added", "denial_added", "denial_gone", "forbids", "roles_added", "roles_lost",
    "standing_added", "handed", "overstated", "denials_odd", "denials_odd_recall", "flips_recall", "longest_run",
)  # fmt: skip


def hints(claim: str, evidence: str, idf: Mapping[str, float], rarest: float) -> dict[str, float]:
    """Return the value of every hint in `NAMES`.

    Args:
        claim: one sentence, without ids.
        evidence: its statements, joined by line breaks.
        idf: inverse document frequency by stem, in nats.
        rarest: what stems that `idf` does not hold count for.
    """
    mine, theirs = content(claim), set(content(evidence))
    unique = set(mine) or {""}
    known = unique & theirs
    novel = unique - theirs - {""}
    weight = {s: idf.get(s, rarest) for s in unique | theirs}
    parts = [_recall(content(c), theirs, weight) for c in clauses(claim)] or [0.0]
    said, told = set(tokens(claim)), set(tokens(evidence))
    extra = _ADDITION.search(claim)
    step = _STEP.search(claim)
    values = (
        len(known) / len(unique),
        sum(weight[s] for s in known) / (sum(weight[s] for s in unique) or 1.0),
        sum(weight[s] for s in known) / (sum(weight[s] for s in theirs) or 1.0),
        len(bigrams(stems(claim)) & bigrams(stems(evidence))) / max(1, len(bigrams(stems(claim)))),
        min(parts),
        _recall(content(extra.group(1)), theirs, weight) if extra else parts[-1],
        math.log1p(len(novel)),
        max((weight[s] for s in novel), default=0.0) / rarest,
        math.log((len(tokens(claim)) + 1) / (len(tokens(evidence)) + 1)),
        math.log1p(len(mine)),
        float(min(2, len(strength.added_absolutes(claim, evidence)))),
        float(min(2, len(strength.lost_hedges(claim, evidence)))),
        float(strength.added_future(claim, evidence)),
        float(strength.lost_condition(claim, evidence)),
        float(strength.added_condition(claim, evidence)),
        float(strength.added_cause(claim, evidence)),
        float(min(2, max(0, denials(claim) - denials(evidence)))),
        float(min(2, max(0, denials(evidence) - denials(claim)))),
        float(min(2, len(flipped(claim, evidence)))),
        float(min(2, len(opposed(claim, evidence)))),
        float(
            len({stem(t) for t in said} & _WITHDRAW - {stem(t) for t in told})
            + _gained(_WITHDRAW_PHRASE, claim, evidence)
        ),
        float(_gained(_DELEGATE, claim, evidence)),
        float(bool(said & _SECOND) and not told & _SECOND),
        float(bool(said & _THIRD) and not told & _THIRD),
        _order(mine, content(evidence)),
        float(facts.unknown_number(claim, evidence) is not None),
        float(facts.unknown_name(claim, evidence) is not None or facts.unknown_day(claim, evidence) is not None),
        float(facts.check_facts(claim, evidence) is not None),
        float(_gained(_TO_READER, claim, evidence)),
        float(_gained(_HANDED_OVER, claim, evidence)),
        float(_gained(_SPAN, claim, evidence)),
        float(_gained(_UNTIL, claim, evidence)),
        float(step is not None and _recall(content(step.group(1)), theirs, weight) < _UNKNOWN_STEP),
        *_turned(claim, evidence),
        *_others(claim, evidence),
        *_rounded(claim, evidence, len(known) / len(unique)),
    )
    return dict(zip(NAMES, values, strict=True))


def _turned(claim: str, evidence: str) -> tuple[float, ...]:
    """Return whether a plain denial, outside quotation marks, comes, goes, or forbids what nothing forbade."""
    mine, theirs = (bool(_PLAIN_DENIAL.search(orders.masked(text))) for text in (claim, evidence))
    forbidden = orders.only_forbids(claim) and not orders.forbids(evidence)
    return float(mine and not theirs), float(theirs and not mine), float(forbidden)


def _others(claim: str, evidence: str) -> tuple[float, ...]:
    """Return how many roles come and go, whether people who stand elsewhere come, and whether it is left to others."""
    mine, theirs = actors.roles(claim), actors.roles(evidence)
    return (
        float(min(2, len(mine - theirs))),
        float(min(2, len(theirs - mine))),
        float(bool(actors.standing(mine) - actors.standing(theirs))),
        float(actors.hands_over(claim) and not actors.hands_over(evidence)),
    )


def _rounded(claim: str, evidence: str, recall: float) -> tuple[float, ...]:
    """Return what weighs the more, the more the claim is like its statements; and the longest run of shared words."""
    odd = (denials(claim) - denials(evidence)) % 2
    mine, theirs = stems(claim), stems(evidence)
    run = SequenceMatcher(None, mine, theirs, autojunk=False).find_longest_match().size
    return (
        float(strength.overstated(claim, evidence)),
        float(odd),
        odd * recall,
        min(3, len(flipped(claim, evidence))) * recall,
        run / max(1, len(mine)),
    )


def _recall(part: list[str], known: set[str], weight: Mapping[str, float]) -> float:
    total = sum(weight.get(s, 1.0) for s in set(part))
    return sum(weight.get(s, 1.0) for s in set(part) & known) / total if total else 1.0


def _gained(pattern: re.Pattern[str], claim: str, evidence: str) -> bool:
    return bool(pattern.search(claim)) and not pattern.search(evidence)


def _order(claim: list[str], evidence: list[str]) -> float:
    """Return the share of word pairs that come in the other order in `evidence` than in `claim`, 0 to 1."""
    place = {s: i for i, s in reversed(list(enumerate(evidence)))}
    shared = list(dict.fromkeys(s for s in claim if s in place))
    pairs = [(a, b) for i, a in enumerate(shared) for b in shared[i + 1 :]]
    return sum(place[a] > place[b] for a, b in pairs) / len(pairs) if pairs else 0.0
