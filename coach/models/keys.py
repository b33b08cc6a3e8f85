"""Keys of endpoints in the system's keyring, by address; never in a file of ours, never shown.

Every word with the keyring has a time limit, since a locked one may wait for somebody to open it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar

from coach.domain.errors import StoreError
from coach.domain.text import clean_line

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")


class KeyringError(StoreError):
    """The system's keyring cannot keep or give a key."""


#: Under this name the keyring shows what is kept; the user's name there is the endpoint's address.
SERVICE = "coach"
#: Seconds that looking a key up may take.
LOOK_UP_S = 5.0
#: Seconds that keeping one may take: somebody may have to type the keyring's password.
KEEP_S = 60.0
#: keyring's own mark of a backend that it recommends. Those below keep keys in files, or ask in the terminal.
_RECOMMENDED = 1
_VARIABLE_INSTEAD = "Set the variable COACH_API_KEY instead."
_UNLOCK = "Unlock it and try again, or set the variable COACH_API_KEY instead."


def stored_key(address: str, seconds: float = LOOK_UP_S) -> str | None:
    """Return the key that the keyring holds for this address; None where it holds none, or where there is no keyring.

    Raises:
        KeyringError: the keyring is locked or broken, or did not answer within `seconds`.
    """

    def look_up() -> str | None:
        keyring = _keyring()
        return keyring.get_password(SERVICE, address) if keyring is not None else None

    return _within(seconds, look_up) or None


def keep_key(address: str, key: str, seconds: float = KEEP_S) -> None:
    """Keep the key for this address in the keyring, in place of an earlier one.

    Raises:
        KeyringError: there is no keyring, it is locked or broken, or it did not answer within `seconds`.
    """

    def keep() -> bool:
        keyring = _keyring()
        if keyring is not None:
            keyring.set_password(SERVICE, address, key)
        return keyring is not None

    if not _within(seconds, keep):
        raise KeyringError("There is no system keyring here that could keep the key.", _VARIABLE_INSTEAD)


def _keyring() -> KeyringBackend | None:
    """The keyring of this system; None where there is none that keeps what it is given in safety."""
    import keyring

    backend = keyring.get_keyring()
    return backend if backend.priority >= _RECOMMENDED else None


def _within(seconds: float, work: Callable[[], T]) -> T:
    done: Future[T] = Future()

    def run() -> None:
        try:
            done.set_result(work())
        except Exception as e:  # noqa: BLE001 - raised again below, where somebody waits for it
            done.set_exception(e)

    threading.Thread(target=run, daemon=True, name="coach-keyring").start()
    try:
        return done.result(seconds)
    except TimeoutError as e:
        raise KeyringError("The system keyring did not answer in time; it may be locked.", _UNLOCK) from e
    except Exception as e:  # Backends raise what their system gives them: see the package keyring.
        raise _explained(e) from e


def _explained(exc: Exception) -> KeyringError:
    from keyring.errors import KeyringLocked, NoKeyringError

    if isinstance(exc, NoKeyringError):
        return KeyringError("There is no system keyring here that could keep the key.", _VARIABLE_INSTEAD)
    if isinstance(exc, KeyringLocked):
        return KeyringError("The system keyring is locked.", _UNLOCK)
    kind = clean_line(type(exc).__name__)
    return KeyringError(f"The system keyring cannot be used ({kind}).", _VARIABLE_INSTEAD)
