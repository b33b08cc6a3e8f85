"""Numbers of a text in one form, so that "50 %", "fifty per cent" and "half" can be compared."""

from __future__ import annotations

import re

_UNITS = {
    "zero": 0, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19,
}  # fmt: skip
#: What can follow "twenty"; "one" alone is no number here.
_DIGITS = {"one": 1, **_UNITS}
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
#: Words that stand for a number; a claim may say them of anything that comes to that number.
_SAME = {
    "both": 2, "pair": 2, "couple": 2, "twice": 2, "double": 2, "doubled": 2, "doubles": 2, "second": 2, "third": 3,
    "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10, "dozen": 12,
    "fortnight": 2, "noon": 12, "midnight": 12, "triple": 3, "tripled": 3, "thrice": 3,
}  # fmt: skip
#: Shares, as percentages; "quarter" is also three months.
_SHARES = {"half": 50.0, "halves": 50.0, "halve": 50.0, "halved": 50.0, "quarter": 25.0, "quarters": 25.0}
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[a-z]+", re.IGNORECASE)
#: Names such as GPT-4, S3 or P8.2 hold digits that are no numbers.
_NAME = re.compile(r"\b[A-Za-z]+-?\d+(?:\.\d+)*\b")


_THE_TWO = re.compile(r"\b(?:the|these|those|your|their|our|between) two\b", re.IGNORECASE)


def numbers(text: str) -> list[float]:
    """Return the numbers that `text` states, in order.

    Words such as "both" or "half" state none, nor do "one" and "the two", which speak of what is known already.
    """
    return [value for value, stated in _scan(_THE_TWO.sub(" ", _NAME.sub(" ", text))) if stated]


def allowed_numbers(text: str) -> set[float]:
    """Return every number that a claim about `text` may state: those in it, and those that its words stand for."""
    return {value for value, _ in _scan(text)} | {1.0}


def _scan(text: str) -> list[tuple[float, bool]]:
    found: list[tuple[float, bool]] = []
    words = [w.lower() for w in _TOKEN.findall(text)]
    i = 0
    while i < len(words):
        word = words[i]
        i += 1
        if word[0].isdigit():
            value = _digits(word)
        elif word in _TENS and i < len(words) and 0 < _DIGITS.get(words[i], 0) < 10:
            value = float(_TENS[word] + _DIGITS[words[i]])
            i += 1
        elif word in _TENS or word in _UNITS:
            value = float(_TENS.get(word) or _UNITS[word])
        elif word in _SAME or word in _SHARES:
            found.append((float(_SAME.get(word) or _SHARES[word]), False))
            continue
        else:
            if word in _SCALES:
                found.append((float(_SCALES[word]), False))
            continue
        while i < len(words) and words[i] in _SCALES:
            value *= _SCALES[words[i]]
            i += 1
        found.append((value, True))
    return found


def _digits(raw: str) -> float:
    if re.fullmatch(r"\d{1,3}(,\d{3})+", raw):
        return float(raw.replace(",", ""))
    whole, *rest = re.split(r"[.,]", raw)
    return float(f"{whole}.{rest[0]}" if rest else whole)
