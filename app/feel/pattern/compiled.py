"""A pattern, ready to be searched for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from app.feel.pattern.backtracking import Backtracking
from app.feel.pattern.machine import Machine
from app.feel.pattern.matching import Match, Spend
from app.feel.pattern.program import Again, program_of
from app.feel.pattern.syntax import FLAGS, MAX_LENGTH, PatternError, Reader


class Pattern:
    """`size` is the number of instructions that it was made into."""

    def __init__(self, engine: Machine | Backtracking, groups: int, size: int) -> None:
        self._engine = engine
        self.groups = groups
        self.size = size

    def search(self, text: str, spend: Spend, start: int = 0) -> Match | None:
        """The leftmost match from a place on; where several start there, the one backtracking would find."""
        return self._engine.search(text, spend, start)

    def all(self, text: str, spend: Spend) -> Iterator[Match]:
        at = 0
        while at <= len(text):
            match = self.search(text, spend, at)
            if match is None:
                return
            yield match
            at = match.end if match.end > match.start else match.end + 1


@lru_cache(maxsize=128)
def compile_pattern(text: str, flags: str = "") -> Pattern:
    if set(flags) - FLAGS:
        raise PatternError(flags)
    if len(text) > MAX_LENGTH:
        raise PatternError("too long")
    reader = Reader(text, flags)
    program = program_of(reader.read())
    refers_back = any(isinstance(instruction, Again) for instruction in program)
    engine = (Backtracking if refers_back else Machine)(program, reader.groups)
    return Pattern(engine, reader.groups, len(program))
