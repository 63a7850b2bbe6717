"""Working time, computed on a table of all working windows, so that any question is one binary search."""

import dataclasses
import datetime as dt
import functools
import itertools
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from app.calendars.days import ALL_WEEK, OFFICE_WEEK, Reason, Shifts, SpecialDay, Week
from app.calendars.errors import CalendarError
from app.calendars.spans import Span

FIRST_YEAR = 2015
LAST_YEAR = 2045
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_TICK = dt.timedelta(microseconds=1)
_MINUTE = 60_000_000
_DAY = 1440 * _MINUTE


@dataclasses.dataclass(frozen=True, slots=True)
class Windows:
    """Every stretch of working time in order, in microseconds since 1970.

    Kept in arrays, because a company has as many of these tables as its units have ways of working.

    Attributes:
        starts, ends: the stretches themselves.
        done: working time of all stretches up to and including each.
        days: working days in order, and in `first` the number of each one's first stretch.
    """

    starts: Sequence[int]
    ends: Sequence[int]
    done: Sequence[int]
    days: tuple[dt.date, ...]
    first: Sequence[int]


@dataclasses.dataclass(frozen=True)
class Calendar:
    """When the company or one of its units works.

    Attributes:
        zone: the zone its hours are in.
        week: hours of each day of an ordinary week, Monday first.
        special: days that do not follow the week.
    """

    zone: ZoneInfo
    week: Week = OFFICE_WEEK
    special: Mapping[dt.date, SpecialDay] = dataclasses.field(default_factory=dict, repr=False)
    first_year: int = FIRST_YEAR
    last_year: int = LAST_YEAR

    def shifts_on(self, day: dt.date) -> Shifts:
        """Return the working hours of a day; none means closed."""
        special = self.special.get(day)
        if special is not None:
            return special.shifts
        return self.week[day.weekday()]

    def reason_on(self, day: dt.date) -> Reason:
        """Return why the day is open or closed."""
        special = self.special.get(day)
        return special.reason if special is not None else Reason.WEEK

    def local(self, moment: dt.datetime) -> dt.datetime:
        """Return the moment in this zone; one without a zone was read off a clock on the wall here."""
        return moment.astimezone(self.zone) if moment.tzinfo else moment.replace(tzinfo=self.zone)

    def is_working(self, moment: dt.datetime) -> bool:
        """Tell whether work goes on at this moment; the moment of closing is no longer working time."""
        at = self._instant(moment)
        number = bisect_right(self._windows.starts, at) - 1
        return number >= 0 and at < self._windows.ends[number]

    def due(self, start: dt.datetime, span: Span) -> dt.datetime:
        """Return the moment, in the company's zone, at which a span that begins at `start` has passed.

        Working days: the same hour on the n-th working day after; counted from closed time, the close of the
        n-th working day. So a deadline never lies in closed time, and an earlier start is never due later.
        """
        start = self.local(start)
        if span.unit == "wd":
            moment = self._add_days(start, int(span.amount))
        elif span.unit == "wh":
            moment = self.add(start, span.length)
        else:
            # Python adds to the wall clock unless told otherwise; an hour is an hour when clocks change.
            moment = start.astimezone(dt.UTC) + span.length
        return self.local(moment)

    def add(self, start: dt.datetime, work: dt.timedelta) -> dt.datetime:
        """Return the first moment at which this much working time has passed since `start`."""
        if work < dt.timedelta():
            raise CalendarError("calendars.negative")
        if not work:
            return start
        return self._after(self._worked(self._instant(start)) + work // _TICK)

    def back(self, end: dt.datetime, work: dt.timedelta) -> dt.datetime:
        """Return the first moment since which no more than this much working time has passed at `end`."""
        return self._after(self._worked(self._instant(end)) - work // _TICK)

    def measure(self, start: dt.datetime, end: dt.datetime) -> dt.timedelta:
        """Return the working time between two moments, negative when the end is earlier."""
        return (self._worked(self._instant(end)) - self._worked(self._instant(start))) * _TICK

    def next_opening(self, moment: dt.datetime) -> dt.datetime:
        """Return the moment itself when work goes on, else when it next begins."""
        if self.is_working(moment):
            return moment
        number = bisect_right(self._windows.starts, self._instant(moment))
        if number >= len(self._windows.starts):
            raise self._outside(moment)
        return self._moment(self._windows.starts[number])

    def is_working_day(self, day: dt.date) -> bool:
        """Tell whether the company works on that day at all."""
        if not self.first_year <= day.year <= self.last_year:
            raise self._outside(dt.datetime.combine(day, dt.time()))
        return bool(self.shifts_on(day))

    def working_days_of_month(self, day: dt.date) -> tuple[dt.date, ...]:
        """Return the working days of the month in which a day lies."""
        self.is_working_day(day)
        days = self._windows.days
        first = day.replace(day=1)
        following = (first + dt.timedelta(days=31)).replace(day=1)
        return days[bisect_left(days, first) : bisect_left(days, following)]

    def _add_days(self, start: dt.datetime, days: int) -> dt.datetime:
        """1. Count from the next opening. 2. Find its working day and how far that has got.
        3. Go n days on to the same point; from the very beginning of a day that is the end of the day before.
        """
        if days == 0:
            return start
        windows = self._windows
        opening = self.next_opening(start)
        day = bisect_right(windows.days, self.local(opening).date()) - 1
        before = self._before(windows.first[day])
        position = self._worked(self._instant(opening)) - before
        target = day + days if position else day + days - 1
        if target + 1 >= len(windows.days):
            raise self._outside(start)
        begin, end = self._before(windows.first[target]), self._before(windows.first[target + 1])
        return self._after(min(begin + position, end) if position else end)

    def _before(self, window: int) -> int:
        return self._windows.done[window - 1] if window else 0

    def _worked(self, at: int) -> int:
        """Working time from the beginning of the table to an instant."""
        windows = self._windows
        number = bisect_right(windows.starts, at) - 1
        if number < 0 or at > windows.ends[-1]:
            raise self._outside(self._moment(at))
        return self._before(number) + min(at, windows.ends[number]) - windows.starts[number]

    def _after(self, work: int) -> dt.datetime:
        """The first moment at which this much work is done, counted from the beginning of the table."""
        windows = self._windows
        number = bisect_left(windows.done, work)
        if number >= len(windows.done):
            raise CalendarError("calendars.outside", first=self.first_year, last=self.last_year)
        return self._moment(windows.ends[number] - (windows.done[number] - work))

    def _instant(self, moment: dt.datetime) -> int:
        return (self.local(moment) - _EPOCH) // _TICK

    def _moment(self, at: int) -> dt.datetime:
        return (_EPOCH + at * _TICK).astimezone(self.zone)

    def _outside(self, moment: dt.datetime) -> CalendarError:
        return CalendarError("calendars.outside", first=self.first_year, last=self.last_year, moment=moment.isoformat())

    @functools.cached_property
    def _windows(self) -> Windows:
        starts: list[int] = []
        ends: list[int] = []
        days: list[dt.date] = []
        first: list[int] = []
        day, last = dt.date(self.first_year, 1, 1), dt.date(self.last_year, 12, 31)
        midnight = self._local(day, 0)
        while day <= last:
            following = day + dt.timedelta(days=1)
            next_midnight = self._local(following, 0)
            # On a day of 24 hours every clock time is as far from midnight as it says; asking the zone takes long.
            plain = next_midnight - midnight == _DAY
            shifts = self.shifts_on(day)
            if shifts:
                days.append(day)
                first.append(len(starts))
            for shift in shifts:
                starts.append(midnight + shift.opens * _MINUTE if plain else self._local(day, shift.opens))
                ends.append(midnight + shift.closes * _MINUTE if plain else self._local(day, shift.closes))
            day, midnight = following, next_midnight
        done = itertools.accumulate(end - start for start, end in zip(starts, ends, strict=True))
        return Windows(array("q", starts), array("q", ends), array("q", done), tuple(days), array("q", first))

    def _local(self, day: dt.date, minutes: int) -> int:
        """The instant of a local time; 1440 minutes are the next midnight, whatever the clocks do that day."""
        extra, minute = divmod(minutes, 1440)
        clock = dt.time(minute // 60, minute % 60)
        return self._instant(dt.datetime.combine(day + dt.timedelta(days=extra), clock, self.zone))


@functools.lru_cache(maxsize=4)
def around_the_clock(zone: ZoneInfo) -> Calendar:
    """Return the 24×7 clock of contracts that cover non-working days."""
    return Calendar(zone, ALL_WEEK)
