"""Dates in questions: "what did we decide since the September retro?" looks only at the notes of that time.

Only sentences that ask what was written or decided are read, and where it is not sure what time is meant, the search
stays as it is: a note that is left out by mistake is worse than one too many.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from coach.agent.notes import looks_up
from coach.agent.times import Reader, Window
from coach.domain.sentences import split_sentences
from coach.grounding.words import word_set
from coach.store.dated import DatedNote

#: With a time and nothing but these, the question before is asked again.
_AGAIN = word_set("and or but so then what about how only just")
#: What asks: a question mark, or how a question or an order begins.
_ASKS = re.compile(
    r"(?i)\?\W*\Z|\A\W*(?:(?:and|so|but|also|please|ok|since|in|after|before|between|during|from|over|last|this)\b"
    r"[^.!?]{0,80}?\s)?(?:what|which|who|when|where|did|have|has|is|was|list|show|find|remind|give|tell|anything)\b"
)
_WORD = re.compile(r"\w+")


def window(question: str, today: date, notes: Callable[[], Sequence[DatedNote]], before: str = "") -> Window:
    """Return the time that `question` asks the notes of.

    Args:
        question: what is asked, in English.
        today: nothing later is meant.
        notes: gives the notes that have a date; asked only where a gathering is named.
        before: the question before it, which it may only give another time.
    """
    found: list[Window] = []
    for sentence in split_sentences(question):
        if looks_up(sentence) and _ASKS.search(sentence):
            found += [_rested(w, question, sentence) for w in Reader(sentence, today, notes).windows()]
        elif looks_up(before):
            # "And since September?" asks the question before it again.
            again = window(before, today, notes).rest
            read = Reader(sentence, today, notes).windows()
            found += [replace(w, rest=again) for w in read if not {*_WORD.findall(w.rest.lower())} - _AGAIN]
    # Two times in one question: which of them is meant is anybody's guess.
    return found[0] if len(found) == 1 else Window(rest=question)


def _rested(found: Window, question: str, sentence: str) -> Window:
    folded = " ".join(question.split())
    return replace(found, rest=folded.replace(sentence, found.rest) if sentence in folded else found.rest)
