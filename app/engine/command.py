"""One command: read → compute in memory → one transaction → commit → notify.

Every service function of the engine that moves tokens runs inside `run`. It loads the instances it needs, lets the
kernels compute, settles what instances have to tell each other, and writes everything at the end. Nothing is locked
while it computes: an instance that somebody else moved meanwhile makes the command start over.
"""

import functools
import random
import time
import typing as t
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager

import orjson
import sqlalchemy as sa
from flask import current_app

from app import clock
from app.db import db, next_key, transaction
from app.engine import catalogue, delivery
from app.engine.catalogue import Version
from app.engine.expressions import Contexts, InstancePort, Interrupted
from app.engine.going_on import LeftToWorkers, OwnJobs, go_on
from app.engine.models import Deployment, ProcessInstance
from app.engine.outcome import was_done
from app.engine.registry import InstanceFacts, the_registry
from app.engine.running import INSTANCE_COLUMNS, Running, Variables, facts_of, read_variables, read_variables_of
from app.engine.settling import settle
from app.engine.writing import StaleInstance, forget_read, write
from app.errors import Conflict, NotFound, Uncertain
from app.kernel import CommandRefused, Kernel, MessageWait
from app.outage import is_lost, is_passing, outage
from app.people.person import Person

ATTEMPTS = 6
PAUSES = (0.1, 0.3, 0.6, 1.0, 1.5)
"""Seconds between attempts while the database is away: long enough for a restart, short enough for who waits."""
BUSY = "engine.busy"
_NEWEST_DEPLOYMENT = sa.select(sa.func.max(Deployment.number))
_INSTANCE = sa.select(*INSTANCE_COLUMNS).where(ProcessInstance.key == sa.bindparam("a_key"))
_INSTANCES = sa.select(*INSTANCE_COLUMNS).where(ProcessInstance.key.in_(sa.bindparam("keys", expanding=True)))
_COMMAND = "engine_command"
Result = t.TypeVar("Result")


class Command:
    """What one command holds in memory.

    :param person: who acts; None is the engine itself.
    :param may_do: how many jobs of ours the command may do itself, of those that its steps lead to.
    """

    def __init__(self, session: t.Any, person: Person | None, *, may_do: int = 0) -> None:
        self.session = session
        self.person = person
        self.now = clock.now()
        self.contexts = Contexts()
        self.running: dict[int, Running] = {}
        self.unmet: list[tuple[Running, MessageWait]] = []
        """Waits for messages that this command armed and found nothing for."""
        self.buffered: list[tuple[int, delivery.Letter, tuple[str, ...]]] = []
        """Messages this command put into the buffer: key, letter, processes that had it."""
        self.own_jobs = OwnJobs(may_do)
        self.begun: list[int] = []
        """Keys of the instances it starts."""
        self.mark = ""
        """The number of the transaction, known once an instance was written (see `outcome`)."""

    @property
    def actor(self) -> str | None:
        return self.person.username if self.person else None

    def find(self, key: int) -> Running | None:
        """Return a live instance, loading it when needed; None when it is over or unknown."""
        if key not in self.running:
            row = self.session.execute(_INSTANCE, {"a_key": key}).one_or_none()
            if row is None or row.state != "active":
                return None
            self.take(row)
        found = self.running[key]
        return None if found.over else found

    def fetch(self, keys: Collection[int]) -> None:
        """Load the live ones among several instances with as many statements as one takes."""
        missing = sorted(set(keys) - self.running.keys())
        rows = self.session.execute(_INSTANCES, {"keys": missing}).all() if len(missing) > 1 else []
        alive = [row for row in rows if row.state == "active"]
        memory = current_app.extensions["engine_memory"]
        known = {row.key: memory.get(row.key, row.version) for row in alive}
        unknown = [key for key, variables in known.items() if variables is None]
        if unknown:
            known |= read_variables_of(self.session, unknown)
        for row in alive:
            self.take(row, known[row.key])

    def load(self, key: int) -> Running:
        """Return a live instance. Raises NotFound or Conflict."""
        found = self.find(key)
        if found is None:
            state = self.session.execute(
                sa.select(ProcessInstance.state).where(ProcessInstance.key == key)
            ).scalar_one_or_none()
            if state is None:
                raise NotFound("engine.no_such_instance", key=key)
            raise Conflict("engine.instance_over", key=key, state=state)
        return found

    def take(self, row: t.Any, variables: Variables | None = None) -> Running:
        """Put an instance into memory from its row, which has at least INSTANCE_COLUMNS.

        :param variables: all of its variables, when they have been read already.
        """
        if row.key in self.running:
            return self.running[row.key]
        facts = facts_of(row)
        definition = catalogue.version_by_key(self.session, "process", row.process_definition_key)
        model = catalogue.process_model(self.session, definition.sha256, row.process_id)
        memory = current_app.extensions["engine_memory"]
        if variables is None:
            variables = memory.get(row.key, row.version)
        if variables is None:
            variables = read_variables(self.session, row.key)
        port = self.port(facts, row.in_force, definition.deployment_number)
        kernel = Kernel.load(model, port, orjson.loads(row.state_blob), variables, is_child=row.parent_key is not None)
        running = Running(
            facts=facts,
            kernel=kernel,
            port=port,
            in_force=row.in_force,
            depth=row.depth,
            parent_token=row.parent_token,
            version=row.version,
            blob_before=row.state_blob,
            had_incidents=row.incidents > 0,
            suspended_at=row.suspended_at,
        )
        running.waits_before = running.waits()
        self.running[row.key] = running
        return running

    def start(
        self,
        definition: Version,
        variables: Mapping[str, t.Any],
        *,
        start_event: str | None = None,
        payload: Mapping[str, t.Any] | None = None,
        parent: Running | None = None,
        parent_token: int | None = None,
        tags: list[str] | None = None,
        undo: Mapping[str, t.Any] | None = None,
    ) -> Running:
        """Start an instance of a version; with `parent` as the child of a call activity's token.

        :param undo: what an earlier instance left behind; the new one undoes that and does nothing else.
        """
        facts = self._facts(definition, parent)
        in_force = parent.in_force if parent else self.newest_deployment()
        model = catalogue.process_model(self.session, definition.sha256, definition.id)
        port = self.port(facts, in_force, definition.deployment_number)
        running = Running(
            facts=facts,
            kernel=Kernel(model, port, is_child=parent is not None),
            port=port,
            in_force=in_force,
            depth=parent.depth + 1 if parent else 0,
            parent_token=parent_token,
            tags=tags,
            suspended_at=parent.suspended_at if parent else None,
        )
        self.running[facts.key] = running
        self.begun.append(facts.key)
        opener = the_registry().case_opener
        if parent is None and opener is not None:
            link = opener(self.session, facts, {**variables, **(payload or {})}, self.person)
            if link is not None:
                running.attach(link.case_id, link.unit_id)
                running.case_no = link.case_no
        if undo is not None:
            running.kernel.undo(undo)
        elif model.can_start(start_event):
            running.kernel.start(variables, start_event, payload)
        else:
            raise _not_startable(model.id, start_event)
        return running

    def _facts(self, definition: Version, parent: Running | None) -> InstanceFacts:
        key = next_key()
        return InstanceFacts(
            key=key,
            process_id=definition.id,
            process_version=definition.version,
            process_definition_key=definition.key,
            root_key=parent.facts.root_key if parent else key,
            parent_key=parent.key if parent else None,
            case_id=parent.facts.case_id if parent else None,
            unit_id=parent.facts.unit_id if parent else None,
            started_at=self.now,
            started_by=self.actor,
        )

    def newest_deployment(self) -> int:
        """Number of the newest deployment; what is unbound resolves to what is in force with it."""
        newest = self.session.execute(_NEWEST_DEPLOYMENT).scalar()
        return int(newest or 0)

    def port(self, facts: InstanceFacts, in_force: int, deployed_with: int) -> InstancePort:
        """What the kernel of an instance asks expressions, decisions and the time."""
        return InstancePort(self.session, facts, in_force, deployed_with, self.contexts, self.now)

    def finish(self) -> None:
        """Settle what instances have to tell each other and write everything; then go on with jobs of its own."""
        settle(self)
        moved = write(self)
        while self.own_jobs:
            self._from_here(moved)
            go_on(self)
            settle(self)
            moved = write(self)

    def _from_here(self, moved: list[Running]) -> None:
        """Go on from what was written. What was read for it may show what stood there before, and is read anew."""
        for running in moved:
            running.written()
            if running.over:
                del self.running[running.key]
        forget_read(self.session)


def run(person: Person | None, act: Callable[[Command], Result]) -> Result:
    """Run one command, again from the start when another one moved an instance meanwhile.

    Inside a transaction that is open already it joins that one, and whoever opened it has to try again. Inside
    another command, that is in a job handler, it joins the command itself: what it loads is what that one moves.
    Raises Conflict when the instance never stands still and for what the kernel refuses, Unavailable when the
    database stays away, Uncertain when it went away at the commit and cannot say whether that came about.
    """
    outer: Command | None = db.session.info.get(_COMMAND)
    if outer is not None:
        return _within(outer, person, act)
    if db.session.info.get("in_command"):
        return _joining(person, act)
    patience = Patience()
    may_do = current_app.extensions["settings"].engine.jobs_at_once
    while True:
        try:
            with transaction() as session:
                _stand_in_line(session, patience.contended)
                command = Command(session, person, may_do=may_do)
                result = _act(command, act)
        except LeftToWorkers:
            may_do = 0
        except Uncertain as error:
            if was_done(command.mark, command.begun):
                the_registry().bell.ring()
                return result
            patience.bear(t.cast(Exception, error.__cause__))
        except Interrupted as interrupted:
            patience.bear(interrupted.error)
        except (StaleInstance, sa.exc.SQLAlchemyError) as error:
            patience.bear(error)
        else:
            for key in _passed_by(command):
                run(None, functools.partial(delivery.redeliver, key))
            return result


def _stand_in_line(session: t.Any, contended: set[int]) -> None:
    """Wait for one's turn at instances that rivals moved first, so that a crowd at one case is served in order.

    A first attempt takes no lock; SQLite has one line for everybody anyway.
    """
    if contended:
        rows = sa.select(ProcessInstance.key).where(ProcessInstance.key.in_(contended))
        session.execute(rows.order_by(ProcessInstance.key).with_for_update(key_share=True))


def _passed_by(command: Command) -> list[int]:
    """Messages that passed this command's waits by; SQLite has one writer at a time and lets nothing pass."""
    if not (command.unmet or command.buffered) or command.session.get_bind().dialect.name == "sqlite":
        return []
    try:
        return delivery.passed_by(command)
    except sa.exc.DBAPIError as error:
        if is_passing(error):
            # The command is done; the sweep will find what this look would have found.
            return []
        raise


def _joining(person: Person | None, act: Callable[[Command], Result]) -> Result:
    try:
        return _act(Command(db.session, person), act)
    except Interrupted as interrupted:
        raise interrupted.error from interrupted
    except (StaleInstance, sa.exc.DBAPIError) as error:
        if _is_rivalry(error):
            raise Conflict(BUSY) from error
        raise


def _act(command: Command, act: Callable[[Command], Result]) -> Result:
    try:
        with _present(command.session, command):
            result = act(command)
            command.finish()
            return result
    except CommandRefused as refused:
        raise Conflict("engine.moved_on", **refused.params) from refused


def _not_startable(process_id: str, start_event: str | None) -> Conflict:
    if start_event is None:
        return Conflict("engine.only_started_by_events", id=process_id)
    return Conflict("engine.no_such_start_event", id=process_id, start_event=start_event)


class Patience:
    """How long one command tries: against rivals a few times, against a database that is away some seconds.

    `contended` are the instances that rivals moved first.
    """

    def __init__(self) -> None:
        self.contended: set[int] = set()
        self._rivals = 0
        self._outages = 0

    def bear(self, error: Exception) -> None:
        """Wait for a moment; raises what the caller is to be told when that has gone on for too long."""
        if _is_rivalry(error):
            self._rivals += 1
            if isinstance(error, StaleInstance):
                self.contended.add(error.key)
            if self._rivals == ATTEMPTS:
                raise Conflict(BUSY) from error
            time.sleep(random.uniform(0.002, 0.02) * self._rivals)  # noqa: S311 - spreads rivals, keeps no secret
            return
        if not is_lost(error):
            raise error
        if self._outages == len(PAUSES):
            raise t.cast(Exception, outage(error)) from error
        time.sleep(PAUSES[self._outages])
        self._outages += 1


@contextmanager
def _present(session: t.Any, command: Command) -> Iterator[None]:
    """Let commands begun inside this one find it."""
    session.info[_COMMAND] = command
    try:
        yield
    finally:
        session.info.pop(_COMMAND, None)


def _within(command: Command, person: Person | None, act: Callable[[Command], Result]) -> Result:
    """Act in the name of another person for a moment, within a command that settles and writes later."""
    before, command.person = command.person, person
    try:
        return act(command)
    except CommandRefused as refused:
        raise Conflict("engine.moved_on", **refused.params) from refused
    finally:
        command.person = before


def _is_rivalry(error: Exception) -> bool:
    """Rivals for the same rows: a moved version, a deadlock, a serialisation failure, a row inserted twice, a lock."""
    if isinstance(error, StaleInstance):
        return True
    cause = getattr(error, "orig", None)
    if getattr(cause, "sqlstate", None) in {"40001", "40P01", "55P03", "23505"}:
        return True
    return str(getattr(cause, "sqlite_errorname", "")).startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
