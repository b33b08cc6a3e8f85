"""What Obsidian and Logseq write besides Markdown: properties, task markers, callouts, drawers, comments."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PROPERTY = re.compile(r"[ \t]*([^\W\d_][\w/ .-]{0,60}?)::(?:[ \t]+(.*))?[ \t]*")
#: Properties that say how a block is shown or found, and nothing else.
_BOOKKEEPING = frozenset(
    """
    id collapsed background-color logseq.order-list-type heading card-last-interval card-repeats card-ease-factor
    card-next-schedule card-last-reviewed card-last-score hl-page hl-color hl-stamp hl-type ls-type template
    template-including-parent query-table query-properties query-sort-by query-sort-desc cssclass cssclasses
    """.split()  # noqa: SIM905
)
#: Properties that are about the whole note wherever they stand.
_OF_THE_PAGE = frozenset({"tags", "tag", "private"})
_DRAWER = re.compile(r"[ \t]*:([A-Z][A-Z-]{0,30}):[ \t]*")
_BEGIN_OR_END = re.compile(r"[ \t]*#\+(?:BEGIN|END)_?\w*\b.*", re.IGNORECASE)
_PLANNED = re.compile(r"[ \t]*(SCHEDULED|DEADLINE|CLOSED):[ \t]*[<\[]([^<>\[\]]{1,60})[>\]][ \t]*")
_TASK = re.compile(r"\[([^\[\]\n])\][ \t]+")
_TASKS = {" ": "Open", "x": "Done", "X": "Done", "/": "Doing", "-": "Cancelled", ">": "Moved"}
_MARKER = re.compile(
    r"(TODO|LATER|DOING|NOW|IN-PROGRESS|DONE|WAITING|WAIT|CANCELED|CANCELLED)[ \t]+(?:\[#[A-C]\][ \t]+)?(?=\S)"
)
_MARKERS = {
    "TODO": "Open",
    "LATER": "Open",
    "DOING": "Doing",
    "NOW": "Doing",
    "IN-PROGRESS": "Doing",
    "DONE": "Done",
    "WAITING": "Waiting",
    "WAIT": "Waiting",
    "CANCELED": "Cancelled",
    "CANCELLED": "Cancelled",
}
_CALLOUT = re.compile(r"\[!([\w -]{1,40})(?:\|[^\[\]\n]{0,60})?\][+-]?[ \t]*([^\n]*)\n?")
_FENCE = re.compile(r"[ \t>]*(?:[-*+][ \t]+)?(`{3,}|~{3,})")


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a paragraph, sorted."""

    #: What it says, with its line breaks.
    text: str
    #: Properties of its own, in order.
    properties: tuple[tuple[str, str], ...]
    #: Properties that are about the whole note.
    of_the_page: tuple[tuple[str, str], ...]


def sort_lines(content: str, *, top: bool) -> Lines:
    """Return the text and the properties of a paragraph; what only programs read is left out.

    Args:
        content: the paragraph as it was written.
        top: whether nothing was said before it in the note, where all its properties are the page's.
    """
    if ":" not in content and "#+" not in content:
        return Lines(content, (), ())
    text: list[str] = []
    own: list[tuple[str, str]] = []
    page: list[tuple[str, str]] = []
    drawer = False
    lines = content.split("\n")
    of_properties = top and all(_PROPERTY.fullmatch(line) for line in lines)
    for line in lines:
        if opened := _DRAWER.fullmatch(line):
            drawer = opened[1] != "END"
        elif drawer or _BEGIN_OR_END.fullmatch(line):
            continue
        elif planned := _PLANNED.fullmatch(line):
            own.append((planned[1].capitalize(), planned[2]))
        elif found := _PROPERTY.fullmatch(line):
            key, value = found[1].strip(), (found[2] or "").strip()
            if key.casefold() in _OF_THE_PAGE or of_properties:
                page.append((key.casefold(), value))
            elif value and key.casefold() not in _BOOKKEEPING:
                own.append((key, value))
        else:
            text.append(line)
    return Lines("\n".join(text), tuple(own), tuple(page))


def task(text: str) -> str:
    """Return the text of a list item with its task marker in words: ``Open: …``, ``Done: …``."""
    box = _TASK.match(text)
    if box and box[1] in _TASKS:
        return f"{_TASKS[box[1]]}: {text[box.end() :]}"
    marker = _MARKER.match(text)
    return f"{_MARKERS[marker[1]]}: {text[marker.end() :]}" if marker else text


def callout(text: str) -> tuple[str, str] | None:
    """Return the title of a callout (``[!warning] Title``) and what its first paragraph says; None where it is none."""
    found = _CALLOUT.match(text)
    if found is None:
        return None
    kind = found[1].strip().replace("-", " ").capitalize()
    title = found[2].strip()
    return f"{kind}: {title}" if title and kind.casefold() != title.casefold() else kind, text[found.end() :]


def without_hidden_lines(body: str) -> str:
    """Return `body` with the lines of ``%%`` comments emptied; a mark that nothing closes hides nothing."""
    if "%%" not in body:
        return body
    lines = body.split("\n")
    fence, begun = "", -1
    for number, line in enumerate(lines):
        if begun < 0:
            fence = fence_after(line, fence)
        if fence or line.count("%%") % 2 == 0:
            continue
        if begun < 0:
            begun = number
            continue
        lines[begun] = lines[begun].rpartition("%%")[0]
        lines[begun + 1 : number] = [""] * (number - begun - 1)
        lines[number] = line.partition("%%")[2]
        begun = -1
    return "\n".join(lines)


def fence_after(line: str, fence: str) -> str:
    """Return the mark of the code block that goes on after `line`, empty where none does."""
    found = _FENCE.match(line)
    if found is None:
        return fence
    if not fence:
        return found[1]
    return "" if found[1].startswith(fence) and not line[found.end() :].strip() else fence
