"""What is under test: model, composer, checker, and hashes of everything else that an answer depends on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from coach.agent.assembly import composer_name
from coach.agent.coach import Coach
from coach.evaluation.cases import Case
from coach.sources.builtin import corpus_files, prompts_dir

#: Rooms of the package that no answer passes through.
_SURFACE = frozenset({"cli", "tui", "evaluation"})
#: Settings that no answer depends on, and those that the subject names itself.
_ASIDE = {
    "home", "api_key", "embeddings_key", "ollama_url", "hub_url", "hub_offline", "threads", "timeout_s", "max_retries",
    "debug", "plain", "model", "composer", "checker", "strict", "practices",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Subject:
    """What is under test. Two subjects that are equal give, at temperature 0, the same answers."""

    #: Its name and where it runs; ``no model``.
    model: str
    composer: str
    checker: str
    strict: bool
    practices: bool
    #: First 12 hex digits of SHA-256 over every other setting that an answer depends on.
    settings: str
    #: First 12 hex digits of SHA-256 over every prompt, every file of the corpus, and every module that makes answers.
    prompts: str
    corpus: str
    code: str

    def as_dict(self) -> dict[str, Any]:
        """The subject as plain JSON values."""
        return asdict(self)

    def key(self, case: Case, repeat: int, judge: str) -> str:
        """Return the name under which an outcome is kept: 32 hex digits over all that it depends on."""
        asked = case.model_dump_json(include={"turns", "notes", "note"})
        whole = "\x1e".join([*(str(v) for v in self.as_dict().values()), judge, case.id, asked, str(repeat)])
        return hashlib.sha256(whole.encode()).hexdigest()[:32]


def subject_of(coach: Coach) -> Subject:
    """Return what `coach` answers with. Starts no model."""
    settings = coach.settings
    package = Path(str(files("coach")))
    modules = (p for p in package.rglob("*") if p.is_file() and _makes_answers(p.relative_to(package)))
    return Subject(
        model=coach.choice.label,
        composer=composer_name(settings, coach.choice),
        checker=coach.checker.name,
        strict=settings.strict,
        practices=settings.practices,
        settings=hashlib.sha256(settings.model_dump_json(exclude=_ASIDE).encode()).hexdigest()[:12],
        prompts=_digest(prompts_dir().glob("*.md"), prompts_dir()),
        corpus=_digest(*corpus_files()),
        code=_digest(modules, package),
    )


def _makes_answers(path: Path) -> bool:
    return path.parts[0] not in _SURFACE and not path.parts[0].startswith("_data") and "__pycache__" not in path.parts


def _digest(paths: Iterable[Path], root: Path) -> str:
    found = hashlib.sha256()
    for path in sorted(paths):
        found.update(f"{path.relative_to(root).as_posix()}\x00".encode())
        found.update(path.read_bytes())
    return found.hexdigest()[:12]
