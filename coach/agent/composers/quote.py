"""The composer that cannot invent: the corpus's own statements, chosen for the situation, ordered and framed."""

from __future__ import annotations

from coach.agent.composers import Tell
from coach.agent.language import other_language
from coach.agent.material import Material, framed, quoted, with_ids
from coach.agent.notes import asks_for_decisions, notes_part
from coach.agent.page import Page, Similarity, choose, chosen_notes
from coach.domain.answer import Sentence

#: How many of the nearest statements are offered where the sources do not cover the question.
_NEAREST = 2
#: Lines of notes for a question that looks something up in them.
_LOOKED_UP = 5


class QuoteComposer:
    """Quotes. No model is asked."""

    name = "quote"

    def __init__(self, similarity: Similarity) -> None:
        self._similarity = similarity

    async def compose(self, material: Material, tell: Tell) -> list[Sentence]:
        """See `coach.agent.composers.Composer.compose`."""
        if sentences := looked_up(material):
            tell_all(sentences, tell)
            return sentences
        page = page_for(material, self._similarity)
        sentences = opening(material, page)
        sentences += [quoted(e, "point") for e in page.principles]
        sentences += [quoted(e, "how") for e in page.advice]
        sentences += closing(material, page)
        tell_all(sentences, tell)
        return sentences


def page_for(material: Material, similarity: Similarity) -> Page:
    """Choose what is said for a situation."""
    return choose(
        material.retrieval,
        similarity,
        material.words,
        material.instead,
        material.said_before,
        insists=material.insists,
    )


def looked_up(material: Material) -> list[Sentence]:
    """Return what the notes say to a question that asks for it, newest first; nothing where it does not, or they don't.

    Who looks something up wants what was written, not advice beside it.
    """
    if not material.about_notes:
        return []
    notes = chosen_notes(material.retrieval, _LOOKED_UP, decided=asks_for_decisions(material.question))
    return [*notes_part(notes), *gaps(material)] if notes else []


def opening(material: Material, page: Page) -> list[Sentence]:
    """Return what stands before the points: a premise put right, what stays so, what the situation is about."""
    sentences: list[Sentence] = []
    if material.false_premise and page.principles:
        sentences.append(framed(f"The sources do not say “{material.false_premise}”; this is what they say."))
    elif material.insists and any(e.statement.text in material.said_before for e in page.principles):
        sentences.append(framed("As long as nothing new is known of it, this still applies."))
    if not sentences and page.practice is not None:
        when = _when(material, page.practice.source_id)
        sentences.append(framed(f"This is about a moment when {when}." if when else f"{page.practice.title}."))
    elif not sentences and page.principle is not None:
        sentences.append(framed(f"What applies: {page.principle.title[:1].lower()}{page.principle.title[1:]}."))
    if page.second is not None and page.principle is not None and not material.false_premise:
        sentences.append(framed(f"Two principles meet here: “{page.principle.title}” and “{page.second.title}”."))
    return sentences


def closing(material: Material, page: Page) -> list[Sentence]:
    """Return what stands after the points: notes, the other side, a caution, a plan, a question, what is missing."""
    sentences = notes_part(page.notes)
    for evidence, part in ((page.other_side, "other side"), (page.caution, "caution"), (page.plan, "plan")):
        if evidence is not None:
            sentences.append(quoted(evidence, part))
    sentences += gaps(material)
    if page.question is not None:
        sentences.append(quoted(page.question, "question"))
    return sentences


def gaps(material: Material) -> list[Sentence]:
    """Return one sentence that names what the sources do not cover, or none."""
    if not material.uncovered:
        return []
    return [
        framed("The sources say nothing on this part: " + "; ".join(f"“{u}”" for u in material.uncovered) + ".", "gap")
    ]


_NOT_ENGLISH = (
    "This seems to be written in {language}, and the sources and the search know English only: ask in English, please. "
    "If somebody may be in danger, don't wait for that: call your local emergency number now."
)


def silence(material: Material) -> list[Sentence]:
    """Return the answer to a question that the sources do not cover: so much, and the nearest statements as such."""
    if language := other_language(material.question):
        return [framed(_NOT_ENGLISH.format(language=language), "gap")]
    nearest = material.retrieval.evidence[:_NEAREST]
    said = framed("Nothing in the sources covers this, so there is no advice to give on it.", "gap")
    if not nearest:
        return [said]
    return [
        said,
        framed("The nearest that they hold, which may not be what you need:", "nearest"),
        *(quoted(e, "nearest") for e in nearest),
    ]


def tell_all(sentences: list[Sentence], tell: Tell) -> None:
    """Show a finished draft, part by part."""
    part = None
    for s in sentences:
        tell(("" if part is None else " " if s.part == part else "\n\n") + with_ids(s))
        part = s.part


def _when(material: Material, practice: str) -> str:
    return material.whens.get(practice, "")
