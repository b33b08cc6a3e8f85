"""What is asked, before anything is looked up: in English, and whether it is a matter to refer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coach.agent.equipment import Equipment
from coach.agent.graveness import Sign, pieces
from coach.agent.language import other_language
from coach.agent.questions import asked_matter, in_english
from coach.agent.screening import Setting, together
from coach.domain.evidence import Turn

#: Said with the answer to a question that had to be translated.
_READ_AS = "Your question was read as: “{question}” The sources know English only, so the answer is in English."


@dataclass(frozen=True, slots=True)
class Intake:
    """What the first step found out."""

    #: The question as it is looked up: in English where a model could say it in English.
    question: str
    #: The matter to refer it for, or empty.
    matter: str = ""
    #: What it may be all the same where it is not referred, or empty.
    doubt: str = ""
    #: What the person should know about how the question was read.
    remarks: tuple[str, ...] = ()


async def take_in(
    question: str, turns: Sequence[Turn], equipment: Equipment, setting: Setting = Setting.ASKED
) -> Intake:
    """Return what is asked, and whether it is a matter to refer. Raises `ModelError`.

    What is not written in English is translated first, if there is a model; the rules look at it as it was typed, too.
    `setting` tells what the words are for.
    """
    model = equipment.model
    asked = question
    if model is not None and other_language(question):
        asked = await in_english(model, question)
    query = equipment.retriever.completed(asked, turns)
    texts = [query, *(pieces(query) if setting is Setting.ASKED else ())]
    gate, *gates = equipment.retriever.gate(texts)
    nearer, *near = equipment.retriever.nearer_to_refer(texts)
    parts = [Sign(together(g), n) for g, n in zip(gates, near, strict=True)]
    screening = equipment.screen(asked, gate, nearer, setting, parts)
    matter = screening.matter or equipment.screen(question, {}).matter
    if matter is None and model is not None and model.ability == "free":
        matter = await asked_matter(model, asked)
    remarks = (_READ_AS.format(question=asked),) if asked != question else ()
    doubt = screening.doubt if matter is None else None
    return Intake(asked, matter.value if matter else "", doubt.value if doubt else "", remarks)
