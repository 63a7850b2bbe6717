"""The text around a place of an expression, small enough to be stored and shown beside a sentence."""

from __future__ import annotations

from app.feel.errors import FeelSyntaxError

AROUND = 40
"""Characters kept on each side."""


def excerpt(source: str, error: FeelSyntaxError) -> list[str]:
    """The excerpt at a syntax error: what was found is marked, or the space after the end."""
    if error.position is None:
        return []
    start, found = error.position.offset, str(error.params.get("found", ""))
    return excerpt_between(source, start, start + (len(found) if found and source.startswith(found, start) else 1))


def excerpt_between(source: str, start: int, end: int) -> list[str]:
    """What stands before, in and after a part, on the line where it begins; nothing at all is marked by a space."""
    begin = source.rfind("\n", 0, start) + 1
    stop = source.find("\n", start)
    line = source[begin : len(source) if stop < 0 else stop]
    start -= begin
    end = min(end - begin, start + AROUND)
    before = "…" * (start > AROUND) + line[max(0, start - AROUND) : start]
    return [before, line[start:end] or " ", line[end : end + AROUND] + "…" * (len(line) > end + AROUND)]
