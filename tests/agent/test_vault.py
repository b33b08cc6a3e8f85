"""Notes where they lie: added, changed, renamed, moved, removed; and nothing is done twice."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from coach.agent.library import Library
from coach.agent.vault_report import Step
from coach.store.database import Database
from tests.agent.vaults import Notes
from tests.agent.world import World


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are opened from now on."""
    paths: list[str] = []
    real = Path.open

    def noticed(path: Path, *args: Any, **options: Any) -> Any:
        paths.append(path.name)
        return real(path, *args, **options)

    monkeypatch.setattr(Path, "open", noticed)
    return paths


def test_a_folder_is_read_and_found(notes: Notes) -> None:
    notes.note("lunch.md", "We decided that lunch is on Tuesdays.")
    notes.note("team/oncall.md", "The rota of the pager is public.", "Nobody is woken twice.")
    told: list[tuple[str, int, int]] = []
    notes.coach.vault.add([notes.folder])
    report = notes.coach.vault.sync(lambda step, done, total: told.append((step, done, total)))
    assert (report.added, report.read, report.skipped, report.whole) == (("N4", "N5"), 2, 0, True)
    assert notes.ids == {"lunch.md": "N4", "team/oncall.md": "N5"}
    assert "N5.1" in notes.finds("who reads the rota of the pager?")
    assert told[:2] == [(Step.READING, 1, 2), (Step.READING, 2, 2)]
    assert told[-1] == (Step.INDEXING, 3, 3)
    assert (notes.world.home / "vault.lock").stat().st_mode & 0o777 == 0o600


def test_what_is_unchanged_is_neither_opened_nor_written_nor_embedded(
    notes: Notes, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    notes.note("a.md", "One line.")
    notes.write("picture.png", "no note")
    notes.write("empty.md", "")
    notes.write("broken.md", "---\ndate: tomorrow\n---\nA line.\n")
    first = notes.add()
    assert (first.read, first.skipped, len(first.failed)) == (1, 2, 1)
    for coach in (notes.coach, notes.reopened()):
        opened.clear()
        notes.embedder.texts.clear()
        with monkeypatch.context() as patch:
            patch.setattr(Database, "write", lambda self: pytest.fail("something was written"))
            again = coach.vault.sync()
        assert (again.changes, again.read, again.skipped, len(again.failed)) == (0, 1, 2, 1)
        assert [f.new for f in again.failed] == [False]
        assert [name for name in opened if name.endswith((".md", ".png"))] == []
        assert notes.embedder.texts == []


def test_new_notes_are_foreseen_while_files_are_read(notes: Notes, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(Library, "foresee", lambda _, sources: told.extend(source.title for source in sources))
    notes.write("one.md", "# One\n- A line.\n")
    notes.add()
    notes.write("one.md", "# One\n- A line.\n- One more.\n")
    notes.write("two.md", "# Two\n- Another line.\n")
    notes.sync()

    # Of one that changed most lines are known already.
    assert told == ["One", "Two"]


def test_a_file_that_was_only_touched_is_not_read_again(notes: Notes) -> None:
    path = notes.note("a.md", "One line.")
    notes.add()
    notes.touch(path)
    read: list[str] = []
    notes.coach.vault._read = lambda path: read.append(path) or []  # type: ignore[assignment, func-returns-value]
    assert notes.sync().changes == 0
    assert read == []
    assert notes.files["a.md"].mtime_ns == path.stat().st_mtime_ns


def test_a_file_that_was_changed_just_now_is_compared_once_more(notes: Notes) -> None:
    """Two changes within one step of the file system's clock look like one."""
    path = notes.note("a.md", "We meet on Monday.")
    path.touch()
    notes.add()
    assert notes.files["a.md"].mtime_ns == -1
    status = path.stat()
    path.write_text(path.read_text("utf-8").replace("Monday", "Friday"), "utf-8")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert notes.sync().changed == ("N4",)


def test_an_edited_note_keeps_its_number_and_those_of_its_other_lines(notes: Notes) -> None:
    notes.note("a.md", "One line stays.", "Two lines go.", "Three lines stay.", title="Plan")
    notes.add()
    before = notes.lines("a.md")
    notes.embedder.texts.clear()
    notes.note("a.md", "A new line comes.", "One line stays.", "Three lines stay.", title="Plan")
    report = notes.sync()
    assert (report.changed, report.added, report.removed) == (("N4",), (), ())
    assert before == {"N4.1": "One line stays.", "N4.2": "Two lines go.", "N4.3": "Three lines stay."}
    assert notes.lines("a.md") == {"N4.4": "A new line comes.", "N4.1": "One line stays.", "N4.3": "Three lines stay."}
    assert [text for text in notes.embedder.texts if "line" in text] == ["Plan. A new line comes."]


def test_renamed_and_moved_notes_keep_their_numbers(notes: Notes) -> None:
    old = notes.note("a.md", "One line.", title="A")
    deep = notes.note("team/b.md", "Two lines.", title="B")
    notes.add()
    before = {i: notes.lines(i) for i in notes.ids}
    notes.embedder.texts.clear()
    old.rename(notes.folder / "renamed.md")
    (notes.folder / "archive").mkdir()
    deep.rename(notes.folder / "archive/b.md")
    report = notes.sync()
    assert (report.moved, report.added, report.changed, report.removed) == (("N4", "N5"), (), (), ())
    assert notes.ids == {"renamed.md": "N4", "archive/b.md": "N5"}
    assert [notes.lines("renamed.md"), notes.lines("archive/b.md")] == [before["a.md"], before["team/b.md"]]
    assert notes.embedder.texts == []
    assert set(notes.files) == {"renamed.md", "archive/b.md"}
    assert notes.sync().changes == 0


def test_a_folder_that_is_moved_to_another_root_keeps_its_numbers(notes: Notes, tmp_path: Path) -> None:
    notes.note("team/a.md", "One line.", title="A")
    other = tmp_path / "other"
    other.mkdir()
    notes.note("stays.md", "A line.")
    notes.add(notes.folder, other)
    (notes.folder / "team").rename(other / "team")
    report = notes.sync()
    assert (report.moved, report.removed, report.added) == (("N5",), (), ())
    assert notes.ids["../other/team/a.md"] == "N5"


def test_of_files_that_are_alike_each_keeps_its_own_number(notes: Notes) -> None:
    for name in ("a.md", "b.md", "c.md"):
        notes.note(name, "The same line.", title="Template")
    notes.add()
    (notes.folder / "old").mkdir()
    for name in ("c.md", "b.md"):
        (notes.folder / name).rename(notes.folder / "old" / name)
    (notes.folder / "a.md").rename(notes.folder / "old/d.md")
    notes.note("e.md", "The same line.", title="Template")
    report = notes.sync()
    assert notes.ids == {"e.md": "N7", "old/b.md": "N5", "old/c.md": "N6", "old/d.md": "N4"}
    assert (report.added, report.moved, report.removed) == (("N7",), ("N4", "N5", "N6"), ())


def test_a_copy_is_a_note_of_its_own(notes: Notes) -> None:
    notes.note("a.md", "One line.")
    notes.add()
    shutil.copy(notes.folder / "a.md", notes.folder / "b.md")
    assert notes.sync().added == ("N5",)
    assert notes.ids == {"a.md": "N4", "b.md": "N5"}


def test_a_note_that_is_moved_into_a_private_folder_is_private(world: World, tmp_path: Path) -> None:
    notes = Notes(world, tmp_path / "notes", settings={"private_folders": ["private"]})
    path = notes.note("a.md", "One line.", title="A")
    notes.add()
    assert not notes.sources["a.md"].private
    (notes.folder / "private").mkdir()
    path.rename(notes.folder / "private/a.md")
    assert notes.sync().moved == ("N4",)
    assert notes.sources["private/a.md"].private


def test_what_is_made_private_by_a_setting_is_private_before_anything_is_asked(notes: Notes) -> None:
    notes.note("team/a.md", "One line.")
    notes.note("b.md", "Two lines.")
    notes.add()
    notes.reopened(private_folders=["team"])
    assert [notes.sources["team/a.md"].private, notes.sources["b.md"].private] == [True, False]
    assert notes.sync().changes == 0
    assert [notes.sources["team/a.md"].private, notes.sources["b.md"].private] == [True, False]


def test_a_folder_that_really_lies_in_a_private_one_is_private(world: World, tmp_path: Path) -> None:
    notes = Notes(world, tmp_path / "notes", settings={"private_folders": [str(tmp_path / "private")]})
    notes.note("team/a.md", "One line.")
    notes.add()
    # Moved there, with a link left where it was: path, size, time and bytes are the same.
    (tmp_path / "private").mkdir()
    (notes.folder / "team").rename(tmp_path / "private/team")
    (notes.folder / "team").symlink_to(tmp_path / "private/team")
    assert notes.sync().changed == ("N4",)
    assert notes.sources["team/a.md"].private


def test_what_is_gone_goes(notes: Notes) -> None:
    path = notes.note("a.md", "The pager is loud.")
    notes.note("b.md", "Two lines.")
    notes.add()
    path.unlink()
    assert notes.sync().removed == ("N4",)
    assert (notes.ids, set(notes.files)) == ({"b.md": "N5"}, {"b.md"})
    assert "N4.1" not in notes.finds("is the pager loud?")
    notes.note("a.md", "The pager is loud.")
    assert notes.sync().added == ("N6",)


def test_a_note_that_is_emptied_says_nothing_any_more(notes: Notes) -> None:
    notes.note("a.md", "One line.")
    notes.add()
    notes.write("a.md", "")
    report = notes.sync()
    assert (report.removed, report.skipped, report.failed) == (("N4",), 1, ())
    assert notes.files["a.md"].reason == "it is empty"


def test_a_note_that_is_being_saved_is_not_taken_for_an_empty_one(notes: Notes) -> None:
    path = notes.note("a.md", "One line.")
    notes.add()
    path.write_text("")
    assert (notes.sync().removed, notes.ids) == ((), {"a.md": "N4"})
    path.write_text("- One line.\n- Two lines.\n")
    assert notes.sync().changed == ("N4",)
    assert list(notes.lines("a.md")) == ["N4.1", "N4.2"]


def test_a_note_without_text_is_for_nobody_to_read(notes: Notes) -> None:
    notes.write("stub.md", "# Only a heading\n")
    report = notes.add()
    assert (report.skipped, report.whole) == (1, True)
    assert notes.files["stub.md"].reason == "it has no text besides headings"


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_done_to_the_files_the_notes_are_what_they_say(notes: Notes, seed: int) -> None:
    """Random edits, renames, copies and removals: each sync ends with the notes of the files, and with no other."""
    chance = random.Random(seed)
    lines = [f"Line {i} of the plan." for i in range(12)]
    #: Number of each note by its path, as it has to be.
    expected: dict[str, str] = {}
    # A folder with nothing left in it would be one whose disk is away.
    notes.write("anchor.txt", "This stays.")
    notes.add()
    for _ in range(12):
        there = sorted(str(p.relative_to(notes.folder)) for p in notes.folder.rglob("*.md"))
        touched: set[str] = set()
        for _ in range(chance.randint(1, 4)):
            name = f"{chance.choice(['', 'a/', 'b/c/'])}{chance.randint(0, 99)}.md"
            old = chance.choice(there) if there else ""
            match chance.choice(["write", "edit", "move", "remove"]):
                case "write" if name not in there:
                    # Nobody else says this, so that it cannot be taken for something that was moved.
                    notes.note(name, *chance.sample(lines, 3), f"The mark of {seed} {notes._times}.", title="Plan")
                case "edit" if old and old not in touched:
                    notes.note(old, *chance.sample(lines, 3), f"The mark of {seed} {notes._times}.", title="Plan")
                case "move" if old and old not in touched and name not in there and name not in touched:
                    (notes.folder / name).parent.mkdir(parents=True, exist_ok=True)
                    (notes.folder / old).rename(notes.folder / name)
                    if old in expected:
                        expected[name] = expected.pop(old)
                    there.remove(old)
                case "remove" if old and old not in touched:
                    (notes.folder / old).unlink()
                    expected.pop(old, None)
                    there.remove(old)
            touched |= {name, old}
        notes.sync()
        files = {str(p.relative_to(notes.folder)): p.read_text() for p in notes.folder.rglob("*.md")}
        assert set(notes.ids) == {*files, "anchor.txt"} == set(notes.files)
        for path, text in files.items():
            assert [f"- {s.text}" for s in notes.sources[path].statements] == text.splitlines()[2:]
        assert expected.items() <= notes.ids.items()
        expected = notes.ids
        assert notes.sync().changes == 0
