"""Which chat model answers, in a fixed order, and in plain words why and what leaves the machine. Imports are light."""

from __future__ import annotations

import importlib.util
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from coach.domain.errors import ModelError
from coach.domain.ports import ChatModel
from coach.domain.text import clean_line
from coach.models.addresses import ask_json, host_of, is_loopback
from coach.models.keys import LOOK_UP_S, KeyringError, stored_key
from coach.models.weights import DEFAULT_WEIGHTS, looks_pulled, weights_path
from coach.settings import Settings

OPENAI_URL = "https://api.openai.com/v1"
#: Asked at OpenAI where the settings name no model: writes well, is cheap, and gives log-probabilities.
OPENAI_MODEL = "gpt-4.1-mini"
#: Seconds that a probe of a server on this machine may take.
PROBE_S = 0.3
#: Seconds that the keyring may take when only the names of models are wanted.
KEYRING_S = 1.0
#: A model up to this many billions of parameters writes one sentence at a time.
SMALL_BILLIONS = 4.0

Kind = Literal["endpoint", "ollama", "local", "none"]
Ability = Literal["none", "stepwise", "free"]
NOTHING_LEAVES = "Nothing leaves this machine."
# "7b", "1.5B", "e4b", "a3b", "270m", not the "8b" of "abc8bit".
_PARAMETERS = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)\s*([bm])(?![a-z])", re.IGNORECASE)
#: Names of models so ending are those that Ollama asks its own servers for.
_CLOUD = ("-cloud", ":cloud")
_NO_CHAT = re.compile(r"embed|minilm|(?:^|[-/])(?:bge|e5|gte)-|rerank|whisper|tts|dall-e|moderation", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """The model that answers, before it is opened."""

    kind: Kind
    #: As the endpoint knows it; empty for `none`.
    name: str = ""
    base_url: str = ""
    #: Whether what is sent to it leaves this machine.
    remote: bool = False
    ability: Ability = "none"
    #: Why this one, one plain sentence.
    why: str = ""
    #: What leaves this machine, one plain sentence.
    leaves: str = NOTHING_LEAVES
    #: The weights of a local model.
    path: Path | None = None
    #: Whether the settings leave the choice open and nothing was found: the person may be offered something.
    open: bool = False

    @property
    def label(self) -> str:
        """Name for the status line: ``qwen2.5-coder-1.5b (on this machine)``; ``no model`` for `none`."""
        if self.kind == "none":
            return "no model"
        return f"{self.name} ({host_of(self.base_url) if self.remote else 'on this machine'})"


def choose(settings: Settings) -> ModelChoice:
    """Return the model that answers: what the settings say, else an OpenAI key or address in the environment, else
    Ollama on this machine, else the local model if it has been pulled, else none.

    Never fails: what is wrong with a choice shows in `open_model`. Takes a few tenths of a second at most; 1.5 s for a
    remote endpoint for which no model is named, since it is asked what it has.
    """
    wanted = settings.model.strip()
    if wanted == "none":
        return ModelChoice("none", why="The settings say to use no model.")
    if wanted == "local":
        return _local(settings, settings.gguf, "The settings say local.")
    if wanted.lower().endswith(".gguf"):
        return _local(settings, Path(wanted).expanduser().absolute(), "The settings name this file.")
    if wanted == "ollama":
        return _ollama(settings, "", "The settings say ollama.") or _absent_ollama(settings)
    address = endpoint_url(settings)
    if wanted != "auto":
        if address is None:
            named = _ollama(settings, wanted, "The settings name this model, and Ollama on this machine has it.")
            if named:
                return named
        return _endpoint(settings, wanted, address or OPENAI_URL, "The settings name this model.")
    if address is not None:
        return _endpoint(settings, "", address, _why_endpoint(settings))
    return (
        _ollama(settings, "", "Ollama runs on this machine.") if is_loopback(settings.ollama_url) else None
    ) or _pulled(settings)


def open_model(choice: ModelChoice, settings: Settings) -> ChatModel | None:
    """Return the chosen model ready to be asked, or None where none was chosen. A local one is loaded when first asked.

    Raises:
        ModelError: if it needs a key, a file or a package that is not there.
        KeyringError: if it needs a key and the system's keyring cannot be asked for it.
    """
    if choice.kind == "none":
        return None
    from coach.models.tracing import turn_off_tracing

    turn_off_tracing()
    if choice.kind == "local":
        from coach.models.local import LocalModel

        return LocalModel(choice, settings)
    from coach.models.endpoint import EndpointModel

    if not choice.name:
        raise ModelError("No model was found in Ollama.", "Start Ollama and pull a model, or run `coach model pull`.")
    elsewhere = not is_loopback(choice.base_url)
    key = None if choice.kind == "ollama" else key_for(choice.base_url, settings, must=elsewhere)
    if key is None and elsewhere and choice.kind == "endpoint":
        raise ModelError(
            f"{host_of(choice.base_url)} asks for a key, and none is set.",
            "Give it one with `coach model endpoint`, or set OPENAI_API_KEY or COACH_API_KEY. For a model on this "
            "machine run `coach model pull`.",
        )
    return EndpointModel(
        choice.name,
        choice.base_url,
        key=key,
        label=choice.label,
        ability=choice.ability,
        timeout_s=settings.timeout_s,
        max_retries=settings.max_retries,
        remote=choice.remote,
    )


def endpoint_url(settings: Settings) -> str | None:
    """Return the endpoint's address: the setting, else OPENAI_BASE_URL, else OpenAI's own if there is any key."""
    from_environment = os.environ.get("OPENAI_BASE_URL", "").strip().rstrip("/")
    return settings.base_url or from_environment or (OPENAI_URL if endpoint_key(settings) else None)


def endpoint_key(settings: Settings) -> str | None:
    """Return the endpoint's key: the setting, else OPENAI_API_KEY, else None."""
    set_here = settings.api_key.get_secret_value().strip() if settings.api_key else ""
    return set_here or os.environ.get("OPENAI_API_KEY", "").strip() or None


def key_for(address: str, settings: Settings, *, must: bool = True, seconds: float = LOOK_UP_S) -> str | None:
    """Return the key to use at this address: as `endpoint_key`, else the one in the system's keyring, else None.

    Raises:
        KeyringError: a key `must` be had, and the keyring is locked or broken, or did not answer within `seconds`.
    """
    given = endpoint_key(settings)
    if given is not None:
        return given
    try:
        return stored_key(address, seconds)
    except KeyringError:
        if must:
            raise
        return None


def what_leaves(address: str, name: str = "") -> str:
    """Return what leaves this machine when the model of this name is asked at this address, one plain sentence."""
    if is_loopback(address):
        # An Ollama that is spoken to as an endpoint passes its cloud models on, too.
        return _leaves("https://ollama.com") if name.endswith(_CLOUD) else NOTHING_LEAVES
    return _leaves(address)


def chat_models(listed: Iterable[object]) -> list[str]:
    """Return those of the names that an endpoint lists which a chat model may have, cleaned, in the same order."""
    names = [clean_line(name) for name in listed if isinstance(name, str)]
    return [name for name in names if name and not _NO_CHAT.search(name)]


def ability_of(name: str) -> Ability:
    """Return `stepwise` for a model whose name says that it has at most 4 billion parameters, else `free`."""
    sizes = [float(n) / (1000 if unit in "mM" else 1) for n, unit in _PARAMETERS.findall(name)]
    return "stepwise" if sizes and max(sizes) <= SMALL_BILLIONS else "free"


def _ability(settings: Settings, default: Ability) -> Ability:
    return default if settings.ability == "auto" else settings.ability


def _why_endpoint(settings: Settings) -> str:
    if settings.base_url:
        return "The settings name this endpoint."
    if os.environ.get("OPENAI_BASE_URL", "").strip():
        return "OPENAI_BASE_URL is set."
    return "The settings hold a key." if settings.api_key else "OPENAI_API_KEY is set."


def _endpoint(settings: Settings, name: str, address: str, why: str) -> ModelChoice:
    remote = not is_loopback(address)
    if not name and address == OPENAI_URL:
        name = OPENAI_MODEL
    elif not name:
        listed = _listed(settings, address, remote)
        # Servers that hold one model take any name for it.
        name, why = (listed, f"{why} It is the first model there.") if listed else ("default", why)
    leaves = what_leaves(address, name)
    return ModelChoice(
        "endpoint", name, address, leaves != NOTHING_LEAVES, _ability(settings, ability_of(name)), why, leaves
    )


def _leaves(address: str) -> str:
    open_wire = " unencrypted" if address.startswith("http:") else ""
    return (
        f"What you type, the statements found for it and matching notes that are not private go{open_wire} "
        f"to {host_of(address)}."
    )


def _listed(settings: Settings, address: str, remote: bool) -> str:
    key = key_for(address, settings, must=False, seconds=KEYRING_S)
    found = ask_json(f"{address}/models", seconds=1.5 if remote else PROBE_S, key=key)
    entries = found.get("data") if isinstance(found, dict) else None
    names = chat_models(e.get("id") for e in entries or [] if isinstance(e, dict))
    return names[0] if names else ""


def _ollama(settings: Settings, wanted: str, why: str) -> ModelChoice | None:
    """The wanted or else the most capable chat model that Ollama has; None if it does not run or has none."""
    found = ask_json(f"{settings.ollama_url}/api/tags", seconds=PROBE_S)
    entries = found.get("models") if isinstance(found, dict) else None
    models = [e for e in entries or [] if isinstance(e, dict) and isinstance(e.get("name"), str)]
    if wanted:
        models = [e for e in models if e["name"] in (wanted, f"{wanted}:latest")]
    else:
        # Ollama passes on to its own servers what it is asked of a cloud model: never without being told to.
        models = [e for e in models if not _in_cloud(e) and not _NO_CHAT.search(e["name"])]
    if not models:
        return None
    best = max(models, key=_billions)
    name, cloud = clean_line(best["name"]), _in_cloud(best)
    base = f"{settings.ollama_url}/v1"
    remote = cloud or not is_loopback(base)
    ability = ability_of(f"{name} {_billions(best):g}b" if _billions(best) else name)
    leaves = NOTHING_LEAVES if not remote else _leaves("https://ollama.com" if cloud else base)
    return ModelChoice("ollama", name, base, remote, _ability(settings, ability), why, leaves)


def _in_cloud(entry: dict[str, Any]) -> bool:
    return bool(entry.get("remote_host") or entry.get("remote_model")) or entry["name"].endswith(_CLOUD)


def _billions(entry: dict[str, Any]) -> float:
    details = entry.get("details")
    told = details.get("parameter_size") if isinstance(details, dict) else None
    match = _PARAMETERS.search(told if isinstance(told, str) else "") or _PARAMETERS.search(entry["name"])
    return float(match[1]) / (1000 if match[2] in "mM" else 1) if match else 0.0


def _absent_ollama(settings: Settings) -> ModelChoice:
    base = f"{settings.ollama_url}/v1"
    remote = not is_loopback(base)
    return ModelChoice(
        "ollama",
        "",
        base,
        remote,
        "none",
        f"The settings say ollama, but no model answers at {host_of(base)}.",
        _leaves(base) if remote else NOTHING_LEAVES,
    )


def _local(settings: Settings, path: Path | None, why: str) -> ModelChoice:
    if path is None or path == weights_path(settings.models_path):
        return ModelChoice(
            "local",
            DEFAULT_WEIGHTS.name,
            ability=_ability(settings, "none"),
            why=why,
            path=weights_path(settings.models_path),
        )
    name = clean_line(path.stem)
    return ModelChoice("local", name, ability=_ability(settings, ability_of(name)), why=why, path=path)


def _pulled(settings: Settings) -> ModelChoice:
    there = settings.gguf.is_file() if settings.gguf else looks_pulled(settings.models_path)
    if not there:
        why = "There is no key, no Ollama, and no local model; `coach model pull` gets one."
        return ModelChoice("none", why=why, open=True)
    if importlib.util.find_spec("xllamacpp") is None:
        why = "The local model is here, but what runs it is not; install coach[local]."
        return ModelChoice("none", why=why, open=True)
    return _local(settings, settings.gguf, "The local model has been pulled.")
