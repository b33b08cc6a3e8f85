from __future__ import annotations

import json

import numpy as np
import pytest

from coach.domain.errors import ModelError, SettingsError
from coach.domain.ports import Embedder
from coach.models.embeddings import BATCH, EndpointEmbedder, endpoint_embedder
from coach.settings import load_settings
from tests.models.conftest import NOBODY
from tests.scripts import Script, html, status
from tests.servers import OpenAIServer


@pytest.fixture
def embedder(openai_server: OpenAIServer) -> EndpointEmbedder:
    return EndpointEmbedder("e", openai_server.url, max_retries=0)


def answer(*rows: tuple[int, list[float]]) -> Script:
    data = [{"object": "embedding", "index": i, "embedding": row} for i, row in rows]
    return Script(raw=json.dumps({"object": "list", "model": "e", "data": data}).encode())


def test_texts_become_normalised_rows_in_order(openai_server: OpenAIServer, embedder: EndpointEmbedder) -> None:
    port: Embedder = embedder
    vectors = port.embed(["a", "bbb", ""])
    assert vectors.shape == (3, 3)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
    assert np.allclose(vectors[1] / vectors[1][1], [3, 1, 0])
    body = openai_server.asked[0].body
    assert (body["model"], body["encoding_format"]) == ("e", "float")
    assert all(text for text in body["input"])  # Endpoints refuse empty texts.


def test_rows_are_put_in_the_order_of_their_index(openai_server: OpenAIServer, embedder: EndpointEmbedder) -> None:
    openai_server.enqueue(answer((1, [0.0, 2.0]), (0, [3.0, 0.0])))
    assert np.allclose(embedder.embed(["a", "b"]), [[1, 0], [0, 1]])


def test_many_texts_go_in_batches(openai_server: OpenAIServer, embedder: EndpointEmbedder) -> None:
    vectors = embedder.embed(["x" * (i + 1) for i in range(BATCH * 2 + 1)])
    assert vectors.shape == (BATCH * 2 + 1, 3)
    assert [len(a.body["input"]) for a in openai_server.asked] == [BATCH, BATCH, 1]
    assert np.all(np.diff(vectors[:, 0]) > 0)


def test_no_texts_are_not_asked_for(openai_server: OpenAIServer, embedder: EndpointEmbedder) -> None:
    assert embedder.embed([]).shape == (0, 0)
    assert openai_server.asked == []


@pytest.mark.parametrize(
    ("script", "needle"),
    [
        (answer((0, [1.0]), (1, [1.0, 2.0])), "different lengths"),
        (answer((0, []), (1, [])), "different lengths"),
        (answer((0, [1.0])), "1 vectors for 2 texts"),
        (answer((0, [1.0]), (5, [1.0])), "2 vectors for 2 texts"),
        (answer((0, [0.0, 0.0]), (1, [1.0, 0.0])), "not finite, or zero"),
        (Script(raw=b'{"data": [{"index": 0, "embedding": [1e999]}, {"index": 1, "embedding": [1]}]}'), "not finite"),
        (Script(raw=b'{"data": [{"index": 0, "embedding": "x"}]}'), "not a chat answer|sent"),
        (Script(raw=b'{"data": null}'), "sent"),
        (html(), "sent"),
        (status(401), "refused the key"),
        (status(404), "does not have this model"),
        (status(500), "fault of its own"),
    ],
)
def test_what_is_no_vector_is_explained(
    openai_server: OpenAIServer, embedder: EndpointEmbedder, script: Script, needle: str
) -> None:
    openai_server.enqueue(script)
    with pytest.raises(ModelError, match=needle) as caught:
        embedder.embed(["a", "b"])
    assert caught.value.hint


def test_another_length_than_before_is_refused(openai_server: OpenAIServer, embedder: EndpointEmbedder) -> None:
    embedder.embed(["a"])
    openai_server.embed = lambda text: [1.0, 2.0]
    with pytest.raises(ModelError, match="different lengths"):
        embedder.embed(["a"])


def test_an_endpoint_that_is_not_there_is_explained() -> None:
    with pytest.raises(ModelError, match="cannot be reached"):
        EndpointEmbedder("e", f"{NOBODY}/v1", max_retries=0).embed(["a"])


def test_a_closed_embedder_opens_again(embedder: EndpointEmbedder) -> None:
    embedder.embed(["a"])
    embedder.close()
    embedder.close()
    assert embedder.embed(["a"]).shape == (1, 3)


def test_what_leaves_the_machine_is_known() -> None:
    with pytest.raises(ModelError, match="asks for a key"):
        EndpointEmbedder("e", "https://models.example.org/v1")
    far = EndpointEmbedder("e", "https://models.example.org/v1", key="k")
    near = EndpointEmbedder("e", "http://127.0.0.1:1/v1")
    assert (far.remote, near.remote) == (True, False)
    assert far.name != near.name


def test_the_settings_name_the_embedder(openai_server: OpenAIServer) -> None:
    assert endpoint_embedder(load_settings()) is None
    with pytest.raises(SettingsError) as caught:
        endpoint_embedder(load_settings(embeddings_model="e"))
    assert "COACH_EMBEDDINGS_URL" in caught.value.hint
    with pytest.raises(SettingsError) as caught:
        endpoint_embedder(load_settings(embeddings_url=openai_server.url))
    assert "COACH_EMBEDDINGS_MODEL" in caught.value.hint
    made = endpoint_embedder(
        load_settings(embeddings_url=openai_server.url, embeddings_model="e", embeddings_key="sk-x")
    )
    assert made is not None
    made.embed(["a"])
    assert "Bearer sk-x" in str(openai_server.asked[0].headers)
