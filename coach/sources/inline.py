"""Markdown within a paragraph as plain text: what it says, without its marks, links and comments."""

from __future__ import annotations

import html
import re

# Every repetition is bounded, so that no text makes these slow.
_IMAGE_OR_LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\([^()\s]{0,500}(?:\s[^()]{0,200})?\)")
_WIKI_LINK = re.compile(r"\[\[(?:[^\[\]|]{1,200}\|)?([^\[\]|]{1,200})\]\]")
_AUTOLINK = re.compile(r"<((?:https?|mailto):[^<>\s]{1,500})>")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,300}>")
_CODE = re.compile(r"(?<!`)(`{1,3})(?!`)([^`]{1,500})\1(?!`)")
_STRUCK = re.compile(r"~~(?=\S)([^~]{1,500})~~")
_STRONG = re.compile(r"(\*{1,3})(?=[^\s*])([^*]{1,500})(?<=\S)\1")
_UNDERLINED = re.compile(r"(?<!\w)(_{1,3})(?=[^\s_])([^_]{1,500})(?<=\S)\1(?!\w)")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def plain_inline(text: str) -> str:
    """Return `text` without Markdown's inline marks; its line breaks stay."""
    text = without_comments(text)
    text = _AUTOLINK.sub(r"\1", text)
    text = _WIKI_LINK.sub(r"\1", text)
    text = _IMAGE_OR_LINK.sub(r"\1", text)
    text = _TAG.sub("", text)
    text = _CODE.sub(r"\2", text)
    # Struck-out words no longer hold, which must not get lost.
    text = _STRUCK.sub(r"(struck out: \1)", text)
    text = _UNDERLINED.sub(r"\2", _STRONG.sub(r"\2", text))
    return html.unescape(_ESCAPED.sub(r"\1", text))


def without_comments(text: str) -> str:
    """Return `text` without HTML comments: what a reader of the page cannot see is not said by it."""
    kept: list[str] = []
    at = 0
    while (start := text.find("<!--", at)) >= 0:
        kept.append(text[at:start])
        end = text.find("-->", start + 4)
        at = len(text) if end < 0 else end + 3
    return "".join([*kept, text[at:]])
