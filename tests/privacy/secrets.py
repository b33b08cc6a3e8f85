"""What must never leave this machine: unmistakable words in every private place, and how they are looked for."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from tests.agent.world import NOTES, VP, builtin
from tests.servers import Asked

#: By place. Each has a word that stands nowhere else, among words that make the search find it.
SECRETS = {
    "flag": "Quibblefax moved the launch date to May, because the VP fears the audit.",
    "flag title": "Wobblethorpe on a late launch of a VP",
    "flag heading": "What Snorkelmint said of the VP",
    "folder": "Draxelby says that the VP wants a date for the launch to please the board.",
    "tag": "Plimsorrel owes the VP a date for the launch since June.",
    "principle": "Refuse the launch date of the VP as Grumbolt did.",
    "principle title": "Grumbelda and the launch dates of a VP",
    "practice": "Tell the VP that the launch date cannot be kept, as Vextrall would.",
    "situation": "the VP wants a date for the launch from Zilverno",
    "outcome": "The VP shouted at Kestravel about the launch date.",
    "plan": "If the VP wants a launch date from Brindolph, then I name the cost first.",
    "story": "On 3 November the VP deliberately hid the Yarrowpike launch from me.",
    "feared": "I fear that the VP cancels Moxtable over the launch.",
    "concede": "I could give the VP the Farnwicket dashboard.",
    "keep": "I cannot give up the Hollimund tests.",
    "own view": "I was too slow with the Ostrelby numbers when the VP pressed.",
    "now private": "We decided that the Tessandrine launch date of the VP is in May.",
    "now private title": "Tessaline, about a launch and a VP",
    "removed": "We decided that the Corvanthe launch date of the VP is in June.",
    "uncited": "Does the Belwicket cut worry the VP?",
}
#: What a note says that may be sent, in words much like those of the others.
OPEN = "The VP wants a date for the launch from the product team."
_WINDOW = 4
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{24,}={0,2}")


def marked(text: str) -> set[str]:
    """Return the places whose own word is in `text`."""
    return {place for place, secret in SECRETS.items() if _own_word(secret) in text.casefold()}


def leaked(asked: Iterable[Asked], typed: Iterable[str] = ()) -> list[str]:
    """Return what of the secrets stands in what a server got: own words, runs of four words, also in base64."""
    open_text = [VP, OPEN, *NOTES.values(), *typed, *(s.text for d in builtin() for s in d.statements)]
    public = {w for text in open_text for w in _windows(text)}
    public |= {w for d in builtin() for text in (d.title, d.when, *d.situations) for w in _windows(text)}
    found = []
    for request in asked:
        for text in _texts(request):
            here = set(_windows(text))
            for place, secret in SECRETS.items():
                runs = (set(_windows(secret)) - public) & here
                if _own_word(secret) in text.casefold() or runs:
                    found.append(f"{place} in {request.path}: {sorted(runs)[:2]} in {text[:300]!r}")
    return found


def _own_word(secret: str) -> str:
    words: list[str] = re.findall(r"[A-Z][a-z]{6,}", secret)
    [word] = [w for w in words if w != "November"]
    return word.casefold()


def _texts(request: Asked) -> Iterator[str]:
    raw = request.raw.decode("utf-8", "replace")
    # The last words of one text of a list and the first of the next are no run.
    texts = [request.path, json.dumps(request.headers), *raw.split('","'), *_strings(request.body)]
    for text in texts:
        yield text
        for block in _BASE64.findall(text):
            try:
                yield base64.b64decode(block + "=" * (-len(block) % 4), altchars=b"-_").decode("utf-8", "replace")
            except (ValueError, binascii.Error):
                continue


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


def _windows(text: str) -> list[str]:
    words = re.findall(r"\w+", text.casefold())
    return [" ".join(words[i : i + _WINDOW]) for i in range(len(words) - _WINDOW + 1)]
