from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from coach.domain.errors import InputError
from coach.grounding import features, fit
from coach.grounding.checkers import local
from tests.grounding.fakes import WordEmbedder


def write_pairs(path: Path) -> None:
    rows = []
    for i in range(40):
        word = f"topic{'abcdefghij'[i % 10]}"
        rows.append({
            "id": f"k{i}", "evidence": f"Discuss the {word} early with others.",
            "claim": f"Discuss the {word} early." if i % 2 else "Buy zebras and sell lions, always.",
            "label": i % 2, "kind": "good" if i % 2 else "bad", "source": f"P{i % 10}.1",
        })  # fmt: skip
    path.write_text("".join(json.dumps(r) + "\n" for r in rows))


def test_fitting_writes_files_that_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pairs, said = tmp_path / "pairs.jsonl", tmp_path / "said.json"
    write_pairs(pairs)
    said.write_text(json.dumps({f"k{i}": dict.fromkeys(local.PROMPTS, float(i % 2)) for i in range(40)}))
    monkeypatch.setattr(fit, "DATA", tmp_path)
    monkeypatch.setattr("coach.retrieval.embedding.MiniLMEmbedder", WordEmbedder)
    monkeypatch.setattr(sys, "argv", ["fit", str(pairs), "--local", "--log-odds", str(said)])
    fit.main()
    lexical = json.loads((tmp_path / "lexical.json").read_text())
    assert set(lexical["features"]) == set(features.NAMES)
    assert lexical["cross_validated"]["auc"] == 1.0
    assert lexical["cross_validated"]["called_supported"] == {"bad": 0.0, "good": 1.0}
    assert set(json.loads((tmp_path / "local.json").read_text())["features"]) == {*local.PROMPTS, *features.NAMES}
    assert "lexical:" in capsys.readouterr().out


def test_mutants_are_fitted_on_and_not_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pairs, mutants = tmp_path / "pairs.jsonl", tmp_path / "mutants.jsonl"
    write_pairs(pairs)
    rows = [
        {
            "id": f"m{i}", "evidence": f"Discuss the topic{c} early with others.",
            "claim": f"Discuss the topic{c} late{n}.",
            "label": 0, "kind": "mutant: negate", "source": f"P{i}.1",
        }
        for i, c in enumerate("abcdefghij") for n in ("", ", and 40 times")
    ]  # fmt: skip
    mutants.write_text("".join(json.dumps(r) + "\n" for r in rows))
    monkeypatch.setattr(fit, "DATA", tmp_path)
    monkeypatch.setattr("coach.retrieval.embedding.MiniLMEmbedder", WordEmbedder)
    monkeypatch.setattr(sys, "argv", ["fit", str(pairs), "--mutants", str(mutants)])
    fit.main()
    lexical = json.loads((tmp_path / "lexical.json").read_text())
    # The mutants with an invented number never reach the checker.
    assert lexical["fitted_on"] == 50
    assert set(lexical["cross_validated"]["called_supported"]) == {"bad", "good"}


def test_no_claim_is_judged_by_a_model_that_saw_its_source() -> None:
    rows = [{"source": f"P{i}.1", "label": 1} for i in range(20)] + [
        {"source": f"C{i}.1", "label": 0} for i in range(20)
    ]
    # A feature that names the source and tells nothing of others: out of fold it must not help.
    values = [{"x": float(i == 3)} for i in range(40)]
    odds = fit.out_of_fold(rows, values, ["x"], seed=0)
    assert abs(odds[3]) < 1.0
    assert np.isfinite(odds).all()


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"id": 1}', '{"id":1,"evidence":"x","claim":"y","label":"maybe","kind":"","source":""}']
)
def test_rows_that_cannot_be_used_are_an_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.jsonl").write_text(text)
    with pytest.raises(InputError):
        fit.read_pairs(tmp_path / "x.jsonl")
    with pytest.raises(InputError):
        fit.read_pairs(tmp_path / "missing.jsonl")
