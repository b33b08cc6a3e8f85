"""What goes wrong with folders and files, and what nobody may lose by it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.agent.vaults import Notes


def refused(patch: pytest.MonkeyPatch, path: Path, error: OSError) -> None:
    """Let a folder be one that cannot be read, also for root."""
    real = os.scandir

    def scandir(folder: Any) -> Any:
        if str(folder) == str(path):
            raise error
        return real(folder)

    patch.setattr(os, "scandir", scandir)


def raising(error: BaseException, name: str, real: Callable[[str], Any]) -> Callable[[str], Any]:
    """Let one file be one that its parser stumbles over."""

    def read(path: str) -> Any:
        if path.endswith(name):
            raise error
        return real(path)

    return read


def test_a_file_that_can_no_longer_be_read_keeps_what_it_said(notes: Notes) -> None:
    notes.note("a.md", "The pager is loud.")
    notes.note("b.md", "Two lines.")
    notes.add()
    notes.write("a.md", "\0 no text at all")
    report = notes.sync()
    assert (report.removed, report.changed) == ((), ())
    ((path, reason, new, keeps),) = [(f.path, f.reason, f.new, f.keeps) for f in report.failed]
    assert (path, new, keeps) == (str(notes.folder / "a.md"), True, 1)
    assert "not a text file" in reason
    assert "N4.1" in notes.finds("is the pager loud?")
    ((since, keeps),) = [(f.since, f.keeps) for f in notes.coach.vault.coverage().roots[0].failed]
    assert (since[:4].isdigit(), keeps) == (True, 1)
    assert [f.new for f in notes.sync().failed] == [False]
    notes.note("a.md", "The pager is loud.", "Not at night.")
    report = notes.sync()
    assert (report.changed, report.failed) == (("N4",), ())
    assert list(notes.lines("a.md")) == ["N4.1", "N4.2"]


@pytest.mark.parametrize("error", [RecursionError(), MemoryError(), ValueError("\x1b[31m")])
def test_a_parser_that_stumbles_stops_no_other_file(notes: Notes, error: Exception) -> None:
    for name in ("a.md", "b.md", "c.md"):
        notes.note(name, "One line.")
    vault = notes.coach.vault
    vault._read = raising(error, "b.md", vault._read)  # type: ignore[assignment]
    report = notes.add()
    assert (report.read, [f.reason for f in report.failed]) == (
        2,
        [f"no sense could be made of it ({type(error).__name__})"],
    )


def test_a_file_that_may_not_be_opened_is_tried_every_time(notes: Notes, monkeypatch: pytest.MonkeyPatch) -> None:
    path = notes.note("a.md", "One line.")
    notes.add()
    notes.note("a.md", "Another line.")
    real = Path.open

    def refuse(here: Path, *args: Any, **options: Any) -> Any:
        if here == path:
            raise PermissionError(13, "Permission denied")
        return real(here, *args, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", refuse)
        report = notes.sync()
        assert [(f.reason, f.keeps) for f in report.failed] == [("it cannot be read: Permission denied", 1)]
    # Being allowed to open it changes neither its size nor its time.
    assert notes.sync().changed == ("N4",)


def test_a_file_that_vanishes_before_it_is_opened_is_named(notes: Notes) -> None:
    notes.note("a.md", "One line.")
    gone = notes.note("b.md", "Two lines.")
    notes.coach.vault.add([notes.folder])
    report = notes.coach.vault.sync(lambda step, done, total: gone.unlink(missing_ok=True))
    assert (report.added, [(f.path, f.reason) for f in report.failed]) == (
        ("N4",),
        [(str(gone), "it was gone before it could be read")],
    )
    assert notes.sync().whole
    assert set(notes.files) == {"a.md"}


def test_what_lies_in_a_folder_that_cannot_be_read_stays(notes: Notes, monkeypatch: pytest.MonkeyPatch) -> None:
    notes.note("a.md", "One line.")
    notes.note("team/b.md", "Two lines.")
    notes.note("team/deep/c.md", "Three lines.")
    notes.note("team mates/d.md", "Four lines.")
    notes.add()
    with monkeypatch.context() as patch:
        refused(patch, notes.folder / "team", PermissionError(13, "Permission denied"))
        (notes.folder / "team mates/d.md").unlink()
        report = notes.sync()
        assert (report.removed, report.read, report.troubles) == (("N5",), 3, ())
        assert [(f.reason, f.keeps) for f in report.failed] == [("this folder cannot be read: Permission denied", 2)]
        (failed,) = notes.coach.vault.coverage().roots[0].failed
        assert (failed.path, failed.keeps) == (str(notes.folder / "team"), 2)
    report = notes.sync()
    assert (report.whole, report.changes, set(notes.ids)) == (True, 0, {"a.md", "team/b.md", "team/deep/c.md"})


def test_a_link_whose_target_is_away_keeps_its_notes(notes: Notes, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    (disk / "a.md").write_text("- One line.\n")
    (notes.folder / "shared").symlink_to(disk)
    notes.add()
    disk.rename(tmp_path / "unplugged")
    report = notes.sync()
    assert (report.removed, [f.reason for f in report.failed]) == ((), ["a link that leads nowhere"])
    assert set(notes.ids) == {"shared/a.md"}
    (tmp_path / "unplugged").rename(disk)
    assert (notes.sync().changes, notes.sync().whole) == (0, True)


@pytest.mark.parametrize("how", ["missing", "empty", "unreadable"])
def test_a_root_that_is_away_loses_nothing(notes: Notes, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    notes.note("a.md", "One line.")
    notes.note("team/b.md", "Two lines.")
    notes.add()
    away = notes.folder.with_name("away")
    if how == "unreadable":
        refused(monkeypatch, notes.folder, OSError(5, "Input/output error"))
    else:
        notes.folder.rename(away)
    if how == "empty":
        notes.folder.mkdir()
        (notes.folder / "lost+found").mkdir()
    report = notes.sync()
    assert (report.removed, report.read, len(report.troubles)) == ((), 2, 1)
    assert report.troubles[0].new
    assert {
        "missing": "it is not there",
        "empty": "it is empty all of a sudden",
        "unreadable": "this folder cannot be read: Input/output error",
    }[how] == report.troubles[0].reason
    assert set(notes.ids) == {"a.md", "team/b.md"}
    assert not notes.sync().troubles[0].new
    assert not notes.coach.vault.coverage().whole
    if how == "missing":
        away.rename(notes.folder)
        assert notes.sync().whole
    else:
        assert notes.coach.vault.remove(str(notes.folder)).notes == 2
        assert notes.ids == {}


def test_a_root_that_was_always_empty_is_no_trouble(notes: Notes) -> None:
    assert notes.add().whole
    notes.note("a.md", "One line.")
    notes.sync()
    notes.write(".coachignore", "*\n")
    # It is not empty: what is in it is not to be read any more.
    assert notes.sync().removed == ("N4",)


def test_names_that_are_no_text_stop_nothing(notes: Notes) -> None:
    notes.note("\x1b[31m[bold]\u202e\n.md", "One line.")
    Path(os.fsdecode(os.fsencode(notes.folder) + b"/\xff.md")).write_text("- Two lines.\n")
    report = notes.add()
    assert (report.added, [f.reason for f in report.failed]) == (("N4",), ["its name is not UTF-8 text"])
