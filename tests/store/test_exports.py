from __future__ import annotations

from pathlib import Path

import pytest

from coach.domain.preparation import Brief, Interview, in_order
from coach.store.briefs import Briefs
from coach.store.database import Database
from coach.store.exports import Exports
from coach.store.sessions import Sessions


@pytest.fixture
def exports(database: Database) -> Exports:
    return Exports(database)


def written(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_text("x")
    return path


def test_those_are_named_that_still_lie_there(exports: Exports, tmp_path: Path) -> None:
    b, a = written(tmp_path, "b.md"), written(tmp_path, "a.md")
    exports.add(b, ["brief:1", "commitment:2"])
    exports.add(a, ["brief:1"])
    exports.add(a, ["brief:1"])
    exports.add(tmp_path / "never.md", ["brief:1"])
    assert exports.lying(["brief:1"]) == [a, b]
    assert exports.lying(["commitment:2", "session:9"]) == [b]
    assert exports.lying() == [a, b]
    assert exports.lying([]) == []
    b.unlink()
    assert exports.lying(["commitment:2"]) == []


def test_a_path_is_kept_as_one_that_holds_from_anywhere(
    exports: Exports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, "a.md")
    exports.add(Path("a.md"), ["session:1"])
    monkeypatch.chdir("/")
    assert exports.lying() == [tmp_path / "a.md"]


def test_a_folder_that_nobody_may_look_into_is_no_error(exports: Exports, tmp_path: Path) -> None:
    path = written(tmp_path, "a.md")
    exports.add(path / "b.md", ["session:1"])
    exports.add(Path("/proc/1/root/a.md"), ["session:1"])
    assert exports.lying() == []


def test_the_name_of_a_file_goes_with_what_was_written_to_it(
    exports: Exports, database: Database, tmp_path: Path
) -> None:
    briefs, sessions = Briefs(database), Sessions(database)
    brief = briefs.keep(Brief("A quagga", Interview(), in_order({})))
    session = sessions.new_id()
    sessions.append(session, "what?", "{}", title="t")
    path = written(tmp_path, "coach-a-quagga.md")
    exports.add(path, [f"brief:{brief.id}", f"session:{session}", "rehearsal:1"])
    briefs.delete(brief.id)
    assert exports.lying([f"brief:{brief.id}"]) == []
    sessions.delete(session)
    assert exports.lying() == [path]
    assert exports.lying(["rehearsal:1"]) == [path]
