"""Are answers still grounded? The same run, floors and baseline as ``coach eval run``; what fails names its metric."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from coach.agent.assembly import open_coach
from coach.evaluation.cache import Cache
from coach.evaluation.cases import Case, Kind, read_cases
from coach.evaluation.floors import Floor, read_floors
from coach.evaluation.homes import Homes
from coach.evaluation.metrics import METRICS
from coach.evaluation.report.material import Material, cached_line, gathered
from coach.evaluation.runner import Run, Runner
from coach.evaluation.selection import selected
from coach.evaluation.summary import Split
from coach.settings import Settings, load_settings
from evals.conftest import FOLDER
from evals.holdback import is_held_back

#: As `coach eval run` has it: an unchanged run costs nothing, and says so.
CACHE = FOLDER.parent / ".cache" / "evals"
BASELINE, FLOORS = FOLDER / "baseline.json", FOLDER / "floors.yaml"
#: Cases that a model on this machine is asked: a minute or two each on two cores.
LOCAL_SAMPLE = 6
CASES = read_cases(FOLDER / "cases")
#: One run asks some hundred questions.
pytestmark = pytest.mark.timeout(1800)


def _asked(settings: Settings, cases: list[Case], root: Path) -> Material:
    async def asked() -> Run:
        return await Runner(Homes(root, settings), Cache(CACHE)).run(cases)

    return gathered(asyncio.run(asked()), BASELINE, FLOORS)


@pytest.fixture(scope="session")
def quoted(tmp_path_factory: pytest.TempPathFactory) -> Material:
    """All cases, answered by the quote composer without a model."""
    settings = load_settings(model="none", composer="quote", checker="lexical")
    return _asked(settings, CASES, tmp_path_factory.mktemp("quoted"))


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory, local_home: Path) -> Material:
    """A fixed sample, written one sentence at a time by the local model, which judges, too."""
    settings = load_settings(home=local_home, model="local", composer="stepwise", checker="local")
    return _asked(settings, selected(CASES, sample=LOCAL_SAMPLE), tmp_path_factory.mktemp("written"))


def test_the_cases_name_what_there_is(tmp_path: Path) -> None:
    with_notes = Homes(tmp_path, load_settings(model="none", composer="quote", checker="lexical"), open_coach)
    coach = with_notes.open((True, ""))
    known = [i for s in coach.library.sources() for i in (s.id, *(t.id for t in s.statements))]
    asyncio.run(coach.aclose())
    assert len(read_cases(FOLDER / "cases", known)) >= 200


def test_every_kind_has_cases_and_each_principle_situations() -> None:
    assert set(Counter(c.kind for c in CASES)) == set(Kind)
    of = Counter(p for c in CASES if c.kind is Kind.SITUATION for p in c.principles)
    # The introduction and the summary say what the eight sections say.
    assert {f"P{n}": of[f"P{n}"] for n in range(1, 9) if of[f"P{n}"] < 12} == {}


def test_a_quarter_is_held_back() -> None:
    assert [c.id for c in CASES if c.holdback is not is_held_back(c.id)] == [], "run: python -m evals.holdback"
    assert 0.15 <= sum(c.holdback for c in CASES) / len(CASES) <= 0.35


def test_without_a_model_no_case_is_an_error(quoted: Material, figure: list[str]) -> None:
    figure += _figures("quote, no model", quoted)
    assert [f"{o.case}: {o.error}" for o in quoted.run.errors] == []


@pytest.mark.parametrize("floor", read_floors(FLOORS), ids=lambda f: f.label)
def test_floor(floor: Floor, quoted: Material) -> None:
    found = [f for f in quoted.gate.floors if f.floor == floor]
    if not found:
        pytest.skip(f"it is for {', '.join(floor.profiles)}")
    assert found[0].ok, f"{floor.label}; it is {found[0].value}"


def test_nothing_is_worse_than_the_baseline(quoted: Material) -> None:
    _assert_no_worse(quoted)


@pytest.mark.local_model
def test_the_local_model_writes_what_is_grounded(written: Material, figure: list[str]) -> None:
    figure += _figures(f"stepwise, local model, {LOCAL_SAMPLE} cases", written)
    assert [f"{o.case}: {o.error}" for o in written.run.errors] == []
    wrote = [o for o in written.run.outcomes if o.answer is not None and o.answer.usage.completion_tokens]
    assert wrote, "the model was never asked"
    assert [f"{f.floor.label}; it is {f.value}" for f in written.gate.failed] == []
    _assert_no_worse(written)


def _assert_no_worse(material: Material) -> None:
    worse = [f"{c.metric} by {c.difference.mean:+.3f}" for c in material.gate.regressions]
    cases = [f"{r.case.id}: {'; '.join(m.text for m in r.worse)}" for r in material.worse]
    assert worse == [], "\n".join(["worse by case, held-back ones left out:", *cases])


def _figures(name: str, material: Material) -> list[str]:
    subject = material.run.subject
    lines = [
        f"{name}: {material.gate.verdict}",
        f"  prompts {subject.prompts}, corpus {subject.corpus}, code {subject.code}; judged by {material.run.judge}",
        f"  {cached_line(material.run)}",
    ]
    for metric in METRICS:
        parts = []
        for split in (Split.OPEN, Split.HOLDBACK):
            of = material.summary.figure(metric.name, split).interval
            if of.mean is not None and metric.unit == "share":
                parts.append(f"{split.value} {of.mean:6.1%} [{of.low:6.1%}, {of.high:6.1%}] n={of.n:<3d}")
            elif of.mean is not None:
                parts.append(f"{split.value} {of.mean:6.1f} [{of.low:6.1f}, {of.high:6.1f}] n={of.n:<3d}")
        if parts:
            lines.append(f"  {metric.name:20s} {'  '.join(parts)}")
    return lines
