"""What an address says about where text goes, and a small, bounded question to a server."""

from __future__ import annotations

import http.client
import ipaddress
import json
import threading
from typing import Any
from urllib.parse import urlsplit

#: Largest answer that a probe reads, in bytes.
_MOST = 2_000_000


def is_loopback(url: str) -> bool:
    """Whether `url` points to this machine: ``localhost``, 127.0.0.0/8 or ::1, and no name that merely begins so."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def host_of(url: str) -> str:
    """Return the host of `url` with its port where it has one, for people to read."""
    parts = urlsplit(url)
    host = parts.hostname or url
    return f"{host}:{parts.port}" if parts.port else host


def ask_json(url: str, *, seconds: float, key: str | None = None) -> Any:
    """Return what `url` answers to GET, as JSON values, or None if it gives none within `seconds`.

    Follows no redirect and uses no proxy, so that a question to this machine stays on it.
    """
    found: list[Any] = []

    def ask() -> None:
        try:
            found.append(_get(url, seconds, key))
        except (OSError, http.client.HTTPException, ValueError):
            return

    # A socket's time limit bounds each read, not the whole (nor the look-up of the name): a thread does.
    asker = threading.Thread(target=ask, daemon=True, name="coach-probe")
    asker.start()
    asker.join(seconds)
    return found[0] if found else None


def _get(url: str, seconds: float, key: str | None) -> Any:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=seconds)
    try:
        connection.request("GET", parts.path or "/", headers={"Authorization": f"Bearer {key}"} if key else {})
        response = connection.getresponse()
        return json.loads(response.read(_MOST)) if response.status == 200 else None
    finally:
        connection.close()
