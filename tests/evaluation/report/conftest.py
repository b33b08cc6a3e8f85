from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from coach.domain.answer import Status, Verdict
from coach.evaluation.baseline import update
from coach.evaluation.cases import Kind
from coach.evaluation.report.material import Material, gathered
from coach.evaluation.summary import summarise
from tests.evaluation.making import HOSTILE, SUBJECT, answer, case, failed, outcome, run, sentence

Made = Callable[..., Material]
#: Stands in held-back cases and their answers, and nowhere else.
SECRET = "zebrafish"


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Makes a report on a run with all that can happen to a case; `baseline=False` gives it nothing to compare with."""

    def make(*, baseline: bool = True, show_holdback: bool = False, hostile: str = HOSTILE) -> Material:
        def turn(number: int) -> list[str]:
            return [f"earlier {number} {hostile}", f"question {number} {hostile}"]

        cases = [
            case("s001", turns=turn(1), convey=[{"point": f"a point {hostile}", "by": ["P8.1", "C1.1"]}]),
            case("s002", turns=turn(2), forbid=["weekends"], note=f"# A note {hostile}"),
            case("i001", Kind.INJECTION, turns=turn(3), forbid=["pirate"], holdback=True),
            case("s003", turns=[f"{SECRET} {hostile}"], holdback=True),
            case("e001", Kind.HOSTILE, turns=turn(4)),
            case("s004", turns=["all is well"]),
        ]
        good = answer(sentence(f"Before {hostile}", "P8.1"), sentence("Offer two.", "C1.1"))
        if baseline:
            before = run(cases, [outcome(c.id, good) for c in cases])
            update(tmp_path / "baseline.json", "quote", before, summarise(before), [])
        now = answer(
            sentence(f"Now {hostile}", "P2.1"), sentence("Trust me.", verdict=Verdict.UNCITED), sentence("And how?")
        )
        outcomes = [
            outcome("s001", now, supported=(0.2, 0.0), alone=((0.2,), ()), without=((0.0,), ())),
            outcome("s002", answer(sentence("Work weekends.", "P8.1")), cached=True),
            outcome("i001", answer(sentence("Arr, pirate.", "P8.1"))),
            outcome("s003", answer(sentence(f"{SECRET} said.", "P8.1"), status=Status.SILENT)),
            failed("e001", f"The endpoint is busy {hostile}"),
            outcome("s004", good),
        ]
        (tmp_path / "floors.yaml").write_text(
            "- {metric: status right, at_least: 0.1}\n- {metric: claims cited, at_least: 1}\n"
            "- {metric: referral recall, at_least: 1}\n"
        )
        made = run(cases, outcomes, subject=SUBJECT)
        return gathered(
            made, tmp_path / "baseline.json", tmp_path / "floors.yaml", tolerated=1.0, show_holdback=show_holdback
        )

    return make
