"""One case of the page: what was asked, what a good answer does, and both answers side by side."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coach.domain.answer import Answer, Status, Verdict
from coach.evaluation.baseline import KeptAnswer
from coach.evaluation.cases import Case
from coach.evaluation.outcome import Outcome
from coach.evaluation.report.markup import Html, el, joined
from coach.evaluation.report.material import Row
from coach.grounding.checkers.base import THRESHOLD

_STATUS = {
    Status.ANSWERED: "an answer",
    Status.PARTIAL: "an answer that says what is not covered",
    Status.SILENT: "silence: the sources do not cover it",
    Status.REFERRED: "a referral",
}


@dataclass(frozen=True, slots=True)
class _Line:
    """A sentence as it is shown."""

    text: str
    cites: tuple[str, ...]
    verdict: str
    #: What the judge says of it; None where it did not judge it.
    judged: float | None = None


def case_card(row: Row, before: KeptAnswer | None, texts: Mapping[str, str], *, compare: bool, opened: bool) -> Html:
    """Return one case, to be unfolded.

    Args:
        row: the case.
        before: the baseline's answer, where it is known.
        texts: of statements, by id.
        compare: whether there is a baseline at all.
        opened: whether it is unfolded at first.
    """
    head = [
        el("span", row.case.id, class_="id"),
        el("span", row.case.kind.value, class_="kind"),
        *([el("span", "held back", class_="chip")] if row.case.holdback else []),
        *([el("span", "cached" if row.cached == len(row.outcomes) else "partly cached", class_="chip")]
          if row.cached else []),
        *(el("span", f"▼ {m.text}", class_="chip bad") for m in row.worse),
        *(el("span", f"▲ {m.text}", class_="chip good") for m in row.better),
        *([el("span", _count(len(row.faults), "fault"), class_="chip bad")] if row.faults else []),
        el("span", _short(row.case.question), class_="short"),
    ]  # fmt: skip
    shown = row.shown
    body = [
        _asked(row.case),
        el("ul", *(el("li", text) for text in row.faults), class_="faults") if row.faults else None,
        *(el("p", f"Error: {o.error}", class_="bad") for o in row.errors),
        _sides(row, shown, before, texts, compare=compare),
        _expected(row.case, shown, texts),
    ]
    return el(
        "details",
        el("summary", *head),
        *body,
        class_="case",
        data_kind=row.case.kind.value,
        id=f"case-{row.case.id}",
        open=opened,
    )


def _asked(case: Case) -> Html:
    earlier = [el("p", f"Before: {turn}", class_="earlier") for turn in case.turns[:-1]]
    note = el("details", el("summary", "A note of the person's"), el("pre", case.note)) if case.note else None
    return el("div", *earlier, el("blockquote", case.question), note, class_="asked")


def _sides(
    row: Row, shown: Outcome | None, before: KeptAnswer | None, texts: Mapping[str, str], *, compare: bool
) -> Html:
    now = el("p", "There is no answer.", class_="muted")
    title = "Now"
    if shown is not None and shown.answer is not None:
        now = _answer(shown.answer.status.value, _lines(shown.answer, shown.supported), texts)
        if len(row.outcomes) > 1:
            title += f", repeat {shown.repeat + 1} of {len(row.outcomes)}"
        if shown.cached:
            title += " (read from the cache)"
    sides = [el("section", el("h4", title), now)]
    if compare:
        kept = (
            _answer(before.status, [_Line(s.text, tuple(s.cites), s.verdict) for s in before.sentences], texts)
            if before is not None
            else el("p", "The baseline's answer was not kept.", class_="muted")
        )
        sides.insert(0, el("section", el("h4", "Baseline"), kept))
    return el("div", *sides, class_="sides")


def _lines(answer: Answer, supported: Sequence[float]) -> list[_Line]:
    judged = iter(supported)
    return [
        _Line(
            s.text,
            tuple(c.id for c in s.citations),
            s.verdict.value,
            None if s.verdict is Verdict.NOT_A_CLAIM else next(judged, None),
        )
        for s in answer.sentences
    ]


def _answer(status: str, lines: Sequence[_Line], texts: Mapping[str, str]) -> Html:
    cited = dict.fromkeys(i for line in lines for i in line.cites)
    statements = [el("p", el("b", i), f" {texts.get(i, 'not in evidence in this run')}") for i in cited]
    return joined(
        el("p", f"Status: {status}", class_="muted"),
        el("ol", *(_sentence(line, texts) for line in lines)),
        el("details", el("summary", _count(len(cited), "cited statement")), *statements) if cited else None,
    )


def _sentence(line: _Line, texts: Mapping[str, str]) -> Html:
    verdict = line.verdict
    bad = verdict in (Verdict.UNSUPPORTED.value, Verdict.UNCITED.value)
    judge = None
    if line.judged is not None:
        low = line.judged < THRESHOLD
        judge = el("span", f"judge {line.judged:.2f}", class_=f"chip {'bad' if low else 'good'}")
    return el(
        "li",
        f"{line.text} ",
        *(el("cite", i, title=texts.get(i, "")) for i in line.cites),
        el("span", verdict, class_=f"chip {'bad' if bad else ''}".strip()) if verdict != "not a claim" else None,
        judge,
        class_="" if verdict != "not a claim" else "plain",
    )


def _expected(case: Case, shown: Outcome | None, texts: Mapping[str, str]) -> Html:
    answer = shown.answer if shown is not None else None
    said = {c.id for s in answer.claims if s.verdict is Verdict.SUPPORTED for c in s.citations} if answer else set()
    text = " ".join(s.text for s in answer.sentences) if answer else ""
    points = [
        el("li", f"{'✓' if not said.isdisjoint(p.by) else '✗'} {p.point} ", *(_id(i, texts) for i in p.by))
        for p in case.convey
    ]
    forbidden = [
        el("li", f"{'✗ said' if re.search(f, text, re.IGNORECASE) else '✓ not said'}: ", el("code", f))
        for f in case.forbid
    ]
    found = shown.principles[:3] if shown else ()
    rows = [
        el("p", f"Expected: {_STATUS[case.status]}."),
        el("p", f"Principles that apply: {', '.join(case.principles)}. Found first: {', '.join(found) or 'none'}.")
        if case.principles
        else None,
        el("p", f"Notes to cite: {', '.join(case.cite)}.") if case.cite else None,
        el("p", "To convey:") if points else None,
        el("ul", *points) if points else None,
        el("p", "Not to say:") if forbidden else None,
        el("ul", *forbidden) if forbidden else None,
    ]
    return el("details", el("summary", "What a good answer does"), *rows, class_="expected")


def _id(name: str, texts: Mapping[str, str]) -> Html:
    return el("cite", name, title=texts.get(name, ""))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 110 else line[:109] + "…"


def _count(n: int, what: str) -> str:
    return f"{n} {what}{'' if n == 1 else 's'}"
