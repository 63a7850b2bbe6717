"""The two kinds of durations, which no number of days makes comparable: a month has 28 to 31."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from app.feel.numbers import DECIMAL128
from app.feel.temporal.base import Temporal

NANOSECONDS = 1_000_000_000
MILLISECOND = 1_000_000
DAY_SECONDS = 86_400
DAY = DAY_SECONDS * NANOSECONDS
# As in the engines this language is shared with; it is more than the whole calendar.
MAX_SECONDS = 2**63 - 1
MAX_MONTHS = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Duration(Temporal):
    """A days-and-time duration, in nanoseconds."""

    nanoseconds: int

    def __post_init__(self) -> None:
        if abs(self.nanoseconds) > MAX_SECONDS * NANOSECONDS:
            raise OverflowError(self.nanoseconds)

    @classmethod
    def of(cls, days: int = 0, hours: int = 0, minutes: int = 0, seconds: int = 0, nanoseconds: int = 0) -> Duration:
        return cls((days * DAY_SECONDS + hours * 3600 + minutes * 60 + seconds) * NANOSECONDS + nanoseconds)

    @classmethod
    def of_seconds(cls, seconds: Decimal) -> Duration:
        """The nearest duration to a number of seconds with any fraction."""
        # The limit comes first: the digits of an enormous number are costly to write out.
        if abs(seconds) > MAX_SECONDS:
            raise OverflowError(seconds)
        return cls(int((seconds * NANOSECONDS).to_integral_value(ROUND_HALF_EVEN)))

    @property
    def key(self) -> int:
        return self.nanoseconds

    @property
    def seconds(self) -> Decimal:
        return DECIMAL128.divide(Decimal(self.nanoseconds), NANOSECONDS)

    def __neg__(self) -> Duration:
        return Duration(-self.nanoseconds)

    def __abs__(self) -> Duration:
        return Duration(abs(self.nanoseconds))

    def __add__(self, other: Duration) -> Duration:
        return Duration(self.nanoseconds + other.nanoseconds)


@dataclass(frozen=True, slots=True)
class Months(Temporal):
    """A years-and-months duration."""

    total: int

    def __post_init__(self) -> None:
        if abs(self.total) > MAX_MONTHS:
            raise OverflowError(self.total)

    @classmethod
    def of_number(cls, total: Decimal) -> Months:
        """As many whole months as there are in a number of them."""
        if abs(total) > MAX_MONTHS:
            raise OverflowError(total)
        return cls(int(total))

    @property
    def key(self) -> int:
        return self.total

    def __neg__(self) -> Months:
        return Months(-self.total)

    def __abs__(self) -> Months:
        return Months(abs(self.total))

    def __add__(self, other: Months) -> Months:
        return Months(self.total + other.total)
