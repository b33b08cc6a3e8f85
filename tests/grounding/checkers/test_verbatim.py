from __future__ import annotations

import pytest

from coach.grounding.checkers.verbatim import is_verbatim
from tests.grounding.fakes import P8_3

TEXT = P8_3.statement.text


@pytest.mark.parametrize(
    "said",
    [
        TEXT,
        f"  {TEXT}  ",
        TEXT.replace(" ", "\n", 1),
        f"“{TEXT}”",
        f"The principle says: {TEXT}",
        f"Here: “{TEXT}”",
        f"Your note of 5 October: {TEXT}",
        "What applies: negotiate deadlines and resources, and do not overpromise.",
    ],
)
def test_the_statement_itself(said: str) -> None:
    assert is_verbatim(said, P8_3.statement)


@pytest.mark.parametrize(
    "said",
    [
        "Negotiate deadlines and resources, and overpromise.",
        f"{TEXT} Then fire them.",
        f"Fire them: {TEXT}",
        f"The principle says to fire them: {TEXT}",
        "",
    ],
)
def test_anything_more_or_less_is_not(said: str) -> None:
    assert not is_verbatim(said, P8_3.statement)
