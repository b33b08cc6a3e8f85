from __future__ import annotations

import os
from pathlib import Path

import pytest

from coach.domain.errors import SourceError
from coach.domain.source import SourceKind
from coach.sources.limits import MAX_FILE_BYTES, MAX_STATEMENT, fit
from coach.sources.reader import read_file

NOTE = SourceKind.NOTE


def write(path: Path, data: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def test_a_note_is_one_draft_with_its_absolute_path(tmp_path: Path) -> None:
    path = write(tmp_path / "n.md", "# T\nText.")

    (draft,) = read_file(path, NOTE)

    assert (draft.kind, draft.title, draft.path, draft.private, draft.builtin) == (NOTE, "T", str(path), False, False)


@pytest.mark.parametrize(
    ("name", "text", "titles"),
    [
        ("p.md", "# One\nText.\n## Two\nText.", ["One", "Two"]),
        ("p.txt", "# One\nText.\n## Two\nText.", ["One", "Two"]),
        ("p.md", "Be kind\n\nText.\n\nBe clear\n\nText.", ["Be kind", "Be clear"]),
        ("p.txt", "Be kind\nText.\nBe clear\nText.", ["Be kind", "Be clear"]),
        ("p.md", "---\nid: P3\ntitle: Be kind\n---\n1. Text.", ["Be kind"]),
    ],
)
def test_principles_in_each_format(tmp_path: Path, name: str, text: str, titles: list[str]) -> None:
    drafts = read_file(write(tmp_path / name, text), SourceKind.PRINCIPLE)

    assert [d.title for d in drafts] == titles
    assert not any(d.builtin for d in drafts)


def test_utf16_and_byte_order_marks_are_read(tmp_path: Path) -> None:
    for data in ("Schön.".encode("utf-16"), b"\xef\xbb\xbf" + "Schön.".encode(), "Schön.\r\n".encode()):
        (draft,) = read_file(write(tmp_path / "n.txt", data), NOTE)
        assert [s.text for s in draft.statements] == ["Schön."]


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.md", "", "is empty"),
        ("a.md", " \n\t\n", "is empty"),
        ("a.md", "\u200b\x1b[0m", "is empty"),
        ("a.md", b"text\0more", "is not a text file"),
        ("a.md", "Schön und\nbr".encode() + b"\xffken", "line 2: this is not UTF-8"),
        ("a.md", b"\xff\xfea", "not UTF-8"),
        ("a.odt", b"PK", "in no format that is read here"),
        (".DS_Store", b"Bud1", "in no format that is read here"),
        ("a.pdf", b"%PDF", "is not a PDF that can be read"),
        ("a.docx", b"PK", "is not a Word document that can be read"),
        ("a.vtt", "WEBVTT\n\nNOTE nothing", "has no cues"),
        ("a.html", "<p></p>", "has no text besides headings"),
        ("a.html", b"", "is empty"),
        ("a.md", b"a" * (MAX_FILE_BYTES + 1), "larger than 5 MB"),
        ("a.md", "---\ntitle: a: b\n---\nText.", "a.md, line 2"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, name: str, data: str | bytes, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_file(write(tmp_path / name, data), NOTE)

    assert name in caught.value.message
    assert message in caught.value.message
    assert caught.value.hint


def test_missing_files_folders_and_pipes(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "loop.md").symlink_to(tmp_path / "loop.md")
    for name, message in (("no.md", "no file"), ("", "folder"), ("pipe.md", "not an ordinary"), ("loop.md", "loop.md")):
        with pytest.raises(SourceError, match=message) as caught:
            read_file(tmp_path / name, NOTE)
        assert caught.value.hint


@pytest.mark.parametrize("name", ["a\0b.md", "x" * 300 + ".md"])
def test_impossible_paths(tmp_path: Path, name: str) -> None:
    with pytest.raises(SourceError):
        read_file(tmp_path / name, NOTE)


def test_unreadable_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.md", "Text.")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(SourceError, match=r"a\.md cannot be read: Permission denied"):
        read_file(path, NOTE)


def test_principles_with_headings_only_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nothing under them"):
        read_file(write(tmp_path / "p.md", "# One\n# Two\n"), SourceKind.PRINCIPLE)


def test_escapes_do_not_get_in(tmp_path: Path) -> None:
    (draft,) = read_file(write(tmp_path / "n.md", "# \x1b[31mT\u202e\nDo \x1b]52;c;x\x07it.\u200b"), NOTE)

    assert (draft.title, draft.statements[0].text) == ("T", "Do it.")


@pytest.mark.parametrize("value", ["true", "yes", "True", "on", "1", "'yes, please'", "maybe"])
def test_private_by_front_matter(tmp_path: Path, value: str) -> None:
    assert read_file(write(tmp_path / "n.md", f"---\nPrivate: {value}\n---\nText."), NOTE)[0].private


@pytest.mark.parametrize("front", ["private: false", "private: no", "private: off", "private:", "title: private"])
def test_not_private(tmp_path: Path, front: str) -> None:
    draft = read_file(write(tmp_path / "n.md", f"---\n{front}\n---\nText."), NOTE)[0]

    assert draft.private is (front == "private:")


def test_private_by_tag_and_folder(tmp_path: Path) -> None:
    tagged = write(tmp_path / "n.md", "---\ntags: HR, x\n---\nText.")
    inside = write(tmp_path / "People" / "sub" / "n.md", "Text.")
    link = tmp_path / "link.md"
    link.symlink_to(inside)

    assert read_file(tagged, NOTE, private_tags=["#hr"])[0].private
    assert not read_file(tagged, NOTE, private_tags=["h"])[0].private
    assert read_file(inside, NOTE, private_folders=[tmp_path / "People"])[0].private
    assert read_file(inside, NOTE, private_folders=["people"])[0].private
    assert read_file(link, NOTE, private_folders=[str(tmp_path / "People")])[0].private
    assert not read_file(inside, NOTE, private_folders=[tmp_path / "Peopl", "sub2", ""])[0].private


@pytest.mark.parametrize(
    "text", ["Text. #hr", "- a\n\t- b #hr/reviews\n", "`#hr` is code.", "%% #hr %%\nText.", "tags:: hr"]
)
def test_private_by_a_tag_in_the_text(tmp_path: Path, text: str) -> None:
    path = write(tmp_path / "n.md", text + "\n\nText.\n")

    assert read_file(path, NOTE, private_tags=["HR"])[0].private
    assert not read_file(path, NOTE, private_tags=["h", "reviews"])[0].private


def test_private_by_a_property_of_the_page(tmp_path: Path) -> None:
    assert read_file(write(tmp_path / "n.md", "private:: true\n\n- Text."), NOTE)[0].private
    assert read_file(write(tmp_path / "n.md", "- Text.\n  private:: true\n"), NOTE)[0].private


def test_principles_in_other_formats(tmp_path: Path) -> None:
    page = "<h1>Be kind</h1><p>Always.</p><h2>Be clear</h2><h3>In writing</h3><p>Short.</p>"

    drafts = read_file(write(tmp_path / "p.html", page), SourceKind.PRINCIPLE)

    assert [(d.title, [(s.text, s.heading) for s in d.statements]) for d in drafts] == [
        ("Be kind", [("Always.", ())]),
        ("Be clear", [("Short.", ("In writing",))]),
    ]


def test_private_principles_stay_private(tmp_path: Path) -> None:
    for text in ("# One\nText.", "One\nText.", "---\nid: P3\ntitle: x\n---\n1. Text."):
        path = write(tmp_path / "hr" / "p.md", text)
        assert all(d.private for d in read_file(path, SourceKind.PRINCIPLE, private_folders=["hr"]))


def test_fit_cuts_at_a_word() -> None:
    assert fit("a  b\nc") == ("a b c", False)
    text, cut = fit("word, " * 300)
    assert cut
    assert text.endswith("word…")
    assert len(text) <= MAX_STATEMENT
    assert len(fit("x" * 2000)[0]) == MAX_STATEMENT
