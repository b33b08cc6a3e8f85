"""`coach eval run` and `coach eval cases`: are answers grounded, how sure is that, and which cases changed?"""

from __future__ import annotations

import asyncio
import json as json_module
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from coach.cli import options
from coach.cli.console import say, whisper
from coach.cli.opening import open_it, settings_with
from coach.cli.progress import Bar
from coach.cli.rows import print_json
from coach.domain.errors import InputError

if TYPE_CHECKING:
    from coach.evaluation.cases import Case
    from coach.evaluation.report.material import Material
    from coach.evaluation.runner import Run
    from coach.settings import Settings

Folder = Annotated[
    Path | None,
    typer.Option("--cases", metavar="DIR", help="Where the cases are; by default those of this checkout."),
]


def run(
    cases: Folder = None,
    kind: Annotated[
        list[str] | None, typer.Option("--kind", metavar="KIND", help="Only cases of this kind; may be repeated.")
    ] = None,
    id_: Annotated[
        list[str] | None, typer.Option("--id", metavar="ID", help="Only this case; may be repeated.")
    ] = None,
    sample: Annotated[
        int | None, typer.Option("--sample", min=1, metavar="N", help="N cases, always the same, of all kinds in turn.")
    ] = None,
    repeats: Annotated[int, typer.Option("--repeats", min=1, max=100, help="How often each case is asked.")] = 1,
    parallel: Annotated[
        int, typer.Option("--parallel", min=1, max=64, help="How many cases are asked at once; pays with an endpoint.")
    ] = 1,
    model: options.Model = None,
    composer: options.Composer = None,
    checker: options.Checker = None,
    judge: Annotated[
        Literal["auto", "lexical", "local", "model"],
        typer.Option("--judge", help="Who says whether claims are supported; auto is the checker under test."),
    ] = "auto",
    cache: Annotated[
        Path | None, typer.Option("--cache", metavar="DIR", help="Where outcomes are kept; see docs/evals.md.")
    ] = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Ask everything anew, and keep nothing.")] = False,
    baseline: Annotated[
        Path | None,
        typer.Option("--baseline", metavar="FILE", help="What to compare with; baseline.json beside the cases."),
    ] = None,
    profile: Annotated[
        str | None,
        typer.Option("--profile", metavar="NAME", help="Entry of the baseline; by default composer and place."),
    ] = None,
    update_baseline: Annotated[
        bool, typer.Option("--update-baseline", help="Make this run the baseline; refused where it had errors.")
    ] = False,
    tolerate: Annotated[
        float, typer.Option("--tolerate", min=0.0, max=1.0, metavar="SHARE", help="Share of errors that is let pass.")
    ] = 0.0,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write a report to read.")] = None,
    json: Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Write a report as JSON.")] = None,
    junit: Annotated[
        Path | None, typer.Option("--junit", metavar="FILE", help="Write a report as JUnit XML, for CI.")
    ] = None,
    show_holdback: Annotated[
        bool, typer.Option("--show-holdback", help="Tell held-back cases one by one, too. Do not tune on them.")
    ] = False,
) -> None:
    """Ask the cases, judge the answers, and compare with the baseline.

    Exits with 0 where all is well, with 3 on a regression beyond noise, with 4 where a floor is not held, and with 5
    where there were errors. What is finished is kept: the same command goes on where it was interrupted.
    """
    from coach.cli.eval_table import table_of
    from coach.evaluation.cases import read_cases
    from coach.evaluation.report.material import gathered
    from coach.evaluation.selection import selected
    from coach.settings import load_settings

    if no_cache and cache is not None:
        raise InputError("--cache and --no-cache say two things.", "Give one of them.")
    folder = _cases_folder(cases)
    known = read_cases(folder)
    wanted = selected(known, kind or (), id_ or (), sample)
    settings = settings_with(model=model, composer=composer, checker=checker)
    reports = _Reports(html, json, junit)
    reports.check()
    against = baseline or folder.parent / "baseline.json"
    if baseline is not None and not baseline.is_file() and not update_baseline:
        raise InputError(f"There is no baseline {baseline}.", "Write it with --update-baseline.")
    kept_in = None if no_cache else (cache or _cache_folder(folder, load_settings()))
    done = _asked(wanted, settings, judge, kept_in, repeats, parallel)
    material = gathered(
        done, against, folder.parent / "floors.yaml", profile, tolerated=tolerate, show_holdback=show_holdback
    )
    say(table_of(material))
    reports.write(material)
    if update_baseline:
        from coach.evaluation.baseline import update

        update(against, material.profile, done, material.summary, [c.id for c in known])
        say(f"The baseline {material.profile!r} in {against} is now this run.")
    if material.gate.status and not (update_baseline and not done.errors):
        raise typer.Exit(int(material.gate.status))


def cases(
    folder: Folder = None,
    listed: Annotated[bool, typer.Option("--list", help="List their ids and questions; not those held back.")] = False,
    json: options.Json = False,
) -> None:
    """Check the cases, and count them by kind."""
    from collections import Counter

    from coach.cli.eval_checker import table
    from coach.evaluation.cases import Kind, read_cases

    where = _cases_folder(folder)
    read_cases(where)
    # What they name takes some seconds to find out.
    found = read_cases(where, _ids())
    every, held = Counter(c.kind for c in found), Counter(c.kind for c in found if c.holdback)
    if json:
        print_json({k.value: {"cases": every[k], "holdback": held[k]} for k in Kind})
        return
    if listed:
        say(table([[c.id, c.kind.value, " ".join(c.question.split())[:90]] for c in found if not c.holdback]))
        return
    rows = [["kind", "cases", "held back"], *([k.value, str(every[k]), str(held[k])] for k in Kind)]
    say(table([*rows, ["all", str(every.total()), str(held.total())]]))


@dataclass(frozen=True, slots=True)
class _Reports:
    """The files that were asked for."""

    html: Path | None
    json: Path | None
    junit: Path | None

    def check(self) -> None:
        """Raise where one could not be written: before the run, which may take an hour."""
        for path in filter(None, (self.html, self.json, self.junit)):
            if path.is_dir():
                raise InputError(f"{path} is a folder.", "Name a file for the report.")
            if not path.absolute().parent.is_dir() or not os.access(path.absolute().parent, os.W_OK):
                raise InputError(f"{path} cannot be written.", "Name a file in a folder that is there.")

    def write(self, material: Material) -> None:
        """Write each of them."""
        from coach.evaluation.report.html import as_html
        from coach.evaluation.report.json_report import as_json
        from coach.evaluation.report.junit import as_junit
        from coach.evaluation.writing import write_whole

        if self.html is not None:
            write_whole(self.html, as_html(material))
        if self.json is not None:
            write_whole(self.json, json_module.dumps(as_json(material), ensure_ascii=False, indent=1) + "\n")
        if self.junit is not None:
            write_whole(self.junit, as_junit(material))


def _asked(
    wanted: list[Case],
    settings: Settings,
    judge: Literal["auto", "lexical", "local", "model"],
    kept_in: Path | None,
    repeats: int,
    parallel: int,
) -> Run:
    from coach.evaluation.cache import Cache
    from coach.evaluation.homes import Homes
    from coach.evaluation.judges import opened_judge
    from coach.evaluation.runner import Runner

    told = [0, 0]

    async def asked(root: Path) -> Run:
        async with opened_judge(judge, settings, root / "judge", open_it) as by:
            homes = Homes(root / "homes", settings, open_it)
            runner = Runner(homes, Cache(kept_in), repeats=repeats, parallel=parallel, judge=by)
            with Bar("Asking the cases") as bar:

                def progress(done: int, total: int) -> None:
                    told[:] = done, total
                    bar(done, total)

                return await runner.run(wanted, progress)

    try:
        with tempfile.TemporaryDirectory(prefix="coach-eval-") as root:
            return asyncio.run(asked(Path(root)))
    except KeyboardInterrupt:
        kept = "nothing is kept" if kept_in is None else f"they are kept in {kept_in}"
        whisper(f"Interrupted: {told[0]} of {told[1]} outcomes were finished, {kept}.")
        if kept_in is not None:
            whisper("Go on with the same command.")
        raise


def _ids() -> list[str]:
    """Ids of all sources and statements that a case may name: the corpus and the sample notes."""
    from coach.evaluation.homes import Homes

    with tempfile.TemporaryDirectory(prefix="coach-eval-") as root:
        settings = settings_with(model="none", composer="quote", checker="lexical")
        coach = Homes(Path(root), settings, open_it).open((True, ""))
        try:
            return [i for s in coach.library.sources() for i in (s.id, *(t.id for t in s.statements))]
        finally:
            asyncio.run(coach.aclose())


def _cases_folder(given: Path | None) -> Path:
    """The folder of the cases: the one that was given, else that of the checkout that this is installed from."""
    if given is not None:
        if not given.is_dir():
            raise InputError(f"There is no folder {given}.", "Say where the cases are: --cases DIR")
        return given
    from importlib.resources import files

    folder = Path(str(files("coach"))).parent / "evals" / "cases"
    if not folder.is_dir():
        raise InputError(
            "Coach is installed without its cases: they come with its source.",
            "Say where cases are with --cases DIR, or run this in a checkout that Coach is installed from.",
        )
    return folder


def _cache_folder(cases: Path, settings: Settings) -> Path:
    """Beside the cases of a checkout, where CI can keep it; else in the data folder."""
    root = cases.absolute().parent.parent
    return root / ".cache" / "evals" if (root / "pyproject.toml").is_file() else settings.home / "evals"
