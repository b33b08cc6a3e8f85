"""Where a term stands in a text."""

from __future__ import annotations


def occurrences(text: str, term: str) -> list[tuple[int, int]]:
    """Return where `term` begins and ends in `text`, without regard to case; an empty term stands nowhere."""
    folded, wanted = text.casefold(), term.casefold()
    # Where folding changes the length ("ß"), the offsets would not fit the text.
    if len(folded) != len(text):
        folded, wanted = text.lower(), term.lower()
    if not wanted or len(folded) != len(text):
        return []
    found = []
    at = folded.find(wanted)
    while at >= 0:
        found.append((at, at + len(wanted)))
        at = folded.find(wanted, at + len(wanted))
    return found
