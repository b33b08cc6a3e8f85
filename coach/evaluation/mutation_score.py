"""The mutation score: what share of mutated claims the gate of delivery stops, and what it stops that holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from coach.agent.coach import Coach
from coach.domain.answer import Answer, Sentence, Verdict
from coach.domain.evidence import Evidence
from coach.domain.source import Source, SourceKind, Statement, StatementKind, content_hash
from coach.evaluation.checkers import Labelled
from coach.evaluation.mutations import Claim, Mutant, Mutation, mutants
from coach.evaluation.statistics import Interval, bootstrap
from coach.grounding.checkers.base import Checker
from coach.grounding.citations import cite, look_up
from coach.grounding.claims import is_claim
from coach.grounding.gate import check_sentences

#: False alarms that are allowed where the score is taken at a threshold of its own.
ALLOWED = 0.10
#: Claims that are checked between two reports of progress.
_AT_ONCE = 64
#: Kinds of labelled pairs that are claims as a model writes them.
WRITTEN_KINDS = frozenset({"paraphrase", "applied", "partial"})


@dataclass(frozen=True, slots=True)
class Checked:
    """What the gate made of one claim, mutated or not."""

    claim: Claim
    #: None where the claim is as it was.
    kind: Mutation | None
    text: str
    verdict: Verdict
    #: Probability of support, 0 to 1, as the gate saw it; 0 where a rule objected.
    score: float
    reason: str = ""

    @property
    def stopped(self) -> bool:
        """Whether delivery would not have shown it as it is. What passes as no claim at all is not stopped."""
        return self.verdict in (Verdict.UNSUPPORTED, Verdict.UNCITED)


@dataclass(frozen=True, slots=True)
class SetScore:
    """The score on one set of claims, with 95% intervals in which mutants of one claim are drawn together."""

    name: str
    #: How many claims were mutated.
    claims: int
    #: Share of the mutants that were stopped.
    caught: Interval
    #: Share of the claims as they were that were stopped all the same.
    false_alarms: Interval
    kinds: dict[Mutation, Interval]
    #: Share of the mutants that a threshold would stop that stops at most `ALLOWED` of the claims as they were.
    caught_at_allowed: Interval
    #: That threshold on the probability, 0 to 1.
    threshold: float
    #: Mutants that passed.
    missed: tuple[Checked, ...] = field(default=(), repr=False)
    #: Claims as they were that were stopped.
    alarms: tuple[Checked, ...] = field(default=(), repr=False)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "set": self.name,
            "claims": self.claims,
            "caught": self.caught.as_dict(),
            "false_alarms": self.false_alarms.as_dict(),
            "kinds": {kind.value: share.as_dict() for kind, share in self.kinds.items()},
            "caught_at_allowed_false_alarms": self.caught_at_allowed.as_dict(),
            "allowed_false_alarms": ALLOWED,
            "threshold": round(self.threshold, 4),
            "missed": [_row(c) for c in self.missed],
            "alarms": [_row(c) for c in self.alarms],
        }


@dataclass(frozen=True, slots=True)
class MutationReport:
    """The mutation score of one checker within the gate."""

    checker: str
    sets: tuple[SetScore, ...]
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "checker": self.checker,
            "sets": [s.as_dict() for s in self.sets],
            "seconds": round(self.seconds, 2),
        }


def _row(checked: Checked) -> dict[str, Any]:
    return {
        "kind": checked.kind.value if checked.kind else "",
        "text": checked.text,
        "was": checked.claim.text,
        "score": round(checked.score, 4),
        "reason": checked.reason,
    }


async def delivered_answers(
    coach: Coach, questions: Sequence[str], progress: Callable[[int, int], None] | None = None
) -> list[Answer]:
    """Return the answers to `questions`, each asked for itself; nothing of them is kept.

    Raises:
        CoachError: one of them cannot be answered.
    """
    answers = []
    for question in questions:
        answers.append(await coach.answer(question, keep=False))
        if progress is not None:
            progress(len(answers), len(questions))
    return answers


def statements_of(sources: Iterable[Source]) -> list[Evidence]:
    """Return every statement of `sources` as evidence."""
    return [
        Evidence(s, source.kind, source.title, 1.0, "named", source.date, source.private)
        for source in sources
        for s in source.statements
    ]


def delivered(answers: Iterable[Answer]) -> list[Claim]:
    """Return the supported claims of answers as they were delivered, each only once.

    Quoted questions are left out: they claim nothing, and however they are changed they claim nothing.
    """
    claims: dict[tuple[str, tuple[str, ...]], Claim] = {}
    for answer in answers:
        evidence = {e.id: e for e in answer.evidence}
        for sentence in answer.claims:
            known = look_up(sentence.citations, evidence)
            if sentence.verdict is not Verdict.SUPPORTED or known.reason or not known.known:
                continue
            if not is_claim(sentence.text):
                continue
            key = content_hash(sentence.text), tuple(e.id for e in known.known)
            claims.setdefault(key, Claim("|".join((key[0], *key[1])), sentence.text, known.known, answer.question))
    return list(claims.values())


def written(rows: Sequence[Labelled]) -> tuple[list[Claim], list[Evidence]]:
    """Return the supported claims among labelled pairs that are worded freely, and all statements of the pairs."""
    statements = {row.pair.evidence: _named(row) for row in rows}
    fit = [r for r in rows if r.supported and (not r.kind or r.kind in WRITTEN_KINDS)]
    claims = [Claim(r.id, r.pair.claim, (statements[r.pair.evidence],)) for r in fit]
    return claims, list(statements.values())


def _named(row: Labelled) -> Evidence:
    """Return the evidence of a pair as a statement; its id is that of its source, made unique by its text."""
    first = row.source.partition(",")[0].strip() or "P0.0"
    kind = next((k for k in SourceKind if k.letter == first[:1]), SourceKind.PRINCIPLE)
    text = row.pair.evidence
    return Evidence(
        Statement(f"{first}:{content_hash(text)}", text, StatementKind.PRINCIPLE), kind, "", 1.0, "labelled"
    )


def mutant_rows(claims: Sequence[Claim], statements: Sequence[Evidence], seeds: Iterable[int]) -> list[dict[str, Any]]:
    """Return the mutants of labelled claims as labelled rows, which `coach.grounding.fit` reads; each only once."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for seed in seeds:
        for claim in claims:
            for m in mutants(claim, statements, seed):
                evidence = "\n".join(e.statement.text for e in m.cited)
                row = {
                    "id": f"{claim.id}.{len(rows)}",
                    "evidence": evidence,
                    "claim": m.text,
                    "label": 0,
                    "kind": f"mutant: {m.kind.value}",
                    "source": claim.cited[0].id.partition(":")[0],
                }
                rows.setdefault((evidence, m.text), row)
    return list(rows.values())


async def mutation_score(
    name: str,
    claims: Sequence[Claim],
    statements: Sequence[Evidence],
    checker: Checker,
    *,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> SetScore:
    """Return the mutation score of the gate with `checker` on `claims`.

    Args:
        name: of the set, for the report.
        claims: claims that hold; best sorted so that those of one situation stand together.
        statements: what citations can be swapped for.
        checker: decides what the gate's rules let through, as in delivery.
        seed: of the mutations.
        progress: is told how many claims, mutants included, have been checked, and of how many.

    Raises:
        ModelError: the checker's model cannot be asked.
    """
    changed = [m for claim in claims for m in mutants(claim, statements, seed)]
    todo: list[tuple[Claim, Mutant | None]] = [*((c, None) for c in claims), *((m.of, m) for m in changed)]
    done: list[Checked] = []
    for situation, group in groupby(todo, key=lambda t: t[0].situation):
        alike = list(group)
        for start in range(0, len(alike), _AT_ONCE):
            done += await _checked(alike[start : start + _AT_ONCE], situation, checker)
            if progress is not None:
                progress(len(done), len(todo))
    return scored(name, done)


async def _checked(some: Sequence[tuple[Claim, Mutant | None]], situation: str, checker: Checker) -> list[Checked]:
    # As in delivery the statements that the claim was made from are there, whatever it cites now.
    evidence = {e.id: e for claim, mutant in some for e in (*claim.cited, *(mutant.cited if mutant else ()))}
    sentences = [
        Sentence((mutant or claim).text, cite(*(mutant or claim).cited), Verdict.UNCITED) for claim, mutant in some
    ]
    judged = await check_sentences(sentences, evidence, situation, checker)
    return [
        Checked(
            claim,
            mutant.kind if mutant else None,
            s.text,
            s.verdict,
            s.score if s.score is not None else float(s.verdict is not Verdict.UNCITED),
            s.reason,
        )
        for (claim, mutant), s in zip(some, judged, strict=True)
    ]


def scored(name: str, done: Sequence[Checked]) -> SetScore:
    """Return the score of claims that were checked as they were and mutated."""
    plain, changed = [c for c in done if c.kind is None], [c for c in done if c.kind is not None]
    threshold = _threshold([c.score for c in plain])

    def share(some: Sequence[Checked], stopped: Callable[[Checked], bool] = lambda c: c.stopped) -> Interval:
        return bootstrap([float(stopped(c)) for c in some], [c.claim.id for c in some])

    return SetScore(
        name,
        len(plain),
        share(changed),
        share(plain),
        {kind: share([c for c in changed if c.kind is kind]) for kind in Mutation},
        share(changed, lambda c: c.score < threshold),
        threshold,
        tuple(c for c in changed if not c.stopped),
        tuple(c for c in plain if c.stopped),
    )


def _threshold(scores: Sequence[float]) -> float:
    """Return the highest threshold under which no more than `ALLOWED` of `scores` lie."""
    ranked = sorted(scores)
    return ranked[int(ALLOWED * len(ranked))] if ranked else 0.0
