"""Walking the folders that notes lie in: which files there are, what is passed over by which rule, what cannot be seen.

Nothing here opens a note. A folder is looked at once, however many links lead to it, so a loop of links ends.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from coach.domain.errors import InputError
from coach.sources.globs import IGNORE_FILE, Globs, Ignores, globs_or_none
from coach.sources.walked import Aside, Found, Rule, Walked

#: Folders that programs keep for themselves; those whose names begin with a dot are hidden anyway.
_NOISE_FOLDERS = {"node_modules", "bower_components", "__pycache__", "__MACOSX", "site-packages", "venv"}
_NOISE_FOLDERS |= {"lost+found", "$RECYCLE.BIN", "System Volume Information", "@eaDir", "#recycle"}
#: The same for folders of a folder.
_NOISE_WITHIN = {"logseq": {"bak", "version-files"}}
_NOISE_FILES = {"Thumbs.db", "desktop.ini", "Icon\r"}

#: Device and inode: the same for everything that leads to one folder or file.
_Identity = tuple[int, int]


class _Folder(NamedTuple):
    path: str
    #: Where it really is, and the same where that is elsewhere.
    real: str
    via: str
    ignores: Ignores


def _folder(path: str, real: str, ignores: Ignores) -> _Folder:
    return _Folder(path, real, real if real != path else "", ignores)


class Walker:
    """Looks at folders, one after another, and at nothing twice.

    Args:
        apart: folders and files that are looked at on their own, and left out of whatever they lie in.
        own: folders that hold no notes but what Coach keeps.
    """

    def __init__(self, apart: Iterable[str | Path] = (), own: Iterable[str | Path] = ()) -> None:
        self._apart: dict[_Identity, Rule] = {}
        for rule, paths in ((Rule.APART, apart), (Rule.NOISE, own)):
            for path in paths:
                if (identity := _identity(path)) is not None:
                    self._apart[identity] = rule
        self._folders: set[_Identity] = set()
        self._files: set[_Identity] = set()

    def walk(self, root: str, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> Walked:
        """Return what is in the folder `root`, or `root` itself where it is a file.

        Args:
            root: an absolute path.
            include: patterns (see `Globs`), relative to `root`; where there are any, only files that fit are taken.
            exclude: patterns of files and folders that are left out.

        Raises:
            InputError: a pattern cannot be used.
        """
        look = _Look(self, root, globs_or_none(include), globs_or_none(exclude))
        look.run()
        look.walked.files.sort()
        look.walked.aside.sort()
        return look.walked

    def enter(self, identity: _Identity) -> bool:
        """Whether nobody has looked at this folder before; from now on somebody has."""
        new = identity not in self._folders
        self._folders.add(identity)
        return new

    def take(self, identity: _Identity, *, linked: bool) -> bool:
        """Whether this file is to be taken; one that a link leads to only where nothing else did."""
        new = identity not in self._files
        self._files.add(identity)
        return new or not linked

    def left_out(self, identity: _Identity) -> Rule | None:
        """Return the rule by which this folder or file is left to others; None where it is not."""
        return self._apart.get(identity)


class _Look:
    """One walk."""

    def __init__(self, walker: Walker, root: str, include: Globs | None, exclude: Globs | None) -> None:
        self.walked = Walked()
        self._walker = walker
        self._root = root
        self._base = len(root.rstrip("/")) + 1
        self._include = include
        self._exclude = exclude
        self._folders: list[_Folder] = []
        self._links: list[tuple[str, _Folder]] = []

    def run(self) -> None:
        try:
            status = os.stat(self._root)  # noqa: PTH116 - thousands of paths are looked at, as text
            real = os.path.realpath(self._root)
        except OSError as e:
            gone = isinstance(e, FileNotFoundError | NotADirectoryError)
            self.walked.trouble = "it is not there" if gone else f"it cannot be seen: {_why(e)}"
            return
        if stat.S_ISREG(status.st_mode):
            folder, of = os.path.split(self._root)[0], os.path.split(real)[0]
            self._take(self._root, status, _folder(folder, of, Ignores()), linked=False)
            return
        if not stat.S_ISDIR(status.st_mode):
            self.walked.trouble = "it is neither a folder nor a file"
            return
        if not self._walker.enter((status.st_dev, status.st_ino)):
            self.walked.trouble = "another of the folders leads to the same"
            return
        self._folders.append(_folder(self._root, real, Ignores()))
        self._all()
        if self.walked.aside and self.walked.aside[0].path == self._root:
            self.walked.trouble = self.walked.aside.pop(0).reason

    def _all(self) -> None:
        """Look at every folder; at links last, so that what they lead to keeps its own path where it has one here."""
        while self._folders or self._links:
            while self._folders:
                self._folder(self._folders.pop())
            links, self._links = sorted(self._links), []
            for path, folder in links:
                self._link(path, folder)

    def _folder(self, folder: _Folder) -> None:
        try:
            with os.scandir(folder.path) as listing:
                entries = list(listing)
            if any(entry.name == IGNORE_FILE and entry.is_file() for entry in entries):
                folder = folder._replace(ignores=folder.ignores.with_those_of(folder.path))
        except OSError as e:
            self._set_aside(folder.path, f"this folder cannot be read: {_why(e)}", failed=True)
            return
        except InputError as e:
            self._set_aside(folder.path, f"its {IGNORE_FILE} cannot be followed: {e.message}", failed=True)
            return
        noise = _NOISE_WITHIN.get(folder.path.rpartition("/")[2], ())
        for entry in entries:
            name = entry.name
            if name.startswith("."):
                if name != IGNORE_FILE:
                    self.walked.passed[Rule.HIDDEN] += 1
            elif name in _NOISE_FOLDERS or name in noise or name in _NOISE_FILES or name.startswith("~$"):
                self.walked.passed[Rule.NOISE] += 1
            else:
                self._entry(entry, folder)

    def _entry(self, entry: os.DirEntry[str], folder: _Folder) -> None:
        path = entry.path
        try:
            if not path.isascii():
                path.encode()
            if entry.is_symlink():
                self._links.append((path, folder))
            elif entry.is_dir():
                if not self._enter(path, entry.stat(), folder, f"{folder.real.rstrip('/')}/{entry.name}"):
                    self._set_aside(path, "a folder that is looked at already, by a link", failed=False)
            elif entry.is_file():
                if not self._passed(path, folder):
                    self._take(path, entry.stat(), folder, linked=False)
            else:
                self._set_aside(path, "not an ordinary file", failed=False)
        except UnicodeEncodeError:
            readable = path.encode(errors="surrogateescape").decode(errors="backslashreplace")
            self._set_aside(readable, "its name is not UTF-8 text", failed=True)
        except FileNotFoundError:
            self._set_aside(path, "it was gone before it could be read", failed=True)
        except OSError as e:
            self._set_aside(path, f"it cannot be seen: {_why(e)}", failed=True)

    def _enter(self, path: str, status: os.stat_result, above: _Folder, real: str) -> bool:
        """Have a folder looked at, unless a rule leaves it out. Return whether it is new."""
        identity = (status.st_dev, status.st_ino)
        if rule := self._walker.left_out(identity):
            self.walked.passed[rule] += 1
        elif not self._passed(path, above, folder=True):
            if not self._walker.enter(identity):
                return False
            self._folders.append(_folder(path, real, above.ignores))
        return True

    def _link(self, path: str, folder: _Folder) -> None:
        try:
            status = os.stat(path)  # noqa: PTH116 - as above
            real = os.path.realpath(path)
        except FileNotFoundError:
            self._set_aside(path, "a link that leads nowhere", failed=True)
            return
        except (OSError, ValueError) as e:
            self._set_aside(path, f"a link that cannot be followed: {_why(e)}", failed=True)
            return
        if stat.S_ISDIR(status.st_mode):
            around = os.path.realpath(self._root)
            if around == real or around.startswith(real.rstrip("/") + "/"):
                self._set_aside(path, "a link to a folder around it", failed=False)
            elif not self._enter(path, status, folder, real):
                self._set_aside(path, "a link to a folder that is looked at already", failed=False)
        elif not stat.S_ISREG(status.st_mode):
            self._set_aside(path, "not an ordinary file", failed=False)
        elif not self._passed(path, folder):
            self._take(path, status, folder._replace(via=os.path.split(real)[0]), linked=True)

    def _passed(self, path: str, above: _Folder, *, folder: bool = False) -> bool:
        """Whether a rule leaves this out; it is counted."""
        end = "/" if folder else ""
        rule = None
        if self._exclude and self._exclude.says(path[self._base :] + end):
            rule = Rule.EXCLUDED
        elif above.ignores and above.ignores.mean(path + end):
            rule = Rule.IGNORED
        elif self._include and not folder and not self._included(path):
            rule = Rule.NOT_INCLUDED
        if rule is not None:
            self.walked.empty = False
            self.walked.passed[rule] += 1
        return rule is not None

    def _included(self, path: str) -> bool:
        """Whether the patterns mean this file, or a folder that it lies in."""
        assert self._include is not None
        within = path[self._base :]
        verdict = self._include.says(within)
        while verdict is None and (within := within.rstrip("/").rpartition("/")[0]):
            verdict = self._include.says(within + "/")
        return bool(verdict)

    def _take(self, path: str, status: os.stat_result, folder: _Folder, *, linked: bool) -> None:
        identity = (status.st_dev, status.st_ino)
        if path != self._root and (rule := self._walker.left_out(identity)):
            self.walked.passed[rule] += 1
        elif self._walker.take(identity, linked=linked):
            self.walked.empty = False
            self.walked.files.append(Found(path, status.st_size, status.st_mtime_ns, folder.via))
        else:
            self._set_aside(path, "a link to a file that is read already", failed=False)

    def _set_aside(self, path: str, reason: str, *, failed: bool) -> None:
        self.walked.empty = False
        self.walked.aside.append(Aside(path, reason, failed))


def _identity(path: str | Path) -> _Identity | None:
    try:
        status = Path(path).stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _why(error: Exception) -> str:
    return (isinstance(error, OSError) and error.strerror) or "the system refuses"
