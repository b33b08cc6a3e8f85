"""Mending: what is not supported is rewritten once against its statement, replaced by it, or dropped."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from coach.domain.answer import Sentence, Verdict
from coach.domain.evidence import Evidence
from coach.domain.source import content_hash
from coach.domain.text import clean_line
from coach.grounding.checkers.base import Checker
from coach.grounding.checkers.verbatim import NAME as VERBATIM
from coach.grounding.citations import cite, look_up
from coach.grounding.claims import is_claim, parse_draft
from coach.grounding.gate import check_sentences, cite_uncited, nearest
from coach.grounding.words import content

#: A statement that nobody cited stands in for a claim only if they share this many words at least.
_SHARED = 2

#: Rewrites a claim so that it says what its statement says; returns None where it cannot or may not.
Rewriter = Callable[[str, Evidence], Awaitable[str | None]]


@dataclass(frozen=True, slots=True)
class Mended:
    """An answer's sentences after mending. None of them is an unsupported claim."""

    sentences: list[Sentence]
    #: How many claims were rewritten or replaced by their statement.
    mended: int = 0
    #: How many claims were dropped.
    dropped: int = 0


async def mend(
    sentences: Sequence[Sentence],
    evidence: Mapping[str, Evidence],
    situation: str,
    rewriter: Rewriter | None,
    checker: Checker,
    *,
    strict: bool = False,
) -> Mended:
    """Return the sentences without unsupported and uncited claims, and how many were mended and dropped.

    A claim that cites nothing gets a citation where a statement supports it. A claim that is not supported is rewritten
    once, against the statement that it cites (or the nearest one); where that fails it is replaced by the statement
    itself, if the answer does not have it already, and else dropped. What changed carries what it was in `mended_from`.

    Args:
        sentences: with verdicts, as `coach.grounding.gate.check_sentences` gives them.
        evidence: what may be cited in this turn, by id.
        situation: the person's own words.
        rewriter: how claims are rewritten; None where no model writes.
        checker: decides whether what was rewritten is supported.
        strict: drop whatever is not supported, rather than mend it.

    Raises:
        ModelError: the checker's or the rewriter's model cannot be asked.
    """
    if strict:
        kept = [s if s.verdict in (Verdict.SUPPORTED, Verdict.NOT_A_CLAIM) else None for s in sentences]
        return Mended(_closed_up(sentences, kept), 0, kept.count(None))
    cited = await cite_uncited(sentences, evidence, situation, checker)
    said = {content_hash(s.text) for s in cited if s.verdict is Verdict.SUPPORTED}
    result: list[Sentence | None] = []
    mended = 0
    for sentence in cited:
        if sentence.verdict in (Verdict.SUPPORTED, Verdict.NOT_A_CLAIM):
            result.append(sentence)
            continue
        repaired = await _repaired(sentence, evidence, situation, rewriter, checker, said)
        result.append(repaired)
        if repaired is not None:
            said.add(content_hash(repaired.text))
            mended += 1
    return Mended(_closed_up(cited, result), mended, result.count(None))


def _closed_up(before: Sequence[Sentence], after: Sequence[Sentence | None]) -> list[Sentence]:
    """Return what is left, None being dropped; what a dropped sentence would have opened, the next one opens."""
    left: list[Sentence] = []
    opens = ""
    for old, new in zip(before, after, strict=True):
        opens = old.opens or opens
        if new is not None:
            left.append(new if new.opens == opens else replace(new, opens=opens))
            opens = ""
    return left


async def _repaired(
    sentence: Sentence,
    evidence: Mapping[str, Evidence],
    situation: str,
    rewriter: Rewriter | None,
    checker: Checker,
    said: set[str],
) -> Sentence | None:
    if sentence.verdict is Verdict.UNCITED:
        # No statement was found that supports it: there is nothing that it could be mended towards.
        return None
    target = _target(sentence, evidence)
    if target is None:
        return None
    if rewriter is not None:
        rewritten = await rewriter(sentence.text, target)
        if rewritten is not None and (better := await _checked(rewritten, sentence, target, situation, checker)):
            return better if content_hash(better.text) not in said else None
    if target.statement.hash in said:
        return None
    return replace(
        sentence,
        text=target.statement.text,
        citations=cite(target),
        verdict=Verdict.SUPPORTED,
        score=1.0,
        checker=VERBATIM,
        reason="",
        mended_from=sentence.text,
    )


def _target(sentence: Sentence, evidence: Mapping[str, Evidence]) -> Evidence | None:
    """Return the statement that the claim cites, the nearest of them if it cites several, else the nearest of all."""
    known = look_up(sentence.citations, evidence).known
    if known:
        return next(iter(nearest(sentence.text, {e.id: e for e in known}, 1)), known[0])
    said = set(content(sentence.text))
    near = [e for e in nearest(sentence.text, evidence, 1) if len(said & set(content(e.statement.text))) >= _SHARED]
    return near[0] if near else None


async def _checked(
    rewritten: str, sentence: Sentence, target: Evidence, situation: str, checker: Checker
) -> Sentence | None:
    """Return what was rewritten as a sentence, if it is one supported claim."""
    drafts = parse_draft(clean_line(rewritten))
    if len(drafts) != 1 or not is_claim(drafts[0].text, situation):
        return None
    draft = replace(sentence, text=drafts[0].text, citations=cite(target), verdict=Verdict.UNCITED, reason="")
    [checked] = await check_sentences([draft], {target.id: target}, situation, checker)
    return replace(checked, mended_from=sentence.text) if checked.verdict is Verdict.SUPPORTED else None
