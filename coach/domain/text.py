"""The boundary for text from outside: terminal escapes, bidi overrides and invisible characters do not get in.

Everything that a person, a file or a model wrote passes through here once, where it enters, so that the rooms
behind it can treat text as text. Line breaks and tabs stay; other control characters go.
"""

from __future__ import annotations

import re
import unicodedata

_ESC = "\x1b"
# Bidirectional controls (they can make a line read differently than it is stored), zero-width characters, the byte
# order mark, soft hyphen, the Mongolian vowel separator, interlinear annotation marks and the tag block.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2028\u2029\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
# A zero-width joiner or non-joiner is part of emoji and of several scripts: it stays between two visible characters
# that are not ASCII and goes elsewhere, where it can only hide something.
_LONE_JOINER = re.compile("(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f])")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# CSI … final byte; OSC, DCS, SOS, PM and APC … up to BEL or ST; any other two-character escape.
_SEQUENCE = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"
    r"|\x9b[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]*[0-Z\\^-~]"
)
_UNFINISHED = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*\Z|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*\x1b?\Z|\x1b[ -/]*\Z"
)
#: An unfinished sequence longer than this is not a sequence but text behind a stray escape.
_LONGEST_HELD = 4096


def clean(text: str) -> str:
    """Return `text` without terminal escapes, control, bidi and invisible characters, newlines as ``\\n``, in NFC."""
    # Most lines are such, and there are hundreds of thousands in a folder of notes.
    if text.isascii() and text.isprintable():
        return text
    cleaner = Cleaner()
    return cleaner.feed(text) + cleaner.finish()


def clean_line(text: str) -> str:
    """Like `clean`, on one line: every run of white space becomes one space."""
    return " ".join(clean(text).split())


class Cleaner:
    """`clean` for a stream: an escape sequence that is split between two chunks is removed all the same."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, chunk: str) -> str:
        """Return the part of what came so far that is safe to show now."""
        text = self._held + chunk
        self._held = ""
        text = _SEQUENCE.sub("", text)
        unfinished = _UNFINISHED.search(text)
        if unfinished and len(unfinished.group()) <= _LONGEST_HELD:
            self._held = unfinished.group()
            text = text[: unfinished.start()]
        elif text.endswith("\r"):
            # The line feed that belongs to it may be in the next chunk.
            self._held, text = "\r", text[:-1]
        return _scrub(text)

    def finish(self) -> str:
        """Return what is left when the stream has ended; an unfinished escape sequence is dropped."""
        held, self._held = self._held, ""
        return "\n" if held == "\r" else ""


def _scrub(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _CONTROL.sub("", text.replace(_ESC, ""))
    text = _LONE_JOINER.sub("", _INVISIBLE.sub("", text))
    # Lone surrogates cannot be encoded and crash whatever writes them.
    text = text.encode("utf-8", "replace").decode("utf-8")
    return unicodedata.normalize("NFC", text)
