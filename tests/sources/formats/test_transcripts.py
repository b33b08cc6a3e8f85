from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.errors import SourceError
from coach.domain.source import Draft, SourceKind
from coach.sources.formats import read_text
from coach.sources.formats.document import Document
from coach.sources.formats.speech import is_transcript
from coach.sources.formats.turns import clock, is_filler, is_name
from coach.sources.reader import read_file
from tests.sources.formats.makers import docx, p


def read(text: str, suffix: str = ".txt") -> Document:
    return read_text(text, "n", suffix)


def said(text: str, suffix: str = ".txt") -> list[str]:
    return [piece.text for piece, _ in read(text, suffix).pieces()]


def draft(path: Path, data: str | bytes) -> Draft:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    (found,) = read_file(path, SourceKind.NOTE)
    return found


ZOOM = """WEBVTT - Weekly sync 2026-09-14

STYLE
::cue { color: lime }

NOTE recorded by the bot #retro

1
00:00:01.000 --> 00:00:03.000
Lead Engineer: Hello everyone. We ship

2
00:00:03.000 --> 00:00:06.000 align:start
Lead Engineer: on Friday. Sales knows. Right?

3
00:00:07.000 --> 00:00:08.000
Junior: Yeah.

4
00:00:08.000 --> 00:00:09.000
Lead Engineer: Next topic:

5
00:00:09.500 --> 00:00:10.000
Junior: Mm-hm.

6
01:02:10.000 --> 01:02:12.000
Lead Engineer: hiring &amp; <i>onboarding</i> <00:00:01.000>stay.
"""


def test_zoom(tmp_path: Path) -> None:
    found = draft(tmp_path / "GMT_Recording.transcript.vtt", ZOOM)

    assert [(s.text, s.line, s.heading) for s in found.statements] == [
        ("Lead Engineer (0:01): Hello everyone. We ship on Friday.", 10, ()),
        ("Lead Engineer (0:03): Sales knows. Right?", 14, ()),
        ("Junior (0:07): Yeah.", 18, ("Lead Engineer: Right?",)),
        ("Lead Engineer (0:08): Next topic: hiring & onboarding stay.", 22, ()),
    ]
    assert (found.title, found.date, found.tags) == ("Weekly sync 2026-09-14", date(2026, 9, 14), ("retro",))
    assert found.remarks == ("One turn of filler words (“yeah”, “mm-hm”) was left out.",)


def test_the_name_of_a_recording_says_its_day(tmp_path: Path) -> None:
    name = "GMT20260914-100000_Recording.transcript.vtt"

    assert draft(tmp_path / name, ZOOM.replace(" 2026-09-14", "")).date == date(2026, 9, 14)


def test_teams_voices() -> None:
    text = (
        "WEBVTT\n\nab-1/0-0\n00:00:01.000 --> 00:00:03.000\n<v Ann Lead>We ship.</v>\n\n"
        "ab-1/1-0\n00:00:03.000 --> 00:00:04.000\n<v Ann Lead>On Friday.</v> <v.loud Bo>No!</v>\n<v Bo>Monday.</v>\n"
    )

    assert said(text, ".vtt") == ["Ann Lead (0:01): We ship. On Friday.", "Bo (0:03): No! Monday."]


def test_subtitles() -> None:
    text = (
        "1\n00:00:01,000 --> 00:00:03,500\n{\\an8}<b>We ship</b>\n\n2\n00:00:03,500 --> 00:00:05,000\n- on Friday.\n\n"
        "after a blank line.\n\n3\n00:00:06,000 --> 00:00:07,000\n[Music]\n\n"
        "4\n00:00:08,000 --> 00:00:09,000\nThe point is: June.\n"
    )

    assert said(text, ".srt") == ["(0:01) We ship on Friday. after a blank line. The point is: June."]


def test_captions_that_roll_are_read_once() -> None:
    text = "WEBVTT\nKind: captions\nLanguage: en\n\n" + "".join(
        f"00:0{n}.000 --> 00:0{n + 1}.000\n{before}\n{line}\n\n"
        for n, (before, line) in enumerate([("", "we ship"), ("we ship", "on friday"), ("on friday", "or monday")])
    )

    assert said(text, ".vtt") == ["(0:00) we ship on friday or monday"]


TEAMS = """0:0:3.120 --> 0:0:5.0
Ann Lead
Hello there, all.

0:0:5.120 --> 0:0:7.0
Bo
We ship.

0:0:8.120 --> 0:0:9.0
Ann Lead
Friday then.
"""
OTTER = "Ann Lead  0:03  \nHello there, all.\n\nBo  0:05\nWe ship.\n\nAnn Lead  0:08\nFriday then.\n"
MARKED = "[00:00:03] Ann Lead: Hello there, all.\n[00:00:05] Bo: We\nship.\n[00:00:08] Ann Lead: Friday then.\n"
AFTER = "Ann Lead (0:03): Hello there, all.\nBo (0:05): We ship.\nAnn Lead (0:08): Friday then.\n"
STRONG = "**Ann Lead** [0:03]: Hello there, all.\n\n**Bo** [0:05]: We ship.\n\n**Ann Lead** [0:08]: Friday *then*.\n"
CHAT = (
    "0:00:03 From Ann Lead to Everyone: Hello there, all.\n"
    "0:00:05 From Bo to Everyone: We ship.\n"
    "0:00:08 From Ann Lead to Everyone: Friday then.\n"
)


@pytest.mark.parametrize("text", [TEAMS, OTTER, MARKED, AFTER, STRONG, CHAT])
def test_turns_with_times(text: str) -> None:
    assert said(text) == [
        "Ann Lead (0:03): Hello there, all.",
        "Bo (0:05): We ship.",
        "Ann Lead (0:08): Friday then.",
    ]


MEET = """Team sync - Transcript
Attendees: everybody

00:00:00

Ann Lead: we ship, and then?
Bo: we rest.
00:05:00

Ann Lead: the loop stays as it is.
Bo: yes
Bo: and sales
is told.
Ann Lead: by whom?
Bo: me.
Ann Lead: fine by me, then we are done.
"""


def test_meet(tmp_path: Path) -> None:
    found = draft(tmp_path / "sync.md", f"---\ndate: 2026-09-14\n---\n# Sync\n{MEET}")

    assert [(s.text, s.heading, s.line) for s in found.statements] == [
        ("Team sync - Transcript Attendees: everybody", ("Sync",), 5),
        ("Ann Lead (0:00): we ship, and then?", ("Sync",), 10),
        ("Bo (0:00): we rest.", ("Sync",), 11),
        ("Ann Lead (5:00): the loop stays as it is.", ("Sync",), 14),
        ("Bo (5:00): yes and sales is told.", ("Sync",), 15),
        ("Ann Lead (5:00): by whom?", ("Sync",), 18),
        ("Bo (5:00): me.", ("Sync",), 19),
        ("Ann Lead (5:00): fine by me, then we are done.", ("Sync",), 20),
    ]
    assert (found.title, found.date) == ("Sync", date(2026, 9, 14))


def test_a_transcript_in_word_and_in_html(tmp_path: Path) -> None:
    turns = [line for line in OTTER.split("\n") if line]
    word = draft(tmp_path / "n.docx", docx("".join(p(line) for line in turns)))
    page = draft(tmp_path / "n.html", "<br>".join(turns))

    expected = ["Ann Lead (0:03): Hello there, all.", "Bo (0:05): We ship.", "Ann Lead (0:08): Friday then."]
    assert [s.text for s in word.statements] == expected
    assert [s.text for s in page.statements] == expected
    assert {s.line for s in (*word.statements, *page.statements)} == {0}


@pytest.mark.parametrize(
    "text",
    [
        "Decision: ship.\nOwner: lead.\nDeadline: May.\n" * 4,
        "Text. " * 20,
        "",
        "- Ann: did x\n- Bo: did y\n" * 6,
        "Pro: fast\nCon: dear\n" * 5,
        "10:00 Welcome: lead\n10:30 Demo: junior\n11:00 Close: all\n",
        "See https://x.y: it is there.\n" * 9,
        "the point: one\nthe other: two\n" * 6,
    ],
)
def test_what_is_no_transcript(text: str) -> None:
    assert not is_transcript(text)


def test_a_line_that_runs_on_is_cut_at_words_with_its_time() -> None:
    text = "WEBVTT\n\n" + "".join(
        f"00:{n:02}.000 --> 00:{n + 1:02}.000\n" + f"word{n} " * 20 + "\n\n" for n in range(30)
    )

    found = said(text, ".vtt")

    assert max(map(len, found)) < 420
    assert " ".join(f.split(") ", 1)[1] for f in found).split() == [f"word{n}" for n in range(30) for _ in range(20)]
    for piece in found:
        seconds, first = int(piece[3:5]), piece.split(") ", 1)[1].split()[0]
        assert first == f"word{seconds}"


def test_files_without_cues_are_named() -> None:
    for text in ("WEBVTT\n", "no cues at all", "WEBVTT\n\nNOTE 00:01 --> x"):
        with pytest.raises(SourceError, match="has no cues"):
            read(text, ".vtt")


@pytest.mark.parametrize("name", ["Ann", "Ann Lead", "Speaker 2", "SPEAKER_01", "J. R. de la Cruz", "Ömer", "田中"])
def test_names(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize(
    "name", ["", "the point is", "Decision", "Action item", "Ann (lead)", "12", "A " * 6, "x" * 60, "!"]
)
def test_no_names(name: str) -> None:
    assert not is_name(name)


@pytest.mark.parametrize(
    "text", ["Yeah.", "mm-hm", "Okay, okay, right.", "Um… you know", "👍", "That's great, thank you!"]
)
def test_fillers(text: str) -> None:
    assert is_filler(text)


@pytest.mark.parametrize("text", ["Friday.", "No, May.", "42", "Agreed?", "Yes, ship it.", "はい"])
def test_no_fillers(text: str) -> None:
    assert not is_filler(text)


def test_clocks() -> None:
    assert [clock(s) for s in (0, 62.9, 750, 3750)] == ["0:00", "1:02", "12:30", "1:02:30"]


@given(
    st.text(alphabet="AnBo:0 123.,->\n<v>&[]?*-#WEBVT", max_size=200), st.sampled_from([".vtt", ".srt", ".txt", ".md"])
)
@settings(max_examples=400, deadline=None)
def test_any_text_is_read_or_named(text: str, suffix: str) -> None:
    try:
        document = read(text, suffix)
    except SourceError:
        return
    lines = text.count("\n") + 1
    for piece, _ in document.pieces():
        assert piece.text == " ".join(piece.text.split())
        assert 1 <= piece.line <= lines


def test_words_on_both_sides_of_what_is_searched_for_a_name_stay_apart() -> None:
    # Whether a line names a speaker is told by its first 200 characters; the last of them may be a space.
    for words in range(30, 60):
        line = f"[00:00:02] Bo: {' '.join(['ship'] * words)}"
        text = f"[00:00:00] Ann: Ready?\n[00:00:01] Bo: Go.\n{line}\n"
        assert " ".join(said(text)).split().count("ship") == words


WORDS = ["ship", "wait", "june.", "sales?", "no,", "ok"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Ann", "Bo", "Cy"]),
            st.lists(st.sampled_from(WORDS), min_size=1, max_size=40),
        ),
        min_size=8,
        max_size=30,
    )
)
@settings(max_examples=150, deadline=None)
def test_no_word_of_a_talk_is_lost_but_fillers(turns: list[tuple[str, list[str]]]) -> None:
    text = "".join(f"[00:00:{n:02}] {name}: {' '.join(words)} thing{n}\n" for n, (name, words) in enumerate(turns))

    heard = " ".join(piece.split(": ", 1)[1] for piece in said(text)).split()

    assert heard == [word for n, (_, words) in enumerate(turns) for word in (*words, f"thing{n}")]
