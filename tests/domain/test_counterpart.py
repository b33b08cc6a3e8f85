from __future__ import annotations

import pytest

from coach.domain.counterpart import Counterpart, Standing, Style
from coach.domain.errors import InputError

MADE = Counterpart("VP", "their word", "the date", Style.ANALYTICAL, 4, Standing.ABOVE)


def test_what_is_written_comes_back() -> None:
    assert Counterpart.from_dict(MADE.as_dict()) == MADE


@pytest.mark.parametrize("difficulty", [0, 6, -1])
def test_difficulty_goes_from_one_to_five(difficulty: int) -> None:
    with pytest.raises(InputError):
        Counterpart("VP", difficulty=difficulty)


@pytest.mark.parametrize("change", [{"style": "mean"}, {"standing": 3}, {"difficulty": "many"}])
def test_what_has_another_form_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Counterpart.from_dict({**MADE.as_dict(), **change})
