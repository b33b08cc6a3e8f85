"""A run as JSON, for other programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from coach.evaluation.gate import Change, Gate
from coach.evaluation.report.material import Material, Row

#: Version of the form.
SCHEMA = 1


def as_json(material: Material) -> dict[str, Any]:
    """Return the report as plain JSON values. Held-back cases are listed only where the material tells them."""
    run, summary = material.run, material.summary
    return {
        "schema": SCHEMA,
        "profile": material.profile,
        "subject": run.subject.as_dict(),
        "judge": run.judge,
        "repeats": run.repeats,
        "seconds": round(run.seconds, 2),
        "outcomes": len(run.outcomes),
        "cached": run.cached,
        "errors": len(run.errors),
        "gate": _gate(material.gate),
        "groups": [
            {
                "split": group.split.value,
                "kind": group.kind.value if group.kind else None,
                **asdict(summary.counts[group]),
                "metrics": {name: figure.as_dict() for name, figure in figures.items()},
            }
            for group, figures in summary.figures.items()
            if material.show_holdback or group.kind is None or group.split.value == "open"
        ],
        "cases": [_case(row) for row in material.told],
        "held_back": len(material.rows) - len(material.told),
    }


def _gate(gate: Gate) -> dict[str, Any]:
    return {
        "status": gate.status.name.lower(),
        "exit_status": int(gate.status),
        "verdict": gate.verdict,
        "tolerated_errors": gate.tolerated,
        "changes": [_change(c) for c in gate.changes],
        "floors": [
            {**f.floor.model_dump(mode="json", exclude_none=True), "value": f.value, "held": f.ok} for f in gate.floors
        ],
        "only_before": list(gate.only_before),
        "only_now": list(gate.only_now),
        "reworded": list(gate.reworded),
        "remarks": list(gate.remarks),
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "metric": change.metric,
        "trend": change.trend.value,
        "before": change.before.as_dict(),
        "now": change.now.as_dict(),
        "difference": change.difference.as_dict(),
    }


def _case(row: Row) -> dict[str, Any]:
    return {
        "id": row.case.id,
        "kind": row.case.kind.value,
        "holdback": row.case.holdback,
        "values": {name: round(value, 4) for name, value in row.values.items()},
        "worse": [asdict(m) for m in row.worse],
        "better": [asdict(m) for m in row.better],
        "faults": list(row.faults),
        "outcomes": [{**o.as_dict(), "cached": o.cached} for o in row.outcomes],
    }
