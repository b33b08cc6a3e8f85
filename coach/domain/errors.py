"""The one error tree. Every error says in plain words what happened and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coach.domain.answer import Answer


class CoachError(Exception):
    """Something the person can understand and act on.

    Args:
        message: what happened, one plain sentence, without markup or a traceback.
        hint: what to do next; empty where nothing can be done.
    """

    #: Exit status of a command that ends with this error.
    exit_status = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class SettingsError(CoachError):
    """A setting is unknown or has a value out of range."""

    exit_status = 2


class InputError(CoachError):
    """What was given on the command line or in a file cannot be used."""

    exit_status = 2


class SourceError(CoachError):
    """A source cannot be read or does not have the form that its kind asks for."""


class NothingSaidError(SourceError):
    """A file can be read and says nothing: it is empty, or has headings and no text."""


class StoreError(CoachError):
    """The ledger or an index on disk cannot be read or written."""


class NotKeptError(StoreError):
    """An answer was made, and then it could not be kept. It is here, to be read and copied all the same.

    Args:
        cause: why it could not be kept.
        answer: the answer, which belongs to no conversation.
    """

    def __init__(self, cause: CoachError, answer: Answer) -> None:
        super().__init__(cause.message, cause.hint)
        self.answer = answer


class ModelError(CoachError):
    """A model could not be found, started or asked.

    `retryable` tells whether the same call may succeed later without anything being changed.
    """

    def __init__(self, message: str, hint: str = "", *, retryable: bool = False) -> None:
        super().__init__(message, hint)
        self.retryable = retryable
