"""Taking the next task, and acting on many at once with a result for each."""

import dataclasses
import typing as t
from collections.abc import Sequence

from app import engine, i18n
from app.engine.models import UserTask
from app.engine.queries import inbox
from app.errors import FirstlineError
from app.inbox.folders import Viewer
from app.inbox.task import tasks_named
from app.people.person import Person

TRIES = 20
"""Tasks that others take first, or that duties keep from this person, are passed over."""


@dataclasses.dataclass(frozen=True)
class Result:
    """What became of one task of many. `before` is who had it, for undoing; `error` says why nothing happened."""

    key: int
    title: str
    before: str = ""
    error: FirstlineError | None = None

    @property
    def ok(self) -> bool:
        return self.error is None


def take_next(viewer: Viewer) -> UserTask | None:
    """Claim the most urgent unclaimed task the person may do; None when there is none."""
    for task in inbox.offered_tasks(viewer.people, limit=TRIES):
        try:
            engine.claim_task(viewer.person, task.key)
        except FirstlineError:
            continue
        return task
    return None


def claim_all(person: Person, keys: Sequence[int]) -> list[Result]:
    """Claim each of these tasks that is still free."""
    return _each(person, keys, lambda key: engine.claim_task(person, key))


def assign_all(person: Person, keys: Sequence[int], username: str, reason: str) -> list[Result]:
    """Give each of these tasks to somebody."""
    return _each(person, keys, lambda key: engine.assign_task(person, key, username, reason=reason))


def undo(person: Person, before: t.Mapping[int, str], reason: str) -> list[Result]:
    """Give tasks back to whom they belonged before, or to nobody."""

    def back(key: int) -> None:
        if before[key]:
            engine.assign_task(person, key, before[key], reason=reason)
        else:
            engine.release_task(person, key, reason)

    return _each(person, list(before), back)


def _each(person: Person, keys: Sequence[int], act: t.Callable[[int], object]) -> list[Result]:
    """Every task in a transaction of its own, so that one refusal does not undo the others."""
    found = [
        (task.key, i18n.localised(task.names, task.element_id), task.assignee) for task in tasks_named(person, keys)
    ]
    results = []
    for key, title, before in found:
        try:
            act(key)
        except FirstlineError as error:
            results.append(Result(key, title, before or "", error))
        else:
            results.append(Result(key, title, before or ""))
    return results
