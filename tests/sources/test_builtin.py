from __future__ import annotations

from pathlib import Path

import pytest

from coach.domain.errors import SourceError
from coach.domain.source import SourceKind
from coach.sources import builtin
from coach.sources.builtin import boundaries_dir, prompts_dir, read_builtin, sample_notes_dir

PRINCIPLE = '---\nid: P{0}\ntitle: T\nsituations: ["a", "b"]\n---\n1. Text.\n'


def test_the_corpus_is_read_in_order_with_its_numbers() -> None:
    drafts = read_builtin()
    principles = [d for d in drafts if d.kind is SourceKind.PRINCIPLE]
    practices = [d for d in drafts if d.kind is SourceKind.PRACTICE]

    assert drafts == principles + practices
    assert [d.number for d in principles] == list(range(10))
    assert [d.number for d in practices] == list(range(1, len(practices) + 1))
    assert all(d.builtin and d.path.startswith("corpus/") for d in drafts)


def test_data_folders_exist() -> None:
    assert list(sample_notes_dir().glob("*.md"))
    assert prompts_dir().is_dir()
    assert boundaries_dir().is_dir()


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package folder in which a wheel's data can lie."""
    package = tmp_path / "site" / "coach"
    (package / "_data" / "corpus" / "principles").mkdir(parents=True)
    monkeypatch.setattr(builtin, "files", lambda name: package)
    return package


def test_a_wheel_has_its_data_in_the_package(package: Path) -> None:
    corpus = package / "_data" / "corpus"
    for number in (10, 2):
        (corpus / "principles" / f"P{number}.md").write_text(PRINCIPLE.format(number))
    (corpus / "situations").mkdir()
    (corpus / "situations" / "a.yaml").write_text('P2: ["b", "c"]')

    drafts = read_builtin()

    assert [(d.number, d.situations) for d in drafts] == [(2, ("a", "b", "c")), (10, ("a", "b"))]


def test_two_files_with_one_id_are_refused(package: Path) -> None:
    for name in ("a", "b"):
        (package / "_data" / "corpus" / "principles" / f"{name}.md").write_text(PRINCIPLE.format(1))

    with pytest.raises(SourceError, match=r"a\.md and .*b\.md have the same id"):
        read_builtin()


def test_a_missing_corpus_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builtin, "files", lambda name: tmp_path / "coach")

    with pytest.raises(SourceError, match="corpus"):
        read_builtin()
