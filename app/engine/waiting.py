"""Rows of what instances wait for: the difference between the waits before a command and after it."""

import datetime as dt
import typing as t
from collections.abc import Container, Iterable, Iterator

import sqlalchemy as sa

from app.db import next_key
from app.engine import catalogue, deadlines
from app.engine.access import pair_of
from app.engine.history import element_key
from app.engine.models import (
    FOREVER,
    Job,
    MessageSubscription,
    OutsideWait,
    ProcessInstance,
    Timer,
    UserTask,
    UserTaskCandidate,
    table_of,
)
from app.engine.registry import DEFAULT_PRIORITY
from app.engine.running import Place, Running, another
from app.engine.suspended_rows import due
from app.kernel import JobWait, MessageWait, SignalWait, TimerWait, UserWait, Wait
from app.kernel.model import Element
from app.people.access import ANYBODY

if t.TYPE_CHECKING:
    from app.engine.command import Command
    from app.engine.writing import Batch

PARENTS = (ProcessInstance,)
"""Written first, because everything else points at them."""
UPSERTS: dict[type[t.Any], tuple[tuple[str, ...], tuple[str, ...]]] = {
    UserTask: (("key",), ("state", "ended_at", "ended_by", "pending"))
}
ASKED = frozenset(("assigning", "updating", "completing"))
"""What listeners are asked about while a task is open."""
OUTSIDE = frozenset(("customer", "vendor"))
"""Whom a wait can be for, by the property `waits_for` of its element: the clocks of the case stand still then."""

_I: sa.BindParameter[int] = sa.bindparam("an_instance")
_T: sa.BindParameter[int] = sa.bindparam("a_token")
_W: sa.BindParameter[int] = sa.bindparam("a_wait")
_END_TASK = (
    sa.update(table_of(UserTask))
    .where(UserTask.instance_key == _I, UserTask.token == _T, UserTask.state == "created")
    .values(state=sa.bindparam("to_state"), ended_at=sa.bindparam("at"), ended_by=sa.bindparam("by"), pending=sa.null())
)
DROP_CANDIDATES = sa.delete(table_of(UserTaskCandidate)).where(
    UserTaskCandidate.task_key.in_(sa.select(UserTask.key).where(UserTask.instance_key == _I, UserTask.token == _T))
)
_DROP_JOB = sa.delete(table_of(Job)).where(Job.instance_key == _I, Job.token == _T)
_DROP_TIMER = sa.delete(table_of(Timer)).where(Timer.instance_key == _I, Timer.token == _T, Timer.wait == _W)
_MOVE_TIMER = (
    sa.update(table_of(Timer))
    .where(Timer.instance_key == _I, Timer.token == _T, Timer.wait == _W)
    .values({name: sa.bindparam(f"next_{name}") for name in ("due_at", "due_basis", "resumes_at", "suspended_at")})
)
_DROP_SUBSCRIPTION = sa.delete(table_of(MessageSubscription)).where(
    MessageSubscription.instance_key == _I,
    MessageSubscription.token == _T,
    MessageSubscription.wait == _W,
)

_END_OUTSIDE = (
    sa.update(table_of(OutsideWait))
    .where(OutsideWait.instance_key == _I, OutsideWait.token == _T, OutsideWait.wait == _W, OutsideWait.until.is_(None))
    .values(until=sa.bindparam("at"))
)


def write(command: "Command", batch: "Batch", running: Running) -> None:
    """Insert what is new, remove what is gone, move cycles to their next time."""
    before, after = running.waits_before, {} if running.over else running.waits()
    for place, wait in before.items():
        if place not in after or another(wait, after[place]):
            _remove(command, batch, running, wait)
    for place, wait in after.items():
        if another(before.get(place), wait):
            _add(command, batch, running, wait)
        elif isinstance(wait, TimerWait) and wait.due != t.cast(TimerWait, before[place]).due:
            coming = {"due_basis": _basis(running, wait), **due(wait.due, running.suspended_at)}
            changed = {f"next_{name}": value for name, value in coming.items()}
            batch.change("move timer", _MOVE_TIMER, **_at(running, place), **changed)


def made_jobs(running: Running, types: Container[str]) -> bool:
    """Whether the command left a job of one of the types behind."""
    return any(isinstance(wait, JobWait) and wait.type in types for wait in _fresh(running))


def armed_timers(running: Running) -> Iterator[dt.datetime]:
    """When the timers come due that the command armed or moved."""
    return (wait.due for wait in _fresh(running) if isinstance(wait, TimerWait))


def _fresh(running: Running) -> Iterator[Wait]:
    before = running.waits_before
    return (wait for place, wait in running.waits().items() if before.get(place) != wait)


def _at(running: Running, place: Place) -> dict[str, t.Any]:
    return {"an_instance": running.key, "a_token": place[0], "a_wait": place[1]}


def _remove(command: "Command", batch: "Batch", running: Running, wait: Wait) -> None:
    at = _at(running, (wait.token, wait.index))
    token = {"an_instance": at["an_instance"], "a_token": at["a_token"]}
    if isinstance(wait, UserWait):
        _end_task(command, batch, running, wait)
        batch.change("drop candidates", DROP_CANDIDATES, **token)
    elif isinstance(wait, JobWait):
        if not command.own_jobs.drop(running, wait.token):
            batch.change("drop job", _DROP_JOB, **token)
    elif isinstance(wait, TimerWait):
        batch.change("drop timer", _DROP_TIMER, **at)
    elif isinstance(wait, MessageWait | SignalWait):
        batch.change("drop subscription", _DROP_SUBSCRIPTION, **at)
        if waits_for(running, wait):
            batch.change("end outside wait", _END_OUTSIDE, **at, at=command.now)


def _end_task(command: "Command", batch: "Batch", running: Running, wait: UserWait) -> None:
    actor = running.actors.get(wait.token)
    state, by = ("completed", actor) if actor else ("cancelled", command.actor)
    known = running.task_rows.get(wait.token)
    if known is not None:
        # A row that was read anyway goes out together with the tasks that follow it, which saves a statement.
        batch.upsert(UserTask, **known | {"state": state, "ended_at": command.now, "ended_by": by, "pending": None})
        return
    at = {"an_instance": running.key, "a_token": wait.token}
    batch.change("end task", _END_TASK, **at, to_state=state, at=command.now, by=by)


def _add(command: "Command", batch: "Batch", running: Running, wait: Wait) -> None:
    if isinstance(wait, UserWait):
        _add_task(command, batch, running, wait)
    elif isinstance(wait, JobWait):
        _add_job(command, batch, running, wait)
    elif isinstance(wait, TimerWait):
        batch.insert(
            Timer,
            key=next_key(),
            instance_key=running.key,
            token=wait.token,
            wait=wait.index,
            element_id=wait.element_id,
            **due(wait.due, running.suspended_at),
            due_basis=_basis(running, wait),
        )
    elif isinstance(wait, MessageWait | SignalWait):
        _add_subscription(command, batch, running, wait)


def _basis(running: Running, timer: TimerWait) -> dict[str, t.Any] | None:
    """How the moment of a timer was counted. The next ones of a cycle follow from the first and not from a calendar."""
    return deadlines.basis_of(running.port.counting, running.facts.unit_id, timer.due)


def _add_task(command: "Command", batch: "Batch", running: Running, wait: UserWait) -> None:
    element, facts, key = running.model.elements[wait.element_id], running.facts, next_key()
    said = offered(wait)
    due_sort = wait.due_date or FOREVER
    batch.upsert(
        UserTask,
        key=key,
        instance_key=running.key,
        root_key=facts.root_key,
        case_id=facts.case_id,
        unit_id=facts.unit_id,
        process_id=facts.process_id,
        process_version=facts.process_version,
        process_definition_key=facts.process_definition_key,
        element_instance_key=element_key(command, running, wait.token),
        token=wait.token,
        element_id=wait.element_id,
        names=names_of(element),
        lane=element.lane.id if element.lane else None,
        form_id=wait.form.form_id if wait.form else None,
        form_key=form_key_of(command, running, wait),
        state="created",
        **said,
        delegated_by=None,
        delegated_until=None,
        due_sort=due_sort,
        **deadlines.columns(running.port.counting, facts.unit_id, command.now, wait.due_date),
        created_at=command.now,
        claimed_at=command.now if wait.assignee else None,
        ended_at=None,
        ended_by=None,
        headers=None,
        listens=listens_to(element),
        pending={"event": wait.event, "at": command.now.isoformat()} if wait.event else None,
        denied=None,
        suspended_at=running.suspended_at,
    )
    for role, unit in candidate_pairs(said["candidates"], wait.candidate_users, wait.assignee):
        batch.insert(
            UserTaskCandidate,
            task_key=key,
            role=role,
            unit=unit,
            claimed=wait.assignee is not None,
            due_sort=due_sort,
            created_at=command.now,
        )


def listens_to(element: Element) -> list[str] | None:
    """What the listeners of a task are asked about before a person changes it."""
    return sorted({listener.event for listener in element.listeners} & ASKED) or None


def offered(wait: UserWait) -> dict[str, t.Any]:
    """What a diagram says about a task: columns that people may change afterwards."""
    return {
        "assignee": wait.assignee,
        "candidates": [list(pair) for pair in dict.fromkeys(pair_of(group) for group in wait.candidate_groups)],
        "candidate_users": list(wait.candidate_users) or None,
        "due_at": wait.due_date,
        "follow_up_at": wait.follow_up_date,
        "priority": DEFAULT_PRIORITY if wait.priority is None else wait.priority,
    }


def candidate_user(username: str) -> str:
    """Return the `role` of a candidate row that names a person."""
    return f"user:{username}"


def candidate_pairs(
    groups: Iterable[Iterable[str]], users: Iterable[str], assignee: str | None
) -> list[tuple[str, str]]:
    """Return (role, unit) of the candidate rows of a task."""
    pairs = [(role, unit) for role, unit in groups] + [(candidate_user(user), "") for user in users]
    return pairs or ([] if assignee else [(ANYBODY, "")])


def names_of(element: Element) -> dict[str, str]:
    """An element's name in both languages; without a name, its id."""
    name = element.name or element.id
    return {"zh": name, "en": element.name_en} if element.name_en else {"zh": name}


def recorded_by(element: Element) -> tuple[str | None, str | None]:
    """The role that may record what an event waits for, and the form to do it in; None where the diagram says none."""
    role, _, form = element.properties.get("record", "").partition(",")
    return role.strip() or None, form.strip() or None


def form_key_of(command: "Command", running: Running, wait: UserWait) -> int | None:
    if wait.form is None or not wait.form.form_id:
        return None
    found = catalogue.resolve(
        command.session,
        "form",
        wait.form.form_id,
        binding=wait.form.binding,
        version_tag=wait.form.version_tag,
        in_force=running.in_force,
        deployed_with=running.port.deployed_with,
    )
    return found.key if found else None


def _add_job(command: "Command", batch: "Batch", running: Running, wait: JobWait) -> None:
    facts = running.facts
    row = {
        "key": next_key(),
        "instance_key": running.key,
        "process_definition_key": facts.process_definition_key,
        "process_id": facts.process_id,
        "process_version": facts.process_version,
        "element_instance_key": element_key(command, running, wait.token),
        "token": wait.token,
        "element_id": wait.element_id,
        "type": wait.type,
        "headers": dict(wait.headers),
        "event": wait.event,
        "retries": max(wait.retries, 1),
        "attempts": 0,
        **due(command.now, running.suspended_at),
        "worker": None,
        "created_at": command.now,
        "error": None,
    }
    if not command.own_jobs.keep(running, row):
        batch.insert(Job, **row)


def _add_subscription(command: "Command", batch: "Batch", running: Running, wait: MessageWait | SignalWait) -> None:
    element, facts = running.model.elements[wait.element_id], running.facts
    host = running.kernel.tasks[wait.token].memo.get("h", wait.token)
    role, form = recorded_by(element)
    message = isinstance(wait, MessageWait)
    batch.insert(
        MessageSubscription,
        key=next_key(),
        instance_key=running.key,
        process_definition_key=facts.process_definition_key,
        process_id=facts.process_id,
        element_instance_key=element_key(command, running, host),
        token=wait.token,
        wait=wait.index,
        element_id=wait.element_id,
        kind="message" if message else "signal",
        name=wait.name,
        correlation_key=t.cast(MessageWait, wait).correlation_key if message else None,
        created_at=command.now,
        case_id=facts.case_id,
        unit_id=facts.unit_id,
        record_role=role,
        record_form=form,
    )
    if whom := waits_for(running, wait):
        batch.insert(
            OutsideWait,
            key=next_key(),
            instance_key=running.key,
            case_id=facts.case_id,
            unit_id=facts.unit_id,
            token=wait.token,
            wait=wait.index,
            element_id=wait.element_id,
            names=names_of(element),
            waits_for=whom,
            since=command.now,
            until=None,
        )


def waits_for(running: Running, wait: Wait) -> str:
    """Whom outside a wait is for, as its element says; empty for nobody."""
    element = running.model.elements.get(wait.element_id)
    whom = element.properties.get("waits_for", "").strip() if element else ""
    return whom if whom in OUTSIDE else ""
