"""Characters that a reader would not see, or that a file format forbids, written out."""

from __future__ import annotations

import re

# Controls other than tab and newline, invisible and bidirectional characters, surrogates, and what XML 1.0 leaves out.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    """Return `text` with each such character as its escape, such as ``\\u202e``: what hides in a question is seen."""
    return _UNSEEN.sub(lambda m: f"\\u{ord(m.group()):04x}", text)
