"""How an answer is laid out, whoever shows it: labelled blocks, marks, the statements that it cites, and a footer."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from coach.domain.answer import Answer, Sentence, Status, Verdict
from coach.domain.evidence import Evidence
from coach.domain.ids import sort_key, source_of
from coach.domain.outline import PARAGRAPH
from coach.domain.source import content_hash

#: Label of each part of an answer; empty for what needs none.
LABELS = {
    "frame": "",
    "point": "What applies",
    "how": "How",
    "notes": "Your notes",
    "other side": "The other side",
    "caution": "Take care",
    "plan": "If … then",
    "question": "To think about",
    "gap": "Not covered",
    "nearest": "Nearest",
    "referral": "Where to turn",
    "offer": "",
}
#: Parts whose statements are listed rather than said in one breath.
_LISTED = ("how", "notes", "nearest", "referral")
_STATUS = {
    Status.ANSWERED: "answered",
    Status.PARTIAL: "answered in part; what the sources do not cover is named",
    Status.SILENT: "the sources do not cover this",
    Status.REFERRED: "a matter for somebody else",
}


@dataclass(frozen=True, slots=True)
class Block:
    """Sentences of one part, in order."""

    label: str
    sentences: tuple[Sentence, ...]
    #: Whether the claims among them stand one to a line.
    listed: bool


@dataclass(frozen=True, slots=True)
class Cited:
    """A statement that an answer cites, as its list shows it."""

    id: str
    #: Kind and title of its source, with the date of a note.
    source: str
    #: Its text; empty where the answer itself says it word for word.
    text: str


def blocks(answer: Answer) -> list[Block]:
    """Return the answer's sentences by part. A freely written answer has no label over its main part."""
    found = []
    for part, group in groupby(answer.sentences, key=lambda s: s.part):
        sentences = tuple(group)
        label = "" if part == "point" and answer.composer == "free" else LABELS.get(part, "")
        claims = sum(bool(s.citations) for s in sentences)
        found.append(Block(label, sentences, listed=part in _LISTED and claims > 1))
    return found


def paragraphs(block: Block) -> list[tuple[str, tuple[Sentence, ...]]]:
    """Return the paragraphs and list items of a block: the marker of an item (``-``, ``3.``; else empty), sentences."""
    if block.listed:
        return [("", (s,)) for s in block.sentences]
    found: list[tuple[str, tuple[Sentence, ...]]] = []
    for sentence in block.sentences:
        if sentence.opens or not found:
            found.append(("" if sentence.opens == PARAGRAPH else sentence.opens, (sentence,)))
        else:
            marker, before = found[-1]
            found[-1] = (marker, (*before, sentence))
    return found


def is_quoted(sentence: Sentence) -> bool:
    """Whether the sentence is the statement that it cites, word for word."""
    return bool(sentence.citations) and content_hash(sentence.text) in {c.hash for c in sentence.citations}


def ids(sentence: Sentence) -> str:
    """Return the ids that the sentence cites, in brackets: ``[P8.2, C1.4]``; empty where it cites none."""
    return f"[{', '.join(c.id for c in sentence.citations)}]" if sentence.citations else ""


def verdict(sentence: Sentence) -> str:
    """Return the verdict in one or two words: ``quoted``, ``supported``, ``unsupported``, ``uncited``, or nothing.

    A mended sentence says so.
    """
    if sentence.verdict is Verdict.NOT_A_CLAIM:
        return ""
    quoted = sentence.verdict is Verdict.SUPPORTED and is_quoted(sentence)
    word = "quoted" if quoted else sentence.verdict.value
    return f"{word}, mended" if sentence.mended_from else word


def tells(answer: Answer) -> bool:
    """Whether verdicts are worth a mark at each sentence: not where every claim is quoted and supported."""
    return any(verdict(s) != "quoted" for s in answer.claims)


def cited(answer: Answer) -> list[Cited]:
    """Return the statements that the answer cites, each once, in the order of their ids."""
    evidence = {e.id: e for e in answer.evidence}
    quoted = {c.id for s in answer.sentences if is_quoted(s) for c in s.citations}
    wanted = {c.id for s in answer.sentences for c in s.citations}
    return [_cited(i, evidence.get(i), quoted=i in quoted) for i in sorted(wanted, key=sort_key)]


def _cited(statement_id: str, evidence: Evidence | None, *, quoted: bool) -> Cited:
    if evidence is None:
        return Cited(statement_id, f"there is no such statement in what was found ({source_of(statement_id)})", "")
    dated = f" of {evidence.date.isoformat()}" if evidence.date else ""
    source = f"{evidence.source_kind.value}{dated}: {evidence.source_title}"
    return Cited(statement_id, source, "" if quoted else evidence.statement.text)


def footer(answer: Answer, leaves: str = "") -> list[str]:
    """Return the closing lines: what should be known about the answer, how it stands, what made it.

    Args:
        answer: the delivered answer.
        leaves: what left the machine, one sentence; empty where nothing did.
    """
    lines = list(answer.remarks)
    parts = [_STATUS[answer.status]]
    claims = len(answer.claims)
    if claims:
        quoted = ", all quoted" if not tells(answer) else ""
        parts.append(f"{answer.supported} of {claims} {_plural('claim', claims)} supported{quoted}")
    if answer.mended:
        parts.append(f"{answer.mended} mended")
    if answer.dropped:
        parts.append(f"{answer.dropped} dropped")
    lines.append(" · ".join(parts))
    made = ["no model wrote" if answer.model == "none" else f"written by {answer.model}"]
    if answer.checker:
        made.append(f"checked by {answer.checker}")
    if "total" in answer.timings:
        made.append(f"{answer.timings['total']:.1f} s")
    lines.append(" · ".join(made))
    if leaves:
        lines.append(leaves)
    return lines


def _plural(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"
