"""The team's Chroma server, spoken to by its HTTP interface (v2): few calls, each bounded in time and in size.

Chroma's own client waits for ever (chromadb 1.5.9 makes its HTTP client without a time limit), takes answers of any
size, and obeys the environment's proxies, which would get what is meant for the team.
"""

from __future__ import annotations

import http.client
import io
import json
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast
from urllib.parse import quote, urlsplit

from coach.domain.errors import StoreError
from coach.models.addresses import host_of, is_loopback
from coach.retrieval.vectors import GRAPH

#: Seconds to connect, to answer a search, and to take what is written.
CONNECT, ANSWER, WRITE = 2.0, 3.0, 30.0
#: Seconds after a failure in which nothing is searched there.
_QUIET = 30.0
#: Largest answer that is read, in bytes.
_MOST = 32_000_000
_COLLECTIONS = "/api/v2/tenants/default_tenant/databases/default_database/collections"
#: What Chroma says of what it does not take, shown in its own words up to so many characters.
_REFUSED = (400, 409, 413, 422)
_BROKEN_OFF = (http.client.RemoteDisconnected, http.client.IncompleteRead)

Where = Mapping[str, Any]


class TeamError(StoreError):
    """The team's server cannot be used now. Everything of one's own goes on without it."""


class _Gone(Exception):
    """There is no such collection."""


class TeamServer:
    """One server, and one collection on it. Threads may share it.

    Args:
        url: its address, with or without a path.
        collection: name of the collection; made by the first who writes.
        token: sent as a bearer token; empty for none.
        clock: tells seconds that only ever grow.
        connect: seconds to connect.
        answer: seconds to answer a search, in all.
    """

    def __init__(
        self,
        url: str,
        collection: str,
        token: str = "",
        *,
        clock: Callable[[], float] = time.monotonic,
        connect: float = CONNECT,
        answer: float = ANSWER,
    ) -> None:
        self.url = url
        self.host = host_of(url)
        #: Whether it is on another machine.
        self.remote = not is_loopback(url)
        #: Seconds in which a search has its answer, or has failed.
        self.patience = connect + answer
        self.collection = collection
        self._parts = urlsplit(url)
        self._token = token
        self._clock = clock
        self._connect = connect
        self._answer = answer
        self._lock = threading.Lock()
        self._idle: http.client.HTTPConnection | None = None
        self._id = ""
        self._trouble = ""
        self._quiet_until = 0.0

    @property
    def trouble(self) -> str:
        """Why it is not asked now, in plain words; empty where it may be."""
        left = self._quiet_until - self._clock()
        return f"{self._trouble} It is asked again in {max(1, round(left))} seconds." if left > 0 else ""

    def failed(self, error: TeamError) -> None:
        """Leave it alone for a while: nobody waits for it again and again."""
        self._trouble = error.message
        self._quiet_until = self._clock() + _QUIET

    def version(self) -> str:
        """Return the version that it says it has. Raises `TeamError`, as every method does."""
        found = self._call("GET", "/api/v2/version", None, self._answer)
        return found if isinstance(found, str) else ""

    def nearest(self, vector: Sequence[float], limit: int, where: Where | None = None) -> dict[str, Any]:
        """Return the nearest rows as Chroma gives them: ids, documents, metadatas and distances, a list each."""
        body = {"query_embeddings": [vector], "n_results": limit, "where": where}
        found = self._ask("query", body | {"include": ["documents", "metadatas", "distances"]}, self._answer)
        names = ("ids", "documents", "metadatas", "distances")
        return {name: _first(found.get(name)) for name in names} if isinstance(found, dict) else {}

    def rows(
        self,
        where: Where | None,
        limit: int,
        offset: int = 0,
        *,
        texts: bool = True,
        vectors: bool = False,
        seconds: float | None = None,
    ) -> dict[str, Any]:
        """Return rows: ids and metadatas, a list each, with documents and embeddings where these are wanted."""
        include = ["metadatas", *(["documents"] if texts else []), *(["embeddings"] if vectors else [])]
        body = {"where": where, "limit": limit, "offset": offset, "include": include}
        found = self._ask("get", body, self._answer if seconds is None else seconds)
        return found if isinstance(found, dict) else {}

    def write(self, rows: Mapping[str, Sequence[Any]]) -> None:
        """Write rows (ids, documents, metadatas and embeddings, a list each); those with a known id are replaced."""
        self._ask("upsert", rows, WRITE, make=True)

    def remove(self, where: Where) -> int:
        """Remove rows and return how many these were."""
        found = self._ask("delete", {"where": where}, WRITE)
        count = found.get("deleted") if isinstance(found, dict) else 0
        return count if isinstance(count, int) else 0

    def collections(self) -> list[str]:
        """Return the names of the collections that there are."""
        found = self._call("GET", f"{_COLLECTIONS}?limit=1000", None, self._answer)
        named = (one.get("name") for one in found if isinstance(one, dict)) if isinstance(found, list) else ()
        return [name for name in named if isinstance(name, str)]

    def beside(self, collection: str) -> TeamServer:
        """Return the same server, and another collection on it."""
        return TeamServer(
            self.url, collection, self._token, clock=self._clock, connect=self._connect, answer=self._answer
        )

    def close(self) -> None:
        """Let go of the connection."""
        with self._lock:
            idle, self._idle = self._idle, None
        if idle is not None:
            idle.close()

    def _ask(self, what: str, body: Any, seconds: float, *, make: bool = False) -> Any:
        """Ask the collection. Where there is none, nobody has shared anything: that is no failure."""
        for _ in range(2):
            try:
                known = self._id or self._open(make=make)
                return self._call("POST", f"{_COLLECTIONS}/{known}/{what}", body, seconds) if known else {}
            except _Gone:
                # It was removed, and perhaps made anew under another id.
                self._id = ""
        return {}

    def _open(self, *, make: bool) -> str:
        try:
            if make:
                settings = {
                    "name": self.collection,
                    "get_or_create": True,
                    "configuration": GRAPH,
                }
                found = self._call("POST", _COLLECTIONS, settings, WRITE)
            else:
                found = self._call("GET", f"{_COLLECTIONS}/{quote(self.collection)}", None, self._answer)
        except _Gone:
            return ""
        if not isinstance(found, dict) or not isinstance(found.get("id"), str) or found.get("name") != self.collection:
            raise self._foreign()
        self._id = quote(found["id"], safe="")
        return self._id

    def _call(self, method: str, path: str, body: Any, seconds: float) -> Any:
        data = None if body is None else json.dumps(body).encode()
        try:
            status, answer = self._exchange(method, path, data, seconds)
        except TimeoutError as exc:
            raise TeamError(f"The team's server at {self.host} takes too long to answer.", _LATER) from exc
        except (OSError, http.client.HTTPException, ValueError) as exc:
            if isinstance(exc, http.client.HTTPException) and not isinstance(exc, _BROKEN_OFF):
                raise self._foreign() from exc
            raise TeamError(f"The team's server at {self.host} cannot be reached.", _LATER) from exc
        try:
            found = json.loads(answer) if answer else None
        except (ValueError, RecursionError) as exc:
            raise (self._foreign() if status < 300 else self._refusal(status)) from exc
        if status == 404 and isinstance(found, dict) and found.get("error") == "NotFoundError":
            raise _Gone
        if not 200 <= status < 300:
            raise self._refusal(status)
        return found

    def _refusal(self, status: int) -> TeamError:
        if status in (401, 403):
            asks = "refuses the token" if self._token else "asks for a token"
            return TeamError(f"The team's server at {self.host} {asks}.", "Set COACH_CHROMA_TOKEN.")
        if status in _REFUSED:
            return TeamError(f"The team's server at {self.host} does not take what it is sent ({status}).", _VERSION)
        if status == 429 or status >= 500:
            return TeamError(f"The team's server at {self.host} reports a fault of its own ({status}).", _LATER)
        return self._foreign()

    def _foreign(self) -> TeamError:
        return TeamError(f"What answers at {self.host} is no Chroma server that Coach understands.", _VERSION)

    # The exchange itself.

    def _exchange(self, method: str, path: str, data: bytes | None, seconds: float) -> tuple[int, bytes]:
        with self._lock:
            kept, self._idle = self._idle, None
        if kept is not None:
            try:
                return self._exchange_on(kept, method, path, data, seconds)
            except TimeoutError:
                raise
            except (OSError, http.client.HTTPException, ValueError):
                # It had been closed at the other end meanwhile. Everything that is asked may be asked twice.
                kept.close()
        return self._exchange_on(self._connected(), method, path, data, seconds)

    def _connected(self) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self._parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(self._parts.hostname or "", self._parts.port, timeout=self._connect)
        connection.connect()
        return connection

    def _exchange_on(
        self, connection: http.client.HTTPConnection, method: str, path: str, data: bytes | None, seconds: float
    ) -> tuple[int, bytes]:
        headers = {"Content-Type": "application/json", "Accept": "application/json", "Accept-Encoding": "identity"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        try:
            sock: socket.socket = connection.sock
            sock.settimeout(seconds)
            end = time.monotonic() + seconds
            connection.response_class = cast("Any", lambda sock, **options: _Response(sock, end, **options))
            connection.request(method, self._parts.path.rstrip("/") + path, data, headers)
            response = connection.getresponse()
            answer = response.read(_MOST + 1)
            if len(answer) > _MOST or response.getheader("Content-Encoding", "identity") != "identity":
                raise http.client.HTTPException
        except BaseException:
            connection.close()
            raise
        with self._lock:
            kept, self._idle = self._idle, None if response.will_close else connection
        if kept is not None:
            kept.close()
        return response.status, answer


_LATER = "See that it runs and can be reached; what it has is searched again when it answers."
_VERSION = "See COACH_CHROMA_URL, and that the server is Chroma 1.x."


class _Response(http.client.HTTPResponse):
    """An answer that has to be there by `end`, all of it: a socket's time limit bounds each read alone."""

    def __init__(self, sock: socket.socket, end: float, **options: Any) -> None:
        super().__init__(sock, **options)
        self.fp.close()
        self.fp = io.BufferedReader(_Bounded(sock, end))


class _Bounded(io.RawIOBase):
    def __init__(self, sock: socket.socket, end: float) -> None:
        self._sock = sock
        self._end = end

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._sock.settimeout(left)
        return self._sock.recv_into(buffer)


def _first(found: Any) -> list[Any]:
    return found[0] if isinstance(found, list) and found and isinstance(found[0], list) else []
