"""A conversation, or one answer, as Markdown or plain text: in both, sentences say what was written, marks and all."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from coach.domain.answer import Answer, Sentence
from coach.domain.changes import Changes, changes_of, stale_line
from coach.domain.errors import StoreError
from coach.domain.layout import Block, blocks, cited, footer, ids, paragraphs, verdict
from coach.domain.text import clean, clean_line

_SPECIAL = re.compile(r"([\\`*_\[\]<>#])")


def plain(answer: Answer, *, sources: bool) -> str:
    """Return an answer as plain text for the clipboard; with `sources`, with its ids and what they stand for."""
    said = "\n\n".join(
        _paragraphs(b, lambda s: clean_line(f"{s.text} {ids(s) if sources else ''}")) for b in blocks(answer)
    )
    if not sources:
        return said
    texts = {e.id: e.statement.text for e in answer.evidence}
    rows = [f"[{c.id}] {c.source}: {texts.get(c.id, '')}".rstrip(": ") for c in cited(answer)]
    return clean("\n".join([said, *(["", "Sources:", *rows] if rows else [])]))


def markdown(title: str, answers: Sequence[Answer], changes: Changes | None = None) -> str:
    """Return a conversation as a Markdown document. What people, notes and models wrote cannot become its markup.

    Args:
        title: of the conversation.
        answers: its answers, oldest first.
        changes: what became of the statements that they cite: those answers are marked stale.
    """
    parts = [f"# {_escaped(title)}"]
    for answer in answers:
        parts.append(f"## {_escaped(answer.question)}")
        for block in blocks(answer):
            label = f"**{block.label}**\n\n" if block.label else ""
            parts.append(label + _paragraphs(block, _said))
        texts = {e.id: e.statement.text for e in answer.evidence}
        rows = [
            f"- {_escaped(f'[{c.id}]')} {_escaped(c.source)}: {_escaped(texts.get(c.id, ''))}" for c in cited(answer)
        ]
        if rows:
            parts.append("**Sources**\n\n" + "\n".join(rows))
        stale = stale_line(changes_of(answer, changes or {}))
        parts.append("\n".join(f"*{_escaped(line)}*  " for line in (stale, *footer(answer)) if line).rstrip())
    return "\n\n".join(parts) + "\n"


def file_name(title: str) -> str:
    """Return a file name for a conversation: ``coach-what-do-i-say.md``."""
    words = re.findall(r"[a-z0-9]+", title.lower())[:8]
    return "-".join(["coach", *words]) + ".md"


def write(path: Path, text: str) -> None:
    """Write a new file, readable by this user alone. An existing one is never overwritten.

    Raises:
        StoreError: it exists, or cannot be written; nothing half-written is left.
    """
    made = False
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        made = True
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as e:
        if made:
            path.unlink(missing_ok=True)
        if isinstance(e, FileExistsError) and os.path.lexists(path):
            raise StoreError(f"{clean_line(str(path))} exists already.", "Choose another name.") from e
        raise StoreError(
            f"{clean_line(str(path))} could not be written: {e.strerror or 'the system refuses'}.",
            "Choose another folder, or make room; nothing was changed.",
        ) from e


def _paragraphs(block: Block, said: Callable[[Sentence], str]) -> str:
    """Return the sentences of a block with a blank line between paragraphs and none between items."""
    text, before = "", ""
    for marker, sentences in paragraphs(block):
        marker = "-" if block.listed else marker
        text += ("\n" if marker and before else "\n\n") if text else ""
        text += (f"{marker} " if marker else "") + " ".join(said(s) for s in sentences)
        before = marker
    return text


def _said(sentence: Sentence) -> str:
    parts = (_escaped(sentence.text), _escaped(ids(sentence)), _verdict(verdict(sentence)))
    return " ".join(p for p in parts if p)


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", clean_line(text))


def _verdict(word: str) -> str:
    return f"*({word})*" if word and word != "quoted" else ""
