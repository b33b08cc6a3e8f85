"""Trying an endpoint before it is used: does it answer, is the key right, and which models are there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coach.domain.errors import ModelError
from coach.domain.ports import Message
from coach.models import errors
from coach.models.addresses import host_of, is_loopback
from coach.models.choice import OPENAI_MODEL, chat_models, what_leaves
from coach.models.endpoint import EndpointModel

#: Tokens of an answer that is asked for only to see whether one comes; some models think before they answer.
_PROOF_TOKENS = 32
#: Statuses of servers that have no list of models.
_NO_PAGE = (404, 405, 501)
#: Name for servers that hold one model and take any name for it.
_ANY = "default"


@dataclass(frozen=True, slots=True)
class Trial:
    """What an endpoint showed."""

    #: As it is to be kept: without a slash at its end.
    address: str
    #: The model that answered; empty where there are several and none was named: nothing was asked then.
    name: str
    #: The chat models that it lists, in its order; those that are asked for most come first.
    models: tuple[str, ...]
    #: What leaves this machine when it is used, one sentence.
    leaves: str

    @property
    def host(self) -> str:
        """Host of the endpoint, for people to read."""
        return host_of(self.address)


async def try_endpoint(address: str, *, name: str = "", key: str | None = None, timeout_s: float = 120.0) -> Trial:
    """Ask the endpoint for its models and, where one is named or there is only one, that model for a few tokens.

    Args:
        address: as `coach.settings.Settings.base_url` holds it.
        name: the model to ask; empty takes the only one that is listed.
        key: sent as it is; only an endpoint on this machine goes without.
        timeout_s: seconds that it may stay silent.

    Raises:
        ModelError: a key is missing or refused, there is no such model, nobody answers there, or not in time, or what
            answers is no endpoint of this kind.
    """
    if not key and not is_loopback(address):
        raise ModelError(
            f"{host_of(address)} is another machine, and no key is given for it.",
            "Give its key; where it asks for none, any word will do.",
        )
    models: Sequence[str] = ()
    if not name:
        candidate = _Candidate(_ANY, address, key=key, timeout_s=timeout_s, max_retries=0)
        try:
            models = chat_models(await candidate.listed())
        finally:
            await candidate.aclose()
        if OPENAI_MODEL in models:
            models = [OPENAI_MODEL, *(m for m in models if m != OPENAI_MODEL)]
        if len(models) > 1:
            return Trial(address, "", tuple(models), what_leaves(address))
        name = models[0] if models else _ANY
    candidate = _Candidate(name, address, key=key, timeout_s=timeout_s, max_retries=0)
    try:
        await candidate.prove()
    finally:
        await candidate.aclose()
    return Trial(address, name, tuple(models), what_leaves(address, name))


class _Candidate(EndpointModel):
    """An endpoint that is not in use yet."""

    async def listed(self) -> list[str]:
        """The names that it lists, as it gives them; none where it has no list."""
        import openai

        try:
            page = await self._chat().root_async_client.models.list()
            return [entry.id for entry in page.data]
        except Exception as e:  # The client raises what it likes on malformed answers: see errors.py.
            if isinstance(e, openai.APIStatusError) and e.status_code in _NO_PAGE:
                return []
            raise errors.explain(e, self._where) from e

    async def prove(self) -> None:
        """Ask for a few tokens, whatever they say."""
        await self._ask([Message("user", "Say OK.")], self._options(_PROOF_TOKENS, 0.0))
