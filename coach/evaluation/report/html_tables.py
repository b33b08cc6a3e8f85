"""The tables of the page: figures beside the baseline's, by kind, held back, floors, and what was under test."""

from __future__ import annotations

from coach.evaluation.floors import Floor
from coach.evaluation.gate import Change, Trend
from coach.evaluation.metrics import METRICS, Metric
from coach.evaluation.report.charts import axis, whiskers
from coach.evaluation.report.markup import Html, el
from coach.evaluation.report.material import Material
from coach.evaluation.statistics import NOTHING, Interval
from coach.evaluation.summary import Split

#: Metrics that the table of kinds shows.
_BY_KIND = ("status right", "principle@3", "points conveyed", "citation recall", "forbidden said")
_TREND = {Trend.WORSE: "▼ worse", Trend.BETTER: "▲ better"}


def figures_section(material: Material) -> Html:
    """Return every metric now and in the baseline, drawn and in figures, and what it cost."""
    changes = {c.metric: c for c in material.gate.changes}
    shares = [m for m in METRICS if m.unit == "share"]
    head = el("tr", el("th", "Metric"), el("th", axis(), class_="chart"), *map(_th, ("Now", "Baseline", "Change")))
    rows = [_metric(m, material, changes.get(m.name)) for m in shares]
    costs = [_cost(m, material, changes.get(m.name)) for m in METRICS if m.unit != "share"]
    key = el(
        "p",
        el("span", "●", class_="now"),
        " now, ",
        el("span", "○", class_="before"),
        " baseline, whiskers: 95% intervals over cases; dashed: the floor. ↓ less is better. Change: mean difference "
        "over the cases that both have, in points of a hundred, with its 95% interval.",
        class_="muted",
    )
    table = el("table", el("thead", head), el("tbody", *rows), class_="metrics")
    cost = el(
        "table",
        el("thead", el("tr", _th("Cost"), *map(_th, ("Now", "Baseline", "Change")))),
        el("tbody", *costs),
    )
    return el("section", el("h2", "Figures"), key, _wide(table), _wide(cost))


def kinds_section(material: Material) -> Html:
    """Return some metrics for each kind of case."""
    # By kind only the open cases: figures of a few held-back ones would tell them one by one.
    split = Split.ALL if material.show_holdback else Split.OPEN
    head = el("tr", *map(_th, ("Kind", "Cases", *_BY_KIND)))
    rows = [
        el(
            "tr",
            el("th", kind.value, scope="row"),
            el("td", str(material.summary.count(split, kind).cases), class_="number"),
            *(_cell(name, material.summary.figure(name, split, kind).interval) for name in _BY_KIND),
        )
        for kind in material.summary.kinds
        if material.summary.count(split, kind).cases
    ]
    return el(
        "section",
        el("h2", "By kind"),
        el("p", "All cases." if material.show_holdback else "Open cases only.", class_="muted"),
        _wide(el("table", el("thead", head), el("tbody", *rows), class_="kinds")),
    )


def holdback_section(material: Material) -> Html:
    """Return open and held-back cases beside each other, folded."""
    rows = [
        el(
            "tr",
            el("th", m.name, scope="row"),
            *(el("td", _share(material.summary.figure(m.name, s).interval), class_="number")
              for s in (Split.OPEN, Split.HOLDBACK)),
        )
        for m in METRICS
        if m.unit == "share"
    ]  # fmt: skip
    hidden = len(material.rows) - len(material.told)
    note = (
        f"{hidden} held-back cases are not shown one by one, so that whoever tunes does not tune on them: "
        "--show-holdback shows them."
        if hidden
        else "Held-back cases are shown above like the others. What is tuned on them is no longer held back."
    )
    return el(
        "details",
        el("summary", el("h2", "Open and held-back cases")),
        el("p", note, class_="muted"),
        _wide(el("table", el("thead", el("tr", *map(_th, ("Metric", "Open", "Held back")))), el("tbody", *rows))),
    )


def floors_section(material: Material) -> Html:
    """Return the floors and whether they are held; nothing where there are none."""
    if not material.gate.floors:
        return Html()
    word = {True: ("held", "good"), False: ("NOT HELD", "bad"), None: ("not measured", "muted")}
    rows = [
        el(
            "tr",
            el("th", f.floor.label, scope="row"),
            el("td", "–" if f.value is None else f"{f.value:.3f}", class_="number"),
            el("td", word[f.ok][0], class_=word[f.ok][1]),
        )
        for f in material.gate.floors
    ]
    return el(
        "section",
        el("h2", "Floors"),
        _wide(el("table", el("thead", el("tr", *map(_th, ("Floor", "Now", "")))), el("tbody", *rows))),
    )


def subject_section(material: Material) -> Html:
    """Return what was under test, beside the baseline's, and which cases were not compared."""
    before = material.entry.subject if material.entry is not None else {}
    now = {**material.run.subject.as_dict(), "judge": material.run.judge}
    then = {**before, "judge": material.entry.judge} if material.entry is not None else {}
    rows = [
        el(
            "tr",
            el("th", name, scope="row"),
            el("td", el("code", str(value))),
            el("td", el("code", str(then.get(name, "–")))),
            el("td", "changed" if then and then.get(name) != value else "", class_="bad"),
        )
        for name, value in now.items()
    ]
    gate = material.gate
    lists = [
        ("Only in the baseline", gate.only_before),
        ("Only in this run", gate.only_now),
        ("Says something else than it did", gate.reworded),
    ]
    listed = [el("p", f"{title}, not compared ({len(ids)}): {', '.join(ids)}") for title, ids in lists if ids]
    return el(
        "section",
        el("h2", "What was under test"),
        _wide(el("table", el("thead", el("tr", *map(_th, ("", "Now", "Baseline", "")))), el("tbody", *rows))),
        *(el("p", remark) for remark in gate.remarks),
        *listed,
    )


def _metric(metric: Metric, material: Material, change: Change | None) -> Html:
    now = material.summary.figure(metric.name).interval
    before = _before(metric.name, material)
    floor = next((f for f in _floors_of(material) if f.metric == metric.name and f.split is Split.ALL), None)
    at = None if floor is None else (floor.at_least if floor.at_least is not None else floor.at_most)
    label = f"{metric.name}: now {_share(now)}, baseline {_share(before)}"
    return el(
        "tr",
        el("th", f"{metric.name}{'' if metric.more_is_better else ' ↓'}", title=metric.about, scope="row"),
        el("td", whiskers(label, now, before, at), class_="chart"),
        _amount(now),
        _amount(before),
        _trend(change, share=True),
        class_=_class(change),
    )


def _cost(metric: Metric, material: Material, change: Change | None) -> Html:
    now, before = material.summary.figure(metric.name).interval, _before(metric.name, material)
    return el(
        "tr",
        el("th", metric.name, title=metric.about, scope="row"),
        el("td", _number(now), class_="number"),
        el("td", _number(before), class_="number"),
        _trend(change, share=False),
    )


def _trend(change: Change | None, *, share: bool) -> Html:
    if change is None:
        return el("td", "–", class_="number")
    word = _TREND.get(change.trend, change.trend.value)
    of = change.difference
    if of.mean is None or of.low is None or of.high is None:
        return el("td", word)
    if of.low == of.high == 0:
        return el("td", "unchanged", class_="number muted")
    scale = 100 if share else 1
    amount = f"{scale * of.mean:+.1f} [{scale * of.low:+.1f}, {scale * of.high:+.1f}]"
    return el("td", f"{word} ", el("span", amount, class_="muted"), class_="number")


def _amount(of: Interval) -> Html:
    if of.mean is None or of.low is None or of.high is None:
        return el("td", "–", class_="number")
    interval = f"[{100 * of.low:.1f}, {100 * of.high:.1f}] n={of.n}"
    return el("td", f"{of.mean:.1%} ", el("span", interval, class_="muted"), class_="number")


def _class(change: Change | None) -> str | None:
    return {Trend.WORSE: "worse", Trend.BETTER: "better"}.get(change.trend) if change else None


def _before(name: str, material: Material) -> Interval:
    kept = material.entry.metrics.get(name, {}).get(Split.ALL.value) if material.entry is not None else None
    return Interval(kept.mean, kept.low, kept.high, kept.n) if kept is not None else NOTHING


def _floors_of(material: Material) -> list[Floor]:
    return [f.floor for f in material.gate.floors if f.floor.kind is None]


def _cell(name: str, of: Interval) -> Html:
    if of.mean is None:
        return el("td", "–", class_="number")
    more = next(m.more_is_better for m in METRICS if m.name == name)
    good = of.mean if more else 1 - of.mean
    return el("td", f"{of.mean:.0%}", class_="number heat", style=f"--good-share: {100 * good:.0f}%", title=_share(of))


def _share(of: Interval) -> str:
    return "–" if of.mean is None else f"{of.mean:.1%} [{of.low:.1%}, {of.high:.1%}] n={of.n}"


def _number(of: Interval) -> str:
    return "–" if of.mean is None else f"{of.mean:.1f} [{of.low:.1f}, {of.high:.1f}]"


def _th(text: str) -> Html:
    return el("th", text, scope="col")


def _wide(table: Html) -> Html:
    return el("div", table, class_="wide")
