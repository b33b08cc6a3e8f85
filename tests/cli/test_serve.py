"""`coach serve`: what it says, what it refuses before anything is served, and the command that it runs."""

from __future__ import annotations

import shlex
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from coach.cli.serve import child_command
from coach.cli.web import GuardedServer
from tests.cli.conftest import Run
from tests.cli.sample import FORBIDDEN, HOSTILE


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The servers that would have been run."""
    servers: list[dict[str, Any]] = []

    def run(self: GuardedServer, bound: socket.socket) -> None:
        servers.append({"server": self, "at": bound.getsockname()[:2]})

    monkeypatch.setattr(GuardedServer, "run", run)
    return servers


def test_the_address_and_what_it_lacks_are_said(run: Run, served: list[dict[str, Any]]) -> None:
    ran = run("serve", "--port", "0")
    assert ran.code == 0, ran.err
    [one] = served
    assert one["at"][0] == "127.0.0.1"
    assert ran.out.startswith(f"Coach is at http://127.0.0.1:{one['at'][1]}\nCtrl-C ends it.\n")
    for word in ("no login", "no encryption", "is you", "notes", "conversations", "files", "key", "process of its own"):
        assert word in ran.out
    assert "other machines" not in ran.out


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org", "0", "127.1", ""])
def test_an_address_for_others_needs_a_word(run: Run, served: list[dict[str, Any]], host: str) -> None:
    ran = run("serve", "--host", host, "--port", "0")
    assert ran.code == 2
    assert "--expose" in ran.err
    assert served == []


def test_a_public_address_needs_it_too(run: Run, served: list[dict[str, Any]]) -> None:
    ran = run("serve", "--public-url", "https://coach.example.org", "--port", "0")
    assert ran.code == 2
    assert "--expose" in ran.err
    assert served == []


def test_with_that_word_it_warns_once_more(run: Run, served: list[dict[str, Any]]) -> None:
    ran = run("serve", "--host", "0.0.0.0", "--port", "0", "--expose")
    assert ran.code == 0, ran.err
    assert "other machines" in ran.out
    assert ran.out.startswith("Coach is at http://127.0.0.1:")
    server: GuardedServer = served[0]["server"]
    assert server.is_own("192.0.2.7:8000")
    assert server.is_own("[2001:db8::1]:8000")
    # A name can be made to stand for any address.
    for name in (
        "evil.example:8000",
        "evil.example",
        "192.0.2.7.evil.example",
        "1.2.3.4@evil.example",
        "",
        "[::1",
        None,
    ):
        assert not server.is_own(name)
    assert not server.is_from_here("http://192.0.2.8:8000", "192.0.2.7:8000")


def test_behind_a_proxy_only_the_public_page_drives_it(run: Run, served: list[dict[str, Any]]) -> None:
    assert run("serve", "--port", "0", "--expose", "--public-url", "https://coach.example.org/").code == 0
    server: GuardedServer = served[0]["server"]
    assert server.public_url == "https://coach.example.org"
    assert server.is_own("coach.example.org")
    assert server.is_from_here("https://coach.example.org", "127.0.0.1:8000")
    assert not server.is_from_here("http://coach.example.org", "coach.example.org")
    assert not server.is_from_here("http://127.0.0.1:8000", "127.0.0.1:8000")


@pytest.mark.parametrize(
    "url", ["coach.example.org", "ftp://x.org", "http://", "http://u:p@x.org", "http://x:99999", HOSTILE]
)
def test_a_public_address_that_is_none(run: Run, served: list[dict[str, Any]], url: str) -> None:
    ran = run("serve", "--public-url", url, "--expose")
    assert ran.code == 2
    assert "no web address" in ran.err
    assert not any(mark in ran.err for mark in (*FORBIDDEN, "\x1b"))


def test_a_port_in_use_is_a_plain_sentence(run: Run, served: list[dict[str, Any]]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ran = run("serve", "--port", str(port))
    assert ran.code == 2
    assert ran.err.startswith(f"Port {port} is in use.\n")
    assert served == []


def test_without_a_port_a_free_one_is_taken(
    run: Run, served: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        usual = other.getsockname()[1]
        monkeypatch.setattr("coach.cli.serve.USUAL_PORT", usual)
        assert run("serve").code == 0
    assert served[0]["at"][1] not in (usual, 0)


@pytest.mark.parametrize("host", ["192.0.2.1", "no such host", "a" * 300, "\udcff"])
def test_an_address_that_this_machine_has_not(run: Run, served: list[dict[str, Any]], host: str) -> None:
    ran = run("serve", "--host", host, "--expose", "--port", "0")
    assert ran.code == 2
    assert "This machine has no address" in ran.err
    assert served == []


@pytest.mark.parametrize("missing", ["textual_serve", "aiohttp", "aiohttp_jinja2"])
def test_a_missing_package_is_named(run: Run, monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    gone = (missing, "textual_serve")
    for name in [n for n in sys.modules if n.partition(".")[0] in gone or n == "coach.cli.web"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    ran = run("serve", "--port", "0")
    assert ran.code == 1
    assert "coach[serve]" in ran.err
    assert "Traceback" not in ran.err


def test_what_is_wrong_with_the_settings_is_said_before(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACH_THREADS", "-1")
    assert run("serve", "--port", "0").code == 2
    monkeypatch.delenv("COACH_THREADS")
    assert "two things" in run("serve", "--continue", "--session", "s1").err


def test_the_options_are_passed_on_quoted(run: Run, served: list[dict[str, Any]]) -> None:
    hostile = "x'; touch /tmp/owned; $(id) `id` \"\n"
    assert run("serve", "--port", "0", "--model", hostile, "--session=-x", "--strict").code == 0
    words = shlex.split(served[0]["server"].command)
    assert words[:7] == ["exec", sys.executable, "-P", "-m", "coach.cli", "chat", f"--model={hostile}"]
    assert words[7:] == ["--session=-x", "--strict"]


def test_a_shell_reads_the_command_as_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    python = tmp_path / "py thon's $(touch owned)"
    python.symlink_to(sys.executable)
    script = tmp_path / "coach"
    (script / "cli").mkdir(parents=True)
    (script / "__init__.py").touch()
    (script / "cli" / "__init__.py").touch()
    (script / "cli" / "__main__.py").write_text("import sys; print(sys.argv[1:])")
    monkeypatch.setattr(sys, "executable", str(python))
    command = child_command("--model=$HOME; `id` 'x'")
    done = subprocess.run(
        command,
        shell=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
        check=False,
    )
    assert done.stdout == "['chat', \"--model=$HOME; `id` 'x'\"]\n", done.stderr
    assert not (tmp_path / "owned").exists()
