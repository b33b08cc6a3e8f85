"""What the person's notes say about whom a talk is with and what it is about: offered with their dates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from coach.agent.decisions import replaces
from coach.agent.notes import with_newer
from coach.agent.page import chosen_notes
from coach.agent.talks.clauses import sentences
from coach.domain.evidence import Evidence, Retrieval
from coach.domain.preparation import Interview
from coach.domain.source import SourceKind
from coach.grounding.words import content

if TYPE_CHECKING:
    from coach.agent.library import Library

#: Lines of notes on one page.
_MOST = 3
_LIMIT = 24
#: What a line must score that shares no word with what is prepared.
_MEANING_ALONE = 0.5
#: Words of what happened that notes are looked up for.
_LOOKED_UP = 60
#: So many of its words must be about the talk, its note's title included.
_SHARED = 3
#: A line that shares so many of its words with a sentence of the person's says nothing more.
_SAID_ALREADY = 0.75
_SOMEBODY = re.compile(r"(?i)\b(?:he|she|him|her|his|hers|they|them|their)\b")


def found_notes(library: Library, interview: Interview) -> list[Evidence]:
    """Return lines of the person's notes that belong to a talk, the newest note first.

    What a newer line replaces is left out, and its replacement stands in. A line about "him" or "her" counts only where
    its note is about whom the talk is with: taken out of a note about somebody else it would speak of the wrong person.
    """
    happened = " ".join(interview.happened.split()[:_LOOKED_UP])
    queries = (f"{interview.who} {interview.wanted}", happened, interview.draft)
    best: dict[str, Evidence] = {}
    for query in dict.fromkeys(" ".join(q.split()) for q in queries if q.strip()):
        for e in library.search(query, limit=_LIMIT, kinds=[SourceKind.NOTE]).evidence:
            if e.id not in best or e.score > best[e.id].score:
                best[e.id] = e
    found = sorted((e for e in best.values() if _belongs(e, interview)), key=lambda e: -e.score)
    chosen = with_newer(chosen_notes(Retrieval("", evidence=tuple(found)), _MOST, alone=_MEANING_ALONE), found)
    current = [e for e in chosen if not any(replaces(newer, e) for newer in chosen)]
    return sorted(current, key=lambda e: -(e.date.toordinal() if e.date else 0))


def _belongs(e: Evidence, interview: Interview) -> bool:
    text = e.statement.text
    words = set(content(text))
    for sentence in sentences(interview.happened):
        if words and len(words & set(content(sentence))) >= _SAID_ALREADY * len(words):
            return False
    # The heading may say of whom a list speaks.
    subject = set(content(" ".join((e.source_title, *e.statement.heading))))
    who = set(content(interview.who))
    with_them = bool(who) and who <= subject
    if _SOMEBODY.search(text) and not with_them and not (who and who <= words):
        return False
    about = set(content(interview.said))
    return with_them or len((words | set(content(e.source_title))) & about) >= _SHARED
