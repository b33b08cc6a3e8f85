"""A home with a secret in every private place, and coaches whose model and embedder are the recording server."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from coach.agent import assembly
from coach.agent.coach import Coach
from coach.agent.talks.beginning import begin
from coach.agent.talks.commitments import keeper
from coach.agent.talks.counterpart import counterpart_of
from coach.agent.talks.prepare import prepared
from coach.agent.talks.rehearse import Rehearsing
from coach.domain.commitment import State
from coach.domain.ports import ChatModel
from coach.domain.preparation import Interview
from coach.domain.source import SourceKind
from coach.models import choice as choosing
from coach.models import embeddings, endpoint
from coach.models.choice import choose, open_model
from coach.settings import load_settings
from tests.agent.world import VP, World
from tests.fakes import ScriptedModel
from tests.grounding.fakes import FakeChecker
from tests.privacy.secrets import OPEN, SECRETS
from tests.retrieval.fakes import WordEmbedder
from tests.servers import OpenAIServer

ABOUT_NOTES = "what do my notes say about the launch date of the VP?"
DECIDED = (
    "what did we decide about the launch date of the VP in May?",
    "what did we decide about the launch date of the VP in June?",
)
REAL_CHECKER = assembly._checker
PRIVATE_BY = {"private_folders": ["hr"], "private_tags": ["secret"]}
#: Keys of the conversations that were held on this machine.
SESSIONS = ("cited", "uncited", "now private", "removed")
INTERVIEW = Interview(
    who="the VP",
    happened="\n\n".join((SECRETS["story"], "On 5 November the VP asked for the launch date.")),
    wanted="I want to say no to the launch date.",
    feared=SECRETS["feared"],
    concede=SECRETS["concede"],
    keep=SECRETS["keep"],
    when="Thursday",
)
LINES = (
    "We cannot keep the launch date. On 5 November you asked for it.",
    "You always want a date from us.",
)


def take_for_another_machine(patch: pytest.MonkeyPatch) -> None:
    """This machine counts as another one."""
    for module in (choosing, embeddings, endpoint):
        patch.setattr(module, "is_loopback", lambda url: False)


@dataclass
class Home:
    """A folder, and how coaches are opened over it.

    Args:
        world: its folder.
        server: records.
        far: whether texts are embedded by the server.
    """

    world: World
    server: OpenAIServer
    far: bool
    #: What was typed in a test, which may be sent.
    typed: list[str] = field(default_factory=lambda: [ABOUT_NOTES, *DECIDED])
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def settings(self) -> dict[str, Any]:
        """What every coach over it is opened with."""
        embedder = {"embeddings_url": self.server.url, "embeddings_model": "words", "embeddings_key": "key"}
        return {**PRIVATE_BY, **(embedder if self.far else {})}

    def here(self, model: ChatModel | None = None) -> Coach:
        """Return a coach whose model, if any, is on this machine."""
        return self.world.open(model, FakeChecker() if model else None, **self.settings)

    def elsewhere(self, **settings: Any) -> Coach:
        """Return a coach whose model is the server."""
        patch = self.world.patch
        patch.setattr(assembly, "MiniLMEmbedder", lambda threads: WordEmbedder())
        patch.setattr(assembly, "choose", choose)
        patch.setattr(assembly, "open_model", open_model)
        patch.setattr(assembly, "_checker", REAL_CHECKER)
        model = {"model": "big-model", "base_url": self.server.url, "api_key": "key", "max_retries": 0}
        coach = assembly.open_coach(load_settings(**{"home": self.world.home, **model, **self.settings, **settings}))
        self.world.opened.append(coach)
        assert coach.model is not None
        assert coach.model.remote
        return coach


async def furnished(home: Home, files: Path) -> None:
    """Put a secret into every private place, all of it on this machine."""
    coach = home.here()
    coach.library.add(written(files), SourceKind.NOTE)
    own = {SourceKind.PRINCIPLE: files / "own.md", SourceKind.PRACTICE: files / "practice.md"}
    own[SourceKind.PRINCIPLE].write_text(
        f"---\nprivate: true\n---\n\n# {SECRETS['principle title']}\n\n{SECRETS['principle']}\n"
    )
    own[SourceKind.PRACTICE].write_text(_PRACTICE)
    for kind, path in own.items():
        coach.library.add([path], kind)
    plans = keeper(coach)
    home.ids["commitment"] = plans.commit(SECRETS["plan"]).id
    plans.settle(home.ids["commitment"], State.PARTLY, SECRETS["outcome"])
    home.ids["cited"] = (await coach.answer(ABOUT_NOTES)).session
    for name, question in zip(("now private", "removed"), DECIDED, strict=True):
        answer = await coach.answer(question)
        assert SECRETS[name] in answer.text
        home.ids[name] = answer.session
    writer = ScriptedModel("none", f"Negotiate the date of the launch [P8.1]. {SECRETS['uncited']}")
    home.ids["uncited"] = (await home.here(writer).answer(VP)).session
    brief = await prepared(coach, INTERVIEW)
    home.ids["brief"] = brief.id
    rehearsing = begin(coach, brief, counterpart_of(brief))
    await said(rehearsing, *LINES)
    home.ids["rehearsal"] = rehearsing.stop().id
    # What was cited while it was open becomes private, or goes.
    path = files / "now-private.md"
    path.write_text(path.read_text().replace("---\n", "---\nprivate: true\n", 1))
    coach.library.add([path], SourceKind.NOTE)
    gone = next(s for s in coach.library.sources(SourceKind.NOTE) if Path(s.path).name == "removed.md")
    coach.vault.remove(gone.id)


async def said(rehearsing: Rehearsing, *lines: str) -> None:
    """Say lines of a rehearsal, one after the other."""
    for line in lines:
        async for _ in rehearsing.say(line):
            pass


def written(files: Path) -> list[Path]:
    """Write the notes, private and open, and return their paths."""
    (files / "hr").mkdir(parents=True)
    day = date(2026, 9, 1)
    texts = {
        "flag.md": f"---\ntitle: {SECRETS['flag title']}\ndate: {day}\nprivate: true\n---\n\n"
        f"## {SECRETS['flag heading']}\n\n- {SECRETS['flag']}\n",
        "hr/folder.md": f"---\ntitle: A note\ndate: {day}\n---\n\n- {SECRETS['folder']}\n",
        "tag.md": f"---\ntitle: Another note\ndate: {day}\ntags: [secret/plans]\n---\n\n- {SECRETS['tag']}\n",
        "now-private.md": f"---\ntitle: {SECRETS['now private title']}\ndate: 2026-09-05\n---\n\n"
        f"- {SECRETS['now private']}\n",
        "removed.md": f"---\ntitle: Gone\ndate: 2026-09-06\n---\n\n- {SECRETS['removed']}\n",
        "open.md": f"---\ntitle: Open\ndate: {day}\n---\n\n- {OPEN}\n",
    }
    for name, text in texts.items():
        (files / name).write_text(text, "utf-8")
    return [files / name for name in texts]


_PRACTICE = f"""---
id: C140
title: A VP and a date
when: "{SECRETS["situation"]}"
serves: [P8]
situations:
  - "{SECRETS["situation"]}"
private: true
---

1. advice P8.1: {SECRETS["practice"]}
"""
