"""A page of HTML with nothing left in it that is not read: no attributes, scripts, comments, pictures.

The parser takes quadratic time where elements nest deeply or have thousands of attributes, so that it gets neither.
Tags are found as the standard's tokenizer finds them (https://html.spec.whatwg.org/#tokenization), in linear time.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from coach.domain.errors import SourceError

#: Elements that are open at once; a page that people write has some dozens.
_DEEPEST = 250
_S = r"[ \t\n\f\r]"
_VALUE = rf"{_S}*+={_S}*+(?:\"([^\"]*+)\"|'([^']*+)'|([^ \t\n\f\r>\"'][^ \t\n\f\r>]*+))?+"
_ATTRIBUTE = rf"([^ \t\n\f\r/>][^ \t\n\f\r/>=]*+)(?:{_VALUE})?+"
_INSIDE = _ATTRIBUTE.replace("([^", "(?:[^")
_TAG = re.compile(rf"<(/?)([a-zA-Z][^ \t\n\f\r/>]*+)((?:[ \t\n\f\r/]++|{_INSIDE})*+)>")
_ATTRIBUTES = re.compile(_ATTRIBUTE)
_OPENING = re.compile(r"<(?=[a-zA-Z/!?])")
_COMMENT_END = re.compile(r"--!?>")
_ATTRIBUTES_READ = 2000
#: What holds text that is no element, up to the tag that closes it.
_RAW = frozenset("script style textarea xmp iframe noembed noframes title".split())  # noqa: SIM905
#: What is left out with all that is in it.
_DROPPED = frozenset(
    "template noscript svg math canvas audio video object map nav select datalist dialog button".split()  # noqa: SIM905
)
#: What has a meaning here, and what has none but that it parts one text from another: by the name that it gets.
_BLOCKS = {
    **{name: name for name in "h1 h2 h3 h4 h5 h6 ul ol dl table pre blockquote details summary".split()},  # noqa: SIM905
    **dict.fromkeys(("del", "s", "strike"), "del"),
    **dict.fromkeys(
        """
        div section article main header footer aside figure figcaption address fieldset legend center form
        hgroup search menu dir
        """.split(),  # noqa: SIM905
        "div",
    ),
}
#: What is closed by what comes after it, so that it does not nest by itself.
_FLAT = frozenset("br hr p li dt dd td th tr thead tbody tfoot caption".split())  # noqa: SIM905
_INVISIBLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0*(?:\.0+)?\s*(?:;|$)|font-size\s*:\s*0", re.IGNORECASE
)
_DATES = ("article:published_time", "date", "dcterms.date", "dc.date", "dcterms.created", "created", "datepublished")


@dataclass(slots=True)
class Page:
    """What is left of a page, and what it says about itself."""

    text: str
    title: str = ""
    #: As the page writes them, the surest first.
    dates: list[str] = field(default_factory=list)
    keywords: list[str] = field(default_factory=list)


def simplified(source: str, name: str) -> Page:
    """Return a page without what is not read, well nested: a tag is ``<name>``, or ``<name hidden>``.

    Raises:
        SourceError: its elements nest too deeply.
    """
    return _Simplifier(source, name).run()


class _Simplifier:
    """Goes through a page from tag to tag."""

    def __init__(self, source: str, name: str) -> None:
        self._source = source
        self._name = name
        self._page = Page("")
        self._kept: list[str] = []
        self._open: list[str] = []
        #: Elements that somewhere are not closed: what comes after them is not left out.
        self._unclosed: set[str] = set()
        self._dated: dict[str, str] = {}

    def run(self) -> Page:
        at = 0
        while found := _OPENING.search(self._source, at):
            self._kept.append(self._source[at : found.start()].replace("<", "&lt;"))
            tag = _TAG.match(self._source, found.start())
            if tag:
                at = self._closing(tag) if tag[1] else self._opening(tag)
            elif re.match(r"</?[a-zA-Z]", self._source[found.start() : found.start() + 3]):
                # A tag that never ends takes the rest of the page with it.
                at = len(self._source)
            else:
                at = _after_declaration(self._source, found.start())
        self._kept.append(self._source[at:].replace("<", "&lt;"))
        self._page.text = "".join(self._kept)
        self._page.dates = [self._dated[key] for key in (*_DATES, "time") if key in self._dated]
        return self._page

    def _opening(self, tag: re.Match[str]) -> int:
        """Take an opening tag, and return where to go on."""
        element, at = tag[2].lower(), tag.end()
        attributes = _attributes(tag[3])
        if element in _RAW:
            return self._raw(element, at)
        if element == "meta":
            self._read_meta(attributes)
        elif element == "input":
            if attributes.get("type", "").lower() == "checkbox":
                self._kept.append("<input checked>" if "checked" in attributes else "<input>")
        elif element == "time" and attributes.get("datetime"):
            self._dated.setdefault("time", attributes["datetime"])
        hidden = _is_hidden(attributes)
        block = "div" if "-" in element else _BLOCKS.get(element, "")
        if element in _FLAT or block:
            if block:
                self._open.append(element)
            if len(self._open) > _DEEPEST:
                hint = "Save what it says as text or Markdown, and add that."
                raise SourceError(f"{self._name}: the elements of this page nest too deeply.", hint)
            self._kept.append(f"<{block or element}{' hidden' if hidden else ''}>")
            return at
        return self._after_element(element, at) if hidden or element in _DROPPED else at

    def _closing(self, tag: re.Match[str]) -> int:
        """Take a closing tag: what was opened since closes with it, and what was not opened does not close."""
        element = tag[2].lower()
        if element in _FLAT:
            self._kept.append(f"</{element}>")
        elif element in self._open:
            closed = ""
            while closed != element:
                closed = self._open.pop()
                self._kept.append(f"</{_BLOCKS.get(closed, 'div')}>")
        return tag.end()

    def _raw(self, element: str, at: int) -> int:
        end = re.compile(rf"</{element}(?=[\s/>])", re.IGNORECASE).search(self._source, at)
        stop = end.start() if end else len(self._source)
        if element == "title" and not self._page.title:
            self._page.title = html.unescape(self._source[at : min(stop, at + 1000)])
        return stop

    def _read_meta(self, attributes: dict[str, str]) -> None:
        said = (attributes.get("name") or attributes.get("property") or attributes.get("itemprop") or "").lower()
        content = attributes.get("content", "")
        if said in _DATES:
            self._dated.setdefault(said, content)
        elif said == "keywords":
            self._page.keywords += content.split(",")

    def _after_element(self, element: str, at: int) -> int:
        """Return where an element ends that was opened before `at`; elements of its kind may lie in it."""
        if element in self._unclosed or not element.isalnum():
            return at
        inside = 1
        for found in re.compile(rf"<(/?){element}(?=[\s/>])", re.IGNORECASE).finditer(self._source, at):
            inside += -1 if found[1] else 1
            if not inside:
                end = self._source.find(">", found.end())
                return len(self._source) if end < 0 else end + 1
        self._unclosed.add(element)
        return at


def _is_hidden(attributes: dict[str, str]) -> bool:
    if "hidden" in attributes or attributes.get("aria-hidden", "").lower() == "true":
        return True
    return bool(_INVISIBLE.search(attributes.get("style", ""))) or attributes.get("role", "").lower() == "navigation"


def _attributes(text: str) -> dict[str, str]:
    """Return the attributes of a tag; of one given twice the first counts."""
    found: dict[str, str] = {}
    for number, match in enumerate(_ATTRIBUTES.finditer(text)):
        if number > _ATTRIBUTES_READ:
            break
        value = next((group for group in match.groups()[1:] if group is not None), "")
        found.setdefault(match[1].lower(), html.unescape(value[:2000]))
    return found


def _after_declaration(source: str, at: int) -> int:
    """Return where a comment or a declaration ends that begins at `at`."""
    if source.startswith("<!--", at):
        found = _COMMENT_END.search(source, at + 2)
        return found.end() if found else len(source)
    end = source.find(">", at)
    return len(source) if end < 0 else end + 1
