"""What a judge says of a delivered answer: each claim against its cited statements, together, alone, and without each.

The judge is a checker. A claim that is its statement word for word is supported without being asked about, as at
delivery: there is nothing to judge.
"""

from __future__ import annotations

from dataclasses import dataclass

from coach.domain.answer import Answer, Sentence
from coach.domain.evidence import Evidence
from coach.grounding.checkers import verbatim
from coach.grounding.checkers.base import Checker, Pair


@dataclass(frozen=True, slots=True)
class Judgement:
    """Probabilities by claim; see `coach.evaluation.outcome.Outcome`."""

    supported: tuple[float, ...]
    alone: tuple[tuple[float, ...], ...]
    without: tuple[tuple[float, ...], ...]
    judges: tuple[str, ...]


async def judge(answer: Answer, checker: Checker) -> Judgement:
    """Return what `checker` says of the claims of `answer`. Only statements that were cited are read.

    Raises:
        ModelError: the checker needs a model that cannot be asked.
    """
    known = {e.id: e for e in answer.evidence}
    asked: dict[Pair, float] = {}
    judges: dict[str, None] = {}
    cited = [[known[c.id] for c in s.citations if c.id in known] for s in answer.claims]
    for sentence, evidence in zip(answer.claims, cited, strict=True):
        for some in _subsets(evidence):
            if _verbatim(sentence, some):
                judges[verbatim.NAME] = None
            elif some:
                asked[_pair(sentence, some)] = 0.0
    pairs = list(asked)
    for pair, score in zip(pairs, await checker.score(pairs) if pairs else [], strict=True):
        asked[pair] = score.probability
        judges[score.checker or checker.name] = None

    def said(sentence: Sentence, some: list[Evidence]) -> float:
        if not some:
            return 0.0
        return 1.0 if _verbatim(sentence, some) else asked[_pair(sentence, some)]

    together, alone, without = [], [], []
    for sentence, evidence in zip(answer.claims, cited, strict=True):
        together.append(said(sentence, evidence))
        alone.append(tuple(said(sentence, [e]) for e in evidence))
        without.append(tuple(said(sentence, [o for o in evidence if o is not e]) for e in evidence))
    return Judgement(tuple(together), tuple(alone), tuple(without), tuple(judges))


def _subsets(evidence: list[Evidence]) -> list[list[Evidence]]:
    return [evidence, *([e] for e in evidence), *([o for o in evidence if o is not e] for e in evidence)]


def _verbatim(sentence: Sentence, evidence: list[Evidence]) -> bool:
    return any(verbatim.is_verbatim(sentence.text, e.statement) for e in evidence)


def _pair(sentence: Sentence, evidence: list[Evidence]) -> Pair:
    return Pair("\n".join(e.statement.text for e in evidence), sentence.text, any(e.private for e in evidence))
