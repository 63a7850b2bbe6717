"""A command goes on: it does jobs of ours that its own steps lead to, in its own transaction.

Every job done this way saves a command: a look for it, a row, loading its instance, a commit. What is written and what
handlers see is the same as if each job had a command of its own, because everything before a job is written before the
job is begun. A job that cannot be done on the way takes nothing with it: the command starts over and leaves its jobs
to the workers, who count attempts and raise incidents.
"""

import logging
import typing as t

from app.engine.attempt import ask, tell
from app.engine.models import Job
from app.engine.registry import the_registry
from app.engine.running import Running

if t.TYPE_CHECKING:
    from app.engine.command import Command

log = logging.getLogger(__name__)


class LeftToWorkers(Exception):
    """A job could not be done on the way; its command has to be done again without."""


class OwnJobs:
    """The jobs that a command has made and will do itself, in the order in which they were made.

    :param allowed: how many it may do; the ones after that become rows, so that no process can feed itself for ever.
    """

    def __init__(self, allowed: int) -> None:
        self._allowed = allowed
        self._waiting: dict[tuple[int, int], tuple[Running, dict[str, t.Any]]] = {}
        self._passing: set[tuple[int, int]] = set()

    def keep(self, running: Running, row: dict[str, t.Any]) -> bool:
        """Take a new job on; False when it has to become a row."""
        if self._allowed <= 0 or running.suspended_at is not None or row["type"] not in the_registry().handlers:
            return False
        self._allowed -= 1
        at = running.key, row["token"]
        self._waiting[at] = running, row
        element = running.model.elements.get(row["element_id"])
        if element is not None and not element.listeners:
            self._passing.add(at)
        return True

    def passes(self, running: Running, scope: int) -> bool:
        """Whether a scope is a job's own and gone before the command ends, so that its variables need no rows."""
        return (running.key, scope) in self._passing

    def drop(self, running: Running, token: int) -> bool:
        """Forget a job that is done or whose token is gone; False when it is none of these and has a row."""
        return self._waiting.pop((running.key, token), None) is not None

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def first(self) -> tuple[Running, Job]:
        """Return the job to be done next."""
        running, row = next(iter(self._waiting.values()))
        return running, Job(**row)


def go_on(command: "Command") -> None:
    """Do the next of the command's own jobs. Raises LeftToWorkers when it cannot be done."""
    running, job = command.own_jobs.first()
    command.person = None
    try:
        said = ask(command, running, job)
        command.session.flush()
        tell(command, running, job, said)
    except Exception as error:
        log.info("Job %s of element %s is left to the workers: %s", job.key, job.element_id, error)
        raise LeftToWorkers from error
