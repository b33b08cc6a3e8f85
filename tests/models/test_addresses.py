from __future__ import annotations

import pytest

from coach.models.addresses import ask_json, host_of, is_loopback
from tests.models.conftest import NOBODY
from tests.servers import OpenAIServer


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:11434", "http://localhost/v1", "http://LOCALHOST./v1", "http://127.8.9.1", "http://[::1]:80/v1"],
)
def test_this_machine_is_known(url: str) -> None:
    assert is_loopback(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.openai.com/v1",
        "http://127.0.0.1.example.org/v1",
        "http://localhost.example.org",
        "http://127.0.0.1@example.org/v1",
        "http://example.org/127.0.0.1",
        "http://10.0.0.1:8080",
        "http://192.168.1.2",
        "http://0.0.0.0:80",
        "http://[::2]/",
        "",
        "localhost",
    ],
)
def test_what_only_looks_like_this_machine_is_not(url: str) -> None:
    assert not is_loopback(url)


def test_the_host_is_shown_with_its_port_and_without_a_password() -> None:
    assert host_of("http://me:secret@example.org:81/v1") == "example.org:81"
    assert host_of("https://example.org/v1") == "example.org"


def test_a_probe_gives_json_or_nothing(openai_server: OpenAIServer) -> None:
    openai_server.models = ["a"]
    assert ask_json(f"{openai_server.url}/models", seconds=5)["data"][0]["id"] == "a"
    assert ask_json(f"{openai_server.root}/missing", seconds=5) is None
    assert ask_json(f"{NOBODY}/v1", seconds=5) is None
