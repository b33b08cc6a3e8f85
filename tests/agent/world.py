"""A small corpus behind the real library, retriever and graph: what the tests of the agent ask."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import zlib
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from coach.agent import assembly
from coach.agent.coach import Coach
from coach.agent.events import Delivered, Event
from coach.domain.answer import Answer, Sentence
from coach.domain.ports import ChatModel, Embedder
from coach.domain.source import Draft, SourceKind, Statement, StatementKind
from coach.grounding.checkers.base import Checker
from coach.models.choice import Ability, ModelChoice
from coach.retrieval.router import Routing
from coach.settings import load_settings
from coach.sources.boundaries import Boundaries, Matter, read_boundaries
from coach.sources.builtin import boundaries_dir
from tests.retrieval.fakes import NoExamples, WordEmbedder

#: Stands in private notes and nowhere else.
SECRET = "zebrafish"
VP = "the VP wants a date for the launch that we cannot keep, how do I refuse?"
DELEGATE = "I write everything alone, how do I hand work over to my engineers?"
DECISION = "what did we decide about retraining the fraud model?"
PRIVATE = f"what do my notes say about the {SECRET} budget of the fraud team?"
OUTSIDE = "which recipe should I cook on Friday?"
IN_DOUBT = "he moved away from her desk, how do I hand work over to them?"
CONDUCT = "he waits by her car every evening"
FOLLOW_UP = "and if they insist?"

_A, _O, _C, _I, _Q = (
    StatementKind.ADVICE,
    StatementKind.OTHER_SIDE,
    StatementKind.CAUTION,
    StatementKind.IF_THEN,
    StatementKind.QUESTION,
)
_PRINCIPLES: dict[int, tuple[str, list[str], list[str]]] = {
    2: (
        "From coding to leading",
        [
            "Hand over work that others can grow with.",
            "Keep enough contact with the code to judge it.",
            "Measure yourself by what the team delivers.",
        ],
        [DELEGATE, "I still write all the code", "how do I hand work over"],
    ),
    7: (
        "Trust comes before invention",
        ["Thank people for bad news.", "Let mistakes be spoken of without blame."],
        ["nobody tells me bad news", "my engineers hide mistakes"],
    ),
    8: (
        "Speak up for the team",
        [
            "Negotiate deadlines and resources, and do not overpromise.",
            "Set expectations of the product that are realistic.",
            "Bring the team's achievements to leadership.",
        ],
        [VP, "sales promised our launch early", "the client wants a date that we cannot keep"],
    ),
}
_PRACTICES: dict[int, tuple[str, str, list[tuple[StatementKind, str, str]], list[str]]] = {
    1: (
        "Saying no",
        "somebody wants a date that your team cannot keep",
        [
            (_A, "P8.1", "Ask what the date is for before you haggle over it."),
            (_A, "P8.1", "Offer a smaller scope for the same date."),
            (_A, "P8.2", "Write down what was agreed and send it to everyone who heard the old date."),
            (_O, "P8.1", "The VP may have given their own word upstairs."),
            (_C, "P8.1", "A refusal without an offer sounds like a closed door."),
            (_I, "P8.1", "If the VP wants a date on the spot, then offer a checkpoint in its place."),
            (_Q, "P8.1", "What could your team deliver by then that you would sign for?"),
        ],
        [VP, "they want the launch sooner", "how do I refuse a deadline"],
    ),
    2: (
        "Delegating",
        "you hold work that somebody else could do",
        [
            (_A, "P2.1", "Choose one task and say what done means."),
            (_O, "P2.1", "The engineer may fear that you will take it back."),
            (_C, "P2.2", "Looking at every commit is not delegating."),
            (_I, "P2.1", "If you want to take the task back, then ask one question first."),
            (_Q, "P2.3", "Which of your tasks would make somebody proud?"),
        ],
        [DELEGATE, "I cannot let go of the code", "my engineers wait for me"],
    ),
    16: (
        "When a matter belongs to somebody else",
        "a matter may belong to HR or a doctor",
        [
            (_A, "P7.1", "Call the emergency number first when somebody is in danger."),
            (_A, "P7.1", "Reach HR or the named contact on the same day."),
            (_Q, "P7.2", "What did you see or hear yourself?"),
        ],
        [CONDUCT, "she was harassed", "he said he wants to die"],
    ),
}
NOTES = {
    "decision.md": "---\ntitle: Decision on retraining the fraud model\ndate: 2026-09-08\n---\n\n"
    "- We decided that retraining the fraud model happens monthly and no longer weekly.\n",
    "older.md": "---\ntitle: Decision on retraining the fraud model\ndate: 2026-05-06\n---\n\n"
    "- We decided that retraining the fraud model happens weekly.\n",
    "private.md": f"---\ntitle: The {SECRET} budget of the fraud team\ndate: 2026-08-01\nprivate: true\n---\n\n"
    f"- The {SECRET} budget of the fraud team is cut by 90,000 in spring.\n",
}


def builtin() -> list[Draft]:
    """Return the small corpus as the package would give it."""
    drafts = [
        Draft(
            SourceKind.PRINCIPLE,
            title,
            tuple(Statement("", text, StatementKind.PRINCIPLE) for text in texts),
            number=number,
            situations=tuple(situations),
            path=f"corpus/P{number}.md",
            builtin=True,
        )
        for number, (title, texts, situations) in _PRINCIPLES.items()
    ]
    return drafts + [
        Draft(
            SourceKind.PRACTICE,
            title,
            tuple(Statement("", text, kind, serves=(serves,)) for kind, serves, text in lines),
            number=number,
            situations=tuple(situations),
            when=when,
            serves=(lines[0][1][:2],),
            path=f"corpus/C{number}.md",
            builtin=True,
        )
        for number, (title, when, lines, situations) in _PRACTICES.items()
    ]


def boundaries() -> Boundaries:
    """Return the real rules of the screen, and where the small corpus sends each matter."""
    matters = {
        "emergency": Matter("an emergency", ("C16.1", "C16.3")),
        "health": Matter("a matter for a doctor", ("C16.1",)),
        "conduct": Matter("a matter for HR", ("C16.2", "C16.3"), "somebody is wronged"),
        "legal": Matter("a matter for legal", ("C16.2",)),
    }
    return Boundaries(NoExamples(boundaries_dir()), matters, read_boundaries(boundaries_dir()).rules)


class StubRouter:
    """Knows by single words what is outside and what is a matter to refer."""

    def __init__(self, threads: int = 0) -> None:
        pass

    def predict(self, texts: Sequence[str]) -> list[Routing]:
        return [self._route(text.lower()) for text in texts]

    def _route(self, text: str) -> Routing:
        names = ("inside", "outside", "emergency", "health", "conduct", "legal")
        gate = dict.fromkeys(names, 0.01)
        outside = any(word in text for word in ("recipe", "cloud", "salary", "budget"))
        gate["conduct" if "her car" in text else "outside" if outside else "inside"] = 0.95
        if "her desk" in text:
            # With nothing known near it this is a doubt: more than `DOUBT`, and less than `GRAVE`.
            gate |= {"conduct": 0.85, "inside": 0.15}
        # As sure of each as of the others, and sure enough that a question stands alone.
        even = dict.fromkeys((f"P{n}" for n in _PRINCIPLES), 0.9)
        return Routing(even, {f"C{n}": 1 / 3 for n in _PRACTICES}, gate)


@dataclass
class World:
    """One person's folder, and what a coach over it is made with."""

    home: Path
    patch: pytest.MonkeyPatch
    opened: list[Coach] = field(default_factory=list)

    def open(
        self,
        model: ChatModel | None = None,
        checker: Checker | None = None,
        *,
        embedder: Embedder | None = None,
        checker_name: str = "auto",
        **settings: Any,
    ) -> Coach:
        """Return a coach. Without a checker the one that the settings choose is used."""
        self.patch.setattr(assembly, "MiniLMEmbedder", lambda threads: embedder or WordEmbedder())
        choice = ModelChoice("none", why="a test")
        if model is not None:
            ability = cast("Ability", model.ability)
            choice = ModelChoice("endpoint", model.name, "http://127.0.0.1:9/v1", model.remote, ability, "a test")
        self.patch.setattr(assembly, "choose", lambda _: choice)
        self.patch.setattr(assembly, "open_model", lambda *_: model)
        if checker is not None:
            self.patch.setattr(assembly, "_checker", lambda *_: checker)
        coach = assembly.open_coach(load_settings(**{"home": self.home, "checker": checker_name, **settings}))
        self.opened.append(coach)
        # What is patched above is read when it is first asked; another coach may be opened before that.
        coach.equipment()
        return coach

    def close(self) -> None:
        for coach in self.opened:
            asyncio.run(coach.aclose())


def small_corpus(patch: pytest.MonkeyPatch) -> None:
    """Put the small corpus and its router in place of the real ones."""
    patch.setattr(assembly, "read_builtin", builtin)
    patch.setattr(assembly, "read_boundaries", lambda _: boundaries())
    patch.setattr(assembly, "Router", StubRouter)


def write_notes(folder: Path) -> list[Path]:
    """Write the notes and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in NOTES.items():
        (folder / name).write_text(text, "utf-8")
    return [folder / name for name in NOTES]


def copied(template: Path, to: Path) -> Path:
    """Return a copy of an indexed home."""
    return Path(shutil.copytree(template, to))


async def events(coach: Coach, question: str, into: list[Event] | None = None, **options: Any) -> list[Event]:
    """Return every event of a turn; `into` has them also where the turn fails."""
    found = [] if into is None else into
    async for event in coach.ask(question, **options):
        found.append(event)
    return found


def delivered(found: Sequence[Event]) -> Answer:
    """Return the answer that the last event delivers."""
    assert isinstance(found[-1], Delivered)
    return found[-1].answer


def cited(answer: Answer) -> set[str]:
    """Return every id that the answer cites."""
    return {c.id for s in answer.sentences for c in s.citations}


def part(answer: Answer, name: str) -> list[Sentence]:
    """Return the sentences of one part."""
    return [s for s in answer.sentences if s.part == name]


def remains(home: Path, text: str) -> list[str]:
    """Return the files under `home` that hold `text`."""
    wanted = text.encode()
    return [str(p.relative_to(home)) for p in sorted(home.rglob("*")) if p.is_file() and wanted in p.read_bytes()]


def digest(home: Path) -> Mapping[str, int]:
    """Return a checksum of every file under `home`, but for Chroma's, which it touches when it is opened."""
    files = [p for p in sorted(home.rglob("*")) if p.is_file() and "chroma" not in p.parts]
    return {str(p.relative_to(home)): zlib.crc32(p.read_bytes()) for p in files}


def remembered(world: World, thread: str) -> list[dict[str, str]]:
    """The turns that the graph keeps of a conversation."""

    async def read() -> Any:
        async with AsyncSqliteSaver.from_conn_string(str(world.home / "checkpoints.db")) as saver:
            return await saver.aget_tuple({"configurable": {"thread_id": thread}})

    kept = asyncio.run(read())
    turns: list[dict[str, str]] = kept.checkpoint["channel_values"]["turns"] if kept else []
    return turns


def rows(world: World) -> int:
    """How many rows the file of conversations has."""
    with closing(sqlite3.connect(world.home / "checkpoints.db")) as connection:
        return sum(connection.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in ("checkpoints", "writes"))
