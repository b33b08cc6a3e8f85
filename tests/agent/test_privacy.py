"""What is private never leaves this machine: a recording server, taken for one elsewhere, sees every request."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from coach.agent import assembly
from coach.agent.coach import Coach
from coach.agent.events import Found
from coach.domain.answer import Answer, Status
from coach.domain.source import SourceKind
from coach.models import choice as choosing
from coach.models import embeddings, endpoint
from coach.models.choice import choose, open_model
from coach.settings import Settings
from tests.agent.world import (
    DECISION,
    FOLLOW_UP,
    PRIVATE,
    SECRET,
    VP,
    World,
    cited,
    delivered,
    events,
    write_notes,
)
from tests.fakes import ScriptedModel
from tests.grounding.fakes import FakeChecker
from tests.retrieval.fakes import WordEmbedder
from tests.scripts import Script, odds, say
from tests.servers import OpenAIServer

#: What else only the private note says.
FIGURE = "90,000"
ADVICE = "Negotiate the date of the launch [P8.1]."
NOTHING = "NOT COVERED: the budget"
#: The person's own words go out; the note's line must not.
SECRET_QUESTION = f"the {SECRET} budget of the fraud team makes my VP nervous, how do I refuse her date?"
REAL_CHECKER = assembly._checker


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine counts as another one."""
    for module in (choosing, embeddings, endpoint):
        monkeypatch.setattr(module, "is_loopback", lambda url: False)


class Elsewhere:
    """Coaches whose model is the recording server."""

    def __init__(self, world: World, server: OpenAIServer) -> None:
        self.world, self.server = world, server

    def open(self, checker: str = "auto", **settings: Any) -> Coach:
        patch = self.world.patch
        patch.setattr(assembly, "MiniLMEmbedder", lambda threads: WordEmbedder())
        patch.setattr(assembly, "choose", choose)
        patch.setattr(assembly, "open_model", open_model)
        patch.setattr(assembly, "_checker", REAL_CHECKER)
        coach = assembly.open_coach(
            Settings(
                home=self.world.home,
                model="big-model",
                base_url=self.server.url,
                api_key="key",  # type: ignore[arg-type]
                checker=checker,  # type: ignore[arg-type]
                max_retries=0,
                **settings,
            )
        )
        self.world.opened.append(coach)
        assert coach.choice.remote
        model = coach.model
        assert model is not None
        assert model.remote
        return coach

    def says(self, draft: str = ADVICE, verdict: str = "supported", matter: str = "none") -> None:
        """Answer each request by what it asks."""

        def answer() -> Script:
            asked = self.server.asked[-1]
            if "logprobs" in asked.body:
                return odds({"Yes": -0.1, "No": -2.3})
            begin = str(asked.body["messages"][0]["content"])
            return say(next(said for prompt, said in answers.items() if begin.startswith(prompt)))

        checked = {"verdict": verdict, "reason": "" if verdict == "supported" else "It does not.", "missing": ""}
        answers = {
            "You decide": matter,
            "You are Coach": draft,
            "You check": json.dumps(checked),
            "Rewrite the last": VP,
            "You mend": "Negotiate the date of the launch with her.",
            "You turn one": "Ask the VP what the date of the launch is for.",
        }
        self.world.patch.setattr(self.server, "next", answer)

    @property
    def sent(self) -> str:
        return "\n".join(json.dumps(a.body, ensure_ascii=False) for a in self.server.asked)


@pytest.fixture
def elsewhere(world: World, openai_server: OpenAIServer) -> Iterator[Elsewhere]:
    made = Elsewhere(world, openai_server)
    yield made
    assert openai_server.asked, "nothing was sent, so nothing was tested"
    assert SECRET not in made.sent.replace(PRIVATE, "").replace(SECRET_QUESTION, "")
    assert FIGURE not in made.sent
    assert "N3.1" not in made.sent


async def ask(coach: Coach, question: str, **options: Any) -> Answer:
    return delivered(await events(coach, question, **options))


async def test_asked_directly(elsewhere: Elsewhere) -> None:
    elsewhere.says(NOTHING)
    answer = await ask(elsewhere.open(), PRIVATE)
    assert answer.status is Status.SILENT
    assert "private line was left out" in " ".join(answer.remarks)
    [_, drafting] = elsewhere.server.chats
    assert "Likely to apply" in drafting.text


async def test_what_is_not_private_is_sent(elsewhere: Elsewhere) -> None:
    elsewhere.says("Retraining the fraud model happens monthly [N1.1].")
    await ask(elsewhere.open(), DECISION)
    assert "N1.1 (2026-09-08" in elsewhere.sent


async def test_a_follow_up_to_an_answer_that_quoted_it_here(elsewhere: Elsewhere) -> None:
    local = elsewhere.world.open()
    first = await ask(local, SECRET_QUESTION)
    assert "N3.1" in cited(first)
    elsewhere.says()
    second = await ask(elsewhere.open(), FOLLOW_UP, session=first.session)
    assert second.status is Status.ANSWERED
    assert "(an answer from private notes)" in elsewhere.sent


async def test_a_follow_up_to_an_answer_that_a_model_here_wrote_from_it_without_citing_it(elsewhere: Elsewhere) -> None:
    here = ScriptedModel("none", f"{ADVICE} Does the cut by {FIGURE} worry her?")
    first = await ask(elsewhere.world.open(here, FakeChecker()), SECRET_QUESTION)
    assert "N3.1" not in cited(first)
    assert FIGURE in first.text
    elsewhere.says()
    await ask(elsewhere.open(), FOLLOW_UP, session=first.session)
    assert "(an answer from private notes)" in elsewhere.sent


async def test_an_aside_to_a_kept_conversation(elsewhere: Elsewhere) -> None:
    first = await ask(elsewhere.world.open(), SECRET_QUESTION)
    elsewhere.says()
    await ask(elsewhere.open(), FOLLOW_UP, session=first.session, keep=False)


async def test_an_uncited_claim_that_only_the_private_line_supports(elsewhere: Elsewhere) -> None:
    guess = "The budget of the fraud team is cut in spring."
    elsewhere.says(f"{ADVICE} {guess}", "unsupported")
    answer = await ask(elsewhere.open(), SECRET_QUESTION)
    assert answer.status is not Status.REFERRED
    checks = [a.text for a in elsewhere.server.chats if "Claim: <<<" in a.text and guess in a.text]
    assert checks, "the claim was checked against what may be sent"


async def test_a_claim_that_cites_it_is_checked_and_mended_here(elsewhere: Elsewhere) -> None:
    elsewhere.says(f"{ADVICE} The fraud team will lose its budget for good [N3.1].", "unsupported")
    await ask(elsewhere.open(), SECRET_QUESTION)


async def test_strict(elsewhere: Elsewhere) -> None:
    elsewhere.says(f"{ADVICE} The fraud team will lose its budget [N3.1].")
    answer = await ask(elsewhere.open(strict=True), SECRET_QUESTION)
    assert all(s.verdict in ("supported", "not a claim") for s in answer.sentences)


async def test_the_local_checker_with_a_model_elsewhere(elsewhere: Elsewhere) -> None:
    elsewhere.says(f"{ADVICE} The fraud team loses its budget [N3.1].")
    await ask(elsewhere.open(checker="local"), SECRET_QUESTION)
    assert any("Negotiate deadlines" in a.text for a in elsewhere.server.chats[2:])


async def test_stepwise_quotes_it_and_sends_only_what_it_applies(elsewhere: Elsewhere) -> None:
    elsewhere.says()
    coach = elsewhere.open(ability="stepwise", checker="model")
    answer = await ask(coach, SECRET_QUESTION)
    assert "N3.1" in cited(answer)
    assert FIGURE in answer.text
    assert answer.remarks == (), "it was not left out"


async def test_a_false_premise(elsewhere: Elsewhere) -> None:
    own = elsewhere.world.home / "own.md"
    own.write_text(f"---\nprivate: true\n---\n\n# Money\n\nNever tell the VP of the {FIGURE} for the {SECRET}.\n")
    elsewhere.world.open().library.add([own], SourceKind.PRINCIPLE)
    elsewhere.says(verdict="unsupported")
    await ask(elsewhere.open(checker="model"), f"the principles say never tell the VP of money. {VP}")


async def test_a_private_principle_does_not_stand_in_the_prompt(elsewhere: Elsewhere) -> None:
    own = elsewhere.world.home / "own.md"
    own.write_text(f"---\nprivate: true\n---\n\n# Money\n\nNever tell the VP of the {FIGURE} for the {SECRET}.\n")
    elsewhere.world.open().library.add([own], SourceKind.PRINCIPLE)
    elsewhere.says()
    await ask(elsewhere.open(), VP)


async def test_check_against_a_private_note(elsewhere: Elsewhere) -> None:
    elsewhere.says()
    coach = elsewhere.open(checker="model")
    sentences = await coach.check("The budget is cut in spring [N3.1]. The budget shrinks a little.", ["N3", "P8"])
    assert len(sentences) == 2
    await coach.check("Talk about every deadline before you promise one [P8.1].", ["P8"])


async def test_silence_and_referral_send_the_question_alone(elsewhere: Elsewhere) -> None:
    coach = elsewhere.open()
    elsewhere.says()
    assert (await ask(coach, "which recipe should I cook on Friday?")).status is Status.SILENT
    elsewhere.says(matter="conduct")
    assert (await ask(coach, "what he does to her is not right")).status is Status.REFERRED
    assert len(elsewhere.server.chats) == 2


# Embeddings from elsewhere.


@pytest.fixture
def embedding_home(world: World, openai_server: OpenAIServer) -> Coach:
    """A coach over a fresh home whose texts are embedded by the recording server; notes added."""
    words = WordEmbedder(dim=64)
    openai_server.embed = lambda text: [float(x) for x in words.embed([text])[0]]
    world.home = world.home.parent / "fresh"
    coach = _embedded(world, openai_server)
    coach.library.add(write_notes(world.home.parent / "notes"), SourceKind.NOTE)
    return coach


def _embedded(world: World, server: OpenAIServer, **settings: Any) -> Coach:
    world.patch.setattr(assembly, "choose", lambda _: choosing.ModelChoice("none"))
    coach = assembly.open_coach(
        Settings(
            home=world.home,
            embeddings_url=server.url,
            embeddings_model="words",
            embeddings_key="key",  # type: ignore[arg-type]
            **settings,
        )
    )
    world.opened.append(coach)
    return coach


def embedded_by(server: OpenAIServer) -> list[str]:
    return [text for a in server.asked if a.path.endswith("/embeddings") for text in a.body["input"]]


async def test_an_embedder_elsewhere_never_gets_a_private_line(
    embedding_home: Coach, openai_server: OpenAIServer, world: World
) -> None:
    told = await events(embedding_home, PRIVATE)
    answer = delivered(told)
    found = next(e.retrieval for e in told if isinstance(e, Found))
    assert [e.why for e in found.evidence if e.id == "N3.1"] == ["wording"]
    await ask(embedding_home, "and then?", session=answer.session)
    [checked] = await embedding_home.check("Money for the fraud team gets short in spring [N3.1].", ["N3"])
    assert checked.checker == embedding_home.checker.name
    embedding_home.library.rebuild()
    sent = embedded_by(openai_server)
    assert any("retraining the fraud model" in text for text in sent), "what is not private is embedded"
    assert [t for t in sent if FIGURE in t] == []
    assert [t for t in sent if SECRET in t and t not in (PRIVATE, f"{PRIVATE} and then?")] == []


async def test_a_note_that_becomes_private_is_not_embedded_again(
    embedding_home: Coach, openai_server: OpenAIServer, world: World
) -> None:
    path = world.home.parent / "notes" / "decision.md"
    path.write_text(path.read_text().replace("---\n\n", f"private: yes\n---\n\n- The {SECRET} is new.\n", 1))
    del openai_server.asked[:]
    embedding_home.library.add([path], SourceKind.NOTE)
    await ask(embedding_home, VP)
    assert [t for t in embedded_by(openai_server) if SECRET in t or "retraining" in t] == []


def test_the_note_is_private(world: World) -> None:
    source, _ = world.open().library.find("N3")
    assert source.private
    assert FIGURE in source.statements[0].text
    assert Path(source.path).name == "private.md"
