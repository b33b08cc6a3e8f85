"""A statement said as it stands needs no checker."""

from __future__ import annotations

import re

from coach.domain.source import Statement, content_hash

NAME = "verbatim"
_QUOTES = "\"'“”‘’«» "
#: What may stand before a quoted statement: a short introduction that asserts nothing itself.
_INTRODUCTION = re.compile(
    r"(?:as |the )?(?:your (?:own )?notes?|the notes?|your team|the sources?|the principles?|the practice|"
    r"this principle|one (?:principle|practice|point)|principle|practice|here|what applies|the point|"
    r"in the words of the source|(?:the )?statement)(?: (?:of|from|on) [^:]{1,40})?"
    r"(?: (?:says?|said|puts? it|is|reads?|applies|puts it this way|says this|it says))?",
    re.IGNORECASE,
)


def is_verbatim(text: str, statement: Statement) -> bool:
    """Whether `text` is the statement itself, alone or behind a short introduction and a colon."""
    if content_hash(text) == statement.hash:
        return True
    introduction, colon, rest = text.partition(":")
    said = [text.strip(_QUOTES)]
    if colon and _INTRODUCTION.fullmatch(introduction.strip()):
        said += [rest.strip(), rest.strip(_QUOTES)]
    folded = _folded(statement.text)
    return any(_folded(s) == folded for s in said)


def _folded(text: str) -> str:
    """Fold white space, typographic quotes, the capital at the beginning and the full stop at the end."""
    plain = " ".join(text.replace("’", "'").replace("‘", "'").replace("“", '"').replace("”", '"').split())
    return (plain[:1].lower() + plain[1:]).rstrip(".")
