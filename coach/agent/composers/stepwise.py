"""The composer for a small model on this machine: the quoted page, its points applied to the situation one by one."""

from __future__ import annotations

from dataclasses import replace

from coach.agent.composers import Tell
from coach.agent.composers.free import fenced, usable
from coach.agent.composers.quote import closing, looked_up, opening, page_for, tell_all
from coach.agent.material import Material, quoted, with_ids
from coach.agent.page import Similarity
from coach.domain.answer import Sentence
from coach.domain.evidence import Evidence
from coach.domain.ids import without_citations
from coach.domain.ports import ChatModel, Message
from coach.domain.prompts import load
from coach.domain.sentences import split_sentences
from coach.domain.text import clean_line
from coach.grounding.claims import is_claim

_MOST_TOKENS = 60
_FEWEST_WORDS = 5
#: The model gets the beginning of a long story and its end, where the question is.
_STORY_WORDS = 60


class StepwiseComposer:
    """Writes one applied sentence per point; everything else of the page is quoted.

    What the model writes is checked like any claim, and where it fails the statement itself is said, so that at its
    worst the page is the quoted one.
    """

    name = "stepwise"

    def __init__(self, model: ChatModel, similarity: Similarity) -> None:
        self._model = model
        self._similarity = similarity

    async def compose(self, material: Material, tell: Tell) -> list[Sentence]:
        """See `coach.agent.composers.Composer.compose`."""
        if found := looked_up(material):
            tell_all(found, tell)
            return found
        page = page_for(material, self._similarity)
        sentences: list[Sentence] = []

        def say(sentence: Sentence) -> None:
            before = "" if not sentences else " " if sentences[-1].part == sentence.part else "\n\n"
            sentences.append(sentence)
            tell(before + with_ids(sentence))

        for sentence in opening(material, page):
            say(sentence)
        sendable = set(usable((*page.principles, *page.advice), remote=self._model.remote))
        for evidence, part in [(e, "point") for e in page.principles] + [(e, "how") for e in page.advice]:
            say(await self._applied(evidence, part, material) if evidence in sendable else quoted(evidence, part))
        for sentence in closing(material, page):
            say(sentence)
        return sentences

    async def _applied(self, evidence: Evidence, part: str, material: Material) -> Sentence:
        story = material.retrieval.query.split()
        if len(story) > 2 * _STORY_WORDS:
            story = [*story[:_STORY_WORDS], "…", *story[-_STORY_WORDS:]]
        prompt = load("stepwise").text.rstrip() + load("stepwise-turn").fill(
            statement=fenced(clean_line(evidence.statement.text)), situation=fenced(clean_line(" ".join(story)))
        )
        reply = await self._model.complete([Message("user", prompt)], max_tokens=_MOST_TOKENS)
        written = split_sentences(without_citations(clean_line(reply.text)))
        quote = quoted(evidence, part)
        if reply.finish != "stop" or not written or len(written[0].split()) < _FEWEST_WORDS:
            return quote
        # The situation said back advises nothing, and would stand where advice should.
        return replace(quote, text=written[0]) if is_claim(written[0], material.question) else quote
