from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from coach.domain.errors import InputError
from coach.evaluation.cases import Kind, read_cases
from tests.evaluation.making import HOSTILE, case

ONE = """
- id: s001
  kind: situation
  turns: [first, second]
  status: answered
  principles: [P8]
  convey:
    - point: say it
      by: [P8.1, C1.1]
  forbid: ['never (ever)?']
"""


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    return folder


def test_cases_are_read_by_file_name_and_then_as_they_stand(tmp_path: Path) -> None:
    write(tmp_path, b=ONE, a=ONE.replace("s001", "a002") + ONE.replace("s001", "a001").lstrip())
    found = read_cases(tmp_path)
    assert [c.id for c in found] == ["a002", "a001", "s001"]
    assert found[0].kind is Kind.SITUATION
    assert found[0].question == "second"
    assert found[0].convey[0].by == ("P8.1", "C1.1")
    assert not found[0].holdback


def test_what_is_hostile_stays_as_it_is(tmp_path: Path) -> None:
    write(tmp_path, a='- {id: h001, kind: hostile, turns: ["\\e[31mred\\u202e"], status: silent}\n')
    assert read_cases(tmp_path)[0].question == "\x1b[31mred\u202e"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "list of cases"),
        ("just: a mapping\n", "list of cases"),
        ("- just text\n", "case 1"),
        ("- id: [\n", "cannot be read"),
        ("- !!python/object/apply:os.system [echo]\n", "cannot be read"),
        (ONE.replace("kind: situation", "kind: nonsense"), "kind"),
        (ONE.replace("status: answered", "status: perhaps"), "status"),
        (ONE.replace("turns: [first, second]", "turns: []"), "turns"),
        (ONE.replace("forbid: ['never (ever)?']", "forbid: ['never (ever?']"), "no regular expression"),
        (ONE.replace("principles: [P8]", "principles: [P8.1]"), "a source's id"),
        (ONE.replace("principles: [P8]", ""), "which principle applies"),
        (ONE.replace("by: [P8.1, C1.1]", "by: []"), "by"),
        (ONE.replace("by: [P8.1, C1.1]", "by: [P8]"), "a statement's id"),
        (ONE.replace("status: answered", "status: answered\n  cite: [N1]"), "has notes"),
        (ONE + "  surprise: 1\n", "surprise"),
        (ONE + ONE.lstrip(), "s001"),
    ],
)
def test_what_is_not_valid_is_refused_by_name(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_cases(write(tmp_path, a=text))


def test_no_cases_at_all(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no cases") as caught:
        read_cases(tmp_path)
    assert "--cases" in caught.value.hint


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match=r"a\.yaml"):
        read_cases(tmp_path)


def test_a_name_that_is_not_among_the_sources(tmp_path: Path) -> None:
    write(tmp_path, a=ONE)
    assert read_cases(tmp_path, ["P8", "P8.1", "C1.1"])
    with pytest.raises(InputError, match=r"s001 names C1\.1"):
        read_cases(tmp_path, ["P8", "P8.1"])


def test_a_note_of_the_case_s_own_has_no_number_yet(tmp_path: Path) -> None:
    write(tmp_path, a=ONE.replace("status: answered", "status: answered\n  note: '# Mine'\n  cite: [N99]"))
    assert read_cases(tmp_path, ["P8", "P8.1", "C1.1"])


@pytest.mark.parametrize("changes", [{"id": "S1"}, {"id": "s1"}, {"turns": [""]}, {"turns": "text"}])
def test_what_a_case_may_not_be(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        case(**changes)


def test_hostile_text_in_an_error_is_cleaned(tmp_path: Path) -> None:
    write(tmp_path, a=ONE.replace("[P8]", '["\\e]0;owned\\a"]'))
    with pytest.raises(InputError) as caught:
        read_cases(tmp_path)
    assert "\x1b" not in str(caught.value)
    assert HOSTILE not in str(caught.value)
