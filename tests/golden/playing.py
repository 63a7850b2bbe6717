"""What a recorded state is compared by: what it waits for, and how it ends when everything it waits for happens."""

from collections import Counter
from typing import Any

from app.kernel import CallWait, Ended, JobWait, Kernel, MessageWait, SignalWait, TimerWait, UserWait, Wait
from tests.kernel.host import FeelPort

ROUNDS = 60
"""Answers after which an instance that loops is cancelled."""
STEPS = 100
"""Steps of one command after which a loop without waits is parked; the kernel's own limit would take seconds."""


class Port(FeelPort):
    """The kernel tests' port with one decision for everybody, because functions cannot be recorded."""

    def decide(self, decision: Any, view: Any) -> Any:
        self.decisions.setdefault(decision.decision_id, lambda _: {"covered": True})
        return super().decide(decision, view)


def waits_of(kernel: Kernel) -> list[list[Any]]:
    """The waits as plain lists, in their order: the rows of the host follow from them."""
    return [[type(wait).__name__, wait.token, wait.index, wait.element_id] for wait in kernel.waits()]


def play_on(kernel: Kernel) -> dict[str, Any]:
    """Let everything happen that the instance waits for, work first; return how it ended.

    1. What a listener, a person, a job or a called process owes is done, with nothing to say.
    2. Else the first event happens.
    3. Else every incident is retried once.
    4. What then still stands is cancelled.
    """
    retried: set[int] = set()
    kernel.step_limit = STEPS
    for _ in range(ROUNDS):
        if kernel.completed:
            break
        waits, stuck = kernel.waits(), [one for one in kernel.incidents() if one.token not in retried]
        owed = [wait for wait in waits if isinstance(wait, UserWait | JobWait | CallWait) and not _is_asked(wait)]
        heard = [wait for wait in waits if isinstance(wait, JobWait) and wait.event]
        events = [wait for wait in waits if isinstance(wait, TimerWait | MessageWait | SignalWait)]
        if heard:
            kernel.answer(heard[0].token, {})
        elif owed:
            kernel.complete(owed[0].token, {})
        elif events:
            kernel.fire(events[0].token, events[0].index, {})
        elif stuck:
            retried.add(stuck[0].token)
            kernel.retry(stuck[0].token)
        else:
            break
    while not kernel.completed:
        # The first time, cancelled tasks whose listeners are told keep the instance alive.
        kernel.cancel()
    ended = next(message for message in kernel.outbox if isinstance(message, Ended))
    visited = Counter(entry.element_id for entry in kernel.log if entry.happened == "completed")
    return {"state": ended.state, "variables": dict(ended.variables), "completed": dict(sorted(visited.items()))}


def _is_asked(wait: Wait) -> bool:
    """Is this a listener's job, or a task that its listeners are asked about?"""
    return isinstance(wait, UserWait | JobWait) and wait.event is not None
