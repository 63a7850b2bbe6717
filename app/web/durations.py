"""Time in words: what is left, what is over, when something happens. The exact time stands beside it on the page."""

import dataclasses
import datetime as dt
import functools
import typing as t
from zoneinfo import ZoneInfo

from babel.dates import get_day_names, get_month_names

from app.i18n import language
from app.i18n import text as _

SOON = dt.timedelta(hours=3)
MINUTE = dt.timedelta(minutes=1)


@dataclasses.dataclass(frozen=True)
class Deadline:
    """A deadline as a chip shows it.

    Attributes:
        state: ok, soon, late, hold or done; chooses icon and colour.
        text: what is left or over, or the time when it is far away.
        exact: day and time in words, for the second line and the tooltip.
    """

    state: str
    text: str
    exact: str


def deadline(due: dt.datetime, now: dt.datetime, zone: ZoneInfo) -> Deadline:
    """Judge a deadline against the present moment."""
    exact = moment(due, now, zone)
    left = due - now
    if left < dt.timedelta(0):
        return Deadline("late", _("%(time)s over", time=span(-left)), exact)
    if left < SOON:
        return Deadline("soon", _("%(time)s left", time=span(left)), exact)
    return Deadline("ok", exact, exact)


def span(length: dt.timedelta) -> str:
    """Say a length in its two largest units: `1 h 20 min`, `2 d 3 h`, `40 min`."""
    minutes = max(0, int(length / MINUTE))
    days, minutes = divmod(minutes, 24 * 60)
    hours, minutes = divmod(minutes, 60)
    if days:
        return _("%(days)d d %(hours)d h", days=days, hours=hours) if hours else _("%(days)d d", days=days)
    if hours:
        return (
            _("%(hours)d h %(minutes)02d min", hours=hours, minutes=minutes)
            if minutes
            else _("%(hours)d h", hours=hours)
        )
    return _("%(minutes)d min", minutes=minutes)


def moment(when: dt.datetime, now: dt.datetime, zone: ZoneInfo) -> str:
    """Say day and time as near as they are: `today 14:52`, `yesterday 09:10`, `Wed 12:00`, `24 Nov 12:00`."""
    local = when.astimezone(zone)
    clock = local.time().isoformat("minutes")
    days = (local.date() - now.astimezone(zone).date()).days
    if days == 0:
        return _("today %(clock)s", clock=clock)
    if days == -1:
        return _("yesterday %(clock)s", clock=clock)
    if 0 < days < 7:
        return f"{weekday(local.date())} {clock}"
    return f"{day(local.date(), now.astimezone(zone).date())} {clock}"


def day(date: dt.date, today: dt.date) -> str:
    """Say a day: `24 Nov`, and with the year when it is not this one (`2027-03-11`)."""
    if date.year != today.year:
        return date.isoformat()
    if language() == "zh":
        return f"{date.month} 月 {date.day} 日"
    return f"{date.day} {_months()[date.month]}"


def weekday(date: dt.date) -> str:
    """Say the day of the week: `Wed`, `周三`."""
    return _weekdays(language())[date.weekday()]


@functools.cache
def _months() -> t.Mapping[int, str]:
    return get_month_names("abbreviated", locale="en")


@functools.cache
def _weekdays(language: str) -> t.Mapping[int, str]:
    return get_day_names("abbreviated", locale=language)


def date_text(when: dt.datetime | dt.date, zone: ZoneInfo) -> str:
    """Write a day as data: `2026-03-12`."""
    return when.astimezone(zone).date().isoformat() if isinstance(when, dt.datetime) else when.isoformat()


def time_text(when: dt.datetime, zone: ZoneInfo) -> str:
    """Write a moment as data: `2026-03-12 14:52`."""
    return when.astimezone(zone).strftime("%Y-%m-%d %H:%M")
