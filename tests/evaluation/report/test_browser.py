"""The page in a real browser: nothing runs, nothing is fetched, nothing is complained about, and the text is text."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from coach.evaluation.report.html import as_html
from tests.evaluation.report.conftest import Made
from tests.evaluation.report.reading import read

_NAMES = ("chromium", "chromium-browser", "chromium-headless-shell", "google-chrome", "google-chrome-stable", "chrome")


@cache
def browser() -> str | None:
    """Return the program, or None where there is none that starts."""
    for name in filter(None, (os.environ.get("COACH_TEST_BROWSER"), *_NAMES)):
        found = shutil.which(name)
        if found is not None:
            return found
    return None


pytestmark = pytest.mark.skipif(browser() is None, reason="no Chromium here (apt-get install chromium-headless-shell)")


@dataclass
class Opened:
    #: The document as it stands when its scripts have run.
    dom: str
    console: list[str]


@pytest.fixture(scope="module")
def asked() -> Iterator[tuple[str, list[str]]]:
    """The address of a server, and the paths that it was asked for."""
    paths: list[str] = []

    class Recorder(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Recorder)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", paths
    server.shutdown()
    server.server_close()


def opened(page: str, folder: Path) -> Opened:
    """Open a page as a file, with nothing but this machine to reach."""
    program = browser()
    assert program is not None
    (folder / "page.html").write_text(page, "utf-8")
    ran = subprocess.run(
        [
            program,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            "--enable-logging=stderr",
            f"--user-data-dir={folder / 'profile'}",
            "--dump-dom",
            (folder / "page.html").as_uri(),
        ],
        capture_output=True,
        timeout=60,
        env={**os.environ, "HOME": str(folder)},
    )
    assert ran.returncode == 0, ran.stderr
    return Opened(ran.stdout.decode(), re.findall(r":CONSOLE[^]]*] (.*)", ran.stderr.decode(errors="replace")))


def attack(address: str) -> str:
    return (
        f"</script><script>document.title='owned';fetch('{address}/fetch')</script>"
        f"<img src='{address}/img' onerror=\"document.title='owned'\"><link rel=stylesheet href={address}/css>"
        f"<style>@import '{address}/import'; body{{background:url({address}/bg)}}</style><iframe src={address}/frame>"
        f"<base href={address}><svg onload=\"document.title='owned'\"> \u202e\x1b[31m"
    )


def test_a_page_that_does_all_this_would_be_noticed(asked: tuple[str, list[str]], tmp_path: Path) -> None:
    address, paths = asked
    found = opened(f"<!doctype html><title>x</title><script>console.error('no')</script>{attack(address)}", tmp_path)
    assert "<title>owned</title>" in found.dom
    assert any("no" in line for line in found.console)
    assert {"/img", "/css"} <= set(paths)
    paths.clear()


@pytest.mark.parametrize("show_holdback", [False, True])
def test_the_report(made: Made, asked: tuple[str, list[str]], tmp_path: Path, show_holdback: bool) -> None:
    address, paths = asked
    page = as_html(made(hostile=attack(address), show_holdback=show_holdback))
    found = opened(page, tmp_path)
    assert found.console == []
    assert paths == []
    reader = read(found.dom)
    assert "<title>Floor not held" in found.dom
    assert f"<img src='{address}/img'" in reader.text, "hostile text shows as text"
    assert {"img", "iframe", "base", "link"} & {tag for tag, _ in reader.elements} == set()


def test_its_filter_is_there_where_scripts_run_and_it_reads_without(made: Made, tmp_path: Path) -> None:
    page = as_html(made())
    reader = read(opened(page, tmp_path).dom)
    assert ("input", "search") in [(tag, a.get("type")) for tag, a in reader.elements]
    assert "2 of 2 cases" in reader.text or "3 of 3 cases" in reader.text
    assert 'id="filter" hidden' in page, "without scripts there is no filter that does nothing"
