from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from coach.domain.errors import InputError
from coach.sources.vault import Walker
from coach.sources.walked import Rule, Walked


def write(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{name} says something.\n", "utf-8")


def walked(root: Path, *, include: list[str] | None = None, exclude: list[str] | None = None) -> Walked:
    return Walker().walk(str(root), include or [], exclude or [])


def names(walk: Walked, root: Path) -> list[str]:
    return [os.path.relpath(f.path, root) for f in walk.files]


def asides(walk: Walked, root: Path) -> dict[str, tuple[str, bool]]:
    return {os.path.relpath(a.path, root): (a.reason, a.failed) for a in walk.aside}


Scandir = Callable[[Any], Any]


@contextmanager
def failing(patch: pytest.MonkeyPatch, path: Path, error: OSError) -> Iterator[None]:
    """Let one folder be one that cannot be read: root, as whom tests may run, can read every folder."""
    real = os.scandir

    def scandir(folder: Any) -> Any:
        if str(folder) == str(path):
            raise error
        return real(folder)

    with patch.context() as here:
        here.setattr(os, "scandir", scandir)
        yield


def test_every_file_with_size_and_time_in_the_order_of_the_paths(tmp_path: Path) -> None:
    write(tmp_path, "b.md", "a/z.txt", "a/b/c.pdf", "no suffix", "a b.md", "ä.md")
    walk = walked(tmp_path)
    assert names(walk, tmp_path) == ["a b.md", "a/b/c.pdf", "a/z.txt", "b.md", "no suffix", "ä.md"]
    status = (tmp_path / "b.md").stat()
    found = next(f for f in walk.files if f.path.endswith("/b.md"))
    assert (found.size, found.mtime_ns, found.via) == (status.st_size, status.st_mtime_ns, "")
    assert (walk.aside, dict(walk.passed), walk.trouble, walk.empty) == ([], {}, "", False)


def test_what_is_hidden_or_of_other_programs_is_counted(tmp_path: Path) -> None:
    write(tmp_path, ".git/config", ".obsidian/x.json", ".trash/old.md", ".hidden.md", "node_modules/a/README.md")
    write(tmp_path, "logseq/bak/pages/a.md", "logseq/pages.md", "bak/kept.md", "~$report.docx", "Thumbs.db")
    walk = walked(tmp_path)
    assert names(walk, tmp_path) == ["bak/kept.md", "logseq/pages.md"]
    assert walk.passed == {Rule.HIDDEN: 4, Rule.NOISE: 4}


def test_include_and_exclude(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "b.txt", "old/c.md", "team/d.md", "team/old/e.md", "team/f.txt")
    walk = walked(tmp_path, include=["*.md"], exclude=["/old/"])
    assert names(walk, tmp_path) == ["a.md", "team/d.md", "team/old/e.md"]
    assert walk.passed == {Rule.NOT_INCLUDED: 2, Rule.EXCLUDED: 1}
    assert names(walked(tmp_path, include=["team/"]), tmp_path) == ["team/d.md", "team/f.txt", "team/old/e.md"]
    assert names(walked(tmp_path, include=["*.md", "!old/*"]), tmp_path) == ["a.md", "team/d.md", "team/old/e.md"]
    with pytest.raises(InputError):
        walked(tmp_path, include=["[z-a]"])


def test_ignore_files_of_every_folder(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "a.tmp", "sub/b.tmp", "sub/c.md", "sub/deep/d.tmp", "private/e.md", "sub/private/f.md")
    (tmp_path / ".coachignore").write_bytes(b"\xef\xbb\xbf*.tmp\r\n/private/\r\n# c.md\r\n")
    (tmp_path / "sub/.coachignore").write_text("!b.tmp\nc.md\n")
    walk = walked(tmp_path)
    assert names(walk, tmp_path) == ["a.md", "sub/b.tmp", "sub/private/f.md"]
    assert walk.passed == {Rule.IGNORED: 4}


@pytest.mark.parametrize("made", ["unreadable", "no pattern", "too long"])
def test_a_folder_whose_ignore_file_cannot_be_followed_is_not_read(
    tmp_path: Path, made: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may name what must not be read."""
    write(tmp_path, "a.md", "sub/secret.md")
    ignore = tmp_path / "sub/.coachignore"
    ignore.write_text("ok.md\n[z-a]\n" if made == "no pattern" else f"{'*a' * 100}\n")
    if made == "unreadable":

        def refuse(*_: object, **__: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "open", refuse)
    walk = walked(tmp_path)
    assert names(walk, tmp_path) == ["a.md"]
    ((path, (reason, failed)),) = asides(walk, tmp_path).items()
    assert (path, failed) == ("sub", True)
    assert "cannot be read: Permission denied" in reason if made == "unreadable" else "Pattern" in reason


def test_loops_and_links_end_and_are_named(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    write(root, "a.md", "sub/b.md")
    write(outside, "c.md", "deep/d.md")
    (root / "sub/up").symlink_to("..")
    (root / "sub/self").symlink_to(".")
    (root / "sub/above").symlink_to(tmp_path)
    (root / "out").symlink_to(outside)
    (root / "again").symlink_to(outside / "deep")
    (outside / "deep/back").symlink_to(outside)
    (root / "also a.md").symlink_to("a.md")
    (root / "nowhere.md").symlink_to("missing.md")
    (root / "ring1").symlink_to("ring2")
    (root / "ring2").symlink_to("ring1")
    (root / "one.md").symlink_to(outside / "c.md")
    walk = walked(root)
    assert names(walk, root) == ["a.md", "again/d.md", "one.md", "out/c.md", "sub/b.md"]
    assert {f.path[len(str(root)) + 1 :]: f.via for f in walk.files if f.via} == {
        "again/d.md": str(outside / "deep"),
        "one.md": str(outside),
        "out/c.md": str(outside),
    }
    said = asides(walk, root)
    assert {path: failed for path, (_, failed) in said.items()} == {
        "again/back": False,
        "also a.md": False,
        "nowhere.md": True,
        "out/deep": False,
        "ring1": True,
        "ring2": True,
        "sub/above": False,
        "sub/self": False,
        "sub/up": False,
    }
    assert said["nowhere.md"] == ("a link that leads nowhere", True)
    assert said["also a.md"] == ("a link to a file that is read already", False)
    assert said["sub/above"] == ("a link to a folder around it", False)


def test_an_unreadable_folder_is_named_and_the_others_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "a.md", "locked/b.md", "open/c.md")
    with failing(monkeypatch, tmp_path / "locked", PermissionError(13, "Permission denied")):
        walk = walked(tmp_path)
    assert names(walk, tmp_path) == ["a.md", "open/c.md"]
    assert asides(walk, tmp_path) == {"locked": ("this folder cannot be read: Permission denied", True)}


@pytest.mark.skipif(os.geteuid() == 0, reason="root can read every folder")
def test_a_folder_that_is_really_unreadable(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "locked/b.md")
    (tmp_path / "locked").chmod(0)
    try:
        assert "locked" in asides(walked(tmp_path), tmp_path)
    finally:
        (tmp_path / "locked").chmod(0o700)


def test_what_vanishes_meanwhile_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "a.md", "b.md", "sub/c.md")
    real = os.scandir

    def scandir(folder: Any) -> Any:
        listing = real(folder)
        if str(folder) == str(tmp_path):
            entries = list(listing)
            listing.close()
            (tmp_path / "b.md").unlink()
            (tmp_path / "sub/c.md").unlink()
            (tmp_path / "sub").rmdir()

            @contextmanager
            def given() -> Iterator[Any]:
                yield iter(entries)

            return given()
        return listing

    monkeypatch.setattr(os, "scandir", scandir)
    walk = walked(tmp_path)
    assert names(walk, tmp_path) == ["a.md"]
    gone = ("it was gone before it could be read", True)
    assert asides(walk, tmp_path) == {"b.md": gone, "sub": gone}


def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    write(tmp_path, "a.md")
    os.mkfifo(tmp_path / "pipe.md")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket.md"))
        walk = walked(tmp_path)
    odd = ("not an ordinary file", False)
    assert (names(walk, tmp_path), asides(walk, tmp_path)) == (["a.md"], {"pipe.md": odd, "socket.md": odd})


def test_names_that_are_no_text_are_named_and_hostile_ones_are_read(tmp_path: Path) -> None:
    hostile = "\x1b[31m[bold]\u202e\n.md"
    write(tmp_path, hostile)
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.md")).write_text("x")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xfe")).mkdir()
    walk = walked(tmp_path)
    assert names(walk, tmp_path) == [hostile]
    no_text = ("its name is not UTF-8 text", True)
    assert asides(walk, tmp_path) == {"\\xff.md": no_text, "\\xfe": no_text}
    assert all(a.path.encode() for a in walk.aside)


def test_a_root_that_is_not_there_or_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert walked(tmp_path / "missing").trouble == "it is not there"
    write(tmp_path, "a.md")
    assert walked(tmp_path / "a.md/below").trouble == "it is not there"
    with failing(monkeypatch, tmp_path, OSError(5, "Input/output error")):
        walk = walked(tmp_path)
    assert (walk.trouble, walk.aside) == ("this folder cannot be read: Input/output error", [])
    os.mkfifo(tmp_path / "pipe")
    assert walked(tmp_path / "pipe").trouble == "it is neither a folder nor a file"


def test_whether_there_is_anything_in_it(tmp_path: Path) -> None:
    write(tmp_path, ".DS_Store", "lost+found/x")
    (tmp_path / "a disk/of notes").mkdir(parents=True)
    assert walked(tmp_path).empty
    write(tmp_path, "sub/a.md")
    assert not walked(tmp_path).empty
    assert not walked(tmp_path, exclude=["*"]).empty


def test_a_file_is_a_root_too(tmp_path: Path) -> None:
    write(tmp_path, "a.md", ".hidden/b.md")
    assert names(walked(tmp_path / "a.md"), tmp_path) == ["a.md"]
    assert names(walked(tmp_path / ".hidden/b.md"), tmp_path) == [".hidden/b.md"]


def test_what_was_added_on_its_own_is_left_out_of_what_it_lies_in(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "b.md", "sub/c.md", "home/coach.db")
    walker = Walker([tmp_path, tmp_path / "b.md", tmp_path / "sub", tmp_path / "gone"], [tmp_path / "home"])
    walk = walker.walk(str(tmp_path))
    assert names(walk, tmp_path) == ["a.md"]
    assert walk.passed == {Rule.APART: 2, Rule.NOISE: 1}
    assert names(walker.walk(str(tmp_path / "sub")), tmp_path) == ["sub/c.md"]
    assert names(walker.walk(str(tmp_path / "b.md")), tmp_path) == ["b.md"]
    (tmp_path.parent / "other name").symlink_to(tmp_path)
    assert walker.walk(str(tmp_path.parent / "other name")).trouble == "another of the folders leads to the same"


def test_deep_nesting_ends(tmp_path: Path) -> None:
    here = os.open(tmp_path, os.O_RDONLY)
    try:
        for _ in range(60):
            os.mkdir("d" * 100, dir_fd=here)
            deeper = os.open("d" * 100, os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = deeper
    finally:
        os.close(here)
    walk = walked(tmp_path)
    assert walk.files == []
    assert [a.failed for a in walk.aside] == [True]


def test_each_folder_of_many_files_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in range(5):
        (tmp_path / f"{folder}").mkdir()
        for note in range(100):
            (tmp_path / f"{folder}/{note}.md").touch()
    read: list[str] = []
    honest = os.scandir

    def noted(path: Any) -> Any:
        read.append(str(path))
        return honest(path)

    monkeypatch.setattr(os, "scandir", noted)
    walk = walked(tmp_path, exclude=["drafts/", "**/old-*.md"])
    assert len(walk.files) == 500
    assert sorted(read) == sorted({str(tmp_path), *(str(tmp_path / f"{folder}") for folder in range(5))})
