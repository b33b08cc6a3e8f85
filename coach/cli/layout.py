"""How an answer is laid out; see `coach.domain.layout`, which the TUI shares."""

from coach.domain.layout import LABELS, Block, Cited, blocks, cited, footer, ids, is_quoted, tells, verdict

__all__ = ["LABELS", "Block", "Cited", "blocks", "cited", "footer", "ids", "is_quoted", "tells", "verdict"]
