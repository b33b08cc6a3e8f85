"""Verifying a world, after which everything in it has to agree."""

from __future__ import annotations

from coach.domain.finding import Finding
from coach.retrieval.verify import Verifier
from coach.store.fulltext import FullText
from tests.retrieval.fakes import WordEmbedder, World


def verify(world: World, embedder: WordEmbedder | None = None) -> list[Finding]:
    used = embedder or world.embedder
    verifier = Verifier(
        world.ledger,
        FullText(world.database),
        world.store(used),
        world.indexer(used),
        world.compiled_path,
        remote=used.remote,
    )
    found = verifier.verify()
    world.assert_in_step(world.indexer(used).bring_up_to_date(), used)
    return found


def told(findings: list[Finding]) -> list[str]:
    assert all(f.repaired and f.done for f in findings), findings
    return [f"{f.part}: {f.found}" for f in findings]
