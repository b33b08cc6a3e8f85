from __future__ import annotations

import json
from pathlib import Path

import pytest

from coach.domain.answer import Sentence, Verdict
from tests.cli.conftest import Run
from tests.cli.fakes import FakeCoach
from tests.cli.sample import FORBIDDEN, HOSTILE, P8_2, quoted

_ROWS: list[dict[str, object]] = [
    {"id": 1, "evidence": "The date costs.", "claim": "good"},
    {"id": "b\u202e", "evidence": "The date costs.", "claim": "bad"},
]


def _given(rows: list[dict[str, object]]) -> str:
    return "\n".join(json.dumps(r) for r in rows)


def test_rows_are_scored_and_one_that_is_not_supported_shows_in_the_status(run: Run, coach: FakeCoach) -> None:
    coach.scores = {"bad": 0.2}
    ran = run("check", "--jsonl", "-", given=_given(_ROWS))
    assert ran.code == 3
    first, second = (json.loads(line) for line in ran.out.splitlines())
    assert first == {"id": 1, "score": 0.9, "supported": True, "checker": "lexical"}
    assert second == {"id": "b\u202e", "score": 0.2, "supported": False, "checker": "lexical"}
    assert "\u202e" not in ran.out
    assert coach.closed == 1


def test_all_supported(run: Run, coach: FakeCoach) -> None:
    assert run("check", "--jsonl", "-", given=_given(_ROWS)).code == 0


def test_a_malformed_row(run: Run, coach: FakeCoach) -> None:
    ran = run("check", "--jsonl", "-", given='{"id": 1, "evidence": "x"}')
    assert ran.code == 2
    assert 'Line 1 of standard input has no "claim"' in ran.err


def test_a_text_against_sources(run: Run, coach: FakeCoach, tmp_path: Path) -> None:
    coach.sentences = [
        Sentence("Hello."),
        quoted(P8_2, "point"),
        Sentence("Offer a raise " + HOSTILE, (), Verdict.UNSUPPORTED, 0.1, "lexical", "nothing says so"),
    ]
    path = tmp_path / "answer.md"
    path.write_text("Hello. …")
    ran = run("check", str(path), "--sources", "P8, N12.4,", "--checker", "lexical")
    assert ran.code == 3
    assert coach.checked == [("Hello. …", ("P8", "N12.4"))]
    assert coach.settings.checker == "lexical"
    lines = ran.out.splitlines()
    assert lines[0] == "not a claim: Hello."
    assert lines[1] == f"supported 1.00: {P8_2.text}"
    assert lines[2] == "    [P8.2]"
    assert lines[3].startswith("unsupported 0.10: Offer a raise")
    assert lines[4] == "    nothing says so"
    assert lines[5] == "1 of 2 claims supported"
    assert not any(mark in ran.out for mark in (*FORBIDDEN, "\x1b"))
    rows = json.loads(run("check", str(path), "--sources", "P8", "--json").out)
    assert rows[1] == {
        "text": P8_2.text,
        "verdict": "supported",
        "score": 1.0,
        "citations": ["P8.2"],
        "reason": "",
        "checker": "lexical",
    }


def test_a_text_without_claims_passes(run: Run, coach: FakeCoach) -> None:
    coach.sentences = [Sentence("Hello.")]
    ran = run("check", "-", "--sources", "P8", given="Hello.")
    assert (ran.code, ran.out) == (0, "not a claim: Hello.\n0 of 0 claims supported\n")


def test_an_uncited_claim_does_not_pass(run: Run, coach: FakeCoach) -> None:
    coach.sentences = [Sentence("Pay more.", (), Verdict.UNCITED)]
    assert run("check", "-", "--sources", "P8", given="Pay more.").code == 3


@pytest.mark.parametrize(
    "args",
    [(), ("a.md",), ("--sources", "P8"), ("a.md", "--jsonl", "-"), ("-", "--sources", "P99"), ("-", "--sources", "")],
)
def test_what_cannot_be_checked(run: Run, coach: FakeCoach, args: tuple[str, ...]) -> None:
    ran = run("check", *args)
    assert ran.code == 2
    assert ran.err
