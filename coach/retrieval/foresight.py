"""Embedding what will be asked for shortly, while files are read and a core has nothing to do."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coach.domain.ports import Embedder, Vectors

#: Texts that are embedded in one call. Who interrupts waits for the calls that have begun.
_TEXTS_AT_ONCE = 512
#: Calls that are under way or wait: enough that there always is one.
_MOST_CALLS = 2
#: Vectors that are kept until they are asked for: 48 MiB.
_MOST_KEPT = 32_768


class Foresight:
    """An embedder that can be told beforehand what it will be asked for.

    It takes of that what it has time for and lets the rest go by; so reading never waits for it. Nothing is embedded
    beforehand by an embedder elsewhere. Safe to share between threads.

    Args:
        embedder: makes the vectors.
    """

    def __init__(self, embedder: Embedder) -> None:
        self.name = embedder.name
        self.remote = embedder.remote
        self._embedder = embedder
        self._lock = threading.Lock()
        self._known: dict[str, Vectors] = {}
        self._next: dict[str, None] = {}
        self._calls: set[Future[None]] = set()
        self._pool: ThreadPoolExecutor | None = None

    def foresee(self, texts: Iterable[str]) -> None:
        """Say what will be asked for. Returns at once."""
        if self.remote:
            return
        with self._lock:
            self._calls = {call for call in self._calls if not call.done()}
            room = _MOST_KEPT - len(self._known) - len(self._calls) * _TEXTS_AT_ONCE
            for text in texts:
                if len(self._calls) == _MOST_CALLS or len(self._next) >= room:
                    return
                if text not in self._known:
                    self._next[text] = None
                if len(self._next) == _TEXTS_AT_ONCE:
                    self._calls.add(self._workers().submit(self._embed, list(self._next)))
                    room -= _TEXTS_AT_ONCE
                    self._next.clear()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return what the embedder returns for `texts`; what was foreseen is given out once, and costs nothing more.

        Raises:
            CoachError: as the embedder does.
        """
        self._finish()
        with self._lock:
            known = {text: self._known.pop(text) for text in dict.fromkeys(texts) if text in self._known}
        if not known:
            return self._embedder.embed(texts)
        import numpy as np

        left = [text for text in dict.fromkeys(texts) if text not in known]
        if left:
            known |= zip(left, self._embedder.embed(left), strict=True)
        return np.stack([known[text] for text in texts])

    def forget(self) -> None:
        """Let go of what was foreseen and never asked for."""
        self._finish()
        with self._lock:
            self._known.clear()
            self._next.clear()

    def _finish(self) -> None:
        with self._lock:
            calls = list(self._calls)
        wait(calls)

    def _workers(self) -> ThreadPoolExecutor:
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, thread_name_prefix="coach-foresight")
        return self._pool

    def _embed(self, texts: Sequence[str]) -> None:
        # What is wrong is raised where they are asked for.
        vectors = self._embedder.embed(texts)
        with self._lock:
            self._known |= zip(texts, vectors, strict=True)
