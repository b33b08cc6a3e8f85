from __future__ import annotations

import json

import pytest

from coach.agent.coach import Coach
from coach.domain.answer import Answer, Citation, Sentence, Status, Verdict
from coach.evaluation.checkers import Labelled
from coach.evaluation.mutation_score import (
    Checked,
    MutationReport,
    delivered,
    delivered_answers,
    mutant_rows,
    mutation_score,
    scored,
    statements_of,
    written,
)
from coach.evaluation.mutations import Claim, Mutation
from coach.grounding.checkers.base import Pair
from tests.cli.fakes import FakeCoach
from tests.cli.sample import NOTE, PRACTICE, PRINCIPLE, quoted_answer, written_answer
from tests.grounding.fakes import P8_1, P8_2, P8_3, FakeChecker, evidence

QUOTED = Claim("q", P8_3.statement.text, (P8_3,))
SAID = Claim("s", "Bargain over dates and promise little.", (P8_3,))
POOL = [P8_1, P8_2, P8_3, evidence("P3.1", "Infrastructure lets small teams iterate.")]


async def test_quotes_pass_the_gate_and_a_lenient_checker_lets_through_what_no_rule_sees() -> None:
    seen: list[tuple[int, int]] = []
    score = await mutation_score("x", [QUOTED], POOL, FakeChecker(), progress=lambda d, n: seen.append((d, n)))
    assert (score.claims, score.false_alarms.mean) == (1, 0.0)
    assert score.kinds[Mutation.NUMBER].mean == score.kinds[Mutation.NEGATE].mean == 1.0
    # The words of one statement under the id of another are seen without a checker.
    assert score.kinds[Mutation.STATEMENT].mean == score.kinds[Mutation.PRINCIPLE].mean == 1.0
    assert score.kinds[Mutation.STRENGTHEN].n == 0
    assert score.kinds[Mutation.STRENGTHEN].mean is None
    assert seen[-1][0] == seen[-1][1]


async def test_a_strict_checker_catches_all_and_alarms_falsely() -> None:
    score = await mutation_score("x", [QUOTED, SAID], POOL, FakeChecker(default=0.1))
    assert score.caught.mean == 1.0
    assert score.missed == ()
    assert score.false_alarms.mean == 0.5
    assert [c.text for c in score.alarms] == [SAID.text]
    report = MutationReport("fake", (score,), 1.0)
    row = json.loads(json.dumps(report.as_dict(), allow_nan=False))["sets"][0]
    assert row["alarms"][0]["reason"] == "The fake says no."
    assert row["kinds"]["may to must"]["n"] == 0


def checked(name: str, score: float, *, kind: Mutation | None = None) -> Checked:
    verdict = Verdict.SUPPORTED if score >= 0.5 else Verdict.UNSUPPORTED
    return Checked(Claim(name, name, ()), kind, name, verdict, score)


def test_the_threshold_of_its_own_stops_at_most_a_tenth_of_what_holds() -> None:
    plain = [checked(str(i), s) for i, s in enumerate([0.2, 0.6, *[0.9] * 18])]
    changed = [checked(str(i), s, kind=Mutation.NEGATE) for i, s in enumerate([0.1, 0.55, 0.7, 0.95])]
    score = scored("x", [*plain, *changed])
    assert score.caught.mean == 0.25
    assert score.threshold == 0.9
    assert score.caught_at_allowed.mean == 0.75
    assert [c.text for c in score.missed] == ["1", "2", "3"]


def test_of_no_claims_there_is_no_score() -> None:
    score = scored("x", [])
    assert score.caught.mean is score.false_alarms.mean is score.caught_at_allowed.mean is None


def test_what_passes_as_no_claim_is_not_caught() -> None:
    assert not Checked(QUOTED, Mutation.NAME, "Is it?", Verdict.NOT_A_CLAIM, 1.0).stopped
    assert Checked(QUOTED, Mutation.NAME, "It is.", Verdict.UNCITED, 0.0).stopped


def test_delivered_claims_are_the_supported_ones_each_once() -> None:
    claims = delivered([quoted_answer(), quoted_answer(), written_answer(question="and now?")])
    assert [c.text for c in claims[:4]] == [s.text for s in quoted_answer().claims]
    assert [c.text for c in claims[4:]] == ["Tell the VP what the date costs.", "Name its cost first."]
    assert claims[0].situation == "what do I say?"
    assert [e.id for e in claims[4].cited] == ["P8.2"]


def test_a_quoted_question_claims_nothing() -> None:
    asks = evidence("C1.11", "What could your team deliver?")
    sentence = Sentence(asks.statement.text, (Citation("C1.11", asks.statement.hash),), Verdict.SUPPORTED, 1.0, "x")
    assert delivered([Answer(Status.ANSWERED, (sentence,), (asks,))]) == []


def test_a_claim_whose_statement_has_changed_is_left_out() -> None:
    sentence = Sentence("Name it.", (Citation("P8.2", "0" * 16),), Verdict.SUPPORTED, 1.0, "x")
    assert delivered([Answer(Status.ANSWERED, (sentence,), quoted_answer().evidence)]) == []


def test_written_claims_are_the_supported_ones_and_statements_keep_their_source() -> None:
    rows = [
        Labelled("1", Pair("Ask early.", "Ask soon."), True, "paraphrase", "C1.2,C1.3"),
        Labelled("2", Pair("Ask early.", "Ask late."), False, "contradiction", "C1.2"),
        Labelled("3", Pair("Wait.", "Hold on."), True, "quoted", "P8.2"),
        Labelled("4", Pair("Go.", "Leave."), True),
    ]
    claims, statements = written(rows)
    assert [c.id for c in claims] == ["1", "4"]
    assert [e.id.partition(":")[0] for e in statements] == ["C1.2", "P8.2", "P0.0"]
    assert len({e.id for e in statements}) == 3


def test_mutants_can_be_written_as_labelled_rows() -> None:
    rows = [Labelled("1", Pair("Ask early.", "Ask soon."), True, "", "C1.2")]
    made = mutant_rows(*written(rows), seeds=range(3))
    assert {r["label"] for r in made} == {0}
    assert {r["source"] for r in made} == {"C1.2"}
    assert all(r["kind"].startswith("mutant: ") for r in made)
    assert len({(r["evidence"], r["claim"]) for r in made}) == len({r["id"] for r in made}) == len(made)


async def test_answers_are_asked_one_by_one_and_not_kept() -> None:
    coach = FakeCoachThatAnswers()
    answers = await delivered_answers(coach, ["a", "b"])  # type: ignore[arg-type]
    assert [a.question for a in answers] == ["a", "b"]
    assert coach.kept_any is False


class FakeCoachThatAnswers(FakeCoach):
    kept_any = False

    async def answer(self, question: str, *, keep: bool = True) -> Answer:
        self.kept_any |= keep
        return quoted_answer(question=question)


def test_every_statement_of_the_sources_can_be_cited() -> None:
    all_of = statements_of([PRINCIPLE, PRACTICE, NOTE])
    assert [e.id for e in all_of] == ["P8.2", "C1.1", "C1.2", "N12.4"]
    assert all_of[-1].private


@pytest.fixture(autouse=True)
def _no_real_coach(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Coach, "answer", None)
