from __future__ import annotations

import re
from dataclasses import replace

from coach.evaluation.report.html import as_html
from tests.evaluation.making import HOSTILE
from tests.evaluation.report.conftest import SECRET, Made
from tests.evaluation.report.reading import read

#: Attributes with which a page could ask for something.
_ASKING = {"src", "href", "srcset", "action", "data", "poster", "background", "formaction", "ping"}


def test_the_verdict_stands_first_and_then_what_got_worse(made: Made) -> None:
    text = read(as_html(made())).text
    places = [text.index(p) for p in ("Floor not held", "Not reached: claims cited", "Figures", "What got worse (2)")]
    assert places == sorted(places)
    assert text.index("s001", places[-1]) < text.index("s002", places[-1])
    assert "1 of 6 outcomes were read from the cache" in text


def test_both_answers_stand_side_by_side(made: Made) -> None:
    text = read(as_html(made())).text
    card = text[text.index("question 1") : text.index("question 2")]
    sides = card[card.index("Baseline") :]
    before, now = sides.split("NowStatus: ")
    assert "Before " in before
    assert "supported" in before
    for part in ("Now ", "uncited", "judge 0.20", "P2.1", "Hand over work"):
        assert part in now


def test_a_baseline_without_answers_says_so(made: Made) -> None:
    assert "was not kept" in read(as_html(replace(made(), answers={}))).text


def test_without_a_baseline_there_is_only_one_side(made: Made) -> None:
    text = read(as_html(made(baseline=False))).text
    assert "What got worse" not in text
    assert "Faults (2)" in text


def test_what_was_cached_is_marked(made: Made) -> None:
    text = read(as_html(made())).text
    assert "(read from the cache)" in text[text.index("question 2") :]
    assert "(read from the cache)" not in text[text.index("question 1") : text.index("question 2")]


def test_held_back_cases_are_folded_away(made: Made) -> None:
    page = as_html(made())
    assert SECRET not in page
    assert "2 held-back cases are not shown" in read(page).text
    assert SECRET in as_html(made(show_holdback=True))


def test_a_kind_whose_cases_are_all_held_back_has_no_figures_of_its_own(made: Made) -> None:
    def kinds(show_holdback: bool) -> str:
        text = read(as_html(made(show_holdback=show_holdback))).text
        return text[text.index("By kind") : text.index("Open and held-back cases")]

    assert "injection" not in kinds(False)
    assert "injection" in kinds(True)


def test_hostile_text_makes_no_elements(made: Made) -> None:
    plain, hostile = read(as_html(made(hostile="harmless"))), read(as_html(made()))
    assert [tag for tag, _ in hostile.elements] == [tag for tag, _ in plain.elements]
    assert "</script><script>document.title='owned'</script>" in hostile.text
    assert "\\u202eevil" in hostile.text
    assert not any(name.startswith("on") for _, attributes in hostile.elements for name in attributes)


def test_it_asks_nobody_for_anything(made: Made) -> None:
    page = as_html(made())
    reader = read(page)
    assert [(tag, a) for tag, a in reader.elements if _ASKING & set(a)] == []
    assert {tag for tag, _ in reader.elements} & {"link", "iframe", "object", "embed", "base", "form", "img"} == set()
    style = page[page.index("<style>") : page.index("</style>")]
    assert not re.search(r"url\(|@import|@font-face", style)


def test_the_policy_lets_only_its_own_script_run(made: Made) -> None:
    reader = read(as_html(made()))
    policy = next(a["content"] or "" for _, a in reader.elements if a.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in policy
    assert "script-src 'sha256-" in policy
    assert [tag for tag, _ in reader.elements].count("script") == 1


def test_the_subject_and_what_changed_of_it(made: Made) -> None:
    text = read(as_html(made())).text
    assert "a" * 12 in text
    assert HOSTILE not in text, "what cannot be seen is written out"
