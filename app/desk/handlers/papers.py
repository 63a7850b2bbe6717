"""`desk.documents`: papers of any case by kind and state, for whoever gathers what a period left behind."""

import typing as t
from collections.abc import Mapping

import sqlalchemy as sa

from app.desk import reading
from app.desk.models import Case, Document
from app.engine.registry import JobContext

ANY = "any"
MOST = 2000
"""So many papers go into one list; what is left over is found by the next run."""


def book(job: JobContext) -> Mapping[str, t.Any]:
    """Header `action` = find: papers of headers `kind` and `state` (or `any`), oldest first, and of `numbers`.

    `mark` puts the papers `numbers` of header `kind` into header `state`. Returns {"documents": [{document_no,
    case_no, created_on, content}]}.
    """
    action = reading.action(job, {"find", "mark"})
    kind, state = reading.header(job, "kind"), reading.header(job, "state")
    numbers = job.inputs.get("numbers")
    query = sa.select(Document, Case.case_no).outerjoin(Case, Case.id == Document.case_id)
    query = query.where(Document.kind == kind).order_by(Document.id).limit(MOST)
    if action == "find" and state != ANY:
        query = query.where(Document.state == state)
    if isinstance(numbers, list):
        query = query.where(Document.document_no.in_([str(number) for number in numbers]))
    found = [(row[0], row[1]) for row in job.session.execute(query)]
    if action == "mark":
        _mark(job, [document for document, _ in found], state)
    return {"documents": [_told(document, case_no) for document, case_no in found]}


def _mark(job: JobContext, documents: list[Document], state: str) -> None:
    step = {"state": state, "at": job.now.isoformat(), "by": reading.last_actor(job)}
    for document in documents:
        if document.state != state:
            document.state, document.changed_at = state, job.now
            document.history = [*document.history, step]
    job.session.flush()


def _told(document: Document, case_no: str | None) -> dict[str, t.Any]:
    return {
        "document_no": document.document_no,
        "case_no": case_no,
        "created_on": document.created_at.isoformat(),
        "content": document.content,
    }
