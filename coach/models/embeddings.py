"""Vectors from an OpenAI-compatible ``/embeddings`` endpoint, in place of the built-in embedder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from coach.domain.errors import ModelError, SettingsError
from coach.models import errors
from coach.models.addresses import host_of, is_loopback
from coach.settings import Settings

if TYPE_CHECKING:
    from coach.domain.ports import Vectors

#: Texts in one request; servers commonly take 2,048, small ones far fewer.
BATCH = 64
_CONNECT_S = 10.0


class EndpointEmbedder:
    """An `Embedder` at an endpoint.

    Args:
        model: name that the endpoint knows.
        base_url: address up to and including its version.
        key: may be None on this machine only.
        timeout_s: seconds that the endpoint may stay silent.
        max_retries: for busy, faulty and unreachable endpoints.

    Raises:
        ModelError: if a remote endpoint is given without a key.
    """

    def __init__(
        self, model: str, base_url: str, *, key: str | None = None, timeout_s: float = 60.0, max_retries: int = 2
    ) -> None:
        #: Whether the texts leave this machine; private notes are never sent where they do.
        self.remote = not is_loopback(base_url)
        self._where = host_of(base_url)
        if self.remote and not key:
            raise ModelError(f"{self._where} asks for a key, and none is set.", "Set COACH_EMBEDDINGS_KEY.")
        #: Two endpoints may mean different vectors by one name.
        self.name = f"{model}@{self._where}"
        self._model, self._base_url, self._key = model, base_url, key
        self._timeout_s, self._max_retries = timeout_s, max_retries
        self._client: Any = None
        self._dim: int | None = None

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one L2-normalised row per text, float32, shape ``(len(texts), dim)``; ``(0, 0)`` for no texts.

        Raises:
            ModelError: as `coach.models.errors.explain` says, and if vectors are missing, of different lengths, of
                another length than those of earlier calls, not finite, or zero.
        """
        import numpy as np

        rows: list[list[float]] = []
        for start in range(0, len(texts), BATCH):
            # An empty text has no vector; most endpoints refuse a whole batch for one.
            rows += self._ask([text if text.strip() else " . " for text in texts[start : start + BATCH]])
        if not rows:
            return np.zeros((0, 0), dtype=np.float32)
        lengths = {len(row) for row in rows}
        if len(lengths) != 1 or 0 in lengths or (self._dim is not None and lengths != {self._dim}):
            raise self._unusable("vectors of different lengths")
        self._dim = lengths.pop()
        vectors = np.asarray(rows, dtype=np.float64)
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not np.isfinite(vectors).all() or (norms == 0).any():
            raise self._unusable("vectors that are not finite, or zero")
        normalised: Vectors = (vectors / norms).astype(np.float32)
        return normalised

    def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _ask(self, texts: list[str]) -> list[list[float]]:
        try:
            told = self._opened().embeddings.create(model=self._model, input=texts, encoding_format="float")
            found = {int(item.index): [float(x) for x in item.embedding] for item in told.data}
        except Exception as e:  # Malformed answers raise what they like: see errors.py.
            raise errors.explain(e, self._where) from e
        if sorted(found) != list(range(len(texts))):
            raise self._unusable(f"{len(found)} vectors for {len(texts)} texts")
        return [found[i] for i in range(len(texts))]

    def _opened(self) -> Any:
        if self._client is None:
            import httpx2
            import openai

            timeout = httpx2.Timeout(self._timeout_s, connect=min(self._timeout_s, _CONNECT_S))
            # No redirect and, on this machine, no proxy: what is meant for this machine stays on it.
            client = openai.DefaultHttpxClient(timeout=timeout, follow_redirects=False, trust_env=self.remote)
            self._client = openai.OpenAI(
                api_key=self._key or "none",
                base_url=self._base_url,
                timeout=timeout,
                max_retries=self._max_retries,
                http_client=client,
            )
        return self._client

    def _unusable(self, what: str) -> ModelError:
        return ModelError(
            f"{self._where} sent {what}.", "Check COACH_EMBEDDINGS_URL and COACH_EMBEDDINGS_MODEL, or unset them."
        )


def endpoint_embedder(settings: Settings) -> EndpointEmbedder | None:
    """Return the embedder that the settings name, or None where they name none: then the built-in one is used.

    Raises:
        SettingsError: if only one of address and model is set.
        ModelError: if a remote endpoint has no key.
    """
    if settings.embeddings_url is None and settings.embeddings_model is None:
        return None
    if settings.embeddings_url is None or settings.embeddings_model is None:
        missing = "COACH_EMBEDDINGS_URL" if settings.embeddings_url is None else "COACH_EMBEDDINGS_MODEL"
        raise SettingsError("An embeddings endpoint needs an address and a model's name.", f"Set {missing} too.")
    return EndpointEmbedder(
        settings.embeddings_model,
        settings.embeddings_url,
        key=settings.embeddings_key.get_secret_value() if settings.embeddings_key else None,
        timeout_s=settings.timeout_s,
        max_retries=settings.max_retries,
    )
