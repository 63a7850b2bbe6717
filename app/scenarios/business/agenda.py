"""What people intend to do and when: every open task and every awaited answer is noticed once and given a time."""

import collections
import datetime as dt
import random
import typing as t
from collections.abc import Sequence

import sqlalchemy as sa

from app import calendars
from app.db import db
from app.engine.models import MessageSubscription, UserTask
from app.scenarios.business.habits import Habits, Kind

STEP = 15
"""Working minutes from one look at the clock to the next. Shorter steps change little and cost statements."""


class Item(t.NamedTuple):
    """Something somebody will do."""

    kind: Kind
    key: int


def working_moments(start: dt.datetime, days: int) -> list[dt.datetime]:
    """Return every STEP working minutes of so many calendar days."""
    calendar = calendars.for_app()
    end = start + dt.timedelta(days=days)
    count = calendar.measure(start, end) // dt.timedelta(minutes=STEP)
    return [calendar.add(start, dt.timedelta(minutes=STEP) * number) for number in range(1, count + 1)]


class Agenda:
    """Items by the number of the working moment at which they are done."""

    def __init__(self, habits: Habits, dice: random.Random) -> None:
        self._habits = habits
        self._dice = dice
        self._items: dict[int, list[Item]] = collections.defaultdict(list)
        self._last = {"task": 0, "answer": 0}

    def at(self, moment: int) -> Sequence[Item]:
        """Take what is to be done at a moment."""
        return self._items.pop(moment, ())

    def put_off(self, item: Item, moment: int) -> None:
        """Do something at another moment."""
        self._items[moment].append(item)

    def look(self, moment: int) -> None:
        """Notice what has come up since the last look. Keys grow, so each look reads new rows only."""
        tasks = sa.select(UserTask.key, UserTask.element_id).where(UserTask.key > self._last["task"])
        self._notice("task", tasks.where(UserTask.state == "created").order_by(UserTask.key), moment)
        waits = sa.select(MessageSubscription.key, MessageSubscription.element_id).where(
            MessageSubscription.key > self._last["answer"], MessageSubscription.record_role.is_not(None)
        )
        self._notice("answer", waits.order_by(MessageSubscription.key), moment)

    def _notice(self, kind: Kind, query: sa.Select[int, str], moment: int) -> None:
        for key, element in db.session.execute(query):
            self._last[kind] = key
            minutes = self._habits.pace(element, kind).minutes(self._dice)
            if minutes is not None:
                self._items[moment + 1 + minutes // STEP].append(Item(kind, key))
