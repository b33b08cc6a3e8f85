"""The folders and files that were added: which of them are read, what they cover, and how they go."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from coach.domain.errors import InputError
from coach.store.vaults import Outcome
from tests.agent.vaults import Notes


def test_formats_that_are_not_read_are_named(notes: Notes) -> None:
    notes.note("a.md", "One line.")
    notes.write("board.canvas", "{}")
    notes.write("archive.zip", "PK")
    assert notes.add().skipped == 2
    assert {name: f.reason for name, f in notes.files.items() if f.outcome is Outcome.SKIPPED} == dict.fromkeys(
        ("board.canvas", "archive.zip"), "not a format that Coach reads"
    )


def test_patterns_of_a_root(notes: Notes) -> None:
    for name in ("a.md", "old/b.md", "c.txt"):
        notes.note(name, "One line.")
    notes.add(include=["*.md"], exclude=["old/"])
    assert set(notes.ids) == {"a.md"}
    # What is taken out by a pattern later goes, and a root is known by whatever path leads to it.
    link = notes.folder.parent / "link"
    link.symlink_to(notes.folder)
    assert notes.add(link, exclude=["a.*"]).removed == ("N4",)
    assert set(notes.ids) == {"c.txt", "old/b.md"}
    assert len(notes.coach.vault.roots()) == 1


def test_a_root_in_a_root(notes: Notes) -> None:
    for name in ("a.md", "team/b.md", "team/c.txt"):
        notes.note(name, "One line.")
    notes.add()
    before = notes.ids
    assert notes.add(notes.folder / "team", include=["*.md"]).removed == (before["team/c.txt"],)
    assert notes.ids == {name: i for name, i in before.items() if name != "team/c.txt"}
    assert {f.root for f in notes.files.values()} == {1, 2}
    assert notes.sync().changes == 0


def test_coaches_own_folder_holds_no_notes(notes: Notes) -> None:
    home = notes.world.home
    with pytest.raises(InputError, match="where Coach keeps its own files"):
        notes.coach.vault.add([home])
    notes.note("a.md", "One line.")
    (home / "log.md").write_text("- A line.\n")
    notes.coach.vault.add([home.parent])
    notes.sync()
    assert set(notes.ids) == {"a.md"}


def test_nothing_is_added_where_one_of_several_is_wrong(notes: Notes) -> None:
    picture = notes.write("a.png", "x")
    for wrong, message in (
        (notes.folder / "missing", "There is no folder or file"),
        (picture, "not in a format that Coach reads"),
        (Path(os.fsdecode(b"/tmp/\xff")), "not UTF-8 text"),
        (Path("/dev/null"), "neither a folder nor a file"),
    ):
        with pytest.raises(InputError, match=message):
            notes.coach.vault.add([notes.folder, wrong])
    with pytest.raises(InputError, match="Pattern 1"):
        notes.coach.vault.add([notes.folder], ["[z-a]"])
    assert notes.coach.vault.roots() == []


def test_one_file_can_be_added(notes: Notes) -> None:
    path = notes.note("a.md", "One line.")
    notes.note("b.md", "Two lines.")
    assert notes.add(path).added == ("N4",)
    notes.note("a.md", "Another line.")
    assert notes.sync().changed == ("N4",)
    # The folder takes in the rest; the file stays what it is.
    assert notes.add().added == ("N5",)
    assert notes.ids == {"a.md": "N4", "b.md": "N5"}


def test_what_was_added_as_a_source_keeps_its_number(notes: Notes) -> None:
    from coach.domain.source import SourceKind

    path = notes.note("a.md", "One line.")
    notes.coach.library.add([path], SourceKind.NOTE)
    assert notes.add().added == ()
    assert notes.ids == {"a.md": "N4"}


def test_a_removed_note_stays_away_until_it_is_added_again(notes: Notes) -> None:
    notes.note("team/a [1].md", "One line.")
    notes.note("team/a 1.md", "Two lines.")
    notes.add()
    gone = notes.ids["team/a [1].md"]
    removed = notes.coach.vault.remove(gone.lower())
    assert (removed.id, removed.root, removed.path) == (gone, "", str(notes.folder / "team/a [1].md"))
    assert set(notes.ids) == {"team/a 1.md"}
    notes.note("team/a [1].md", "An edited line.")
    assert notes.sync().changes == 0
    assert notes.add(notes.folder / "team/a [1].md").added == ("N6",)
    assert len(notes.coach.vault.roots()) == 1


def test_a_root_goes_with_its_notes_and_leaves_the_files(notes: Notes, tmp_path: Path) -> None:
    notes.note("a.md", "One line.")
    single = notes.note("../single.md", "Two lines.")
    notes.add(notes.folder, single)
    removed = notes.coach.vault.remove(str(notes.folder))
    assert (removed.root, removed.notes) == (str(notes.folder), 1)
    assert set(notes.ids) == {"../single.md"}
    assert (notes.folder / "a.md").exists()
    assert notes.sync().changes == 0
    notes.coach.vault.remove(notes.ids["../single.md"])
    assert (notes.ids, notes.files, notes.coach.vault.roots()) == ({}, {}, [])


@pytest.mark.parametrize("what", ["N99", "nowhere", "P8", "N1.1", "\x1b[31m"])
def test_what_cannot_be_removed(notes: Notes, what: str) -> None:
    with pytest.raises(InputError) as raised:
        notes.coach.vault.remove(what)
    assert "\x1b" not in str(raised.value) or what == "P8"
    assert len(notes.coach.vault.notes()) == 3


def test_the_coverage(notes: Notes) -> None:
    notes.note("a.md", "One line.", "Two lines.")
    notes.note("team/b.md", "Three lines.")
    notes.note("team/deep/c.md", "Four lines.")
    notes.write("team/d.png", "x")
    notes.write("team/e.md", "---\ndate: tomorrow\n---\nA line.\n")
    notes.write(".obsidian/app.json", "{}")
    notes.write(".coachignore", "drafts/\n")
    notes.note("drafts/f.md", "Five lines.")
    notes.add()
    (root,) = notes.coach.vault.coverage().roots
    assert {folder: (s.files, s.statements) for folder, s in root.folders.items()} == {
        ".": (1, 2),
        "team": (1, 1),
        "team/deep": (1, 1),
    }
    assert (root.total.files, root.total.statements) == (3, 4)
    assert dict(root.passed) == {"hidden": 1, "named in a .coachignore": 1, "not a format that Coach reads": 1}
    ((path, reason),) = [(f.path, f.reason) for f in root.failed]
    assert path == str(notes.folder / "team/e.md")
    assert reason.startswith("“tomorrow” is not a date")
    found = notes.coach.vault.coverage()
    assert not found.whole
    assert (found.others.files, found.total.files) == (3, 6)
