"""Keeping the person's choice of a model: in the settings file, and an endpoint's key in the system's keyring."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from coach.domain.errors import ModelError
from coach.models.choice import endpoint_key
from coach.models.keys import keep_key
from coach.models.trial import Trial
from coach.models.weights import looks_pulled
from coach.settings import PREFIX, Settings, load_settings
from coach.settings_file import change_settings

Usable = Literal["auto", "none", "local"]


@dataclass(frozen=True, slots=True)
class Saved:
    """A choice that was kept."""

    #: The settings as they are from now on.
    settings: Settings
    #: The settings file.
    path: Path
    #: Variables that win over what was kept.
    over: tuple[str, ...] = ()

    @property
    def but(self) -> str:
        """What keeps the choice from taking effect, one sentence; empty where nothing does."""
        return wins(self.over)


def check_local(settings: Settings, *, pulled: bool = True) -> None:
    """Return if the local model can be used, or, without `pulled`, could be once it has been pulled.

    Raises:
        ModelError: what runs it is not installed, or its weights are not there.
    """
    if importlib.util.find_spec("xllamacpp") is None:
        raise ModelError("What runs the local model is not installed.", "Install it: pip install 'coach[local]'.")
    if pulled and not has_weights(settings):
        raise ModelError("The local model is not here yet.", "Get it (1.1 GB): coach model pull")


def has_weights(settings: Settings) -> bool:
    """Whether the weights of the local model, or the file that the settings name in their place, are there."""
    return settings.gguf.is_file() if settings.gguf else looks_pulled(settings.models_path)


def use(model: Usable) -> Saved:
    """Keep that this model answers from now on: none, the local one, or whatever is found (auto).

    Raises:
        ModelError: the local model cannot be used yet; see `check_local`.
        SettingsError, StoreError: the settings file cannot be changed; it stays as it was.
    """
    if model == "local":
        check_local(load_settings())
    return _saved({"model": None if model == "auto" else model})


def use_endpoint(trial: Trial, key: str = "") -> Saved:
    """Keep that this endpoint answers from now on, and where one is given its key in the keyring.

    Raises:
        ModelError: the model's name means something else in the settings.
        KeyringError: the keyring cannot keep the key; the settings stay as they were.
        SettingsError, StoreError: the settings file cannot be changed; it stays as it was.
    """
    model: str | None = trial.name
    if trial.name in ("auto", "none", "local", "ollama", "default") or trial.name.lower().endswith(".gguf"):
        # In the settings these are no names. Where no name is set, the first that the endpoint lists is taken.
        if trial.name not in (trial.models or ("default",))[:1]:
            raise ModelError(
                f"A model named {trial.name} cannot be kept: in the settings that means something else.",
                "Give it another name at the endpoint, or list it there first.",
            )
        model = None
    if key:
        keep_key(trial.address, key)
    return _saved({"model": model, "base_url": trial.address})


def wins(variables: Sequence[str]) -> str:
    """Return that these variables win over what is chosen, one sentence; empty where there are none."""
    if not variables:
        return ""
    are, win, them = ("is", "wins", "it") if len(variables) == 1 else ("are", "win", "them")
    return f"{' and '.join(variables)} {are} set and {win} over what is chosen here; unset {them} to change that."


def set_outside() -> tuple[str, ...]:
    """Return the variables that are set and win over what is kept."""
    return tuple(name for name in ("COACH_MODEL", "COACH_BASE_URL") if _is_set(name))


def key_given_by(settings: Settings) -> str:
    """Return what gives the endpoint's key before the keyring is asked: a variable or the file; empty where nothing."""
    if settings.api_key and settings.api_key.get_secret_value().strip():
        return "COACH_API_KEY" if _is_set("COACH_API_KEY") else "the settings file"
    return "OPENAI_API_KEY" if endpoint_key(settings) else ""


def _is_set(name: str) -> bool:
    # As the settings read variables: whatever the case of the name, and an empty one is none.
    return any(known.upper() == name and value for known, value in os.environ.items())


def _saved(changes: Mapping[str, str | None]) -> Saved:
    path = change_settings(changes)
    settings = load_settings()
    over = [
        PREFIX + name.upper()
        for name, value in changes.items()
        if _is_set(PREFIX + name.upper()) and getattr(settings, name) != (value or _DEFAULTS[name])
    ]
    return Saved(settings, path, tuple(over))


_DEFAULTS = {name: Settings.model_fields[name].default for name in ("model", "base_url")}
