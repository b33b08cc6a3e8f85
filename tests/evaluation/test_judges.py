from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from coach.agent.coach import Coach
from coach.domain.errors import SettingsError
from coach.evaluation.judges import opened_judge
from coach.settings import Settings, load_settings
from tests.evaluation.making import FakeCoach, Opener


async def test_auto_is_whatever_checks_the_coach_under_test(tmp_path: Path, settings: Settings, opener: Opener) -> None:
    coach = FakeCoach(settings)
    async with opened_judge("auto", settings, tmp_path / "judge", opener) as judge:
        assert judge(cast("Coach", coach)) is coach.checker
    assert opener.opened == []


@pytest.mark.parametrize(("which", "model"), [("lexical", "none"), ("local", "local"), ("model", "gpt-x")])
async def test_the_others_are_opened_once_and_closed(tmp_path: Path, opener: Opener, which: Any, model: str) -> None:
    settings = load_settings(home=tmp_path / "home", model="gpt-x", composer="free")
    settings.models_path.mkdir(parents=True)
    async with opened_judge(which, settings, tmp_path / "judge", opener) as judge:
        (own,) = opener.opened
        assert judge(cast("Coach", FakeCoach(settings))) is own.checker
        assert judge(cast("Coach", FakeCoach(settings))) is own.checker
        assert (own.settings.model, own.settings.checker, own.settings.composer) == (model, which, "quote")
        assert own.settings.home == tmp_path / "judge"
        assert (tmp_path / "judge" / "models").is_symlink()
        assert own.open == 1
    assert own.open == 0


async def test_the_real_lexical_one(tmp_path: Path, settings: Settings) -> None:
    async with opened_judge("lexical", settings, tmp_path / "judge") as judge:
        assert judge(cast("Coach", FakeCoach(settings))).name == "lexical+embedding"


async def test_a_judge_that_needs_a_model_that_is_not_there(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(SettingsError, match="needs a model"):
        async with opened_judge("model", settings, tmp_path / "judge"):
            raise AssertionError("opened")
