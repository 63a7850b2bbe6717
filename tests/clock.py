"""The fixed day on which the tests' company works."""

import datetime as dt

NOON = dt.datetime(2026, 3, 11, 4, 0, tzinfo=dt.UTC)
"""Wednesday 2026-03-11, 12:00 in Shanghai."""
