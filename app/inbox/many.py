"""Acting on many tasks at once: a transaction, a result and, where there is one, a way back for each.

One refusal does not undo the others. What stood there before goes into the page and comes back for undoing, where every
service function decides anew whether the person may do it.
"""

import dataclasses
import datetime as dt
from collections.abc import Callable, Sequence

from app import engine, i18n
from app.engine.models import UserTask
from app.errors import FirstlineError, Invalid
from app.i18n import text as _
from app.inbox import macros
from app.inbox.task import tasks_named
from app.people.person import Person

MOST = 200


@dataclasses.dataclass(frozen=True)
class Before:
    """What one task was like before: which of its values, and what it said; empty for none."""

    key: int
    what: str
    value: str

    def __str__(self) -> str:
        return f"{self.key}:{self.what}:{self.value}"

    @classmethod
    def of(cls, text: str) -> "Before | None":
        """Read what `str` wrote; None for anything else."""
        key, _colon, rest = text.partition(":")
        what, _colon, value = rest.partition(":")
        return cls(int(key), what, value) if key.isdigit() and what in _BACK else None


@dataclasses.dataclass(frozen=True)
class Result:
    """What became of one task of many; `error` says why nothing happened, `before` how to undo it."""

    key: int
    title: str
    before: Before | None = None
    error: FirstlineError | None = None

    @property
    def ok(self) -> bool:
        return self.error is None


def claim_all(person: Person, keys: Sequence[int]) -> list[Result]:
    """Claim each of these tasks that is still free."""
    return _each(person, keys, lambda task: engine.claim_task(person, task.key), _assignee)


def assign_all(person: Person, keys: Sequence[int], username: str, reason: str) -> list[Result]:
    """Give each of these tasks to somebody."""
    return _each(person, keys, lambda task: engine.assign_task(person, task.key, username, reason=reason), _assignee)


def put_off_all(person: Person, keys: Sequence[int], until: dt.datetime | None, reason: str) -> list[Result]:
    """Put each of these tasks off until a moment; None brings them back at once."""

    def put_off(task: UserTask) -> object:
        return engine.update_task(person, task.key, follow_up_at=until, reason=reason)

    return _each(person, keys, put_off, _follow_up)


def prioritise_all(person: Person, keys: Sequence[int], priority: int, reason: str) -> list[Result]:
    """Give each of these tasks a priority, from 0 to 100."""

    def prioritise(task: UserTask) -> object:
        return engine.update_task(person, task.key, priority=max(0, min(priority, 100)), reason=reason)

    return _each(person, keys, prioritise, _priority)


def complete_all(person: Person, keys: Sequence[int]) -> list[Result]:
    """Complete each of these tasks whose form takes what stands in it, drafts included. There is no way back."""
    return _each(person, keys, lambda task: _complete(person, task.key), None)


def apply_to_all(person: Person, keys: Sequence[int], macro_id: int) -> list[Result]:
    """Run a macro on each of these tasks it is made for."""
    return _each(person, keys, lambda task: macros.apply_macro(person, macro_id, task.key), None)


def undo(person: Person, before: Sequence[Before], reason: str) -> list[Result]:
    """Bring tasks back to what they were before."""
    by_key = {one.key: one for one in before}
    return _each(
        person, list(by_key), lambda task: _BACK[by_key[task.key].what](person, by_key[task.key], reason), None
    )


def _complete(person: Person, key: int) -> bool:
    opened = engine.open_form(person, key)
    try:
        return engine.complete_task(person, key, {**opened.data, **(opened.draft or {})})
    except Invalid as invalid:
        labels = macros.field_labels(opened.schema or {})
        missing = [labels.get(name, name) for name in invalid.fields or {}]
        raise Invalid("inbox.form_to_be_filled", fields=None, labels=", ".join(missing)) from invalid


def _assignee(task: UserTask) -> Before:
    return Before(task.key, "assignee", task.assignee or "")


def _follow_up(task: UserTask) -> Before:
    return Before(task.key, "follow-up", task.follow_up_at.isoformat() if task.follow_up_at else "")


def _priority(task: UserTask) -> Before:
    return Before(task.key, "priority", str(task.priority))


def _assign_back(person: Person, before: Before, reason: str) -> object:
    if before.value:
        return engine.assign_task(person, before.key, before.value, reason=reason)
    return engine.release_task(person, before.key, reason)


def _put_off_back(person: Person, before: Before, reason: str) -> object:
    until = dt.datetime.fromisoformat(before.value) if before.value else None
    return engine.update_task(person, before.key, follow_up_at=until, reason=reason)


def _prioritise_back(person: Person, before: Before, reason: str) -> object:
    return engine.update_task(person, before.key, priority=int(before.value), reason=reason)


_BACK: dict[str, Callable[[Person, Before, str], object]] = {
    "assignee": _assign_back,
    "follow-up": _put_off_back,
    "priority": _prioritise_back,
}


def _each(
    person: Person,
    keys: Sequence[int],
    act: Callable[[UserTask], object],
    remember: Callable[[UserTask], Before] | None,
) -> list[Result]:
    """Every task in a transaction of its own; what it was before is read first, because the act changes the row."""
    tasks = tasks_named(person, keys[:MOST])
    found = [
        (task, i18n.localised(task.names, task.element_id), remember(task) if remember else None) for task in tasks
    ]
    return [_one(task, title, before, act) for task, title, before in found]


def _one(task: UserTask, title: str, before: Before | None, act: Callable[[UserTask], object]) -> Result:
    try:
        act(task)
    except FirstlineError as error:
        return Result(task.key, title, error=error)
    except ValueError:  # an undoing that was not written by this page
        return Result(task.key, title, error=Invalid("inbox.cannot_undo"))
    return Result(task.key, title, before)


def priorities() -> list[tuple[str, str]]:
    """Return the priorities offered for many tasks."""
    return [("75", _("High")), ("50", _("Normal")), ("25", _("Low"))]
