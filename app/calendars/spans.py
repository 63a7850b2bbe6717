"""Spans as people write them: `4 wh`, `2 wd`, `30 min`, `1 h`, `3 d`."""

import dataclasses
import datetime as dt
import re
from decimal import Decimal

from app.calendars.errors import CalendarError

UNITS = ("wh", "wd", "min", "h", "d")
_WRITTEN = re.compile(r"\s*(\d{1,6}(?:\.\d{1,4})?)\s*([A-Za-z]+)\s*")
_SECONDS = {"wh": 3600, "min": 60, "h": 3600, "d": 86_400}


@dataclasses.dataclass(frozen=True, slots=True)
class Span:
    """An amount and its unit: working hours and days run only while the company works, the others always."""

    amount: Decimal
    unit: str

    @property
    def works(self) -> bool:
        """Whether only working time counts."""
        return self.unit in {"wh", "wd"}

    @property
    def length(self) -> dt.timedelta:
        """The time it takes; a working day has none of its own, because days differ."""
        return dt.timedelta(microseconds=int(self.amount * _SECONDS[self.unit] * 1_000_000))

    def __str__(self) -> str:
        return f"{self.amount.normalize():f} {self.unit}"


def parse_span(text: str) -> Span:
    """Read `4 wh`. Raises CalendarError with the units there are."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise CalendarError("calendars.no_span", text=text[:60], units=", ".join(UNITS))
    amount, unit = Decimal(found[1]), found[2]
    if unit not in UNITS:
        raise CalendarError("calendars.unknown_unit", unit=unit[:20], units=", ".join(UNITS))
    if unit == "wd" and amount != int(amount):
        raise CalendarError("calendars.broken_day", text=text.strip())
    return Span(amount, unit)
