from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from coach.evaluation.report.junit import as_junit
from tests.evaluation.report.conftest import SECRET, Made

_COUNTED = ("tests", "failures", "errors", "skipped")


def parsed(text: str) -> ET.Element:
    return ET.fromstring(text.encode("utf-8"))


def cases(root: ET.Element) -> dict[str, ET.Element]:
    return {c.attrib["name"]: c for c in root.iter("testcase")}


def test_one_test_case_for_each_case(made: Made) -> None:
    root = parsed(as_junit(made()))
    assert root.tag == "testsuites"
    assert [s.attrib["name"] for s in root] == ["coach eval, open cases", "coach eval, holdback cases"]
    assert list(cases(root)) == ["s001", "s002", "e001", "s004", "i001", "s003"]
    assert cases(root)["e001"].attrib["classname"] == "evals.hostile"


def test_what_got_worse_fails_and_what_has_no_answer_is_an_error(made: Made) -> None:
    found = {name: [e.tag for e in c if e.tag != "system-out"] for name, c in cases(parsed(as_junit(made()))).items()}
    assert found == {
        "s001": ["failure"],
        "s002": ["failure"],
        "e001": ["error"],
        "s004": [],
        "i001": ["failure"],
        "s003": ["failure"],
    }


def test_without_a_baseline_faults_fail(made: Made) -> None:
    found = cases(parsed(as_junit(made(baseline=False))))
    failure = found["s002"].find("failure")
    assert failure is not None
    assert failure.attrib["type"] == "fault"
    assert "weekends" in failure.attrib["message"]
    assert found["s004"].find("failure") is None


def test_the_totals_are_those_of_the_cases(made: Made) -> None:
    root = parsed(as_junit(made()))
    for suite in root.iter("testsuite"):
        counted = {
            "tests": len(list(suite.iter("testcase"))),
            "failures": len(list(suite.iter("failure"))),
            "errors": len(list(suite.iter("error"))),
            "skipped": 0,
        }
        assert {n: int(suite.attrib[n]) for n in _COUNTED} == counted
    for name in _COUNTED:
        assert int(root.attrib[name]) == sum(int(s.attrib[name]) for s in root)


def test_elements_stand_in_the_order_that_the_schema_asks_for(made: Made) -> None:
    for suite in parsed(as_junit(made())).iter("testsuite"):
        tags = [e.tag for e in suite]
        assert tags == ["properties", *["testcase"] * (len(tags) - 1)]
        for case in suite.iter("testcase"):
            assert [e.tag for e in case] in (
                [],
                ["failure"],
                ["error"],
                ["system-out"],
                ["failure", "system-out"],
            )


def test_what_was_cached_and_what_was_under_test_is_said(made: Made) -> None:
    root = parsed(as_junit(made()))
    said = {p.attrib["name"]: p.attrib["value"] for p in root.iter("property")}
    assert said["subject.prompts"] == "a" * 12
    assert said["gate"] == "floor"
    assert "1 of 6" in said["cached"]
    assert "cache" in (cases(root)["s002"].findtext("system-out") or "")
    assert cases(root)["s001"].find("system-out") is None


def test_held_back_cases_say_nothing_of_themselves(made: Made) -> None:
    assert SECRET not in as_junit(made())
    failure = cases(parsed(as_junit(made())))["i001"].find("failure")
    assert failure is not None
    assert "--show-holdback" in failure.attrib["message"]
    assert not (failure.text or "").strip()
    shown = cases(parsed(as_junit(made(show_holdback=True))))["i001"].find("failure")
    assert shown is not None
    assert "pirate" in (shown.text or "")


@pytest.mark.parametrize("text", ["]]>", "<x>&", "\x00\x1b[31m", "\ufffe\u202e"])
def test_hostile_text_does_not_break_it(made: Made, text: str) -> None:
    error = cases(parsed(as_junit(made(hostile=text))))["e001"].find("error")
    assert error is not None
    assert error.attrib["message"].startswith("The endpoint is busy ")
