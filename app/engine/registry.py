"""What packages above plug into the engine: job handlers, read-only contexts, and what a case means to them."""

import dataclasses
import datetime as dt
import typing as t
from collections.abc import Callable, Iterable, Mapping

from flask import Flask, current_app

from app.engine.bell import Bell
from app.feel import FunctionRegistry
from app.kernel import Answer
from app.people.person import Person

MINUTE = 60
DEFAULT_PRIORITY = 50
"""Of a user task that says nothing about it."""


@dataclasses.dataclass(frozen=True)
class InstanceFacts:
    """What handlers and contexts may know about the instance they work for."""

    key: int
    process_id: str
    process_version: int
    process_definition_key: int
    root_key: int
    parent_key: int | None
    case_id: int | None
    unit_id: int | None
    started_at: dt.datetime
    started_by: str | None


@dataclasses.dataclass(frozen=True)
class TaskFacts:
    """A user task as it would be after what its listeners are asked about.

    Attributes:
        key: None while the task is being created.
        action: the word of whoever asks: complete, claim, assign, unassign, update, or one of a program's own.
        changed: names of the fields below that would change, or that an earlier listener has corrected.
    """

    key: int | None
    action: str
    form_key: int | None
    changed: tuple[str, ...]
    assignee: str | None = None
    candidate_groups: tuple[str, ...] = ()
    candidate_users: tuple[str, ...] = ()
    due_date: dt.datetime | None = None
    follow_up_date: dt.datetime | None = None
    priority: int = DEFAULT_PRIORITY


@dataclasses.dataclass(frozen=True)
class JobContext:
    """Everything a job handler gets.

    Attributes:
        element: id of the element whose job this is; of the process itself for a listener of it.
        variables: all variables visible there; the element's input mapping has been applied.
        inputs: only what the element's own input mapping gives, so that nothing else can slip in by its name.
        headers: the element's task headers.
        case: the registered `case` context, loaded when first looked at.
        job_key: the same at every attempt; the idempotency key for anything outside.
        event: what a listener hears, for instance `start`; None for the work of the element itself.
        task: the user task that a task listener is asked about, as it would be; else None.
        session: the session of the transaction in which the job's completion commits.
    """

    instance: InstanceFacts
    element: str
    variables: Mapping[str, t.Any]
    inputs: Mapping[str, t.Any]
    headers: Mapping[str, str]
    job_key: int
    event: str | None
    task: TaskFacts | None
    now: dt.datetime
    session: t.Any
    load_case: Callable[[], Mapping[str, t.Any]]
    set_case: Callable[[int, int | None], None]
    """Attach the whole family of instances to another case or unit: (case id, unit id)."""

    @property
    def case(self) -> Mapping[str, t.Any]:
        return self.load_case()


@dataclasses.dataclass(frozen=True)
class CaseLink:
    """The case an instance belongs to, the unit that answers for it now, and the number people know it by."""

    case_id: int
    unit_id: int | None = None
    case_no: str | None = None


Handler = Callable[[JobContext], Mapping[str, t.Any] | Answer | None]
ContextLoader = Callable[[InstanceFacts], Mapping[str, t.Any]]
CaseOpener = Callable[[t.Any, InstanceFacts, Mapping[str, t.Any], Person | None], CaseLink | None]
"""(session, instance, start variables, person) → the case; None when the process has none."""


class CaseCloser(t.Protocol):
    """Called when root instances of a case have ended; others may still live."""

    def __call__(self, session: t.Any, case_id: int, at: dt.datetime, /, *, ended_well: bool, quiet: bool) -> None:
        """Close the case if nothing lives.

        :param ended_well: at least one of those that ended was not cancelled.
        :param quiet: all of those that ended reached an end whose diagram says that there is nothing to see.
        """


CaseGuard = Callable[[Person, int], bool]
"""(person, case id) → whether the person may see the case and what hangs on it."""


class Registry:
    """One per app. Filled while packages initialise, read-only afterwards."""

    def __init__(self) -> None:
        self.functions = FunctionRegistry()
        self.handlers: dict[str, Handler] = {}
        self.contexts: dict[str, ContextLoader] = {}
        self.context_members: dict[str, tuple[str, ...]] = {}
        self.case_opener: CaseOpener | None = None
        self.case_closer: CaseCloser | None = None
        self.case_guard: CaseGuard | None = None
        self.cover: tuple[str, str] | None = None
        self.sweeps: list[tuple[Callable[[], object], int]] = []
        self.bell = Bell()
        """Rung after every commit that made work."""


def registry_of(app: Flask) -> Registry:
    """Return the app's registry."""
    registry: Registry = app.extensions["engine"]
    return registry


def the_registry() -> Registry:
    """Return the registry of the present app."""
    registry: Registry = current_app.extensions["engine"]
    return registry


def register_handler(app: Flask, job_type: str, handler: Handler) -> None:
    """Let `handler` do the jobs of a type. It runs in the transaction that completes the job and may not call out.

    It returns the job's output variables, or the answer of a task listener. It may raise BpmnError for the diagram to
    catch. A FirstlineError says that trying again is of no use: it becomes an incident of its own code at once.
    Anything else is a failed attempt.
    """
    handlers = registry_of(app).handlers
    if job_type in handlers:
        raise ValueError(f"Job type {job_type} has a handler already: {handlers[job_type]!r}.")
    handlers[job_type] = handler


def register_context(app: Flask, name: str, loader: ContextLoader, members: Iterable[str] = ()) -> None:
    """Make `name` readable in every expression; `loader` runs once per command, when an expression names it.

    :param members: what the context always has, for authors to choose from.
    """
    registry = registry_of(app)
    registry.contexts[name], registry.context_members[name] = loader, tuple(members)


def register_cases(app: Flask, opener: CaseOpener, closer: CaseCloser, guard: CaseGuard) -> None:
    """Say how a root instance gets its case, what happens to the case when one has ended, and who sees it."""
    registry = registry_of(app)
    registry.case_opener, registry.case_closer, registry.case_guard = opener, closer, guard


def register_cover(app: Flask, context: str, member: str) -> None:
    """Say which member of which context tells that an instance counts its time by the clock that never stops."""
    registry_of(app).cover = (context, member)


def register_sweep(app: Flask, act: Callable[[], object], *, every: int = MINUTE) -> None:
    """Let workers do something again and again. It has to be safe to run twice, and beside itself in other processes.

    :param every: seconds from one time to the next.
    """
    registry_of(app).sweeps.append((act, every))
