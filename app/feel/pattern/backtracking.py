"""Patterns that refer back to what a group has matched.

Where two ways through such a pattern meet they may still remember different texts, so they cannot be followed
together; one is tried after the other. That can take exponential time, which the budget ends.
"""

from __future__ import annotations

from app.feel.pattern.matching import Marks, Match, Spend, at_edge, match_of
from app.feel.pattern.program import Again, AtEdge, Consume, Done, Mark, Program, Split

State = tuple[int, int, Marks]
"""The place in the program, the place in the text, and the groups so far."""


class Backtracking:
    def __init__(self, program: Program, groups: int) -> None:
        self._program = program
        self._groups = groups
        # A state is remembered with all its groups, which takes longer than a step of the other machine.
        self._cost = 5 + groups // 8

    def search(self, text: str, spend: Spend, start: int) -> Match | None:
        for at in range(start, len(text) + 1):
            found = self._match_at(text, spend, at)
            if found is not None:
                return match_of(found, text)
        return None

    def _match_at(self, text: str, spend: Spend, start: int) -> Marks | None:
        waiting: list[State] = [(0, start, (None,) * (2 * self._groups + 2))]
        # A loop around nothing would come back to the same state for ever.
        known: set[State] = set()
        while waiting:
            spend(self._cost)
            state = waiting.pop()
            if state in known:
                continue
            known.add(state)
            place, _, marks = state
            if isinstance(self._program[place], Done):
                return marks
            waiting.extend(self._following(state, text))
        return None

    def _following(self, state: State, text: str) -> list[State]:
        """The states after one step; the last of them is preferred."""
        place, at, marks = state
        instruction = self._program[place]
        match instruction:
            case Split(first, second):
                return [(second, at, marks), (first, at, marks)]
            case Mark(slot):
                return [(place + 1, at, (*marks[:slot], at, *marks[slot + 1 :]))]
            case AtEdge():
                return [(place + 1, at, marks)] if at_edge(instruction, text, at) else []
            case Consume(members):
                return [(place + 1, at + 1, marks)] if at < len(text) and members(text[at]) else []
            case Again():
                end = _again(instruction, text, at, marks)
                return [] if end is None else [(place + 1, end, marks)]
        return []


def _again(instruction: Again, text: str, at: int, marks: Marks) -> int | None:
    """Where the repeated text ends; a group that took no part has matched the empty text."""
    start, end = marks[2 * instruction.group], marks[2 * instruction.group + 1]
    if start is None or end is None:
        return at
    wanted, found = text[start:end], text[at : at + end - start]
    same = wanted.lower() == found.lower() if instruction.any_case else wanted == found
    return at + end - start if same else None
