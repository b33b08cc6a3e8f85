"""Which statements speak of what a line did, and of what to answer to a move: the ties of a rehearsal to its sources.

Ids of the built-in corpus. A statement that is not there, because practices are turned off or a person brought their
own principles, is passed over; nothing is said in its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from coach.agent.library import Library
from coach.domain.answer import Citation
from coach.domain.debrief import Cited
from coach.domain.errors import InputError
from coach.domain.evidence import Evidence
from coach.domain.quotations import put_aside
from coach.domain.rehearsal import Act, Move
from coach.domain.source import StatementKind

#: What a line did, as a debrief says it: what the words do, and nothing of who says them.
WHAT = {
    Act.FACT: "names something that happened and when, so that both can check it",
    Act.OPEN_QUESTION: "asks a question that cannot be answered with yes or no",
    Act.PARAPHRASE: "says their view back",
    Act.OWN_PART: "names your own part in it",
    Act.REQUEST: "asks for one thing, so that it can be granted",
    Act.OPTION: "puts an option on the table",
    Act.LIMIT: "says the no where it can be heard",
    Act.ALWAYS_NEVER: "speaks of “always” or “never” in place of one day",
    Act.TRAIT: "puts a label on somebody in place of what happened",
    Act.INTENT: "says what somebody wanted or meant, which only they can know",
    Act.THREAT: "ties what you want to a threat",
    Act.REPEAT: "says again what an earlier line had said",
    Act.FLATTERY: "praises in general, without a deed",
    Act.CAVE_IN: "gives the point away and gets nothing for it",
    Act.INSULT: "uses words that hurt, and leaves the matter aside",
    Act.SILENT: "says nothing",
}
#: The practice statement that speaks of an act, and the principle that this one serves.
OF_ACT: dict[Act, tuple[str, ...]] = {
    Act.FACT: ("C2.2", "P7.4"),
    Act.OPEN_QUESTION: ("C14.2", "P7.4"),
    Act.PARAPHRASE: ("C14.4", "P7.4"),
    Act.OWN_PART: ("C3.5", "P7.3"),
    Act.REQUEST: ("C3.7", "P7.5"),
    Act.OPTION: ("C1.4", "P8.3"),
    Act.LIMIT: ("C1.5", "P8.2"),
    Act.ALWAYS_NEVER: ("C2.11", "P7.4"),
    Act.TRAIT: ("C2.13", "P7.4"),
    Act.INTENT: ("C2.3", "P7.4"),
    Act.THREAT: ("C3.7", "P7.5"),
    Act.REPEAT: ("C14.4", "P7.4"),
    Act.FLATTERY: ("C2.6", "P7.8"),
    Act.CAVE_IN: ("C1.1", "P8.3"),
    Act.INSULT: ("C3.10", "P7.4"),
    Act.SILENT: ("C3.4", "P7.4"),
}
#: The statement whose quoted words show how the line could be said.
SAID_BETTER: dict[Act, str] = {
    Act.ALWAYS_NEVER: "C2.2",
    Act.TRAIT: "C2.2",
    Act.INTENT: "C2.3",
    Act.THREAT: "C3.7",
    Act.REPEAT: "C14.4",
    Act.FLATTERY: "C2.6",
    Act.CAVE_IN: "C1.1",
    Act.INSULT: "C2.2",
    Act.SILENT: "C3.4",
    Act.FACT: "C2.2",
    Act.OPEN_QUESTION: "C14.2",
    Act.PARAPHRASE: "C14.4",
    Act.OWN_PART: "C3.5",
    Act.REQUEST: "C3.7",
}
#: Plans for the next time that these come over the person.
PLAN_OF_ACT: dict[Act, str] = dict.fromkeys(
    (Act.INSULT, Act.THREAT, Act.TRAIT, Act.INTENT, Act.ALWAYS_NEVER), "C3.10"
) | {Act.CAVE_IN: "C1.9"}
#: Plans that help in one case only, a raised voice or one remark, and are none for whoever said nothing, or praised.
OF_ONE_CASE = frozenset({"C3.10", "C3.9"})
#: What speaks of each move of the other side: an if-then line first where there is one.
TO_MOVE: dict[Move, tuple[str, ...]] = {
    Move.GREET: ("C3.4", "C2.2", "C1.5"),
    Move.DEFLECT: ("C5.9", "C3.7", "C14.10"),
    Move.PRESS: ("C1.9", "C9.9", "C1.1"),
    Move.MINIMISE: ("C3.9", "C2.2", "C9.4"),
    Move.COUNTER_ACCUSE: ("C3.10", "C3.5", "C24.1"),
    Move.APPEAL: ("C1.10", "C1.8", "C1.3"),
    Move.GO_SILENT: ("C2.9", "C14.10"),
    Move.SHARP_QUESTION: ("C9.9", "C14.4", "C9.2"),
    Move.HALF_AGREE: ("C5.9", "C3.7", "C1.4"),
    Move.AGREE: ("C8.10", "C1.7", "C3.7"),
    Move.WAIT: ("C3.10", "C3.4", "C1.1"),
    Move.SET_LIMIT: ("C3.10", "C24.4"),
    Move.END: ("C3.10", "C24.4"),
}
_SPEECH_WORDS = 4


class Statements:
    """Statements by id, as the sources have them now."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def find(self, ids: Iterable[str]) -> list[Evidence]:
        """Return those of these statements that there are, in this order; private ones are left out."""
        found = []
        for wanted in ids:
            try:
                source, statement = self._library.find(wanted)
            except InputError:
                continue
            if statement is not None and not source.private:
                found.append(Evidence(statement, source.kind, source.title, 1.0, "speaks of it", source.date))
        return found


def pinned(evidence: Iterable[Evidence]) -> tuple[Citation, ...]:
    """Return citations of these statements, with the hashes that they have now."""
    return tuple(Citation(e.id, e.statement.hash) for e in evidence)


def as_cited(evidence: Evidence) -> Cited:
    """Return a statement as what cites it keeps it."""
    return Cited(evidence.id, evidence.statement.hash, evidence.statement.text, evidence.source_title)


def speech(evidence: Evidence) -> str:
    """Return the first words that a statement gives to be said, without their quotes; empty where it gives none."""
    text = evidence.statement.text
    if evidence.statement.kind is StatementKind.IF_THEN:
        # What stands in its cue is said by the other side.
        text = text.partition(" then ")[2] or text
    for quotation in put_aside(text)[1]:
        words = quotation[1:-1].strip()
        if len(words.split()) >= _SPEECH_WORDS:
            return words
    return ""


def first_with_speech(evidence: Sequence[Evidence]) -> Evidence | None:
    """Return the first statement that gives words to be said, or None."""
    return next((e for e in evidence if speech(e)), None)
