"""`coach settings`: every setting, what it is for, its value, and where that comes from."""

from __future__ import annotations

import os
import tomllib
from typing import Any

from coach.cli.console import say
from coach.cli.opening import settings_with


def show_settings() -> None:
    """Show every setting and where its value is from.

    Keys are not shown.
    """
    settings = settings_with()
    from coach.settings import PREFIX, Settings, config_file

    file = config_file()
    in_file = _keys(file.read_bytes()) if file.is_file() else set()
    say(f"Settings file: {file}" + ("" if file.is_file() else " (there is none)"))
    # Empty variables count as not set.
    variables = {name.upper() for name, value in os.environ.items() if value}
    for name, field in Settings.model_fields.items():
        variable = PREFIX + name.upper()
        origin = variable if variable in variables else str(file) if name in in_file else "default"
        say(f"\n{name} = {_shown(getattr(settings, name))}  ({origin})")
        say(f"  {field.description}" + (f" Set it with {variable}." if origin == "default" else ""))


def _keys(data: bytes) -> set[str]:
    # It has been read as settings before: it is valid TOML.
    return set(tomllib.loads(data.decode("utf-8")))


def _shown(value: Any) -> str:
    from pydantic import SecretStr

    if isinstance(value, SecretStr):
        return "(hidden)" if value.get_secret_value() else "(empty)"
    if value is None or value == []:
        return "(not set)"
    if isinstance(value, list):
        return ", ".join(str(v) for v in value)
    return str(value).lower() if isinstance(value, bool) else str(value)
