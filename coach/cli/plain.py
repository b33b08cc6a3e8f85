"""An answer, a source and a claim as plain text: for pipes, and for those who have the screen read to them."""

from __future__ import annotations

from collections.abc import Sequence

from coach.domain.answer import Answer, Citation, Sentence
from coach.domain.evidence import Retrieval
from coach.domain.layout import Block, blocks, cited, footer, ids, tells, verdict
from coach.domain.source import Source, Statement


def answer_text(answer: Answer, leaves: str = "", *, numbered: bool = False) -> str:
    """Return the answer as plain text, without colour, marks or width.

    Args:
        answer: the delivered answer.
        leaves: what left the machine; see `coach.domain.layout.footer`.
        numbered: whether the statements that it cites are numbered from 1, to be opened by their numbers.
    """
    marked = tells(answer)
    paragraphs = ["\n".join(_block(b, marked=marked)) for b in blocks(answer)]
    statements = cited(answer)
    if statements:
        lines = ["Statements cited:"]
        for number, c in enumerate(statements, 1):
            lines.append((f"{number}. " if numbered else "") + f"{c.id} {c.source}")
            if c.text:
                lines.append(f"  {c.text}")
        paragraphs.append("\n".join(lines))
    # Read aloud, a dot in the middle of a line is a word or nothing.
    paragraphs.append("\n".join(line.replace(" · ", "; ") for line in footer(answer, leaves)))
    return "\n\n".join(paragraphs)


def _block(block: Block, *, marked: bool) -> list[str]:
    lines = [f"{block.label}:"] if block.label else []
    if not block.listed:
        return [*lines, " ".join(_sentence(s, marked=marked) for s in block.sentences)]
    return lines + [("- " if s.citations else "") + _sentence(s, marked=marked) for s in block.sentences]


def _sentence(sentence: Sentence, *, marked: bool) -> str:
    word = verdict(sentence) if marked else ""
    return " ".join(p for p in (sentence.text, ids(sentence), f"({word})" if word else "") if p)


def source_text(source: Source) -> str:
    """Return a source with all its statements, each with its id."""
    lines = [f"{source.id} {source.kind.value}: {source.title}"]
    if source.date:
        lines.append(f"Date: {source.date.isoformat()}")
    if source.when:
        lines.append(f"For a moment when {source.when}")
    if source.serves:
        lines.append(f"Serves: {', '.join(source.serves)}")
    if source.path:
        lines.append(f"From: {source.path}")
    if source.private:
        lines.append("Private: it never leaves this machine.")
    lines.append("")
    heading: tuple[str, ...] = ()
    for statement in source.statements:
        if statement.heading != heading:
            heading = statement.heading
            if heading and heading[-1] != source.title:
                lines.append(" > ".join(heading))
        lines.append(f"{statement.id} {statement.text}")
    return "\n".join(lines)


def statement_text(source: Source, statement: Statement) -> str:
    """Return one statement, its source, and what it serves."""
    lines = [f"{statement.id} {statement.text}", "", f"{source.kind.value} {source.id}: {source.title}"]
    if source.date:
        lines.append(f"Date: {source.date.isoformat()}")
    if statement.serves:
        lines.append(f"Serves: {', '.join(statement.serves)}")
    if source.path:
        lines.append(f"From: {source.path}" + (f", line {statement.line}" if statement.line else ""))
    return "\n".join(lines)


def cited_text(citation: Citation, answer: Answer, now: Statement | None) -> str:
    """Return that a statement is not what it was when the answer cited it; empty where it is.

    Args:
        citation: what the answer cites.
        answer: the answer.
        now: the statement as the sources have it; None where it is gone.
    """
    if now is not None and now.hash == citation.hash:
        return ""
    texts = [e.statement.text for e in answer.evidence if e.id == citation.id and e.statement.hash == citation.hash]
    said = f" It said: {texts[0]}" if texts else ""
    return ("Changed since it was cited." if now else f"{citation.id} is no longer in the sources.") + said


def found_text(found: Retrieval) -> str:
    """Return the statements that were found, best first, each with its source and why it was found."""
    lines = [
        f"{e.id} {e.statement.text}\n"
        f"  {e.source_kind.value}{f' of {e.date.isoformat()}' if e.date else ''}: {e.source_title}\n"
        f"  Found by {e.why}; relevance {e.score:.2f}"
        for e in found.evidence
    ]
    return "\n".join([*(lines or ["Nothing was found."]), *found.missing])


def claims_text(claims: Sequence[Sentence]) -> str:
    """Return claims numbered from 1, for `/why`."""
    return "\n".join(f"{i}. {s.text} {ids(s)} ({verdict(s)})" for i, s in enumerate(claims, 1))


def why_text(answer: Answer, claim: Sentence) -> str:
    """Return why a claim stands in the answer: its verdict and by whom, and its statements and how they were found."""
    by = f" by {claim.checker}" if claim.checker else ""
    score = f", {claim.score:.2f}" if claim.score is not None else ""
    lines = [claim.text, f"Verdict: {verdict(claim)}{by}{score}"]
    if claim.reason:
        lines.append(f"Reason: {claim.reason}")
    if claim.mended_from:
        lines.append(f"Before it was mended: {claim.mended_from}")
    evidence = {e.id: e for e in answer.evidence}
    for citation in claim.citations:
        found = evidence.get(citation.id)
        if found is None:
            lines.append(f"{citation.id}: not among what was found")
        else:
            lines.append(f"{found.id} ({found.source_title}): {found.statement.text}")
            lines.append(f"  Found by {found.why}; relevance {found.score:.2f}")
    return "\n".join(lines)
