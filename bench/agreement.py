"""The next start after a kill, and what is lost or in disagreement: ``python -m bench.agreement FOLDER FILE``.

What is compared: the ledger as SQLite has it right after the kill with the one before; after the next start, and after
the next sync, the ledger with the full-text index (SQLite's own check), with the rows of Chroma (ids and content
hashes, every one) and a sample of its vectors (embedded anew, and searched for); in the end the ledger with what the
files say. None of that uses the program's own check, `Library.verify`, which comes after and must find nothing either.
"""

from __future__ import annotations

import json
import random
import sqlite3
import sys
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from coach.domain.source import Source
    from coach.settings import Settings

#: Vectors that are looked at one by one.
_SAMPLE = 30
#: Cosine of a text embedded again, among others: floats that are added in another order differ a little.
_SAME_TEXT = 0.98
_SAME_VECTOR = 0.999


def next_start(folder: Path, known: Path) -> dict[str, Any]:
    """Start, sync, and return what was found on the way.

    Args:
        folder: the notes.
        known: JSON file of the statements, text by id, as they were before the sync that was killed; rewritten.

    Returns:
        ``lost`` and ``disagreements`` in plain words, ``pending``, how many sources were not done at the start, and
        ``written``, whether the ledger was not what it was.
    """
    from coach.agent.assembly import open_coach
    from coach.settings import load_settings

    settings = load_settings(model="none")
    earlier: dict[str, str] = json.loads(known.read_text("utf-8")) if known.exists() else {}
    killed, pending = _statements(settings.database_path)
    in_files = _said(folder)
    lost = _lost("by the kill", earlier, killed, in_files)

    coach = open_coach(settings)
    coach.library.bring_up_to_date()
    wrong = [f"after the start: {each}" for each in _disagreements(settings, coach.library.sources())]
    wrong += [f"verify: {finding.part}: {finding.found}" for finding in coach.library.verify()]
    lost += _lost("by the start", killed, _statements(settings.database_path)[0], in_files)
    report = coach.vault.sync()
    wrong += [f"after the sync: {each}" for each in _disagreements(settings, coach.library.sources())]
    wrong += [f"could not be read: {failure.path}" for failure in report.failed]
    synced, _ = _statements(settings.database_path)
    lost += _lost("by the sync", killed, synced, in_files)
    if Counter(synced.values()) != in_files:
        missing, more = in_files - Counter(synced.values()), Counter(synced.values()) - in_files
        wrong.append(
            f"the files say {missing.total()} statements that the ledger lacks, and it has {more.total()} more"
        )
    known.write_text(json.dumps(synced), "utf-8")
    return {"lost": lost, "disagreements": wrong, "pending": pending, "written": killed != earlier}


def _statements(path: Path) -> tuple[dict[str, str], int]:
    """The statements of notes, text by id, and how many sources are not done, as any program reads them."""
    with closing(sqlite3.connect(path)) as connection:
        statements = connection.execute(
            """
            SELECT statements.id, text FROM statements JOIN sources ON sources.id = source_id
            WHERE sources.kind = 'note' AND state != 'deleting'
            """
        ).fetchall()
        pending = connection.execute("SELECT count(*) FROM sources WHERE state != 'done'").fetchone()
    return dict(statements), int(pending[0])


def _said(folder: Path) -> Counter[str]:
    from coach.domain.source import SourceKind
    from coach.sources.reader import read_file

    paths = [p for p in folder.rglob("*") if p.is_file()]
    drafts = [draft for path in paths for draft in read_file(path, SourceKind.NOTE)]
    return Counter(statement.text for draft in drafts for statement in draft.statements)


def _lost(by: str, before: Mapping[str, str], after: Mapping[str, str], in_files: Counter[str]) -> list[str]:
    """What stands in a file still, stood in the ledger, and does not stand there any more with its number."""
    return [f"{i} was lost {by}" for i, text in before.items() if text in in_files and after.get(i) != text]


def _disagreements(settings: Settings, sources: list[Source]) -> list[str]:
    import numpy as np

    from coach.retrieval.embedding import MiniLMEmbedder
    from coach.retrieval.rows import collection_of, rows_of
    from coach.retrieval.vectors import COLLECTIONS, VectorStore

    found = _unsound(settings.database_path)
    embedder = MiniLMEmbedder(settings.threads)
    rows = {row.id: row for source in sources for row in rows_of(source, remote=False)}
    with VectorStore(settings.chroma_path, embedder.name).writing() as writer:
        for collection in COLLECTIONS:
            wanted = {i: row.hash for i, row in rows.items() if collection_of(i) == collection}
            there = writer.hashes(collection)
            if there != wanted:
                differ = sum(there[i] != wanted[i] for i in there.keys() & wanted.keys())
                found.append(
                    f"{collection} in Chroma lacks {len(wanted.keys() - there.keys())} rows, "
                    f"has {len(there.keys() - wanted.keys())} too many, and {differ} of another text"
                )
                continue
            if not wanted:
                continue
            ids, vectors = writer.all(collection)
            sample = random.sample(range(len(ids)), min(_SAMPLE, len(ids)))
            anew = embedder.embed([rows[ids[at]].text for at in sample])
            if (short := int((np.sum(anew * vectors[sample], axis=1) < _SAME_TEXT).sum())) > 0:
                found.append(f"{short} of {len(sample)} vectors in {collection} are not of their text")
            for at in sample:
                nearest = writer.nearest(collection, vectors[at], 1)
                if not nearest or nearest[0][1] < _SAME_VECTOR:
                    found.append(f"{ids[at]} is not found by its own vector")
    return found


def _unsound(path: Path) -> list[str]:
    """What SQLite says of the file and of the full-text index, and sources that are not done."""
    found = []
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        told = connection.execute("PRAGMA integrity_check").fetchone()[0]
        if told != "ok":
            found.append(f"SQLite: {told}")
        try:
            connection.execute("INSERT INTO statements_text (statements_text, rank) VALUES ('integrity-check', 1)")
        except sqlite3.DatabaseError as e:
            found.append(f"the full-text index is not that of the statements: {e}")
    if pending := _statements(path)[1]:
        found.append(f"{pending} sources are not done")
    return found


if __name__ == "__main__":
    print(json.dumps(next_start(Path(sys.argv[1]), Path(sys.argv[2]))))
