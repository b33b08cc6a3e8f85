"""What earlier answers draw on, so that one which tells of a private note is not sent on with a follow-up.

Whether a source is private is asked when an earlier answer is about to be sent, not when it was given: a note may have
become private since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from coach.agent.composers.free import usable
from coach.agent.material import Material
from coach.domain.answer import Answer, Sentence
from coach.domain.evidence import Turn
from coach.domain.ids import citations_in, sort_key, source_of
from coach.domain.ports import ChatModel

#: Gives whether sources are private, by id; those that are gone are left out.
Private = Callable[[Iterable[str]], Mapping[str, bool]]

#: Numbers below are those of the corpus, which is nobody's secret.
_FIRST_OWN = {"P": 10, "C": 101, "N": 0}


def drawn_from(sentences: Sequence[Sentence], material: Material, writer: ChatModel | None) -> tuple[str, ...]:
    """Return the ids of the person's own sources that an answer may say something of.

    Args:
        sentences: the answer's.
        material: what it was made from.
        writer: the model that wrote, which may have taken up more than it cites; None where it is quoted.
    """
    found = {source_of(c.id) for s in sentences for c in s.citations}
    if writer is not None:
        seen = usable(list(material.evidence.values()), remote=writer.remote)
        found |= {e.statement.source_id for e in seen}
    # What leads a page names sources without citing them.
    said = " ".join(s.text for s in sentences).casefold()
    for match in (*material.retrieval.principles, *material.retrieval.practices):
        names = (match.title, material.whens.get(match.source_id, ""))
        if any(name and name.casefold() in said for name in names):
            found.add(match.source_id)
    return _own(found)


def stays(turn: Turn, private: Private) -> bool:
    """Whether an earlier answer must stay here: it draws on what is private, or on what is gone and may have been."""
    sources = _own({*turn.sources, *(source_of(i) for i in citations_in(turn.answer))})
    found = private(sources) if sources else {}
    return turn.private or any(found.get(i, True) for i in sources)


def turn_of(answer: Answer) -> Turn:
    """Return an answer that was just delivered as a turn to go on from."""
    cited = {c.id for s in answer.sentences for c in s.citations}
    private = any(e.private for e in answer.evidence if e.id in cited)
    said = " ".join(s.text for s in answer.sentences)
    return Turn(answer.question, said, private, _own({*map(source_of, cited), *answer.drawn_from}))


def turn_of_row(question: str, row: Mapping[str, Any]) -> Turn:
    """Return an answer that was kept, as its JSON values, as a turn to go on from.

    Raises:
        KeyError, TypeError: it has not that form.
    """
    answer, sources = str(row["answer"]), row.get("drawn_from")
    if sources is not None:
        return Turn(question, answer, sources=tuple(map(str, sources)))
    # Kept before that was noted. What a model wrote then may say anything of what it had before it.
    return Turn(question, answer, private=row.get("composer", "quote") != "quote")


def as_state(turn: Turn) -> dict[str, str]:
    """Return a turn as the graph keeps it."""
    return {
        "question": turn.question,
        "answer": turn.answer,
        "private": "yes" if turn.private else "",
        "sources": " ".join(turn.sources),
    }


def from_state(state: Mapping[str, str], private: Private) -> Turn:
    """Return a turn as the graph keeps it, private where it is now; one kept before sources were noted is."""
    turn = Turn(
        state["question"],
        state["answer"],
        bool(state.get("private")) or "sources" not in state,
        tuple(state.get("sources", "").split()),
    )
    return Turn(turn.question, turn.answer, stays(turn, private), turn.sources)


def _own(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted((i for i in ids if sort_key(i)[1] >= _FIRST_OWN.get(i[:1], 0)), key=sort_key))
