"""Running our own job handlers: the handler's effect and the move of the token commit together."""

import datetime as dt
import functools
import logging

import sqlalchemy as sa

from app import clock
from app.db import db, transaction
from app.engine.attempt import Refused, ask, tell, throw
from app.engine.command import BUSY, Command, run
from app.engine.jobs import note_failure, take_if_free
from app.engine.models import Job
from app.engine.registry import the_registry
from app.errors import Conflict, FirstlineError, NotFound, Unavailable, Uncertain
from app.kernel import BpmnError
from app.outage import is_passing

log = logging.getLogger(__name__)

BATCH = 100
FIRST_PAUSE = 10.0
LONGEST_PAUSE = 3_600.0


def due_jobs(limit: int = BATCH) -> list[int]:
    """Keys of jobs with a handler that may run now, taking turns between instances, so that none waits for a crowd."""
    types = tuple(the_registry().handlers)
    if not types:
        return []
    db.session.rollback()
    return list(db.session.execute(_due(types, limit), {"now": clock.now()}).scalars())


@functools.lru_cache(maxsize=64)
def _due(types: tuple[str, ...], limit: int) -> sa.Select[int]:
    """Built once for the handlers of an app: every look sends it, and there are fifty types."""
    oldest = (
        sa.select(Job.key, Job.instance_key, Job.due_at)
        .where(Job.type.in_(types), Job.due_at <= sa.bindparam("now"), Job.retries > 0)
        .order_by(Job.due_at, Job.key)
        .limit(limit * 4)
        .subquery()
    )
    turn = sa.func.row_number().over(partition_by=oldest.c.instance_key, order_by=(oldest.c.due_at, oldest.c.key))
    return sa.select(oldest.c.key).order_by(turn, oldest.c.due_at, oldest.c.key).limit(limit)


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
    try:
        with command.session.begin_nested():
            said = ask(command, running, job)
    except BpmnError as error:
        throw(running, job, error)
        return True
    except FirstlineError as error:
        if error.code == BUSY or isinstance(error, Unavailable):
            raise
        raise Refused(error) from error
    tell(command, running, job, said)
    return True


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
