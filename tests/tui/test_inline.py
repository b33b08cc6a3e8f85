"""Markdown of a model's as styled text, and what is never Markdown."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.content import Content

from coach.domain.answer import Answer, Citation, Sentence, Verdict
from coach.domain.source import Statement, StatementKind
from coach.tui import export
from coach.tui.inline import compose, held_back
from coach.tui.passages import citations, draft, page
from tests.cli.sample import EVIDENCE, P8_2, found, quoted, quoted_answer, written_answer
from tests.tui.driving import running
from tests.tui.fakes import Gate, ScriptedCoach, script

STARRED = Statement("P8.2", "Use `x` and **never** [this](https://a.example) - or *that*.", StatementKind.PRINCIPLE)


def spans(content: Content) -> list[tuple[str, str]]:
    return [(content.plain[s.start : s.end], str(s.style)) for s in content.spans]


def written(*sentences: Sentence, composer: str = "free") -> Answer:
    return written_answer(sentences=sentences, composer=composer)


def says(text: str, opens: str = "", **changes: object) -> Sentence:
    cite = (Citation("P8.2", P8_2.hash),)
    return replace(Sentence(text, cite, Verdict.SUPPORTED, 0.9, "local", opens=opens), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "plain", "styles"),
    [
        ("**b** and *i*", "b and i", [("b", "bold"), ("i", "italic")]),
        ("__b__ ~~s~~", "b s", [("s", "strike")]),
        ("`a*b*c`", "a*b*c", [("a*b*c", "$text-accent on $surface")]),
        ("a_b_c 2*3*4", "a_b_c 234", [("3", "italic")]),
        ("# Now **this**", "Now this", [("Now this", "bold"), ("this", "bold")]),
        ("two\nlines", "two lines", []),
        (r"\*as it is\*", "*as it is*", []),
        ("**open and `open", "**open and `open", []),
        (
            "[it](https://a.example/b)",
            "it (https://a.example/b)",
            [("it", "underline"), (" (https://a.example/b)", "$foreground-muted")],
        ),
        ("[https://a.example](https://a.example)", "https://a.example", [("https://a.example", "underline")]),
        ("[it](javascript:x) [it](file:///x) [it](//a)", "[it](javascript:x) [it](file:///x) [it](//a)", []),
        ("<b>&amp;</b> <https://a.example>", "<b>&amp;</b> <https://a.example>", []),
        ("![it](https://a.example/p.png)", "![it](https://a.example/p.png)", []),
    ],
)
def test_what_is_markdown_and_what_is_text(text: str, plain: str, styles: list[tuple[str, str]]) -> None:
    shown = compose([text]).content
    if text.startswith("__"):
        styles = [("b", "bold"), *styles]
    assert shown.plain == plain
    assert sorted(spans(shown)) == sorted(styles)


def test_a_mark_may_close_behind_a_citation() -> None:
    shown = compose(["**Ask first. ", Content("[P8.2]").stylize("red"), " Then wait.** ", Content("[C1.1]"), " So."])
    assert shown.content.plain == "Ask first. [P8.2] Then wait. [C1.1] So."
    assert spans(shown.content) == [("Ask first. [P8.2] Then wait.", "bold"), ("[P8.2]", "red")]
    assert [shown.content.plain[s : s + 6] for s in shown.starts] == ["[P8.2]", "[C1.1]"]


@given(st.lists(st.text(st.sampled_from("ab*_`~[]()!<>#\\ \"'&.⁘\n"), max_size=12), max_size=6))
def test_what_is_put_in_is_never_lost_nor_changed(texts: list[str]) -> None:
    given_ = [Content(f"[P{i}.1]") for i in range(len(texts))]
    shown = compose([piece for pair in zip(texts, given_, strict=True) for piece in pair])
    assert [shown.content.plain[s : s + 6] for s in shown.starts] == [c.plain for c in given_]
    assert all(0 <= s.start < s.end <= len(shown.content.plain) for s in shown.content.spans)


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("**bold", ""),
        ("**bold*", "*"),
        ("**bold**", ""),
        ("a `code", ""),
        ("a `code`", ""),
        ("~~no~", "~"),
        ("5 *", "*"),
    ],
)
def test_a_mark_that_is_cut_waits_for_its_rest(text: str, held: str) -> None:
    assert held_back(text) == (text[: len(text) - len(held)], held)


def test_nothing_flickers_while_a_sentence_streams_in() -> None:
    text = "Say it **plainly now**, and *then* `wait`. [P8.2] Be ~~hard~~ kind."
    for end in range(len(text) + 1):
        shown = draft(text[:end], {})
        if not shown:
            continue
        for words, style in spans(shown[0].content):
            # A style comes with the last letter of its mark, over exactly its words, and stays.
            assert (words, style) in [
                ("plainly now", "bold"),
                ("then", "italic"),
                ("wait", "$text-accent on $surface"),
                ("hard", "strike"),
                ("[P8.2]", "$primary"),
            ], text[:end]
    assert "**" in draft("Say it **plainly", {})[0].content.plain


def test_a_draft_has_paragraphs_and_items() -> None:
    shown = draft("First.\n\n1. **Ask** [P8.2]\n2. Wait", {})
    assert [(p.marker, p.content.plain) for p in shown] == [("", "First."), ("1.", "Ask [P8.2]"), ("2.", "Wait")]


def test_an_answer_has_paragraphs_and_items_with_its_chips_in_them() -> None:
    answer = written(says("**Ask** first."), says("Then wait."), says("*Listen*.", "-"), says("So.", "paragraph"))
    [block] = page(answer)
    assert [(p.marker, p.content.plain) for p in block.passages] == [
        ("", "Ask first. [P8.2] ✓ supported · Then wait. [P8.2] ✓ supported"),
        ("-", "Listen. [P8.2] ✓ supported"),
        ("", "So. [P8.2] ✓ supported"),
    ]
    chips = [(c.number, p.content.plain[c.start : c.end]) for p in block.passages for c in p.chips]
    assert chips == [(i, "[P8.2]") for i in range(len(citations(answer)))]


@pytest.mark.parametrize("composer", ["quote", "free", "stepwise"])
def test_what_is_quoted_is_shown_as_it_is(composer: str) -> None:
    answer = replace(
        quoted_answer(sentences=(quoted(STARRED, "point"),), evidence=(replace(EVIDENCE[0], statement=STARRED),)),
        composer=composer,
    )
    [block] = page(answer)
    assert block.passages[0].content.plain == f"{STARRED.text} [P8.2] ✓ quoted"
    assert "bold" not in [s for _, s in spans(block.passages[0].content)]
    [shown] = draft(f"{STARRED.text} [P8.2] And **so**.", {}, [STARRED.text])
    assert shown.content.plain == f"{STARRED.text} [P8.2] And so."
    end = len(f"{STARRED.text} [P8.2]")
    [shown] = draft(f"{STARRED.text} [P8.2]", {end: quoted(STARRED, "point")})
    assert shown.content.plain == f"{STARRED.text} [P8.2] ✓ quoted"


def test_what_no_model_wrote_is_no_markdown() -> None:
    frame = Sentence("Your note of 2026-10-01, “*Retro*”:", part="notes")
    for composer in ("quote", "stepwise"):
        [block] = page(written(frame, composer=composer))
        assert block.passages[0].content.plain == frame.text


def test_copies_and_exports_say_what_was_written() -> None:
    answer = written(says("**Ask** first."), says("Listen.", "-"), says("Wait.", "-"), says("So.", "paragraph"))
    assert export.plain(answer, sources=False) == "**Ask** first.\n\n- Listen.\n- Wait.\n\nSo."
    assert export.plain(answer, sources=True).startswith(
        "**Ask** first. [P8.2]\n\n- Listen. [P8.2]\n- Wait. [P8.2]\n\n"
    )
    text = export.markdown("t", [answer])
    assert r"\*\*Ask\*\* first. \[P8.2\] *(supported)*" in text
    assert "\n\n- Listen. \\[P8.2\\] *(supported)*\n- Wait." in text


async def test_an_answer_is_rendered_found_and_opened() -> None:
    coach, gate = ScriptedCoach(), Gate()
    evidence = (found(P8_2, coach.library.all[0]),)
    answer = written(says("**Name** the *cost*."), says("Use `x`.", "-"), says("Wait.", "2."))
    events = script(replace(answer, evidence=evidence), gate=gate, words=1)
    coach.scripts.append(events)
    async with running(coach, size=(100, 30)) as tui:
        tui.app.conversation.composer.put("what do I say?")
        await tui.press("enter")
        await tui.shows("Name the cost. [P8.2]")
        gate.open()
        await tui.shows("3 of 3 claims supported")
        await tui.shows("• Use x. [P8.2] ✓ supported")
        await tui.shows("2. Wait. [P8.2] ✓ supported")
        bold = [
            s.text for strip in tui.app.screen._compositor.render_strips() for s in strip if s.style and s.style.bold
        ]
        assert "Name" in bold
        await tui.press("ctrl+f")
        await tui.type("name the cost")
        await tui.shows("1 of 1")
        await tui.press("escape", "shift+tab", "3")
        await tui.shows("citation 3 of 3")


@pytest.mark.parametrize(
    "text",
    ["*" * 10_000, "**a " * 4000, "[" * 9000 + "]" * 9000, "*x* " * 4000, "[a](https://b.c) " * 1100, "a**b" * 4000],
)
def test_time_is_linear(text: str) -> None:
    began = time.perf_counter()
    draft(text, {})
    page(written(says(text)))
    assert time.perf_counter() - began < 3


async def test_ten_thousand_stars_are_drawn() -> None:
    coach = ScriptedCoach()
    coach.scripts.append(script(written(says("*x* " * 2500), says("*" * 10_000)), words=50))
    async with running(coach, size=(80, 24)) as tui:
        await tui.ask("what do I say?")
        await tui.press("end")
        await tui.shows("2 of 2 claims supported")
