"""Many open tasks: a thousand real cases, multiplied in the database by INSERT … SELECT.

The tasks lie at 200 outlets of one region, come due at a thousand different times, and belong to twenty roles.
"""

import datetime as dt
import typing as t

import sqlalchemy as sa

from app.db import db, transaction
from app.desk.models import Case
from app.engine.models import ElementInstance, ProcessInstance, UserTask, UserTaskCandidate, table_of
from app.people.models import Membership, Unit, UnitStamp, User

REAL = 1_000
APART = 10**9
"""Distance between the keys of a row and of its next copy; real keys of a bench stay far below."""
OUTLETS, ROLES = 200, 20
REGION = "EAST"
OUTLET = "O000"
KEYS: tuple[tuple[type[t.Any], tuple[str, ...], tuple[str, ...]], ...] = (
    (Case, ("id",), ("case_no",)),
    (ProcessInstance, ("key", "root_key", "case_id"), ()),
    (ElementInstance, ("key", "instance_key"), ()),
    (UserTask, ("key", "instance_key", "root_key", "case_id", "element_instance_key"), ()),
    (UserTaskCandidate, ("task_key",), ()),
)
"""Tables from parents to children, the columns that are keys, and the texts that must differ."""


def organise() -> None:
    """Make the region and its outlets."""
    with transaction() as session:
        region = Unit(code=REGION, kind="region", path=f"/{REGION}/", names={"en": REGION})
        session.add(region)
        session.flush()
        for number in range(OUTLETS):
            code = f"O{number:03d}"
            path = f"{region.path}{code}/"
            session.add(Unit(code=code, kind="outlet", parent_id=region.id, path=path, names={"en": code}))
        session.merge(UnitStamp(id=1, version=1))


def spread(role: str, now: dt.datetime) -> None:
    """Give the open tasks different outlets, times and roles; a tenth are the role's, half of them anywhere."""
    with transaction() as session:
        outlets = session.execute(sa.select(Unit.id, Unit.code).where(Unit.kind == "outlet").order_by(Unit.id)).all()
        tasks = session.scalars(sa.select(UserTask).where(UserTask.state == "created").order_by(UserTask.key)).all()
        session.execute(sa.delete(UserTaskCandidate))
        for number, task in enumerate(tasks):
            outlet, age = outlets[number % OUTLETS], dt.timedelta(minutes=3 * number)
            # Every fifth row of outlets differs, so that each outlet has tasks of several roles.
            kind = (number + number // OUTLETS) % ROLES
            named, unit = (role, outlet.code) if kind < 2 else (f"other_{kind}", outlet.code)
            pair = (named, "") if kind == 0 else (named, unit)
            task.due_at = task.due_sort = now + dt.timedelta(minutes=7 * number - 300)
            task.unit_id, task.candidates = outlet.id, [list(pair)]
            session.add(
                UserTaskCandidate(
                    task_key=task.key, role=pair[0], unit=pair[1], claimed=False, due_sort=task.due_sort,
                    created_at=task.created_at,
                )
            )  # fmt: skip
            for model, key in ((ProcessInstance, task.instance_key), (Case, task.case_id)):
                begun = {"started_at": task.created_at - age} if model is ProcessInstance else {}
                session.execute(
                    sa.update(model)
                    .where(table_of(model).primary_key.columns[0] == key)
                    .values(unit_id=outlet.id, **begun)
                    .execution_options(synchronize_session=False)
                )


def multiply(first: int, last: int) -> None:
    """Add copies of every real row: the first-th to the last-th."""
    for model, keys, texts in KEYS:
        with transaction() as session:
            session.execute(_copies(table_of(model), keys, texts, first, last))
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM ANALYZE" if connection.dialect.name == "postgresql" else "ANALYZE"))


def _copies(table: sa.Table, keys: tuple[str, ...], texts: tuple[str, ...], first: int, last: int) -> sa.Insert:
    copies = sa.select(sa.literal(first).label("n")).cte("copies", recursive=True)
    copies = copies.union_all(sa.select(copies.c.n + 1).where(copies.c.n < last))
    number = sa.cast(copies.c.n, sa.BigInteger)

    def shown(column: sa.Column[t.Any]) -> t.Any:
        if column.name in keys:
            return column + number * APART
        return column + "-" + sa.cast(number, sa.Text) if column.name in texts else column

    real = next(iter(table.primary_key.columns)) < APART
    query = sa.select(*(shown(column) for column in table.columns)).join_from(table, copies, sa.true()).where(real)
    return sa.insert(table).from_select([column.name for column in table.columns], query)


def hire(role: str, count: int) -> None:
    """Give the role that many more people, everywhere."""
    with transaction() as session:
        pattern = session.execute(sa.select(table_of(User)).limit(1)).mappings().one()
        begun = session.execute(sa.select(sa.func.max(User.id))).scalar_one() + 1
        people = [{**pattern, "id": begun + n, "username": f"colleague_{begun + n}"} for n in range(count)]
        if people:
            session.execute(sa.insert(table_of(User)), people)
            held = [{"user_id": one["id"], "role_id": role, "unit_id": None} for one in people]
            session.execute(sa.insert(table_of(Membership)), held)
