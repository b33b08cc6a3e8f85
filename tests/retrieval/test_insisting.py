from __future__ import annotations

import numpy as np
import pytest

from coach.domain.errors import CoachError
from coach.domain.evidence import Turn
from coach.grounding import logistic
from coach.retrieval import insisting
from coach.retrieval.embedding import MiniLMEmbedder
from coach.retrieval.followup import is_follow_up
from coach.retrieval.insistence import LIKELY, insists, situation
from coach.retrieval.insisting import Insisting, features

FIRST = "I am leaving the bad numbers for older speakers out of the quarterly report, because the overall rate is fine."
PUSHES = [
    "My grandfather ran a factory of four hundred without ever writing such a thing down.",
    "You sound like a compliance leaflet.",
    "It stays out. Final.",
]
NEW = [
    "The auditor called this morning and wants the numbers by group until Thursday. What do I send him?",
    "How do I start the talk with the auditor?",
    "Two of my annotators have not been paid since March and one of them has now gone to the works council.",
]


@pytest.fixture(scope="module")
def weigh() -> Insisting:
    return Insisting(MiniLMEmbedder(threads=1))


@pytest.mark.parametrize("push", PUSHES)
def test_insistence_in_words_that_no_list_holds_is_known(weigh: Insisting, push: str) -> None:
    assert weigh(push, FIRST) >= LIKELY
    assert insists(push, [Turn(FIRST)], weigh=weigh)
    assert is_follow_up(push, [Turn(FIRST)], weigh=weigh)
    assert not insists(push, [], weigh=weigh)


@pytest.mark.parametrize("other", NEW)
def test_facts_questions_and_other_situations_do_not_insist(weigh: Insisting, other: str) -> None:
    assert weigh(other, FIRST) < LIKELY
    assert not insists(other, [Turn(FIRST)], weigh=weigh)


def test_a_short_question_on_something_else_does_not_insist(weigh: Insisting) -> None:
    before = "My VP wants a date that we cannot keep, what do I say?"

    assert weigh("How do I delegate the work that I like to do most?", before) < LIKELY


def test_the_situation_is_the_last_turn_that_does_not_insist(weigh: Insisting) -> None:
    turns = [Turn(text) for text in (FIRST, PUSHES[1], NEW[2], PUSHES[1])]

    assert situation(turns, weigh=weigh) == 2
    assert situation(turns[:2], weigh=weigh) == 0


def test_who_turns_to_something_else_does_not_insist_however_surely_it_looks_so() -> None:
    def surely(question: str, before: str) -> float:
        return 1.0

    turned = "Nonsense. Another question: how do I get two rival seniors to agree on one serving design this month?"

    assert insists(turned.partition(".")[0], [Turn(FIRST)], weigh=surely)
    assert not insists(turned, [Turn(FIRST)], weigh=surely)
    assert not insists("Anyway, " + NEW[2], [Turn(FIRST)], weigh=surely)
    assert insists("Anyway, it stays.", [Turn(FIRST)], weigh=surely)
    assert not insists("  ", [Turn(FIRST)], weigh=surely)
    assert not insists("no " * 71, [Turn("other")], weigh=surely)


def test_what_was_said_is_embedded_once() -> None:
    class Counting(MiniLMEmbedder):
        asked = 0

        def embed(self, texts):  # type: ignore[no-untyped-def]
            self.asked += len(texts)
            return super().embed(texts)

    embedder = Counting(threads=1)
    weigh = Insisting(embedder)

    assert weigh(PUSHES[0], FIRST) == weigh(PUSHES[0], FIRST)
    assert embedder.asked == 2


@pytest.mark.parametrize("text", ["", "?", "12", "\x00", "ß" * 3000, "a " * 3000])
def test_any_text_has_features(text: str) -> None:
    vector = np.zeros(4, dtype=np.float32)
    values = features(text, text, vector, vector)

    assert all(np.isfinite(x) for x in values.values())
    assert {"e0", "e3", "near", "again"} <= values.keys()


def test_missing_coefficients_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(insisting, "MODEL", "nothing")

    with pytest.raises(CoachError, match="missing or damaged"):
        Insisting(MiniLMEmbedder(threads=1))("no", "yes")
    assert set(logistic.load("insistence", "coach.retrieval").features) >= {"e0", "e383", "asks"}
