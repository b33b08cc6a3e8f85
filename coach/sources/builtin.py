"""What comes with the package: the corpus, the sample notes, the prompts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

from coach.domain.errors import SourceError
from coach.domain.ids import sort_key
from coach.domain.source import Draft, SourceKind
from coach.sources.boundaries import read_situations
from coach.sources.curated import read_curated
from coach.sources.front_matter import split_front_matter
from coach.sources.load import load_text


def read_builtin() -> list[Draft]:
    """Return the built-in principles (P0 first), then the built-in practices, in the order of their numbers.

    Their situations are those of their own files and those that ``corpus/situations`` adds.

    Raises:
        SourceError: the corpus is missing, or one of its files has not the form that it should have.
    """
    drafts: list[Draft] = []
    more = read_situations(_data("corpus") / "situations")
    for kind, folder in ((SourceKind.PRINCIPLE, "principles"), (SourceKind.PRACTICE, "practices")):
        read = [_read(path, kind, more) for path in sorted((_data("corpus") / folder).glob("*.md"))]
        read.sort(key=lambda draft: sort_key(f"{kind.letter}{draft.number}"))
        for before, after in pairwise(read):
            if before.number == after.number:
                raise SourceError(f"{before.path} and {after.path} have the same id.", "Give one of them another.")
        drafts += read
    return drafts


def builtin_mark() -> str:
    """Return a hash that changes when a file of the corpus does, from names, sizes and times of change alone."""
    corpus = _data("corpus")
    found = hashlib.sha256()
    for folder in ("principles", "practices", "situations"):
        for path in sorted((corpus / folder).iterdir()) if (corpus / folder).is_dir() else ():
            state = path.stat()
            found.update(f"{folder}/{path.name} {state.st_size} {state.st_mtime_ns}\n".encode())
    return found.hexdigest()[:16]


def corpus_files() -> tuple[list[Path], Path]:
    """Return every file of the corpus, and the folder that they stand in."""
    root = _data("corpus")
    return sorted(p for p in root.rglob("*") if p.is_file()), root


def boundaries_dir() -> Path:
    """Return the folder with the examples of what the sources do not cover (see `coach.sources.boundaries`)."""
    return _data("corpus") / "boundaries"


def sample_notes_dir() -> Path:
    """Return the folder with the notes of an invented team."""
    return _data("corpus") / "sample-notes"


def prompts_dir() -> Path:
    """Return the folder with the prompts."""
    return _data("prompts")


def _read(path: Path, kind: SourceKind, more: Mapping[str, Sequence[str]]) -> Draft:
    name = f"corpus/{path.parent.name}/{path.name}"
    draft = read_curated(split_front_matter(load_text(path), name), kind, name, path=name, builtin=True)
    situations = (*draft.situations, *more.get(f"{kind.letter}{draft.number}", ()))
    return replace(draft, situations=tuple(dict.fromkeys(situations)))


def _data(folder: str) -> Path:
    """Return a data folder: in a wheel it lies in the package, in a checkout beside it."""
    package = Path(str(files("coach")))
    for path in (package / "_data" / folder, package.parent / folder):
        if path.is_dir():
            return path
    raise SourceError(f"The folder {folder} that belongs to coach is missing.", "Install coach again.")
