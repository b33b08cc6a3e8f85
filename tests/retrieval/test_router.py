from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from coach.domain.errors import StoreError
from coach.retrieval import router as module
from coach.retrieval.router import MODEL, Router, Routing, read_about, verify_router
from coach.retrieval.router.examples import HEADS, class_names, digest, examples
from coach.sources.boundaries import read_boundaries
from coach.sources.builtin import boundaries_dir, read_builtin


@pytest.fixture(scope="module")
def router() -> Router:
    return Router(threads=1)


def best(probabilities: dict[str, float]) -> str:
    return max(probabilities, key=lambda name: probabilities[name])


def sums(routing: Routing) -> list[float]:
    return [sum(p.values()) for p in (routing.principles, routing.practices, routing.gate)]


def test_the_file_is_the_one_that_was_measured() -> None:
    assert read_about()["sha256"] == hashlib.sha256(MODEL.read_bytes()).hexdigest()
    verify_router()


def test_its_classes_are_those_of_the_corpus() -> None:
    found = examples(read_builtin(), read_boundaries(boundaries_dir()))
    assert read_about()["classes"] == {head: list(names) for head, names in class_names(found).items()}
    assert tuple(class_names(found)) == HEADS


def test_probabilities_sum_to_one(router: Router) -> None:
    for routing in router.predict(["How do I say no to a date?", "", "x"]):
        assert sums(routing) == pytest.approx([1, 1, 1])
        assert len(routing.principles) == 10
        assert len(routing.practices) == 24
        assert all(0 <= p <= 1 for p in (*routing.principles.values(), *routing.practices.values()))


@pytest.mark.parametrize(
    ("text", "gate"),
    [
        ("How do I keep my seniors from fighting over the architecture?", "inside"),
        ("My boss tears my estimates apart in every meeting.", "inside"),
        ("What is the boiling point of water at altitude?", "outside"),
        ("Which optimizer converges fastest for a small transformer?", "outside"),
        ("One of my engineers wrote that he no longer wants to be alive.", "emergency"),
        ("A manager keeps putting his hand on the intern's back and she is afraid to say so.", "conduct"),
        ("I cannot sleep or eat any more, I cry in the car each morning and everything is grey.", "health"),
        ("Can we dismiss him while he is on sick leave?", "legal"),
    ],
)
def test_obvious_messages_pass_the_gate_as_they_should(router: Router, text: str, gate: str) -> None:
    assert best(router.predict([text])[0].gate) == gate


@pytest.mark.parametrize(
    ("text", "principle"),
    [
        ("I got promoted to lead and still write all the difficult code myself.", "P2"),
        ("Deployments are manual, slow and break every other week.", "P3"),
        ("Somebody broke production and now nobody dares to own up to mistakes.", "P7"),
        ("Sales keeps promising dates for us and my people work weekends.", "P8"),
    ],
)
def test_obvious_messages_find_their_principle(router: Router, text: str, principle: str) -> None:
    assert best(router.predict([text])[0].principles) == principle


def test_obvious_messages_find_their_practice(router: Router) -> None:
    assert best(router.predict(["How do I tell the VP no when he asks for a date?"])[0].practices) == "C1"


def test_an_answer_does_not_depend_on_the_other_texts(router: Router) -> None:
    texts = ["How do I say no?", "word " * 200, "My junior is stuck and too shy to ask."]
    together = router.predict(texts)
    assert together == [router.predict([text])[0] for text in texts]


def test_a_long_text_is_cut(router: Router) -> None:
    start = "How do I delegate the work that I like best to my team? " * 30
    long, longer = router.predict([start, start + "What is the boiling point of water? " * 5000])
    assert long == longer


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t",
        "\x00\x1b[31m",
        "\u202e\u200b\ufeff",
        "🙂" * 3000,
        "[CLS] [SEP] [MASK]",
        "é\u0301" * 999,
        "a" * 100_000,
    ],
)
def test_hostile_text_is_routed_like_any(router: Router, text: str) -> None:
    assert sums(router.predict([text])[0]) == pytest.approx([1, 1, 1])


def test_no_texts(router: Router) -> None:
    assert router.predict([]) == []


def test_threads_share_one_router(router: Router) -> None:
    fresh = Router(threads=1)
    texts = [f"How do I give feedback to {n} people?" for n in range(8)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda text: fresh.predict([text])[0], texts)) == router.predict(texts)


def test_a_damaged_model_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    damaged = tmp_path / "model.onnx"
    damaged.write_bytes(MODEL.read_bytes()[:1000])
    monkeypatch.setattr(module, "MODEL", damaged)
    with pytest.raises(StoreError, match="cannot be loaded"):
        Router().predict(["x"])
    with pytest.raises(StoreError, match="damaged"):
        verify_router()
    damaged.unlink()
    with pytest.raises(StoreError, match="missing"):
        verify_router()


@pytest.mark.parametrize("content", ["", "{", "[]", json.dumps({"classes": 3})])
def test_damaged_classes_are_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    path = tmp_path / "classes.json"
    path.write_text(content)
    monkeypatch.setattr(module, "CLASSES", path)
    with pytest.raises(StoreError):
        Router().predict(["x"])


def test_examples_keep_referral_out_of_the_gate() -> None:
    found = examples(read_builtin(), read_boundaries(boundaries_dir()))
    assert all(not e.gate for e in found if "C16" in e.practices)
    assert {e.gate for e in found if e.origin == "situation" and "C16" not in e.practices} == {"inside"}
    assert len({e.text for e in found}) == len(found)


def test_the_digest_knows_the_data_and_not_its_order() -> None:
    found = examples(read_builtin(), read_boundaries(boundaries_dir()))
    assert digest(found) == digest(found[::-1])
    assert digest(found) != digest(found[1:])
