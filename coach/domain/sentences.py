"""Sentences of prose, Markdown and model output, in one piece or as they stream in.

The splitter is a scanner that looks a bounded way ahead and decides each boundary once, when everything that the
decision depends on has been seen. So the sentences do not depend on how the text was cut into chunks, and the time is
linear in the length of the text.

What it keeps together: the words of a closed quotation, bracket or inline code, and a citation such as ``[P8.2]`` with
the sentence before it. What ends a sentence besides its full stop: a blank line, a list item, a heading, a table row.
List and quote markers are dropped, heading and emphasis marks are kept, and white space is folded.
"""

from __future__ import annotations

import re

from coach.domain.abbreviations import may_end
from coach.domain.ids import CITATION

_TERMINATORS = ".!?…。！？"
_OPENERS = "\"'“‘«„([{*_`~"
#: Quotes and brackets whose inside is not split, with what closes them.
_PAIRS = {
    '"': r'(?<=\S)"',
    "'": r"(?<=\S)'(?!\w)",
    "“": "”",
    "‘": r"(?<=\S)’(?!\w)",
    "«": "»",
    "„": "[“”]",
    "`": "`",
    "(": "[()]",
    "[": r"[\[\]]",
}
#: How far ahead a closing quote or bracket is looked for, in characters.
_SPAN = 400
#: How much of the sentence before a full stop its abbreviations are looked for in, in characters.
_CONTEXT = 48

_INTERESTING = re.compile(rf"[{_TERMINATORS}\n\"'“‘«„`(\[]")
_RUN = re.compile(rf"[{_TERMINATORS}]{{1,64}}")
_CLOSERS = re.compile(r"[\"'”’“»)\]}*_`~]{0,8}")
_SPACE = re.compile(r"\s{0,64}")
_BLANK_LINE = re.compile(r"[^\S\n]{0,20}\n[^\S\n]{0,20}\n")
_GAP = re.compile(r"[^\S\n]{0,8}\n?[^\S\n]{0,8}")
_IDS = re.compile(r"\[[\sPCN0-9.,;]{0,200}")
_NUMBERS = re.compile(r"\[\d{1,3}(?:, ?\d{1,3}){0,8}\]")
_FULL_STOP = re.compile(r"[.!?]?")
_NEXT_OPENERS = re.compile(rf"[{re.escape(_OPENERS)}]{{0,8}}")
_WORD = re.compile(r"\w{0,24}")
_NOT_A_QUOTE = re.compile(r"(?:\d\ds|em|til|cause|tis|twas|n)\Z", re.IGNORECASE)
_BLOCK_AHEAD = r"\n[^\S\n]{0,20}(?:\n|[-*+•#>|]|\d{1,3}[.)])"
_CLOSING = {opener: re.compile(f"{_BLOCK_AHEAD}|{closer}") for opener, closer in _PAIRS.items()}

_INDENT = re.compile(r"[^\S\n]{0,64}")
_LEAD = re.compile(r"[#\-=*_+•◦▪‣>|\d.)]{0,100}[^\S\n]{0,8}")
_HEADING = re.compile(r"#{1,6}\s")
_BULLET = re.compile(r"[-*+•◦▪‣](?=\s)")
_NUMBER = re.compile(r"\d{1,3}[.)](?=\s)")
_RULE = re.compile(r"([-=*_])\1{1,98}[^\S\n]{0,8}(?=\n|\Z)")
#: A rule, a table's separator or a lone marker: nothing that says anything.
_EMPTY = re.compile(r"[-=*_|:#>+\s]*")


class _More(Exception):
    """More text is needed before a decision can be taken."""


def split_sentences(text: str) -> list[str]:
    """Return the sentences of `text` in order, white space folded, without list and quote markers.

    Headings and table rows are sentences of their own; a heading keeps its ``#`` so that it can be told from a claim.
    """
    stream = SentenceStream()
    return stream.feed(text) + stream.finish()


class SentenceStream:
    """`split_sentences` for text that comes in chunks; the result is the same for every way of cutting it."""

    def __init__(self) -> None:
        self._buffer = ""
        self._at = 0
        self._final = False
        #: What was decided to belong to the sentence that is being read.
        self._pieces: list[str] = []
        self._done: list[str] = []
        self._line_start = True
        #: Whether the line is one piece whatever it holds: a heading or a table row.
        self._whole_line = False
        self._in_list = False

    def feed(self, chunk: str) -> list[str]:
        """Return the sentences that are surely complete now that `chunk` has come."""
        self._buffer = self._buffer[self._at :] + chunk
        self._at = 0
        try:
            while self._at < len(self._buffer):
                self._step()
        except _More:
            pass
        done, self._done = self._done, []
        return done

    def finish(self) -> list[str]:
        """Return the sentences that were left when the text has ended. Nothing can be fed after it."""
        self._final = True
        done = self.feed("")
        self._flush()
        return done + self._done

    # One step: look at the next interesting character, and consume up to it or through it, or ask for more.

    def _step(self) -> None:
        if self._line_start:
            self._start_line()
            return
        if self._whole_line:
            end = self._buffer.find("\n", self._at)
            self._take(len(self._buffer) if end < 0 else end)
            if end >= 0:
                self._flush()
                self._at += 1
                self._line_start = True
            return
        found = _INTERESTING.search(self._buffer, self._at)
        if found is None:
            self._take(len(self._buffer))
            return
        self._take(found.start())
        char = found.group()
        if char == "\n":
            self._take(self._at + 1)
            self._line_start = True
        elif char in _TERMINATORS:
            self._terminator()
        else:
            self._pair(char)

    def _start_line(self) -> None:
        indent = self._match(_INDENT, self._at)
        self._at = indent.end()
        if len(indent.group()) == 64:
            return
        self._match(_LEAD, self._at)
        self._whole_line = False
        if self._buffer.startswith("\n", self._at):
            self._flush()
            self._in_list = False
            self._at += 1
        elif _HEADING.match(self._buffer, self._at) or self._buffer.startswith("|", self._at):
            self._flush()
            self._whole_line, self._line_start = True, False
        elif rule := _RULE.match(self._buffer, self._at):
            self._flush()
            self._at = rule.end()
            self._line_start = False
        elif self._buffer.startswith(">", self._at):
            self._at += 1
        elif item := _BULLET.match(self._buffer, self._at) or self._number():
            self._flush()
            self._at = item.end()
            self._in_list, self._line_start = True, False
        else:
            self._line_start = False

    def _number(self) -> re.Match[str] | None:
        """As in CommonMark, only a 1 begins a list in the middle of a paragraph: "we had\n42. Then" has none."""
        found = _NUMBER.match(self._buffer, self._at)
        if found and (self._in_list or found.group()[:-1] == "1" or not "".join(self._pieces).strip()):
            return found
        return None

    def _terminator(self) -> None:
        run = self._match(_RUN, self._at)
        if len(run.group()) == 64:
            self._take(run.end())
            return
        end, is_boundary = self._boundary(run)
        self._take(end)
        if is_boundary:
            self._flush()

    def _boundary(self, run: re.Match[str]) -> tuple[int, bool]:
        """Return how far to consume from a run of full stops, and whether the sentence ends there."""
        closers = self._match(_CLOSERS, run.end())
        cited = self._citations(closers.end())
        if run.group()[-1] in "。！？":
            return cited, True
        if _BLANK_LINE.match(self._buffer, cited):
            return cited, True
        space = self._match(_SPACE, cited)
        if not space.group() and space.end() < len(self._buffer) and cited == closers.end():
            return run.end(), False
        # What stands inside a closing bracket was read before; here the bracket closes an abbreviation or the sentence.
        left = self._left()
        if run.group() == "." and re.fullmatch(r"\W*(?:\d{1,3}|[a-z])", left):
            return run.end(), False  # "2. Wait": a number in front of its item
        if run.group() == "." and re.search(r":\s+\d{1,2}\Z", left):
            return run.end(), False  # "do two things: 1. Ask"
        if space.end() == len(self._buffer):
            return cited, True
        opener = self._match(_NEXT_OPENERS, space.end())
        word = _WORD.match(self._buffer, opener.end())
        first = word.group()[:1] if word else ""
        stop = run.group()
        if stop == "." and not closers.group().strip("\"'”’“»*_`~"):
            if not may_end(left, lambda: self._match(_WORD, opener.end()).group()):
                return run.end(), False
        elif stop == "." and not may_end(left, lambda: ""):
            return run.end(), False
        if cited > closers.end():
            return cited, True
        if stop.startswith(("…", "..")) and first == "I" and self._match(_WORD, opener.end()).group() == "I":
            return run.end(), False
        if first.islower():
            casual = not closers.group() and not opener.group() and stop in (".", "!", "?")
            return (cited, True) if casual and self._is_lower_case() else (run.end(), False)
        return cited, True

    def _citations(self, at: int) -> int:
        """Return where the citations end that stand at `at`, with the closers and the full stop after them."""
        for _ in range(8):
            start = self._match(_GAP, at).end()
            if not self._buffer.startswith("[", start):
                break
            self._match(_IDS, start)
            found = CITATION.match(self._buffer, start, start + 202) or _NUMBERS.match(self._buffer, start)
            if found is None:
                break
            at = self._match(_FULL_STOP, self._match(_CLOSERS, found.end()).end()).end()
        return at

    def _pair(self, opener: str) -> None:
        """Consume a quotation or bracket as one piece where it closes soon; else its opening character alone."""
        start = self._at
        before = self._left()[-1:]
        bracket = opener in "(["
        if opener in "\"'" and before and not before.isspace() and before not in "([{—–-/*_":
            self._take(start + 1)
            return
        if start + 1 == len(self._buffer) and not self._final:
            raise _More
        if opener in "'‘" and _NOT_A_QUOTE.match(self._match(_WORD, start + 1).group()):
            self._take(start + 1)
            return
        limit = start + _SPAN
        close = _CLOSING[opener].search(self._buffer, start + 1, limit)
        seen = len(self._buffer) >= limit if close is None else len(self._buffer) > close.end()
        if not seen and not self._final:
            raise _More
        if close is None or close.group()[0] in "\n([" or close.start() == start + 1:
            self._take(start + 1)
            return
        stop = close.start()
        while stop > start + 1 and self._buffer[stop - 1] in _TERMINATORS:
            stop -= 1
        begins = not self._left().strip(f"{_OPENERS} \n\t")
        # "(See the plan.) Then": the bracket is the sentence. "We (the team.) went": it is not.
        self._take(stop if stop < close.start() and (begins or not bracket) else close.end())

    # Small helpers.

    def _match(self, pattern: re.Pattern[str], at: int) -> re.Match[str]:
        """Match a pattern that can match nothing at all; ask for more where it might go on behind the buffer."""
        found = pattern.match(self._buffer, at)
        if found is None:
            raise AssertionError(pattern.pattern)
        if found.end() == len(self._buffer) and not self._final:
            raise _More
        return found

    def _take(self, end: int) -> None:
        if end > self._at:
            self._pieces.append(self._buffer[self._at : end])
            self._at = end

    def _left(self) -> str:
        tail = ""
        for piece in reversed(self._pieces):
            tail = piece[-_CONTEXT:] + tail
            if len(tail) >= _CONTEXT:
                break
        return tail[-_CONTEXT:]

    def _is_lower_case(self) -> bool:
        """Whether the sentence was begun with a small letter, as some people type all of theirs."""
        for piece in self._pieces:
            for char in piece[:_CONTEXT]:
                if char.isalnum():
                    return char.islower()
        return False

    def _flush(self) -> None:
        text = " ".join("".join(self._pieces).split())
        self._pieces.clear()
        if text and not _EMPTY.fullmatch(text):
            self._done.append(text)
