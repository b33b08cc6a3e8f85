"""The weights from a model hub, over HTTP, going on where an earlier download stopped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from coach.domain.errors import ModelError
from coach.models.addresses import host_of
from coach.models.weights import Weights

if TYPE_CHECKING:
    import httpx2

#: A machine without a way to the hub should learn it soon.
_CONNECT_S = 5.0
_READ_S = 30.0
#: Bytes between two words of progress.
_TELL_EVERY = 1 << 20


def fetch(hub_url: str, weights: Weights, part: Path, tell: Callable[[int], None]) -> None:
    """Bring `part` to its full size, and tell the bytes that are there about once for each MiB.

    A connection that breaks is taken up again at once as long as each attempt brings something.

    Raises:
        ModelError: if the hub cannot be reached, does not have the file, or breaks off without bringing anything more.
        OSError: if `part` cannot be written.
    """
    import httpx2

    url, where = f"{hub_url}/{weights.hub_path}", f"The model hub ({host_of(hub_url)})"
    timeout = httpx2.Timeout(_READ_S, connect=_CONNECT_S)
    with httpx2.Client(timeout=timeout, follow_redirects=True) as client:
        while (have := part.stat().st_size) < weights.size:
            try:
                _attempt(client, url, where, weights, part, tell)
            except httpx2.HTTPError as e:
                if part.stat().st_size > have:
                    continue
                raise ModelError(
                    f"{where} {_trouble(e)}.",
                    "Check the network, then run the same command again; it goes on where it was.",
                    retryable=True,
                ) from e
            if part.stat().st_size <= have:
                raise ModelError(f"{where} sent nothing.", "Try again in a moment.", retryable=True)


def _attempt(
    client: httpx2.Client, url: str, where: str, weights: Weights, part: Path, tell: Callable[[int], None]
) -> None:
    have = part.stat().st_size
    # Not compressed: positions are those of the file itself.
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    with client.stream("GET", url, headers=headers) as response:
        if response.status_code not in (200, 206):
            raise _refusal(response.status_code, where)
        begins, total = _extent(response.status_code, response.headers, where)
        if total is not None and total != weights.size:
            raise ModelError(
                f"{where} sent something else than the file that was asked for.",
                "Check COACH_HUB_URL, and whether the network asks for a sign-in first.",
            )
        if begins not in (0, have):
            raise ModelError(f"{where} did not go on where the download stopped.", "Try again.", retryable=True)
        with part.open("r+b") as file:
            file.seek(begins)
            file.truncate()
            done = told = begins
            # In the pieces in which they come: waiting for larger ones would lose them when the connection breaks.
            for chunk in response.iter_bytes():
                # One byte too many is enough to fail the check of the hash; more would only fill the disk.
                file.write(chunk[: weights.size + 1 - done])
                done = file.tell()
                if done - told >= _TELL_EVERY or done >= weights.size:
                    told = done
                    tell(min(done, weights.size))
                if done > weights.size:
                    return


def _extent(status: int, headers: httpx2.Headers, where: str) -> tuple[int, int | None]:
    """Where the answer begins in the file, and how long the file is as far as the hub tells."""
    try:
        if status == 200:
            length = headers.get("content-length")
            return 0, int(length) if length is not None else None
        span, _, total = headers["content-range"].removeprefix("bytes").strip().partition("/")
        return int(span.partition("-")[0]), None if total == "*" else int(total)
    except (KeyError, ValueError) as e:
        raise ModelError(f"{where} answered in a form that makes no sense.", "Try again.", retryable=True) from e


def _refusal(status: int, where: str) -> ModelError:
    if status in (401, 403):
        return ModelError(f"{where} does not give this file out here (status {status}).", "Use --route index.")
    if status == 404:
        return ModelError(f"{where} does not have the file.", "Check COACH_HUB_URL, or use --route index.")
    if status == 429 or status >= 500:
        return ModelError(f"{where} has trouble (status {status}).", "Try again in a moment.", retryable=True)
    return ModelError(f"{where} refused the request (status {status}).", "Use --route index.")


def _trouble(exc: Exception) -> str:
    import httpx2

    if isinstance(exc, httpx2.TimeoutException):
        return "did not answer in time"
    if isinstance(exc, httpx2.TooManyRedirects | httpx2.UnsupportedProtocol):
        return "sends from one address to another without end"
    if isinstance(exc, httpx2.RemoteProtocolError | httpx2.ReadError):
        return "broke off"
    return "cannot be reached"
