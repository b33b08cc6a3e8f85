"""How much is taken in: the size of a file and the length of a statement."""

from __future__ import annotations

from coach.domain.text import clean_line

#: Larger files are refused, in bytes. Five million characters are eighty hours of talk; a page of HTML may hold its
#: pictures in itself.
MAX_FILE_BYTES = 5_000_000
MAX_HTML_BYTES = 20_000_000
MAX_OFFICE_BYTES = 50_000_000
#: Longer statements are cut at a word, in characters.
MAX_STATEMENT = 1000


def fit(text: str) -> tuple[str, bool]:
    """Return `text` cleaned, on one line and no longer than `MAX_STATEMENT`, and whether it had to be cut."""
    line = clean_line(text)
    if len(line) <= MAX_STATEMENT:
        return line, False
    head = line[: MAX_STATEMENT - 1]
    words = head.rsplit(" ", 1)[0] if " " in head else head
    return words.rstrip(" ,;:") + "…", True


def cut_remark(count: int) -> tuple[str, ...]:
    """Return the remark for `count` statements that had to be cut; empty for none."""
    if not count:
        return ()
    what = "One statement was" if count == 1 else f"{count} statements were"
    return (f"{what} longer than {MAX_STATEMENT} characters and cut there.",)
