"""Words as the checks compare them: tokens, stems, and which of them carry meaning."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

_TOKEN = re.compile(r"[a-z]+(?:['’][a-z]+)?|\d+(?:[.,:]\d+)*%?", re.IGNORECASE)
_CLAUSE = re.compile(r"(?:[,;:]|\s[–—-])\s+|\s+(?:and|but|so|because|which|while|rather than|instead of|as long as)\s+")


def word_set(text: str) -> frozenset[str]:
    """Return the words of `text` as a set: how lists of words are written here."""
    return frozenset(text.split())


#: Words that carry grammar and not meaning. Negations and quantities are left out on purpose: they are looked at apart.
STOP = word_set(
    "a an the this that these those there here it its it's itself he she they them their theirs him his her hers "
    "we us our ours you your yours yourself i me my mine who whom whose which what where when why how and or but "
    "nor so if then than as at by for from in into of off on onto out over per to up upon with within about after "
    "before between through during against toward towards be am is are was were been being do does did doing done "
    "have has had having will would shall should can could may might must ought let lets get gets got make makes "
    "made go goes too also very just even still yet again once now while because since until though although "
    "whether both either each such own same other another else more most some any one ones thing things something "
    "someone somebody anyone anybody way that's there's you're you'll you've they're they'll they've we're i'm "
    "i'd i'll i've he's she's what's don doesn isn aren wasn won"
)

#: Irregular forms of this domain's words, by stem of the form.
_IRREGULAR = {
    "said": "say", "told": "tell", "gave": "give", "given": "give", "kept": "keep", "held": "hold", "written": "write",
    "wrote": "write", "brought": "bring", "bought": "buy", "taught": "teach", "thought": "think", "built": "build",
    "sent": "send", "spoke": "speak", "spoken": "speak", "took": "take", "taken": "take", "led": "lead",
    "left": "leave",
    "met": "meet", "heard": "hear", "shown": "show", "knew": "know", "known": "know", "grew": "grow", "grown": "grow",
    "chose": "choose", "chosen": "choose", "people": "person", "children": "child", "saw": "see", "seen": "see",
    "found": "find", "lost": "lose", "ran": "run", "began": "begin", "begun": "begin", "went": "go", "gone": "go",
    "better": "good", "best": "good", "worse": "bad", "worst": "bad", "asked": "ask", "analyses": "analysis",
    "shield": "shield", "criteria": "criterion", "fell": "fall", "stood": "stand", "understood": "understand",
    "paid": "pay", "sold": "sell", "cost": "cost", "won": "win", "meant": "mean", "dealt": "deal", "felt": "feel",
}  # fmt: skip
_SUFFIXES = (
    ("ations", "ate"), ("ation", "ate"), ("ising", "ize"), ("izing", "ize"), ("ised", "ize"), ("ized", "ize"),
    ("ises", "ize"), ("izes", "ize"), ("ise", "ize"), ("ments", ""), ("ment", ""), ("nesses", ""), ("ness", ""),
    ("ings", ""), ("ing", ""), ("ies", "y"), ("ied", "y"), ("edly", ""), ("ed", ""), ("ers", ""), ("er", ""),
    ("ors", ""), ("or", ""), ("ibly", "ible"), ("ably", "able"), ("ily", "y"), ("ly", ""), ("es", ""), ("s", ""),
)  # fmt: skip


def stem_set(text: str) -> frozenset[str]:
    """Return the stems of the words of `text` as a set."""
    return frozenset(stem(w) for w in text.split())


def tokens(text: str) -> list[str]:
    """Return the words and numbers of `text` in order, in lower case, with straight apostrophes."""
    return [t.lower().replace("’", "'") for t in _TOKEN.findall(text)]


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """Return a form that inflections of `word` share; a light suffix stripper that need not be a word itself."""
    word = word.removesuffix("'s")
    if word in _IRREGULAR:
        return _bare(_IRREGULAR[word])
    if len(word) < 4 or not word.isalpha():
        return word
    for suffix, put in _SUFFIXES:
        shortest = 2 if put == "y" else 3
        plural = suffix != "s" or not word.endswith(("ss", "us", "is"))
        if word.endswith(suffix) and len(word) - len(suffix) >= shortest and plural:
            return _bare(word[: -len(suffix)] + put)
    return _bare(word)


def _bare(word: str) -> str:
    """Undo doubled consonants and a silent e: ``plann`` and ``plan``, ``decid`` and ``decide`` are one."""
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "aeiouls":
        word = word[:-1]
    if len(word) > 3 and word.endswith("e"):
        word = word[:-1]
    return word[:-1] + "i" if len(word) > 3 and word.endswith("y") else word


def content(text: str) -> list[str]:
    """Return the stems of the words of `text` that carry meaning, in order, with repeats."""
    return [stem(t) for t in tokens(text) if t not in STOP]


def stems(text: str) -> list[str]:
    """Return the stems of all words of `text`, in order."""
    return [stem(t) for t in tokens(text)]


def bigrams(items: list[str]) -> set[tuple[str, str]]:
    """Return the pairs of neighbours in `items`."""
    return set(pairwise(items))


def clauses(text: str) -> list[str]:
    """Return the parts of a sentence between commas, colons and conjunctions that have at least two content words."""
    parts: list[str] = []
    for part in _CLAUSE.split(text):
        if parts and len(content(part)) < 2:
            parts[-1] += " " + part
        else:
            parts.append(part)
    if len(parts) > 1 and len(content(parts[0])) < 2:
        parts[:2] = [f"{parts[0]} {parts[1]}"]
    return [p.strip() for p in parts if p.strip()]
