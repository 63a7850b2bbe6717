"""Business from the wish to the report."""

import collections
import dataclasses
import gc
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from flask import Flask

from app.clock import SetClock
from app.scenarios.business.business import Business
from app.scenarios.business.ending import Ending, judged
from app.scenarios.business.habits import Habits
from app.scenarios.report import table

JOBS_AT_ONCE = 50
"""Of the jobs that follow from an act, as many are done in its own commit: nobody waits for the answer to it."""
CASES_A_DAY = 55
"""A year of them is the twenty thousand cases for which the library is meant."""
HEAD = ("process", "started", "ended", "cancelled", "waiting")
RARELY = 50_000
"""Objects after which Python looks for garbage; usually 700."""
MOST = 20
"""Rows of a kind that the tables show; the document has all."""


@dataclasses.dataclass(frozen=True)
class Wanted:
    """How much business: calendar days, requests that arrive in them, and the seed of the dice."""

    days: int
    cases: int
    seed: int


@dataclasses.dataclass(frozen=True)
class Told:
    """What came of business, and what people could not do, with how often."""

    wanted: Wanted
    ending: Ending
    refused: Mapping[str, int]
    acts: int
    seconds: float

    def document(self) -> str:
        """Return everything as JSON. Times apart, the same wish gives the same document."""
        faults = [one.in_words() for one in self.ending.faults]
        ending = {**dataclasses.asdict(self.ending), "faults": faults}
        told = {**dataclasses.asdict(self.wanted), "acts": self.acts, "seconds": round(self.seconds, 1)}
        return json.dumps({**told, **ending, "refused": self.refused}, ensure_ascii=False, indent=2)

    def tables(self) -> str:
        """Return the same for people."""
        ending = self.ending
        rows = [_counts(process, states) for process, states in ending.instances.items()]
        return "\n".join(
            [
                "",
                *table(HEAD, sorted(rows)),
                *_waiting(ending.waiting),
                *_counted("could not be done", self.refused),
                *_counted("stuck", collections.Counter(one.in_words() for one in ending.faults)),
                "",
                f"{ending.cases} cases, {ending.closed} of them closed; {self.acts} acts in {self.seconds:.0f} s. "
                + ("Nothing is stuck." if not ending.faults else f"{len(ending.faults)} things are stuck."),
            ]
        )


def do_business(
    app: Flask, clock: SetClock, habits: Habits, wanted: Wanted, progress: Callable[[int], None] = lambda _day: None
) -> Told:
    """Simulate days of business in a founded company and judge what came of them. Needs an app context."""
    began = time.perf_counter()
    business = Business(app, clock, habits, wanted.seed)
    with _rarely_collecting():
        business.run(wanted.days, wanted.cases, progress)
    refused = collections.Counter(f"{one.place}: {one.problem.in_words()}" for one in business.refusals)
    return Told(wanted, judged(), dict(refused.most_common()), business.acts, time.perf_counter() - began)


@contextmanager
def _rarely_collecting() -> Iterator[None]:
    """Look for garbage in circles seldom, and never among the library, which stays: that took a tenth of the time."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(RARELY, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _waiting(waiting: Mapping[str, int]) -> Iterator[str]:
    """Everybody and everything that is waited for, process by process."""
    if waiting:
        yield from (
            "",
            *table(("times", "waiting for"), [(str(count), what) for what, count in sorted(waiting.items())]),
        )


def _counts(process: str, states: Mapping[str, int]) -> tuple[str, ...]:
    """A process with how many of its instances were started, ended, were cancelled and still wait."""
    cancelled, waiting = states.get("cancelled", 0), states.get("active", 0)
    started = sum(states.values())
    return process, *map(str, (started, started - cancelled - waiting, cancelled, waiting))


def _counted(head: str, counts: Mapping[str, int]) -> Iterator[str]:
    if counts:
        most = sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:MOST]
        yield from ("", *table(("times", head), [(str(count), what) for what, count in most]))
        if len(counts) > MOST:
            yield f"… and {len(counts) - MOST} more"
