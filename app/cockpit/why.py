"""Why a case is not moving, in one sentence. It never blames anybody; it says what is awaited and for how long."""

import datetime as dt
import typing as t
from collections.abc import Iterable

from app import clock, i18n
from app.cockpit.names import Names
from app.cockpit.waits import Wait
from app.engine import held, incident_text
from app.engine.expressions import zone
from app.engine.models import Timer, UserTask
from app.i18n import text as _
from app.people.access import ANYBODY
from app.web import durations


def why(wait: Wait, names: Names) -> str:
    """Say what a token waits for."""
    return _SENTENCES[wait.kind](wait, names, names.element(wait.definition_key, wait.element_id))


def held_words(kind: held.Kind, number: int) -> str:
    """Say what would happen if a restore did not hold it back."""
    sentences: dict[held.Kind, str] = {
        "timer": _("timers would fire: %(number)d", number=number),
        "start": _("the clock would start processes: %(number)d", number=number),
        "job": _("programs outside would get jobs: %(number)d", number=number),
    }
    return sentences[kind]


def waited(since: dt.datetime) -> str:
    """Say how long that has lasted."""
    return _("It has waited %(time)s.", time=durations.span(clock.now() - since))


def in_full(wait: Wait, names: Names) -> str:
    """Return the whole sentence: what for, and how long already."""
    sentence = why(wait, names)
    if wait.kind == "incident":
        sentence = _("Not moving: %(why)s", why=sentence)
    return i18n.join_sentences([sentence, waited(wait.since)])


def whose(waits: Iterable[Wait], names: Names) -> str:
    """Say with whom a case is: a person, several roles, or the system."""
    for wait in waits:
        if wait.task is not None:
            return names.person(wait.task.assignee) or offered_to(wait.task, names)
        if wait.kind == "message":
            return _("outside")
    return _("system")


def offered_to(task: UserTask, names: Names) -> str:
    """Name the roles a task is offered to."""
    roles = dict.fromkeys(role for role, _unit in task.candidates if role != ANYBODY)
    shown = [names.roles.get(role, names.person(role.removeprefix("user:"))) for role in roles]
    shown += [names.person(user) for user in task.candidate_users or ()]
    return (_(", ")).join(dict.fromkeys(shown)) or _("everybody")


def _incident(wait: Wait, _names: Names, step: str) -> str:
    assert wait.incident is not None
    return _("“%(step)s” failed. %(reason)s", step=step, reason=incident_text.reason(wait.incident))


def _task(wait: Wait, names: Names, step: str) -> str:
    assert wait.task is not None
    if wait.task.assignee:
        return _("%(who)s has taken “%(step)s” and not finished it.", who=names.person(wait.task.assignee), step=step)
    return _(
        "Nobody has taken “%(step)s” yet; it is offered to: %(whom)s.", step=step, whom=offered_to(wait.task, names)
    )


def _message(wait: Wait, _names: Names, step: str) -> str:
    assert wait.message is not None
    name = wait.message.name
    if wait.timer is not None:
        until = _moment(due_of(wait.timer))
        return _(
            "“%(step)s” waits for the answer “%(name)s”, at most until %(until)s.", step=step, name=name, until=until
        )
    return _("“%(step)s” waits for the answer “%(name)s”.", step=step, name=name)


def _timer(wait: Wait, _names: Names, step: str) -> str:
    assert wait.timer is not None
    if wait.timer.resumes_at is not None and wait.timer.suspended_at is None:
        return _held(step, wait.timer.resumes_at)
    return _("“%(step)s” waits until %(until)s.", step=step, until=_moment(due_of(wait.timer)))


def _call(wait: Wait, names: Names, step: str) -> str:
    assert wait.child is not None
    name = names.processes.get(wait.child.process_id, wait.child.process_id)
    return _("“%(step)s” waits for the process “%(process)s” to end.", step=step, process=name)


def _job(wait: Wait, _names: Names, step: str) -> str:
    assert wait.job is not None
    if wait.job.resumes_at is not None and wait.job.suspended_at is None:
        return _held(step, wait.job.resumes_at)
    if wait.job.attempts and wait.job.due_at > clock.now() and not wait.job.worker:
        when = _moment(wait.job.due_at)
        return _("“%(step)s” failed and is tried again by itself: %(when)s.", step=step, when=when)
    if wait.job.event is not None:
        return _("“%(step)s”: a program is asked %(when)s.", step=step, when=_heard(wait.job.event))
    return _("“%(step)s” is in the hands of the system.", step=step)


def due_of(timer: Timer) -> dt.datetime:
    """When a timer is due, held back or not."""
    return timer.resumes_at or timer.due_at


def _held(step: str, since: dt.datetime) -> str:
    return _(
        "“%(step)s” was due %(when)s and is held back since the database was restored, because it may have happened "
        "already. An administrator releases it.",
        step=step,
        when=_moment(since),
    )


def _heard(event: str) -> str:
    words = {
        "start": _("before it begins"),
        "end": _("after its work is done"),
        "creating": _("before the task is opened"),
        "assigning": _("before the task changes hands"),
        "updating": _("before the task is changed"),
        "completing": _("before the task is completed"),
        "canceling": _("because the task was cancelled"),
    }
    return words[event]


def _choice(_wait: Wait, _names: Names, step: str) -> str:
    return _("“%(step)s” waits for somebody to choose the next step on the page of the case.", step=step)


def _condition(_wait: Wait, _names: Names, step: str) -> str:
    return _("“%(step)s” waits until its condition holds.", step=step)


def _path(_wait: Wait, _names: Names, step: str) -> str:
    return _("“%(step)s” waits until the other paths arrive.", step=step)


_SENTENCES: dict[str, t.Callable[[Wait, Names, str], str]] = {
    "incident": _incident,
    "task": _task,
    "message": _message,
    "timer": _timer,
    "call": _call,
    "job": _job,
    "choice": _choice,
    "condition": _condition,
    "path": _path,
}


def _moment(when: dt.datetime) -> str:
    return durations.moment(when, clock.now(), zone())


def mentioned(waits: Iterable[Wait]) -> tuple[set[str], set[str]]:
    """Return the usernames and roles that sentences about these waits name."""
    tasks = [wait.task for wait in waits if wait.task is not None]
    roles = {role for task in tasks for role, _unit in task.candidates}
    people = {role.removeprefix("user:") for role in roles if role.startswith("user:")}
    people |= {task.assignee for task in tasks if task.assignee}
    people |= {user for task in tasks for user in task.candidate_users or ()}
    return people, roles
