"""A run on a terminal: the verdict, what is under test, the figures beside the baseline's, and which cases changed."""

from __future__ import annotations

from coach.cli.eval_checker import table
from coach.evaluation.gate import Change, Trend
from coach.evaluation.metrics import METRICS, Metric
from coach.evaluation.report.material import Material, Row, cached_line
from coach.evaluation.statistics import Interval
from coach.evaluation.summary import Split

#: Cases that are named one by one.
_MOST = 15


def table_of(material: Material) -> str:
    """Return the run as lines of text."""
    run, gate, count = material.run, material.gate, material.summary.count()
    subject = run.subject
    parts = [
        f"{gate.verdict}\n\n{count.cases} cases ({material.summary.count(Split.HOLDBACK).cases} held back), asked "
        f"{run.repeats} time{'s' if run.repeats > 1 else ''} each, {count.errors} errors, {run.seconds:.0f} s.\n"
        f"{subject.composer} composer, {subject.model}, checked by {subject.checker}, judged by {run.judge}.\n"
        f"prompts {subject.prompts}, corpus {subject.corpus}, code {subject.code}.\n{cached_line(run)}",
        _figures(material),
        _floors(material),
        *gate.remarks,
        _worse(material),
        _errors(material),
        _uncompared(material),
    ]
    return "\n\n".join(part for part in parts if part)


def _figures(material: Material) -> str:
    compared = bool(material.gate.changes)
    repeated = material.run.repeats > 1
    splits = [s for s in Split if material.summary.count(s).cases]
    head = ["", *("held back" if s is Split.HOLDBACK else s.value for s in splits)]
    head += ["spread", f"pass^{material.run.repeats}"] if repeated else []
    head += ["since the baseline"] if compared else []
    changes = {c.metric: c for c in material.gate.changes}
    rows = [head]
    for metric in METRICS:
        figure = material.summary.figure(metric.name)
        if figure.interval.mean is None:
            continue
        row = [metric.name + ("" if metric.more_is_better or metric.more_is_better is None else " (less is better)")]
        row += [shown(metric, material.summary.figure(metric.name, split).interval) for split in splits]
        if repeated:
            row += ["–" if figure.spread is None else f"{figure.spread:.3f}"]
            row += [f"{figure.passed[-1]:.0%}" if len(figure.passed) == material.run.repeats else "–"]
        if compared:
            row += [_change(metric, changes.get(metric.name))]
        rows.append(row)
    return table(rows)


def shown(metric: Metric, of: Interval) -> str:
    """Return a mean with its interval and the number of cases."""
    if of.mean is None:
        return "–"
    if metric.unit == "share":
        return f"{of.mean:.1%} [{of.low:.1%}, {of.high:.1%}] n={of.n}"
    return f"{of.mean:.1f} [{of.low:.1f}, {of.high:.1f}] n={of.n}"


def _change(metric: Metric, change: Change | None) -> str:
    if change is None:
        return "not compared"
    of = change.difference
    if of.mean is None or of.low is None or of.high is None:
        return change.trend.value
    if of.low == of.high == 0:
        return "unchanged"
    form = "+.1%" if metric.unit == "share" else "+.1f"
    amount = f"{of.mean:{form}} [{of.low:{form}}, {of.high:{form}}]"
    return f"{amount} {change.trend.value.upper() if change.trend is Trend.WORSE else change.trend.value}"


def _floors(material: Material) -> str:
    if not material.gate.floors:
        return ""
    words = {True: "held", False: "NOT HELD", None: "not measured"}
    rows = [[f.floor.label, "–" if f.value is None else f"{f.value:.3f}", words[f.ok]] for f in material.gate.floors]
    return table([["floor", "now", ""], *rows])


def _worse(material: Material) -> str:
    lines = [f"  {r.case.id} ({r.case.kind.value}){_mark(r)}: {'; '.join(m.text for m in r.worse)}"
             for r in material.worse[:_MOST]]  # fmt: skip
    if len(material.worse) > _MOST:
        lines.append(f"  and {len(material.worse) - _MOST} more")
    folded = sum(bool(r.worse) and r not in material.told for r in material.rows)
    if folded:
        lines.append(f"  and {folded} held-back cases, which are not named")
    return "\n".join(["Worse than in the baseline:", *lines]) if lines else ""


def _mark(row: Row) -> str:
    return " (cached)" if row.cached == len(row.outcomes) else " (partly cached)" if row.cached else ""


def _errors(material: Material) -> str:
    failed = [o for r in material.told for o in r.errors]
    lines = [f"  {o.case}: {o.error}" for o in failed[:_MOST]]
    if len(failed) < material.gate.errors:
        lines.append(f"  {material.gate.errors - len(failed)} of held-back cases")
    if len(failed) > _MOST:
        lines.append(f"  and {len(failed) - _MOST} more")
    return "\n".join(["Errors:", *lines, "Run the same command again: only these are asked again."]) if lines else ""


def _uncompared(material: Material) -> str:
    gate = material.gate
    lists = [
        ("only in the baseline", gate.only_before),
        ("only in this run", gate.only_now),
        ("saying something else than they did", gate.reworded),
    ]
    lines = [
        f"  {len(ids)} {what}: {', '.join(ids[:_MOST])}{' …' if len(ids) > _MOST else ''}" for what, ids in lists if ids
    ]
    return "\n".join(["Cases that were not compared:", *lines]) if lines else ""
