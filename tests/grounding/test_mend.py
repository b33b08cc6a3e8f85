from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.domain.answer import Sentence, Verdict
from coach.domain.evidence import Evidence
from coach.grounding.citations import cite, pinned
from coach.grounding.gate import check_sentences
from coach.grounding.mend import Mended, mend
from tests.grounding.fakes import ALL, P8_1, P8_3, FakeChecker

BAD = Sentence("Negotiate a bonus.", pinned(["P8.3"], ALL), Verdict.UNSUPPORTED, 0.1, "fake", "no")
GOOD = Sentence("Bargain over it.", pinned(["P8.3"], ALL), Verdict.SUPPORTED, 0.9, "fake")
QUOTED = Sentence(P8_3.statement.text, cite(P8_3), Verdict.SUPPORTED, 1.0, "verbatim")
FRAME = Sentence("Hello!")


def rewriter_saying(*answers: str | None) -> tuple[list[tuple[str, str]], object]:
    asked: list[tuple[str, str]] = []
    left = list(answers)

    async def rewrite(claim: str, statement: Evidence) -> str | None:
        asked.append((claim, statement.id))
        return left.pop(0)

    return asked, rewrite


async def run(
    *sentences: Sentence, rewriter: object = None, checker: FakeChecker | None = None, strict: bool = False
) -> Mended:
    return await mend(sentences, ALL, "", rewriter, checker or FakeChecker(), strict=strict)  # type: ignore[arg-type]


async def test_what_is_supported_or_no_claim_stays() -> None:
    assert await run(FRAME, GOOD, QUOTED) == Mended([FRAME, GOOD, QUOTED])


async def test_an_unsupported_claim_is_rewritten_once() -> None:
    asked, rewrite = rewriter_saying("Negotiate the deadline [P8.3].")
    result = await run(BAD, rewriter=rewrite)
    [sentence] = result.sentences
    assert (result.mended, result.dropped) == (1, 0)
    assert (sentence.text, sentence.verdict, sentence.mended_from) == (
        "Negotiate the deadline.",
        Verdict.SUPPORTED,
        BAD.text,
    )
    assert sentence.citations == cite(P8_3)
    assert asked == [(BAD.text, "P8.3")]


@pytest.mark.parametrize(
    "rewritten", [None, "", "Still bad.", "Two sentences. In one reply.", "Hello!", "Give 14 days."]
)
async def test_where_rewriting_fails_the_statement_itself_is_said(rewritten: str | None) -> None:
    asked, rewrite = rewriter_saying(rewritten)
    result = await run(BAD, rewriter=rewrite, checker=FakeChecker({"Still bad.": 0.2}))
    [sentence] = result.sentences
    assert (sentence.text, sentence.checker, sentence.score) == (P8_3.statement.text, "verbatim", 1.0)
    assert sentence.mended_from == BAD.text
    assert (result.mended, len(asked)) == (1, 1)


async def test_a_statement_is_not_said_twice() -> None:
    assert await run(QUOTED, BAD) == Mended([QUOTED], 0, 1)
    assert (await run(BAD, BAD)).dropped == 1
    later = await run(BAD, QUOTED)
    assert later == Mended([QUOTED], 0, 1)


async def test_an_uncited_claim_gets_the_citation_that_supports_it() -> None:
    uncited = Sentence("Negotiate the resources.", (), Verdict.UNCITED)
    result = await run(uncited)
    assert result.sentences[0].citations == cite(P8_3)
    assert (result.sentences[0].verdict, result.mended, result.dropped) == (Verdict.SUPPORTED, 0, 0)


async def test_an_uncited_claim_that_nothing_supports_is_dropped() -> None:
    uncited = Sentence("Negotiate a company car.", (), Verdict.UNCITED)
    assert await run(uncited, checker=FakeChecker(default=0.1)) == Mended([], 0, 1)


async def test_a_claim_with_an_unknown_citation_is_mended_towards_the_nearest_statement() -> None:
    bad = Sentence(
        "Name the individuals to leadership.", pinned(["P99.1"], ALL), Verdict.UNSUPPORTED, 0.0, "rules", "no"
    )
    assert (await run(bad)).sentences[0].citations == cite(P8_1)
    far = Sentence("Buy zebras.", pinned(["P99.1"], ALL), Verdict.UNSUPPORTED, 0.0, "rules", "no")
    assert await run(far) == Mended([], 0, 1)


async def test_strict_drops_and_never_rewrites() -> None:
    asked, rewrite = rewriter_saying()
    uncited = Sentence("Negotiate the resources.", (), Verdict.UNCITED)
    result = await run(FRAME, GOOD, BAD, uncited, rewriter=rewrite, strict=True)
    assert result == Mended([FRAME, GOOD], 0, 2)
    assert asked == []


@given(
    st.lists(
        st.sampled_from(
            ["Bargain over it.", "Negotiate a bonus.", "Buy zebras.", "Hello!", P8_3.statement.text, "Why?"]
        ),
        max_size=6,
    ),
    st.lists(st.sampled_from(["P8.1", "P8.3", "P99.1"]), max_size=2),
    st.booleans(),
)
async def test_nothing_unsupported_is_ever_delivered(texts: list[str], ids: list[str], strict: bool) -> None:
    checker = FakeChecker({"Negotiate a bonus.": 0.1, "Buy zebras.": 0.0})
    drafts = [Sentence(t, pinned(ids, ALL), Verdict.UNCITED) for t in texts]
    checked = await check_sentences(drafts, ALL, "", checker)
    result = await run(*checked, checker=checker, strict=strict)
    assert all(s.verdict in (Verdict.SUPPORTED, Verdict.NOT_A_CLAIM) for s in result.sentences)
    assert len(result.sentences) + result.dropped == len(texts)
    assert result.mended == sum(bool(s.mended_from) for s in result.sentences)
