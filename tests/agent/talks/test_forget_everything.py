from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from coach.agent.talks.commitments import keeper
from coach.agent.talks.forget_everything import forget_everything, own_files
from coach.domain.commitment import State
from coach.domain.errors import StoreError
from tests.agent.world import VP, World


def test_nothing_but_weights_and_the_files_of_others_is_left(world: World) -> None:
    coach = world.open()
    asyncio.run(coach.answer(VP))
    mine = keeper(coach)
    mine.settle(mine.commit("If she asks again, then I wait.").id, State.KEPT, "Well.")
    asyncio.run(coach.aclose())
    world.opened.remove(coach)
    (world.home / "history").write_text("a question\n", "utf-8")
    (world.home / "models").mkdir()
    (world.home / "models" / "weights.gguf").write_text("weights", "utf-8")
    (world.home / "diary.txt").write_text("of another program", "utf-8")
    removed = forget_everything(world.home)
    assert {"coach.db", "checkpoints.db", "chroma", "compiled.npz", "history"} <= {p.name for p in removed}
    assert {p.name for p in world.home.iterdir()} == {"models", "diary.txt"}
    assert (world.home / "models" / "weights.gguf").read_text("utf-8") == "weights"


def test_afterwards_it_begins_anew(world: World) -> None:
    forget_everything(world.home)
    coach = world.open()
    coach.library.bring_up_to_date()
    assert coach.sessions() == []
    assert coach.library.search(VP).evidence
    assert keeper(coach).all() == ()


def test_a_link_is_removed_and_not_what_it_points_to(tmp_path: Path) -> None:
    home, other = tmp_path / "home", tmp_path / "other"
    home.mkdir()
    other.mkdir()
    (other / "file").touch()
    (home / "chroma").symlink_to(other)
    forget_everything(home)
    assert own_files(home) == []
    assert (other / "file").exists()


def test_what_cannot_be_removed_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "coach.db").touch()

    def refuse(self: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(StoreError, match="Permission denied"):
        forget_everything(tmp_path)
