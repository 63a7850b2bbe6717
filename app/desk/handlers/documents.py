"""`desk.document`: write a paper of the case, or the next state of one."""

import typing as t
from collections.abc import Mapping

import sqlalchemy as sa

from app.db import next_key
from app.desk import cases, reading
from app.desk.handlers import case as case_handler
from app.desk.handlers import notices
from app.desk.models import Case, Document
from app.desk.numbers import next_number
from app.engine.registry import JobContext
from app.errors import Invalid

PREFIXES = {
    "repair_slip": "RO",
    "quotation": "QT",
    "repair_list": "RR",
    "invoice": "IV",
    "receipt": "RC",
    "credit_note": "CN",
    "stock_report": "SK",
    "parts_order": "PO",
    "parts_requisition": "SP",
    "parts_receipt": "SI",
    "parts_shipment": "SH",
    "vendor_claim": "VC",
    "issue_slip": "SO",
    "stock_in_slip": "SI",
    "batch_slip": "RO",
    "return_number": "RMA",
    "hand_over_sheet": "RH",
    "repair_report": "RR",
    "material_report": "SK",
    "swap_record": "SW",
    "swap_summary": "SW",
    "bad_unit_list": "SW",
    "packing_list": "SH",
    "settlement_quote": "ST",
    "settlement_summary": "ST",
    "improvement_plan": "PL",
    "dispatch_order": "DO",
    "handling_record": "HR",
    "service_document": "SD",
    "service_evaluation": "SE",
    "exchange_request": "EX",
    "payment_voucher": "PV",
    "parts_labour_list": "WL",
    "service_statement": "SM",
    "internal_settlement": "IS",
    "advance_exchange": "AE",
    "rma_request": "RQ",
    "transmission_request": "TR",
    "system_quote": "QT",
    "system_repair_report": "RR",
    "repaired_parts": "RP",
    "dispatch_note": "SH",
    "installation_request": "IN",
    "installation_acceptance": "IA",
    "reminder": "RM",
    "care_record": "CR",
    "training_record": "TN",
    "info_sheet": "IF",
    "service_info": "SI",
    "inquiry": "IQ",
    "lead": "LD",
    "survey": "SV",
    "demand_report": "DR",
    "outlet_wish": "OC",
    "feasibility_report": "OC",
    "plan_item": "PI",
    "patrol_report": "PT",
    "outlet_report": "OR",
    "budget_guideline": "BG",
    "service_planning": "PL",
    "forecast_report": "FR",
    "budget": "BG",
    "month_tables": "MT",
    "month_plan": "PL",
    "week_plan": "PL",
    "maintenance_request": "MR",
    "maintenance_checklist": "MC",
    "service_contract": "SC",
    "daily_check": "DC",
    "outlet_summary": "DS",
    "collection_report": "WR",
    "repair_data": "RD",
    "repair_analysis": "RA",
    "complaint_report": "CK",
}
"""Document prefix by kind (catalogue 2.3); an invoice usually comes with a number of the tax office."""


def register(job: JobContext) -> Mapping[str, t.Any]:
    """Write a document: without `document_no` a new one with the next number, else the next state of that one.

    Headers: `kind`, `state`, optional `case_status`. Inputs: `document_no`, `content` (laid over what is there),
    `changes` (case header), `tell` (template of a notice to the customer). Returns {"document_no"}.
    """
    kind, state = reading.header(job, "kind"), reading.header(job, "state")
    case = reading.case_of(job)
    number = reading.text(job, "document_no")
    document = _find(job, case, kind, number) if number else None
    if document is None:
        document = _new(job, case, kind, number or _next_number(job, case, kind))
    document.content = {**document.content, **reading.mapping(job, "content")}
    document.state, document.changed_at = state, job.now
    step = {"state": state, "at": job.now.isoformat(), "by": reading.last_actor(job)}
    document.history = [*document.history, step]
    changes = reading.mapping(job, "changes")
    if status := job.headers.get("case_status"):
        changes["status"] = status
    case_handler.apply(job, case, changes)
    job.session.flush()
    if template := reading.text(job, "tell"):
        told = {name: document.content.get(name) for name in ("total", "valid_until")}
        params = {"case_no": case.case_no, "document_no": document.document_no, **told}
        notices.write(job, case, notices.CUSTOMER, template, params)
        job.session.flush()
    return {"document_no": document.document_no}


def _find(job: JobContext, case: Case, kind: str, number: str) -> Document | None:
    query = sa.select(Document).where(Document.kind == kind, Document.document_no == number).with_for_update()
    found = job.session.scalars(query).one_or_none()
    if found is not None and found.case_id != case.id:
        raise Invalid("desk.document_of_another_case", number=number)
    return t.cast(Document | None, found)


def _new(job: JobContext, case: Case, kind: str, number: str) -> Document:
    document = Document(
        id=next_key(),
        document_no=number,
        kind=kind,
        case_id=case.id,
        content={},
        history=[],
        created_at=job.now,
        created_by=reading.last_actor(job),
    )
    job.session.add(document)
    return document


def _next_number(job: JobContext, case: Case, kind: str) -> str:
    """A case opened at the counter bears the number of its slip, as the paper the customer holds says."""
    prefix = PREFIXES.get(kind)
    if prefix is None:
        raise Invalid("desk.unknown_document", kind=kind)
    if case.case_no.startswith(f"{prefix}-"):
        taken = sa.select(Document.id).where(Document.kind == kind, Document.document_no == case.case_no)
        if job.session.scalars(taken).first() is None:
            return case.case_no
    return next_number(job.session, prefix, cases.company_day(job.now))
