"""A stretch of business from its first day to its last."""

import random
import typing as t
from collections.abc import Callable

from flask import Flask

from app.clock import SetClock
from app.db import db
from app.engine.models import MessageSubscription, UserTask
from app.errors import Conflict, FirstlineError
from app.feel import FeelError
from app.scenarios.business.acting import Acting
from app.scenarios.business.agenda import Agenda, Item, working_moments
from app.scenarios.business.habits import Habits
from app.scenarios.business.market import open_market
from app.scenarios.business.refusal import Refusal
from app.scenarios.business.staff import Staff
from app.scenarios.problems import Problem, of_error
from app.scenarios.stage import Stage

TRIES = 3
"""How often somebody tries what is refused before it is left alone."""
LATER = 8
"""Working moments after which somebody tries again."""


class Business:
    """Requests arrive, tasks are done, answers come, timers fire. Needs an app context and a founded company."""

    def __init__(self, app: Flask, clock: SetClock, habits: Habits, seed: int) -> None:
        self._dice = random.Random(seed)  # noqa: S311 (a seeded generator is the point; nothing here is secret)
        self._clock = clock
        self._habits = habits
        self._stage = Stage(app, clock)
        self._acting = Acting(habits, Staff(), self._dice)
        self._market = open_market(habits.customers, habits.outlets, self._dice)
        self._agenda = Agenda(habits, self._dice)
        self._tries: dict[Item, int] = {}
        self.refusals: list[Refusal] = []
        self.acts = 0

    def run(self, days: int, cases: int, progress: Callable[[int], None] = lambda _days: None) -> None:
        """Let calendar days pass, in which so many requests arrive; `progress` hears how many days have gone by."""
        moments = working_moments(self._clock.now(), days)
        first = moments[0].date()
        arrivals = sorted((self._dice.randrange(len(moments)) for _ in range(cases)), reverse=True)
        for number, moment in enumerate(moments):
            self._stage.until(moment)
            while arrivals and arrivals[-1] <= number:
                arrivals.pop()
                self._arrive()
            for item in self._agenda.at(number):
                self._work(item, number)
            self._stage.settle()
            self._agenda.look(number)
            progress((moment.date() - first).days)

    def _arrive(self) -> None:
        arrival = self._habits.arrival(self._dice)
        device = self._market.draw(arrival.lines, self._dice)
        self._acted(arrival.process, lambda: self._acting.start(arrival, device))

    def _work(self, item: Item, moment: int) -> None:
        row = db.session.get(_MODELS[item.kind], item.key, populate_existing=True)
        if row is None or (isinstance(row, UserTask) and row.state != "created"):
            return  # the case went another way meanwhile
        do = self._acting.complete if isinstance(row, UserTask) else self._acting.answer
        if not self._acted(row.element_id, lambda: do(row)) and self._tries_again(item):
            self._agenda.put_off(item, moment + LATER)

    def _tries_again(self, item: Item) -> bool:
        self._tries[item] = self._tries.get(item, 0) + 1
        return self._tries[item] < TRIES

    def _acted(self, place: str, act: Callable[[], None]) -> bool:
        """Do something; what is refused is written down."""
        self.acts += 1
        try:
            act()
        except Conflict:
            return True  # somebody or something else was first
        except FirstlineError as error:
            self.refusals.append(Refusal(place, self._clock.now(), of_error(error)))
            return False
        except FeelError as error:
            self.refusals.append(Refusal(place, self._clock.now(), Problem(error.code, error.params)))
            return False
        finally:
            db.session.rollback()
        return True


_MODELS: dict[str, t.Any] = {"task": UserTask, "answer": MessageSubscription}
