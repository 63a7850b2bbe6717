"""`desk.new_need` and `desk.penalty_proposal`."""

import decimal
import typing as t
from collections.abc import Mapping

from app import engine
from app.db import next_key
from app.desk import cases, reading
from app.desk.handlers import notes, notices
from app.desk.models import Case, NewNeed, PenaltyRecord
from app.desk.numbers import next_number
from app.engine.registry import JobContext


def pass_on(job: JobContext) -> Mapping[str, t.Any]:
    """`desk.new_need`: keep a customer's wish for each department of `routes` [{topic, department, role}] and tell it.

    Header `message` publishes a message of that name under each need's number. Returns {"need_nos"}.
    """
    case = reading.case_of(job)
    needs = [_keep(job, case, route) for route in reading.objects(job, "routes")]
    job.session.flush()
    if message := job.headers.get("message"):
        for need in needs:
            said = {"need_no": need.need_no, "topic": need.kind, "text": need.text, "department": need.department}
            engine.publish_message(None, message, need.need_no, said)
    return {"need_nos": [need.need_no for need in needs]}


def _keep(job: JobContext, case: Case, route: Mapping[str, t.Any]) -> NewNeed:
    need = NewNeed(
        id=next_key(),
        need_no=next_number(job.session, "ND", cases.company_day(job.now)),
        case_id=case.id,
        customer_id=case.customer_id,
        source_process=reading.required(job, "source_process"),
        kind=reading.required(job, "kind"),
        text=reading.required(job, "text"),
        department=str(route.get("department")),
        routed_at=job.now,
    )
    job.session.add(need)
    params = {"case_no": case.case_no, "need_no": need.need_no, "kind": need.kind, "text": need.text}
    notices.write(job, case, f"role:{route.get('role')}@{need.department}", "new_need", params)
    return need


def propose_penalty(job: JobContext) -> Mapping[str, t.Any]:
    """`desk.penalty_proposal`: propose a deduction for `responsible` or whoever holds `debtor_role`.

    Header `flag` marks the case's return visit, so that lists show it. People confirm or waive the proposal. Input
    `case_no` names another case than the job's own, `document_no` the paper at fault.
    """
    case = notes.target(job, reading.case_of(job))
    record = PenaltyRecord(
        id=next_key(),
        rule_id=reading.required(job, "rule_id"),
        case_id=case.id,
        username=reading.text(job, "responsible"),
        debtor_role=reading.text(job, "debtor_role"),
        amount=decimal.Decimal(str(job.inputs.get("amount") or 0)),
        flag=job.headers.get("flag"),
        document_no=reading.text(job, "document_no"),
        detected_at=job.now,
        status=job.headers.get("status", "proposed"),
    )
    job.session.add(record)
    if record.flag:
        case.return_visit_state = record.flag
    job.session.flush()
    amount = job.inputs.get("amount") or 0
    return {"penalty": {"id": str(record.id), "rule_id": record.rule_id, "amount": amount}}
