"""What is known of the customer: standing, contract, contacts, devices, open cases, last services and visits."""

import datetime as dt
import functools
import typing as t

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.desk import cases
from app.desk.facts.device import warranty_end
from app.desk.facts.fact import NOBODY, Fact, fact, iso
from app.desk.models import Asset, Case, CaseNote, Contact, Customer

REGISTER, CONTRACT, ASSETS, CASES = "customer_register", "contract", "asset_register", "case_register"
OPEN_DAYS = 30
"""A fault reported again within this time is offered to be added to the open case (catalogue 3.A1)."""
VISIT_NOTE = "return_visit"

# Built once, because a decision asks them all and building them costs more than running them.
_CUSTOMER: sa.BindParameter[int] = sa.bindparam("a_customer")
_CONTACTS = (
    sa.select(Contact.id, Contact.name, Contact.phone).where(Contact.customer_id == _CUSTOMER).order_by(Contact.id)
)
_OPEN = (
    sa.select(Case.id, Case.case_no, Case.fault_description, Case.request_time)
    .where(Case.closed_at.is_(None))
    .order_by(Case.request_time.desc())
    .limit(20)
)
_OPEN_OF_DEVICE = _OPEN.where(Case.asset_id == sa.bindparam("whose"))
_OPEN_OF_CUSTOMER = _OPEN.where(Case.customer_id == sa.bindparam("whose"))
_CLOSED = (
    sa.select(Case.closed_at, Case.process_id, Case.close_code)
    .where(Case.customer_id == _CUSTOMER, Case.closed_at.is_not(None), Case.id != sa.bindparam("own"))
    .order_by(Case.closed_at.desc())
    .limit(5)
)
_VISITS = (
    sa.select(CaseNote.at, CaseNote.author, CaseNote.text, CaseNote.data)
    .join(Case, Case.id == CaseNote.case_id)
    .where(Case.customer_id == _CUSTOMER, CaseNote.kind == VISIT_NOTE)
    .order_by(CaseNote.at.desc())
    .limit(5)
)


@functools.cache
def _devices() -> sa.Select[Asset]:
    """Built at the first use, when all tables are known that a device is joined with."""
    query = sa.select(Asset).where(Asset.customer_id == _CUSTOMER).options(joinedload(Asset.product))
    return query.order_by(Asset.sale_date.desc(), Asset.id).limit(50)


def known(
    session: t.Any, customer: Customer | None, asset: Asset | None, today: dt.date, case: Case | None
) -> dict[str, Fact]:
    """Return the customer's facts and lists; all empty for somebody unknown."""
    own = case.id if case else None
    lists = {
        "contacts": fact(_contacts(session, customer), REGISTER, today),
        "assets": fact(_assets(session, customer), ASSETS, today),
        "open_cases": fact(_open_cases(session, customer, asset, today, own), CASES, today),
        "recent_services": fact(_recent(session, customer, own), CASES, today),
        "earlier_visits": fact(_visits(session, customer), CASES, today),
    }
    special = customer is not None and customer.customer_class == "key_account"
    first_seen = cases.company_day(customer.first_seen) if customer else None
    return {**_contract(session, customer, today), "key_account": fact(special, REGISTER, first_seen), **lists}


def _contract(session: t.Any, customer: Customer | None, today: dt.date) -> dict[str, Fact]:
    found = cases.running_contract(session, customer.id, today) if customer else None
    if found is None:
        absent = {"value": False, "source": NOBODY, "date": iso(today)}
        return {
            "contract": fact(None, CONTRACT),
            "contract_active": absent,
            "contract_hours": fact(None, CONTRACT),
            "free_parts": absent,
            "free_labour": absent,
            "non_workday": absent,
        }
    since = found.start
    return {
        "contract": fact(found.contract_no, CONTRACT, since, until=iso(found.end)),
        "contract_active": fact(value=True, source=CONTRACT, day=since),
        "contract_hours": fact(found.min_response_hours, CONTRACT, since),
        "free_parts": fact(found.free_parts, CONTRACT, since),
        "free_labour": fact(found.free_labour, CONTRACT, since),
        "non_workday": fact(found.non_workday_covered, CONTRACT, since),
    }


def _contacts(session: t.Any, customer: Customer | None) -> list[dict[str, t.Any]]:
    if customer is None:
        return []
    rows = session.execute(_CONTACTS, {"a_customer": customer.id})
    return [{"contact_id": row.id, "name": row.name, "phone": row.phone} for row in rows]


def _assets(session: t.Any, customer: Customer | None) -> list[dict[str, t.Any]]:
    if customer is None:
        return []
    return [
        {
            "asset_id": one.id,
            "product_name": one.product.name,
            "serial_no": one.serial_no,
            "sale_date": iso(one.sale_date),
            "warranty_end": iso(warranty_end(one)),
        }
        for one in session.scalars(_devices(), {"a_customer": customer.id})
    ]


def _open_cases(
    session: t.Any, customer: Customer | None, asset: Asset | None, today: dt.date, own: int | None
) -> list[dict[str, t.Any]]:
    """Open cases of the device; of the customer while the device is not known."""
    if customer is None and asset is None:
        return []
    query = _OPEN_OF_CUSTOMER if asset is None else _OPEN_OF_DEVICE
    found = session.execute(query, {"whose": t.cast(Asset | Customer, asset or customer).id})
    rows = [(row, (today - cases.company_day(row.request_time)).days) for row in found]
    return [
        {"case_no": row.case_no, "fault": row.fault_description or "", "days_open": days}
        for row, days in rows
        if row.id != own and days <= OPEN_DAYS
    ]


def _recent(session: t.Any, customer: Customer | None, own: int | None) -> list[dict[str, t.Any]]:
    if customer is None:
        return []
    return [
        {"date": iso(cases.company_day(row.closed_at)), "service": row.process_id, "result": row.close_code}
        for row in session.execute(_CLOSED, {"a_customer": customer.id, "own": own or 0})
    ]


def _visits(session: t.Any, customer: Customer | None) -> list[dict[str, t.Any]]:
    if customer is None:
        return []
    return [
        {
            "date": iso(cases.company_day(note.at)),
            "visitor": note.author,
            "text": note.text,
            "score": note.data.get("score"),
        }
        for note in session.execute(_VISITS, {"a_customer": customer.id})
    ]
