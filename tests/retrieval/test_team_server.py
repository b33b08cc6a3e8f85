"""A server that is down, slow, foreign, or refuses: one's own notes answer, and it is said what is missing."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from coach.retrieval.team_server import TeamError, TeamServer
from tests.chroma import ChromaServer, Proxy, free_port
from tests.retrieval.fakes import note
from tests.retrieval.mates import Mate, Mates

FRAUD, ROTA = "Retrain the fraud model monthly.", "The fraud model has an on-call rota."
QUESTION = "retrain fraud model"


@pytest.fixture
def ann(mates: Mates) -> Mate:
    ann = mates("a")
    ann.put(note(1, FRAUD))
    ann.share()
    return ann


def ben_at(mates: Mates, url: str, **options: float | str) -> Mate:
    ben = mates("b", url=url, **options)
    ben.put(note(1, ROTA))
    return ben


def test_a_server_that_is_down_costs_nothing_of_ones_own(mates: Mates) -> None:
    port = free_port()
    ben = ben_at(mates, f"http://127.0.0.1:{port}")
    found = ben.ask(QUESTION)
    assert [e.statement.text for e in found.evidence] == [ROTA]
    assert found.missing == (
        f"What your team shares was not searched: The team's server at 127.0.0.1:{port} cannot be reached.",
    )


def test_a_server_that_dies_between_two_questions(mates: Mates, tmp_path: Path) -> None:
    server = ChromaServer(tmp_path / "db")
    try:
        ann = mates("a", url=server.url)
        ann.put(note(1, FRAUD))
        ann.share()
        ben = ben_at(mates, server.url)
        assert ben.finds(QUESTION) == [FRAUD, ROTA]
    finally:
        server.stop()
    found = ben.ask(QUESTION)
    assert [e.statement.text for e in found.evidence] == [ROTA]
    assert "cannot be reached" in found.missing[0]


def test_after_a_failure_it_is_left_alone_for_a_while(ann: Mate, mates: Mates, proxy: Proxy) -> None:
    ben = ben_at(mates, proxy.url)
    proxy.instead = lambda _: (503, {}, b"")
    assert "reports a fault of its own (503)" in ben.ask(QUESTION).missing[0]
    proxy.instead = lambda _: None
    asked = len(proxy.paths)
    ben.clock.now = 20
    assert "It is asked again in 10 seconds." in ben.ask(QUESTION).missing[0]
    assert len(proxy.paths) == asked
    ben.clock.now = 31
    assert ben.finds(QUESTION) == [FRAUD, ROTA]


def test_a_hung_server_does_not_hang_the_question(ann: Mate, mates: Mates, proxy: Proxy) -> None:
    ben = ben_at(mates, proxy.url, answer=0.3)
    proxy.awake.clear()
    before = time.monotonic()
    found = ben.ask(QUESTION)
    assert time.monotonic() - before < 3
    assert [e.statement.text for e in found.evidence] == [ROTA]
    assert "takes too long to answer" in found.missing[0]


def test_one_that_hangs_while_a_source_is_fetched(ann: Mate, mates: Mates, proxy: Proxy) -> None:
    ben = ben_at(mates, proxy.url, answer=0.3)
    real = proxy.answer

    def answer(handler: object, body: bytes) -> tuple[int, dict[str, str], bytes]:
        if handler.path.endswith("/get"):  # type: ignore[attr-defined]
            time.sleep(0.5)
        return real(handler, body)  # type: ignore[arg-type]

    proxy.answer = answer  # type: ignore[method-assign]
    assert "takes too long to answer" in ben.ask(QUESTION).missing[0]


def test_drops_that_come_too_slowly_are_cut_off(mates: Mates) -> None:
    import socket
    import threading

    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    stop = threading.Event()

    def drip() -> None:
        peer, _ = listener.accept()
        peer.recv(65536)
        try:
            peer.sendall(b"HTTP/1.1 200 OK\r\nX: ")
            while not stop.wait(0.05):
                peer.sendall(b"x")
        except OSError:
            return
        finally:
            peer.close()

    threading.Thread(target=drip, daemon=True).start()
    server = TeamServer(f"http://127.0.0.1:{port}", "x", connect=1, answer=0.4)
    before = time.monotonic()
    with pytest.raises(TeamError, match="takes too long"):
        server.version()
    assert time.monotonic() - before < 2
    stop.set()
    listener.close()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((401, {}, b"no"), "asks for a token"),
        ((403, {}, b"no"), "asks for a token"),
        ((200, {}, b"<html>Sign in</html>"), "no Chroma server that Coach understands"),
        ((200, {}, b'{"id": 3}'), "no Chroma server that Coach understands"),
        ((200, {}, b"[" * 100_000), "no Chroma server that Coach understands"),
        ((200, {"Content-Encoding": "gzip"}, b"x"), "no Chroma server that Coach understands"),
        ((302, {"Location": "http://127.0.0.1:9/"}, b""), "no Chroma server that Coach understands"),
        ((404, {}, b"<html>"), "no Chroma server that Coach understands"),
        ((410, {}, b'{"error": "Unimplemented"}'), "no Chroma server that Coach understands"),
        ((400, {}, b'{"error": "InvalidArgumentError"}'), "does not take what it is sent (400)"),
        ((500, {}, b"\xff"), "reports a fault of its own (500)"),
    ],
)
def test_what_answers_otherwise(
    mates: Mates, proxy: Proxy, answer: tuple[int, dict[str, str], bytes], said: str
) -> None:
    ben = ben_at(mates, proxy.url)
    proxy.instead = lambda _: answer
    found = ben.ask(QUESTION)
    assert [e.statement.text for e in found.evidence] == [ROTA]
    assert said in found.missing[0]


@pytest.mark.parametrize(
    "answer", [b"7", b"null", b'"text"', b'{"ids": 5}', b'{"ids": [[1]], "metadatas": [[7]]}', b"{}"]
)
def test_a_search_that_is_answered_with_nonsense_finds_nothing(
    mates: Mates, proxy: Proxy, answer: bytes, ann: Mate
) -> None:
    ben = ben_at(mates, proxy.url)
    proxy.instead = lambda path: (200, {}, answer) if path.endswith(("/query", "/get")) else None
    found = ben.ask(QUESTION)
    assert [e.statement.text for e in found.evidence] == [ROTA]
    assert found.missing == ()


@pytest.mark.parametrize("answer", [b"7", b'{"ids": 5}', b'{"ids": [[]]}'])
def test_a_search_that_is_answered_with_nonsense_is_made_row_by_row(
    mates: Mates, proxy: Proxy, answer: bytes, ann: Mate
) -> None:
    ben = ben_at(mates, proxy.url)
    proxy.instead = lambda path: (200, {}, answer) if path.endswith("/query") else None
    assert FRAUD in ben.finds(QUESTION)


def test_an_answer_without_end_is_not_read(mates: Mates, proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coach.retrieval.team_server._MOST", 1000)
    proxy.instead = lambda _: (200, {}, json.dumps("x" * 2000).encode())
    with pytest.raises(TeamError, match="no Chroma server"):
        TeamServer(proxy.url, "x").version()


def test_the_token_is_sent_and_refused_in_plain_words(ann: Mate, mates: Mates, proxy: Proxy) -> None:
    proxy.token = "t0ken"
    assert ben_at(mates, proxy.url, token="t0ken").finds(QUESTION) == [FRAUD, ROTA]
    assert b"Authorization: Bearer t0ken" in proxy.sent
    other = mates("c", url=proxy.url, token="wrong")
    missing = other.ask(QUESTION).missing[0]
    assert "refuses the token" in missing
    assert "wrong" not in missing


def test_a_collection_that_was_made_anew_is_found(ann: Mate, mates: Mates) -> None:
    ben = ben_at(mates, ann.server.url)
    assert ben.finds(QUESTION) == [FRAUD, ROTA]
    ann.server._call(
        "DELETE",
        f"/api/v2/tenants/default_tenant/databases/default_database/collections/{ann.server.collection}",
        None,
        3,
    )
    assert ben.finds(QUESTION) == [ROTA]
    assert ann.share().written == 1
    assert ben.finds(QUESTION) == [FRAUD, ROTA]


def test_nobody_has_shared_yet(mates: Mates) -> None:
    ben = mates("b")
    ben.put(note(1, ROTA))
    found = ben.ask(QUESTION)
    assert (len(found.evidence), found.missing) == (1, ())
    assert ben.server.collection not in ben.server.collections()


def test_a_path_before_the_interface_is_kept(proxy: Proxy) -> None:
    proxy.instead = lambda path: (200, {}, json.dumps(path).encode())
    assert TeamServer(f"{proxy.url}/team", "x").version() == "/team/api/v2/version"


def test_a_connection_that_was_closed_meanwhile_is_opened_again(proxy: Proxy) -> None:
    server = TeamServer(proxy.url, "x")
    proxy.instead = lambda _: (200, {}, b'"1"')
    assert server.version() == "1"
    assert server._idle is not None
    server._idle.sock.close()
    assert server.version() == "1"


@pytest.mark.parametrize(("url", "remote"), [("http://127.0.0.1:1", False), ("https://team.example:8000", True)])
def test_whether_it_is_on_another_machine(url: str, remote: bool) -> None:
    assert TeamServer(url, "x").remote is remote
