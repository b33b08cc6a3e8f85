from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from coach.evaluation.report.charts import axis, whiskers
from coach.evaluation.statistics import NOTHING, Interval


def test_dot_and_whiskers_stand_where_the_figures_are() -> None:
    chart = ET.fromstring(whiskers("a & b", Interval(0.5, 0.25, 0.75, 9), Interval(1.0, 1.0, 1.0, 9), 0.0))
    dots = [c.attrib["cx"] for c in chart.iter("circle")]
    assert dots == ["98.00%", "50.00%"], "the baseline is drawn first, so that what is now lies above it"
    now = next(e for e in chart.iter("line") if e.attrib["class"] == "whisker now")
    assert (now.attrib["x1"], now.attrib["x2"]) == ("26.00%", "74.00%")
    assert [e.attrib["x1"] for e in chart.iter("line") if e.attrib["class"] == "floor"] == ["2.00%"]
    assert chart.findtext("title") == "a & b"


@pytest.mark.parametrize("before", [None, NOTHING])
def test_what_was_not_measured_is_not_drawn(before: Interval | None) -> None:
    chart = ET.fromstring(whiskers("nothing", NOTHING, before))
    assert list(chart.iter("circle")) == []


def test_nothing_stands_outside() -> None:
    chart = ET.fromstring(whiskers("x", Interval(7.0, -3.0, 9.0, 1)))
    assert [c.attrib["cx"] for c in chart.iter("circle")] == ["98.00%"]


def test_the_scale() -> None:
    assert [t.text for t in ET.fromstring(axis()).iter("text")] == ["0%", "50%", "100%"]
