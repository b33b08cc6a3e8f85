"""The tables of the one SQLite file, as the steps that lead from each version to the next."""

from __future__ import annotations

#: Step n leads from version n to n + 1 (``PRAGMA user_version``). Steps that have shipped are never changed.
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """
        CREATE TABLE counters (
            letter TEXT PRIMARY KEY,
            next INTEGER NOT NULL
        ) WITHOUT ROWID
        """,
        # The built-in corpus numbers itself from 0 and may grow; what people add is numbered from here.
        "INSERT INTO counters VALUES ('P', 10), ('C', 101), ('N', 1)",
        # What was last seen of things outside, by name: the built-in corpus is read only when it changed.
        "CREATE TABLE marks (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
        """
        CREATE TABLE sources (
            id TEXT PRIMARY KEY,
            kind TEXT NOT NULL,
            number INTEGER NOT NULL,
            title TEXT NOT NULL,
            moment TEXT NOT NULL,
            serves TEXT NOT NULL,
            draws_on TEXT NOT NULL,
            tags TEXT NOT NULL,
            date TEXT,
            path TEXT NOT NULL,
            private INTEGER NOT NULL,
            builtin INTEGER NOT NULL,
            digest TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('pending', 'done', 'deleting')),
            next_statement INTEGER NOT NULL
        )
        """,
        "CREATE INDEX sources_by_path ON sources (path, kind)",
        "CREATE INDEX sources_by_state ON sources (state)",
        """
        CREATE TABLE statements (
            key INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            source_id TEXT NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            text TEXT NOT NULL,
            kind TEXT NOT NULL,
            heading TEXT NOT NULL,
            serves TEXT NOT NULL,
            line INTEGER NOT NULL
        )
        """,
        "CREATE INDEX statements_by_source ON statements (source_id, position)",
        """
        CREATE TABLE situations (
            source_id TEXT NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            text TEXT NOT NULL,
            PRIMARY KEY (source_id, position)
        ) WITHOUT ROWID
        """,
        # Triggers keep the full-text index in the same transaction as the statements, whoever writes them.
        """
        CREATE VIRTUAL TABLE statements_text USING fts5 (
            text, heading, content='statements', content_rowid='key', tokenize='porter unicode61'
        )
        """,
        """
        CREATE TRIGGER statements_added AFTER INSERT ON statements BEGIN
            INSERT INTO statements_text (rowid, text, heading) VALUES (new.key, new.text, new.heading);
        END
        """,
        """
        CREATE TRIGGER statements_removed AFTER DELETE ON statements BEGIN
            INSERT INTO statements_text (statements_text, rowid, text, heading)
            VALUES ('delete', old.key, old.text, old.heading);
        END
        """,
        """
        CREATE TRIGGER statements_changed AFTER UPDATE ON statements BEGIN
            INSERT INTO statements_text (statements_text, rowid, text, heading)
            VALUES ('delete', old.key, old.text, old.heading);
            INSERT INTO statements_text (rowid, text, heading) VALUES (new.key, new.text, new.heading);
        END
        """,
        """
        CREATE TABLE sessions (
            id TEXT PRIMARY KEY,
            title TEXT NOT NULL,
            created TEXT NOT NULL,
            updated TEXT NOT NULL
        )
        """,
        "CREATE INDEX sessions_by_update ON sessions (updated)",
        """
        CREATE TABLE turns (
            session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            question TEXT NOT NULL,
            answer TEXT NOT NULL,
            created TEXT NOT NULL,
            PRIMARY KEY (session_id, position)
        )
        """,
    ),
    (
        # Folders and files that the person's notes lie in, with what was passed over when they were last looked at.
        """
        CREATE TABLE vault_roots (
            id INTEGER PRIMARY KEY,
            path TEXT NOT NULL UNIQUE,
            include TEXT NOT NULL,
            exclude TEXT NOT NULL,
            passed TEXT NOT NULL,
            trouble TEXT NOT NULL,
            since TEXT NOT NULL
        )
        """,
        # Every file that was found there, and what came of reading it.
        """
        CREATE TABLE vault_files (
            path TEXT PRIMARY KEY,
            root_id INTEGER NOT NULL REFERENCES vault_roots (id) ON DELETE CASCADE,
            size INTEGER NOT NULL,
            mtime_ns INTEGER NOT NULL,
            hash TEXT NOT NULL,
            read_as TEXT NOT NULL,
            outcome TEXT NOT NULL CHECK (outcome IN ('read', 'skipped', 'failed')),
            reason TEXT NOT NULL,
            remarks TEXT NOT NULL,
            since TEXT NOT NULL
        ) WITHOUT ROWID
        """,
        "CREATE INDEX vault_files_by_root ON vault_files (root_id)",
    ),
    (
        # Preparation sheets; every version is kept.
        """
        CREATE TABLE briefs (
            id TEXT NOT NULL,
            version INTEGER NOT NULL,
            title TEXT NOT NULL,
            body TEXT NOT NULL,
            created TEXT NOT NULL,
            PRIMARY KEY (id, version)
        )
        """,
        # Rehearsals of a brief, and the debrief of each, as JSON.
        """
        CREATE TABLE rehearsals (
            id TEXT PRIMARY KEY,
            brief_id TEXT NOT NULL,
            title TEXT NOT NULL,
            body TEXT NOT NULL,
            created TEXT NOT NULL,
            updated TEXT NOT NULL
        )
        """,
        "CREATE INDEX rehearsals_by_brief ON rehearsals (brief_id)",
        # What somebody decided to do: `origin` is session:ID, brief:ID, rehearsal:ID, or empty.
        """
        CREATE TABLE commitments (
            id TEXT PRIMARY KEY,
            plan TEXT NOT NULL,
            due TEXT NOT NULL,
            origin TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('open', 'kept', 'partly', 'missed', 'dropped')),
            outcome TEXT NOT NULL,
            snoozed TEXT,
            body TEXT NOT NULL,
            created TEXT NOT NULL,
            settled TEXT
        )
        """,
        "CREATE INDEX commitments_by_due ON commitments (state, due)",
    ),
    (
        # Files that things were written to: `thing` is session:ID, brief:ID, rehearsal:ID or commitment:ID.
        """
        CREATE TABLE exports (
            thing TEXT NOT NULL,
            path TEXT NOT NULL,
            written TEXT NOT NULL,
            PRIMARY KEY (thing, path)
        ) WITHOUT ROWID
        """,
        # The name of a file may say what a thing is about, so it goes with that, whoever deletes it.
        *(
            f"""
            CREATE TRIGGER {thing}_exports_removed AFTER DELETE ON {thing}s BEGIN
                DELETE FROM exports WHERE thing = '{thing}:' || old.id;
            END
            """
            for thing in ("session", "brief", "rehearsal", "commitment")
        ),
    ),
)
