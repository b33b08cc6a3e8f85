"""What is said of a model's part in a brief: what it wrote, what it was not sent, and that it could not be asked."""

from __future__ import annotations

from coach.agent.composers.free import usable
from coach.agent.talks.sheet import Sheet
from coach.domain.errors import ModelError
from coach.domain.ports import ChatModel


def about_model(model: ChatModel | None, sheet: Sheet, *, wrote: bool) -> list[str]:
    """Return what should be known of what a model wrote, a sentence each; none where there is no model."""
    if model is None:
        return []
    if not wrote:
        return [f"Nothing that {model.name} wrote passed the checks; every suggestion is quoted."]
    if model.ability != "free":
        return [
            f"Lines marked so were written by {model.name}, a small model that is often wrong: sentences of yours,"
            f" turned "
            "into what you can say, with nothing in them that you did not say. How the other side may react it is not "
            "asked: it could only guess."
        ]
    remarks = [
        f"Lines marked so were written by {model.name}, a model, each from the statement that it cites, and checked "
        "against it. All others are quoted, or yours."
    ]
    kept = len(sheet.evidence) - len(usable(list(sheet.evidence.values()), remote=True))
    if model.remote and kept:
        remarks.append("Private lines were not sent to it: what is private never leaves this machine.")
    return remarks


def unasked(error: ModelError) -> str:
    """Return that the model could not be asked, and why."""
    return f"The model could not be asked, so every suggestion is quoted. {error}"
