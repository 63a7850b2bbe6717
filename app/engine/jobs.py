"""Jobs: leases for workers outside, and what a worker may report back."""

import datetime as dt
import typing as t
from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from app import clock
from app.db import db, transaction
from app.engine.command import Command, run
from app.engine.models import Job, ProcessInstance
from app.engine.plain import plain
from app.engine.registry import TaskFacts
from app.engine.reporting import job_wait, report, report_error, seen_by
from app.engine.running import INSTANCE_COLUMNS, Running
from app.engine.suspended_rows import due
from app.errors import NotFound
from app.kernel import NO_OBJECTION, Answer
from app.people import access
from app.people.person import STAFF, Person

MAX_ERROR = 1_000


class ActivatedJob(t.NamedTuple):
    """A job handed to a worker, with the variables it asked for, and the user task that a task listener judges."""

    job: Job
    variables: Mapping[str, t.Any]
    case_id: int | None
    task: TaskFacts | None


def activate_jobs(
    person: Person,
    job_type: str,
    worker: str,
    timeout: float,
    maximum: int = 32,
    fetch: Sequence[str] | None = None,
) -> list[ActivatedJob]:
    """Lease jobs of a type to a worker for `timeout` seconds; whoever's lease runs out loses the job to the next.

    :param fetch: names of the variables wanted; None means all that are visible at the job.
    """
    access.require(person, STAFF)

    def act(command: Command) -> list[ActivatedJob]:
        leased = _lease(command.session, job_type, worker, timeout, maximum)
        return [_with_variables(command, job, fetch) for job in leased]

    return run(person, act)


def jobs_wait(job_type: str) -> bool:
    """Whether a job of a type may be handed out now: one probe of an index, for callers that wait for one."""
    found = db.session.execute(sa.select(Job.key).where(*_free(job_type)).limit(1)).first() is not None
    db.session.rollback()
    return found


def _free(job_type: str) -> tuple[sa.ColumnElement[bool], ...]:
    return Job.type == job_type, Job.due_at <= clock.now(), Job.retries > 0


def _lease(session: t.Any, job_type: str, worker: str, timeout: float, maximum: int) -> list[Job]:
    now = clock.now()
    free = (
        sa.select(Job.key)
        .where(*_free(job_type))
        .order_by(Job.due_at, Job.key)
        .limit(maximum)
        .with_for_update(skip_locked=True)
    )
    keys = session.execute(free).scalars().all()
    if not keys:
        return []
    session.execute(
        sa.update(Job).where(Job.key.in_(keys)).values(worker=worker, due_at=now + dt.timedelta(seconds=timeout)),
        execution_options={"synchronize_session": False},
    )
    query = sa.select(Job).where(Job.key.in_(keys)).order_by(Job.created_at, Job.key)
    return list(session.execute(query.execution_options(populate_existing=True)).scalars())


def _with_variables(command: Command, job: Job, fetch: Sequence[str] | None) -> ActivatedJob:
    running = command.load(job.instance_key)
    view, task = seen_by(command.session, running, job)
    wanted = {name: view[name] for name in view if fetch is None or name in fetch}
    return ActivatedJob(job, wanted, running.facts.case_id, task)


def complete_job(
    person: Person, job_key: int, variables: Mapping[str, t.Any] | None = None, answer: Answer = NO_OBJECTION
) -> None:
    """Report a job as done. A job completed already, or gone with its element, is NotFound.

    :param answer: what the listener of a user task says; no other job can say anything.
    """
    access.require(person, STAFF)
    outputs = plain(variables)

    def act(command: Command) -> None:
        job, running = job_with_instance(command, job_key)
        report(command.session, running, job, outputs, answer)

    run(person, act)


def fail_job(
    person: Person, job_key: int, *, retries: int | None = None, back_off: float = 0, message: str = ""
) -> None:
    """Report an attempt as failed.

    :param retries: attempts left; None counts one down. At zero the job becomes an incident.
    :param back_off: seconds before the next attempt.
    """
    access.require(person, STAFF)
    note_failure(person, job_key, retries=retries, back_off=back_off, message=message)


def throw_job_error(person: Person, job_key: int, code: str, variables: Mapping[str, t.Any] | None = None) -> None:
    """End a job with a BPMN error, for the diagram to catch; one that nothing catches becomes an incident.

    Raises Conflict for the job of a listener.
    """
    access.require(person, STAFF)
    outputs = plain(variables)

    def act(command: Command) -> None:
        job, running = job_with_instance(command, job_key)
        report_error(running, job, code, outputs)

    run(person, act)


def extend_lease(person: Person, job_key: int, timeout: float) -> None:
    """Give the worker that holds a job more time."""
    access.require(person, STAFF)
    with transaction() as session:
        job = session.get(Job, job_key)
        if job is None:
            raise NotFound("engine.no_such_job", key=job_key)
        _due_again(job, clock.now() + dt.timedelta(seconds=timeout), job.suspended_at)


def note_failure(
    person: Person | None,
    job_key: int,
    *,
    retries: int | None,
    back_off: float,
    message: str,
    refusal: tuple[str, Mapping[str, t.Any]] | None = None,
) -> None:
    """Count an attempt down; the last one turns the job into an incident of its token.

    :param refusal: code and values of a handler's own sentence, which then is the incident's.
    """

    def act(command: Command) -> None:
        job, row = _locked(command.session, job_key)
        left = job.retries - 1 if retries is None else retries
        job.error = message[:MAX_ERROR]
        job.attempts += 1
        job.retries = max(left, 0)
        job.worker = None
        _due_again(job, command.now + dt.timedelta(seconds=back_off), row.suspended_at)
        if left <= 0:
            running = command.take(row)
            running.ended_jobs[job.token] = job.key
            failed = {"type": job.type, "message": job.error, "attempts": job.attempts}
            code, params = refusal or ("engine.job_failed", failed)
            running.kernel.raise_incident(job.token, code, dict(params))

    run(person, act)


def _due_again(job: Job, at: dt.datetime, suspended_at: dt.datetime | None) -> None:
    for name, value in due(at, suspended_at).items():
        setattr(job, name, value)


def job_with_instance(command: Command, job_key: int) -> tuple[Job, Running]:
    """Return a job and its instance in memory. Raises NotFound when the job is gone."""
    job, row = _locked(command.session, job_key)
    running = command.take(row)
    job_wait(running, job)
    return job, running


def _locked(session: t.Any, job_key: int, *, skip: bool = False) -> tuple[Job, t.Any]:
    query = (
        sa.select(Job, *INSTANCE_COLUMNS)
        .join(ProcessInstance, ProcessInstance.key == Job.instance_key)
        .where(Job.key == job_key)
        .with_for_update(of=Job, skip_locked=skip)
        .execution_options(populate_existing=True)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound("engine.no_such_job", key=job_key)
    return row.Job, row


def take_if_free(command: Command, job_key: int) -> tuple[Job, Running] | None:
    """Hold a job of ours for the length of the command; None when it is done, leased or held by somebody else."""
    try:
        job, row = _locked(command.session, job_key, skip=True)
    except NotFound:
        return None
    if job.due_at > command.now or job.retries <= 0:
        return None
    return job, command.take(row)
