"""One SQLite file: the ledger of sources and statements, their full-text index, and the conversations."""
