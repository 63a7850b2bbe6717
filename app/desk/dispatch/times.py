"""What visits last and the ways to them need, as the table says that process owners keep."""

import dataclasses
import datetime as dt
import typing as t
from collections.abc import Iterable, Mapping

from app import engine
from app.errors import FirstlineError
from app.people.person import Person

DECISION = "field_visit_times"
LONGEST = 24 * 60
"""Minutes; a visit that is said to last longer is taken for a slip."""


@dataclasses.dataclass(frozen=True)
class VisitTimes:
    """What a visit is taken to last, and what the way to it is taken to need."""

    lasts: dt.timedelta = dt.timedelta(minutes=90)
    travel: dt.timedelta = dt.timedelta(minutes=30)


USUAL = VisitTimes()
"""Where the table says nothing that can be used, or an installation has none."""


def times_of(person: Person, service_types: Iterable[str]) -> dict[str, VisitTimes]:
    """Return the times of each kind of service; the newest version of the table is asked once per kind."""
    return {one: _times(person, one) for one in sorted(set(service_types))}


def _times(person: Person, service_type: str) -> VisitTimes:
    try:
        said = engine.evaluate_decision(person, {"service_type": service_type or None}, decision_id=DECISION).value
    except FirstlineError:
        return USUAL
    return VisitTimes(_minutes(said, "visit_minutes", USUAL.lasts), _minutes(said, "travel_minutes", USUAL.travel))


def _minutes(said: t.Any, name: str, usual: dt.timedelta) -> dt.timedelta:
    value = said.get(name) if isinstance(said, Mapping) else None
    if isinstance(value, int | float) and 0 <= value <= LONGEST:
        return dt.timedelta(minutes=value)
    return usual
