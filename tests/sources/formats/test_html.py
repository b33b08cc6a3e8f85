from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.errors import SourceError
from coach.sources.formats.document import Document
from coach.sources.formats.html import declared_encoding, read_html
from coach.sources.formats.html_tags import simplified


def said(page: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(piece.text, (*above, *piece.under)) for piece, above in read(page).pieces()]


def read(page: str) -> Document:
    return read_html(page, "n.html")[0]


PAGE = """<!DOCTYPE html><html><head><title>Retro &ndash; Wiki</title>
<meta name="keywords" content="retro, q3"><meta property="article:published_time" content="2026-09-14T10:00:00Z">
<style>p { color: red }</style></head><body>
<nav><a href="/">Home</a></nav><header>Team wiki</header>
<h1>Sprint <em>retro</em></h1>
<p>We ship <b>on Friday</b>. <a href="javascript:alert(1)">Click</a> here.<br>New line</p>
<script>document.write("<p>written</p>")</script><!-- <p>hidden</p> -->
<p style="display: none">hidden</p><span hidden>hid<span>d</span>en</span><div aria-hidden="true">hidden</div>
<h2>Decisions</h2><p>We agreed:<ul><li>Ship<ul><li>Friday<li>or Monday</ul><li><input type=checkbox checked> Cake
<li><input type="checkbox">Tests<li><p>One.<p>Two. #hr</ul>
<dl><dt>Owner<dd>lead<dt>Alone</dl>
<table><caption>Actions</caption><tr><th>Who<th>What<tr><td>lead<td>call<br>the VP<tr><td>all<td></table>
<table><tbody><tr><td>Who</td><td>When</td></tr><tr><td>a</td><td>May 3</td></tr></tbody></table>
<table><tr><td><h3>Laid out</h3><ul><li>item</ul></td></tr></table>
<del>May</del> June<details><summary>More</summary>inside</details><pre>x = 1
y</pre><blockquote>Said.</blockquote><button>Send</button><svg><text>drawn</text></svg></body></html>"""


def test_a_page() -> None:
    document = read(PAGE)

    top, decided = ("Sprint retro",), ("Sprint retro", "Decisions")
    assert said(PAGE) == [
        ("Team wiki", ()),
        ("We ship on Friday.", top),
        ("Click here.", top),
        ("New line", top),
        ("We agreed:", decided),
        ("Ship", (*decided, "We agreed")),
        ("Friday", (*decided, "We agreed", "Ship")),
        ("or Monday", (*decided, "We agreed", "Ship")),
        ("Done: Cake", (*decided, "We agreed")),
        ("Open: Tests", (*decided, "We agreed")),
        ("One.", (*decided, "We agreed")),
        ("Two.", (*decided, "We agreed", "One.")),
        ("lead", (*decided, "Owner")),
        ("Alone", decided),
        ("Who: lead; What: call; the VP", (*decided, "Actions")),
        ("Who: all", (*decided, "Actions")),
        ("Who: a; When: May 3", decided),
        ("item", (*decided, "Laid out")),
        ("(struck out: May) June", (*decided, "Laid out")),
        ("inside", (*decided, "Laid out", "More")),
        ("Code: x = 1 y", (*decided, "Laid out")),
        ("Said.", (*decided, "Laid out")),
    ]
    assert (document.title, document.date) == ("Retro – Wiki", date(2026, 9, 14))
    assert document.tags == ("retro", "q3", "hr")


@pytest.mark.parametrize(
    "page",
    [
        "<p>Said.</p><p hidden>no",
        "<p>Said.</p><p style='visibility : hidden'>no</p>",
        "<p>Said.</p><p style='opacity:0'>no</p>",
        "<p>Said.</p><i style='font-size:0px'>no</i>",
        "<p>Said.</p><b aria-hidden=TRUE>no<b>no</b>no</b>",
        "<p>Said.</p><section role=navigation>no</section>",
        "<p>Said.</p><template>no</template><noscript>no</noscript><select><option>no</select>",
        "<p>Said.</p><script>no",
        "<p>Said.</p><!-- no",
        "<p>Said.</p><!--> <!-- no --!>",
        "<p>Said.</p><textarea>no</textarea><?no no?><![CDATA[no",
        '<p a="<script>">Said.</p>',
        '<p a=x"y>Said.</p>',
        "<P>Sa<wbr>id.</P>",
        "Sa<b>id</b>.",
    ],
)
def test_what_nobody_sees_is_not_said(page: str) -> None:
    assert said(page) == [("Said.", ())]


@pytest.mark.parametrize(
    ("page", "texts"),
    [
        ("<nav>kept, for it never closes<p>Said.", ["kept, for it never closes", "Said."]),
        ("<p a='>kept, for the quote never closes", ["kept, for the quote never closes"]),
        ("1 < 2 and 3 <4 > 2", ["1 < 2 and 3 <4 > 2"]),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", ["<script>alert(1)</script>"]),
        ("<p>one</div><p>two</b></p></p>", ["one", "two"]),
        ("<ul><li>a<table></ul>b</table><p>c", ["a", "b", "c"]),
        ("<b><p>one</b>two</p>", ["onetwo"]),
        ("<x-card>a</x-card><x-card>b</x-card>", ["a", "b"]),
        ("<div>goes on<br>in small letters</div>", ["goes on in small letters"]),
        ("<li>no list</li><dd>no term</dd><td>no table</td>", ["no list", "no term", "no table"]),
    ],
)
def test_pages_that_are_not_well_made(page: str, texts: list[str]) -> None:
    assert [text for text, _ in said(page)] == texts


def test_dates_from_the_surest_down() -> None:
    time = "<time datetime=2025-01-01>then</time>"
    meta = "<meta name=created content='2024-05-05'>"

    assert read(time).date == date(2025, 1, 1)
    assert read(f"{time}{meta}").date == date(2024, 5, 5)
    assert read(f"{meta}<meta property='article:published_time' content='2026-09-14'>").date == date(2026, 9, 14)
    assert read("<meta name=date content=soon>").date is None


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b'<meta charset="windows-1250">', "windows-1250"),
        (b"<meta http-equiv='Content-Type' content='text/html; charset=koi8-r'>", "koi8-r"),
        (b'<?xml version="1.0" encoding="ISO-8859-2"?>', "ISO-8859-2"),
        (b"<p>charset=x</p>", ""),
    ],
)
def test_declared_encodings(data: bytes, encoding: str) -> None:
    assert declared_encoding(data) == encoding


@pytest.mark.parametrize("unit", ["<div>", "<ul><li>", "<table><tr><td>", "<x-a>", "<del></p>", "<div></span><p>"])
def test_deep_nesting_is_named(unit: str) -> None:
    with pytest.raises(SourceError, match="nest too deeply"):
        read(unit * 10_000 + "x")


@given(st.text(alphabet="<>/adivulpbr hiden=\"'!-&;x\n", max_size=120))
@settings(max_examples=300, deadline=None)
def test_what_is_left_is_well_nested_and_without_attributes(page: str) -> None:
    left = simplified(page, "n").text

    assert said(page) is not None
    assert all(tag.rstrip(">").rpartition(" ")[2] in ("hidden", "checked") for tag in _tags(left) if " " in tag)


def _tags(page: str) -> list[str]:
    return [part.partition(">")[0] + ">" for part in page.split("<")[1:]]


@given(
    st.lists(
        st.sampled_from(["<p>", "</p>", "<ul>", "</ul>", "<li>", "<table>", "<tr>", "<td>", "</table>", "<div>"]),
        max_size=40,
    )
)
@settings(max_examples=200, deadline=None)
def test_no_words_are_lost(tags: list[str]) -> None:
    page = "".join(f"{tag}word{number} " for number, tag in enumerate(tags))

    words = " ".join(text for text, _ in said(page)).replace(";", " ").replace(":", " ").split()

    assert {f"word{number}" for number in range(len(tags))} <= set(words)
