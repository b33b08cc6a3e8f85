"""An answer as passages of styled text: citations become chips, verdicts become marks with a word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from textual.content import Content
from textual.style import Style

from coach.domain import layout
from coach.domain.answer import Answer, Sentence, Status, Verdict
from coach.domain.changes import Change, Changes
from coach.domain.evidence import Evidence
from coach.domain.ids import CITATION, STATEMENT_ID
from coach.domain.layout import blocks, footer, is_quoted, paragraphs, verdict
from coach.domain.outline import PARAGRAPH, outline
from coach.tui import safe
from coach.tui.inline import compose, held_back

#: Key of the number of a chip in the meta data of its text.
CHIP = "chip"
_CHIP = "$primary"
_CHANGED = "$text-warning"
_MUTED = "$foreground-muted"
#: Parts a verdict from the sentence that follows it.
_BETWEEN = Content(" ·").stylize(_MUTED)
_SIGNS = {
    Verdict.SUPPORTED: ("✓", "$text-success"),
    Verdict.UNSUPPORTED: ("✗", "$text-error"),
    Verdict.UNCITED: ("?", "$text-warning"),
}
_STATUS = {Status.ANSWERED: "●", Status.PARTIAL: "◐", Status.SILENT: "○", Status.REFERRED: "→"}


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
    #: Marker of a list item, ``-`` or ``3.``; empty for a paragraph.
    marker: str = ""


@dataclass(frozen=True, slots=True)
class Cited:
    """One citation of an answer, and everything that can be said about it."""

    id: str
    #: Content hash that the statement had when it was cited.
    hash: str
    sentence: Sentence
    #: None where the statement was not among what was found in this turn.
    evidence: Evidence | None
    #: What the statement said when it was cited, where that is known without the evidence.
    then: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """Passages under one label."""

    label: Content
    passages: tuple[Passage, ...]


def citations(answer: Answer) -> list[Cited]:
    """Return the citations of the answer that can be opened, in reading order: only ids of its own evidence."""
    evidence = {e.id: e for e in answer.evidence}
    return [Cited(c.id, c.hash, s, evidence[c.id]) for s in answer.sentences for c in s.citations if c.id in evidence]


def page(answer: Answer, changes: Changes | None = None) -> list[Block]:
    """Return the answer laid out: its parts, with chips numbered as in `citations`.

    What a model wrote is shown as Markdown. What it quotes, and what no model wrote, is shown as it is: there, a star
    is a star.

    Args:
        answer: the delivered answer.
        changes: what became of the statements that it cites.
    """
    known = {e.id for e in answer.evidence}
    found: list[Block] = []
    number = 0
    for block in blocks(answer):
        passages: list[Passage] = []
        for marker, sentences in _passages(answer, block):
            writer = _Writer(known, changes or {}, number)
            for sentence in sentences:
                writer.sentence(sentence, written=_is_written(answer, sentence))
            passages.append(writer.done(marker))
            number = writer.number
        found.append(Block(safe.line(block.label), tuple(passages)))
    return found


def _passages(answer: Answer, block: layout.Block) -> list[tuple[str, tuple[Sentence, ...]]]:
    """Return what stands apart. Prose of a model's is left as it was written; other claims stand one by one."""
    if answer.composer == "free" or sum(bool(s.citations) for s in block.sentences) < 2:
        return paragraphs(block)
    return [("", (sentence,)) for sentence in block.sentences]


def standing(answer: Answer, leaves: str) -> Content:
    """Return the closing lines of an answer: how it stands, and what made it; see `coach.domain.layout.footer`."""
    lines = footer(answer, leaves)
    head = len(answer.remarks)
    lines[head] = f"{_STATUS[answer.status]} {lines[head]}"
    return safe.text("\n".join(lines))


def texts(answer: Answer, leaves: str) -> list[str]:
    """Return everything that is shown of a turn and can be searched, from top to bottom."""
    said = [p.content.plain for block in page(answer) for p in block.passages]
    return [safe.text(answer.question).plain, *said, standing(answer, leaves).plain]


def draft(text: str, verdicts: Mapping[int, Sentence], quotes: Sequence[str] = ()) -> list[Passage]:
    """Return a draft that is still being written: `text` as it came, with a mark at each offset in `verdicts`.

    Ids in brackets are coloured but open nothing: they are not known to be of this turn before the answer is delivered.

    Args:
        text: the draft so far, cleaned.
        verdicts: checked sentences, by the offset in `text` where each ends.
        quotes: statements that are shown as they are where they stand in the draft, whatever marks are in them.
    """
    quoted = [q for q in quotes if q]
    passages: list[Passage] = []
    pieces = outline(text)
    for piece in pieces:
        last = piece is pieces[-1]
        said = _drafted(text, piece.start, piece.end, verdicts, quoted, last=last)
        passages.append(Passage(said, marker="" if piece.opens == PARAGRAPH else piece.opens))
    return passages


def _drafted(
    text: str, start: int, end: int, verdicts: Mapping[int, Sentence], quotes: Sequence[str], *, last: bool
) -> Content:
    """Return one paragraph of a draft; with `last`, more of it may come."""
    checked = {i - start: s for i in range(start + 1, end + 1) if (s := verdicts.get(i))}
    said = text[start:end]
    # What is put in as it is, by where it begins: where it ends, and what is shown there.
    given = {found.start(): (found.end(), found.group(), _CHIP) for found in CITATION.finditer(said)}
    for quote in (*quotes, *(s.text for s in checked.values() if is_quoted(s))):
        at = said.find(quote)
        while at >= 0:
            given[at] = (at + len(quote), quote, "")
            at = said.find(quote, at + len(quote))
    pieces: list[str | Content] = []
    at = 0
    for place in sorted(given.keys() | checked.keys()):
        if place < at:
            continue
        pieces.append(said[at:place])
        at = place
        if place in checked and (verdict_mark := mark(checked[place])).plain:
            pieces += [" ", verdict_mark, *([_BETWEEN] if said[place:].strip() else [])]
        if place in given:
            at, words, style = given[place]
            pieces.append(Content(words).stylize(style) if style else Content(words))
    pieces.append(said[at:])
    if last:
        _, cut = held_back("".join(p if isinstance(p, str) else "." for p in pieces))
        if cut:
            pieces[-1:] = [said[at : len(said) - len(cut)], Content(cut)]
    return compose(pieces).content


def mark(sentence: Sentence) -> Content:
    """Return the verdict on a sentence: a sign, and its word; empty for what is no claim."""
    word = verdict(sentence)
    if not word:
        return Content("")
    # Where there is nothing to act on, the word stays in the background.
    style = _MUTED if sentence.verdict is Verdict.SUPPORTED else _SIGNS[sentence.verdict][1]
    return Content.assemble(sign(sentence), " ", Content(word).stylize(f"italic {style}"))


def chip(statement_id: str, change: Change | None) -> Content:
    """Return a citation as it is shown: its id, and what became of its statement since."""
    said = safe.line(f"[{statement_id}·{change.value}]" if change else f"[{statement_id}]")
    return said.stylize(_CHANGED if change else _CHIP)


def sign(sentence: Sentence) -> Content:
    """Return the sign of the verdict on a sentence; empty for what is no claim."""
    return Content.styled(*_SIGNS[sentence.verdict]) if sentence.verdict in _SIGNS else Content("")


def _is_written(answer: Answer, sentence: Sentence) -> bool:
    """Whether a model wrote the sentence. A small one writes single claims between frames of ours."""
    if answer.composer == "quote" or is_quoted(sentence):
        return False
    return answer.composer == "free" or bool(sentence.citations)


class _Writer:
    """Puts sentences one after the other into a passage."""

    def __init__(self, known: set[str], changes: Changes, number: int) -> None:
        self.number = number
        self._known = known
        self._changes = changes
        self._pieces: list[str | Content] = []
        #: Numbers of the chips, by which of the pieces of `Content` they are.
        self._chips: dict[int, int] = {}
        self._given = 0
        self._marked = False

    def sentence(self, sentence: Sentence, *, written: bool) -> None:
        if self._marked:
            self._give(_BETWEEN)
        if self._pieces:
            self._pieces.append(" ")
        said = safe.line(sentence.text)
        if written:
            self._pieces.append(said.plain)
        else:
            self._give(said)
        for citation in sentence.citations:
            self._pieces.append(" ")
            if citation.id in self._known and STATEMENT_ID.fullmatch(citation.id):
                self._chip(citation.id, self._changes.get((citation.id, citation.hash)))
            else:
                self._give(safe.line(f"[{citation.id}]").stylize(_MUTED))
        verdict_mark = mark(sentence)
        self._marked = bool(verdict_mark.plain)
        if self._marked:
            self._pieces.append(" ")
            self._give(verdict_mark)

    def done(self, marker: str) -> Passage:
        shown = compose(self._pieces)
        length = {i: len(p.plain) for i, p in enumerate(p for p in self._pieces if isinstance(p, Content))}
        chips = (Chip(shown.starts[i], shown.starts[i] + length[i], number) for i, number in self._chips.items())
        return Passage(shown.content, tuple(chips), marker)

    def _chip(self, statement_id: str, change: Change | None) -> None:
        self._chips[self._given] = self.number
        self._give(chip(statement_id, change).stylize(Style.from_meta({CHIP: self.number})))
        self.number += 1

    def _give(self, content: Content) -> None:
        self._pieces.append(content)
        self._given += 1
