from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from coach.domain.errors import StoreError
from coach.domain.source import SourceKind
from coach.evaluation.homes import NOTHING_MORE, Homes, sources_of
from coach.settings import Settings
from tests.evaluation.making import Opener, case


def test_what_a_case_needs() -> None:
    assert sources_of(case()) == NOTHING_MORE
    assert sources_of(case(notes=True)) == (True, "")
    assert sources_of(case(note="# Mine")) == (False, "# Mine")


def test_each_need_has_a_folder_of_its_own_and_none_is_the_person_s(
    tmp_path: Path, settings: Settings, opener: Opener
) -> None:
    homes = Homes(tmp_path / "root", settings, opener)
    for sources in (NOTHING_MORE, (True, ""), (False, "# Mine"), NOTHING_MORE):
        homes.open(sources)
    folders = [c.settings.home for c in opener.opened]
    assert folders[0] == folders[3]
    assert len(set(folders)) == 3
    assert all(f.is_relative_to(tmp_path / "root") for f in folders)
    assert not settings.home.exists()


def test_sources_are_added_once(tmp_path: Path, settings: Settings, opener: Opener) -> None:
    homes = Homes(tmp_path, settings, opener)
    homes.open((True, "# Mine\n\n- Say nothing."))
    homes.open((True, "# Mine\n\n- Say nothing."))
    first, second = (c.library for c in opener.opened)
    assert [kind for _, kind in first.added] == [SourceKind.NOTE, SourceKind.NOTE]
    assert len(first.added[0][0]) > 5
    assert first.added[1][0] == ("note.md",)
    assert (first.indexed, second.indexed) == (1, 0)
    assert second.added == []
    assert (opener.opened[0].settings.home / "note.md").read_text("utf-8") == "# Mine\n\n- Say nothing."


def test_what_is_indexed_is_copied_rather_than_indexed_again(
    tmp_path: Path, settings: Settings, opener: Opener
) -> None:
    homes = Homes(tmp_path, settings, opener)
    homes.open(NOTHING_MORE)
    (opener.opened[0].settings.home / "coach.db").write_text("indexed")
    homes.open((True, ""))
    assert (opener.opened[1].settings.home / "coach.db").read_text() == "indexed"


def test_the_models_of_the_person_are_read_where_they_are(tmp_path: Path, settings: Settings, opener: Opener) -> None:
    settings.models_path.mkdir(parents=True)
    (settings.models_path / "weights.gguf").write_text("weights")
    homes = Homes(tmp_path / "root", settings, opener)
    homes.open(NOTHING_MORE)
    homes.open((True, ""))
    for coach in opener.opened:
        link = coach.settings.home / "models"
        assert link.is_symlink()
        assert (link / "weights.gguf").read_text() == "weights"


def test_a_folder_that_cannot_be_made(tmp_path: Path, settings: Settings, opener: Opener) -> None:
    (tmp_path / "root").write_text("in the way")
    with pytest.raises(StoreError, match="cannot be made"):
        Homes(tmp_path / "root", settings, opener).open(NOTHING_MORE)


def test_the_real_one_knows_the_sample_notes(tmp_path: Path, settings: Settings) -> None:
    coach = Homes(tmp_path, settings).open((True, "# A note of mine\n\n- Freeze on Friday.\n"))
    try:
        notes = coach.library.sources(SourceKind.NOTE)
        assert len(notes) > 5
        assert "A note of mine" in {n.title for n in notes}
    finally:
        asyncio.run(coach.aclose())
