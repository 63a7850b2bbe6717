"""`desk.case`: change the case header, and say why."""

import typing as t
from collections.abc import Mapping

import sqlalchemy as sa

from app.desk import cases, closing, reading
from app.desk.handlers import notes
from app.desk.ledger import Ledger
from app.desk.lookup import serial_form
from app.desk.models import Asset, Case
from app.desk.opening import unit_id_of
from app.desk.status import FINAL
from app.engine.registry import JobContext
from app.errors import Invalid

PERSONS = {"first_responder": "first_responder_id", "accountable_user": "accountable_user_id"}
TIMES = frozenset({"response_due", "resolve_due", "responded_at", "resolved_at"})
RECORDS = frozenset({"customer_id", "contact_id", "asset_id", "contract_id"})
EXTRA = frozenset({"sla_clock"})
"""What a process may keep with the case beside the header; readable as `case.…` like the rest."""
OUTCOMES = frozenset({"resolved", "awaiting_visit", "closed", "cancelled"})
"""What a called process only reports: its caller knows what the result means for the case."""


def change(job: JobContext) -> Mapping[str, t.Any]:
    """Apply `changes`; header `person` names the task whose doer becomes first responder of a case that has none yet.

    Returns the case's number, status and people, so that an output mapping can keep what it needs.
    """
    case = reading.case_of(job)
    if element := job.headers.get("person"):
        _name_first_responder(job, case, element)
    apply(job, case, reading.mapping(job, "changes"))
    if note := reading.text(job, "note"):
        notes.add(job, case, job.headers.get("kind", "note"), note, data=reading.mapping(job, "data"))
    job.session.flush()
    return {
        "case_no": case.case_no,
        "status": case.status,
        "first_responder": reading.username_of(job.session, case.first_responder_id),
        "accountable_user": reading.username_of(job.session, case.accountable_user_id),
    }


def apply(job: JobContext, case: Case, changes: Mapping[str, t.Any]) -> None:
    """Change header fields given by the names that expressions use. Raises Invalid naming one that does not exist.

    A case that comes to its outcome gives back the parts that are reserved for it and were not used.
    """
    header: dict[str, t.Any] = {}
    called = job.instance.parent_key is not None
    for name, value in changes.items():
        if name == "status" or (called and name == "close_code"):
            continue
        if name in EXTRA:
            case.extra = {**case.extra, name: value}
        elif name == "unit":
            header["unit_id"] = unit_id_of(str(value))
        else:
            header[PERSONS.get(name, name)] = _stored(job, name, value)
    cases.set_header(case, header)
    if {"serial_no", "asset_id"} & set(changes):
        _follow_device(job, case, changes)
    status = changes.get("status")
    if status and not (called and status in OUTCOMES):
        cases.change_status(case, str(status), job.now)
        if status in OUTCOMES:
            Ledger(job).release()
        if status in FINAL:
            closing.tell_all(job.session, case)
        if status == "closed":
            closing.ask_for_rating(job.session, case)
    if (case.id, case.unit_id) != (job.instance.case_id, job.instance.unit_id):
        job.set_case(case.id, case.unit_id)


def _stored(job: JobContext, name: str, value: t.Any) -> t.Any:
    if value is None or value == "":
        return None
    if name in PERSONS:
        return reading.user_id(job.session, str(value))
    if name in TIMES:
        return reading.moment(value)
    if name in RECORDS:
        return _record(name, value)
    if name == "serial_no":
        return serial_form(str(value))
    if name == "in_warranty":
        return bool(value)
    return str(value)


def _record(name: str, value: t.Any) -> int | None:
    if not str(value).isdigit():
        raise Invalid("desk.no_such_record", field=name, value=str(value))
    return int(value)


def _follow_device(job: JobContext, case: Case, changes: Mapping[str, t.Any]) -> None:
    """A serial number decides which device it is; a device that is not on file leaves the number alone."""
    if changes.get("asset_id") in {None, ""} and case.serial_no:
        known = sa.or_(Asset.serial_no == case.serial_no, Asset.imei == case.serial_no)
        case.asset_id = job.session.scalars(sa.select(Asset.id).where(known)).first()
    cases.complete_from_asset(job.session, case, cases.company_day(job.now))


def _name_first_responder(job: JobContext, case: Case, element: str) -> None:
    """Whoever receives a request answers for it, unless somebody has accepted it before (G3)."""
    receiver = reading.user_id(job.session, reading.done_by(job, element))
    if receiver is not None and (case.first_responder_id is None or case.status == "new"):
        case.first_responder_id = case.accountable_user_id = receiver
