"""Lists of cases: search, and the history of a device or a customer."""

import dataclasses
import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app import i18n
from app.db import db
from app.desk import search_keys
from app.desk.lookup import customers_by, phone_form, serial_form
from app.desk.models import Asset, Case, Contact, Customer, Product
from app.desk.queries.visible import MERGED, visible_cases
from app.people.person import Person
from app.people.units import unit_tree

LIMIT = 50
MIN_TEXT = 2
MIN_PHONE = 6


@dataclasses.dataclass(frozen=True)
class CaseRow:
    """One line of a list of cases."""

    id: int
    case_no: str
    process_id: str
    status: str
    close_code: str | None
    priority: str | None
    customer: str | None
    serial_no: str | None
    product: str | None
    fault: str | None
    unit: str | None
    request_time: dt.datetime
    closed_at: dt.datetime | None


def search(person: Person, text: str = "", *, open_only: bool = False, limit: int = LIMIT) -> list[CaseRow]:
    """Return visible cases by case number, serial number, IMEI, telephone number or customer's name, newest first.

    Without text: the newest ones. The number of a merged case leads to the case it became part of.
    """
    query = base(person)
    text = text.strip()
    if text:
        if len(text) < MIN_TEXT:
            return []
        query = query.where(matches(text))
    if open_only:
        query = query.where(Case.closed_at.is_(None))
    return rows_of(person, query, limit)


def cases_of(
    person: Person, *, asset_id: int | None = None, customer_id: int | None = None, limit: int = LIMIT
) -> list[CaseRow]:
    """Return what a device or a customer went through, newest first; merged numbers are left out."""
    query = base(person).where(Case.close_code.is_distinct_from(MERGED))
    if asset_id is not None:
        query = query.where(Case.asset_id == asset_id)
    if customer_id is not None:
        query = query.where(Case.customer_id == customer_id)
    return rows_of(person, query, limit)


def base(person: Person) -> sa.Select[Case]:
    return (
        sa.select(Case)
        .where(visible_cases(person))
        .options(joinedload(Case.customer), joinedload(Case.asset).joinedload(Asset.product))
    )


def matches(text: str) -> sa.ColumnElement[bool]:
    serial, phone, number = serial_form(text), phone_form(text), text.upper()
    merged_into = sa.select(Case.parent_case_id).where(Case.case_no == number, Case.close_code == MERGED)
    devices = sa.select(Asset.id).where(sa.or_(Asset.serial_no == serial, Asset.imei == serial))
    named = customers_by(search_keys.named, text)
    conditions = [
        Case.case_no == number,
        Case.id.in_(merged_into),
        Case.serial_no == serial,
        Case.asset_id.in_(devices),
        Case.customer_id.in_(named),
    ]
    if len(phone) >= MIN_PHONE:
        callers = sa.select(Contact.customer_id).where(Contact.phone == phone)
        called = sa.select(Customer.id).where(Customer.phone == phone)
        conditions += [Case.customer_id.in_(callers), Case.customer_id.in_(called)]
    # One list of row numbers, each part of which has an index; of a disjunction PostgreSQL would read the whole table.
    return Case.id.in_(sa.union_all(*(sa.select(Case.id).where(one) for one in conditions)))


def rows_of(person: Person, query: sa.Select[Case], limit: int) -> list[CaseRow]:
    newest = query.order_by(Case.request_time.desc(), Case.id.desc()).limit(limit)
    units = unit_tree(person.unit_version).by_id
    return [
        CaseRow(
            id=case.id,
            case_no=case.case_no,
            process_id=case.process_id,
            status=case.status,
            close_code=case.close_code,
            priority=case.priority,
            customer=_named(case.customer) if case.customer else None,
            serial_no=case.serial_no,
            product=_named(case.asset.product) if case.asset else None,
            fault=case.fault_description,
            unit=units[case.unit_id].code if case.unit_id in units else None,
            request_time=case.request_time,
            closed_at=case.closed_at,
        )
        for case in db.session.scalars(newest)
    ]


def _named(record: Customer | Product) -> str:
    """The name in the present language."""
    return i18n.localised({"zh": record.name, "en": record.name_en or ""}, record.name)
