"""What the person set for the program's looks and keys: one small JSON file beside the settings.

``{"theme": "coach-light", "keymap": {"app.sessions": "ctrl+t"}, "animations": false}``. It is read before the first
paint, so it is apart from the settings, whose library takes longer to load than the first paint may take.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from platformdirs import user_config_dir

from coach.domain.errors import SettingsError, StoreError
from coach.domain.text import clean_line


@dataclass(frozen=True, slots=True)
class Preferences:
    """Theme and keys."""

    theme: str = ""
    #: Keys by the id of their binding, several separated by commas.
    keymap: Mapping[str, str] = field(default_factory=dict)
    #: Whether scrolling is animated and cursors blink; ``TEXTUAL_ANIMATIONS=none`` says no as well.
    animations: bool = True


def preferences_file() -> Path:
    """Return where they are kept: beside the settings file."""
    named = os.environ.get("COACH_CONFIG")
    folder = Path(named).expanduser().parent if named else Path(user_config_dir("coach", appauthor=False))
    return folder / "tui.json"


def load(path: Path) -> Preferences:
    """Return what was set; the defaults where there is no file.

    Raises:
        SettingsError: the file cannot be read or says something else.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Preferences()
    except (OSError, ValueError, RecursionError) as e:
        raise _unreadable(path) from e
    keymap = data.get("keymap", {}) if isinstance(data, dict) else None
    theme = data.get("theme", "") if isinstance(data, dict) else None
    animations = data.get("animations", True) if isinstance(data, dict) else None
    if not isinstance(theme, str) or not isinstance(keymap, dict) or not _texts(keymap):
        raise _unreadable(path)
    if not isinstance(animations, bool):
        raise _unreadable(path)
    return Preferences(clean_line(theme), {clean_line(k): clean_line(v) for k, v in keymap.items()}, animations)


def save_theme(path: Path, theme: str) -> None:
    """Keep the theme for the next start, and leave the keys as they are.

    Raises:
        SettingsError: the file says something that would be lost.
        StoreError: it cannot be written.
    """
    _save(path, replace(load(path), theme=theme), "The theme")


def save_animations(path: Path, animations: bool) -> None:
    """Keep for the next start whether things move; see `save_theme`."""
    _save(path, replace(load(path), animations=animations), "Whether things move")


def _save(path: Path, kept: Preferences, what: str) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = path.with_suffix(".new")
        beside.write_text(json.dumps({**asdict(kept), "keymap": dict(kept.keymap)}, indent=2) + "\n", "utf-8")
        beside.chmod(0o600)
        beside.replace(path)
    except OSError as e:
        raise StoreError(f"{what} could not be kept in {path}: {e.strerror or e}.", "It holds for this run.") from e


def _texts(values: dict[str, Any]) -> bool:
    return all(isinstance(v, str) for v in values.values())


def _unreadable(path: Path) -> SettingsError:
    return SettingsError(
        f"{path} cannot be read as preferences.", 'It should look like {"theme": "coach-dark", "keymap": {}}.'
    )
