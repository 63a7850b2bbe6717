"""Process variables are JSON; FEEL values are richer. The two directions between them."""

from __future__ import annotations

import decimal
from collections.abc import Callable, Iterable, Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from app.feel.errors import FeelRuntimeError
from app.feel.numbers import DECIMAL128, to_decimal
from app.feel.rendering import render
from app.feel.temporal import Date, DateTime, Duration, Months, Offset, Temporal, Time
from app.feel.temporal.python import from_python
from app.feel.values import FeelValue, Function, Range

# FEEL can build a list that shares its parts and is small in memory but endless when written out.
MAX_JSON_CELLS = 200_000
MAX_JSON_DEPTH = 200
_MAX_INTEGER = 2**63 - 1
# So many digits fit into it, whichever they are.
_SURELY_INTEGER = 18

# What is a FEEL value already, whatever it contains.
PLAIN = frozenset({str, bool, type(None), DateTime, Date, Time, Duration, Months, Range})


def from_json(value: Any) -> FeelValue:
    """The FEEL value of a JSON value, or of anything a host hands over; what FEEL has no type for is null."""
    if type(value) in PLAIN:
        return value
    try:
        return CONVERSIONS.get(type(value), foreign)(value)
    except RecursionError:
        raise FeelRuntimeError("feel.json.too_large", params={"limit": MAX_JSON_CELLS}) from None


def _converted(value: Any) -> FeelValue:
    return value if type(value) in PLAIN else CONVERSIONS.get(type(value), foreign)(value)


def _integer(value: int) -> Decimal | None:
    try:
        return DECIMAL128.create_decimal(value)
    except decimal.DecimalException:
        return None


def _list(value: Iterable[Any]) -> list[FeelValue]:
    return [_converted(item) for item in value]


def _context(value: Mapping[Any, Any]) -> dict[str, FeelValue]:
    return {str(key): _converted(item) for key, item in value.items()}


CONVERSIONS: dict[type, Callable[[Any], FeelValue]] = {
    int: _integer,
    float: to_decimal,
    Decimal: lambda value: value if value.is_finite() else None,
    list: _list,
    dict: _context,
}


def foreign(value: Any) -> FeelValue:
    """Values of other types than JSON's own, such as those that are derived from them."""
    if isinstance(value, (int, float)):
        return to_decimal(value)
    if isinstance(value, (list, tuple)):
        return _list(value)
    if isinstance(value, Mapping):
        return _context(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, (date, time, timedelta)):
        return from_python(value)
    return value if isinstance(value, Function) else None


def to_json(value: FeelValue, *, regions: bool = False, limit: int = MAX_JSON_CELLS) -> Any:
    """The JSON value, as variables keep it. With `regions` the name of a moment's zone follows its offset,
    `+01:00[Europe/Paris]`, which other programs may not read. Raises for more than `limit` elements.
    """
    return _Writer(regions=regions, limit=limit).write(value, 0)


class _Writer:
    def __init__(self, *, regions: bool, limit: int) -> None:
        self.regions = regions
        self.limit = limit
        self.cells = 0

    def write(self, value: FeelValue, depth: int) -> Any:
        if value is None or type(value) in (str, bool):
            return value
        if isinstance(value, (list, dict)):
            return self._write_nested(value, depth + 1)
        if type(value) is Decimal:
            return number_to_json(value)
        if isinstance(value, Temporal):
            return render(_with_offset(value)) + (_region(value) if self.regions else "")
        if isinstance(value, Range):
            return render(value)
        raise FeelRuntimeError("feel.json.function")

    def _write_nested(self, value: list[FeelValue] | dict[str, FeelValue], depth: int) -> Any:
        self.cells += len(value)
        if self.cells > self.limit or depth > MAX_JSON_DEPTH:
            raise FeelRuntimeError("feel.json.too_large", params={"limit": self.limit})
        if isinstance(value, list):
            return [self.write(item, depth) for item in value]
        return {key: self.write(item, depth) for key, item in value.items()}


def _with_offset(value: Temporal) -> Temporal:
    """The value with the offset its region has then, since the text of a variable must be ISO 8601 for everybody."""
    if isinstance(value, DateTime) and value.zone is not None:
        return DateTime(value.wall, Offset(value.offset), value.offset)
    if isinstance(value, Time) and value.offset is not None:
        return Time(value.nanoseconds, Offset(value.offset))
    return value


def _region(value: Temporal) -> str:
    name = value.zone.name if isinstance(value, DateTime) and value.zone is not None else None
    return f"[{name}]" if name else ""


def number_to_json(value: Decimal) -> int | float:
    if value.adjusted() < _SURELY_INTEGER:
        whole = int(value)
        return whole if whole == value else float(value)
    if value == value.to_integral_value() and abs(value) <= _MAX_INTEGER:
        return int(value)
    number = float(value)
    if number in (float("inf"), float("-inf")):
        raise FeelRuntimeError("feel.json.number")
    return number
