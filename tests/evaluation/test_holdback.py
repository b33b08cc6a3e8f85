"""The script that marks held-back cases changes marks, and nothing else."""

from __future__ import annotations

import pytest
import yaml

from evals.holdback import is_held_back, marked

IDS = [f"s{i:03d}" for i in range(40)]
HELD = next(i for i in IDS if is_held_back(i))
OPEN = next(i for i in IDS if not is_held_back(i))
TEXT = f"""# A comment.
- id: {HELD}
  kind: silent   # another
  turns: ["\\e[31m\\u202e", 'it''s',
    - not a list]
  status: silent

# between
- id: {OPEN}
  kind: silent
  holdback: true
  turns:
  - "- id: {HELD}"
  status: silent
"""


def test_only_marks_change() -> None:
    text = TEXT.replace("[", "['a', ", 1).replace("\n    - not a list]", "]")
    found = marked(text)
    assert found.replace("  holdback: true\n", "") == text.replace("  holdback: true\n", "")
    assert [r.get("holdback", False) for r in yaml.safe_load(found)] == [True, False]
    assert marked(found) == found


def test_about_a_quarter() -> None:
    assert 0.2 < sum(is_held_back(f"s{i:03d}") for i in range(1000)) / 1000 < 0.3


@pytest.mark.parametrize("text", [f"- kind: silent\n  id: {HELD}\n", f"  - id: {HELD}\n    kind: silent\n"])
def test_another_form_is_refused_rather_than_passed_over(text: str) -> None:
    with pytest.raises(ValueError, match="item"):
        marked(text)


def test_an_empty_file() -> None:
    assert marked("# nothing\n") == "# nothing\n"
