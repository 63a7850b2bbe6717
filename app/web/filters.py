"""Template filters over the words of `durations` and `marks`, in the company's time zone."""

import datetime as dt
import typing as t
from zoneinfo import ZoneInfo

from flask import Flask

from app import clock
from app.web import durations, marks


def init_app(app: Flask, zone_name: str) -> None:
    """Give templates `deadline`, `moment`, `span`, `day`, `date`, `time`, `money`, `initials` and `avatar_colour`."""
    zone = ZoneInfo(zone_name)

    def deadline(due: dt.datetime) -> durations.Deadline:
        return durations.deadline(due, clock.now(), zone)

    def moment(when: dt.datetime) -> str:
        return durations.moment(when, clock.now(), zone)

    def day(when: dt.datetime | dt.date) -> str:
        date = when.astimezone(zone).date() if isinstance(when, dt.datetime) else when
        return durations.day(date, clock.now().astimezone(zone).date())

    def date(when: dt.datetime | dt.date) -> str:
        return durations.date_text(when, zone)

    def time(when: dt.datetime) -> str:
        return durations.time_text(when, zone)

    filters: dict[str, t.Callable[..., t.Any]] = {
        "deadline": deadline,
        "moment": moment,
        "span": durations.span,
        "day": day,
        "date": date,
        "time": time,
        "money": marks.money,
        "initials": marks.initials,
        "avatar_colour": marks.avatar_colour,
    }
    app.jinja_env.filters.update(filters)
