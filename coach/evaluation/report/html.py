"""A run as one HTML page that needs nothing else: no network, no font, no script but a filter. Works on paper, too."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from importlib.resources import files

from coach.evaluation.gate import ExitStatus
from coach.evaluation.report.html_case import case_card
from coach.evaluation.report.html_tables import (
    figures_section,
    floors_section,
    holdback_section,
    kinds_section,
    subject_section,
)
from coach.evaluation.report.markup import Html, el
from coach.evaluation.report.material import Material, Row, cached_line
from coach.evaluation.summary import Split

#: Cards that are unfolded at first.
_UNFOLDED = 3


def as_html(material: Material) -> str:
    """Return the report as a page."""
    style, script = Html(_read("page.css")), Html(_read("page.js"))
    allowed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    # Whatever an answer smuggled in could neither run nor ask anybody for anything.
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{allowed}'; base-uri 'none'"
    page = el(
        "html",
        el(
            "head",
            el("meta", charset="utf-8"),
            el("meta", http_equiv="Content-Security-Policy", content=policy),
            el("meta", name="viewport", content="width=device-width, initial-scale=1"),
            el("meta", name="color-scheme", content="light dark"),
            el("title", f"{_word(material)} – Coach's grounding evals"),
            el("style", style),
        ),
        el("body", *_body(material), el("script", script)),
        lang="en",
    )
    return f"<!doctype html>\n{page}\n"


def _body(material: Material) -> list[Html]:
    worse = list(material.worse)
    seen = {r.case.id for r in worse}
    faulty = [r for r in material.told if r.faults and r.case.id not in seen]
    seen |= {r.case.id for r in faulty}
    better = [r for r in material.told if r.better and r.case.id not in seen]
    failed = [r for r in material.told if r.errors]
    return [
        _header(material),
        figures_section(material),
        el("div", id="filter", hidden=True),
        _cases("Errors", failed, material, "These have no answer; run the same command again.") if failed else Html(),
        _cases("What got worse", worse, material, "Against the baseline, case by case, the most first.")
        if material.entry is not None
        else Html(),
        _cases("Faults", faulty, material, "Wrong whatever the baseline says, and not worse than it."),
        _cases("What got better", better, material, "") if better else Html(),
        kinds_section(material),
        holdback_section(material),
        floors_section(material),
        subject_section(material),
    ]


def _word(material: Material) -> str:
    return {
        ExitStatus.GOOD: "Good",
        ExitStatus.REGRESSION: "Regression",
        ExitStatus.FLOOR: "Floor not held",
        ExitStatus.ERRORS: "Errors",
    }[material.gate.status]


def _header(material: Material) -> Html:
    run, gate, count = material.run, material.gate, material.summary.count()
    facts = [
        f"{count.cases} cases, {material.summary.count(Split.HOLDBACK).cases} of them held back; "
        f"asked {run.repeats} time{'s' if run.repeats > 1 else ''} each.",
        f"{run.subject.composer} composer, {run.subject.model}, checked by {run.subject.checker}, "
        f"judged by {run.judge}.",
        cached_line(run),
        f"{count.errors} error{'' if count.errors == 1 else 's'}.",
    ]
    if gate.changes:
        facts.append(
            f"Against the baseline “{material.profile}”: metrics worse {len(gate.regressions)}, "
            f"better {len(gate.improvements)}; cases worse in something "
            f"{sum(bool(r.worse) for r in material.rows)}, better {sum(bool(r.better) for r in material.rows)}."
        )
    return el(
        "header",
        el("p", "Coach's grounding evals", class_="muted"),
        el("h1", el("span", _word(material), class_="good" if gate.status is ExitStatus.GOOD else "bad")),
        el("p", gate.verdict, class_="verdict"),
        *(el("p", fact) for fact in facts),
    )


def _cases(title: str, rows: Sequence[Row], material: Material, about: str) -> Html:
    texts = material.texts
    cards = [
        case_card(
            row,
            material.answers.get(row.case.id),
            texts,
            compare=material.entry is not None,
            opened=i < _UNFOLDED and bool(row.worse),
        )
        for i, row in enumerate(rows)
    ]
    body = cards or [el("p", "None.", class_="muted")]
    return el("section", el("h2", f"{title} ({len(rows)})"), el("p", about, class_="muted") if about else None, *body)


def _read(name: str) -> str:
    return files(__package__ or "").joinpath(name).read_text(encoding="utf-8")
