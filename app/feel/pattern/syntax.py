"""The text of a pattern to a tree."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from app.feel.pattern import characters
from app.feel.pattern.characters import CharacterSet

MAX_LENGTH = 10_000
"""Reading a longer one takes a good part of a second, only to find that it makes too long a program."""
MAX_DEPTH = 50
MAX_REPEAT = 1000
FLAGS = frozenset("smixq")
_COUNT = re.compile(r"\{(\d+)(?:(,)(\d*))?\}", re.ASCII)
_DIGITS = re.compile(r"[1-9]\d{0,3}", re.ASCII)
_CATEGORY = re.compile(r"\{([\w-]+)\}", re.ASCII)
_SPACE_OUTSIDE_CLASSES = re.compile(r"(\[(?:[^\]\\]|\\.)*\])|[ \t\n\r]+")


class PatternError(ValueError):
    """The text is no pattern, or one that is too large."""


@dataclass(frozen=True, slots=True)
class Part:
    pass


@dataclass(frozen=True, slots=True)
class One(Part):
    members: CharacterSet


@dataclass(frozen=True, slots=True)
class Edge(Part):
    """`^` or `$`; `each_line` under the flag m."""

    start: bool
    each_line: bool


@dataclass(frozen=True, slots=True)
class Back(Part):
    """What a group has matched, once more."""

    group: int
    any_case: bool


@dataclass(frozen=True, slots=True)
class Sequence(Part):
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Choice(Part):
    branches: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Group(Part):
    number: int
    part: Part


@dataclass(frozen=True, slots=True)
class Repeat(Part):
    part: Part
    least: int
    most: int | None
    greedy: bool


@dataclass(slots=True)
class Reader:
    text: str
    flags: str = ""
    at: int = 0
    depth: int = 0
    groups: int = field(default=0)
    closed: set[int] = field(default_factory=set)

    def read(self) -> Part:
        if "q" in self.flags:
            return Sequence(tuple(self._one(characters.single(c)) for c in self.text))
        part = self._choice()
        if self.at < len(self.text):
            raise PatternError(self.text)
        return part

    def __post_init__(self) -> None:
        if "x" in self.flags:
            self.text = _SPACE_OUTSIDE_CLASSES.sub(lambda match: match[1] or "", self.text)

    def _peek(self) -> str:
        return self.text[self.at] if self.at < len(self.text) else ""

    def _take(self, wanted: str) -> bool:
        if self._peek() == wanted:
            self.at += 1
            return True
        return False

    def _one(self, members: CharacterSet) -> One:
        return One(characters.ignoring_case(members) if "i" in self.flags else members)

    def _choice(self) -> Part:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise PatternError(self.text)
        branches = [self._sequence()]
        while self._take("|"):
            branches.append(self._sequence())
        self.depth -= 1
        return branches[0] if len(branches) == 1 else Choice(tuple(branches))

    def _sequence(self) -> Part:
        parts: list[Part] = []
        while self._peek() not in ("", "|", ")"):
            parts.append(self._repeated(self._atom()))
        return Sequence(tuple(parts))

    def _repeated(self, part: Part) -> Part:
        sign = self._peek()
        if sign in ("*", "+", "?") and sign:
            self.at += 1
            least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign]
        elif sign == "{":
            least, most = self._count()
        else:
            return part
        greedy = not self._take("?")
        if self._peek() in ("*", "+", "?", "{") and self._peek():
            raise PatternError(self.text)
        return Repeat(part, least, most, greedy)

    def _count(self) -> tuple[int, int | None]:
        match = _COUNT.match(self.text, self.at)
        if match is None:
            raise PatternError(self.text)
        self.at = match.end()
        least = int(match[1][:9])
        most = least if not match[2] else int(match[3][:9]) if match[3] else None
        if max(least, most or 0) > MAX_REPEAT or (most is not None and most < least):
            raise PatternError(self.text)
        return least, most

    def _atom(self) -> Part:
        character = self._peek()
        self.at += 1
        match character:
            case "(":
                return self._group()
            case "[":
                return One(self._class())
            case ".":
                return One(characters.everything if "s" in self.flags else characters.not_a_line_end)
            case "^" | "$":
                return Edge(start=character == "^", each_line="m" in self.flags)
            case "\\":
                return self._back() if self._peek().isdecimal() else self._one(self._escape())
            case "*" | "+" | "?" | "{" | "}" | "]":
                raise PatternError(self.text)
        return self._one(characters.single(character))

    def _back(self) -> Part:
        """As many digits as still name a group that is complete: a 12 may be group 1 and a 2."""
        match = _DIGITS.match(self.text, self.at)
        digits = match[0] if match else ""
        while len(digits) > 1 and int(digits) > self.groups:
            digits = digits[:-1]
        if not digits or int(digits) not in self.closed:
            raise PatternError(self.text)
        self.at += len(digits)
        return Back(int(digits), "i" in self.flags)

    def _group(self) -> Part:
        if self._take("?"):
            if not self._take(":"):
                raise PatternError(self.text)
            part = self._choice()
        else:
            self.groups += 1
            number = self.groups
            part = Group(number, self._choice())
            self.closed.add(number)
        if not self._take(")"):
            raise PatternError(self.text)
        return part

    def _escape(self) -> CharacterSet:
        character = self.text[self.at : self.at + 1]
        self.at += 1
        if character in characters.ESCAPES:
            return characters.ESCAPES[character]
        if character in ("p", "P") and character:
            match = _CATEGORY.match(self.text, self.at)
            if match is None:
                raise PatternError(self.text)
            self.at = match.end()
            members = characters.named(match[1])
            if members is None:
                raise PatternError(self.text)
            return members if character == "p" else characters.none_of(members)
        if character not in characters.LITERAL_ESCAPES:
            raise PatternError(self.text)
        return characters.single(characters.LITERAL_ESCAPES[character])

    # -- character classes

    def _class(self) -> CharacterSet:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise PatternError(self.text)
        negated = self._class_take("^")
        members: list[CharacterSet] = []
        removed: CharacterSet | None = None
        while not self._class_take("]"):
            if members and self.text.startswith("-[", self.at):
                self.at += 2
                removed = self._class()
                if not self._class_take("]"):
                    raise PatternError(self.text)
                break
            members.append(self._class_item())
        if not members:
            raise PatternError(self.text)
        self.depth -= 1
        found = characters.any_of(members)
        # Case is ignored before the class is negated: under the flag i, `[^q]` does not match a Q.
        found = characters.ignoring_case(found) if "i" in self.flags else found
        found = characters.none_of(found) if negated else found
        return characters.minus(found, removed) if removed else found

    def _class_take(self, wanted: str) -> bool:
        if self.text.startswith(wanted, self.at):
            self.at += len(wanted)
            return True
        return False

    def _class_item(self) -> CharacterSet:
        first = self._class_character()
        if not isinstance(first, str):
            return first
        is_range = self.text.startswith("-", self.at) and self.text[self.at + 1 : self.at + 2] not in ("]", "[", "")
        if not is_range:
            return characters.single(first)
        self.at += 1
        last = self._class_character()
        if not isinstance(last, str) or last < first:
            raise PatternError(self.text)
        return characters.between(first, last)

    def _class_character(self) -> str | CharacterSet:
        character = self.text[self.at : self.at + 1]
        if character in ("", "["):
            raise PatternError(self.text)
        self.at += 1
        if character != "\\":
            return character
        escaped = self.text[self.at : self.at + 1]
        if escaped in characters.LITERAL_ESCAPES:
            self.at += 1
            return characters.LITERAL_ESCAPES[escaped]
        return self._escape()
