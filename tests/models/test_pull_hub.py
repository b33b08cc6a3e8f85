from __future__ import annotations

from typing import Any

import pytest

from coach.domain.errors import ModelError
from coach.models.pull import Progress, pull
from coach.models.weights import weights_path
from coach.settings import load_settings
from tests.models.conftest import NOBODY
from tests.models.file_servers import FileServer
from tests.models.pulling import CONTENT, WEIGHTS, at, part_of
from tests.models.pulling import hub as hub
from tests.models.pulling import index as index
from tests.models.pulling import no_index_and_no_proxy as no_index_and_no_proxy
from tests.models.pulling import wheels as wheels


def test_the_hub_gives_the_file_with_progress(hub: FileServer) -> None:
    settings, seen = at(hub), list[Progress]()
    path = pull(settings, "hub", seen.append, WEIGHTS)
    assert path.read_bytes() == CONTENT
    assert path == weights_path(settings.models_path, WEIGHTS)
    assert path.stat().st_mode & 0o777 == 0o600
    assert settings.models_path.stat().st_mode & 0o777 == 0o700
    assert [p.phase for p in seen if p.phase != "hub"][-2:] == ["verify", "done"]
    loaded = [p.done for p in seen if p.phase == "hub"]
    assert loaded == sorted(loaded)
    assert loaded[-1] == seen[-1].done == seen[-1].total == len(CONTENT)
    assert not part_of(settings).exists()


def test_a_broken_download_is_taken_up_where_it_stopped(hub: FileServer) -> None:
    hub.faults.extend([("cut", 1_000_000), ("cut", 500_000)])
    assert pull(at(hub), "hub", weights=WEIGHTS).read_bytes() == CONTENT
    begins = [int(span.removeprefix("bytes=").rstrip("-")) for _, span in hub.asked if span]
    assert len(hub.asked) == 3
    assert begins == sorted(begins)
    assert 0 < begins[0] <= 1_000_000


def test_an_earlier_download_is_gone_on_with(hub: FileServer) -> None:
    settings = at(hub)
    settings.models_path.mkdir(parents=True)
    part_of(settings).write_bytes(CONTENT[:2_000_000])
    assert pull(settings, "hub", weights=WEIGHTS).read_bytes() == CONTENT
    assert hub.asked == [(f"/{WEIGHTS.hub_path}", "bytes=2000000-")]


def test_a_hub_without_ranges_is_asked_for_the_whole(hub: FileServer) -> None:
    settings = at(hub)
    settings.models_path.mkdir(parents=True)
    part_of(settings).write_bytes(b"x" * 2_000_000)
    hub.faults.append(("whole", None))
    assert pull(settings, "hub", weights=WEIGHTS).read_bytes() == CONTENT


def test_a_hub_that_goes_on_elsewhere_is_refused(hub: FileServer) -> None:
    settings = at(hub)
    settings.models_path.mkdir(parents=True)
    part_of(settings).write_bytes(CONTENT[:2_000_000])
    hub.faults.append(("shifted", None))
    with pytest.raises(ModelError, match="did not go on where"):
        pull(settings, "hub", weights=WEIGHTS)
    assert part_of(settings).stat().st_size == 2_000_000


@pytest.mark.parametrize(
    ("fault", "needle", "retryable"),
    [
        (401, "does not give this file out", False),
        (403, "does not give this file out", False),
        (404, "does not have the file", False),
        (416, "refused the request", False),
        (429, "has trouble", True),
        (500, "has trouble", True),
        (("cut", 0), "broke off", True),
        (("body", b"<html>Please sign in</html>"), "something else than the file", False),
        (("endless", b""), "sent nothing", True),
    ],
)
def test_each_fault_of_the_hub_has_its_own_sentence(hub: FileServer, fault: Any, needle: str, retryable: bool) -> None:
    hub.faults.append(fault)
    with pytest.raises(ModelError, match=needle) as caught:
        pull(at(hub), "hub", weights=WEIGHTS)
    assert caught.value.retryable is retryable
    assert caught.value.hint
    assert not weights_path(at(hub).models_path, WEIGHTS).exists()


def test_a_hub_that_is_not_there_is_explained() -> None:
    with pytest.raises(ModelError, match="cannot be reached") as caught:
        pull(load_settings(hub_url=NOBODY), "hub", weights=WEIGHTS)
    assert caught.value.retryable


@pytest.mark.parametrize("body", [b"GGUX" + CONTENT[4:], CONTENT + b"more" * 1000])
def test_other_content_is_deleted(hub: FileServer, body: bytes) -> None:
    hub.faults.append(("endless", body))
    settings = at(hub)
    with pytest.raises(ModelError, match="not the official file"):
        pull(settings, "hub", weights=WEIGHTS)
    assert [p.name for p in settings.models_path.iterdir()] == ["pull.lock"]
    assert pull(settings, "hub", weights=WEIGHTS).read_bytes() == CONTENT


def test_an_interruption_leaves_what_came_and_the_next_pull_goes_on(hub: FileServer) -> None:
    settings = at(hub)

    def interrupt(progress: Progress) -> None:
        if progress.done >= 1_000_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pull(settings, "hub", interrupt, WEIGHTS)
    have = part_of(settings).stat().st_size
    assert have >= 1_000_000
    assert part_of(settings).read_bytes() == CONTENT[:have]
    pull(settings, "hub", weights=WEIGHTS)
    assert hub.asked[-1][1] == f"bytes={have}-"
