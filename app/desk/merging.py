"""One customer who is on file twice: what would move is shown first, everything moves at once, and moves back."""

import dataclasses
import typing as t
from collections.abc import Collection, Iterator, Mapping, Sequence

import sqlalchemy as sa

from app import clock
from app.db import db, next_key, transaction
from app.desk import phones, references, same_contacts, search_keys
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
    """What a merge would do: rows that move, by table, contacts that both have, and empty fields that are filled."""

    kept: Customer
    gone: Customer
    moving: Counts
    united: Sequence[str]
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
    united = [same.name for same, _ in same_contacts.doubles(db.session, kept.id, gone.id)]
    if united:
        moving[Contact.__tablename__] -= len(united)
    return Preview(kept, gone, {name: count for name, count in moving.items() if count}, united, filled)


def merge(person: Person, kept_id: int, gone_id: int, reason: str) -> CustomerMerge:
    """Move everything of `gone` to `kept`. Raises Invalid without a reason."""
    _require(person)
    fields = Fields({"reason": reason})
    why = fields.text("reason", LONGEST_REASON, required=True)
    fields.settle()
    with transaction() as session:
        kept, gone = _pair(session, kept_id, gone_id, lock=True)
        pairs = same_contacts.doubles(session, kept.id, gone.id)
        moved = _move(session, gone.id, kept.id, {double.id for _, double in pairs})
        united = [same_contacts.unite(session, *pair) for pair in pairs]
        filled = {name: getattr(gone, name) for name in FILLED if getattr(gone, name) and not getattr(kept, name)}
        for name, value in filled.items():
            setattr(kept, name, value)
        kept.duplicate_flag = gone.duplicate_flag = False
        gone.merged_into = kept.id
        done = CustomerMerge(
            id=next_key(),
            kept_id=kept.id,
            gone_id=gone.id,
            moved=moved,
            united=united,
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
            references.move(session, table, column, done.moved.get(str(column), ()), kept.id, gone.id)
        same_contacts.part(session, done.united)
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
    """Every column that names a customer, but those that tell of merging itself."""
    return references.columns_naming(Customer, Customer, CustomerMerge)


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


def _move(session: t.Any, old: int, new: int, stay: Collection[int]) -> dict[str, list[int]]:
    """Let everything that names one customer name the other; returns row numbers by column.

    :param stay: contacts whom the kept customer has as well.
    """
    moved: dict[str, list[int]] = {}
    for table, column in _columns():
        found = references.rows_naming(session, table, column, old)
        keys = [key for key in found if table.name != Contact.__tablename__ or key not in stay]
        references.move(session, table, column, keys, old, new)
        moved |= {str(column): keys} if keys else {}
    return moved
