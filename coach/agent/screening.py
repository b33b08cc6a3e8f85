"""Is it a matter to refer? Rules that always run, and what the gate (a classifier over embeddings) makes of it.

Two tiers of rules: what a `certain` rule names is referred whatever else is said; a `likely` rule tips the balance where
the gate sees some sign of the same. The gate alone refers when it is sure. Words of the trade ("toxicity classifier",
"kill the job", "terminate the run", "harassment-detection model") are taken out before the rules look.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Matter(StrEnum):
    """What kind of matter it is, most urgent first."""

    EMERGENCY = "emergency"
    HEALTH = "health"
    CONDUCT = "conduct"
    LEGAL = "legal"


@dataclass(frozen=True, slots=True)
class Screening:
    """What the screen found."""

    matter: Matter | None
    #: Why, in plain words, for whoever asks why they were sent elsewhere.
    why: str = ""


#: The gate alone refers from this probability of all matters together on.
GATE_ALONE = 0.60
#: With a likely rule, this probability is enough.
GATE_WITH_RULE = 0.15

_ANYONE = r"(i|me|my|myself|he|him|himself|she|her|herself|they|them|themselves|themself|somebody|someone)"

# Things that teams build or do and that sound like a matter to refer.
_TRADE = re.compile(
    r"(?i)\b(suicid\w*|self[- ]?harm|abus\w+|harass\w+|toxic\w*|hate[- ]?speech|violen\w+|weapon\w*|gun|threat\w*|bully\w*|"
    r"discriminat\w+|pay[- ](gap|equity)|sick[- ]leave|medical|mental[- ]health|depression|alcohol|drug|assault|nsfw|stalk\w*)"
    r"([- ]\w+){0,2}[- ](classifier|detector|detection|model|dataset|labels?|filter|pipeline|score|prediction|risk|"
    r"moderation|product|feature|analytics|benchmark|project|app|api|forecast\w*|chatbot|prevention)s?\b"
    r"|\b(classif\w+|detect\w*|predict\w*|moderat\w+|flag\w*)\b( \w+){0,3} (suicid\w*|self[- ]?harm|abus\w+|harass\w+|toxic\w*|"
    r"violen\w+|weapon\w*|guns?|threats?|bullying|discriminat\w+|sick leave|depression|assaults?)\b"
    r"|\bmodels?\b( \w+){0,4} (discriminat\w+|biased|unfair)\b"
    r"|\b(kill\w*|terminat\w+|abort\w*|fir(e|ed|ing) (up|off)|shoot\w* (down|off)|shot down|executi\w+)\b"
    r"( \w+){0,3} (job|jobs|run|runs|project|process|idea|proposal|approach|experiment|feature|training|pod|pipeline|query|reply|email)\b"
)

_CERTAIN: dict[Matter, tuple[str, ...]] = {
    Matter.EMERGENCY: (
        r"\b(kill|hurt|harm|hang|cut|cutting|shoot)(ing)? (my|him|her|them)sel(f|ves)\b",
        r"\b(end|take|ending|taking) (my|his|her|their) (own )?li(fe|ves)\b",
        r"\b(don'?t|do not|doesn'?t|does not|didn'?t|no longer|not|never) want(s|ed)? to (be alive|live|wake up|exist|be here any ?more|go on living)\b",
        r"\bbetter (off )?(for (every\w+|all|us) )?(if (i|he|she|they) (wasn'?t|weren'?t|were not|was not|were gone|was gone|were dead|didn'?t exist)|without (me|him|her|them) (here|around|alive))\b",
        r"\b(every\w+|they|world|you)('d| would| will|'ll| is| are)? be better off without (me|him|her|them)\b",
        r"\b(thinks?|thinking|talks?|talking|thought|speaks?|wrote|writes|plans?) (of|about) (suicide|dying|ending (it|everything))\b",
        r"\bsuicid(e|al)\b(?! (risk|classif|detect|prevent|model))",
        r"\b(overdosed?|swallowed (all|a lot|the) .{0,20}pills)\b",
        r"\b(with|has|brought|bring|bringing|carries|got|pulled) (in )?a (gun|knife|weapon|rifle|pistol)\b",
        r"\b(threaten\w*|going|wants?|swore|said he'?d|said she'?d|will) (to )?(kill|stab|shoot|beat up|attack|hurt|strangle) (me|him|her|us|them|every\w+|my|the|a|some\w+)\b(?!.{0,20}\b(project|job|idea|model|run)\b)",
        r"\b(punch|hit|slap|kick|chok|shov|grabb|push)(ed|ing|es|s)? (me|him|her|them|a colleague|my|the \w+ (engineer|colleague))\b(?! (a|an|the|up|for|on|with|down|back|into|to))",
        r"\b(not breathing|stopped breathing|collapsed|unconscious)\b",
    ),
    Matter.HEALTH: (
        r"\bpanic attacks?\b",
        r"\b(suicidal|self[- ]harm)\b",
        r"\b(can'?t|cannot|could ?n[o']t|unable to) get out of bed\b",
        r"\b(nervous breakdown|eating disorder|anorexi\w*|bulimi\w*|relaps\w+|rehab|addict(ed|ion)?|alcoholic|drunk at work|clinically depressed)\b",
        r"\b(drink|drinks|drinking|drank|smells? of (alcohol|booze|wine|vodka)|cocaine|pills|stimulants?|amphetamines?|opioids?|weed|high at work)\b.{0,60}\b(before|work|stand ?up|meeting|morning|mornings|through|every|awake|on[- ]call|shift)\b",
    ),
    Matter.CONDUCT: (
        r"\b(sexual(ly)?|sexis[tm]|racis[tm]|racial|homophob\w+|transphob\w+|antisemit\w+|islamophob\w+)\b",
        r"\b(harass(ed|es|ing|ment)?|molest\w*|grop(ed|es|ing)|stalk(ed|s|ing|er)?)\b",
        r"\b(touch(ed|es|ing)?|kiss(ed|es|ing)?|fondl\w+) (me|him|her|them|my|a (report|colleague|junior))\b",
        r"\b(retaliat\w+)\b",
        r"\bdiscriminat(ed|es|ing|ion|ory)? (against|because|by)\b",
    ),
    Matter.LEGAL: (
        r"\b(whistle-?blow\w*|subpoena\w*|works council|tribunal|unfair dismissal|constructive dismissal)\b",
        r"\b(sue|suing|sued|lawsuit|legal action|press charges)\b",
        r"\b(delete|destroy|hide|falsif\w+|fake|fabricat\w+|forge|backdate|doctor|change|cover up)\w*\b.{0,50}\b(before|from|for) (the )?(audit\w*|regulator\w*|inspect\w*|authorit\w*)\b",
    ),
}

_LIKELY: dict[Matter, tuple[str, ...]] = {
    Matter.EMERGENCY: (
        r"\b(gun|knife|weapon|bomb|police|ambulance|bleeding|violent|violence|hit|punched|slapped|choke[ds]?|beat(en)?|threat\w*)\b",
        r"\b(die|dying|dead|alive|death|goodbye|last time|hopeless|no way out)\b",
    ),
    Matter.HEALTH: (
        r"\b(depress\w+|hopeless\w*|worthless|numb|grey|pointless|breakdown|therap\w+|doctor|diagnos\w+|medicat\w+|insomnia|alcohol|drunk|drugs?|anxi\w+|panic\w*|collapsed|faint\w*|chest pain|lost (a lot of )?weight|stopped eating|haven'?t slept|can'?t sleep|crying|cries|cry|grie\w+|burn(ed|t)?[- ]?out|burnout)\b",
    ),
    Matter.CONDUCT: (
        r"\b(pregnan\w+|maternity|gender|women|men|woman|girls?|female|gay|lesbian|trans|queer|black|skin|accent|foreign\w*|immigrant\w*|religio\w*|muslim|jewish|christian|hindu|pray\w*|hijab|headscarf|disab\w+|wheelchair|autis\w*|older|old|young|age|body|legs|breasts|dress|flirt\w*|creepy|uncomfortable|inappropriate|touch\w*|jokes?)\b",
        r"\b(complain(ed|t)|reported|ethics (line|hotline)|hr)\b.{0,80}\b(since|then|after|now|suddenly|dropped|excluded|left out|punish\w*|demot\w*|rating)\b",
        r"\b(since|after) (i|she|he|they) (complained|reported|spoke up|went to hr|filed)\b",
        r"\b(bull(y|ied|ying|ies)|humiliat\w+|worthless|screams?|belittl\w+|singled out|intimidat\w+)\b",
        r"\b(follows?|followed|waits? for|shows up at|keeps (texting|messaging|calling)) (me|him|her|them)\b",
    ),
    Matter.LEGAL: (
        r"\b(lawyer|attorney|legal(ly)?|illegal(ly)?|court|contract terminat\w+|dismiss\w*|laid off|lay(ing)? off|let (him|her|someone|somebody|one|them|people) go|fir(e|ed|ing)|severance|notice period|redundan\w+|pip|performance plan)\b",
        r"\b(sick leave|medical leave|parental leave|maternity|leave of absence|off work|disability|accommodation)\b",
        r"\b(pay gap|equal pay|earns? (less|more|a \w+ less)|paid (less|more))\b",
        r"\b(regulator\w*|auditor\w*|compliance|breach|gdpr|personal data|leak(ed)?|safety|unsafe|certified|certificat\w+|fraud|bribe\w*|kickback\w*|stole|stolen|took our|trade secret\w*|nda|non-?compete|visa)\b",
    ),
}

_COMPILED = {
    tier: [(m, re.compile(p, re.IGNORECASE)) for m, patterns in rules.items() for p in patterns]
    for tier, rules in (("certain", _CERTAIN), ("likely", _LIKELY))
}


def screen(question: str, gate: dict[str, float]) -> Screening:
    """Return whether `question` is a matter to refer.

    Args:
        question: what the person asks or describes.
        gate: probabilities by class, "inside", "outside" and each `Matter`; may be empty.
    """
    text = _TRADE.sub(" ", question.replace("’", "'"))
    by_matter = {m: gate.get(m.value, 0.0) for m in Matter}
    together = sum(by_matter.values())
    likeliest = max(by_matter, key=lambda m: by_matter[m])
    if certain := _first("certain", text):
        return Screening(certain, "words that name such a matter")
    if together >= GATE_ALONE:
        return Screening(likeliest, f"it reads like such messages ({together:.0%})")
    likely = _matters("likely", text)
    if likely and together >= GATE_WITH_RULE:
        matter = likeliest if likeliest in likely else likely[0]
        return Screening(matter, f"words that often go with such a matter, and it reads like such messages ({together:.0%})")
    return Screening(None)


def _matters(tier: str, text: str) -> list[Matter]:
    return [m for m, pattern in _COMPILED[tier] if pattern.search(text)]


def _first(tier: str, text: str) -> Matter | None:
    return next(iter(_matters(tier, text)), None)
