"""What is told to the kernel of a job that somebody has done, and what whoever does it sees."""

import typing as t
from collections.abc import Mapping

from app.engine.models import Job
from app.engine.registry import TaskFacts
from app.engine.running import Running
from app.engine.task_rows import facts, recall
from app.errors import Conflict, NotFound
from app.kernel import NO_OBJECTION, Answer, JobWait
from app.kernel.errors import WrongAnswer

TASK_EVENTS = frozenset(("creating", "assigning", "updating", "completing", "canceling"))
"""What listeners of user tasks hear; all others are execution listeners."""


def seen_by(session: t.Any, running: Running, job: Job) -> tuple[Mapping[str, t.Any], TaskFacts | None]:
    """Return the variables a job sees and, for a task listener, the user task as it would be."""
    view = running.kernel.view(running.kernel.token(job.token))
    if job.event not in TASK_EVENTS:
        return view, None
    wait = job_wait(running, job)
    return view.over(wait.payload), facts(session, running, wait)


def report(
    session: t.Any, running: Running, job: Job, variables: Mapping[str, t.Any], answer: Answer = NO_OBJECTION
) -> None:
    """Tell the kernel that a job is done. Raises Conflict for an answer that such a job cannot give."""
    if job.event is None:
        if answer != NO_OBJECTION:
            raise Conflict("engine.only_listeners_answer", element=job.element_id)
        running.kernel.complete(job.token, variables)
        return
    if job.event == "completing":
        recall(session, running, job.token)
    try:
        running.kernel.answer(job.token, variables, answer)
    except WrongAnswer as wrong:
        raise Conflict("engine.wrong_answer", element=job.element_id, event=job.event) from wrong


def report_error(running: Running, job: Job, code: str, variables: Mapping[str, t.Any]) -> None:
    """Tell the kernel of a BPMN error. Raises Conflict for a listener's job, which no event of the diagram catches."""
    if job.event is not None:
        raise Conflict("engine.listener_cannot_throw", element=job.element_id, event=job.event, thrown=code)
    running.kernel.fail(job.token, code, variables)


def job_wait(running: Running, job: Job) -> JobWait:
    """Return what stands behind a job. Raises NotFound when the job is gone."""
    for wait in running.waits().values():
        if wait.token == job.token and isinstance(wait, JobWait):
            return wait
    raise NotFound("engine.no_such_job", key=job.key)
