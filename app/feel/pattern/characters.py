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


def named(name: str) -> CharacterSet | None:
    """The characters of a Unicode category, `Lu` or `L`, or of a block, `IsBasicLatin`."""
    if name in _BLOCKS:
        first, last = _BLOCKS[name]
        return between(chr(first), chr(last))
    if name in _CATEGORIES:
        return lambda c: unicodedata.category(c).startswith(name)
    return None


_CATEGORIES = frozenset(
    [
        "L",
        "Lu",
        "Ll",
        "Lt",
        "Lm",
        "Lo",
        "M",
        "Mn",
        "Mc",
        "Me",
        "N",
        "Nd",
        "Nl",
        "No",
        "P",
        "Pc",
        "Pd",
        "Ps",
        "Pe",
        "Pi",
        "Pf",
        "Po",
        "Z",
        "Zs",
        "Zl",
        "Zp",
        "S",
        "Sm",
        "Sc",
        "Sk",
        "So",
        "C",
        "Cc",
        "Cf",
        "Co",
        "Cn",
    ]
)
# The blocks of the scripts our users write; Python knows no block names.
_BLOCKS = {
    "IsBasicLatin": (0x0000, 0x007F),
    "IsLatin-1Supplement": (0x0080, 0x00FF),
    "IsLatinExtended-A": (0x0100, 0x017F),
    "IsGreek": (0x0370, 0x03FF),
    "IsCyrillic": (0x0400, 0x04FF),
    "IsCJKSymbolsandPunctuation": (0x3000, 0x303F),
    "IsHiragana": (0x3040, 0x309F),
    "IsKatakana": (0x30A0, 0x30FF),
    "IsCJKUnifiedIdeographs": (0x4E00, 0x9FFF),
    "IsHangulSyllables": (0xAC00, 0xD7A3),
}


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
