"""Lists of a register: search, filters and pages that are resumed behind a place."""

import base64
import dataclasses
import typing as t
from collections.abc import Iterator, Mapping

import orjson
import sqlalchemy as sa

from app.db import db
from app.desk.registers.columns import Choice, Flag, Place, Reference
from app.desk.registers.register import Register, Row
from app.engine import access as rights
from app.people.person import Person
from app.people.units import unit_tree

PAGE = 50
BATCH = 500
VIEW = "view"


@dataclasses.dataclass(frozen=True)
class Wanted:
    """What is wanted; empty values mean everything. `filters` are by column, `view` names one of the register's."""

    text: str = ""
    filters: Mapping[str, str] = dataclasses.field(default_factory=dict)
    view: str = ""

    @property
    def is_everything(self) -> bool:
        return not (self.text or self.view or any(self.filters.values()))


@dataclasses.dataclass(frozen=True)
class Page:
    """One page; `after` resumes behind its last row, empty at the end."""

    rows: list[Row]
    after: str


def visible(person: Person, register: Register) -> sa.ColumnElement[bool]:
    """Return the condition on what a person may see of a register."""
    conditions: list[sa.ColumnElement[bool]] = [sa.true()]
    if register.scope is not None:
        conditions.append(register.scope(person))
    if register.place and not rights.sees_everything(person):
        tree = unit_tree(person.unit_version)
        own = [tree.by_id[key].code for key in rights.visible_units(person)]
        conditions.append(register.column(register.place).in_(own))
    return sa.and_(*conditions)


def page(person: Person, register: Register, wanted: Wanted, after: str = "", limit: int = PAGE) -> Page:
    """Return one page. A place that cannot be read starts at the top."""
    query = _ordered(register, _query(person, register, wanted))
    place = _place(register, after)
    if place is not None:
        query = query.where(_behind(register, place))
    rows = list(db.session.scalars(query.limit(limit + 1)))
    return Page(rows[:limit], _place_of(register, rows[limit - 1]) if len(rows) > limit else "")


def every(person: Person, register: Register, wanted: Wanted, most: int) -> Iterator[list[Row]]:
    """Yield everything that is wanted, batch by batch, `most` records at most."""
    after, left = "", most
    while left > 0:
        found = page(person, register, wanted, after, min(BATCH, left))
        yield found.rows
        after, left = found.after, left - len(found.rows)
        if not after:
            return


def contains(text: str, *columns: t.Any) -> list[sa.ColumnElement[bool]]:
    """Return conditions that a column contains a text, whatever its case."""
    escaped = text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    return [column.ilike(f"%{escaped}%", escape="\\") for column in columns]


def _query(person: Person, register: Register, wanted: Wanted) -> sa.Select[t.Any]:
    query = sa.select(register.model).where(visible(person, register))
    if text := wanted.text.strip():
        ways = contains(text, *(register.column(name) for name in register.searched))
        query = query.where(sa.or_(*ways, *(register.search(text) if register.search else ())))
    for name, value in wanted.filters.items():
        if value and name in register.by_name:
            query = query.where(_filter(register, name, value))
    if wanted.view in register.views:
        query = query.where(register.views[wanted.view][1]())
    return query


def _filter(register: Register, name: str, value: str) -> sa.ColumnElement[bool]:
    column, attribute = register.by_name[name], register.column(name)
    if isinstance(column, Place):
        return t.cast(sa.ColumnElement[bool], attribute.in_(unit_tree().below(value)))
    if isinstance(column, Flag):
        return t.cast(sa.ColumnElement[bool], attribute.is_(value == "yes"))
    if isinstance(column, Reference):
        return t.cast(sa.ColumnElement[bool], attribute == int(value)) if value.isdigit() else sa.false()
    if isinstance(column, Choice):
        return t.cast(sa.ColumnElement[bool], attribute == value)
    return sa.false()


def _columns(register: Register) -> list[t.Any]:
    return [*(register.column(name) for name in register.order), *register.primary]


def _ordered(register: Register, query: sa.Select[t.Any]) -> sa.Select[t.Any]:
    columns = _columns(register)
    return query.order_by(*((column.desc() for column in columns) if register.newest_first else columns))


def _behind(register: Register, place: list[t.Any]) -> sa.ColumnElement[bool]:
    columns = _columns(register)
    here = sa.tuple_(*columns)
    there = sa.tuple_(*(sa.literal(value, column.type) for value, column in zip(place, columns, strict=True)))
    return here < there if register.newest_first else here > there


def _place_of(register: Register, row: Row) -> str:
    names = [*register.order, *(column.name for column in register.primary)]
    values = [getattr(row, name) for name in names]
    return base64.urlsafe_b64encode(orjson.dumps(values, default=str)).decode().rstrip("=")


def _place(register: Register, after: str) -> list[t.Any] | None:
    if not after:
        return None
    columns = _columns(register)
    try:
        values = orjson.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
        return [_typed(column, value) for column, value in zip(columns, values, strict=True)]
    except (ValueError, TypeError):
        return None


def _typed(column: t.Any, value: t.Any) -> t.Any:
    stored = column.type.impl if isinstance(column.type, sa.types.TypeDecorator) else column.type
    kind: t.Any = stored.python_type
    if hasattr(kind, "fromisoformat"):
        return kind.fromisoformat(value)
    if not isinstance(value, kind):
        raise TypeError(value)
    return value
