"""Choosing the model while the program runs: testing, keeping, taking effect, and the pull beside it all."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from coach.domain.errors import CoachError, ModelError
from coach.tui.engine import from_thread
from coach.tui.opening import Opening

if TYPE_CHECKING:
    from coach.models.pull import Progress
    from coach.models.trial import Trial
    from coach.models.use import Saved
    from coach.settings import Settings


@dataclass(frozen=True, slots=True)
class Standing:
    """What there is to choose from, and what is set outside of the program."""

    #: Address of the endpoint that is set; empty where none is.
    base_url: str
    #: What gives the endpoint's key before the keyring does, such as ``OPENAI_API_KEY``; empty where nothing does.
    key_given_by: str
    #: That variables win over what is chosen, one sentence; empty where none do.
    wins: str
    #: Whether the local model's weights are here.
    pulled: bool
    #: Host of the model hub that a pull asks; empty where it is not to be asked.
    hub: str


#: Seconds that a pull may take to end.
_PATIENCE = 1.0


class _Stopped(Exception):
    """The pull is no longer wanted."""


class Choosing:
    """Puts into effect what the person chooses. A choice takes effect with the next question.

    Args:
        opening: the coach, opened or not yet; shows what changes.
    """

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._engine = opening.engine
        self._stop = threading.Event()
        self._ended = threading.Event()
        self._ended.set()
        self._chosen = 0
        #: Whether the local model is being pulled.
        self.pulling = False

    async def standing(self) -> Standing:
        """Return what there is to choose from.

        Raises:
            SettingsError: the settings cannot be read.
        """
        return await self._engine.aside(_standing)

    async def use(self, model: Literal["none", "local"]) -> str:
        """Keep that this model answers and let it; return what keeps that from taking effect, or nothing.

        Raises:
            CoachError: it cannot be kept; everything stays as it was.
        """
        from coach.models.use import use

        saved = await self._engine.aside(lambda: use(model))
        await self._take_effect(saved.settings)
        return saved.but

    async def try_endpoint(self, address: str, name: str, key: str) -> Trial:
        """Test an endpoint; without a `key`, with the one that is set or was kept for it.

        Raises:
            CoachError: see `coach.models.trial.try_endpoint`; and if `address` is none.
        """
        from coach.models.trial import try_endpoint

        settings, known = await self._engine.aside(lambda: _known(address, key))
        address = settings.base_url or address
        return await self._engine.run(
            lambda: try_endpoint(address, name=name, key=key or known, timeout_s=settings.timeout_s)
        )

    async def use_endpoint(self, trial: Trial, key: str) -> str:
        """Keep that this endpoint answers and let it; return what the person has to know about that, or nothing.

        Where the keyring cannot keep the key, it holds until the program ends.

        Raises:
            CoachError: it cannot be kept; everything stays as it was.
        """
        saved, remark = await self._engine.aside(lambda: _keep_endpoint(trial, key))
        settings = saved.settings
        if key and settings.base_url == trial.address:
            from pydantic import SecretStr

            settings = settings.model_copy(update={"api_key": SecretStr(key)})
        await self._take_effect(settings)
        return f"{saved.but} {remark}".strip()

    async def pull(self) -> bool:
        """Get the local model, telling how far it is. Return whether it is to be used: False if it was stopped or
        something else has been chosen meanwhile.

        Raises:
            CoachError: it cannot be had; everything stays as it was, and the next pull goes on from there.
        """
        if self.pulling:
            raise ModelError("The local model is being pulled already.", "Ask meanwhile; the line below shows how far.")
        self.pulling = True
        self._stop, chosen = threading.Event(), self._chosen
        stop, here = self._stop, asyncio.get_running_loop()

        def told(progress: Progress) -> None:
            if stop.is_set():
                raise _Stopped
            from_thread(here, self._told, stop, progress)

        def work() -> bool:
            try:
                return _pulled(told)
            finally:
                self._ended.set()

        self._opening.pulled("0%")
        self._ended.clear()
        try:
            return await self._engine.aside(work) and self._chosen == chosen
        finally:
            self.pulling = False
            self._opening.pulled("")

    def stop(self) -> None:
        """Stop the pull; what has come stays, and the next one goes on from there."""
        self._stop.set()
        if self.pulling:
            self._opening.pulled("stopping …")

    def close(self) -> None:
        """Stop the pull and give it a moment to end what it started."""
        self._stop.set()
        self._ended.wait(_PATIENCE)

    def _told(self, stop: threading.Event, progress: Progress) -> None:
        if self.pulling and not stop.is_set():
            share = f"{progress.done / progress.total:.0%}" if progress.total else "…"
            self._opening.pulled(f"{share}, checking" if progress.phase == "verify" else share)

    async def _take_effect(self, settings: Settings) -> None:
        self._chosen += 1
        try:
            await self._opening.wait()
        except CoachError:
            # Why it cannot be opened has been shown; it opens with what has just been kept.
            return
        await self._engine.wait_for(lambda coach: coach.change_model(settings))
        self._opening.model_changed()


def _standing() -> Standing:
    from coach.models.addresses import host_of
    from coach.models.use import has_weights, key_given_by, set_outside, wins
    from coach.settings import load_settings

    settings = load_settings()
    return Standing(
        base_url=settings.base_url or "",
        key_given_by=key_given_by(settings),
        wins=wins(set_outside()),
        pulled=has_weights(settings),
        hub="" if settings.hub_offline else host_of(settings.hub_url),
    )


def _known(address: str, key: str) -> tuple[Settings, str | None]:
    """The settings with this address, and the key that is known for it where none is given."""
    from coach.models.choice import key_for
    from coach.settings import load_settings

    settings = load_settings(base_url=address)
    return settings, None if key else key_for(settings.base_url or address, settings, must=False)


def _keep_endpoint(trial: Trial, key: str) -> tuple[Saved, str]:
    from coach.models.keys import KeyringError
    from coach.models.use import use_endpoint

    try:
        return use_endpoint(trial, key), ""
    except KeyringError as e:
        return use_endpoint(trial), f"{e.message} The key holds until you leave. {e.hint}"


def _pulled(told: Callable[[Progress], None]) -> bool:
    from coach.models.pull import pull
    from coach.models.use import check_local
    from coach.settings import load_settings

    settings = load_settings()
    check_local(settings, pulled=False)
    try:
        pull(settings, "auto", told)
    except _Stopped:
        return False
    return True
