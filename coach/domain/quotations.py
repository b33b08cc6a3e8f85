"""What somebody is quoted with inside a sentence: put aside while the sentence itself is looked at or changed."""

from __future__ import annotations

import re
from collections.abc import Sequence

#: Stands for one quotation. Clean text has no such character.
MARK = "\x00"
# A straight single quote opens one only where no letter stands before it and closes it only where none follows:
# "don't" and "the team's" have none.
_QUOTATION = re.compile(
    r"“[^”]*”|‘(?:[^’]|’(?=\w))*’(?!\w)|\"[^\"]*\"|(?<!\w)'(?=\S)(?:[^']|'(?=\w))*'(?!\w)", re.DOTALL
)


def put_aside(text: str) -> tuple[str, list[str]]:
    """Return `text` with a `MARK` for each quotation, and the quotations in their order, quotes and all."""
    return _QUOTATION.sub(MARK, text), _QUOTATION.findall(text)


def put_back(text: str, quotations: Sequence[str]) -> str:
    """Return `text` with its marks replaced by `quotations`, of which it may need only the first ones."""
    first, *rest = text.split(MARK)
    return first + "".join(q + part for q, part in zip(quotations, rest, strict=False))
