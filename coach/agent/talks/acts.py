"""What a line of the person's did: the one set of detectors that a counterpart reacts to and a debrief names.

Rules only, so that the same words always count the same, whoever says them and whatever model is used. They look at
the line, at what was said before it, and at nothing about the people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from coach.agent.talks import spoken
from coach.agent.talks.dates import dates
from coach.agent.talks.wording import marks, unquoted
from coach.domain.rehearsal import Act, Found
from coach.grounding.words import content

#: What a sentence that accuses, labels or threatens also says earns nothing.
_SPOILS = frozenset({Act.INSULT, Act.THREAT, Act.TRAIT, Act.INTENT, Act.ALWAYS_NEVER})
_EARNS_NOTHING_THEN = frozenset({Act.OPEN_QUESTION, Act.PARAPHRASE, Act.REQUEST, Act.OPTION, Act.FACT, Act.OWN_PART})
#: A line says the same again from this share of its content words on.
_SAME = 0.8
_FEWEST = 3
#: Replies that a line may take up.
_TAKEN_UP = 2

_Spans = Iterator[tuple[int, int]]


def acts(line: str, replies: Sequence[str] = (), before: Sequence[str] = ()) -> tuple[Found, ...]:
    """Return what `line` did, in the order of its words; each act once for each sentence that it stands in.

    Args:
        line: what the person said; its places are counted in its own characters.
        replies: what the counterpart said before it, oldest first.
        before: what the person said before it, oldest first.
    """
    if is_silent(line):
        return (Found(Act.SILENT, 0, 0),)
    found: list[Found] = []
    for start, end in sentences(line):
        in_sentence = dict(_sentence_acts(line[start:end], replies))
        if _SPOILS & in_sentence.keys():
            in_sentence = {a: s for a, s in in_sentence.items() if a not in _EARNS_NOTHING_THEN}
        if Act.OPTION in in_sentence:
            in_sentence.pop(Act.CAVE_IN, None)
        if Act.FLATTERY in in_sentence:
            # "You have always been my model" praises without a deed; nobody is reproached with anything.
            in_sentence.pop(Act.ALWAYS_NEVER, None)
        found += [Found(act, start + s, start + e) for act, (s, e) in in_sentence.items()]
    requests = [f for f in found if f.act is Act.REQUEST]
    if len(requests) > 1:
        # One clear request is something that can be granted; several are a list.
        found = [f for f in found if f.act is not Act.REQUEST]
    if _repeats(line, before):
        start, end = next(sentences(line))[0], len(line.rstrip())
        found.append(Found(Act.REPEAT, start, end))
    return tuple(sorted(found, key=lambda f: (f.start, f.end, f.act)))


def is_silent(line: str) -> bool:
    """Whether nothing was said: no word at all, or only that nothing is said."""
    return not any(c.isalnum() for c in line) or bool(spoken.SILENCE.fullmatch(line.strip()))


def sentences(line: str) -> Iterator[tuple[int, int]]:
    """Yield where each sentence of `line` begins and ends: ``line[start:end]`` is what was said, nothing changed."""
    for match in spoken.SENTENCE.finditer(line):
        text = match.group()
        start = match.start() + len(text) - len(text.lstrip())
        if any(c.isalnum() for c in text):
            yield start, match.start() + len(text.rstrip())


def _sentence_acts(sentence: str, replies: Sequence[str]) -> Iterator[tuple[Act, tuple[int, int]]]:
    """Yield the acts of one sentence, each once. What stands in quotation marks was said by somebody else,
    and so was what stands behind "you said that"."""
    text = unquoted(sentence).replace("’", "'")
    for act, pattern in spoken.PATTERNS.items():
        if match := pattern.search(text):
            yield act, match.span()
    told = spoken.REPORTS.search(text)
    for mark in marks(sentence):
        at = sentence.find(mark.words)
        if told is not None and at >= told.end():
            continue
        span = (at, at + len(mark.words))
        if mark.what == "trait word" and spoken.ABOUT_SOMEBODY.search(text) and not spoken.insults(text):
            yield Act.TRAIT, span
        owns = spoken.PATTERNS[Act.OWN_PART].search(text)
        if mark.what == "always or never" and not owns and not spoken.of_nobody(text[:at], text[at:]):
            yield Act.ALWAYS_NEVER, span
    for act, look in _LOOKS.items():
        if (found := look(text, replies)) is not None:
            yield act, found


def _fact(text: str, _: Sequence[str]) -> tuple[int, int] | None:
    """Something that happened, and when: it can be checked, and it is no plan and no supposition."""
    if text.rstrip().endswith("?") or spoken.SUPPOSED.match(text) or not spoken.HAPPENED.search(text):
        return None
    if spoken.NOT_YET.search(text) or spoken.THEIR_VIEW.search(text):
        return None
    found = dates(text)
    return found[0].span() if found else None


def _open_question(text: str, _: Sequence[str]) -> tuple[int, int] | None:
    asked = text.rstrip().endswith("?")
    match = (spoken.ASKS_OPENLY if asked else spoken.INVITES).search(text)
    return match.span() if match and not spoken.REPROACHES.search(text) else None


def _paraphrase(text: str, replies: Sequence[str]) -> tuple[int, int] | None:
    """Their view in the person's words: said to be theirs, or opening as if and sharing a word with what they said."""
    if match := spoken.THEIR_VIEW.search(text):
        return match.span() if len(content(text[match.end() :])) >= 1 else None
    match = spoken.AS_IF_THEIR_VIEW.search(text)
    if match is None:
        return None
    said = {word for reply in replies[-_TAKEN_UP:] for word in content(reply)}
    return match.span() if said & set(content(text[match.end() :])) else None


def _request(text: str, _: Sequence[str]) -> tuple[int, int] | None:
    match = spoken.REQUESTS.search(text)
    asked = spoken.ASKS_OPENLY.search(text)
    if match and asked and asked.start() < match.start() and text.rstrip().endswith("?"):
        # "What would you need from me?" asks for nothing that could be granted.
        return None
    # "Tell me by Friday who comes" is something to be done, with its day; "tell me more about it" is a question.
    return match.span() if match and (dates(text) or not spoken.INVITES.search(text)) else None


_LOOKS: dict[Act, Callable[[str, Sequence[str]], tuple[int, int] | None]] = {
    Act.FACT: _fact,
    Act.OPEN_QUESTION: _open_question,
    Act.PARAPHRASE: _paraphrase,
    Act.REQUEST: _request,
}


def _repeats(line: str, before: Sequence[str]) -> bool:
    """Whether `line` says nearly nothing that an earlier line did not say."""
    words = set(content(line))
    plain = " ".join(line.split()).casefold()
    for earlier in before:
        if plain == " ".join(earlier.split()).casefold():
            return True
        said = set(content(earlier))
        if len(words) >= _FEWEST and len(words & said) >= _SAME * len(words) and len(words) >= _SAME * len(said):
            return True
    return False
