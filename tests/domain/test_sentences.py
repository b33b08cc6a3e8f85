from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.sentences import SentenceStream, split_sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("  \n\n ", []),
        ("Ask first. Then decide.", ["Ask first.", "Then decide."]),
        ("Really?! Yes. No end", ["Really?!", "Yes.", "No end"]),
        # Abbreviations.
        ("Use linters, e.g. Ruff. Then commit.", ["Use linters, e.g. Ruff.", "Then commit."]),
        ("That is, i.e. The Plan. Go.", ["That is, i.e. The Plan.", "Go."]),
        ("Precision vs. Recall decides. Choose.", ["Precision vs. Recall decides.", "Choose."]),
        ("Dr. Lead met Ms. Director. They agreed.", ["Dr. Lead met Ms. Director.", "They agreed."]),
        ("It takes approx. Five days. Or six.", ["It takes approx. Five days.", "Or six."]),
        ("The U.S. Government asked. We answered.", ["The U.S. Government asked.", "We answered."]),
        ("We sell in the U.S. They buy.", ["We sell in the U.S.", "They buy."]),
        ("See No. 5. It helps.", ["See No. 5.", "It helps."]),
        ("Just say no. Then wait.", ["Just say no.", "Then wait."]),
        ("See fig. 3 and p. 12. Done.", ["See fig. 3 and p. 12.", "Done."]),
        ("Logs, traces, etc. Keep them.", ["Logs, traces, etc.", "Keep them."]),
        ("Logs etc. are kept.", ["Logs etc. are kept."]),
        ("Ask J. R. Writer. Then go.", ["Ask J. R. Writer.", "Then go."]),
        ("Take plan B. Then go.", ["Take plan B.", "Then go."]),
        ("It was you and I. We won.", ["It was you and I.", "We won."]),
        ("Due Sept. 14. Hurry.", ["Due Sept. 14.", "Hurry."]),
        # Numbers, versions, times.
        ("It rose by 3.5 percent to 0.91. Good.", ["It rose by 3.5 percent to 0.91.", "Good."]),
        ("We run Python 3.11.7 now. Fine.", ["We run Python 3.11.7 now.", "Fine."]),
        ("Meet at 5 p.m. on Friday. Come.", ["Meet at 5 p.m. on Friday.", "Come."]),
        ("Meet at 5 p.m. Monday at the desk.", ["Meet at 5 p.m. Monday at the desk."]),
        ("Meet at 10:30 a.m. The room is booked.", ["Meet at 10:30 a.m.", "The room is booked."]),
        ("It shipped in 2019. Nobody knew.", ["It shipped in 2019.", "Nobody knew."]),
        # Ellipses.
        ("Well... maybe not. Fine.", ["Well... maybe not.", "Fine."]),
        ("Well… Nobody knows.", ["Well…", "Nobody knows."]),
        ("Well... I would ask.", ["Well... I would ask."]),
        # Quotes and brackets.
        ("'Say no.' Then wait.", ["'Say no.'", "Then wait."]),
        ("Cool does not mean “useful.” Once linked, plan.", ["Cool does not mean “useful.”", "Once linked, plan."]),
        ('"Stop," he said. "Now."', ['"Stop," he said.', '"Now."']),
        ('"Why?" she asked. Silence.', ['"Why?" she asked.', "Silence."]),
        ("Say: 'Friday is out. Tuesday works.' Then wait.", ["Say: 'Friday is out. Tuesday works.'", "Then wait."]),
        ("The leads' work is done. The team's too.", ["The leads' work is done.", "The team's too."]),
        ("Models of the '90s failed. Don't repeat it.", ["Models of the '90s failed.", "Don't repeat it."]),
        ('A 5" screen broke. Two 6" ones too.', ['A 5" screen broke.', 'Two 6" ones too.']),
        ("We (the team. All of us) went. Fine.", ["We (the team. All of us) went.", "Fine."]),
        ("Do it. (See the plan. It is short.) Then go.", ["Do it.", "(See the plan. It is short.)", "Then go."]),
        ("He said 'go and never came back. We waited.", ["He said 'go and never came back.", "We waited."]),
        ("Run `a. B` now. Good.", ["Run `a. B` now.", "Good."]),
        # Citations.
        ("Do it. [P8.2] Then go.", ["Do it. [P8.2]", "Then go."]),
        ("Do it [P8.2]. Then go.", ["Do it [P8.2].", "Then go."]),
        ("Do it.[P8.2][C1.4] Then go.", ["Do it.[P8.2][C1.4]", "Then go."]),
        ("Do it. [P8.2, N12.4]. Then go.", ["Do it. [P8.2, N12.4].", "Then go."]),
        ("Do it.\n[P8.2]\nThen go.", ["Do it. [P8.2]", "Then go."]),
        ("'Say no.' [P8.2] Then wait.", ["'Say no.' [P8.2]", "Then wait."]),
        ("Do it.[1] Then go.", ["Do it.[1]", "Then go."]),
        ("Do it. [Perhaps] Then go.", ["Do it.", "[Perhaps] Then go."]),
        ("[P8.2] Do it. Then go.", ["[P8.2] Do it.", "Then go."]),
        # Addresses.
        ("See https://example.org/a.b?c=d!e. Then go.", ["See https://example.org/a.b?c=d!e.", "Then go."]),
        ("Mail lead@example.org. Then go.", ["Mail lead@example.org.", "Then go."]),
        # Markdown.
        ("# What to do. Now\nText one.", ["# What to do. Now", "Text one."]),
        ("**Say no.** Then *wait.* Fine.", ["**Say no.**", "Then *wait.*", "Fine."]),
        ("Do:\n- one\n- two. More\n\n1. three\n2) four", ["Do:", "one", "two.", "More", "three", "four"]),
        ("We had\n42. Then less.", ["We had 42.", "Then less."]),
        ("Do two things: 1. Ask him. 2. Wait for it.", ["Do two things: 1. Ask him.", "2. Wait for it."]),
        ("> quoted text. It\n> goes on", ["quoted text.", "It goes on"]),
        ("| a | b. C |\n|---|---|\n| c | d |", ["| a | b. C |", "| c | d |"]),
        ("Title\n=====\nText.\n\n---\n\nMore.", ["Title", "Text.", "More."]),
        ("wraps\nover   lines.\nNext one", ["wraps over lines.", "Next one"]),
        ("no full stop\n\nNew paragraph", ["no full stop", "New paragraph"]),
        # People who type in small letters, and scripts without capitals.
        ("shipped the model. need to tell vp. ok!", ["shipped the model.", "need to tell vp.", "ok!"]),
        ("We use approx. five. fine", ["We use approx. five. fine"]),
        ("完成了。开始吧！好", ["完成了。", "开始吧！", "好"]),
    ],
)
def test_boundaries(text: str, expected: list[str]) -> None:
    assert split_sentences(text) == expected


def test_a_sentence_is_given_as_soon_as_the_next_one_begins() -> None:
    stream = SentenceStream()

    assert stream.feed("Ask first. ") == []  # a citation may still come
    assert stream.feed("[P8") == []
    assert stream.feed(".2] ") == []
    assert stream.feed("T") == ["Ask first. [P8.2]"]
    assert stream.feed("hen decide.\n\n") == ["Then decide."]
    assert stream.finish() == []


_PARTS = st.sampled_from(
    [
        *"ab.AI?!…\n\n  '\"“”‘’()[]*-#|>_=1`。\t",
        " e.g. ",
        "p.m.",
        "No. 5",
        "U.S.",
        " [P8.2]",
        "[N1.2, C3.4].",
        "\n- ",
        "\n1. ",
        "\n\n",
        "Then ",
        "word ",
        "J. ",
        ": 1. ",
        " " * 70,
        "." * 70,
        "a" * 30,
        "x" * 410,
    ]
)


@given(st.lists(_PARTS, max_size=40).map("".join) | st.text(max_size=300), st.data())
@settings(max_examples=400, deadline=None)
def test_chunks_do_not_change_the_sentences(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=12)))
    whole = split_sentences(text)

    for edges in ([0, *cuts, len(text)], range(len(text) + 1)):
        stream = SentenceStream()
        streamed: list[str] = []
        for start, end in zip(edges, list(edges)[1:], strict=False):
            streamed += stream.feed(text[start:end])
        assert streamed + stream.finish() == whole


@given(st.lists(_PARTS, max_size=40).map("".join))
@settings(max_examples=200, deadline=None)
def test_no_word_is_lost_or_invented(text: str) -> None:
    def letters(value: str) -> str:
        return "".join(c for c in value if c.isalpha())

    assert letters("".join(split_sentences(text))) == letters(text)


@pytest.mark.parametrize(
    "unit", ["(", "[", ".", "'", '"a ', " '", "e.g. ", "A. ", ": [P8.2, ", "x.[P1.1]", "\n", "> ", "- "]
)
def test_time_is_linear_in_hostile_text(unit: str) -> None:
    def seconds(size: int) -> float:
        text = unit * (size // len(unit))
        start = time.process_time()
        split_sentences(text)
        return time.process_time() - start

    small = min(seconds(10_000) for _ in range(2))
    assert seconds(100_000) < max(0.5, 40 * small)


def test_a_million_characters_without_an_end() -> None:
    stream = SentenceStream()
    for _ in range(1000):
        assert stream.feed("word " * 200) == []
    assert len(stream.finish()[0]) == 999_999
