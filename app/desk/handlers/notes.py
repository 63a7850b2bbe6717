"""`desk.case_note` and `desk.task_log`: what a process writes into a case beside its papers."""

import typing as t
from collections.abc import Mapping

from app import engine
from app.db import next_key
from app.desk import cases, closing, reading
from app.desk.models import Case, CaseNote
from app.engine.registry import JobContext
from app.errors import Invalid

MERGED = "merged"


def add(
    job: JobContext,
    case: Case,
    kind: str,
    words: str | None,
    *,
    step: str | None = None,
    data: Mapping[str, t.Any] | None = None,
    contact_id: int | None = None,
) -> None:
    """Write a remark into a case, in the name of whoever did the last task."""
    note = CaseNote(
        id=next_key(),
        case_id=case.id,
        kind=kind,
        step=step,
        text=words,
        data=dict(data or {}),
        author=reading.last_actor(job),
        contact_id=contact_id,
        at=job.now,
    )
    job.session.add(note)
    job.session.flush()


def write(job: JobContext) -> Mapping[str, t.Any]:
    """`desk.case_note`: write `text` into the case `case_no`.

    Headers: `kind`; `message` publishes a message of that name to the case; `merge` = true makes the job's own case
    part of that one: its run moves over, and its number stays on file as merged, because numbers have no gaps.
    """
    own = reading.case_of(job)
    case = target(job, own)
    words = reading.text(job, "text")
    contact = reading.record_id(job, "contact_id")
    add(job, case, reading.header(job, "kind"), words, data=reading.mapping(job, "data"), contact_id=contact)
    if job.headers.get("merge") == "true":
        _merge(job, own, case)
    if message := job.headers.get("message"):
        engine.publish_message(None, message, case.case_no, {"text": words, "contact_id": contact})
    return {"case_no": case.case_no}


def target(job: JobContext, own: Case) -> Case:
    """Return the case that input `case_no` names, else the job's own."""
    named = reading.text(job, "case_no")
    if named is None or named == own.case_no:
        return own
    found = cases.by_number(named)
    return t.cast(Case, job.session.get(Case, found.id, with_for_update=True))


def _merge(job: JobContext, own: Case, into: Case) -> None:
    if own.id == into.id:
        raise Invalid("desk.merge_with_itself", case=own.case_no)
    own.status, own.close_code, own.closed_at = "cancelled", MERGED, job.now
    own.parent_case_id = into.id
    closing.tell_all(job.session, own)
    job.set_case(into.id, into.unit_id)


def log(job: JobContext) -> Mapping[str, t.Any]:
    """`desk.task_log`: note what became of a step (header `kind`: stuck, rehandling, skipped), for the daily check."""
    case = reading.case_of(job)
    add(job, case, reading.header(job, "kind"), reading.text(job, "note"), step=reading.text(job, "step"))
    return {}
