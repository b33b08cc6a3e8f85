"""Saving what can be read of a damaged database into a new one.

A damaged page takes away the rows on it and leaves those of other pages. Tables are read row by row around what cannot
be read, each row is checked for the types of its columns, and each source against its digest, so that what is kept is
what was written. The damaged file stays beside the new one.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from coach.domain.errors import StoreError
from coach.domain.ids import citations_in, is_source_id, sort_key, source_of
from coach.domain.source import Source
from coach.store.database import DAMAGED, code_of, explained
from coach.store.leaves import rows_on_pages
from coach.store.rows import insert_source, select_sources, to_statement
from coach.store.torn import TornTable, connect, create, open_torn, version_of

#: The full-text index is built anew.
_DERIVED = re.compile(r"statements_text|sqlite_")
#: By letter, the first number that a person's source may get.
_FIRST = {"P": 10, "C": 101, "N": 1}


@dataclass(frozen=True, slots=True)
class Salvage:
    """What came of a damaged database."""

    #: Where the damaged file lies now.
    copy: Path
    #: How many rows were saved, by table.
    rows: dict[str, int]
    #: Tables that had places which could not be read.
    torn: tuple[str, ...]
    #: Sources of the person's that lack something since, by id, as far as they are known.
    incomplete: dict[str, Source]
    #: Ids of sources that are lost, with what they said.
    lost: tuple[str, ...]


def damage(path: Path) -> str:
    """Return what is wrong with the database at `path`; empty where it is sound, or is not there.

    Raises:
        StoreError: it is in use by another process, or cannot be opened at all.
    """
    if not path.exists():
        return ""
    try:
        with closing(connect(path)) as connection:
            told = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(20)")]
            # Newer versions of SQLite look at the full-text index, too, which is a matter of its own.
            return "; ".join(line for line in told if line != "ok" and "FTS5" not in line)
    except UnicodeDecodeError:
        return "The message of the error is damaged, too."
    except sqlite3.DatabaseError as e:
        if code_of(e) in DAMAGED:
            return str(e)
        raise explained(e, path) from e


def salvage(path: Path) -> Salvage:
    """Put a new database in place of the damaged one at `path`, with everything that could be read.

    Every source is pending in it, and the built-in ones are read again at the next `Ledger.sync_builtin`.

    Raises:
        StoreError: another process uses it, or there is no room for a copy.
    """
    copy = _free_name(path)
    work = path.with_name(f"{path.name}.salvage")
    new = path.with_name(f"{path.name}.salvaged")
    try:
        _claim(path)
        for target in (copy, work):
            _copy(path, target)
        saved = _save(work, new, copy)
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        new.replace(path)
    except sqlite3.Error as e:
        raise explained(e, path) from e
    except OSError as e:
        raise StoreError(
            f"{path.parent} cannot be written: {e.strerror or 'the system refuses'}.",
            f"{path} is damaged and was left as it is. Make room for two copies of it, then run: coach index verify",
        ) from e
    finally:
        for left in (work, new):
            for suffix in ("", "-wal", "-shm"):
                with suppress(OSError):
                    left.with_name(left.name + suffix).unlink(missing_ok=True)
    return saved


def _save(work: Path, new: Path, copy: Path) -> Salvage:
    version = version_of(work)
    with closing(create(new, version)) as target, closing(open_torn(work, version)) as source:
        # It may lack the row that another points to, and the marks of what is derived no longer hold.
        target.execute("PRAGMA foreign_keys = OFF")
        target.execute("BEGIN")
        tables = {name: TornTable(source, target, name) for name in _tables(target)}
        rows = {name: table.copy() for name, table in tables.items()}
        torn = {name: table for name, table in tables.items() if table.torn}
        if numbered := [table for table in torn.values() if table.is_numbered]:
            for page in rows_on_pages(work, source.execute("PRAGMA page_size").fetchone()[0]):
                for table in numbered:
                    table.take_from(page)
            rows |= {name: table.count() for name, table in torn.items()}
        lost = _drop_orphans(target)
        incomplete = _mend_sources(target, lost)
        _mend_counters(target, lost)
        target.execute("DELETE FROM marks")
        target.execute("COMMIT")
        target.execute("INSERT INTO statements_text (statements_text) VALUES ('rebuild')")
    return Salvage(copy, rows, tuple(torn), incomplete, tuple(sorted(lost, key=sort_key)))


def _drop_orphans(target: sqlite3.Connection) -> set[str]:
    """Remove what belongs to a row that is lost; a conversation gets a new one. Return the ids of lost sources."""
    target.execute(
        """
        INSERT INTO sessions (id, title, created, updated)
        SELECT session_id, question, min(created), max(created) FROM turns
        WHERE session_id NOT IN (SELECT id FROM sessions) GROUP BY session_id
        """
    )
    lost: set[str] = set()
    for table in ("statements", "situations"):
        there = f"FROM {table} WHERE source_id NOT IN (SELECT id FROM sources)"
        lost |= {row[0] for row in target.execute(f"SELECT DISTINCT source_id {there}")}
        target.execute(f"DELETE {there}")
    if "vault_files" in _tables(target):
        target.execute("DELETE FROM vault_files WHERE root_id NOT IN (SELECT id FROM vault_roots)")
    return {i for i in lost if is_source_id(i)}


def _mend_sources(target: sqlite3.Connection, lost: set[str]) -> dict[str, Source]:
    """Have every source indexed again. Return those of the person's that are not what they were."""
    incomplete: dict[str, Source] = {}
    for row in target.execute("SELECT * FROM sources WHERE state != 'deleting'").fetchall():
        source = _readable(target, row["id"])
        if source is not None and source.digest == row["digest"]:
            continue
        for table, column in (("statements", "source_id"), ("situations", "source_id"), ("sources", "id")):
            target.execute(f"DELETE FROM {table} WHERE {column} = ?", (row["id"],))
        if row["builtin"]:
            continue
        if source is None:
            lost.add(row["id"])
        else:
            # Nothing says that what it says of itself is true, so it stays on this machine until it is read again.
            incomplete[source.id] = replace(source, private=True)
            insert_source(target, incomplete[source.id], row["next_statement"])
    target.execute("UPDATE sources SET state = 'pending' WHERE state = 'done'")
    return incomplete


def _readable(target: sqlite3.Connection, source_id: str) -> Source | None:
    """Return a source without statements that make no sense; None where it makes none itself."""
    for row in target.execute("SELECT * FROM statements WHERE source_id = ?", (source_id,)).fetchall():
        try:
            fits = source_of(to_statement(row).id) == source_id
        except ValueError:
            fits = False
        if not fits:
            target.execute("DELETE FROM statements WHERE key = ?", (row["key"],))
    try:
        [source] = select_sources(target, "id = ?", (source_id,))
    except ValueError:
        return None
    return source if is_source_id(source.id) and source.id.startswith(source.kind.letter) else None


def _mend_counters(target: sqlite3.Connection, lost: Iterable[str]) -> None:
    """See that no number is given twice: not one of a source that is there, nor of one that is cited or known lost."""
    used = {source_of(i) for row in target.execute("SELECT answer FROM turns") for i in citations_in(row[0])}
    used |= {row[0] for row in target.execute("SELECT id FROM sources")} | set(lost)
    for letter, least in _FIRST.items():
        # A number far beyond those in use is none that was read right.
        highest = max((int(i[1:]) for i in used if i.startswith(letter)), default=0)
        target.execute("INSERT OR IGNORE INTO counters VALUES (?, ?)", (letter, least))
        target.execute("UPDATE counters SET next = max(next, ?) WHERE letter = ?", (highest + 1, letter))


def _tables(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid")
    return [row[0] for row in rows if not _DERIVED.match(row[0])]


def _claim(path: Path) -> None:
    """Raise where another process has the file open."""
    with closing(connect(path)) as connection:
        try:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
        except UnicodeDecodeError:
            pass
        except sqlite3.DatabaseError as e:
            if code_of(e) not in DAMAGED:
                raise


def _copy(path: Path, target: Path) -> None:
    for suffix in ("", "-wal"):
        source = path.with_name(path.name + suffix)
        if source.exists():
            copied = target.with_name(target.name + suffix)
            shutil.copyfile(source, copied)
            copied.chmod(0o600)


def _free_name(path: Path) -> Path:
    return next(
        name for n in count(1) if not (name := path.with_name(f"{path.stem}-damaged-{n}{path.suffix}")).exists()
    )
