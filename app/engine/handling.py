"""Running our own job handlers: the handler's effect and the move of the token commit together."""

import datetime as dt
import logging

import sqlalchemy as sa

from app import clock
from app.db import db, transaction
from app.engine.command import BUSY, Command, run
from app.engine.families import move_family
from app.engine.jobs import note_failure, report, report_error, seen_by, take_if_free
from app.engine.models import Job
from app.engine.plain import copied, plain
from app.engine.registry import JobContext, the_registry
from app.engine.running import Running
from app.errors import Conflict, FirstlineError, NotFound, Unavailable, Uncertain
from app.kernel import NO_OBJECTION, Answer, BpmnError
from app.outage import is_passing

log = logging.getLogger(__name__)

BATCH = 100
FIRST_PAUSE = 10.0
LONGEST_PAUSE = 3_600.0


class Refused(Exception):
    """A handler says that the job cannot be done as things are; kept apart from the engine's own conflicts."""

    def __init__(self, reason: FirstlineError) -> None:
        super().__init__(str(reason))
        self.reason = reason


def due_jobs(limit: int = BATCH) -> list[int]:
    """Keys of jobs with a handler that may run now, taking turns between instances, so that none waits for a crowd."""
    types = list(the_registry().handlers)
    if not types:
        return []
    oldest = (
        sa.select(Job.key, Job.instance_key, Job.due_at)
        .where(Job.type.in_(types), Job.due_at <= clock.now(), Job.retries > 0)
        .order_by(Job.due_at, Job.key)
        .limit(limit * 4)
        .subquery()
    )
    turn = sa.func.row_number().over(partition_by=oldest.c.instance_key, order_by=(oldest.c.due_at, oldest.c.key))
    query = sa.select(oldest.c.key).order_by(turn, oldest.c.due_at, oldest.c.key).limit(limit)
    db.session.rollback()
    return list(db.session.execute(query).scalars())


def run_job(job_key: int) -> bool:
    """Do one job of ours; False when somebody else has it. Never raises for what a handler does wrong."""
    try:
        return run(None, lambda command: _attempt(command, job_key))
    except Refused as refused:
        log.info("Job %s cannot be done: %s", job_key, refused.reason)
        _note(job_key, refused.reason)
        return True
    except (Conflict, Unavailable, Uncertain) as busy:
        # Not the job's fault: it counts no attempt and is found again at the next look.
        log.info("Job %s waits: %s", job_key, busy)
        return False
    except Exception as error:
        log.warning("Job %s failed: %s", job_key, error, exc_info=not isinstance(error, FirstlineError))
        _note(job_key, error)
        return True


def _attempt(command: Command, job_key: int) -> bool:
    held = take_if_free(command, job_key)
    if held is None:
        return False
    job, running = held
    handler = the_registry().handlers[job.type]
    context = _context(command, job, running)
    try:
        with command.session.begin_nested():
            said = handler(context)
            answer = said if isinstance(said, Answer) else NO_OBJECTION
            variables = {} if isinstance(said, Answer) else plain(said)
    except BpmnError as error:
        _throw(running, job, error)
        return True
    except FirstlineError as error:
        if error.code == BUSY or isinstance(error, Unavailable):
            raise
        raise Refused(error) from error
    command.contexts.forget()
    running.kernel.noticed(the_registry().contexts)
    try:
        report(command, running, job, variables, answer)
    except Conflict as wrong:
        raise Refused(wrong) from wrong
    return True


def _throw(running: Running, job: Job, error: BpmnError) -> None:
    try:
        report_error(running, job, error.code, error.variables)
    except FirstlineError as refused:
        raise Refused(refused) from error


def _context(command: Command, job: Job, running: Running) -> JobContext:
    element = running.model.elements.get(job.element_id)
    own = running.kernel.scopes.variables.get(job.token, {}) if element and element.inputs else {}
    view, task = seen_by(command, running, job)
    return JobContext(
        instance=running.facts,
        element=job.element_id,
        variables=copied(dict(view)),
        inputs=copied(dict(own)),
        headers=job.headers,
        job_key=job.key,
        event=job.event,
        task=task,
        now=command.now,
        session=command.session,
        load_case=lambda: command.contexts.load("case", running.facts),
        set_case=lambda case_id, unit_id: move_family(command, running, case_id, unit_id),
    )


def _note(job_key: int, error: Exception) -> None:
    """Count the attempt down in a transaction of its own, because the failed one has been rolled back."""
    text = f"{type(error).__name__}: {error}"
    refusal = (error.code, error.params) if isinstance(error, FirstlineError) else None
    try:
        attempts = db.session.execute(sa.select(Job.attempts).where(Job.key == job_key)).scalar_one_or_none()
        note_failure(
            None,
            job_key,
            retries=0 if refusal else None,
            back_off=pause(attempts or 0),
            message=text,
            refusal=refusal,
        )
    except NotFound as gone:
        log.info("Job %s is gone: %s", job_key, gone)
    except Exception as trouble:
        if is_passing(trouble) or isinstance(trouble, Conflict):
            log.info("The failure of job %s waits to be noted: %s", job_key, trouble)
            return
        log.exception("The failure of job %s could not be noted", job_key)
        _push_forward(job_key)


def _push_forward(job_key: int) -> None:
    """Get a job that breaks even the noting of its failure out of the way of all others."""
    with transaction() as session:
        later = clock.now() + dt.timedelta(seconds=LONGEST_PAUSE)
        session.execute(
            sa.update(Job).where(Job.key == job_key).values(due_at=later),
            execution_options={"synchronize_session": False},
        )


def pause(attempts: int) -> float:
    """Seconds to wait after a failed attempt: ten, then four times as long each time, an hour at most."""
    return float(min(FIRST_PAUSE * 4.0**attempts, LONGEST_PAUSE))
