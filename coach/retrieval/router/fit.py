"""Training the router's weights: multi-task cross-entropy over the whole encoder, and averages over several seeds."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from coach.retrieval.router.examples import HEADS, Example
from coach.retrieval.router.network import Weights, add_heads, log_probabilities, pytorch
from coach.sources.boundaries import INSIDE


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the router is trained; the defaults were chosen by cross-validation (``card.md``)."""

    epochs: int = 6
    batch: int = 32
    #: Learning rates of the encoder and of the heads, at their highest.
    rate: float = 5e-5
    head_rate: float = 1e-3
    warm_up: float = 0.1
    decay: float = 0.01
    dropout: float = 0.1
    smoothing: float = 0.1
    #: Classes of the gate are weighted by (size of the largest class / size) to this power.
    balance: float = 0.5
    #: Weight of principles that only follow from what a practice serves; of statements among the examples.
    weak: float = 0.3
    statements: float = 1.0
    statement_gate: float = 0.0
    #: Share of texts that are changed; share joined to another text of the same gate class; of inside ones that get a matter.
    noise: float = 0.3
    join: float = 0.1
    bury: float = 0.0
    half: float = 0.0
    freeze_words: bool = False
    rdrop: float = 0.0
    #: Weight of each head in the loss.
    shares: tuple[float, float, float] = (1.0, 1.0, 1.0)
    #: Weight average over the last part of training (exponential moving average); 0 for none
    ema: float = 0.0


def encode(tokenizer: Any, texts: Sequence[str], device: str) -> tuple[Any, Any, Any]:
    """Return ids, mask and types of a batch, shape ``(batch, longest)``."""
    t = pytorch()
    found = [e.ids for e in tokenizer.encode_batch(list(texts))]
    width = max(map(len, found))
    ids = t.tensor([i + [0] * (width - len(i)) for i in found])
    mask = t.tensor([[1] * len(i) + [0] * (width - len(i)) for i in found])
    return ids.to(device), mask.to(device), t.zeros_like(ids).to(device)


def predict(weights: Weights, tokenizer: Any, texts: Sequence[str], device: str, batch: int = 256) -> list[Any]:
    """Return for each head log-probabilities of its classes, a float32 array of shape ``(len(texts), classes)``."""
    t = pytorch()
    parts: list[tuple[Any, ...]] = []
    with t.no_grad():
        for start in range(0, len(texts), batch):
            ids, mask, types = encode(tokenizer, texts[start : start + batch], device)
            parts.append(tuple(p.cpu() for p in log_probabilities(weights, HEADS, ids, mask, types)))
    return [t.cat(head).numpy() for head in zip(*parts, strict=True)]


def train(
    base: Weights,
    found: Sequence[Example],
    classes: dict[str, tuple[str, ...]],
    tokenizer: Any,
    recipe: Recipe,
    seed: int,
    device: str = "cpu",
) -> Weights:
    """Return the weights trained from `base` on `found`."""
    t = pytorch()
    t.manual_seed(seed)
    rng = random.Random(seed)
    weights = {k: v.to(device).requires_grad_() for k, v in add_heads(base, classes).items()}
    if recipe.freeze_words:
        weights["embeddings.word_embeddings.weight"].requires_grad_(False)
    trained = {k: v for k, v in weights.items() if v.requires_grad}
    groups: dict[tuple[float, float], list[Any]] = {}
    for name, w in trained.items():
        rate = recipe.head_rate if name.startswith("heads.") else recipe.rate
        groups.setdefault((rate, recipe.decay if w.dim() > 1 else 0.0), []).append(w)
    optimizer = t.optim.AdamW([{"params": p, "lr": r, "weight_decay": d} for (r, d), p in groups.items()], fused=device != "cpu")
    pool = [e for e in found if e.origin != "statement" or recipe.statements > 0]
    batches = math.ceil(len(pool) / recipe.batch)
    steps = recipe.epochs * batches
    schedule = t.optim.lr_scheduler.LambdaLR(optimizer, lambda s: _rate(s / steps, recipe.warm_up))
    by_gate: dict[str, list[Example]] = {}
    for e in pool:
        if e.origin != "statement":
            by_gate.setdefault(e.gate, []).append(e)
    gate_weight = _gate_weights(pool, recipe)
    average: Weights | None = None
    for _ in range(recipe.epochs):
        rng.shuffle(pool)
        for start in range(0, len(pool), recipe.batch):
            texts, targets, shares = _targets(pool[start : start + recipe.batch], classes, by_gate, gate_weight, recipe, rng)
            # Twice the same texts under different dropout: their answers should agree (R-Drop).
            ids, mask, types = (x.repeat(2, 1) for x in encode(tokenizer, texts, device))
            found_log = log_probabilities(weights, HEADS, ids, mask, types, recipe.dropout)
            loss = t.zeros((), device=device)
            for h in range(len(HEADS)):
                target, share = targets[h].to(device), shares[h].to(device)
                a, b = found_log[h].chunk(2)
                fit = (target * (a + b)).sum(1) / 2
                loss = loss - recipe.shares[h] * (fit * share).sum() / share.sum().clamp(min=1.0)
                loss = loss + recipe.rdrop * ((a.exp() - b.exp()) * (a - b)).sum(1).mean() / 2
            optimizer.zero_grad()
            loss.backward()
            t.nn.utils.clip_grad_norm_(list(trained.values()), 1.0)
            optimizer.step()
            schedule.step()
            if recipe.ema:
                with t.no_grad():
                    if average is None:
                        average = {k: v.detach().clone() for k, v in weights.items()}
                    else:
                        for k, v in weights.items():
                            average[k].lerp_(v, 1 - recipe.ema)
    return {k: v.detach() for k, v in (average or weights).items()}


def averaged(runs: Sequence[Weights]) -> Weights:
    """Return the mean of several runs' weights ("model soup", https://arxiv.org/abs/2203.05482)."""
    return {name: sum(run[name].float() for run in runs) / len(runs) for name in runs[0]}


def _rate(done: float, warm_up: float) -> float:
    return done / warm_up if done < warm_up else max(0.0, (1 - done) / (1 - warm_up))


def _gate_weights(pool: Sequence[Example], recipe: Recipe) -> dict[str, float]:
    sizes: dict[str, int] = {}
    for e in pool:
        if e.gate and e.origin != "statement":
            sizes[e.gate] = sizes.get(e.gate, 0) + 1
    return {name: (max(sizes.values()) / size) ** recipe.balance for name, size in sizes.items()}


def _targets(
    batch: Sequence[Example],
    classes: dict[str, tuple[str, ...]],
    by_gate: dict[str, list[Example]],
    gate_weight: dict[str, float],
    recipe: Recipe,
    rng: random.Random,
) -> tuple[list[str], list[Any], list[Any]]:
    t = pytorch()
    texts = []
    targets = [t.zeros(len(batch), len(classes[h])) for h in HEADS]
    shares = [t.zeros(len(batch)) for _ in HEADS]
    for row, e in enumerate(batch):
        text = e.text
        gate = {e.gate: 1.0} if e.gate else {}
        known = 1.0
        if e.origin != "statement" and e.gate:
            chance = rng.random()
            if chance < recipe.join:
                # two of one class: longer messages, whose other labels are those of both
                other = rng.choice(by_gate[e.gate])
                known = 1.0 if other.principles == e.principles and other.practices == e.practices else 0.0
                text = _joined(text, other.text, rng)
            elif e.gate == INSIDE and chance < recipe.join + recipe.bury:
                matter = rng.choice([g for g in by_gate if g not in ("", INSIDE, "outside")])
                text, gate, known = _joined(text, rng.choice(by_gate[matter]).text, rng), {matter: 1.0}, 0.0
            elif e.gate == INSIDE and chance < recipe.join + recipe.bury + recipe.half:
                text, gate = _joined(text, rng.choice(by_gate["outside"]).text, rng), {INSIDE: 0.5, "outside": 0.5}
        if rng.random() < recipe.noise:
            text = _noisy(text, rng)
        texts.append(text)
        scale = recipe.statements if e.origin == "statement" else 1.0
        _fill(targets[0], shares[0], row, dict.fromkeys(e.principles, 1.0), classes["principles"], known * scale * (recipe.weak if e.weak else 1.0), recipe.smoothing)
        _fill(targets[1], shares[1], row, dict.fromkeys(e.practices, 1.0), classes["practices"], known * scale, recipe.smoothing)
        weight = sum(gate_weight[g] * p for g, p in gate.items()) * (recipe.statement_gate if e.origin == "statement" else 1.0)
        _fill(targets[2], shares[2], row, gate, classes["gate"], weight, recipe.smoothing)
    return texts, targets, shares


def _fill(target: Any, share: Any, row: int, fits: dict[str, float], names: tuple[str, ...], weight: float, smoothing: float) -> None:
    if not fits or not weight:
        return
    target[row] = smoothing / len(names)
    for name, p in fits.items():
        target[row, names.index(name)] += (1 - smoothing) * p / sum(fits.values())
    share[row] = weight


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
