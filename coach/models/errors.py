"""What goes wrong between here and a model, in plain words. Everything that an endpoint can raise ends here."""

from __future__ import annotations

import json
from typing import Any

from coach.domain.errors import ModelError
from coach.domain.text import clean_line

_TOO_LONG_CODES = ("context_length_exceeded", "exceed_context_size_error")
_TOO_LONG_WORDS = ("maximum context length", "context window", "context size", "prompt is too long", "context_length")
_QUOTA_WORDS = ("insufficient_quota", "exceeded your current quota", "billing")
#: Longest piece of an endpoint's own words that is shown.
_QUOTED = 200


def explain(exc: BaseException, where: str) -> ModelError:
    """Return the `ModelError` for `exc`, which was raised while asking `where` (a host, or "the local model").

    `retryable` is set where the same call may succeed later without anything being changed: time-outs, refused
    connections, rate limits, server faults and broken streams.
    """
    if isinstance(exc, ModelError):
        return exc
    import httpx2
    import openai

    if isinstance(exc, openai.APIStatusError):
        return _status(exc, where)
    if isinstance(exc, openai.LengthFinishReasonError):
        return ModelError(
            f"The answer of {where} did not end within the tokens it was given.", "Ask something shorter."
        )
    if isinstance(exc, openai.ContentFilterFinishReasonError):
        return withheld(where)
    if isinstance(exc, openai.APITimeoutError | httpx2.TimeoutException):
        return ModelError(
            f"{where} did not answer in time.", "Try again, or allow more time with COACH_TIMEOUT_S.", retryable=True
        )
    if isinstance(exc, TimeoutError):  # langchain's StreamChunkTimeoutError is one.
        return ModelError(
            f"{where} stopped in the middle of its answer and sent nothing more.",
            "Try again, or allow more time with COACH_TIMEOUT_S.",
            retryable=True,
        )
    if any(isinstance(cause, httpx2.RemoteProtocolError | httpx2.ReadError) for cause in _causes(exc)):
        return cut(where)
    if isinstance(exc, openai.APIConnectionError | httpx2.TransportError | OSError):
        return _unreachable(exc, where)
    if isinstance(exc, openai.APIResponseValidationError | json.JSONDecodeError | UnicodeDecodeError):
        return not_an_answer(where)
    if isinstance(exc, openai.APIError):
        # An error that came inside a stream that had begun well.
        if _is_too_long(exc):
            return _too_long(where)
        return ModelError(f"{where} broke off with an error{_words_of(exc)}.", "Try again.", retryable=True)
    if isinstance(exc, openai.OpenAIError):
        return ModelError(f"{where} could not be asked{_words_of(exc)}.", "Check the key and the address.")
    # The client trips over answers of the wrong shape in many ways: IndexError, TypeError, KeyError, ValueError …
    return not_an_answer(where)


def not_an_answer(where: str) -> ModelError:
    """What came back is HTML, broken JSON, or JSON without an answer in it."""
    return ModelError(
        f"{where} sent something that is not a chat answer.",
        "Check that the address is that of an OpenAI-compatible endpoint; it mostly ends in /v1.",
    )


def cut(where: str) -> ModelError:
    """The stream ended without saying that it had ended."""
    return ModelError(f"The answer of {where} was cut off before its end.", "Try again.", retryable=True)


def empty(where: str) -> ModelError:
    """The answer has no text."""
    return ModelError(f"{where} sent an empty answer.", "Try again, or choose another model.", retryable=True)


def withheld(where: str) -> ModelError:
    """A content filter took the answer away."""
    return ModelError(f"The content filter of {where} withheld the answer.", "Put it in other words.")


def no_log_odds(where: str) -> ModelError:
    """The endpoint does not say how likely its tokens are."""
    return ModelError(
        f"{where} does not tell how sure its model is (no log-probabilities).",
        "Choose another checker with COACH_CHECKER=lexical or COACH_CHECKER=local.",
    )


def _status(exc: Any, where: str) -> ModelError:
    status = exc.status_code
    if _is_too_long(exc):
        return _too_long(where)
    match status:
        case 401:
            return ModelError(
                f"{where} refused the key.",
                "Check it: OPENAI_API_KEY, COACH_API_KEY, or what `coach model endpoint` was given.",
            )
        case 402:
            return _no_credit(where)
        case 403:
            return ModelError(
                f"The key is not allowed to use this model at {where}{_words_of(exc)}.",
                "Use another key or choose another model with COACH_MODEL.",
            )
        case 404:
            return ModelError(
                f"{where} does not have this model{_words_of(exc)}.",
                "Choose another with COACH_MODEL, and check that the address is complete; it mostly ends in /v1.",
            )
        case 408 | 504:
            return ModelError(f"{where} did not answer in time.", "Try again in a moment.", retryable=True)
        case 413:
            return _too_long(where)
        case 429:
            return _busy(exc, where)
        case _ if 300 <= status < 400:
            return ModelError(
                f"{where} points to another address, which is not followed.",
                "Set COACH_BASE_URL to the address that it points to, if you trust it.",
            )
        case _ if status >= 500:
            return ModelError(
                f"{where} has a fault of its own (status {status}).", "Try again in a moment.", retryable=True
            )
    return ModelError(
        f"{where} refused the request (status {status}){_words_of(exc)}.", "Choose another model with COACH_MODEL."
    )


def _busy(exc: Any, where: str) -> ModelError:
    if any(word in f"{exc.code} {exc.message}".lower() for word in _QUOTA_WORDS):
        return _no_credit(where)
    seconds = exc.response.headers.get("retry-after", "")
    wait = f"Try again in {seconds} seconds." if seconds.isdecimal() and len(seconds) < 7 else "Try again in a minute."
    return ModelError(f"{where} has had too many requests for now.", wait, retryable=True)


def _no_credit(where: str) -> ModelError:
    return ModelError(
        f"The account at {where} has no credit left.", "Top it up, or choose another model with COACH_MODEL."
    )


def _too_long(where: str) -> ModelError:
    return ModelError(
        f"This is more text than the model at {where} can read at once.",
        "Shorten the question or begin a new conversation; for the local model, raise COACH_CONTEXT_TOKENS.",
    )


def _is_too_long(exc: Any) -> bool:
    body = exc.body if isinstance(exc.body, dict) else {}
    codes = (exc.code, body.get("code"), body.get("type"))
    if any(code in _TOO_LONG_CODES for code in codes):
        return True
    message = str(exc.message).lower()
    return any(word in message for word in _TOO_LONG_WORDS)


def _unreachable(exc: BaseException, where: str) -> ModelError:
    told = " ".join(f"{type(cause).__name__} {cause}" for cause in _causes(exc)).lower()
    if "certificate" in told:
        return ModelError(
            f"The certificate of {where} is not trusted here.",
            "Check the address; behind a company's proxy, set SSL_CERT_FILE to its certificate.",
        )
    if "name or service" in told or "getaddrinfo" in told or "nodename" in told or "name resolution" in told:
        return ModelError(f"{where} cannot be found.", "Check the address and the network connection.", retryable=True)
    return ModelError(
        f"{where} cannot be reached.", "Check that it runs and that the address is right.", retryable=True
    )


def _causes(exc: BaseException) -> list[BaseException]:
    """`exc` and what led to it: the client wraps what the network says several times."""
    causes: list[BaseException] = []
    cause: BaseException | None = exc
    while cause is not None and len(causes) < 8:
        causes.append(cause)
        cause = cause.__cause__ or cause.__context__
    return causes


def _words_of(exc: Any) -> str:
    """The endpoint's own words, cleaned and short, in brackets; it may be the only thing that tells what is wrong."""
    body = exc.body if isinstance(getattr(exc, "body", None), dict) else {}
    told = body.get("message") or getattr(exc, "message", "") or ""
    words = clean_line(told if isinstance(told, str) else "")
    if not words or "<" in words:
        return ""
    return f' (it says: "{words[:_QUOTED]}{"…" if len(words) > _QUOTED else ""}")'
