"""What was said by whom and when, as pieces: the cues of a transcript merged into turns, without the fillers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from coach.domain.sentences import split_sentences
from coach.domain.text import clean, clean_line
from coach.sources.formats.blocks import parts, shorten
from coach.sources.formats.document import Heading, Piece

#: Sentences of one turn are taken together up to this many, and up to this many characters.
_TOGETHER = 2
_TOGETHER_CHARACTERS = 240
#: Talk without full stops is cut at a word, in characters.
_RUN_ON = 400
_HESITATIONS = frozenset(
    "um uh er erm ah eh hm hmm mm mhm mmhm mm-hm mm-hmm uh-huh huh oh äh ähm hä".split()  # noqa: SIM905
)
_AGREEMENTS = frozenset(
    """
    yeah yes yep yup ya ok okay okey k right sure alright no nope nah exactly absolutely true correct agreed fine good
    great cool nice perfect awesome thanks thank you bye hi hello hey ja nein genau gut oui si sí
    """.split()  # noqa: SIM905
)
_EMPTY_WORDS = frozenset(
    "so well like and but just then all i see you know got it that's that is very much".split()  # noqa: SIM905
)
#: A turn of more cues than this says something.
_FILLERS = 5
_WORDS = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_NO_SPEECH = re.compile(r"\s*(?:[\[(♪*][^\[\]()♪*]{0,60}[\])♪*][.\s]*)+")
_DASH = re.compile(r"^\s*(?:[-–—]|>>)+\s+", re.MULTILINE)

_NAME_WORD = re.compile(r"[\w.'’@-]+")
_PARTICLES = frozenset(
    "de da del della der den di du la le van von vom zu bin al el of the from and & y e".split()  # noqa: SIM905
)
#: Words before a colon that begin a line of notes, and not what somebody says.
_LABELS = frozenset(
    """
    action actions agenda answer attendees background cause con cons context cost date deadline decision decisions due
    effect example fact goal http https idea impact info issue item link location meeting next note notes objective
    open outcome owner page plan present priority pro problem pros q question questions reason result risk risks status
    step steps subject summary tag tags task time title to-do todo topic update what when where who why warning zoom
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Cue:
    """A stretch of talk: who (empty where nobody is named), when in seconds (None where it is not said), and what."""

    speaker: str
    start: float | None
    text: str
    #: 1-based line.
    line: int


@dataclass(slots=True)
class _Turn:
    speaker: str
    cues: list[Cue] = field(default_factory=list)

    @property
    def is_filler(self) -> bool:
        return len(self.cues) <= _FILLERS and all(is_filler(cue.text) for cue in self.cues)

    @property
    def question(self) -> str:
        """What the turn ends with, where that is a question; else empty."""
        end = " ".join(cue.text for cue in self.cues[-_FILLERS:])
        return split_sentences(end)[-1] if end.endswith("?") else ""


def pieces_of(said: Iterable[Cue | Heading]) -> tuple[list[Heading | Piece], tuple[str, ...]]:
    """Return statements of a sentence or two with the speaker and the time in front, and what was left out.

    A turn of fillers alone ("yeah", "mm-hm") goes, unless it answers a question, which it then stands under. A cue
    without a speaker goes on with what was said before it.
    """
    found: list[Heading | Piece] = []
    dropped = 0
    before: _Turn | None = None
    for turn in _without_fillers(_turns(said)):
        if isinstance(turn, Heading):
            found.append(turn)
            before = None
        elif isinstance(turn, int):
            dropped += turn
        else:
            under: tuple[str, ...] = ()
            if before and turn.is_filler and (question := before.question):
                under = (shorten(f"{before.speaker}: {question}" if before.speaker else question),)
            found += _statements(turn, under)
            before = turn
    if not dropped:
        return found, ()
    what = "One turn of filler words" if dropped == 1 else f"{dropped} turns of filler words"
    return found, (f"{what} (“yeah”, “mm-hm”) {'was' if dropped == 1 else 'were'} left out.",)


def is_filler(text: str) -> bool:
    """Whether nothing is said by `text` but that somebody listens; "Agreed?" asks something."""
    words = _words(text)
    if "?" in text and any(word in _AGREEMENTS for word in words):
        return False
    return all(word in _HESITATIONS | _AGREEMENTS | _EMPTY_WORDS for word in words)


def is_name(text: str) -> bool:
    """Whether `text` may be the name of a speaker: up to five words, each with a capital or a number, no label."""
    words = text.split()
    if not 0 < len(words) <= 5 or len(text) > 50 or text.casefold() in _LABELS or words[0].casefold() in _LABELS:
        return False
    if not any(c.isalpha() for c in text) or not all(_NAME_WORD.fullmatch(word) for word in words):
        return False
    return all(word.casefold() in _PARTICLES or not word[0].islower() for word in words) and not words[0][0].islower()


def repeated(names: Sequence[str], lines: int) -> frozenset[str]:
    """Return the names before a colon that are speakers: those that come twice, or all where most lines have one.

    Args:
        names: one for each line that begins with a name.
        lines: how many lines there are.
    """
    counted = Counter(names)
    most = len(names) * 2 > lines
    return frozenset(name for name, count in counted.items() if count > 1 or most)


def clock(seconds: float) -> str:
    """Return 750.0 as ``12:30``, and hours where there are any: ``1:02:30``."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _turns(said: Iterable[Cue | Heading]) -> Iterator[_Turn | Heading]:
    turn: _Turn | None = None
    for cue in said:
        if isinstance(cue, Heading):
            if turn:
                yield turn
            turn = None
            yield cue
            continue
        text = " ".join(_DASH.sub("", clean(cue.text)).split())
        if not text or _NO_SPEECH.fullmatch(text):
            continue
        speaker = clean_line(cue.speaker)
        if turn is None or (speaker and speaker != turn.speaker):
            if turn:
                yield turn
            turn = _Turn(speaker)
        turn.cues.append(Cue(turn.speaker, cue.start, text, cue.line))
    if turn:
        yield turn


def _without_fillers(turns: Iterable[_Turn | Heading]) -> Iterator[_Turn | Heading | int]:
    """Yield the turns that say something, merged where only a filler parted them, and 1 for each that was left out."""
    before: _Turn | None = None
    for turn in turns:
        if isinstance(turn, Heading):
            if before:
                yield before
            before = None
            yield turn
        elif turn.is_filler and not (before and _answers(turn, before)):
            yield 1
        elif before and turn.speaker == before.speaker:
            before.cues += turn.cues
        else:
            if before:
                yield before
            before = turn
    if before:
        yield before


def _answers(turn: _Turn, before: _Turn) -> bool:
    agrees = any(word in _AGREEMENTS for cue in turn.cues for word in _words(cue.text))
    return agrees and turn.speaker != before.speaker and bool(before.question)


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORDS.findall(text)]


def _statements(turn: _Turn, under: tuple[str, ...]) -> Iterator[Piece]:
    held: list[tuple[str, Cue]] = []
    for sentence, cue in _sentences(turn):
        size = sum(len(text) + 1 for text, _ in held) + len(sentence)
        if held and (len(held) == _TOGETHER or size > _TOGETHER_CHARACTERS):
            yield _statement(held, under)
            held = []
        held.append((sentence, cue))
    if held:
        yield _statement(held, under)


def _statement(held: Sequence[tuple[str, Cue]], under: tuple[str, ...]) -> Piece:
    cue = held[0][1]
    time = f"({clock(cue.start)})" if cue.start is not None else ""
    front = " ".join(part for part in (cue.speaker, time) if part)
    text = " ".join(text for text, _ in held)
    between = ": " if cue.speaker else " "
    return Piece(f"{front}{between}{text}" if front else text, cue.line, under)


def _sentences(turn: _Turn) -> Iterator[tuple[str, Cue]]:
    """Yield the sentences of a turn, and the cue that each begins in; talk without full stops is cut."""
    text = "\n".join(cue.text for cue in turn.cues)
    at = begins = number = 0
    for sentence in split_sentences(text):
        for part in parts(sentence, _RUN_ON):
            found = text.find(part.split(maxsplit=1)[0].rstrip("…"), at)
            if found >= 0:
                number += text.count("\n", begins, found)
                begins, at = found, found + len(part)
            yield part, turn.cues[number]
