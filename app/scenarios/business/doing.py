"""Business from the wish to the report."""

import collections
import dataclasses
import json
import time
from collections.abc import Callable, Iterator, Mapping

from flask import Flask

from app.clock import SetClock
from app.scenarios.business.business import Business
from app.scenarios.business.ending import Ending, judged
from app.scenarios.business.habits import Habits
from app.scenarios.report import table

CASES_A_DAY = 55
"""A year of them is the twenty thousand cases for which the library is meant."""
STATES = ("completed", "cancelled", "active")
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
        rows = [
            (process, *(str(states.get(state, 0)) for state in STATES)) for process, states in ending.instances.items()
        ]
        return "\n".join(
            [
                "",
                *table(("process", *STATES), sorted(rows)),
                *_counted("waiting for", ending.waiting),
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
    business.run(wanted.days, wanted.cases, progress)
    refused = collections.Counter(f"{one.place}: {one.problem.in_words()}" for one in business.refusals)
    return Told(wanted, judged(), dict(refused.most_common()), business.acts, time.perf_counter() - began)


def _counted(head: str, counts: Mapping[str, int]) -> Iterator[str]:
    if counts:
        most = sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:MOST]
        yield from ("", *table(("times", head), [(str(count), what) for what, count in most]))
        if len(counts) > MOST:
            yield f"… and {len(counts) - MOST} more"
