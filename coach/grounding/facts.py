"""Rule checks of a claim against its statements, each with a reason in plain words.

Numbers, names, dates and quotations may also come from the person's own words; what is advised may not. The checks in
`RULES` veto a claim, so they are kept to what hardly ever refuses a good paraphrase or a good applied sentence. What is
too uncertain for a veto is a hint that a checker weighs (see `coach.grounding.hints`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from coach.domain.calendar_names import MONTHS, WEEKDAYS
from coach.grounding.actors import handed_over, replaced_standing, roles
from coach.grounding.edits import altered
from coach.grounding.orders import forbids, gives_order, only_forbids
from coach.grounding.polarity import denials, flipped
from coach.grounding.quantities import allowed_numbers, numbers
from coach.grounding.strength import overstated
from coach.grounding.words import content, stem, stems, tokens, word_set

#: Checks one claim: takes the claim, its statements joined, and the person's own words; returns a reason or None.
Rule = Callable[[str, str, str], "str | None"]

#: "May" is more often a verb.
_MONTHS = frozenset(name.lower() for name in MONTHS) - {"may"}
_DAYS = frozenset(name.lower() for name in WEEKDAYS)
_CALENDAR = re.compile(rf"\b(?:{'|'.join(sorted(_MONTHS | _DAYS))}|(?<=[a-z,;] )May(?= \d))\b", re.IGNORECASE)
#: Capitalised words that name nothing by themselves, and names that everyone in this field may use for a thing that
#: statements call by its common name.
_COMMON_NAMES = word_set(
    "i ai ml it ok tl tldr english i'm i'll i'd i've llm llms nlp gpu gpus cpu cpus api apis pr prs sql id url "
    "slack vp ceo cto cfo hr pm qa ic ics phd sales product marketing finance legal engineering research compliance "
    "ops operations support"
)
_NAME = re.compile(r"(?<![.!?:\"'“‘(] )(?<!\A)(?<![\w'’-])([A-Z][\w&.-]*\w)(?:['’]s)?|\A([A-Z][A-Z0-9]+)\b")
_QUOTE = re.compile(r"“([^”]{3,300})”|\"([^\"]{3,300})\"|(?<!\w)['‘]((?:[^'’]|['’](?=\w)){3,300})['’](?!\w)")
_STUDY = re.compile(
    r"\b(?:stud(?:y|ies)|research(?:ers)?|surveys?|experiments?|trials|findings?|meta-analys[ei]s|science|scientists?|"
    r"statistics|psychologists?|economists?|experts?|scholars?|academics?|the literature|(?:the )?evidence|data from|"
    r"(?:a|the|recent|several|new) (?:\d{4} )?reports?)\b[^.;:]{0,60}?\b(?:shows?|shown|says?|suggests?|"
    r"proves?|proven?|finds?|found|confirms?|tells? us|indicates?|demonstrates?|agrees?|recommends?|calls?|advises?|"
    r"supports?|links?|came to|established|documents?|backs?)\b"
    r"|\baccording to (?:an? |the |recent |new |many |several |\d+ )*"
    r"(?:stud|research|survey|expert|scien|psycho|report)"
    r"|\b(?:scientific|empirical|academic|strong|solid|ample) (?:\w+ )?(?:evidence|proof|literature|research)\b"
    r"|\b(?:finding|result|effect)s? (?:that |which )?(?:has|have|was|were) (?:been )?(?:\w+ )?"
    r"(?:replicated|proven|shown)\b"
    r"|\b(?:stud(?:y|ies)|research|experiments?|surveys?) (?:at|from|by|of|with|on) [^.;]{0,40}?"
    r"(?:universit|team|compan|engineer|lead|Harvard|Stanford|MIT\b)"
    r"|\bit (?:is|has been) (?:scientifically |well )?proven\b|\b(?:'s|’s) (?:research|study|studies)\b",
    re.IGNORECASE,
)
#: Shorter quotations are labels and examples, which an applied sentence may choose for itself.
_WORDS_OF_A_QUOTATION = 4
#: Share of a claim's words that stand in the statement, from which on it counts as the statement with small changes.
#: The first where one of the two has a denial more, which is the surer sign; the second in general.
_NEARLY, _ALMOST_ALL = 0.7, 0.8
_RESEARCH = word_set(
    "study studies research researcher researchers survey surveys trials experiment experiments science scientist "
    "scientists scientific statistics expert experts psychologist psychologists economist economists scholar scholars "
    "academic academics meta-analysis finding findings literature report reports universities university data"
)


def check_facts(claim: str, evidence: str, situation: str = "") -> str | None:
    """Return why `claim` cannot stand beside its statements, or None where no rule objects.

    Args:
        claim: one sentence, without ids.
        evidence: the texts of the cited statements, joined by line breaks.
        situation: the person's own words; they may give numbers, names and dates, and no advice.
    """
    for rule in RULES:
        if reason := rule(claim, evidence, situation):
            return reason
    return None


def unknown_number(claim: str, evidence: str, situation: str = "") -> str | None:
    """A number, percentage or date figure that neither the statements nor the person gave."""
    allowed = allowed_numbers(f"{evidence}\n{situation}")
    for number in numbers(claim):
        if number not in allowed:
            return f"It gives the number {number:g}, which its source does not give."
    return None


def unknown_day(claim: str, evidence: str, situation: str = "") -> str | None:
    """A month or a day of the week that neither the statements nor the person named."""
    known = {m.lower() for m in _CALENDAR.findall(f"{evidence}\n{situation}")}
    for day in _CALENDAR.findall(claim):
        if day.lower() not in known:
            return f"It names {day}, which its source does not name."
    return None


def unknown_name(claim: str, evidence: str, situation: str = "") -> str | None:
    """A capitalised name or an acronym inside the sentence that neither the statements nor the person used."""
    known = set(stems(f"{evidence}\n{situation}"))
    for match in _NAME.finditer(claim):
        name = match.group(1) or match.group(2)
        parts = tokens(name)
        if name.lower() in _COMMON_NAMES or not parts or name.lower() in _MONTHS or name.lower() in _DAYS:
            continue
        if not all(stem(p) in known or p in _COMMON_NAMES for p in parts):
            return f"It names {name}, which its source does not name."
    return None


def unknown_quotation(claim: str, evidence: str, situation: str = "") -> str | None:
    """Words in quotation marks that have next to nothing in common with the statements or the person's words."""
    known = set(content(f"{evidence}\n{situation}"))
    for match in _QUOTE.finditer(claim):
        quoted = next(g for g in match.groups() if g)
        said = set(content(quoted))
        if len(said) >= _WORDS_OF_A_QUOTATION and len(said & known) / len(said) < 0.2:
            return "It puts words in quotation marks that do not stand in its source."
    return None


def unknown_study(claim: str, evidence: str, situation: str = "") -> str | None:
    """An appeal to studies, research or experts that the statements do not make."""
    known = set(tokens(evidence))
    for found in _STUDY.finditer(claim):
        named = {w for w in tokens(found.group()) if w in _RESEARCH}
        # "The evidence" of a statement is no study, and "found" in it no finding.
        if not named or named - known:
            return "It appeals to research that its source does not mention."
    return None


def opposite(claim: str, evidence: str, situation: str = "") -> str | None:
    """A claim in nearly the words of a statement that denies what the statement affirms, or the reverse."""
    said = set(content(claim))
    for statement in evidence.splitlines():
        share = len(said & set(content(statement))) / max(1, len(said))
        odd = (denials(claim) - denials(statement)) % 2 == 1
        if len(said) >= 2 and share >= (_NEARLY if odd else _ALMOST_ALL) and flipped(claim, statement):
            return "It says the opposite of its source, or denies what its source affirms."
    return None


def denied_order(claim: str, evidence: str, situation: str = "") -> str | None:
    """An order not to do something, of statements that give orders and forbid nothing."""
    if only_forbids(claim) and gives_order(evidence) and not forbids(evidence):
        return "It tells the reader not to do what its source tells them to do."
    return None


def overstatement(claim: str, evidence: str, situation: str = "") -> str | None:
    """A claim that something must be or always is so, of statements that say it may be or often is."""
    return "It says more strongly what its source says with care." if overstated(claim, evidence) else None


def other_actor(claim: str, evidence: str, situation: str = "") -> str | None:
    """A claim in which somebody does it, or has it done to them, who is nobody that the statements speak of."""
    told = roles(situation)
    who = handed_over(claim, evidence)
    if who and not roles(who) <= told:
        return f"It leaves to {who} what its source asks of the reader."
    if replaced_standing(claim, evidence) and not roles(claim) & told:
        return "It speaks of other people than its source does."
    return None


#: In the order in which their reasons are given.
RULES: Sequence[Rule] = (
    unknown_number, unknown_day, unknown_name, unknown_study, unknown_quotation, opposite, denied_order, overstatement,
    other_actor, altered,
)  # fmt: skip
