"""Which full stops belong to an abbreviation, an initial or a number, and do not end their sentence."""

from __future__ import annotations

import re
from collections.abc import Callable


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Something always follows these.
_NEVER = _words("e.g i.e eg ie vs cf viz resp")
#: Titles, spelt with a capital: a name follows.
_TITLES = _words("Dr Mr Mrs Ms Prof Messrs Gen Sen Rep Lt Col Capt Sgt Rev Hon Mt")
#: A number belongs to these, if one follows.
_NUMBERED = _words("no nos nr fig figs eq eqs sec ch p pp vol art para v ver tab ref ex")
_DATES = _words("Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Mon Tue Tues Wed Thu Thur Thurs Fri Sat Sun")
#: These end a sentence only if what follows looks like the beginning of one.
_OFTEN = _words(
    """
    approx ca incl excl esp est max min avg temp inc ltd co corp bros dept univ assn jr sr st ave al ph.d
    m.sc b.sc misc mgmt mgr eng ops
    """
)
_TIMES = _words("a.m p.m am pm")
_AFTER_TIMES = _words(
    """
    monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun january february
    march april june july august september october november december est edt cst cdt mst mdt pst pdt gmt utc
    cet cest bst
    """
)
#: Words that begin a sentence, and hardly ever a name.
_STARTERS = _words(
    """
    the a an this that these those it its he she they we you i if then when while where who what why how
    which in on at by for from with without to as but and so or nor not no yes there here our my your his her
    their after before once since because although though however also still now next first second third
    finally meanwhile moreover furthermore besides instead otherwise therefore thus perhaps maybe please do
    don't let let's ask say tell make take give keep stop start use try be is are was were can could should
    would must have has had did does nobody everyone everybody someone something nothing each every all some
    most many few both one two until unless during under over only even just write name show bring offer put
    set look wait call send
    """
)
_DOTTED = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")


def may_end(left: str, next_word: Callable[[], str]) -> bool:
    """Return whether a full stop after `left` may end a sentence.

    Args:
        left: the end of the sentence before the full stop, some ten words.
        next_word: gives the word after the full stop (and its opening quotes); empty at a closing bracket, where what
            follows cannot help. Asked only if the answer depends on it.
    """
    if not left or left[-1].isspace():
        return True
    word = left.split()[-1].lstrip("([{\"'“‘«„*_`~0123456789:-–—/")
    low = word.lower()
    if low in _NEVER or word in _TITLES:
        return False
    if low in _NUMBERED or word in _DATES:
        following = next_word()
        return not following[:1].isdigit()
    if low == "etc":
        return not next_word()[:1].islower() and next_word() != ""
    if low in _TIMES:
        following = next_word()
        return following[:1].isupper() and following.lower() not in _AFTER_TIMES
    if low in _OFTEN or _DOTTED.fullmatch(low):
        return _begins_sentence(next_word())
    if len(word) == 1 and word.isupper():
        following = next_word()
        if word == "I":
            return len(following) != 1 or following in "IA"
        return not following[:1].isalpha() or _begins_sentence(following)
    return True


def _begins_sentence(word: str) -> bool:
    return word[:1].isupper() and word.lower() in _STARTERS
