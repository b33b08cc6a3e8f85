"""Forgetting everything: the data folder is emptied of all that Coach made in it, but for the model's weights."""

from __future__ import annotations

import shutil
from pathlib import Path

from coach.domain.errors import StoreError

#: What Coach makes in its folder. The folder may be one that other programs use as well.
_OWN = ("coach.db*", "checkpoints.db*", "chroma*", "compiled.npz*", "history", "history.*", "*.lock")


def own_files(home: Path) -> list[Path]:
    """Return the files and folders in `home` that hold what Coach was told, or what it made of that."""
    return sorted({path for pattern in _OWN for path in home.glob(pattern)})


def forget_everything(home: Path) -> list[Path]:
    """Remove them and return them. The coach over this folder has to be closed; the next one begins anew.

    Raises:
        StoreError: one of them cannot be removed; those before it are gone.
    """
    paths = own_files(home)
    for path in paths:
        try:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        except OSError as e:
            raise StoreError(
                f"{path} could not be removed: {e.strerror or 'the system refuses'}.",
                "Check its rights, then run the same command again.",
            ) from e
    return paths
