"""An answer as passages of styled text: citations become chips, verdicts become marks with a word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from textual.content import Content
from textual.style import Style

from coach.domain.answer import Answer, Sentence, Verdict
from coach.domain.evidence import Evidence
from coach.domain.ids import CITATION, STATEMENT_ID
from coach.domain.layout import blocks, is_quoted, tells, verdict
from coach.tui import safe

#: Key of the number of a chip in the meta data of its text.
CHIP = "chip"
_CHIP = "$primary"
_MUTED = "$foreground-muted"
_SIGNS = {
    Verdict.SUPPORTED: ("✓", "$text-success"),
    Verdict.UNSUPPORTED: ("✗", "$text-error"),
    Verdict.UNCITED: ("?", "$text-warning"),
}


@dataclass(frozen=True, slots=True)
class Chip:
    """Where a citation stands in a passage."""

    start: int
    end: int
    #: Counted from 0 over the whole answer.
    number: int


@dataclass(frozen=True, slots=True)
class Passage:
    """Text that is shown as one widget."""

    content: Content
    chips: tuple[Chip, ...] = ()


@dataclass(frozen=True, slots=True)
class Cited:
    """One citation of an answer, and everything that can be said about it."""

    id: str
    #: Content hash that the statement had when it was cited.
    hash: str
    sentence: Sentence
    #: None where the statement was not among what was found in this turn.
    evidence: Evidence | None


@dataclass(frozen=True, slots=True)
class Block:
    """Passages under one label."""

    label: Content
    passages: tuple[Passage, ...]


def citations(answer: Answer) -> list[Cited]:
    """Return the citations of the answer that can be opened, in reading order: only ids of its own evidence."""
    evidence = {e.id: e for e in answer.evidence}
    return [Cited(c.id, c.hash, s, evidence[c.id]) for s in answer.sentences for c in s.citations if c.id in evidence]


def page(answer: Answer) -> list[Block]:
    """Return the answer laid out: its parts, with chips numbered as in `citations`."""
    known = {e.id for e in answer.evidence}
    marked = tells(answer)
    found: list[Block] = []
    number = 0
    for block in blocks(answer):
        passages: list[Passage] = []
        writer = _Writer(number)
        for sentence in block.sentences:
            writer.sentence(sentence, known, marked=marked)
            if block.listed:
                passages.append(writer.done())
                writer = _Writer(writer.number)
        if writer.begun:
            passages.append(writer.done())
        number = writer.number
        found.append(Block(safe.line(block.label), tuple(passages)))
    return found


def draft(text: str, verdicts: Mapping[int, Sentence]) -> Passage:
    """Return a draft that is still being written: `text` as it came, with a mark at each offset in `verdicts`.

    Ids in brackets are coloured but open nothing: they are not known to be of this turn before the answer is delivered.
    """
    pieces: list[Content] = []
    begun = 0
    for offset in sorted(verdicts):
        pieces += [_drafted(text[begun:offset]), mark(verdicts[offset], marked=not is_quoted(verdicts[offset]))]
        begun = offset
    pieces.append(_drafted(text[begun:]))
    return Passage(Content.assemble(*pieces))


def mark(sentence: Sentence, *, marked: bool = True) -> Content:
    """Return the verdict on a sentence: a sign, and with `marked` its word after a space; empty for no claim."""
    if sentence.verdict is Verdict.NOT_A_CLAIM:
        return Content("")
    sign, style = _SIGNS[sentence.verdict]
    # A sign alone stands close to its citation, so that no line begins with it.
    return Content.styled(f" {sign} {verdict(sentence)}" if marked else sign, style)


def _drafted(text: str) -> Content:
    content = Content(text)
    for found in CITATION.finditer(text):
        content = content.stylize(_CHIP, found.start(), found.end())
    return content


class _Writer:
    """Puts sentences one after the other into a passage."""

    def __init__(self, number: int) -> None:
        self.number = number
        self._content = Content("")
        self._chips: list[Chip] = []

    @property
    def begun(self) -> bool:
        return bool(self._content.plain)

    def sentence(self, sentence: Sentence, known: set[str], *, marked: bool) -> None:
        if self.begun:
            self._content += " "
        self._content += safe.line(sentence.text)
        for citation in sentence.citations:
            self._content += " "
            if citation.id in known and STATEMENT_ID.fullmatch(citation.id):
                self._chip(citation.id)
            else:
                self._content += safe.line(f"[{citation.id}]").stylize(_MUTED)
        self._content += mark(sentence, marked=marked)

    def done(self) -> Passage:
        return Passage(self._content, tuple(self._chips))

    def _chip(self, statement_id: str) -> None:
        start = len(self._content.plain)
        shown = Content(f"[{statement_id}]").stylize(_CHIP).stylize(Style.from_meta({CHIP: self.number}))
        self._content += shown
        self._chips.append(Chip(start, len(self._content.plain), self.number))
        self.number += 1
