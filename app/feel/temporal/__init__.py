"""Dates, times and durations as the standard has them: years from -999999999 to 999999999, nanoseconds, offsets and
regions. Python's own, which end at the year 9999 and at microseconds, are met only in `python`.
"""

from app.feel.temporal.base import Temporal
from app.feel.temporal.dates import Date
from app.feel.temporal.durations import DAY, NANOSECONDS, Duration, Months
from app.feel.temporal.moments import DateTime, midnight
from app.feel.temporal.times import Time
from app.feel.temporal.zones import UTC_ZONE, Offset, Region, Zone, zone_named

__all__ = [
    "DAY",
    "NANOSECONDS",
    "UTC_ZONE",
    "Date",
    "DateTime",
    "Duration",
    "Months",
    "Offset",
    "Region",
    "Temporal",
    "Time",
    "Zone",
    "midnight",
    "zone_named",
]
