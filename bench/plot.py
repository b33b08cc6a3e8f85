"""The figures of searching as a picture: milliseconds, and memory and disk, against how many statements there are."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.searching import Searched

_WIDTH, _HEIGHT, _LEFT, _TOP, _BETWEEN = 360, 220, 60, 40, 90
_GREY = "#6b7280"
_Line = tuple[str, str, Callable[[Searched], float]]
_TIMES: tuple[_Line, ...] = (
    ("95th percentile", "#b45309", lambda s: s.p95),
    ("median", "#2563eb", lambda s: s.p50),
)
_SIZES: tuple[_Line, ...] = (
    ("memory of the process", "#7c3aed", lambda s: s.resident),
    ("disk", "#0f766e", lambda s: s.disk),
)
#: The most that a search may take, in ms.
_AIM = 40.0


def draw(found: Sequence[Searched], path: Path) -> None:
    """Write the picture of these figures, by size in rising order, as SVG."""
    width = 2 * _WIDTH + _LEFT + _BETWEEN + 30
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {_HEIGHT + _TOP + 50}" '
        f'font-family="sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        *_panel(found, _TIMES, "one search, ms", _LEFT, _AIM),
        *_panel(found, _SIZES, "MiB", _LEFT + _WIDTH + _BETWEEN, None),
        "</svg>",
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(parts) + "\n", "utf-8")


def _panel(found: Sequence[Searched], lines: Sequence[_Line], unit: str, left: int, aim: float | None) -> list[str]:
    """Two lines over a logarithmic axis of statements and one that begins at nothing."""
    sizes = [math.log10(s.statements) for s in found]
    least, span = sizes[0], max(sizes[-1] - sizes[0], 1e-9)
    most = _round_up(max([aim or 0.0, *(value(s) for s in found for _, _, value in lines)]))

    def x(size: float) -> float:
        return left + _WIDTH * (size - least) / span

    def y(value: float) -> float:
        return _TOP + _HEIGHT * (1 - value / most)

    parts = [f'<text x="{left}" y="{_TOP - 16}" fill="{_GREY}">{unit}</text>']
    for i in range(5):
        value = most * i / 4
        parts.append(
            f'<line x1="{left}" x2="{left + _WIDTH}" y1="{y(value):.1f}" y2="{y(value):.1f}" stroke="#e5e7eb"/>'
            f'<text x="{left - 6}" y="{y(value) + 4:.1f}" text-anchor="end" fill="{_GREY}">{value:g}</text>'
        )
    for s, size in zip(found, sizes, strict=True):
        parts.append(
            f'<text x="{x(size):.1f}" y="{_TOP + _HEIGHT + 18}" text-anchor="middle" fill="{_GREY}">'
            f"{s.statements:,}</text>"
        )
    parts.append(
        f'<text x="{left + _WIDTH / 2}" y="{_TOP + _HEIGHT + 36}" text-anchor="middle" fill="{_GREY}">statements</text>'
    )
    if aim is not None:
        parts.append(
            f'<line x1="{left}" x2="{left + _WIDTH}" y1="{y(aim):.1f}" y2="{y(aim):.1f}" stroke="{_GREY}" '
            f'stroke-dasharray="5 4"/><text x="{left + 4}" y="{y(aim) + 14:.1f}" fill="{_GREY}">aim: {aim:g} ms</text>'
        )
    for at, (name, colour, value_of) in enumerate(lines):
        points = [(x(size), y(value_of(s))) for s, size in zip(found, sizes, strict=True)]
        joined = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
        parts.append(f'<polyline points="{joined}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{colour}"/>' for a, b in points]
        end = left + _WIDTH - 150 * at
        parts.append(f'<text x="{end}" y="{_TOP - 16}" text-anchor="end" fill="{colour}">{name}</text>')
    return parts


def _round_up(value: float) -> float:
    """The next round number, of which a quarter is round too."""
    unit = 10.0 ** math.floor(math.log10(max(value, 1.0)))
    return next(unit * step for step in (1, 2, 4, 6, 8, 10, 12) if unit * step >= value)
