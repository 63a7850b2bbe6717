"""One attempt at a job of ours: its handler is asked, and the kernel hears what it says."""

import typing as t
from collections.abc import Mapping

from app.engine.families import move_family
from app.engine.models import Job
from app.engine.plain import copied, plain
from app.engine.registry import JobContext, the_registry
from app.engine.reporting import report, report_error, seen_by
from app.engine.running import Running
from app.errors import Conflict, FirstlineError
from app.kernel import NO_OBJECTION, Answer, BpmnError

if t.TYPE_CHECKING:
    from app.engine.command import Command


class Refused(Exception):
    """A handler says that the job cannot be done as things are; kept apart from the engine's own conflicts."""

    def __init__(self, reason: FirstlineError) -> None:
        super().__init__(str(reason))
        self.reason = reason


Said = tuple[Mapping[str, t.Any], Answer]
"""The variables that a handler gives, and what it answers as the listener of a user task."""


def ask(command: "Command", running: Running, job: Job) -> Said:
    """Let the handler of a job do its work; returns what it says. Raises whatever it raises."""
    said = the_registry().handlers[job.type](_context(command, job, running))
    return ({}, said) if isinstance(said, Answer) else (plain(said), NO_OBJECTION)


def tell(command: "Command", running: Running, job: Job, said: Said) -> None:
    """Let the kernel know what a handler said. Raises Refused for an answer that such a job cannot give."""
    command.contexts.forget()
    running.kernel.noticed(the_registry().contexts)
    try:
        report(command.session, running, job, *said)
    except Conflict as wrong:
        raise Refused(wrong) from wrong


def throw(running: Running, job: Job, error: BpmnError) -> None:
    """Let the kernel know of a BPMN error that a handler raised."""
    try:
        report_error(running, job, error.code, error.variables)
    except FirstlineError as refused:
        raise Refused(refused) from error


def _context(command: "Command", job: Job, running: Running) -> JobContext:
    element = running.model.elements.get(job.element_id)
    own = running.kernel.scopes.variables.get(job.token, {}) if element and element.inputs else {}
    view, task = seen_by(command.session, running, job)
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
