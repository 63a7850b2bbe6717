"""A pattern as a small program, and the machine that runs all its threads at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from app.feel.pattern.characters import CharacterSet
from app.feel.pattern.syntax import (
    FLAGS,
    Choice,
    Edge,
    Group,
    One,
    Part,
    PatternError,
    Reader,
    Repeat,
    Sequence,
)

MAX_PROGRAM = 2000

Spend = Callable[[int], None]
# Where each group starts and ends: (start of 0, end of 0, start of 1, …).
Marks = tuple[int | None, ...]


class Consume(NamedTuple):
    members: CharacterSet


class Split(NamedTuple):
    """Go on at both places; the first one is preferred."""

    first: int
    second: int


class Mark(NamedTuple):
    slot: int


class AtEdge(NamedTuple):
    start: bool
    each_line: bool


class Done(NamedTuple):
    pass


Instruction = Consume | Split | Mark | AtEdge | Done


class Match(NamedTuple):
    start: int
    end: int
    groups: tuple[str | None, ...]


class Pattern:
    def __init__(self, program: list[Instruction], groups: int) -> None:
        self._program = program
        self.groups = groups

    def search(self, text: str, spend: Spend, start: int = 0) -> Match | None:
        """The leftmost match from a place on; where several start there, the one backtracking would find."""
        threads: list[tuple[int, Marks]] = []
        best: Marks | None = None
        for at in range(start, len(text) + 1):
            if best is None:
                self._enter(threads, 0, (None,) * (2 * self.groups + 2), text, at)
            if not threads and best is not None:
                break
            spend(len(threads) + 1)
            threads, found = self._advance(threads, text, at)
            best = found or best
        return None if best is None else _match(best, text)

    def all(self, text: str, spend: Spend) -> Iterator[Match]:
        at = 0
        while at <= len(text):
            match = self.search(text, spend, at)
            if match is None:
                return
            yield match
            at = match.end if match.end > match.start else match.end + 1

    def _advance(
        self, threads: list[tuple[int, Marks]], text: str, at: int
    ) -> tuple[list[tuple[int, Marks]], Marks | None]:
        """One character further. Threads after one that is done are worse than it and end with it."""
        following: list[tuple[int, Marks]] = []
        seen: set[int] = set()
        for place, marks in threads:
            instruction = self._program[place]
            if isinstance(instruction, Done):
                return following, marks
            if at < len(text) and isinstance(instruction, Consume) and instruction.members(text[at]):
                self._enter(following, place + 1, marks, text, at + 1, seen)
        return following, None

    def _enter(
        self,
        threads: list[tuple[int, Marks]],
        place: int,
        marks: Marks,
        text: str,
        at: int,
        seen: set[int] | None = None,
    ) -> None:
        """Adds the threads that stand at a place, after following everything that takes no character."""
        known = {thread[0] for thread in threads} if seen is None else seen
        waiting = [(place, marks)]
        while waiting:
            here, now = waiting.pop()
            if here in known:
                continue
            known.add(here)
            instruction = self._program[here]
            match instruction:
                case Split(first, second):
                    waiting.append((second, now))
                    waiting.append((first, now))
                case Mark(slot):
                    waiting.append((here + 1, (*now[:slot], at, *now[slot + 1 :])))
                case AtEdge():
                    if _at_edge(instruction, text, at):
                        waiting.append((here + 1, now))
                case _:
                    threads.append((here, now))


def _at_edge(edge: AtEdge, text: str, at: int) -> bool:
    if edge.start:
        return at == 0 or (edge.each_line and text[at - 1] == "\n")
    return at == len(text) or (edge.each_line and text[at] == "\n")


def _match(marks: Marks, text: str) -> Match:
    groups = tuple(
        None if marks[slot] is None or marks[slot + 1] is None else text[marks[slot] : marks[slot + 1]]
        for slot in range(0, len(marks), 2)
    )
    start, end = marks[0], marks[1]
    assert start is not None
    assert end is not None
    return Match(start, end, groups)


@lru_cache(maxsize=128)
def compile_pattern(text: str, flags: str = "") -> Pattern:
    if set(flags) - FLAGS:
        raise PatternError(flags)
    reader = Reader(text, flags)
    tree = reader.read()
    program: list[Instruction] = [Mark(0)]
    _emit(tree, program)
    program += [Mark(1), Done()]
    return Pattern(program, reader.groups)


def _emit(part: Part, program: list[Instruction]) -> None:
    if len(program) > MAX_PROGRAM:
        raise PatternError("too long")
    match part:
        case One(members):
            program.append(Consume(members))
        case Edge(start, each_line):
            program.append(AtEdge(start, each_line))
        case Sequence(parts):
            for inner in parts:
                _emit(inner, program)
        case Group(number, inner):
            program.append(Mark(2 * number))
            _emit(inner, program)
            program.append(Mark(2 * number + 1))
        case Choice(branches):
            _emit_choice(branches, program)
        case Repeat():
            _emit_repeat(part, program)


def _jump(to: int) -> Split:
    return Split(to, to)


def _emit_choice(branches: tuple[Part, ...], program: list[Instruction]) -> None:
    exits = []
    for branch in branches[:-1]:
        fork = len(program)
        program.append(_jump(0))
        _emit(branch, program)
        exits.append(len(program))
        program.append(_jump(0))
        program[fork] = Split(fork + 1, len(program))
    _emit(branches[-1], program)
    for place in exits:
        program[place] = _jump(len(program))


def _emit_repeat(repeat: Repeat, program: list[Instruction]) -> None:
    for _ in range(repeat.least):
        _emit(repeat.part, program)
    if repeat.most is None:
        loop = len(program)
        program.append(_jump(0))
        _emit(repeat.part, program)
        program.append(_jump(loop))
        program[loop] = _fork(loop + 1, len(program), repeat)
        return
    forks = []
    for _ in range(repeat.most - repeat.least):
        forks.append(len(program))
        program.append(_jump(0))
        _emit(repeat.part, program)
    for fork in forks:
        program[fork] = _fork(fork + 1, len(program), repeat)


def _fork(inside: int, outside: int, repeat: Repeat) -> Split:
    return Split(inside, outside) if repeat.greedy else Split(outside, inside)
