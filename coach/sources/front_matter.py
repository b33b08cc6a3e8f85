"""The YAML between two lines of ``---`` at the top of a file."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

import yaml

from coach.domain.errors import SourceError

# libyaml is ten times faster, and the built-in corpus is read at every start.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
#: libyaml nests on the C stack, which hostile nesting would overflow: far more than anyone writes by hand.
_MAX_NESTING = 200
_MAX_CHARACTERS = 64_000
_OPENING = re.compile(r"\s*---[ \t]*\n")
_KEY = re.compile(r"^\w[\w-]*[ \t]*:", re.MULTILINE)
_CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_HINT = "Correct the lines between the two --- at the top of the file; put quotes around text with a colon in it."


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """A file in its two parts."""

    #: By key, in lower case; empty where the file has none.
    values: dict[str, Any] = field(default_factory=dict)
    body: str = ""
    #: 1-based line of the file that the body begins on.
    first_line: int = 1


class _StrictLoader(_Loader):  # type: ignore[misc]
    """Safe YAML without merge keys (they can grow without bound) and without keys given twice."""

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        for key, _ in node.value:
            if key.tag == "tag:yaml.org,2002:merge":
                raise yaml.MarkedYAMLError(problem="merge keys (<<) are not read here", problem_mark=key.start_mark)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen if isinstance(key.value, str) else False:
                raise yaml.MarkedYAMLError(problem=f"“{key.value}” is given twice", problem_mark=key.start_mark)
            if isinstance(key.value, str):
                seen.add(key.value)
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return mapping


def split_front_matter(text: str, name: str) -> FrontMatter:
    """Return the front matter of `text` and what follows it.

    A first line of ``---`` without a second one, or with plain text up to it, is a rule and no front matter.

    Args:
        text: a whole file, cleaned.
        name: the file, as errors name it.

    Raises:
        SourceError: the front matter is not valid YAML; says the line.
    """
    opening = _OPENING.match(text)
    closing = _CLOSING.search(text, opening.end()) if opening else None
    if opening is None:
        return FrontMatter(body=text)
    if closing is None:
        # Not read as text where it could say "private: true".
        if _KEY.match(text, opening.end()):
            raise SourceError(f"{name}: the front matter has no second line of ---.", _HINT)
        return FrontMatter(body=text)
    block = text[opening.end() : closing.start()]
    body = text[closing.end() :].removeprefix("\n")
    before = text.count("\n", 0, opening.end())
    first_line = text.count("\n", 0, closing.end()) + 2
    if len(block) > _MAX_CHARACTERS or block.count("[") + block.count("{") > _MAX_NESTING or _is_deep(block):
        raise SourceError(f"{name}, line {before + 1}: the front matter is too long or too deeply nested.", _HINT)
    try:
        values = yaml.load(block, Loader=_StrictLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = before + 1 + (mark.line if mark else 0)
        raise SourceError(
            f"{name}, line {line}: the front matter is not valid YAML ({error.problem}).", _HINT
        ) from error
    except (yaml.YAMLError, ValueError, TypeError, OverflowError, RecursionError) as error:
        # ValueError: a date such as 2026-02-31; TypeError: a key that is a list.
        raise SourceError(f"{name}: the front matter is not valid YAML.", _HINT) from error
    if values is None:
        values = {}
    if not isinstance(values, dict):
        if _KEY.search(block):
            raise SourceError(f"{name}, line {before + 1}: the front matter is not a list of “key: value”.", _HINT)
        return FrontMatter(body=text)
    return FrontMatter({str(k).strip().lower(): v for k, v in values.items()}, body, first_line)


def _is_deep(block: str) -> bool:
    return any(len(re.findall(r"[-?:][ \t]", line)) > _MAX_NESTING for line in block.splitlines())
