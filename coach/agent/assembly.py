"""Putting the rooms together: one `Coach` from the settings, with everything heavy left until it is needed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from coach.agent.coach import Coach
from coach.agent.composers import Composer
from coach.agent.library import Library
from coach.agent.state import Equipment, Referral
from coach.domain.errors import SettingsError
from coach.domain.evidence import Evidence
from coach.domain.ports import ChatModel, Embedder
from coach.domain.source import SourceKind
from coach.grounding.checkers.base import Checker
from coach.models.choice import ModelChoice, choose, open_model
from coach.retrieval.embedding import MiniLMEmbedder
from coach.retrieval.indexing import Indexer
from coach.retrieval.retriever import Retriever
from coach.retrieval.vectors import VectorStore
from coach.settings import Settings
from coach.store.fulltext import FullText
from coach.store.ledger import Ledger
from coach.store.sessions import Sessions
