"""A run as JUnit XML, the form that CI services show: one test case for each case.

A case fails where it is worse than in the baseline or has a fault (`coach.evaluation.faults`); it has an error where an
outcome has no answer. Whether the change may land is said by the exit status, and in the properties.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence

from coach.evaluation.report.material import Material, Row, cached_line
from coach.evaluation.report.visible import visible
from coach.evaluation.summary import Split

_FOLDED = "A held-back case: see it with --show-holdback."


def as_junit(material: Material) -> str:
    """Return the report as an XML document."""
    suites = ET.Element("testsuites", {"name": "coach eval", **_totals(material.rows)})
    for split in (Split.OPEN, Split.HOLDBACK):
        rows = [r for r in material.rows if r.case.holdback is (split is Split.HOLDBACK)]
        if rows:
            suites.append(_suite(material, split, rows))
    ET.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suites, encoding="unicode") + "\n"


def _suite(material: Material, split: Split, rows: Sequence[Row]) -> ET.Element:
    suite = ET.Element("testsuite", {"name": f"coach eval, {split.value} cases", **_totals(rows)})
    properties = ET.SubElement(suite, "properties")
    run = material.run
    said = {
        **{f"subject.{name}": str(value) for name, value in run.subject.as_dict().items()},
        "profile": material.profile,
        "judge": run.judge,
        "cached": cached_line(run),
        "gate": material.gate.status.name.lower(),
        "verdict": material.gate.verdict,
    }
    for name, value in said.items():
        ET.SubElement(properties, "property", {"name": name, "value": visible(value)})
    for row in rows:
        suite.append(_test(row, told=material.show_holdback or not row.case.holdback))
    return suite


def _test(row: Row, *, told: bool) -> ET.Element:
    case = ET.Element(
        "testcase",
        {"classname": f"evals.{row.case.kind.value}", "name": row.case.id, "time": f"{_seconds(row):.3f}"},
    )
    if row.errors:
        text = "\n".join(o.error for o in row.errors)
        _add(case, "error", text.split("\n")[0] if told else _FOLDED, "no answer", text if told else "")
    elif row.worse or row.faults:
        lines = [*(f"worse: {m.text}" for m in row.worse), *row.faults]
        kind = "worse than the baseline" if row.worse else "fault"
        _add(case, "failure", lines[0] if told else _FOLDED, kind, "\n".join(lines) if told else "")
    if row.cached:
        out = ET.SubElement(case, "system-out")
        out.text = f"{row.cached} of {len(row.outcomes)} outcomes were read from the cache."
    return case


def _add(case: ET.Element, name: str, message: str, kind: str, text: str) -> None:
    found = ET.SubElement(case, name, {"message": visible(message), "type": kind})
    found.text = visible(text)


def _totals(rows: Sequence[Row]) -> dict[str, str]:
    errors = [r for r in rows if r.errors]
    failures = [r for r in rows if not r.errors and (r.worse or r.faults)]
    return {
        "tests": str(len(rows)),
        "failures": str(len(failures)),
        "errors": str(len(errors)),
        "skipped": "0",
        "time": f"{sum(map(_seconds, rows)):.3f}",
    }


def _seconds(row: Row) -> float:
    return sum(o.seconds for o in row.outcomes)
