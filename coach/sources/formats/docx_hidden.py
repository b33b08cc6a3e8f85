"""What Word hides in a document (``w:vanish``): taken out, since whoever added the document may not know of it."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

#: In UTF-8 and UTF-16; most documents hide nothing and are not parsed again.
_SIGNS = (b"vanish", "vanish".encode("utf-16-le"))
_STYLES = "word/styles.xml"
#: Of a hidden run; fields that begin or end in it have to stay in balance.
_KEPT = {"rPr", "fldChar", "instrText"}
_OFF = {"0", "false", "off"}
#: Styles are based on each other so deep at most.
_DEEPEST = 20


def without_hidden(parts: Mapping[str, bytes]) -> tuple[dict[str, bytes], str]:
    """Return the parts of a document without its hidden text, and that text.

    A run is hidden where it says so itself, else where its style does, else where that of its paragraph does.

    Raises:
        ElementTree.ParseError: a part is no XML.
    """
    found = dict(parts)
    if not any(sign in part for part in parts.values() for sign in _SIGNS):
        return found, ""
    styles = _hiding_styles(parts.get(_STYLES, b""))
    hidden: list[str] = []
    for name, part in parts.items():
        if name.endswith(".xml") and name != _STYLES:
            root, before = ElementTree.fromstring(part), len(hidden)
            _strip(root, styles, None, hidden)
            if len(hidden) > before:
                found[name] = ElementTree.tostring(root, "utf-8")
    return found, "\n".join(text for text in hidden if text.strip())


def _strip(element: Element, styles: Mapping[str, bool], paragraph: bool | None, hidden: list[str]) -> None:
    """Take the content of hidden runs out; `paragraph` says whether the style of the paragraph hides."""
    for child in element:
        name = _name(child)
        if name == "r":
            says = _says(_child(child, "rPr"), styles, "rStyle")
            if paragraph if says is None else says:
                hidden.append("".join(t.text or "" for t in child.iter() if _name(t) == "t"))
                for gone in [c for c in child if _name(c) not in _KEPT]:
                    child.remove(gone)
                continue
        inner = styles.get(_value(_child(_child(child, "pPr"), "pStyle"))) if name == "p" else paragraph
        _strip(child, styles, inner, hidden)


def _hiding_styles(part: bytes) -> dict[str, bool]:
    """Return for each style that says whether its text is hidden, itself or by what it is based on, what it says."""
    if not part:
        return {}
    styles = {_attribute(s, "styleId"): s for s in ElementTree.fromstring(part) if _name(s) == "style"}
    found: dict[str, bool] = {}
    for ident, style in styles.items():
        at: Element | None = style
        for _ in range(_DEEPEST):
            if at is None:
                break
            says = _says(_child(at, "rPr"))
            if says is not None:
                found[ident] = says
                break
            at = styles.get(_value(_child(at, "basedOn")))
    return found


def _says(properties: Element | None, styles: Mapping[str, bool] | None = None, of: str = "") -> bool | None:
    """Return whether properties hide their run; None where neither they nor the style that they name say so."""
    vanish = _child(properties, "vanish")
    if vanish is not None:
        return _value(vanish).lower() not in _OFF
    return styles.get(_value(_child(properties, of))) if styles else None


def _child(element: Element | None, name: str) -> Element | None:
    return None if element is None else next((c for c in element if _name(c) == name), None)


def _value(element: Element | None) -> str:
    return "" if element is None else _attribute(element, "val")


def _attribute(element: Element, name: str) -> str:
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
