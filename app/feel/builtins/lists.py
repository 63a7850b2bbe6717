"""Lists and what is computed over them."""

from __future__ import annotations

import functools
from decimal import Decimal
from typing import TYPE_CHECKING

from app.feel import values
from app.feel.arithmetic import divide
from app.feel.builtins.signature import builtin
from app.feel.comparison import Order, greater, less, same
from app.feel.numbers import DECIMAL128, ONE, ZERO, whole
from app.feel.rendering import NESTING_COST
from app.feel.temporal import Duration, Months
from app.feel.values import FeelValue, Function, kind

if TYPE_CHECKING:
    from app.feel.scope import Run

Items = list[FeelValue]


def _numbers(items: Items) -> list[Decimal] | None:
    """The items if there are some and all are numbers."""
    return items if items and all(type(item) is Decimal for item in items) else None


def _total(numbers: list[Decimal]) -> Decimal:
    return functools.reduce(DECIMAL128.add, numbers, ZERO)


def _all_are(items: Items, of: type) -> bool:
    return bool(items) and all(type(item) is of for item in items)


@builtin("count(list: list): number", examples=["count([1, 2, 3])"])
def count(_run: Run, items: Items) -> Decimal:
    return Decimal(len(items))


@builtin(
    "sum(*list: any): number|days and time duration|years and months duration",
    examples=["sum([120.50, 79.50])", "sum(1, 2, 3)", 'sum([duration("PT2H"), duration("PT30M")])'],
)
def sum_(_run: Run, items: Items) -> FeelValue:
    for duration in (Duration, Months):
        if _all_are(items, duration):
            return duration(sum(item.key for item in items))
    numbers = _numbers(items)
    return None if numbers is None else _total(numbers)


@builtin("product(*list: any): number", examples=["product([2, 3, 4])"])
def product(_run: Run, items: Items) -> FeelValue:
    numbers = _numbers(items)
    return None if numbers is None else functools.reduce(DECIMAL128.multiply, numbers, ONE)


@builtin("mean(*list: any): number|days and time duration|years and months duration", examples=["mean([1, 2, 6])"])
def mean(run: Run, items: Items) -> FeelValue:
    if _all_are(items, Duration) or _all_are(items, Months):
        return divide(run, sum_(run, items), Decimal(len(items)))
    numbers = _numbers(items)
    return None if numbers is None else _mean(numbers)


def _mean(numbers: list[Decimal]) -> Decimal:
    return DECIMAL128.divide(_total(numbers), Decimal(len(numbers)))


@builtin("median(*list: any): number", examples=["median([8, 2, 5, 3])"])
def median(_run: Run, items: Items) -> FeelValue:
    numbers = _numbers(items)
    if numbers is None:
        return None
    ordered, half = sorted(numbers), len(numbers) // 2
    return ordered[half] if len(ordered) % 2 else _mean(ordered[half - 1 : half + 1])


@builtin("stddev(*list: any): number", examples=["stddev([2, 4, 7, 5])"])
def stddev(_run: Run, items: Items) -> FeelValue:
    """The standard deviation of a sample."""
    numbers = _numbers(items)
    if numbers is None or len(numbers) < 2:
        return None
    middle = _mean(numbers)
    squares = [DECIMAL128.power(DECIMAL128.subtract(number, middle), 2) for number in numbers]
    return DECIMAL128.sqrt(DECIMAL128.divide(_total(squares), Decimal(len(numbers) - 1)))


@builtin("mode(*list: any): list<number>", examples=["mode([6, 3, 9, 6, 6])"])
def mode(_run: Run, items: Items) -> FeelValue:
    if not items:
        return []
    numbers = _numbers(items)
    if numbers is None:
        return None
    counts: dict[Decimal, int] = {}
    for number in numbers:
        counts[number] = counts.get(number, 0) + 1
    most = max(counts.values())
    return sorted(number for number, times in counts.items() if times == most)


def _extreme(items: Items, better: Order) -> FeelValue:
    if not items or kind(items[0]) not in values.ORDERED:
        return None
    best = items[0]
    for item in items[1:]:
        verdict = better(item, best)
        if verdict is None:
            return None
        if verdict:
            best = item
    return best


@builtin("min(*list: any): any", examples=["min([3, 1, 2])", 'min("b", "a")'])
def min_(_run: Run, items: Items) -> FeelValue:
    return _extreme(items, less)


@builtin("max(*list: any): any", examples=["max([3, 1, 2])", 'max(date("2026-01-01"), date("2026-03-01"))'])
def max_(_run: Run, items: Items) -> FeelValue:
    return _extreme(items, greater)


@builtin(
    "list contains(list: list, element: any): boolean", examples=['list contains(["battery", "charger"], "charger")']
)
def list_contains(run: Run, items: Items, element: FeelValue) -> bool:
    run.step(len(items))
    return any(same(run, item, element) for item in items)


@builtin("index of(list: list, match: any): list<number>", examples=['index of(["a", "b", "a"], "a")'])
def index_of(run: Run, items: Items, match: FeelValue) -> Items:
    run.step(len(items))
    return [Decimal(place) for place, item in enumerate(items, 1) if same(run, item, match)]


def _offset(position: Decimal, length: int) -> int | None:
    """The Python index of a FEEL position, which counts from one or, negative, from the end."""
    place = whole(position)
    if place == 0 or abs(place) > length:
        return None
    return place - 1 if place > 0 else length + place


@builtin(
    "sublist(list: list, start position: number, length?: number): list",
    examples=["sublist([1, 2, 3, 4], 2)", "sublist([1, 2, 3, 4], -3, 2)"],
)
def sublist(run: Run, items: Items, start: Decimal, length: Decimal | None = None) -> Items | None:
    first = _offset(start, len(items))
    if first is None:
        return None
    rest = len(items) - first
    wanted = rest if length is None else whole(length)
    if not 0 < wanted <= rest:
        return None
    run.allocate(wanted)
    return items[first : first + wanted]


@builtin("append(*list: arguments): list", examples=["append([1], 2, 3)"])
def append(run: Run, arguments: Items) -> Items | None:
    first, *rest = arguments
    if first is None:
        return None
    return [*(_joined(run, [first]) or []), *rest]


@builtin("append(list: list, items: any): list", examples=["append(list: [1, 2], items: 3)"])
def append_one(run: Run, items: Items, item: FeelValue) -> Items | None:
    """Arguments by name cannot be any number."""
    return append(run, [items, item])


@builtin("concatenate(*list: arguments): list", examples=["concatenate([1, 2], [2, 3])"], aliases={"lists": "list"})
def concatenate(run: Run, arguments: Items) -> Items | None:
    return _joined(run, arguments)


@builtin("union(*list: arguments): list", examples=["union([1, 2], [2, 3])"])
def union(run: Run, arguments: Items) -> Items | None:
    joined = _joined(run, arguments)
    return None if joined is None else _distinct(run, joined)


@builtin("insert before(list: list, position: number, newItem: any): list", examples=["insert before([1, 3], 2, 2)"])
def insert_before(run: Run, items: Items, position: Decimal, new: FeelValue) -> Items | None:
    place = _offset(position, len(items))
    if place is None:
        return None
    run.allocate(len(items) + 1)
    return [*items[:place], new, *items[place:]]


@builtin("remove(list: list, position: number): list", examples=["remove([1, 2, 3], 2)"])
def remove(run: Run, items: Items, position: Decimal) -> Items | None:
    place = _offset(position, len(items))
    if place is None:
        return None
    run.allocate(len(items))
    return [*items[:place], *items[place + 1 :]]


@builtin(
    "list replace(list: list, position: number, newItem: any): list",
    examples=['list replace(["a", "b", "c"], 2, "x")'],
)
def replace_at(run: Run, items: Items, position: Decimal, new: FeelValue) -> Items | None:
    place = _offset(position, len(items))
    if place is None:
        return None
    run.allocate(len(items))
    return [*items[:place], new, *items[place + 1 :]]


@builtin(
    "list replace(list: list, match: function, newItem: any): list",
    examples=["list replace([3, 7, 12], function(item, new) item > 10, 10)"],
)
def replace_matching(run: Run, items: Items, match: Function, new: FeelValue) -> Items | None:
    run.allocate(len(items))
    replaced = []
    for item in items:
        run.step()
        verdict = match.call(run, [item, new])
        if type(verdict) is not bool:
            return None
        replaced.append(new if verdict else item)
    return replaced


@builtin("reverse(list: list): list", examples=["reverse([1, 2, 3])"])
def reverse(run: Run, items: Items) -> Items:
    run.allocate(len(items))
    return items[::-1]


def _distinct(run: Run, items: Items) -> Items:
    kept: Items = []
    for item in items:
        run.step(len(kept) + 1)
        if not any(same(run, item, other) for other in kept):
            kept.append(item)
    return kept


@builtin("distinct values(list: list): list", examples=["distinct values([1, 2, 1, 3])"])
def distinct_values(run: Run, items: Items) -> Items:
    return _distinct(run, items)


@builtin("duplicate values(list: list): list", examples=["duplicate values([1, 2, 1, 3])"])
def duplicate_values(run: Run, items: Items) -> Items:
    run.step(len(items) ** 2)
    return _distinct(run, [x for x in items if sum(1 for y in items if same(run, x, y)) > 1])


def _joined(run: Run, lists: Items) -> Items | None:
    joined: Items = []
    for part in lists:
        if part is None:
            return None
        items = part if type(part) is list else [part]
        run.allocate(len(items))
        joined += items
    return joined


@builtin("flatten(list: list): list", examples=["flatten([1, [2, [3]]])"])
def flatten(run: Run, items: Items) -> Items:
    flat: Items = []
    for item in items:
        run.step()
        if type(item) is list:
            flat += flatten(run, item)
        else:
            run.allocate(1)
            flat.append(item)
    return flat


@builtin("sort(list: list): list", examples=["sort([3, 1, 2])"])
def sort(run: Run, items: Items) -> Items | None:
    """In natural order; a list of different kinds has none."""
    run.step(len(items))
    run.allocate(len(items))
    order = _natural
    if any(less(item, items[0]) is None for item in items):
        return None
    return sorted(items, key=functools.cmp_to_key(order))


def _natural(left: FeelValue, right: FeelValue) -> int:
    return -1 if less(left, right) else 1 if less(right, left) else 0


@builtin(
    "sort(list: list, precedes: function): list",
    examples=["sort([3, 1, 2], function(x, y) x > y)", "sort([{n: 2}, {n: 1}], function(x, y) x.n < y.n)"],
)
def sort_by(run: Run, items: Items, precedes: Function) -> Items:
    run.allocate(len(items))

    def order(left: FeelValue, right: FeelValue) -> int:
        run.step()
        if precedes.call(run, [left, right]) is True:
            return -1
        return 1 if precedes.call(run, [right, left]) is True else 0

    return sorted(items, key=functools.cmp_to_key(order))


@builtin("partition(list: list, size: number): list<list>", examples=["partition([1, 2, 3, 4, 5], 2)"])
def partition(run: Run, items: Items, size: Decimal) -> Items | None:
    step = whole(size)
    if step < 1:
        return None
    # A list takes as much room as some elements.
    run.allocate(len(items) + NESTING_COST * (len(items) // step + 1))
    return [items[start : start + step] for start in range(0, len(items), step)]


@builtin("is empty(list: list): boolean", examples=["is empty([])"])
def is_empty(_run: Run, items: Items) -> bool:
    return not items
