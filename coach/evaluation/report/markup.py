"""HTML that is escaped unless it was made here."""

from __future__ import annotations

import html

from coach.evaluation.report.visible import visible

#: Elements without content.
_VOID = frozenset({"meta", "line", "circle", "rect", "br", "input"})


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


#: What an element holds: text, which is escaped, or markup. None is left out.
Child = str | None


def el(name: str, /, *children: Child, **attributes: str | float | bool | None) -> Html:
    """Return one element.

    Args:
        name: of the element.
        children: texts and elements; a text is escaped, and characters that cannot be seen are written out.
        attributes: their values are escaped. A trailing underscore is dropped and others become hyphens (``class_``,
            ``data_kind``); True gives the bare attribute, False and None leave it out.
    """
    given = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Html(f"<{name}{given}>" if name in ("meta", "br", "input") else f"<{name}{given}/>")
    return Html(f"<{name}{given}>{joined(*children)}</{name}>")


def joined(*children: Child) -> Html:
    """Return texts and elements behind each other."""
    return Html("".join(c if isinstance(c, Html) else escaped(c) for c in children if c is not None))


def escaped(text: str) -> Html:
    """Return a text as markup that shows it and does nothing."""
    return Html(html.escape(visible(text), quote=True))


def _attribute(key: str, value: str | float | bool | None) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    text = f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    return f' {name}="{escaped(text)}"'
