"""Which of the sources that are known of a file each draft of it continues."""

from __future__ import annotations

from collections.abc import Sequence

from coach.domain.source import Draft, Source


def pairs(drafts: Sequence[Draft], known: Sequence[Source]) -> list[tuple[Draft, Source | None]]:
    """Return each draft with the source that it continues: by title first, then by the statements that they share."""
    left = list(known)
    found: dict[int, Source] = {}
    if len(drafts) == len(left) == 1:
        return [(drafts[0], left[0])]
    for at, draft in enumerate(drafts):
        same = next((source for source in left if source.title == draft.title), None)
        if same:
            found[at] = same
            left.remove(same)
    for at, draft in enumerate(drafts):
        if at in found or not left:
            continue
        hashes = {s.hash for s in draft.statements}
        best = max(left, key=lambda source: sum(s.hash in hashes for s in source.statements))
        if any(s.hash in hashes for s in best.statements):
            found[at] = best
            left.remove(best)
    return [(draft, found.get(at)) for at, draft in enumerate(drafts)]
