"""Sets of characters, as predicates."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable

CharacterSet = Callable[[str], bool]


def single(character: str) -> CharacterSet:
    return lambda c: c == character


def between(first: str, last: str) -> CharacterSet:
    return lambda c: first <= c <= last


def any_of(sets: Iterable[CharacterSet]) -> CharacterSet:
    members = tuple(sets)
    return members[0] if len(members) == 1 else lambda c: any(member(c) for member in members)


def none_of(members: CharacterSet) -> CharacterSet:
    return lambda c: not members(c)


def minus(members: CharacterSet, removed: CharacterSet) -> CharacterSet:
    return lambda c: members(c) and not removed(c)


def ignoring_case(members: CharacterSet) -> CharacterSet:
    return lambda c: members(c) or members(c.lower()) or members(c.upper())


def category(name: str) -> CharacterSet:
    """The characters of a Unicode category such as `Lu` or `L`."""
    return lambda c: unicodedata.category(c).startswith(name)


def everything(_character: str) -> bool:
    return True


def not_a_line_end(character: str) -> bool:
    return character not in "\n\r"


def _space(character: str) -> bool:
    return character in " \t\n\r"


def _digit(character: str) -> bool:
    return unicodedata.category(character) == "Nd"


def _word(character: str) -> bool:
    return unicodedata.category(character)[0] not in "PZC"


def _name_start(character: str) -> bool:
    return character.isalpha() or character in "_:"


def _name_part(character: str) -> bool:
    return character.isalnum() or character in "_:-.\u00b7"


ESCAPES: dict[str, CharacterSet] = {
    "s": _space,
    "d": _digit,
    "w": _word,
    "i": _name_start,
    "c": _name_part,
    "S": none_of(_space),
    "D": none_of(_digit),
    "W": none_of(_word),
    "I": none_of(_name_start),
    "C": none_of(_name_part),
}
LITERAL_ESCAPES: dict[str, str] = {
    "n": "\n",
    "r": "\r",
    "t": "\t",
    **{c: c for c in "\\|.?*+(){}-[]^$"},
}
