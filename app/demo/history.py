"""Some weeks of history: all stories at once, in the order of time, on a clock that is moved from act to act."""

import dataclasses
import datetime as dt
import heapq
import random
from collections.abc import Callable, Iterable

import sqlalchemy as sa
from flask import Flask

from app import engine
from app.clock import SetClock
from app.db import db, transaction
from app.demo.acts import Act, Do, Path, Record
from app.demo.cast import Cast
from app.demo.company import SEED
from app.demo.plot import Plot
from app.demo.stage import NotYet, Stage, StoryBroken
from app.demo.worktime import DAY, HOUR, WorkTime
from app.desk import cases
from app.engine.models import Timer
from app.people.notifications import Notification

DAYS = 60
"""How many days back working time is counted; the oldest story begins six weeks ago."""
PATIENCE = 3 * DAY
"""For how long a story waits for a task that is not open yet."""
LOOK_AGAIN = HOUR

Say = Callable[[str], None]


@dataclasses.dataclass
class Telling:
    """A story that is being told."""

    path: Path
    stop: str
    act: Act
    case_id: int | None = None
    waited: int = 0


@dataclasses.dataclass(frozen=True)
class Told:
    """What came of the stories. `broken` has one sentence for each that could not be told to its end."""

    cases: int
    broken: tuple[str, ...]


class History:
    """Tells stories up to the moment at which the clock stood."""

    def __init__(self, app: Flask, clock: SetClock, *, seed: int = SEED, say: Say = lambda _line: None) -> None:
        self._app, self._clock, self._say = app, clock, say
        self._dice = random.Random(seed)  # noqa: S311 (a seeded generator is the point; nothing here is secret)
        self._until = clock.now()
        self._time = WorkTime(self._until, DAYS)
        self._stage = Stage(app, self._dice)
        self._cast = Cast(self._dice, cases.company_day(self._until))
        self._queue: list[tuple[int, int, Telling]] = []
        self._broken: list[str] = []

    def tell(self, plots: Iterable[Plot]) -> Told:
        """Tell all stories; afterwards the clock stands where it stood before and nothing is left to be done."""
        for plot in plots:
            for _ in range(plot.times):
                self._begin(plot)
        total, told = len(self._queue), 0
        while self._queue:
            minute, number, telling = heapq.heappop(self._queue)
            self._move_to(self._time.moment(minute))
            if following := self._go_on(telling, minute):
                heapq.heappush(self._queue, (following, number, telling))
                continue
            told += 1
            if told % 5 == 0 or told == total:
                self._say(f"History: {told} of {total} cases")
        self._move_to(self._until)
        engine.run_due(self._app)
        self._read_what_was_told()
        return Told(total, tuple(self._broken))

    def _read_what_was_told(self) -> None:
        """Nobody comes back to weeks of notifications: people have read what they were told before yesterday."""
        old = sa.and_(Notification.read_at.is_(None), Notification.at < self._until - dt.timedelta(days=1))
        with transaction() as session:
            session.execute(sa.update(Notification).where(old).values(read_at=Notification.at))

    def _begin(self, plot: Plot) -> None:
        device = self._cast.deal(covered=plot.covered, line=plot.line, model=plot.model, english=plot.english)
        path = plot.tell(self._dice, device)
        first = self._time.now - self._dice.randint(*plot.ago)
        heapq.heappush(self._queue, (first, len(self._queue), Telling(path, plot.stop, next(path))))

    def _go_on(self, telling: Telling, minute: int) -> int | None:
        """Play the act that is due and return the minute of the next one; None when the story ends here."""
        try:
            telling.case_id = self._stage.play(telling.act, telling.case_id)
        except NotYet:
            telling.waited += LOOK_AGAIN
            if telling.waited > PATIENCE:
                self._broken.append(f"{telling.act} never became possible in case {telling.case_id}")
                return None
            return self._if_past(minute + LOOK_AGAIN)
        except StoryBroken as broken:
            self._broken.append(f"{broken} in case {telling.case_id}")
            return None
        following = next(telling.path, None)
        if following is None or self._stops(telling, following):
            return None
        telling.act, telling.waited = following, 0
        return self._if_past(minute + following.after)

    def _stops(self, telling: Telling, act: Act) -> bool:
        return isinstance(act, Do | Record) and act.element == telling.stop

    def _if_past(self, minute: int) -> int | None:
        return minute if minute <= self._time.now else None

    def _move_to(self, moment: dt.datetime) -> None:
        """Let time pass, stopping wherever a timer is due, so that everything happens at its own time."""
        while (due := self._next_timer()) is not None and due <= moment:
            self._clock.set(max(due, self._clock.now()))
            if not engine.run_due(self._app):
                break
        self._clock.set(moment)

    def _next_timer(self) -> dt.datetime | None:
        db.session.rollback()
        return db.session.scalar(sa.select(sa.func.min(Timer.due_at)))
