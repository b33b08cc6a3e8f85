"""The real server of `coach serve` on 127.0.0.1, with real visitors and foreign pages."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import aiohttp
import pytest
from textual_serve.download_manager import DownloadManager

from coach.cli.web import Visit
from tests.cli.sample import HOSTILE

_SECONDS = 60.0
_PROMPT = "What is on your mind?"
_ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[subprocess.Popen[str]]:
    """A server of its own data folder, without a model; its address is the first line that it prints."""
    folder = tmp_path_factory.mktemp("served")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("COACH_", "OPENAI_"))}
    # Plain lines and a dumb terminal are for the terminal it is started in: a browser gets the program.
    environment |= {
        "COACH_HOME": str(folder / "home it's"),
        "COACH_MODEL": "none",
        "COACH_PLAIN": "true",
        "TERM": "dumb",
        "XDG_CONFIG_HOME": str(folder / "config"),
    }
    # What lies in the folder where it is started must not be imported by the visitors' processes.
    (folder / "typer.py").write_text("raise SystemExit('imported from the folder')")
    command = [sys.executable, "-P", "-m", "coach.cli", "serve", "--port", "0"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment, cwd=folder
    )
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=_SECONDS)


@pytest.fixture(scope="module")
def address(server: subprocess.Popen[str]) -> str:
    assert server.stdout is not None
    line = server.stdout.readline()
    assert line.startswith("Coach is at http://127.0.0.1:"), line
    return line.removeprefix("Coach is at ").strip()


def _ws(address: str) -> str:
    return address.replace("http", "ws") + "/ws?width=100&height=30"


async def _read_until(socket: aiohttp.ClientWebSocketResponse, words: str) -> str:
    shown = ""
    while words not in shown:
        message = await socket.receive(timeout=_SECONDS)
        assert message.type is aiohttp.WSMsgType.BINARY, (message, shown)
        shown += _ESCAPES.sub("", message.data.decode())
    return shown


def _until(true: Callable[[], bool]) -> bool:
    end = time.monotonic() + _SECONDS
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def _children(process: subprocess.Popen[str]) -> list[str]:
    return Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()


async def test_the_page_is_served_confined_to_itself(address: str) -> None:
    async with aiohttp.ClientSession() as client, client.get(address) as response:
        page = await response.text()
    assert response.status == 200
    assert f'data-session-websocket-url="{address.replace("http", "ws")}/ws"' in page
    # Its template asks for a font elsewhere: a browser must not.
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "https:" not in policy
    assert "frame-ancestors 'none'" in policy
    assert response.headers["X-Frame-Options"] == "DENY"
    script = f"{address}/static/js/textual.js"
    async with aiohttp.ClientSession() as client, client.get(script) as response:
        assert response.status == 200


async def test_another_name_of_this_machine_leads_back_to_itself(address: str) -> None:
    named = address.replace("127.0.0.1", "localhost")
    async with aiohttp.ClientSession() as client, client.get(named) as response:
        assert f"{named.replace('http', 'ws')}/ws" in await response.text()


async def test_a_visitor_sees_the_prompt_and_leaves_no_process(server: subprocess.Popen[str], address: str) -> None:
    async with (
        aiohttp.ClientSession() as client,
        client.ws_connect(_ws(address), headers={"Origin": address}) as visitor,
    ):
        await _read_until(visitor, _PROMPT)
        assert len(_children(server)) == 1
        command = Path(f"/proc/{_children(server)[0]}/cmdline").read_text().split("\0")
        # No shell is left between.
        assert command[:5] == [sys.executable, "-P", "-m", "coach.cli", "chat"]
        # Ctrl+Q quits, as in a terminal.
        await visitor.send_json(["stdin", "\x11"])
        while (message := await visitor.receive(timeout=_SECONDS)).type is aiohttp.WSMsgType.BINARY:
            pass
        assert message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)
    assert _until(lambda: _children(server) == [])


async def test_who_closes_the_page_leaves_no_process(server: subprocess.Popen[str], address: str) -> None:
    async with aiohttp.ClientSession() as client:
        visitor = await client.ws_connect(_ws(address), headers={"Origin": address})
        await _read_until(visitor, _PROMPT)
        await visitor.close()
    assert _until(lambda: _children(server) == [])


@pytest.mark.parametrize("message", ["{", "[]", "{}", '["stdin"]', '["resize", 1]', '["stdin", 1]', '["resize", {}]'])
async def test_what_no_page_sends_ends_the_visit(server: subprocess.Popen[str], address: str, message: str) -> None:
    async with (
        aiohttp.ClientSession() as client,
        client.ws_connect(_ws(address), headers={"Origin": address}) as visitor,
    ):
        await visitor.send_str(message)
        while (answer := await visitor.receive(timeout=_SECONDS)).type is aiohttp.WSMsgType.BINARY:
            pass
        assert answer.type is aiohttp.WSMsgType.CLOSE
    assert _until(lambda: _children(server) == [])


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "http://127.0.0.1"},
        {"Origin": "https://{host}"},
        {"Origin": "http://{host}.evil.example"},
        {"Origin": "http://evil.example", "Host": "evil.example"},
        # A name that was made to stand for 127.0.0.1: page and websocket agree.
        {"Origin": "http://evil.example:{port}", "Host": "evil.example:{port}"},
        {"Origin": "http://93.184.216.34:{port}", "Host": "93.184.216.34:{port}"},
        {"Origin": "http://{host}", "Host": "evil.example"},
    ],
)
async def test_a_foreign_page_drives_nothing(
    server: subprocess.Popen[str], address: str, headers: dict[str, str]
) -> None:
    host = address.removeprefix("http://")
    sent = {k: v.format(host=host, port=host.partition(":")[2]) for k, v in headers.items()}
    async with aiohttp.ClientSession() as client:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await client.ws_connect(_ws(address), headers=sent)
        assert refused.value.status == 403
        if "Host" in sent:
            async with client.get(address, headers={"Host": sent["Host"]}) as page:
                assert page.status == 403
    assert _children(server) == []


async def test_the_program_can_make_the_page_close_and_nothing_else() -> None:
    asked: list[object] = []

    async def close() -> None:
        asked.append("close")

    async def write(data: object) -> None:
        asked.append(data)

    visit = Visit(
        "true", write_bytes=write, write_str=write, close=close, download_manager=DownloadManager(), debug=False
    )
    for meta in (
        {"type": "open_url", "url": "https://evil.example", "new_tab": True},
        {
            "type": "deliver_file_start",
            "key": "k",
            "path": "/x",
            "open_method": "browser",
            "mime_type": "",
            "encoding": "",
        },
        {"type": HOSTILE},
        {},
    ):
        await visit.on_meta(json.dumps(meta).encode())
    assert asked == []
    await visit.on_meta(b'{"type": "exit"}')
    assert asked == ["close"]


async def test_nothing_is_downloaded_or_uploaded(address: str) -> None:
    async with aiohttp.ClientSession() as client:
        for path in ("/download/x", "/static/../server.py", "/static/%2e%2e/server.py"):
            async with client.get(address + path) as response:
                assert response.status in (403, 404)
        for path in ("/", "/ws", "/static/x"):
            async with client.post(address + path, data=b"x", headers={"Origin": address}) as response:
                assert response.status == 405


def test_it_stops_at_once_with_a_page_open_and_leaves_no_process(tmp_path: Path) -> None:
    code = f"""
import asyncio, os, signal, socket, threading, time
from pathlib import Path
import aiohttp
from coach.cli.web import GuardedServer, Visit
from coach.cli.serve import child_command
listening = socket.create_server(("127.0.0.1", 0))
host = "127.0.0.1:%d" % listening.getsockname()[1]
server = GuardedServer(child_command(), hosts=[host], any_number=False, public_url=None)
async def visit():
    async with aiohttp.ClientSession() as client:
        async with client.ws_connect(f"ws://{{host}}/ws", headers={{"Origin": f"http://{{host}}"}}) as visitor:
            await visitor.receive_bytes()
            os.kill(os.getpid(), signal.{signal.SIGTERM.name})
            while (await visitor.receive()).type is aiohttp.WSMsgType.BINARY:
                pass
thread = threading.Thread(target=lambda: asyncio.run(visit()))
thread.start()
server.run(listening)
thread.join()
print(Path("/proc/self/task/%d/children" % os.getpid()).read_text().split())
"""
    environment = os.environ | {"COACH_HOME": str(tmp_path / "home"), "COACH_MODEL": "none"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=_SECONDS, env=environment, check=False
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")
