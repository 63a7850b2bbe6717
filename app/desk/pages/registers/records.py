"""The page of one record: what is on file, what belongs to it, who changed it."""

import dataclasses
import typing as t

import sqlalchemy as sa
from flask import render_template

from app.db import db
from app.desk import queries
from app.desk.pages.blueprint import desk
from app.desk.pages.registers.lists import opened
from app.desk.pages.registers.tables import Table, called, facts, table_of
from app.desk.registers import listing, naming, saving
from app.desk.registers.catalogue import REGISTERS
from app.desk.registers.listing import Wanted
from app.desk.registers.register import Register, Row
from app.people import audit
from app.people.person import Person

SHOWN = 10
CHANGES = 20


@dataclasses.dataclass(frozen=True)
class Belonging:
    """Records of another register that belong to this one."""

    register: Register
    column: str
    table: Table
    more: bool
    may_add: bool


@desk.get("/<name>/<key>")
def record(name: str, key: str) -> str:
    """Show a record."""
    person, register = opened(name)
    row = saving.get(person, register, key)
    return render_template(register.template, **view(person, register, row))


def view(person: Person, register: Register, row: Row) -> dict[str, t.Any]:
    """Return what the page of a record needs."""
    changes = changes_of(register, row)
    return {
        "register": register,
        "row": row,
        "key": register.key_of(row),
        "called": called(register, row),
        "facts": facts(register, row),
        "belonging": [one for one in _belonging(person, register, row) if one is not None],
        "cases": queries.cases_of(person, **{register.cases: row.id}) if register.cases else None,
        "changes": changes,
        "people": naming.people_called(db.session, (one.username for one in changes)),
        "labels": {column.name: str(column.label) for column in register.columns},
        "may_write": bool(register.written) and saving.may_write(person, register, row),
    }


def _belonging(person: Person, register: Register, row: Row) -> t.Iterator[Belonging | None]:
    for detail in register.details:
        other = REGISTERS.get(detail.register)
        if other is None or not other.reads.held_by(person):
            continue
        found = listing.page(person, other, Wanted(filters={detail.column: str(row.id)}), limit=SHOWN)
        may_add = other.adds and bool(other.written) and saving.may_write(person, other)
        yield Belonging(other, detail.column, table_of(other, found.rows, detail.column), bool(found.after), may_add)


def changes_of(register: Register, row: Row) -> list[audit.AuditEntry]:
    """Return who changed a record, newest first."""
    query = sa.select(audit.AuditEntry).where(audit.AuditEntry.subject == register.subject_of(row))
    return list(db.session.scalars(query.order_by(audit.AuditEntry.id.desc()).limit(CHANGES)))
