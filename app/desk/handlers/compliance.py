"""`desk.compliance_findings`, `desk.penalty_decision`, `desk.performance`: records that are missing or incomplete."""

import datetime as dt
import typing as t
from collections.abc import Iterator, Mapping

import sqlalchemy as sa

from app.desk import cases, reading, status
from app.desk.models import Case, Document, PenaltyRecord
from app.engine.registry import JobContext
from app.errors import Invalid

RULE = "T27."
LOOK_BACK = dt.timedelta(days=60)
"""What is older and was never found is past helping; the scan stays as quick as the last weeks are long."""
DECISIONS = frozenset({"confirmed", "waived"})

Finding = dict[str, t.Any]


def collect(job: JobContext) -> Mapping[str, t.Any]:
    """Return {"findings"}: [{finding, case_no, document_no, username, penalty_id}].

    Orders whose day has passed without a handling record, records that do not say whether the customer paid, and
    proposals that other processes made since; each is found once, because the penalty names its paper.
    """
    query = sa.select(PenaltyRecord.rule_id, PenaltyRecord.document_no)
    told = {(row.rule_id, row.document_no) for row in job.session.execute(query)}
    found = [*_orders(job), *_records(job)]
    fresh = [one for one in found if (RULE + one["finding"], one["document_no"]) not in told]
    return {"findings": [*fresh, *_proposals(job)]}


def _orders(job: JobContext) -> Iterator[Finding]:
    """Orders of today or before that nobody has written about."""
    today = cases.company_day(job.now)
    query = _papers(job, "dispatch_order").where(
        Document.state.in_(status.TO_BE_SERVED), Case.status.not_in(status.FINAL)
    )
    for order, case_no in job.session.execute(query):
        day = reading.day(order.content.get("appointment_at") or order.content.get("planned_on"))
        if day is not None and day <= today:
            yield _finding("order_without_record", case_no, order, order.content.get("staff"))


def _records(job: JobContext) -> Iterator[Finding]:
    for record, case_no in job.session.execute(_papers(job, "handling_record")):
        if record.content.get("customer_paid") is None:
            yield _finding("record_without_fee", case_no, record, record.content.get("staff"))


def _papers(job: JobContext, kind: str) -> sa.Select[Document, str]:
    query = sa.select(Document, Case.case_no).join(Case, Case.id == Document.case_id)
    return query.where(Document.kind == kind, Document.changed_at >= job.now - LOOK_BACK).order_by(Document.id)


def _finding(finding: str, case_no: str, paper: Document, username: str | None) -> Finding:
    return {
        "finding": finding,
        "case_no": case_no,
        "document_no": paper.document_no,
        "username": username,
        "penalty_id": None,
    }


def _proposals(job: JobContext) -> Iterator[Finding]:
    """Take up what was proposed elsewhere (missed visits, wrong classifications); from now on it is in review."""
    query = (
        sa.select(PenaltyRecord, Case.case_no)
        .join(Case, Case.id == PenaltyRecord.case_id)
        .where(PenaltyRecord.status == "proposed")
        .order_by(PenaltyRecord.id)
        .with_for_update(of=PenaltyRecord)
    )
    for penalty, case_no in job.session.execute(query):
        penalty.status = "in_review"
        yield {
            "finding": penalty.rule_id.removeprefix(RULE),
            "case_no": case_no,
            "document_no": penalty.document_no,
            "username": penalty.username,
            "penalty_id": str(penalty.id),
        }


def decide(job: JobContext) -> Mapping[str, t.Any]:
    """Write what a supervisor decided about `penalty_id`: `decision` confirmed or waived, with a `reason`."""
    decision = reading.required(job, "decision")
    if decision not in DECISIONS:
        raise Invalid("desk.unknown_decision", decision=decision)
    key = reading.record_id(job, "penalty_id")
    penalty = job.session.get(PenaltyRecord, key) if key is not None else None
    if penalty is None:
        raise Invalid("desk.no_such_penalty", penalty=job.inputs.get("penalty_id"))
    penalty.status = decision
    penalty.decision_reason = reading.text(job, "reason")
    penalty.confirmed_by, penalty.confirmed_at = reading.last_actor(job), job.now
    job.session.flush()
    return {}


def exclude(job: JobContext) -> Mapping[str, t.Any]:
    """Say on a handling record whether it counts as performance: only when it tells whether the customer paid."""
    query = sa.select(Document).where(
        Document.kind == "handling_record", Document.document_no == reading.required(job, "document_no")
    )
    record = job.session.scalars(query).one_or_none()
    counts = record is not None and record.content.get("customer_paid") is not None
    if record is not None:
        record.content = {**record.content, "counts": counts}
        job.session.flush()
    return {"counts": counts}
