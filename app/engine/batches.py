"""Acts on many instances: ordered by a person, done by the workers one instance at a time, each exactly once.

An item is taken by lock and marked as done in the transaction that does it, so that neither several workers nor one
that is killed do it twice or forget it. What fails is noted with its reason and stops no other; it may be tried again.
The person's rights are asked for again at every instance, in the functions that act on one.
"""

import logging
import typing as t

import sqlalchemy as sa

from app import clock
from app.db import db, next_key, transaction
from app.engine import access as rights
from app.engine.batch_kinds import KINDS, Findings, Plan
from app.engine.command import Command, run
from app.engine.interventions import require_reason
from app.engine.migration import MigrationPlan
from app.engine.models import BatchItem, BatchOperation, ProcessInstance, table_of
from app.engine.registry import the_registry
from app.errors import Conflict, FirstlineError, Forbidden, Hindered, Invalid, NotFound, Unavailable, Uncertain
from app.people import access, audit
from app.people.person import Person, find_person

log = logging.getLogger(__name__)

State = t.Literal["running", "stopped", "done"]
ITEM_STATES = ("waiting", "done", "failed", "stopped")
ROUND = 20
"""Items between two looks at what else is due."""
TRIED = 100
"""Instances of one trial: a person waits for it, some milliseconds each."""
_UNTRACKED = {"synchronize_session": False}


def order_migration(person: Person, instances: sa.Select[t.Any], plan: MigrationPlan, reason: str) -> int:
    """Order that live instances are moved to another version; returns the key of the batch operation.

    :param instances: a statement of `queries.search.instances` with further conditions; those that fit it now belong
        to the order, whatever happens to them later.
    """
    return order_batch(person, "migrate", instances, reason, plan.detail())


def concerned(person: Person, kind: str, instances: sa.Select[t.Any], plan: Plan | None = None) -> sa.Select[t.Any]:
    """Return the statement of those instances that an act concerns: live ones that the person may see.

    Raises Forbidden for people who may not do that.
    """
    access.require(person, *KINDS[kind].may)
    fitting = instances.where(rights.visible_instances(person), ProcessInstance.state == "active")
    return fitting.where(KINDS[kind].fits(plan or {}))


def order_batch(person: Person, kind: str, instances: sa.Select[t.Any], reason: str, plan: Plan | None = None) -> int:
    """Order an act on all instances it concerns; returns the key of the batch operation.

    :param kind: a name of `batch_kinds.KINDS`, whose act is told the `plan`.
    :param instances: a statement of `queries.search.instances` with further conditions; those that fit it now belong
        to the order, whatever happens to them later.
    """
    live = concerned(person, kind, instances, plan)
    require_reason(reason)
    with transaction() as session:
        key, now = next_key(), clock.now()
        batch = BatchOperation(
            key=key, kind=kind, state="running", process_id="", plan=dict(plan or {}), reason=reason[:400], total=0,
            created_at=now, created_by=person.username,
        )  # fmt: skip
        session.add(batch)
        session.flush()
        columns = ("batch_key", "instance_key", "state", "case_id", "definition_key")
        chosen = live.order_by(None).with_only_columns(
            sa.literal(key, sa.BigInteger),
            ProcessInstance.key,
            sa.literal("waiting"),
            ProcessInstance.case_id,
            ProcessInstance.process_definition_key,
        )
        session.execute(sa.insert(table_of(BatchItem)).from_select(columns, chosen))
        batch.total, batch.process_id = _counted(session, key)
        if not batch.total:
            raise Invalid("engine.batch_of_nothing")
        _record(session, person, batch, "ordered")
    the_registry().bell.ring()
    return key


def _counted(session: t.Any, key: int) -> tuple[int, str]:
    """How many instances belong to a batch, and the id of their process (of one of their processes)."""
    query = (
        sa.select(sa.func.count(), sa.func.min(ProcessInstance.process_id))
        .select_from(BatchItem)
        .join(ProcessInstance, ProcessInstance.key == BatchItem.instance_key)
        .where(BatchItem.batch_key == key)
    )
    total, process_id = session.execute(query).one()
    return total, process_id or ""


def act_once(person: Person, kind: str, key: int, reason: str, plan: Plan | None = None) -> Findings:
    """Do to one instance at once what an order would do to it. Raises what the act raises."""
    return KINDS[kind].act(person, key, plan or {}, reason)


class Trial(t.NamedTuple):
    """What became of one instance when an act was tried: why it would stay as it is, or what there is to remark."""

    key: int
    refusal: FirstlineError | None
    findings: Findings


class _TakenBack(Exception):
    """Ends the transaction of a trial."""


def try_batch(
    person: Person, kind: str, instances: sa.Select[t.Any], plan: Plan | None = None, limit: int = TRIED
) -> list[Trial]:
    """Do it to some of the instances, the oldest first, and take it back: what would come of it is not guessed.

    Each is tried in a transaction of its own, about as long as the act itself.
    """
    chosen = concerned(person, kind, instances, plan).with_only_columns(ProcessInstance.key)
    keys = db.session.scalars(chosen.order_by(None).order_by(ProcessInstance.key).limit(limit)).all()
    return [_tried(person, kind, key, plan or {}) for key in keys]


def _tried(person: Person, kind: str, key: int, plan: Plan) -> Trial:
    findings: Findings = None
    try:
        with transaction() as session:
            findings = KINDS[kind].act(person, key, plan, kind)
            session.flush()
            raise _TakenBack  # noqa: TRY301 - it ends the transaction
    except _TakenBack:
        return Trial(key, None, findings)
    except FirstlineError as refused:
        return Trial(key, refused, refused.findings if isinstance(refused, Hindered) else None)
    except Exception:
        log.exception("A trial of %s on instance %s failed", kind, key)
        return Trial(key, Conflict("engine.batch_item_broke"), None)


def stop_batch(person: Person, key: int) -> None:
    """Let what has not been begun wait until `resume_batch`. Raises NotFound, Conflict when nothing waits."""
    with transaction() as session:
        batch = _held(session, person, key)
        if not _turn(session, key, "stopped", "waiting"):
            raise Conflict("engine.batch_over")
        batch.state, batch.ended_at = "stopped", clock.now()
        _record(session, person, batch, "stopped")


def resume_batch(person: Person, key: int) -> None:
    """Do what was stopped, and what failed once more. Raises NotFound, Conflict when there is nothing of either."""
    with transaction() as session:
        batch = _held(session, person, key)
        if not _turn(session, key, "waiting", "failed", "stopped"):
            raise Conflict("engine.batch_over")
        batch.state, batch.ended_at = "running", None
        _record(session, person, batch, "resumed")
    the_registry().bell.ring()


def _held(session: t.Any, person: Person, key: int) -> BatchOperation:
    query = sa.select(BatchOperation).where(BatchOperation.key == key, rights.visible_batches(person))
    batch = session.execute(query.with_for_update()).scalar_one_or_none()
    if batch is None:
        raise NotFound("engine.no_such_batch", key=key)
    access.require(person, *KINDS[batch.kind].may)
    return t.cast(BatchOperation, batch)


def _turn(session: t.Any, key: int, to: str, *states: str) -> int:
    """Bring all items of some states to another; returns how many. An item in hand is waited for."""
    change = sa.update(BatchItem).where(BatchItem.batch_key == key, BatchItem.state.in_(states))
    return t.cast(int, session.execute(change.values(state=to), execution_options=_UNTRACKED).rowcount)


def _record(session: t.Any, person: Person, batch: BatchOperation, what: str) -> None:
    detail = {"kind": batch.kind, "process": batch.process_id, "total": batch.total, **batch.plan}
    audit.record(session, person, f"engine:batch:{what}", f"batch:{batch.key}", batch.reason, detail)


def work_batches(limit: int = ROUND) -> int:
    """Do some waiting items, a transaction each; returns how many. Called again and again, it does all of them."""
    db.session.rollback()
    done = 0
    while done < limit and (batch := _next()) is not None:
        person = find_person(batch.created_by)
        while done < limit and _do(batch, person):
            done += 1
        if done < limit:
            # Nothing is left of it but what others have in hand.
            break
    if done:
        close_batches()
    return done


def _next() -> t.Any:
    """The oldest batch operation of which something waits."""
    waiting = sa.select(sa.func.min(BatchItem.batch_key)).where(BatchItem.state == "waiting").scalar_subquery()
    columns = (BatchOperation.key, BatchOperation.kind, BatchOperation.plan, BatchOperation.reason)
    query = sa.select(*columns, BatchOperation.created_by).where(BatchOperation.key == waiting)
    return db.session.execute(query).one_or_none()


def _do(batch: t.Any, person: Person | None) -> bool:
    """Do one item of a batch; False when none is free. Never raises for what is wrong with an item."""
    taken: list[int] = []
    try:
        return run(person, lambda command: _attempt(command, batch, person, taken))
    except (Unavailable, Uncertain) as away:
        # Not the item's fault: it is found again at the next look.
        log.info("Batch %s waits: %s", batch.key, away)
        return False
    except FirstlineError as refused:
        _note(batch.key, taken[-1], refused)
    except Exception:
        log.exception("An item of batch %s failed", batch.key)
        if not taken:
            return False
        _note(batch.key, taken[-1], Conflict("engine.batch_item_broke"))
    return True


def _attempt(command: Command, batch: t.Any, person: Person | None, taken: list[int]) -> bool:
    query = (
        sa.select(BatchItem)
        .where(BatchItem.batch_key == batch.key, BatchItem.state == "waiting")
        .order_by(BatchItem.instance_key)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    item = command.session.execute(query).scalar_one_or_none()
    if item is None:
        return False
    taken.append(item.instance_key)
    if person is None:
        raise Forbidden("engine.batch_without_person", who=batch.created_by)
    item.findings = KINDS[batch.kind].act(person, item.instance_key, batch.plan, batch.reason)
    item.state, item.code, item.params, item.ended_at = "done", None, None, command.now
    return True


def _note(batch_key: int, instance_key: int, error: FirstlineError) -> None:
    """Write down why an item failed, in a transaction of its own, because the attempt has been rolled back."""
    findings = error.findings if isinstance(error, Hindered) else None
    with transaction() as session:
        session.execute(
            sa.update(BatchItem)
            .where(
                BatchItem.batch_key == batch_key,
                BatchItem.instance_key == instance_key,
                BatchItem.state == "waiting",
            )
            .values(state="failed", code=error.code, params=error.params, findings=findings, ended_at=clock.now()),
            execution_options=_UNTRACKED,
        )


def close_batches() -> None:
    """Note the end of batch operations of which nothing waits any more, in hand or not.

    Whoever did the last item does so; a sweep makes good for one that died before.
    """
    waits = sa.exists().where(BatchItem.batch_key == BatchOperation.key, BatchItem.state == "waiting")
    over = sa.and_(BatchOperation.state == "running", ~waits)
    db.session.rollback()
    if db.session.execute(sa.select(BatchOperation.key).where(over).limit(1)).first() is None:
        return
    with transaction() as session:
        change = sa.update(BatchOperation).where(over).values(state="done", ended_at=clock.now())
        session.execute(change, execution_options=_UNTRACKED)
