"""Regular expressions of form fields, matched in time proportional to text × pattern.

A pattern is written by a process owner and runs on text that anybody may send. Backtracking matchers
can be driven into exponential time that way, so the pattern becomes a state machine whose states are
all followed at once. The price: no look-around and no back-references, which are refused when a form is read.
"""

import dataclasses
import typing as t
from collections.abc import Callable, Iterable

MAX_STATES = 2_000
MAX_DEPTH = 50
MAX_CHARACTERS = 10_000
_DIGITS = frozenset("0123456789")
_HEXADECIMAL = _DIGITS | frozenset("abcdefABCDEF")
_WORD = _DIGITS | frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
_CONTROL = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "v": "\v", "0": "\0"}
_LINE_ENDS = frozenset("\n\r\u2028\u2029")

Test = Callable[[str], bool]
Node = tuple[t.Any, ...]


class PatternInvalid(ValueError):
    """The pattern is not understood; `position` counts from 0."""

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position


_CLASSES: dict[str, Test] = {
    "d": _DIGITS.__contains__,
    "D": lambda character: character not in _DIGITS,
    "w": _WORD.__contains__,
    "W": lambda character: character not in _WORD,
    "s": lambda character: character.isspace() or character == "\ufeff",
    "S": lambda character: not (character.isspace() or character == "\ufeff"),
}


class _Reader:
    """Recursive descent over the part of the ECMAScript grammar that a state machine can follow."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.depth = 0

    def peek(self) -> str:
        return self.source[self.at : self.at + 1]

    def take(self, text: str) -> bool:
        if self.source.startswith(text, self.at):
            self.at += len(text)
            return True
        return False

    def fail(self) -> PatternInvalid:
        return PatternInvalid(self.at)

    def alternatives(self) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fail()
        branches = [self.sequence()]
        while self.take("|"):
            branches.append(self.sequence())
        self.depth -= 1
        return ("any", branches) if len(branches) > 1 else branches[0]

    def sequence(self) -> Node:
        items: list[Node] = []
        while self.peek() not in {"", "|", ")"}:
            items.append(self.repeated(self.atom()))
        return ("all", items)

    def atom(self) -> Node:
        character = self.peek()
        self.at += 1
        if character == "(":
            return self.group()
        if character == "[":
            return ("one", self.character_class())
        if character == ".":
            return ("one", lambda text: text not in _LINE_ENDS)
        if character in "^$":
            return ("edge", character)
        if character == "\\":
            return self.escape()
        if character in "*+?{}])":
            self.at -= 1
            raise self.fail()
        return ("one", character.__eq__)

    def group(self) -> Node:
        if self.peek() == "?" and not self.take("?:"):
            raise self.fail()
        inner = self.alternatives()
        if not self.take(")"):
            raise self.fail()
        return inner

    def escape(self) -> Node:
        if self.peek() in {"b", "B"}:
            self.at += 1
            return ("edge", "\\" + self.source[self.at - 1])
        meaning = self.escaped()
        return ("one", meaning if callable(meaning) else meaning.__eq__)

    def escaped(self) -> str | Test:
        character = self.peek()
        self.at += 1
        if character in _CLASSES:
            return _CLASSES[character]
        if character in _CONTROL:
            return _CONTROL[character]
        if character in {"u", "x"}:
            return self.code_point(4 if character == "u" else 2)
        if character == "" or character.isalnum():
            self.at -= 1
            raise self.fail()
        return character

    def code_point(self, length: int) -> str:
        digits = self.source[self.at : self.at + length]
        if len(digits) < length or not set(digits) <= _HEXADECIMAL:
            raise self.fail()
        self.at += length
        return chr(int(digits, 16))

    def character_class(self) -> Test:
        negated = self.take("^")
        singles: set[str] = set()
        ranges: list[tuple[str, str]] = []
        classes: list[Test] = []
        while not self.take("]"):
            low = self.class_member()
            if callable(low):
                classes.append(low)
            elif self.peek() == "-" and self.source[self.at + 1 : self.at + 2] not in {"]", ""}:
                self.at += 1
                high = self.class_member()
                if callable(high) or high < low:
                    raise self.fail()
                ranges.append((low, high))
            else:
                singles.add(low)

        def contains(character: str) -> bool:
            inside = (
                character in singles
                or any(low <= character <= high for low, high in ranges)
                or any(member(character) for member in classes)
            )
            return inside != negated

        return contains

    def class_member(self) -> str | Test:
        character = self.peek()
        self.at += 1
        if character == "":
            raise self.fail()
        if character != "\\":
            return character
        return "\b" if self.take("b") else self.escaped()

    def repeated(self, atom: Node) -> Node:
        bounds = self.bounds()
        if bounds is None:
            return atom
        if atom[0] == "edge":
            raise self.fail()
        # Lazy or greedy makes no difference to whether a text matches.
        self.take("?")
        if self.peek() and self.peek() in "*+?{":
            raise self.fail()
        return ("times", atom, *bounds)

    def bounds(self) -> tuple[int, int | None] | None:
        for sign, bounds in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self.take(sign):
                return bounds
        if not self.take("{"):
            return None
        low = self.number()
        high: int | None = low
        if self.take(","):
            high = None if self.peek() == "}" else self.number()
        if not self.take("}") or (high is not None and high < low):
            raise self.fail()
        return low, high

    def number(self) -> int:
        start = self.at
        while self.peek() in _DIGITS:
            self.at += 1
        if not 0 < self.at - start <= 4:
            raise self.fail()
        return int(self.source[start : self.at])


@dataclasses.dataclass(slots=True)
class _State:
    """Consumes one character that passes `test`, or passes freely to `free` where its edge condition holds."""

    test: Test | None = None
    edge: str = ""
    free: list[int] = dataclasses.field(default_factory=list)
    next: int = -1


class Pattern:
    """A compiled pattern; `matches` looks for it anywhere in a text, as `RegExp.test` does."""

    def __init__(self, source: str) -> None:
        """Raises PatternInvalid."""
        reader = _Reader(source)
        tree = reader.alternatives()
        if reader.at < len(source):
            raise reader.fail()
        self.source = source
        self._states: list[_State] = []
        self._end = self._add(_State())
        self._start = self._build(tree, self._end)

    def matches(self, text: str) -> bool:
        """Tell whether the pattern occurs in the text; text beyond the bound never matches."""
        if len(text) > MAX_CHARACTERS:
            return False
        present: set[int] = set()
        for at in range(len(text) + 1):
            reached = self._follow({*present, self._start}, text, at)
            if self._end in reached:
                return True
            if at < len(text):
                present = self._consume(reached, text[at])
        return False

    def _consume(self, states: Iterable[int], character: str) -> set[int]:
        found = (self._states[number] for number in states)
        return {state.next for state in found if state.test is not None and state.test(character)}

    def _follow(self, states: set[int], text: str, at: int) -> set[int]:
        reached, waiting = set(states), list(states)
        while waiting:
            state = self._states[waiting.pop()]
            if state.edge and not _at_edge(state.edge, text, at):
                continue
            for number in state.free:
                if number not in reached:
                    reached.add(number)
                    waiting.append(number)
        return reached

    def _add(self, state: _State) -> int:
        if len(self._states) >= MAX_STATES:
            raise PatternInvalid(0)
        self._states.append(state)
        return len(self._states) - 1

    def _build(self, node: Node, after: int) -> int:
        match node:
            case ("one", test):
                return self._add(_State(test=test, next=after))
            case ("edge", edge):
                return self._add(_State(edge=edge, free=[after]))
            case ("all", items):
                for item in reversed(items):
                    after = self._build(item, after)
                return after
            case ("any", branches):
                return self._add(_State(free=[self._build(branch, after) for branch in branches]))
            case (_, item, low, high):
                return self._repeat(item, low, high, after)
        raise AssertionError(node)

    def _repeat(self, item: Node, low: int, high: int | None, after: int) -> int:
        if high is None:
            loop = self._add(_State(free=[after]))
            self._states[loop].free.append(self._build(item, loop))
            after = loop
        else:
            leave = after
            for _ in range(high - low):
                after = self._add(_State(free=[self._build(item, after), leave]))
        for _ in range(low):
            start = self._build(item, after)
            if start == after:  # An empty group adds no state, so the bound on states would not end this.
                break
            after = start
        return after


def _at_edge(edge: str, text: str, at: int) -> bool:
    if edge == "^":
        return at == 0
    if edge == "$":
        return at == len(text)
    before = at > 0 and text[at - 1] in _WORD
    behind = at < len(text) and text[at] in _WORD
    return (before != behind) == (edge == "\\b")
