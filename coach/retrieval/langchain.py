"""The retriever as LangChain knows one, for chains and graphs outside this package."""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from coach.domain.text import clean
from coach.retrieval.retriever import Retriever


class StatementRetriever(BaseRetriever):
    """Gives one `Document` per statement: its id, its text as content, the rest as metadata.

    The metadata: source, title, kind, score, why, date (ISO, or empty) and private, which must not leave this machine.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    retriever: Retriever
    #: How many statements at most.
    limit: int = 12

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        found = self.retriever.retrieve(clean(query), limit=self.limit)
        documents = []
        for e in found.evidence:
            metadata: dict[str, Any] = {
                "source": e.statement.source_id,
                "title": e.source_title,
                "kind": e.statement.kind.value,
                "score": e.score,
                "why": e.why,
                "date": e.date.isoformat() if e.date else "",
                "private": e.private,
            }
            documents.append(Document(id=e.id, page_content=e.statement.text, metadata=metadata))
        return documents
