"""Opening, reading, changing and closing cases. Callers hold the transaction; nothing here commits."""

import datetime as dt
import typing as t
from collections.abc import Mapping
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import joinedload

from app.config import Settings
from app.db import db, next_key
from app.desk import status
from app.desk.models import Asset, Case, ServiceContract
from app.desk.numbers import next_number
from app.errors import Invalid, NotFound

PREFIXES = {
    "complaint_handling": "CP",
    "complaint_service_tracking": "CP",
    "outlet_intake_repair": "RO",
    "repair_quotation_payment": "QT",
    "factory_intake": "RO",
    "spare_part_allocation": "SP",
    "spare_part_replenishment": "SP",
    "swap_batch": "SW",
    "vendor_settlement": "ST",
    "settlement_summary": "ST",
    "repair_process_improvement": "PL",
    "installation_commissioning": "IN",
    "service_reminder": "RM",
    "customer_care_program": "CR",
    "product_training": "TN",
    "preventive_maintenance": "PM",
    "product_upgrade": "UP",
    "knowledge_capture": "KB",
    "daily_supervision_check": "DC",
}
"""Document prefix of the process that opens a case (catalogue 2.3); every other one opens a service request."""
DEFAULT_PREFIX = "SR"

HEADER_FIELDS = frozenset(
    {
        "channel", "customer_id", "contact_id", "asset_id", "serial_no", "contract_id", "fault_description",
        "request_class", "service_type", "severity", "priority", "in_warranty", "charge_basis", "current_layer",
        "current_area", "response_due", "resolve_due", "responded_at", "resolved_at", "close_code", "satisfaction",
        "return_visit_state", "parent_case_id", "unit_id", "first_responder_id", "accountable_user_id",
    }
)  # fmt: skip
"""What a process may set in the case header; number, times of opening and closing, and status have their own rules."""


def company_zone() -> ZoneInfo:
    """Return the company's own time zone."""
    settings: Settings = current_app.extensions["settings"]
    return ZoneInfo(settings.company.zone)


def company_day(moment: dt.datetime) -> dt.date:
    """Return the calendar day of a moment in the company's zone."""
    return moment.astimezone(company_zone()).date()


def open_case(session: t.Any, *, process_id: str, at: dt.datetime, header: Mapping[str, t.Any] | None = None) -> Case:
    """Write a new case with the next number of its process's prefix, and return it.

    `header` holds HEADER_FIELDS; a known serial number or asset brings its customer and running contract along.
    Raises Invalid for a field that is no header field.
    """
    number = next_number(session, PREFIXES.get(process_id, DEFAULT_PREFIX), company_day(at))
    case = Case(id=next_key(), case_no=number, process_id=process_id, request_time=at, status="new", extra={})
    set_header(case, header or {})
    complete_from_asset(session, case, company_day(at))
    session.add(case)
    session.flush()
    return case


def set_header(case: Case, values: Mapping[str, t.Any]) -> None:
    """Change header fields; raises Invalid naming a field that does not exist."""
    for name, value in values.items():
        if name not in HEADER_FIELDS:
            raise Invalid("desk.unknown_case_field", field=name)
        setattr(case, name, value)


def complete_from_asset(session: t.Any, case: Case, today: dt.date) -> None:
    """Fill serial number, customer and contract from the device, so that nobody types what is known (G8)."""
    asset = None
    if case.asset_id is not None:
        asset = session.get(Asset, case.asset_id)
    elif case.serial_no:
        device = sa.or_(Asset.serial_no == case.serial_no, Asset.imei == case.serial_no)
        asset = session.scalars(sa.select(Asset).where(device)).first()
    if asset is not None:
        case.asset_id, case.serial_no = asset.id, asset.serial_no
        case.customer_id = case.customer_id or asset.customer_id
    if case.customer_id is not None and case.contract_id is None:
        contract = running_contract(session, case.customer_id, today)
        case.contract_id = contract.id if contract else None


def running_contract(session: t.Any, customer_id: int, today: dt.date) -> ServiceContract | None:
    """Return the customer's contract that covers a day, the longest-lasting one if there are several."""
    query = sa.select(ServiceContract).where(
        ServiceContract.customer_id == customer_id,
        ServiceContract.status == "active",
        ServiceContract.start <= today,
        ServiceContract.end >= today,
    )
    return t.cast(ServiceContract | None, session.scalars(query.order_by(ServiceContract.end.desc())).first())


def change_status(case: Case, new: str, at: dt.datetime) -> None:
    """Move the case along the transition logic to `new`. Raises Conflict when no way leads there."""
    for name, value in after(case, new, at).items():
        setattr(case, name, value)


def after(case: Case, new: str, at: dt.datetime) -> dict[str, t.Any]:
    """Return what changes when the case moves to `new`: its status, and the times of response, solution and closing.

    Raises Conflict when no way leads there.
    """
    changes: dict[str, t.Any] = {}
    for step in status.path(case.status, new):
        if step in {"in_progress", "resolved"} and case.responded_at is None:
            changes["responded_at"] = at
        if step == "resolved":
            changes["resolved_at"] = at
        if step in status.FINAL:
            changes["closed_at"] = at
        changes["status"] = step
    return changes


def get(case_id: int) -> Case:
    """Return a case with customer, contact and device. Raises NotFound."""
    query = sa.select(Case).where(Case.id == case_id).options(*_parties())
    case = db.session.scalars(query).one_or_none()
    if case is None:
        raise NotFound("desk.no_such_case", case=case_id)
    return case


def by_number(case_no: str) -> Case:
    """Return a case by its number, however it was typed. Raises NotFound."""
    query = sa.select(Case).where(Case.case_no == case_no.strip().upper()).options(*_parties())
    case = db.session.scalars(query).one_or_none()
    if case is None:
        raise NotFound("desk.no_such_case", case=case_no)
    return case


def _parties() -> tuple[t.Any, ...]:
    return (joinedload(Case.customer), joinedload(Case.contact), joinedload(Case.asset).joinedload(Asset.product))
