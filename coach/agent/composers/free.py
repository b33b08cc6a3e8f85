"""The composer for a capable model: it writes the whole answer, from statements that it must cite."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date as Date

from coach.agent.composers import Tell
from coach.agent.composers.quote import gaps
from coach.agent.material import Material, framed
from coach.domain.answer import Citation, Sentence, Verdict
from coach.domain.errors import ModelError
from coach.domain.evidence import Evidence, Turn
from coach.domain.ids import sort_key, without_citations
from coach.domain.ports import ChatModel, Message
from coach.domain.prompts import load
from coach.domain.sentences import split_sentences
from coach.domain.source import SourceKind
from coach.domain.text import clean, clean_line
from coach.grounding.claims import parse_draft

#: Begins the line on which a model names what the statements do not cover. Prompt and parser share it.
GAP = "NOT COVERED:"
#: Statements of practices and notes put before the model for one turn.
_PRACTICES = 16
_NOTES = 8
_TOKENS_A_WORD = 3


class FreeComposer:
    """Lets the model write and streams what it writes.

    All principle statements stand in the unchanging first message, which providers cache; retrieval marks the likely
    ones.

    Args:
        model: writes.
        principles: gives every principle statement there is now; a remote model is not shown those that are private.
    """

    name = "free"

    def __init__(self, model: ChatModel, principles: Callable[[], Sequence[Evidence]]) -> None:
        self._model = model
        self._principles = principles

    async def compose(self, material: Material, tell: Tell) -> list[Sentence]:
        """See `coach.agent.composers.Composer.compose`. A reply without any text raises `ModelError`."""
        pieces: list[str] = []
        async for piece in self._model.stream(self.messages(material), max_tokens=material.words * _TOKENS_A_WORD):
            pieces.append(piece)
            tell(piece)
        text = clean("".join(pieces)).strip()
        if not text:
            raise ModelError(
                f"{self._model.name} answered with nothing.", "Ask again, or use another model.", retryable=True
            )
        return sentences_of(text, material)

    def messages(self, material: Material) -> list[Message]:
        """Return what is sent. Private notes are part of it only where the model runs on this machine."""
        principles = sorted(usable(self._principles(), remote=self._model.remote), key=lambda e: sort_key(e.id))
        system = load("free").fill(
            words=str(material.words), gap=GAP, principles="\n".join(_line(e) for e in principles) or "(none)"
        )
        chosen = usable(material.retrieval.evidence, remote=self._model.remote)
        practices = [e for e in chosen if e.source_kind is SourceKind.PRACTICE][:_PRACTICES]
        notes = [e for e in chosen if e.source_kind is SourceKind.NOTE][:_NOTES]
        if material.about_notes:
            notes.sort(key=lambda e: e.date or Date.min, reverse=True)
        turn = load("free-turn").fill(
            statements="\n".join(_line(e) for e in (*practices, *notes)) or "(none)",
            likely=", ".join(p.source_id for p in material.retrieval.principles[:3]) or "(none)",
            turns=self._conversation(material.turns),
            question=fenced(material.question),
        )
        return [Message("system", system), Message("user", turn)]

    def _conversation(self, turns: Sequence[Turn]) -> str:
        lines = [f"Person: {fenced(t.question)}\nCoach: {fenced(seen(t, remote=self._model.remote))}" for t in turns]
        return "\n".join(lines) or "(this is the first message)"


def fenced(text: str) -> str:
    """Return `text` without the marks that close its fence."""
    return text.replace("<<<", "‹‹‹").replace(">>>", "›››")


def seen(turn: Turn, *, remote: bool) -> str:
    """Return an earlier answer as a model may see it: one that quoted private notes stays on this machine."""
    return "(an answer from private notes)" if turn.private and remote else turn.answer


def usable(evidence: Sequence[Evidence], *, remote: bool) -> list[Evidence]:
    """Return the evidence that a model may see: private notes never leave this machine."""
    return [e for e in evidence if not (remote and e.private)]


def sentences_of(text: str, material: Material) -> list[Sentence]:
    """Return a written draft as sentences, each citation pinned to the hash that its statement has now."""
    body, missing = _parted(text)
    hashes = {i: e.statement.hash for i, e in material.evidence.items()}
    sentences: list[Sentence] = []
    for draft in parse_draft(body):
        citations = tuple(Citation(i, hashes.get(i, "")) for i in draft.ids)
        sentences.append(Sentence(draft.text, citations, Verdict.UNCITED, part="point", opens=draft.opens))
    sentences += [framed(f"The sources say nothing on this: {gap}", "gap") for gap in missing]
    return sentences if missing else [*sentences, *gaps(material)]


def _parted(text: str) -> tuple[str, list[str]]:
    """Part a draft into what is to be checked and what it names as not covered.

    Only one sentence belongs to each mark: what a model writes behind it is a claim like any other.
    """
    body, *marked = text.split(GAP)
    missing: list[str] = []
    for rest in marked:
        line, _, after = rest.strip().partition("\n")
        named, *more = split_sentences(line) or [""]
        missing += [gap] if (gap := without_citations(named)) else []
        body = "\n\n".join((body, *more, after))
    return body, missing


def _line(e: Evidence) -> str:
    dated = f" ({e.date.isoformat()}, {fenced(e.source_title)})" if e.date else ""
    return f"{e.id}{dated}: {fenced(clean_line(e.statement.text))}"
