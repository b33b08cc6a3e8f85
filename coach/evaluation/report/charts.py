"""Dots with whiskers: means with 95% intervals on a scale from 0 to 1, as inline SVG in the page's colours."""

from __future__ import annotations

from coach.evaluation.report.markup import Html, el
from coach.evaluation.statistics import Interval

_HEIGHT = 30
_NOW, _BEFORE = 10, 21


def whiskers(label: str, now: Interval, before: Interval | None = None, floor: float | None = None) -> Html:
    """Return one row of the chart.

    Args:
        label: what it shows, for those who do not see it.
        now: drawn filled.
        before: drawn hollow below it.
        floor: drawn as a dashed line across.
    """
    parts = [el("line", x1=_x(at), x2=_x(at), y1=0, y2=_HEIGHT, class_="grid") for at in (0.0, 0.25, 0.5, 0.75, 1.0)]
    if floor is not None:
        parts.append(el("line", x1=_x(floor), x2=_x(floor), y1=0, y2=_HEIGHT, class_="floor"))
    if before is not None:
        parts += _dot(before, _BEFORE, "before")
    parts += _dot(now, _NOW, "now")
    return el("svg", el("title", label), *parts, class_="whiskers", role="img", height=_HEIGHT, width="100%")


def axis() -> Html:
    """Return the scale that stands above the rows."""
    ends = {0.0: "start", 0.5: "middle", 1.0: "end"}
    marks = [el("text", f"{at:.0%}", x=_x(at), y=12, text_anchor=anchor) for at, anchor in ends.items()]
    return el("svg", *marks, class_="axis", height=16, width="100%", aria_hidden="true")


def _dot(of: Interval, y: int, name: str) -> list[Html]:
    if of.mean is None or of.low is None or of.high is None:
        return []
    return [
        el("line", x1=_x(of.low), x2=_x(of.high), y1=y, y2=y, class_=f"whisker {name}"),
        el("circle", cx=_x(of.mean), cy=y, r=4, class_=f"dot {name}"),
    ]


def _x(share: float) -> str:
    """Where a share stands: in per cent, so that the chart is as wide as its column. The ends keep room for a dot."""
    return f"{2 + 96 * min(1.0, max(0.0, share)):.2f}%"
