"""The gate: every sentence of a draft gets its verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from coach.domain.answer import Citation, Sentence, Verdict
from coach.domain.evidence import Evidence
from coach.domain.source import SourceKind, Statement
from coach.grounding.checkers.base import Checker, Pair, Score
from coach.grounding.checkers.verbatim import NAME as VERBATIM
from coach.grounding.checkers.verbatim import is_verbatim
from coach.grounding.citations import cite, look_up
from coach.grounding.claims import is_claim, parse_draft
from coach.grounding.facts import check_facts
from coach.grounding.words import content

#: Named as the checker where a rule decided and no checker was asked.
RULES = "rules"
#: How many statements a claim without citations is checked against.
_CANDIDATES = 3


@dataclass(frozen=True)
class _Open:
    """A claim that the rules let through and a checker must decide."""

    index: int
    pair: Pair


async def check_sentences(
    sentences: Sequence[Sentence], evidence: Mapping[str, Evidence], situation: str, checker: Checker
) -> list[Sentence]:
    """Return the sentences with verdict, score, checker and reason.

    A sentence that a composer marked as no claim and that cites nothing is a frame and stays as it is. A statement said
    as it stands is supported, and one said under another's id is not. Citations that do not hold, and what the rules of
    `coach.grounding.facts` object to, veto a claim; everything else the checker decides, against the statements alone.

    Args:
        sentences: a draft's, their citations pinned to the hash that the statements had when it was written.
        evidence: what may be cited in this turn, by id.
        situation: the person's own words, in this turn and before.
        checker: decides what the rules let through.

    Raises:
        ModelError: the checker's model cannot be asked.
    """
    checked: list[Sentence] = []
    undecided: list[_Open] = []
    for sentence in sentences:
        decided = _by_rules(sentence, evidence, situation)
        if isinstance(decided, Pair):
            undecided.append(_Open(len(checked), decided))
        checked.append(sentence if isinstance(decided, Pair) else decided)
    scores = await checker.score([o.pair for o in undecided]) if undecided else []
    for o, score in zip(undecided, scores, strict=True):
        checked[o.index] = judged(checked[o.index], score, checker.name)
    return checked


def judged(sentence: Sentence, score: Score, checker: str) -> Sentence:
    """Return the sentence with the verdict that follows from `score`."""
    return replace(
        sentence,
        verdict=Verdict.SUPPORTED if score.supported else Verdict.UNSUPPORTED,
        score=score.probability,
        checker=score.checker or checker,
        reason="" if score.supported else score.reason,
    )


def _by_rules(sentence: Sentence, evidence: Mapping[str, Evidence], situation: str) -> Sentence | Pair:
    """Return the sentence with its verdict, or what a checker must be asked."""
    if sentence.verdict is Verdict.NOT_A_CLAIM and not sentence.citations:
        return sentence
    cited = look_up(sentence.citations, evidence)
    if not cited.reason and any(is_verbatim(sentence.text, e.statement) for e in cited.known):
        return replace(sentence, verdict=Verdict.SUPPORTED, score=1.0, checker=VERBATIM, reason="")
    if not is_claim(sentence.text, situation):
        return replace(
            sentence, verdict=Verdict.NOT_A_CLAIM, citations=cite(*cited.known), score=None, checker="", reason=""
        )
    if not sentence.citations:
        return replace(sentence, verdict=Verdict.UNCITED, score=None, checker=RULES, reason="It cites no statement.")
    statements = joined([e.statement for e in cited.known])
    if (
        reason := cited.reason
        or _misquoted(sentence.text, evidence)
        or check_facts(sentence.text, _with_context(cited.known, statements), situation)
    ):
        return replace(sentence, verdict=Verdict.UNSUPPORTED, score=0.0, checker=RULES, reason=reason)
    return Pair(statements, sentence.text, private=any(e.private for e in cited.known))


def _misquoted(text: str, evidence: Mapping[str, Evidence]) -> str:
    """Return why the citation of a statement that stands as it is cannot hold: it was found not to be one of those."""
    said = next((e.id for e in evidence.values() if is_verbatim(text, e.statement)), "")
    return f"These are the words of {said}, which it does not cite." if said else ""


def joined(statements: Sequence[Statement]) -> str:
    """Return the texts of statements as a checker gets them: each on a line."""
    return "\n".join(" ".join(s.text.split()) for s in statements)


def _with_context(known: Sequence[Evidence], statements: str) -> str:
    """Add what may be said of a statement beside its text: its note's date and title, the headings above it."""
    context = [statements]
    for e in known:
        context += [e.source_title, *e.statement.heading]
        if e.date is not None:
            context.append(f"{e.date.isoformat()} {e.date.day} {e.date:%B %Y %A}")
    return "\n".join(context)


async def check_text(text: str, statements: Sequence[Statement], checker: Checker) -> list[Sentence]:
    """Return the sentences of `text` with verdicts against `statements`.

    A claim that cites statements is checked against those; one that cites none is checked against the few that are
    nearest to it, and gets a citation where one of them supports it.

    Raises:
        ModelError: the checker's model cannot be asked.
    """
    evidence = {s.id: as_evidence(s) for s in statements}
    drafts = [
        Sentence(d.text, tuple(Citation(i, evidence[i].statement.hash if i in evidence else "") for i in d.ids),
                 Verdict.UNCITED, part=d.part)
        for d in parse_draft(text)
    ]  # fmt: skip
    checked = await check_sentences(drafts, evidence, "", checker)
    return await cite_uncited(checked, evidence, "", checker)


async def cite_uncited(
    sentences: Sequence[Sentence], evidence: Mapping[str, Evidence], situation: str, checker: Checker
) -> list[Sentence]:
    """Return the sentences, each uncited claim with a citation of the statement that supports it, where one does.

    Where none does it stays uncited, with the best score that was reached and why.
    """
    tried: list[tuple[int, Sentence]] = []
    for i, sentence in enumerate(sentences):
        if sentence.verdict is Verdict.UNCITED:
            tried += [(i, replace(sentence, citations=cite(e))) for e in nearest(sentence.text, evidence)]
    results = await check_sentences([s for _, s in tried], evidence, situation, checker)
    best: dict[int, Sentence] = {}
    for (i, _), result in zip(tried, results, strict=True):
        if i not in best or (result.score or 0.0) > (best[i].score or 0.0):
            best[i] = result
    found = list(sentences)
    for i, result in best.items():
        if result.verdict is Verdict.SUPPORTED:
            found[i] = result
        else:
            reason = f"None of the statements supports it. The nearest is {result.citations[0].id}: {result.reason}"
            found[i] = replace(sentences[i], score=result.score, checker=result.checker, reason=reason)
    return found


def nearest(claim: str, evidence: Mapping[str, Evidence], limit: int = _CANDIDATES) -> list[Evidence]:
    """Return the statements that share most content words with `claim`, best first, those that share none left out.

    Shared words are weighed by how few of the statements have them.
    """
    said = set(content(claim))
    texts = {i: set(content(e.statement.text)) for i, e in evidence.items()}
    holders = {s: sum(s in t for t in texts.values()) for s in said}
    weighed = {
        i: sum(1 / holders[s] for s in said & t) / (len(t) + len(said)) ** 0.5 for i, t in texts.items() if said & t
    }
    return [evidence[i] for i in sorted(weighed, key=lambda i: -weighed[i])[:limit]]


def as_evidence(statement: Statement) -> Evidence:
    """Return a statement that was named, not found, as evidence."""
    kind = next(k for k in SourceKind if k.letter == statement.source_id[:1])
    return Evidence(statement, kind, statement.source_id, 1.0, "named")
