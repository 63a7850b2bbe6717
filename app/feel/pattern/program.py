"""A pattern as a small program."""

from __future__ import annotations

from typing import NamedTuple

from app.feel.pattern.characters import CharacterSet
from app.feel.pattern.syntax import Back, Choice, Edge, Group, One, Part, PatternError, Repeat, Sequence

MAX_PROGRAM = 2000


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


class Again(NamedTuple):
    """What a group has matched stands here once more."""

    group: int
    any_case: bool


class Done(NamedTuple):
    pass


Instruction = Consume | Split | Mark | AtEdge | Again | Done
Program = list[Instruction]


def program_of(tree: Part) -> Program:
    program: Program = [Mark(0)]
    _emit(tree, program)
    return [*program, Mark(1), Done()]


def _emit(part: Part, program: Program) -> None:
    if len(program) > MAX_PROGRAM:
        raise PatternError("too long")
    match part:
        case One(members):
            program.append(Consume(members))
        case Edge(start, each_line):
            program.append(AtEdge(start, each_line))
        case Back(group, any_case):
            program.append(Again(group, any_case))
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


def _emit_choice(branches: tuple[Part, ...], program: Program) -> None:
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


def _emit_repeat(repeat: Repeat, program: Program) -> None:
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
