"""The machine that goes all ways through a pattern together, in linear time."""

from __future__ import annotations

from app.feel.pattern.matching import Marks, Match, Spend, at_edge, match_of
from app.feel.pattern.program import AtEdge, Consume, Done, Mark, Program, Split

Thread = tuple[int, Marks]
"""The place of a thread in the program, and its groups so far."""


class Machine:
    """Runs all threads of a program at once."""

    def __init__(self, program: Program, groups: int) -> None:
        self._program = program
        self._groups = groups
        # Each thread carries its groups with it.
        self._cost = 1 + groups // 8

    def search(self, text: str, spend: Spend, start: int) -> Match | None:
        threads: list[Thread] = []
        seen: set[int] = set()
        best: Marks | None = None
        for at in range(start, len(text) + 1):
            if best is None:
                self._enter(threads, seen, (0, (None,) * (2 * self._groups + 2)), text, at)
            elif not threads:
                break
            spend((len(seen) + 1) * self._cost)
            threads, seen, found = self._advance(threads, text, at)
            best = found or best
        return None if best is None else match_of(best, text)

    def _advance(self, threads: list[Thread], text: str, at: int) -> tuple[list[Thread], set[int], Marks | None]:
        """One character further. Threads after one that is done are worse than it and end with it."""
        following: list[Thread] = []
        seen: set[int] = set()
        for place, marks in threads:
            instruction = self._program[place]
            if isinstance(instruction, Done):
                return following, seen, marks
            if at < len(text) and isinstance(instruction, Consume) and instruction.members(text[at]):
                self._enter(following, seen, (place + 1, marks), text, at + 1)
        return following, seen, None

    def _enter(self, threads: list[Thread], seen: set[int], thread: Thread, text: str, at: int) -> None:
        """Adds the threads that stand where one arrives, after following everything that takes no character. Where
        a better thread has been before, nobody needs to follow.
        """
        waiting = [thread]
        while waiting:
            here, now = waiting.pop()
            if here in seen:
                continue
            seen.add(here)
            instruction = self._program[here]
            match instruction:
                case Split(first, second):
                    waiting.append((second, now))
                    waiting.append((first, now))
                case Mark(slot):
                    waiting.append((here + 1, (*now[:slot], at, *now[slot + 1 :])))
                case AtEdge():
                    if at_edge(instruction, text, at):
                        waiting.append((here + 1, now))
                case _:
                    threads.append((here, now))
