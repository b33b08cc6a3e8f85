"""From "you" to "I": a line of advice in the voice of the person who takes it on.

Rules, and no grammar: "you" is who does something, or who something is done to, by the words beside it. Where they do
not tell, it is taken as who does it; the person reads the line before it counts.
"""

from __future__ import annotations

import re

from coach.domain.quotations import put_aside, put_back


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TOKEN = re.compile(r"[\w’'-]+|[^\w\s]|\x00")
_SECOND = re.compile(r"(?i)\b(?:you|your|yours|yourself)\b")
_FIRST = re.compile(r"(?i)\b(?:i|me|my|mine|myself)\b(?!\.)")
#: Whatever follows, these begin a clause: "when you", "the sentence that you".
_OPENS_CLAUSE = _words(
    "if when whenever once that what which who whom where how why whether because while unless though although then so"
)
#: These may, or may stand before an object: "before you ask", "after you".
_MAY_OPEN = _words("and or but than as before after since until till like except")
_PREPOSITIONS = _words(
    "to for with from of about at by on upon in into over under above below behind beside between without against "
    "toward towards near around across past through"
)
_AUXILIARIES = _words(
    "are were have had will would shall should can could may might must do did don't didn't can't cannot won't "
    "haven't hadn't wouldn't shouldn't couldn't aren't weren't don’t didn’t can’t won’t haven’t hadn’t wouldn’t "
    "shouldn’t couldn’t aren’t weren’t"
)
#: Behind an object, not behind who does something: "asks you to", "gives you the".
_AFTER_OBJECT = _words(
    "to for about in on at with from of by into over the a an this these those your my their his her its our some any "
    "no every each one two three more less how what which who where why whether if alone"
)
#: Verbs that somebody is the object of without a preposition.
_TRANSITIVE = _words(
    "ask tell show offer owe help want need thank blame invite join press push remind warn stop interrupt trust "
    "question challenge praise criticise criticize ignore pass allow convince call save cost wish promise pay keep "
    "meet see hear catch leave let make bring give send teach put get cut lead hand forward copy add mention include "
    "find grant lend forgive accuse email message ping approach assign expect correct contradict surprise worry"
)
_IRREGULAR = _words(
    "told shown owed paid kept met saw seen heard caught left made brought gave given sent taught got led found lent "
    "forgave forgiven stopped"
)
_PLAIN = {"your": "my", "yours": "mine", "yourself": "myself"}
#: Endings of verbs, and what stands in their place in the plain form.
_ENDINGS = (
    ("", ""), ("s", ""), ("es", ""), ("ies", "y"), ("ed", ""), ("ed", "e"), ("ied", "y"), ("ing", ""), ("ing", "e"),
)  # fmt: skip
#: What "you" and the auxiliary behind or before it become together.
_AGREE = {"are": "am", "were": "was"}
_CONTRACTED = {"you're": "I'm", "you’re": "I’m", "you'll": "I'll", "you’ll": "I’ll", "you've": "I've", "you’ve": "I’ve"}
_CONTRACTED |= {"you'd": "I'd", "you’d": "I’d"}
_NEGATED = {"aren't": "am not", "aren’t": "am not", "weren't": "wasn't", "weren’t": "wasn’t"}


def in_first_person(text: str) -> str:
    """Return `text` with "you" as "I" or "me" and "your" as "my". Quotations stay as they are.

    So does a text that says "I" or "my" already: its "you" is somebody else.
    """
    bare, quotations = put_aside(text)
    if _FIRST.search(bare) or not _SECOND.search(bare):
        return text
    found = list(_TOKEN.finditer(bare))
    tokens = [match.group() for match in found]
    turned = _turned(tokens)
    pieces, at = [], 0
    for match, word in zip(found, turned, strict=True):
        pieces += [bare[at : match.start()], word]
        at = match.end()
    return put_back("".join([*pieces, bare[at:]]), quotations)


def _turned(tokens: list[str]) -> list[str]:
    words = [token.lower() for token in tokens]
    turned = list(tokens)
    for i, word in enumerate(words):
        before, after = words[i - 1] if i else "", words[i + 1] if i + 1 < len(words) else ""
        if word in _PLAIN:
            turned[i] = _PLAIN[word].capitalize() if tokens[i][0].isupper() else _PLAIN[word]
        elif word in _CONTRACTED:
            turned[i] = _CONTRACTED[word]
        elif word == "you" and not _does(before, after):
            turned[i] = "me"
        elif word == "you":
            turned[i] = "I"
            if after in _AGREE or after in _NEGATED:
                turned[i + 1] = {**_AGREE, **_NEGATED}[after]
            elif before in _AGREE:
                turned[i - 1] = _AGREE[before]
    return turned


def _does(before: str, after: str) -> bool:
    """Whether "you" between these two words does something."""
    if not after[:1].isalnum():
        # "The price that it costs you." Nothing is left for it to do.
        return False
    if not before[:1].isalnum() or before in _OPENS_CLAUSE:
        return True
    if before in _PREPOSITIONS:
        return False
    if before in _MAY_OPEN:
        return after not in _AFTER_OBJECT
    if after in _AUXILIARIES or before in _AUXILIARIES:
        return True
    return after not in _AFTER_OBJECT and not _takes_object(before)


def _takes_object(word: str) -> bool:
    return word in _IRREGULAR or any(
        word.endswith(end) and word.removesuffix(end) + instead in _TRANSITIVE for end, instead in _ENDINGS
    )
