"""Markdown within a paragraph as plain text: what it says, without its marks, links and comments."""

from __future__ import annotations

import html
import re

# Every repetition is bounded or stops at the next mark of its kind, so that no text makes these slow.
_MARKED = re.compile(r"[\\`*_~\[<&=%!^{(#]")
_IMAGE_OR_LINK = re.compile(
    r"!?\[([^\[\]]{0,300})\]\(\s{0,8}(?:<[^<>\n]{0,2000}>|(?:[^()\s]++|\([^()\s]*+\))*+)(?:\s[^()]{0,200})?\)"
)
_EMBED = re.compile(
    r"!\[\[([^\[\]|]{1,200})(?:\|[^\[\]]{0,200})?\]\]"
    r"|\{\{embed\s{1,8}[\[(]{2}([^\[\](){}]{1,200})[\])]{2}\s{0,8}\}\}"
)
_WIKI_LINK = re.compile(r"\[\[([^\[\]|]{1,200})(?:\|([^\[\]|]{1,200}))?\]\]")
_BLOCK_LINK = re.compile(r"\(\([0-9a-f]{8}-[0-9a-f-]{20,40}\)\)")
_MACRO = re.compile(r"\{\{(?:query|renderer|tweet|video|youtube|cloze|macro|function|pdf)\b[^{}]{0,500}\}\}")
_FOOTNOTE = re.compile(r"\[\^[\w-]{1,40}\]:?")
_FIELD = re.compile(r"[\[(]([A-Za-z][\w -]{0,40})::[ \t]*([^\[\]()]{1,200})[\])]")
_BLOCK_ID = re.compile(r"(?:^|[ \t])\^[A-Za-z0-9-]{1,60}[ \t]*$", re.MULTILINE)
_AUTOLINK = re.compile(r"<((?:https?|mailto):[^<>\s]{1,500})>")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,300}>|<[a-zA-Z][^<>=]{0,100}=[\"'][^<>]*+>")
_CODE = re.compile(r"(?<!`)(`{1,3})(?!`)([^`]{1,500})\1(?!`)")
_STRUCK = re.compile(r"~~(?=\S)([^~]{1,500})~~")
_HIGHLIGHTED = re.compile(r"(?<!=)==(?=[^\s=])([^=]{1,500})(?<=\S)==(?!=)")
_STRONG = re.compile(r"(\*{1,3})(?=[^\s*])([^*]{1,500})(?<=\S)\1")
_UNDERLINED = re.compile(r"(?<!\w)(_{1,3})(?=[^\s_])([^_]{1,500})(?<=\S)\1(?!\w)")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_HASHTAG = re.compile(r"(?<![^\s(,;>\"'“])#(?:\[\[([^\[\]\n]{1,100})\]\]|([\w/-]{1,100}))")

_MARK = re.compile(r"(?<![\w&#/\[])#(?:\[\[([^\[\]\n]{1,100})\]\]|([\w/-]{1,100}))")


def plain_inline(text: str) -> str:
    """Return `text` without Markdown's inline marks; its line breaks stay.

    What it embeds is named; of a link only its text stays, whatever it points to.
    """
    if not _MARKED.search(text):
        return text
    text = without_comments(text)
    text = _BLOCK_ID.sub("", text)
    text = _AUTOLINK.sub(r"\1", text)
    if "[[" in text or "{{" in text or "((" in text:
        text = _EMBED.sub(lambda m: f"(embedded: {_page(m[1] or m[2])})", text)
        text = _WIKI_LINK.sub(lambda m: m[2] or _page(m[1]), text.replace("#[[", "[["))
        text = _MACRO.sub("", _BLOCK_LINK.sub("(another block)", text))
    text = _FIELD.sub(r"\1: \2", text)
    text = _IMAGE_OR_LINK.sub(r"\1", _FOOTNOTE.sub("", text))
    text = _TAG.sub("", text)
    text = _CODE.sub(r"\2", text)
    # Struck-out words no longer hold, which must not get lost.
    text = _STRUCK.sub(r"(struck out: \1)", text)
    text = _UNDERLINED.sub(r"\2", _STRONG.sub(r"\2", _HIGHLIGHTED.sub(r"\1", text)))
    return html.unescape(_ESCAPED.sub(r"\1", text))


def without_comments(text: str) -> str:
    """Return `text` without comments (HTML's and Obsidian's): what a reader cannot see is not said by it."""
    return _without(_without(text, "<!--", "-->", to_the_end=True), "%%", "%%", to_the_end=False)


def hashtags(text: str) -> list[str]:
    """Return the tags in `text` as Obsidian and Logseq write them, ``#retro`` or ``#[[sprint retro]]``, without ``#``.

    A tag has a letter in it: ``#12`` is a number.
    """
    if "#" not in text:
        return []
    found = (m[1] or m[2].strip("/-") for m in _HASHTAG.finditer(text))
    return [tag for tag in found if any(c.isalpha() for c in tag)]


def marks(text: str) -> tuple[str, ...]:
    """Return what may be meant as a tag anywhere in `text`, in code and comments too, each once, without ``#``."""
    if "#" not in text:
        return ()
    found = ((m[1] or m[2]).strip("/-") for m in _MARK.finditer(text))
    return tuple(dict.fromkeys(mark for mark in found if any(c.isalpha() for c in mark)))


def without_code(text: str) -> str:
    """Return `text` without what stands in backticks."""
    return _CODE.sub(" ", text)


def _page(name: str) -> str:
    """Return how a link to a page, or to a place in it, is said: ``Page > Heading``; the id of a block says nothing."""
    page, _, place = name.partition("#")
    return " > ".join(part.strip() for part in (page, place) if part.strip() and not part.startswith("^"))


def _without(text: str, opens: str, closes: str, *, to_the_end: bool) -> str:
    kept: list[str] = []
    at = 0
    while (start := text.find(opens, at)) >= 0:
        end = text.find(closes, start + len(opens))
        if end < 0 and not to_the_end:
            break
        kept.append(text[at:start])
        at = len(text) if end < 0 else end + len(closes)
    return "".join([*kept, text[at:]])
