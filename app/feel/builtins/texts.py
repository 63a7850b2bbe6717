"""Strings with patterns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from app.feel.builtins.signature import builtin
from app.feel.pattern import Match, Pattern, PatternError, compile_pattern

if TYPE_CHECKING:
    from app.feel.scope import Run

_REPLACEMENT = re.compile(r"\\([\\$])|\$(\d+)|([^\\$]+)", re.ASCII)


def _compiled(run: Run, pattern: str, flags: str | None = None) -> Pattern:
    """The pattern, charged as if nobody had used it before."""
    run.step(len(pattern) // 10)
    compiled = compile_pattern(pattern, flags or "")
    run.step(compiled.size // 4)
    return compiled


# A PatternError is a ValueError, which the call turns into null, as FEEL wants it for a pattern that is none.


@builtin(
    "matches(input: string, pattern: string, flags?: string?): boolean",
    examples=['matches("356938035643809", "^[0-9]{15}$")', 'matches("sn-2041", "^SN", "i")'],
)
def matches(run: Run, text: str, pattern: str, flags: str | None = None) -> bool:
    return _compiled(run, pattern, flags).search(text, run.step) is not None


@builtin(
    "replace(input: string, pattern: string, replacement: string, flags?: string?): string",
    examples=['replace("13800138000", "^(.{3}).{4}", "$1****")'],
)
def replace(run: Run, text: str, pattern: str, replacement: str, flags: str | None = None) -> str:
    compiled = _compiled(run, pattern, flags)
    if compiled.search("", run.step) is not None:
        raise PatternError(pattern)
    parts = [(None, replacement)] if "q" in (flags or "") else _parts(replacement, compiled.groups)
    written, at = [], 0
    for match in compiled.all(text, run.step):
        new = "".join(literal if group is None else match.groups[group] or "" for group, literal in parts)
        run.allocate(len(new))
        written += [text[at : match.start], new]
        at = match.end
    return "".join(written) + text[at:]


def _parts(replacement: str, groups: int) -> list[tuple[int | None, str]]:
    """The replacement as group references and literal texts."""
    parts: list[tuple[int | None, str]] = []
    at = 0
    while at < len(replacement):
        found = _REPLACEMENT.match(replacement, at)
        if found is None:
            raise PatternError(replacement)
        at = found.end()
        if found[2] is None:
            parts.append((None, found[1] or found[3]))
            continue
        digits = found[2]
        # `$12` is group 1 followed by a 2 when there are fewer than twelve groups.
        while len(digits) > 1 and int(digits) > groups:
            digits = digits[:-1]
        parts.append((int(digits), "") if int(digits) <= groups else (None, ""))
        parts.append((None, found[2][len(digits) :]))
    return parts


@builtin("split(string: string, delimiter: string): list<string>", examples=['split("red; green;blue", "; *")'])
def split(run: Run, text: str, delimiter: str) -> list[str]:
    pieces, at = [], 0
    for match in _compiled(run, delimiter).all(text, run.step):
        if match.end > match.start:
            pieces.append(text[at : match.start])
            at = match.end
    run.allocate(len(pieces) + len(text))
    return [*pieces, text[at:]]


@builtin(
    "extract(string: string, pattern: string): list<string>", examples=['extract("orders 1234 and 5678", "[0-9]+")']
)
def extract(run: Run, text: str, pattern: str) -> list[str]:
    def found(match: Match) -> str:
        return text[match.start : match.end]

    pieces = [found(match) for match in _compiled(run, pattern).all(text, run.step)]
    run.allocate(sum(map(len, pieces)))
    return pieces
