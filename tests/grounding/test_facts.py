from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.grounding.facts import RULES, check_facts

DEADLINES = "Negotiate deadlines and resources, and do not overpromise."


@pytest.mark.parametrize(
    ("claim", "evidence", "reason"),
    [
        ("Negotiate the deadline within 14 days.", DEADLINES, "number 14"),
        ("Negotiate fifty percent more resources.", DEADLINES, "number 50"),
        ("Negotiate the deadline on Friday.", DEADLINES, "Friday"),
        ("Negotiate the deadline in October.", DEADLINES, "October"),
        ("Negotiate deadlines as Netflix does.", DEADLINES, "Netflix"),
        ("Negotiate with the DPO.", DEADLINES, "DPO"),
        ("NASA negotiates deadlines.", DEADLINES, "NASA"),
        ("Negotiate, because studies show that it works.", DEADLINES, "research"),
        ("According to a study, negotiating deadlines works.", DEADLINES, "research"),
        ("Experts agree that you negotiate deadlines.", DEADLINES, "research"),
        ("Tell them: 'Our vendor guarantees perfect accuracy everywhere'.", DEADLINES, "quotation"),
        ("Do not negotiate deadlines and resources.", DEADLINES, "opposite"),
        ("Negotiate deadlines and overpromise.", DEADLINES, "opposite"),
        ("Never thank people for bad news.", "Thank people for bad news.", "opposite"),
        ("Do not bargain over dates.", "Negotiate a date that the team can keep.", "not to do"),
        ("Bargain over it; never say why.", "Negotiate it, and give the reason.", "not to do"),
        ("A quiet room must help.", "A quiet room may help.", "more strongly"),
        ("Every lead always codes less.", "Leads often write less code.", "more strongly"),
        ("Take what was done to the clients.", "Bring achievements to leadership.", "other people"),
        ("Have your manager bargain over dates, then ask.", DEADLINES, "leaves to your manager"),
        ("HR should negotiate deadlines.", DEADLINES, "leaves to HR"),
        ("A 2019 survey of engineers links this to fewer exits.", "Thank people in 2019.", "research"),
        ("Negotiate; the literature agrees.", DEADLINES, "research"),
        ("There is solid empirical evidence for negotiating.", DEADLINES, "research"),
    ],
)
def test_what_is_not_in_the_source_is_named(claim: str, evidence: str, reason: str) -> None:
    assert reason in (check_facts(claim, evidence) or "")


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("Negotiate the deadlines of both projects without overpromising.", DEADLINES),
        ("Wait two weeks.", "Wait a fortnight."),
        ("Half of the work is done.", "50% of the work is done."),
        ("Answer at 12.", "Answer at noon."),
        ("Your VP and the ML team negotiate.", DEADLINES),
        ("Ask Sales before you negotiate.", DEADLINES),
        ("Say 'no' early.", "Say no early."),
        ("Choose between the two designs.", "Choose one of the designs."),
        ("Don't promise too much; negotiate instead.", "Negotiate the date that was asked for."),
        ("Don't pad an estimate.", "A padded estimate is a no in disguise."),
        ("It could help.", "It may help."),
        ("Tell your VP what was done.", "Bring achievements to leadership."),
        ("Let a second engineer run it.", "Let a second person run it."),
        ("Ask the sales lead what the date is for.", "Ask what a date is for."),
        ("Write down what the study found.", "Note what the study found."),
        ("Label the data from two teams and show it.", "Label the data of the two teams, and show it."),
        ("Ask 'What happens on that day?' first.", "Ask first what happens on that day."),
    ],
)
def test_good_paraphrases_pass(claim: str, evidence: str) -> None:
    assert check_facts(claim, evidence) is None


def test_numbers_names_and_dates_may_come_from_the_person() -> None:
    claim = "Negotiate the 14 March date with Acme."
    assert check_facts(claim, DEADLINES) is not None
    assert check_facts(claim, DEADLINES, "acme wants it on march 14") is None


def test_research_may_not_come_from_the_person() -> None:
    assert check_facts("Studies show that it works.", DEADLINES, "a study said so") is not None


def test_whom_the_person_names_may_do_it() -> None:
    claim = "Have your senior engineer bring the achievements to leadership."
    source = "Bring the achievements to leadership."
    assert check_facts(claim, source) is not None
    assert check_facts(claim, source, "should my senior engineer tell them?") is None


def test_hardly_a_supported_pair_of_the_calibration_set_is_refused() -> None:
    path = Path(__file__).parents[2] / "evals" / "claims" / "calibration.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    refused = {bool(r["label"]): 0 for r in rows}
    for r in rows:
        refused[bool(r["label"])] += check_facts(r["claim"], r["evidence"]) is not None
    assert refused[True] <= 2
    assert refused[False] >= 30


@given(st.text(max_size=200), st.text(max_size=200), st.text(max_size=100))
def test_no_text_breaks_a_rule(claim: str, evidence: str, situation: str) -> None:
    for rule in RULES:
        assert rule(claim, evidence, situation) is None or isinstance(rule(claim, evidence, situation), str)


@given(st.sampled_from([DEADLINES, "Ask 'Why?' twice by 3 May.", "Never say never to the DPO."]))
def test_a_statement_itself_always_passes(statement: str) -> None:
    assert check_facts(statement, statement) is None
