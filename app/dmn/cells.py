"""The values that the cells of a column tell apart, each with the rules that take it.

Only cells are looked at whose meaning depends on nothing but the value that is asked about: literals, comparisons,
ranges and lists of them. Such a cell answers alike for all values between two of its literals, so it is enough to ask
it about every literal of the column and about one value in between; the cell itself says what it takes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from app.dmn.item_types import allowed
from app.dmn.table import Input, Rule
from app.feel import DEFAULT, FeelRuntimeError, UnaryTests
from app.feel.types import FeelType
from app.feel.values import BOOLEAN, FeelValue

_LITERAL = r'(?:"[^"\\]*"|-?\d+(?:\.\d+)?|true|false)'
_ITEM = rf"\s*(?:[\[\]\(]\s*{_LITERAL}\s*\.\.\s*{_LITERAL}\s*[\]\)\[]|(?:[<>!]?=|[<>])?\s*{_LITERAL})\s*"
_LIST = rf"{_ITEM}(?:,{_ITEM})*"
_PLAIN = re.compile(rf"\s*(?:{_LIST}|not\s*\({_LIST}\))\s*")
_LITERALS = re.compile(_LITERAL)
_TRUTH = ("true", "false")

MOST_LITERALS = 200
"""Of one column; more is a list that belongs elsewhere."""


@dataclass(frozen=True, slots=True)
class Part:
    """Values of a column that all rules treat alike: as a test in FEEL, and the rules that take them as bits.

    `named` is false for texts that stand nowhere in the column: there may be such, but nobody says so.
    """

    test: str
    rules: int
    named: bool = True


@dataclass(frozen=True, slots=True)
class Column:
    """The parts of a column, and the rules of which nobody can tell what they take (as bits)."""

    label: str
    parts: tuple[Part, ...]
    unknown: int


def column_of(column: Input, position: int, rules: Sequence[Rule]) -> Column:
    """Divide the values of a column by what its rules take."""
    everywhere = unknown = 0
    asking: list[tuple[int, UnaryTests]] = []
    for bit, rule in enumerate(rules):
        test = dict(rule.tests).get(position)
        if test is None:
            everywhere |= 1 << bit
        elif _PLAIN.fullmatch(test.source):
            asking.append((bit, test))
        else:
            unknown |= 1 << bit
    limits = column.allowed or allowed(column.expected)
    known = [limits] if limits is not None and _PLAIN.fullmatch(limits.source) else []
    literals = {found for test in (*(test for _, test in asking), *known) for found in _LITERALS.findall(test.source)}
    values = _values(literals, column.expected)
    if values is None:
        every = (1 << len(rules)) - 1
        return Column(column.label, (Part("-", everywhere),), every & ~everywhere)
    values = [value for value in values if all(_takes(limit, value.sample) for limit in known)]
    masks = [(value, everywhere | _bits(asking, value.sample)) for value in values]
    return Column(column.label, tuple(_merged(masks)), unknown)


@dataclass(frozen=True, slots=True)
class _Value:
    """A literal, or what lies between two: a value to ask about, its ends, and its place among all."""

    sample: FeelValue
    low: str
    high: str
    place: int


def _values(literals: set[str], expected: FeelType) -> list[_Value] | None:
    """What to ask the cells of a column about; None for a column of values that cannot be told apart like this."""
    if len(literals) > MOST_LITERALS:
        return None
    if (not literals and expected.name == BOOLEAN) or (literals and literals <= set(_TRUTH)):
        return [_Value(word == "true", word, word, place) for place, word in enumerate(_TRUTH)]
    if all(literal.startswith('"') for literal in literals):
        words = [_Value(word[1:-1], word, word, 2 * place) for place, word in enumerate(sorted(literals))]
        return [*words, _Value("".join(literals), "", "", -2)]
    if any(literal.startswith('"') or literal in _TRUTH for literal in literals):
        return None
    return list(_numbers(sorted(map(Decimal, literals))))


def _numbers(points: Sequence[Decimal]) -> Iterator[_Value]:
    """Every number, what lies between two of them, and what lies outside; between 3 and 4 there is no whole one."""
    whole = all(point == point.to_integral_value() for point in points)
    yield _Value(points[0] - 1, "", str(points[0]), 0)
    for place, (point, following) in enumerate(pairwise((*points, points[-1] + 2))):
        yield _Value(point, str(point), str(point), 2 * place + 1)
        if point == points[-1]:
            yield _Value(point + 1, str(point), "", 2 * place + 2)
        elif not whole or following - point > 1:
            yield _Value((point + following) / 2 if not whole else point + 1, str(point), str(following), 2 * place + 2)


def _bits(asking: Iterable[tuple[int, UnaryTests]], sample: FeelValue) -> int:
    return sum(1 << bit for bit, test in asking if _takes(test, sample))


def _takes(test: UnaryTests, sample: FeelValue) -> bool:
    try:
        return test.evaluate(sample, {}, environment=DEFAULT) is True
    except FeelRuntimeError:
        return False


def _merged(masks: Sequence[tuple[_Value, int]]) -> Iterator[Part]:
    """One part for each set of rules."""
    alike: dict[int, list[_Value]] = {}
    for value, rules in masks:
        alike.setdefault(rules, []).append(value)
    for rules, values in alike.items():
        named = [value for value in values if value.place >= 0]
        if len(alike) == 1:
            yield Part("-", rules)
        else:
            yield Part(", ".join(map(_worded, _runs(named))) or "…", rules, bool(named))


def _runs(values: Sequence[_Value]) -> Iterator[list[_Value]]:
    """Values that lie side by side."""
    run: list[_Value] = []
    for value in values:
        if run and value.place > run[-1].place + 1:
            yield run
            run = []
        run.append(value)
    if run:
        yield run


def _worded(run: Sequence[_Value]) -> str:
    """A run as a cell would be written: `5`, `> 5`, `[5..9)`."""
    first, last = run[0], run[-1]
    with_first, with_last = first.low == first.high, last.low == last.high
    if len(run) == 1 and with_first:
        return first.low
    if not first.low:
        return f"{'<=' if with_last else '<'} {last.high}"
    if not last.high:
        return f"{'>=' if with_first else '>'} {first.low}"
    return f"{'[' if with_first else '('}{first.low}..{last.high}{']' if with_last else ')'}"
