"""One fact."""

import datetime as dt
import typing as t

Fact = dict[str, t.Any]
NOBODY = "none"
"""The source of what nobody has on file."""


def fact(value: t.Any, source: str, day: dt.date | None = None, **more: t.Any) -> Fact:
    """Return a fact with where it comes from and the day it is from."""
    return {"value": value, "source": source if value is not None else NOBODY, "date": iso(day), **more}


def iso(day: dt.date | None) -> str | None:
    """Return a day as ISO text."""
    return day.isoformat() if day else None
