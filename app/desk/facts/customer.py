"""What is known of the customer: standing, contract, contacts, devices, open cases, last services and visits."""

import datetime as dt
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
    query = sa.select(Contact).where(Contact.customer_id == customer.id).order_by(Contact.id)
    return [{"contact_id": one.id, "name": one.name, "phone": one.phone} for one in session.scalars(query)]


def _assets(session: t.Any, customer: Customer | None) -> list[dict[str, t.Any]]:
    if customer is None:
        return []
    query = sa.select(Asset).where(Asset.customer_id == customer.id).options(joinedload(Asset.product))
    return [
        {
            "asset_id": one.id,
            "product_name": one.product.name,
            "serial_no": one.serial_no,
            "sale_date": iso(one.sale_date),
            "warranty_end": iso(warranty_end(one)),
        }
        for one in session.scalars(query.order_by(Asset.sale_date.desc(), Asset.id).limit(50))
    ]


def _open_cases(
    session: t.Any, customer: Customer | None, asset: Asset | None, today: dt.date, own: int | None
) -> list[dict[str, t.Any]]:
    """Open cases of the device; of the customer while the device is not known."""
    if customer is None and asset is None:
        return []
    whose = Case.asset_id == asset.id if asset is not None else Case.customer_id == t.cast(Customer, customer).id
    query = sa.select(Case).where(whose, Case.closed_at.is_(None)).order_by(Case.request_time.desc()).limit(20)
    rows = [(one, (today - cases.company_day(one.request_time)).days) for one in session.scalars(query)]
    return [
        {"case_no": one.case_no, "fault": one.fault_description or "", "days_open": days}
        for one, days in rows
        if one.id != own and days <= OPEN_DAYS
    ]


def _recent(session: t.Any, customer: Customer | None, own: int | None) -> list[dict[str, t.Any]]:
    if customer is None:
        return []
    query = sa.select(Case).where(Case.customer_id == customer.id, Case.closed_at.is_not(None), Case.id != (own or 0))
    return [
        {"date": iso(cases.company_day(one.closed_at)), "service": one.process_id, "result": one.close_code}
        for one in session.scalars(query.order_by(Case.closed_at.desc()).limit(5))
        if one.closed_at is not None
    ]


def _visits(session: t.Any, customer: Customer | None) -> list[dict[str, t.Any]]:
    if customer is None:
        return []
    query = (
        sa.select(CaseNote)
        .join(Case, Case.id == CaseNote.case_id)
        .where(Case.customer_id == customer.id, CaseNote.kind == VISIT_NOTE)
        .order_by(CaseNote.at.desc())
        .limit(5)
    )
    return [
        {
            "date": iso(cases.company_day(note.at)),
            "visitor": note.author,
            "text": note.text,
            "score": note.data.get("score"),
        }
        for note in session.scalars(query)
    ]
