"""One customer who is on file twice: what would move is shown first, everything moves at once, and moves back."""

import dataclasses
import typing as t
from collections.abc import Iterator, Mapping, Sequence

import sqlalchemy as sa

from app import clock
from app.db import Base, db, next_key, transaction
from app.desk import phones, search_keys
from app.desk.complaints import Fields
from app.desk.models import ANONYMOUS, Contact, Customer, CustomerMerge
from app.errors import Conflict, NotFound
from app.people import audit
from app.people.access import allowed, holds, require
from app.people.person import STAFF, SUPERVISOR, Person

MERGER = "customer_service_manager"
FILLED = ("name_en", "phone", "fax", "address", "area", "website", "industry", "org_structure", "credit_note")
"""Fields that the kept record takes over when it has none of its own."""
LONGEST_REASON = 500
SUSPECTS = 5
Counts = Mapping[str, int]


@dataclasses.dataclass(frozen=True)
class Preview:
    """What a merge would do: rows that move, by table, and empty fields that are filled."""

    kept: Customer
    gone: Customer
    moving: Counts
    filled: Mapping[str, str]


def may_merge(person: Person) -> bool:
    """Supervisors and customer service managers merge (catalogue 2.2)."""
    return STAFF in person.permissions and (allowed(person, SUPERVISOR) or holds(person, MERGER))


def suspects(customer: Customer) -> list[Customer]:
    """Return who may be the same: the same name, or a number that differs by one slip at most."""
    named = sa.select(Customer.id).where(
        Customer.id.in_(search_keys.called(Customer, customer.name)),
        sa.func.lower(Customer.name) == customer.name.lower(),
    )
    same: list[t.Any] = [named]
    if customer.phone:
        numbers = [customer.phone, *phones.near(customer.phone)]
        same.append(sa.select(Customer.id).where(Customer.phone.in_(numbers)))
        same.append(sa.select(Contact.customer_id).where(Contact.phone == customer.phone))
    query = sa.select(Customer).where(
        Customer.id.in_(sa.union_all(*same)),
        Customer.id != customer.id,
        Customer.merged_into.is_(None),
        Customer.kind != ANONYMOUS,
    )
    return list(db.session.scalars(query.order_by(Customer.id).limit(SUSPECTS)))


def preview(person: Person, kept_id: int, gone_id: int) -> Preview:
    """Say what merging `gone` into `kept` would do. Raises NotFound, and Conflict for records that cannot be merged."""
    _require(person)
    kept, gone = _pair(db.session, kept_id, gone_id)
    moving = {table.name: db.session.scalar(sa.select(sa.func.count()).where(column == gone.id)) or 0
              for table, column in _columns()}  # fmt: skip
    filled = {name: str(getattr(gone, name)) for name in FILLED if getattr(gone, name) and not getattr(kept, name)}
    return Preview(kept, gone, {name: count for name, count in moving.items() if count}, filled)


def merge(person: Person, kept_id: int, gone_id: int, reason: str) -> CustomerMerge:
    """Move everything of `gone` to `kept`. Raises Invalid without a reason."""
    _require(person)
    fields = Fields({"reason": reason})
    why = fields.text("reason", LONGEST_REASON, required=True)
    fields.settle()
    with transaction() as session:
        kept, gone = _pair(session, kept_id, gone_id, lock=True)
        moved = {str(column): _move(session, table, column, gone.id, kept.id) for table, column in _columns()}
        filled = {name: getattr(gone, name) for name in FILLED if getattr(gone, name) and not getattr(kept, name)}
        for name, value in filled.items():
            setattr(kept, name, value)
        kept.duplicate_flag = gone.duplicate_flag = False
        gone.merged_into = kept.id
        done = CustomerMerge(
            id=next_key(),
            kept_id=kept.id,
            gone_id=gone.id,
            moved={name: keys for name, keys in moved.items() if keys},
            filled=filled,
            reason=why or "",
            merged_at=clock.now(),
            merged_by=person.username,
        )
        session.add(done)
        session.flush()
        for one, detail in ((kept, {"name": gone.name, "phone": gone.phone or ""}), (gone, {"name": kept.name})):
            audit.record(session, person, "desk:customer:merged", f"customer:{one.id}", why or "", detail)
    return done


def undo(person: Person, merge_id: int) -> CustomerMerge:
    """Move back what still lies where the merge put it. Raises Conflict when it was undone, or merged on, already."""
    _require(person)
    with transaction() as session:
        done = session.get(CustomerMerge, merge_id, with_for_update=True, populate_existing=True)
        if done is None:
            raise NotFound("desk.no_such_merge")
        kept, gone = (session.get(Customer, key, with_for_update=True) for key in (done.kept_id, done.gone_id))
        if done.undone_at is not None or gone.merged_into != kept.id or kept.merged_into is not None:
            raise Conflict("desk.merge_not_undone", name=gone.name)
        for table, column in _columns():
            _move_back(session, table, column, done.moved.get(str(column), ()), kept.id, gone.id)
        for name, value in done.filled.items():
            if getattr(kept, name) == value:
                setattr(kept, name, None)
        gone.merged_into = None
        done.undone_at, done.undone_by = clock.now(), person.username
        for one, other in ((kept, gone), (gone, kept)):
            detail = {"name": other.name}
            audit.record(session, person, "desk:customer:unmerged", f"customer:{one.id}", detail=detail)
    return t.cast(CustomerMerge, done)


def merges_of(customer_id: int) -> list[tuple[CustomerMerge, Customer]]:
    """Return what was merged into a customer and not undone, newest first, with the record that is gone."""
    query = sa.select(CustomerMerge, Customer).join(Customer, Customer.id == CustomerMerge.gone_id)
    query = query.where(CustomerMerge.kept_id == customer_id, CustomerMerge.undone_at.is_(None))
    return [(row[0], row[1]) for row in db.session.execute(query.order_by(CustomerMerge.id.desc()))]


def _require(person: Person) -> None:
    require(person, STAFF)
    if not may_merge(person):
        require(person, SUPERVISOR)


def _columns() -> Iterator[tuple[sa.Table, sa.Column[t.Any]]]:
    """Every column that names a customer, whichever package wrote it, but those that tell of merging itself."""
    own = {Customer.__tablename__, CustomerMerge.__tablename__}
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys if table.name not in own else ():
            if key.column.table.name == Customer.__tablename__:
                yield table, key.parent


def _pair(session: t.Any, kept_id: int, gone_id: int, *, lock: bool = False) -> tuple[Customer, Customer]:
    """Rows are locked in the order of their numbers, so that two merges do not wait for each other."""
    found = {key: session.get(Customer, key, with_for_update=lock or None, populate_existing=True)
             for key in sorted((kept_id, gone_id))}  # fmt: skip
    for key, one in found.items():
        if one is None:
            raise NotFound("desk.no_such_customer", customer=key)
        if one.merged_into is not None or one.kind == ANONYMOUS or kept_id == gone_id:
            raise Conflict("desk.not_to_be_merged", name=one.name)
    return found[kept_id], found[gone_id]


def _move(session: t.Any, table: sa.Table, column: sa.Column[t.Any], old: int, new: int) -> list[int]:
    keys = list(session.scalars(sa.select(table.c.id).where(column == old)))
    if keys:
        session.execute(sa.update(table).where(column == old).values({column: new}))
    return keys


def _move_back(
    session: t.Any, table: sa.Table, column: sa.Column[t.Any], keys: Sequence[int], kept: int, gone: int
) -> None:
    for start in range(0, len(keys), 500):
        part = keys[start : start + 500]
        session.execute(sa.update(table).where(table.c.id.in_(part), column == kept).values({column: gone}))
