"""The text around a syntax error, small enough to be stored and shown beside the sentence."""

from __future__ import annotations

from app.feel.errors import FeelSyntaxError

AROUND = 40
"""Characters kept on each side."""


def excerpt(source: str, error: FeelSyntaxError) -> list[str]:
    """What stands before, at and after the place, on its line; at the end of a line the middle one is a space."""
    if error.position is None:
        return []
    line = source.split("\n")[error.position.line - 1]
    start = error.position.column - 1
    found = str(error.params.get("found", ""))
    end = start + (min(len(found), AROUND) if found and line.startswith(found, start) else 1)
    before = "…" * (start > AROUND) + line[max(0, start - AROUND) : start]
    return [before, line[start:end] or " ", line[end : end + AROUND] + "…" * (len(line) > end + AROUND)]
