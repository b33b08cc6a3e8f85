from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from coach.evaluation.report.markup import Html, el, escaped, joined
from coach.evaluation.report.visible import visible
from tests.evaluation.report.reading import read


@given(st.text())
def test_any_text_is_read_back_as_text(text: str) -> None:
    reader = read(el("p", text, title=text))
    shown = visible(text)
    # Readers of HTML take a carriage return for a line feed; `visible` has written it out.
    assert reader.text == shown
    assert reader.elements == [("p", {"title": shown})]


@given(st.text(alphabet=st.characters(codec=None)))
def test_what_cannot_be_seen_is_written_out(text: str) -> None:
    shown = visible(text)
    shown.encode("utf-8")
    assert not any(ord(c) < 0x20 and c not in "\t\n" for c in shown)
    assert not any(c in shown for c in "\u202e\u2066\u200b\x7f\x9b\ufeff\ufffe\x00")


def test_what_is_visible_stays() -> None:
    assert visible("Grüße, naïve 日本 👩‍🔧 & <b>\n\t") == "Grüße, naïve 日本 👩‍🔧 & <b>\n\t"
    assert visible("a\u202eb") == "a\\u202eb"


def test_elements_are_not_escaped_twice() -> None:
    assert el("p", "a < b", el("b", "&")) == "<p>a &lt; b<b>&amp;</b></p>"
    assert joined("<", None, Html("<br>")) == "&lt;<br>"
    assert isinstance(escaped("x"), Html)


def test_attributes() -> None:
    assert el("p", class_="a", data_kind='"', hidden=True, open=False, title=None) == (
        '<p class="a" data-kind="&quot;" hidden></p>'
    )
    assert el("circle", cx=1.5, r=4) == '<circle cx="1.5" r="4"/>'
    assert el("meta", charset="utf-8") == '<meta charset="utf-8">'
