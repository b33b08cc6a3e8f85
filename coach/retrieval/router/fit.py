"""Training the router's weights: multi-task cross-entropy over the whole encoder, and averages over several seeds."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coach.retrieval.router.examples import HEADS, Example
from coach.retrieval.router.network import Weights, add_heads, log_probabilities, pytorch

Classes = Mapping[str, tuple[str, ...]]

_WARM_UP = 0.1
_DECAY = 0.01


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the router is trained; the defaults were chosen by cross-validation (``card.md``)."""

    epochs: int = 10
    batch: int = 32
    #: Learning rates of the encoder and of the heads, at their highest.
    rate: float = 1e-4
    head_rate: float = 1e-3
    dropout: float = 0.1
    smoothing: float = 0.1
    #: Weight of the disagreement between two passes under different dropout (R-Drop, https://arxiv.org/abs/2106.14448).
    agreement: float = 1.0
    #: Classes of the gate are weighted by (size of the largest class / size) to this power.
    balance: float = 0.5
    #: Weight of principles that only follow from what a practice serves.
    weak: float = 0.3
    #: Share of texts with their case, punctuation or spelling changed.
    noise: float = 0.3
    #: Share of messages joined to another one of their gate's class.
    join: float = 0.1


def train(
    base: Weights,
    found: Sequence[Example],
    classes: Classes,
    tokenizer: Any,
    seed: int,
    recipe: Recipe | None = None,
    device: str = "cpu",
) -> Weights:
    """Return the weights trained from `base` on `found`. Word embeddings stay as they are."""
    t = pytorch()
    recipe = recipe or Recipe()
    t.manual_seed(seed)
    rng = random.Random(seed)
    weights = {k: v.to(device).requires_grad_("word_embeddings" not in k) for k, v in add_heads(base, classes).items()}
    trained = {k: v for k, v in weights.items() if v.requires_grad}
    groups: dict[tuple[float, float], list[Any]] = {}
    for name, w in trained.items():
        rate = recipe.head_rate if name.startswith("heads.") else recipe.rate
        groups.setdefault((rate, _DECAY if w.dim() > 1 else 0.0), []).append(w)
    optimizer = t.optim.AdamW([{"params": p, "lr": r, "weight_decay": d} for (r, d), p in groups.items()])
    pool = list(found)
    steps = recipe.epochs * math.ceil(len(pool) / recipe.batch)
    schedule = t.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step / steps))
    teacher = _Teacher(pool, classes, recipe, rng)
    for _ in range(recipe.epochs):
        for batch in _batches(pool, recipe.batch, rng):
            texts, targets, shares = teacher.batch(batch)
            # Twice the same texts under different dropout: their answers should agree.
            ids, mask, types = (x.repeat(2, 1) for x in encode(tokenizer, texts, device))
            with t.autocast(t.device(device).type, dtype=t.bfloat16):
                answers = log_probabilities(weights, HEADS, ids, mask, types, recipe.dropout)
            loss = t.zeros((), device=device)
            for answer, target, share in zip(answers, targets, shares, strict=True):
                a, b = answer.chunk(2)
                fit, weight = (target.to(device) * (a + b)).sum(1) / 2, share.to(device)
                loss = loss - (fit * weight).sum() / weight.sum().clamp(min=1.0)
                loss = loss + recipe.agreement * ((a.exp() - b.exp()) * (a - b)).sum(1).mean() / 2
            optimizer.zero_grad()
            loss.backward()
            t.nn.utils.clip_grad_norm_(list(trained.values()), 1.0)
            optimizer.step()
            schedule.step()
    return {k: v.detach().cpu() for k, v in weights.items()}


def averaged(runs: Sequence[Weights]) -> Weights:
    """Return the mean of several runs' weights ("model soup", https://arxiv.org/abs/2203.05482)."""
    return {name: sum(run[name].float() for run in runs) / len(runs) for name in runs[0]}


def predict(weights: Weights, tokenizer: Any, texts: Sequence[str], device: str = "cpu", batch: int = 128) -> list[Any]:
    """Return for each head log-probabilities of its classes, a float32 array of shape ``(len(texts), classes)``."""
    t = pytorch()
    here = {k: v.to(device) for k, v in weights.items()}
    parts: list[tuple[Any, ...]] = []
    with t.no_grad():
        for start in range(0, len(texts), batch):
            ids, mask, types = encode(tokenizer, texts[start : start + batch], device)
            parts.append(tuple(p.cpu() for p in log_probabilities(here, HEADS, ids, mask, types)))
    return [t.cat(head).numpy() for head in zip(*parts, strict=True)]


def encode(tokenizer: Any, texts: Sequence[str], device: str) -> tuple[Any, Any, Any]:
    """Return word-piece ids, mask and types of a batch, int64, shape ``(len(texts), longest)``."""
    t = pytorch()
    found = [e.ids for e in tokenizer.encode_batch(list(texts))]
    width = max(map(len, found))
    ids = t.tensor([i + [0] * (width - len(i)) for i in found])
    mask = t.tensor([[1] * len(i) + [0] * (width - len(i)) for i in found])
    return ids.to(device), mask.to(device), t.zeros_like(ids).to(device)


def _batches(pool: Sequence[Example], size: int, rng: random.Random) -> list[list[Example]]:
    """Return the examples in a new order, those of like length together: less than half as much to pad and compute."""
    order = rng.sample(pool, len(pool))
    order.sort(key=lambda e: len(e.text) * rng.uniform(0.8, 1.25))
    found = [order[start : start + size] for start in range(0, len(order), size)]
    rng.shuffle(found)
    return found


class _Teacher:
    """Turns examples into changed texts and what each head should say of them, anew each time."""

    def __init__(self, pool: Sequence[Example], classes: Classes, recipe: Recipe, rng: random.Random) -> None:
        self._classes, self._recipe, self._rng = classes, recipe, rng
        self._by_gate: dict[str, list[Example]] = {}
        for e in pool:
            if e.origin != "statement" and e.gate:
                self._by_gate.setdefault(e.gate, []).append(e)
        largest = max(map(len, self._by_gate.values()))
        self._gate_weight = {name: (largest / len(es)) ** recipe.balance for name, es in self._by_gate.items()}

    def batch(self, examples: Sequence[Example]) -> tuple[list[str], list[Any], list[Any]]:
        """Return texts and, by head, target distributions ``(batch, classes)`` and weights ``(batch,)``."""
        t = pytorch()
        targets = [t.zeros(len(examples), len(self._classes[h])) for h in HEADS]
        shares = [t.zeros(len(examples)) for _ in HEADS]
        texts = []
        for row, e in enumerate(examples):
            text, pure = self._text(e)
            texts.append(text)
            # A statement is no message: what people write to a coach does not look like it.
            gate_weight = self._gate_weight[e.gate] if e.gate and e.origin != "statement" else 0.0
            weights = (pure * (self._recipe.weak if e.weak else 1.0), pure, gate_weight)
            for h, (fits, weight) in enumerate(zip((e.principles, e.practices, (e.gate,)), weights, strict=True)):
                if weight and fits:
                    names = self._classes[HEADS[h]]
                    targets[h][row] = self._recipe.smoothing / len(names)
                    for name in fits:
                        targets[h][row, names.index(name)] += (1 - self._recipe.smoothing) / len(fits)
                    shares[h][row] = weight
        return texts, targets, shares

    def _text(self, e: Example) -> tuple[str, float]:
        """Return the example's text, perhaps changed, and 0 where another one was joined that has other sources."""
        text, pure = e.text, 1.0
        if e.origin != "statement" and e.gate and self._rng.random() < self._recipe.join:
            other = self._rng.choice(self._by_gate[e.gate])
            pure = 1.0 if (other.principles, other.practices) == (e.principles, e.practices) else 0.0
            text = _joined(text, other.text, self._rng)
        if self._rng.random() < self._recipe.noise:
            text = _noisy(text, self._rng)
        return text, pure


def _rate(done: float) -> float:
    return done / _WARM_UP if done < _WARM_UP else max(0.0, (1 - done) / (1 - _WARM_UP))


def _joined(a: str, b: str, rng: random.Random) -> str:
    first, second = (a, b) if rng.random() < 0.5 else (b, a)
    return first + rng.choice((" ", ". ", ", and ", "\n", " Also: ")) + second


def _noisy(text: str, rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.35:
        return text.lower()
    if kind < 0.6:
        return re.sub(r"[.,;:!?'\"()-]+", rng.choice(("", " ")), text)
    letters = list(text)
    for _ in range(max(1, len(text) // 40)):
        i = rng.randrange(max(1, len(letters) - 1))
        if kind < 0.8:
            letters[i : i + 2] = letters[i : i + 2][::-1]
        else:
            del letters[i]
    return "".join(letters) or text
