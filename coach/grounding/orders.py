"""Orders: the sentences, and parts of sentences, that tell the reader to do something or not to do it."""

from __future__ import annotations

import re

from coach.grounding.words import word_set

#: Verbs with which advice of this domain begins.
VERBS = word_set(
    "add admit agree allow answer ask assign attach avoid balance bargain be begin block book bring build buy call "
    "change channel check choose close collect come commit compare contribute count create cultivate cut decide "
    "describe discuss divide do draw end explain find finish fix focus follow freeze gather get give go grant hand "
    "help hold invest invite join justify keep label lay learn leave let limit list listen look make mark meet name "
    "negotiate note nurture offer open own pair pick pilot plan point post praise prepare present promise propose "
    "protect publish pull put raise read rebuild recognise record reduce release remind remove repair repeat replace "
    "report reserve return review rewrite run say schedule see send separate set settle share show sit sort speak "
    "spend split stand start state stay stop swap take talk teach tell test thank track translate treat trust try "
    "turn use wait walk warn watch work write"
)
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|(?<!\w)['‘](?:[^'’]|['’](?=\w))*['’](?!\w)")
#: An order, at the beginning or behind "then" or a semicolon.
ORDER = re.compile(rf"(?:\A|,? then |; )(?P<verb>{'|'.join(sorted(VERBS))})\b(?! to\b| not\b)(?!-)", re.IGNORECASE)
_GIVEN = re.compile(
    rf"(?:\A|[.;:,!?] |\bthen |\band )(?:{'|'.join(sorted(VERBS))})\b(?! to\b| not\b)(?!-)", re.IGNORECASE
)
_FORBIDDEN = re.compile(r"(?:\A|[,;:.] |\bthen |\bso |\band )(?:do not|don['’]t|never)\b", re.IGNORECASE)
_CONTRAST = re.compile(rf"(?:[;:,] (?:but |and )?(?:{'|'.join(sorted(VERBS))})\b)|\binstead\b|\bbut\b", re.IGNORECASE)


def masked(text: str) -> str:
    """Return `text` with what stands in quotation marks blotted out, character by character."""
    return _QUOTED.sub(lambda m: "█" * len(m.group()), text)


def gives_order(text: str) -> bool:
    """Whether `text` tells the reader to do something, outside quotation marks."""
    return bool(_GIVEN.search(masked(text)))


def forbids(text: str) -> bool:
    """Whether `text` tells the reader not to do something, outside quotation marks."""
    return bool(_FORBIDDEN.search(masked(text)))


def only_forbids(text: str) -> bool:
    """Whether `text` forbids something without setting against it what to do: no "Don't wait; ask"."""
    plain = masked(text)
    found = _FORBIDDEN.search(plain)
    return found is not None and (found.start() > 0 or not _CONTRAST.search(plain, found.end()))
