"""`coach eval checker` and `coach eval mutations`: how often is what checks the answers wrong itself?"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

import typer

from coach.cli import options
from coach.cli.console import say, whisper
from coach.cli.opening import open_it, settings_with
from coach.cli.progress import Bar
from coach.cli.rows import dumps, print_json
from coach.domain.errors import InputError, ModelError, SettingsError

if TYPE_CHECKING:
    from coach.domain.answer import Answer
    from coach.domain.evidence import Evidence
    from coach.evaluation.checkers import CheckerReport, Labelled
    from coach.evaluation.mutation_score import MutationReport, SetScore
    from coach.evaluation.mutations import Claim
    from coach.evaluation.statistics import Interval
    from coach.settings import Settings

#: Where a checkout keeps them.
PAIRS = Path("evals/claims/test.jsonl")
CASES = Path("evals/cases")
T = TypeVar("T")
#: A set of claims by name, with the statements that their citations can be swapped for.
Sets = dict[str, "tuple[list[Claim], list[Evidence]]"]

Which = Annotated[
    Literal["lexical", "local", "model", "all"],
    typer.Option(
        "--checker", help="Which checker: rules, the local model, the model that answers, or each that is there."
    ),
]
File = Annotated[
    Path,
    typer.Option(
        "--file", metavar="F.jsonl", help='Rows such as {"id": "1", "evidence": "…", "claim": "…", "label": 1}.'
    ),
]
Every = Annotated[int, typer.Option("--every", min=1, help="Take every N-th row only.")]


def checker(
    file: File = PAIRS, which: Which = "all", every: Every = 1, model: options.Model = None, json: options.Json = False
) -> None:
    """Measure how often a checker is wrong, on labelled pairs.

    A label of 1 says that the evidence supports the claim, 0 that it does not; rows may name a "kind". Figures come
    with 95% intervals, and beside the floor that counts shared words alone.
    """
    from coach.evaluation.checkers import FloorChecker, every_nth, measure, read_labelled

    rows = every_nth(read_labelled(file.expanduser()), every)

    async def measured(settings: Settings) -> CheckerReport:
        async with open_it(settings) as coach:
            name = coach.checker.name
            with Bar(f"Asking {name}") as bar:
                return await measure(coach.checker, rows, bar)

    reports = [asyncio.run(measure(FloorChecker(), rows))]
    for settings in _settings(which, model):
        report = _tried(settings, measured, optional=which == "all")
        reports += [report] if report else []
    if json:
        print_json([r.as_dict() for r in reports])
    else:
        say(_checkers(reports, rows, file.name))


def mutations(
    file: File = PAIRS,
    cases: Annotated[
        Path, typer.Option("--cases", metavar="FOLDER", help="Cases whose delivered answers are mutated too.")
    ] = CASES,
    which: Which = "lexical",
    every: Every = 1,
    model: options.Model = None,
    missed: Annotated[
        bool, typer.Option("--missed", help="Show what was missed, and what was stopped wrongly.")
    ] = False,
    write: Annotated[
        Path | None,
        typer.Option(
            "--write", metavar="FILE", help="Write the mutants of the file's claims as rows, and measure nothing."
        ),
    ] = None,
    json: options.Json = False,
) -> None:
    """Change claims that hold so that they no longer do, and measure how many of them are stopped.

    Claims come from delivered answers to the cases, and from the supported rows of the file. They pass the same gate as
    in delivery.
    """
    from coach.evaluation.checkers import every_nth, read_labelled
    from coach.evaluation.mutation_score import MutationReport, mutant_rows, mutation_score, written

    if write is not None:
        rows = mutant_rows(*written(every_nth(read_labelled(file.expanduser()), every)), seeds=range(3))
        _write(write.expanduser(), rows)
        say(f"{len(rows)} mutants are in {write}.")
        return
    sets: Sets = {}
    labelled = read_labelled(file.expanduser()) if file != PAIRS or file.is_file() else []
    if cases != CASES or cases.is_dir():
        claims, statements = _delivered(cases.expanduser())
        sets["delivered"] = claims[::every], statements
    else:
        whisper(f"There are no cases in {cases}: delivered answers are left out. Say where they are with --cases.")
    if labelled or not sets:
        labelled = labelled or read_labelled(file)
        sets["written"] = written(every_nth(labelled, every))[0], written(labelled)[1]

    async def scored(settings: Settings) -> MutationReport:
        begun = time.perf_counter()
        async with open_it(settings) as coach:
            name = coach.checker.name
            done: list[SetScore] = []
            for of, (claims, statements) in sets.items():
                with Bar(f"Mutating {of} claims, asking {name}") as bar:
                    done.append(await mutation_score(of, claims, statements, coach.checker, progress=bar))
        return MutationReport(name, tuple(done), time.perf_counter() - begun)

    reports = [r for s in _settings(which, model) if (r := _tried(s, scored, optional=which == "all"))]
    if json:
        print_json([r.as_dict() for r in reports])
    else:
        say("\n\n".join(_mutations(r, missed=missed) for r in reports))


def _write(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    try:
        path.write_text("".join(f"{dumps(row)}\n" for row in rows), encoding="utf-8")
    except OSError as e:
        raise InputError(
            f"{path} cannot be written: {e.strerror or e}.", "Check the folder and its permissions."
        ) from e


def _settings(which: str, model: str | None) -> list[Settings]:
    """Return settings with each checker that is wanted."""
    made = []
    if which in ("lexical", "all"):
        made.append(settings_with(model="none", checker="lexical"))
    if which in ("local", "all"):
        made.append(settings_with(model=model if which == "local" and model else "local", checker="local"))
    if which in ("model", "all"):
        made.append(settings_with(model=model, checker="model"))
    return made


def _tried(settings: Settings, measured: Callable[[Settings], Coroutine[Any, Any, T]], *, optional: bool) -> T | None:
    """Return what was measured; None, and say why, where the checker is not there and need not be."""
    try:
        if optional and settings.checker == "model":
            _refuse_small(settings)
        return asyncio.run(measured(settings))
    except (ModelError, SettingsError) as e:
        if not optional:
            raise
        whisper(f"The checker {settings.checker} is left out. {e}")
        return None


def _refuse_small(settings: Settings) -> None:
    """Raise where the model that answers cannot say what is wrong with a claim: it would only fail."""
    from coach.models.choice import choose

    choice = choose(settings)
    if choice.ability != "free":
        raise SettingsError(f"It needs a capable model, and there is {choice.label}.")


def _delivered(cases: Path) -> tuple[list[Claim], list[Evidence]]:
    """Return the claims of delivered answers to the cases, and the statements that there are."""
    from coach.evaluation.cases import read_cases
    from coach.evaluation.homes import Homes
    from coach.evaluation.mutation_score import delivered, delivered_answers, statements_of

    questions = [c.question for c in read_cases(cases) if len(c.turns) == 1 and not c.note]
    with tempfile.TemporaryDirectory(prefix="coach-eval-") as root:
        settings = settings_with(model="none", composer="quote", checker="lexical")
        coach = Homes(Path(root), settings, open_it).open((True, ""))

        async def answered() -> list[Answer]:
            async with coach:
                with Bar("Asking the cases") as bar:
                    return await delivered_answers(coach, questions, bar)

        statements = statements_of(coach.library.sources())
        return delivered(asyncio.run(answered())), statements


def _checkers(reports: Sequence[CheckerReport], rows: Sequence[Labelled], name: str) -> str:
    figures = [["checker", "balanced accuracy", "AUC", "Brier score", "calibration error", "seconds"]]
    for r in reports:
        means = (r.balanced_accuracy, r.auc, r.brier, r.calibration_error)
        figures.append([r.checker, *map(_figure, means), f"{r.seconds:.1f}"])
    shares = [["called supported", "should be", *(r.checker for r in reports)]]
    for of in zip(*(r.kinds for r in reports), strict=True):
        kind = of[0].kind or ("supported" if of[0].supported else "not supported")
        shares.append([kind, "all" if of[0].supported else "none", *(_share(k.called_supported) for k in of)])
    return "\n\n".join((f"{len(rows)} labelled pairs of {name}", table(figures), table(shares)))


def _mutations(report: MutationReport, *, missed: bool) -> str:
    rows = [["", *(s.name for s in report.sets)]]
    rows.append(["claims", *(str(s.claims) for s in report.sets)])
    rows.append(["stopped though they hold", *(_share(s.false_alarms) for s in report.sets)])
    rows.append(["mutants caught", *(_share(s.caught) for s in report.sets)])
    rows += [[f"  {kind.value}", *(_share(s.kinds[kind]) for s in report.sets)] for kind in report.sets[0].kinds]
    rows.append(["caught at 10% false alarms", *(_share(s.caught_at_allowed) for s in report.sets)])
    text = f"The gate with {report.checker}, {report.seconds:.1f} seconds\n\n{table(rows)}"
    if missed:
        text += "".join(_examples(s) for s in report.sets)
    return text


def _examples(of: SetScore) -> str:
    lines = [f"\n\n{of.name}: missed"]
    lines += [f"  {c.kind.value if c.kind else ''}: {c.text}" for c in of.missed]
    lines += [f"\n{of.name}: stopped though they hold"]
    lines += [f"  {c.text}\n    {c.reason}" for c in of.alarms]
    return "\n".join(lines)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as lines, their columns two spaces apart."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in rows)


def _figure(of: Interval) -> str:
    return "–" if of.mean is None else f"{of.mean:.3f} [{of.low:.3f}, {of.high:.3f}]"


def _share(of: Interval) -> str:
    return "–" if of.mean is None else f"{of.mean:.0%} [{of.low:.0%}, {of.high:.0%}] of {of.n}"
