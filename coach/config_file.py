"""The settings file: where it is, and a flag in it that is needed before the settings' library is loaded."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

from platformdirs import user_config_dir

#: Names the TOML file. Not a setting itself: a file cannot say where it is.
CONFIG_VARIABLE = "COACH_CONFIG"


def config_file() -> Path:
    """Return the path of the TOML file, whether it exists or not."""
    named = os.environ.get(CONFIG_VARIABLE)
    return Path(named).expanduser() if named else Path(user_config_dir("coach", appauthor=False)) / "config.toml"


def is_set(name: str) -> bool:
    """Whether the flag `name` is set, by its variable or in the file.

    The library of the settings takes longer to load than the first paint may take. What is wrong with the file is
    explained where the settings are loaded, so here it only means no.
    """
    value = os.environ.get(f"COACH_{name.upper()}", "").strip().lower()
    if value:
        return value in ("1", "true", "t", "yes", "y", "on")
    try:
        return tomllib.loads(config_file().read_text("utf-8")).get(name) is True
    except (OSError, ValueError):
        return False
